#!/usr/bin/env bash
# Fetches a real etcd, once, and prints the path of the program on standard output.
#
# Debian's package is unpacked, not installed: installing it starts a service. Where there is no such package, etcd is
# built from its Go modules. Any etcd that kube-apiserver accepts will do: nothing that the suites look at depends on it.
set -euo pipefail

version=v3.6.5
needs="apt-get and dpkg, or Go 1.24 or newer"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-kserve-e2e/etcd
program=$cache/etcd

fail() {
    printf 'e2e/tools/etcd.sh: %s\n' "$*" >&2
    exit 1
}

is_wanted() {
    [ -x "$1" ] && [[ $("$1" --version 2>/dev/null) == "etcd Version: 3."* ]]
}

# The newest package that apt knows of, without the rights that an installation would need. Run by root, apt would
# complain that its own user cannot write here.
unpack_package() {
    command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1 || return 1
    (cd "$1" && apt-get download -qq -o APT::Sandbox::User=root etcd-server && dpkg -x etcd-server_*.deb unpacked) >&2 || return 1
    mv "$1/unpacked/usr/bin/etcd" "$1/etcd"
}

build() {
    command -v go >/dev/null 2>&1 || return 1
    printf 'building etcd %s (once, two minutes or more)\n' "$version" >&2
    # The module of the server holds the library only; a program of three lines makes it a program.
    mkdir "$1/source"
    cat >"$1/source/main.go" <<'GO'
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
GO
    (cd "$1/source" && go mod init kubectl-kserve/e2e/etcd && go get "go.etcd.io/etcd/server/v3/etcdmain@$version" &&
        CGO_ENABLED=0 go build -mod=mod -trimpath -ldflags "-s -w" -o "$1/etcd" .) >&2
}

if ! is_wanted "$program"; then
    mkdir -p "$cache"
    # Made beside its final place and then renamed: an interrupted or a second run never leaves half a program.
    making=$(mktemp -d "$cache/making.XXXXXX")
    trap 'rm -rf "$making"' EXIT
    unpack_package "$making" || build "$making" || fail "could neither fetch nor build etcd; that needs $needs"
    is_wanted "$making/etcd" || fail "made a program that does not call itself etcd 3"
    mv -f "$making/etcd" "$program"
fi
printf '%s\n' "$program"
