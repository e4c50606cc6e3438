#!/usr/bin/env bash
# Builds the fn and pkg commands of the real kpt, once, and prints the path of the program on standard output.
#
# kpt cannot be had by `go install`: some of its other commands need modules that are not published. The program in
# e2e/tools/kpt holds those of its commands that run functions. It is kept under the hash of its sources, so that
# another version never answers for this one.
set -euo pipefail

version=v1.0.0-beta.59
needs="Go 1.26 or newer"
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/kpt" && pwd)
hash=$(cat "$source"/go.mod "$source"/go.sum "$source"/main.go | sha256sum | cut -c1-12)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-kserve-e2e/kpt-$version-$hash
program=$cache/kpt

fail() {
    printf 'e2e/tools/kpt.sh: %s\n' "$*" >&2
    exit 1
}

is_wanted() {
    # All of the help is read: a reader that stops at its find can end the program with a signal.
    [ -x "$1" ] && [[ $("$1" fn eval --help 2>&1) == *--exec* ]]
}

if ! is_wanted "$program"; then
    command -v go >/dev/null 2>&1 ||
        fail "go is missing; install $needs (https://go.dev/doc/install), it builds kpt $version"
    mkdir -p "$cache"
    # Built beside its final place and then renamed: an interrupted or a second build never leaves half a program.
    building=$(mktemp -d "$cache/building.XXXXXX")
    trap 'rm -rf "$building"' EXIT
    printf 'building kpt %s (once, five minutes or more)\n' "$version" >&2
    (cd "$source" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$building/kpt" .) >&2 ||
        fail "go build failed; kpt $version needs $needs, this is $(go version)"
    is_wanted "$building/kpt" || fail "built a program that does not know fn eval --exec"
    mv -f "$building/kpt" "$program"
fi
printf '%s\n' "$program"
