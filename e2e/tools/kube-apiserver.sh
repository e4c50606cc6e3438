#!/usr/bin/env bash
# Builds the real kube-apiserver, once, and prints the path of the program on standard output.
#
# Nobody publishes it alone where a build tool could fetch it, but its sources are Go modules. The program is kept under
# the hash of its go.mod and go.sum, so that another version never answers for this one.
set -euo pipefail

version=v1.35.3
needs="Go 1.25 or newer"
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/kube-apiserver" && pwd)
hash=$(cat "$source"/go.mod "$source"/go.sum | sha256sum | cut -c1-12)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-kserve-e2e/kube-apiserver-$version-$hash
program=$cache/kube-apiserver

fail() {
    printf 'e2e/tools/kube-apiserver.sh: %s\n' "$*" >&2
    exit 1
}

is_wanted() {
    [ -x "$1" ] && [ "$("$1" --version 2>/dev/null)" = "Kubernetes $version" ]
}

if ! is_wanted "$program"; then
    command -v go >/dev/null 2>&1 ||
        fail "go is missing; install $needs (https://go.dev/doc/install), it builds kube-apiserver $version"
    mkdir -p "$cache"
    # Built beside its final place and then renamed: an interrupted or a second build never leaves half a program.
    building=$(mktemp -d "$cache/building.XXXXXX")
    trap 'rm -rf "$building"' EXIT
    printf 'building kube-apiserver %s (once, ten minutes or more)\n' "$version" >&2
    # Without these a build calls itself v0.0.0, and refuses what depends on its own version.
    minor=${version#v1.}
    minor=${minor%%.*}
    package=k8s.io/component-base/version
    about="-X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor -X $package.gitTreeState=clean"
    (cd "$source" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags "-s -w $about" \
        -o "$building/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver) >&2 ||
        fail "go build failed; kube-apiserver $version needs $needs, this is $(go version)"
    is_wanted "$building/kube-apiserver" ||
        fail "built a program that calls itself $("$building/kube-apiserver" --version), not Kubernetes $version"
    mv -f "$building/kube-apiserver" "$program"
fi
printf '%s\n' "$program"
