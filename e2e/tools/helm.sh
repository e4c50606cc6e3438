#!/usr/bin/env bash
# Builds a real helm, once, and prints the path of the program on standard output. It is kept in a folder named after
# the version, so that another version never answers for this one.
# usage: e2e/tools/helm.sh VERSION, of helm 3 or helm 4
set -euo pipefail

version=${1:?usage: e2e/tools/helm.sh VERSION}
major=${version%%.*}
needs="Go 1.26 or newer"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-kserve-e2e/helm-$version
program=$cache/helm

fail() {
    printf 'e2e/tools/helm.sh: %s\n' "$*" >&2
    exit 1
}

# Built by go install it knows no more of its version than v3.19 or v4.3: the folder says the rest.
is_wanted() {
    [ -x "$1" ] && [[ $("$1" version --template '{{.Version}}' 2>/dev/null) == "${version%.*}" ]]
}

if ! is_wanted "$program"; then
    command -v go >/dev/null 2>&1 ||
        fail "go is missing; install $needs (https://go.dev/doc/install), it builds helm $version"
    mkdir -p "$cache"
    # Built beside its final place and then renamed: an interrupted or a second build never leaves half a program.
    building=$(mktemp -d "$cache/building.XXXXXX")
    trap 'rm -rf "$building"' EXIT
    printf 'building helm %s (once, about two minutes)\n' "$version" >&2
    GOBIN=$building CGO_ENABLED=0 go install "helm.sh/helm/$major/cmd/helm@$version" >&2 ||
        fail "go install failed; helm $version needs $needs, this is $(go version)"
    is_wanted "$building/helm" || fail "built a helm that calls itself $("$building/helm" version --short)"
    mv -f "$building/helm" "$program"
fi
printf '%s\n' "$program"
