#!/usr/bin/env bash
# Builds the real kustomize, once, and prints the path of the program on standard output.
#
# The version is pinned because the expected outputs are those of one kustomize: its writer, its internal
# annotations and its error texts change between releases. The program is kept in a folder named after the
# version, so that a second run builds nothing and another version never answers for this one.
set -euo pipefail
# shellcheck source=e2e/tools/build-once.sh
. "$(dirname "${BASH_SOURCE[0]}")/build-once.sh"

version=v5.8.2
needs="Go 1.26 or newer"
program=$cache_root/kustomize-$version/kustomize

is_wanted() {
    [ -x "$1" ] && [ "$("$1" version 2>/dev/null)" = "$version" ]
}

build() {
    GOBIN=$1 CGO_ENABLED=0 go install "sigs.k8s.io/kustomize/kustomize/v5@$version"
}

build_once "kustomize $version" "kustomize $version" "about a minute or two"
