#!/usr/bin/env bash
# Builds the real kube-apiserver, once, and prints the path of the program on standard output.
#
# Nobody publishes it alone where a build tool could fetch it, but its sources are Go modules. The program is kept under
# the hash of its go.mod and go.sum, so that another version never answers for this one.
set -euo pipefail
# shellcheck source=e2e/tools/build-once.sh
. "$(dirname "${BASH_SOURCE[0]}")/build-once.sh"

version=v1.35.3
needs="Go 1.25 or newer"
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/kube-apiserver" && pwd)
hash=$(cat "$source"/go.mod "$source"/go.sum | sha256sum | cut -c1-12)
program=$cache_root/kube-apiserver-$version-$hash/kube-apiserver

is_wanted() {
    [ -x "$1" ] && [ "$("$1" --version 2>/dev/null)" = "Kubernetes $version" ]
}

# Without these a build calls itself v0.0.0, and refuses what depends on its own version.
build() {
    local minor=${version#v1.} package=k8s.io/component-base/version about
    minor=${minor%%.*}
    about="-X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor -X $package.gitTreeState=clean"
    (cd "$source" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags "-s -w $about" \
        -o "$1/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver)
}

build_once "kube-apiserver $version" "kube-apiserver $version" "ten minutes or more"
