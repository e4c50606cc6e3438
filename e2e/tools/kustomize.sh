#!/usr/bin/env bash
# Builds the real kustomize, once, and prints the path of the program on standard output.
#
# The version is pinned because the expected outputs are those of one kustomize: its writer, its internal
# annotations and its error texts change between releases. The program is kept in a folder named after the
# version, so that a second run builds nothing and another version never answers for this one.
set -euo pipefail

version=v5.8.2
needs="Go 1.26 or newer"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-kserve-e2e/kustomize-$version
program=$cache/kustomize

fail() {
    printf 'e2e/tools/kustomize.sh: %s\n' "$*" >&2
    exit 1
}

is_wanted() {
    [ -x "$1" ] && [ "$("$1" version 2>/dev/null)" = "$version" ]
}

if ! is_wanted "$program"; then
    command -v go >/dev/null 2>&1 ||
        fail "go is missing; install $needs (https://go.dev/doc/install), it builds kustomize $version"
    mkdir -p "$cache"
    # Built beside its final place and then renamed: an interrupted or a second build never leaves half a program.
    building=$(mktemp -d "$cache/building.XXXXXX")
    trap 'rm -rf "$building"' EXIT
    printf 'building kustomize %s (once, about a minute or two)\n' "$version" >&2
    GOBIN=$building CGO_ENABLED=0 go install "sigs.k8s.io/kustomize/kustomize/v5@$version" >&2 ||
        fail "go install failed; kustomize $version needs $needs, this is $(go version)"
    is_wanted "$building/kustomize" ||
        fail "built a kustomize that calls itself $("$building/kustomize" version), not $version"
    mv -f "$building/kustomize" "$program"
fi
printf '%s\n' "$program"
