#!/usr/bin/env bash
# Builds the fn and pkg commands of the real kpt, once, and prints the path of the program on standard output.
#
# kpt cannot be had by `go install`: some of its other commands need modules that are not published. The program in
# e2e/tools/kpt holds those of its commands that run functions. It is kept under the hash of its sources, so that
# another version never answers for this one.
set -euo pipefail
# shellcheck source=e2e/tools/build-once.sh
. "$(dirname "${BASH_SOURCE[0]}")/build-once.sh"

version=v1.0.0-beta.59
needs="Go 1.26 or newer"
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/kpt" && pwd)
hash=$(cat "$source"/go.mod "$source"/go.sum "$source"/main.go | sha256sum | cut -c1-12)
program=$cache_root/kpt-$version-$hash/kpt

is_wanted() {
    # All of the help is read: a reader that stops at its find can end the program with a signal.
    [ -x "$1" ] && [[ $("$1" fn eval --help 2>&1) == *--exec* ]]
}

build() {
    (cd "$source" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$1/kpt" .)
}

build_once "kpt $version" "kpt $version" "five minutes or more"
