#!/usr/bin/env bash
# Builds the real controller of a KServe release, once, and prints the path of the program on standard output.
# usage: e2e/tools/kserve-controller.sh RELEASE, one of the folders beside this file's kserve-controller/
#
# The program is kept under the hash of its go.mod and go.sum, so that another build never answers for this one. It
# cannot tell its own version: the folder it is in says it.
set -euo pipefail
# shellcheck source=e2e/tools/build-once.sh
. "$(dirname "${BASH_SOURCE[0]}")/build-once.sh"

needs="Go 1.25.8 or newer"
release=${1:?usage: e2e/tools/kserve-controller.sh RELEASE}
releases=$(cd "$(dirname "${BASH_SOURCE[0]}")/kserve-controller" && pwd)
source=$releases/$release

[ -f "$source/go.mod" ] || fail "no folder for $release; there is: $(cd "$releases" && echo v*)"
hash=$(cat "$source"/go.mod "$source"/go.sum | sha256sum | cut -c1-12)
program=$cache_root/kserve-controller-$release-$hash/kserve-controller

is_wanted() {
    [ -x "$1" ] && [[ $("$1" --help 2>&1) == *-webhook-port* ]]
}

build() {
    (cd "$source" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags "-s -w" \
        -o "$1/kserve-controller" github.com/kserve/kserve/cmd/manager)
}

build_once "KServe $release" "the controller of KServe $release" "five minutes or more"
