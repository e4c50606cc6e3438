# shellcheck shell=bash
# What the scripts beside this file do alike: a real tool is built once and kept. Sourced, not run.

cache_root=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-kserve-e2e

fail() {
    printf 'e2e/tools/%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# build_once NAME ABOUT DURATION    prints the path of the program, and builds it when it is not there
# The script that calls it has: $needs, the Go that builds it; $program, the path to keep it at; is_wanted PROGRAM, whether
# a program is the one; build FOLDER, which puts it there.
build_once() {
    local building
    if ! is_wanted "$program"; then
        command -v go >/dev/null 2>&1 || fail "go is missing; install $needs (https://go.dev/doc/install), it builds $1"
        mkdir -p "$(dirname "$program")"
        # Built beside its final place and then renamed: an interrupted or a second build never leaves half a program.
        building=$(mktemp -d "$(dirname "$program")/building.XXXXXX")
        # shellcheck disable=SC2064  # the folder is known now, and local
        trap "rm -rf '$building'" EXIT
        printf 'building %s (once, %s)\n' "$2" "$3" >&2
        build "$building" >&2 || fail "go failed; $1 needs $needs, this is $(go version)"
        is_wanted "$building/$(basename "$program")" || fail "built something else than $1"
        mv -f "$building/$(basename "$program")" "$program"
    fi
    printf '%s\n' "$program"
}
