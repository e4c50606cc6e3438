#!/usr/bin/env bash
# Builds the real controller of a KServe release, once, and prints the path of the program on standard output.
# usage: e2e/tools/kserve-controller.sh RELEASE, one of the folders beside this file's kserve-controller/
#
# The program is kept under the hash of its go.mod and go.sum, so that another build never answers for this one. It
# cannot tell its own version: the folder it is in says it.
set -euo pipefail

needs="Go 1.25.8 or newer"
release=${1:?usage: e2e/tools/kserve-controller.sh RELEASE}
releases=$(cd "$(dirname "${BASH_SOURCE[0]}")/kserve-controller" && pwd)
source=$releases/$release

fail() {
    printf 'e2e/tools/kserve-controller.sh: %s\n' "$*" >&2
    exit 1
}

[ -f "$source/go.mod" ] || fail "no folder for $release; there is: $(cd "$releases" && echo v*)"
hash=$(cat "$source"/go.mod "$source"/go.sum | sha256sum | cut -c1-12)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-kserve-e2e/kserve-controller-$release-$hash
program=$cache/kserve-controller

is_wanted() {
    [ -x "$1" ] && [[ $("$1" --help 2>&1) == *-webhook-port* ]]
}

if ! is_wanted "$program"; then
    command -v go >/dev/null 2>&1 ||
        fail "go is missing; install $needs (https://go.dev/doc/install), it builds KServe $release"
    mkdir -p "$cache"
    # Built beside its final place and then renamed: an interrupted or a second build never leaves half a program.
    building=$(mktemp -d "$cache/building.XXXXXX")
    trap 'rm -rf "$building"' EXIT
    printf 'building the controller of KServe %s (once, five minutes or more)\n' "$release" >&2
    (cd "$source" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags "-s -w" \
        -o "$building/kserve-controller" github.com/kserve/kserve/cmd/manager) >&2 ||
        fail "go build failed; KServe $release needs $needs, this is $(go version)"
    is_wanted "$building/kserve-controller" || fail "built a program that does not know -webhook-port"
    mv -f "$building/kserve-controller" "$program"
fi
printf '%s\n' "$program"
