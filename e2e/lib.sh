# shellcheck shell=bash
# What every suite of e2e/ needs: a folder to scribble in, `check`, and the closing line. Sourced, not run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

# Puts the program under test into $scratch/bin as kubectl-kserve, where users have it: on the PATH.
# KUBECTL_KSERVE names another build of it; without that, cargo decides whether the release build is up to date.
put_program_on_path() {
    local program=${KUBECTL_KSERVE:-}
    if [ -z "$program" ]; then
        (cd "$root" && cargo build --release --locked --quiet)
        program=${CARGO_TARGET_DIR:-$root/target}/release/kubectl-kserve
    fi
    mkdir -p "$scratch/bin"
    ln -s "$(realpath "$program")" "$scratch/bin/kubectl-kserve"
}

# Runs a command with nothing of the caller's environment: what a test needs must be said in the test.
scrubbed() {
    mkdir -p "$scratch/home"
    env -i PATH="$scratch/bin:/usr/local/bin:/usr/bin:/bin" HOME="$scratch/home" LC_ALL=C "$@"
}

# check NAME [EXPECTATION…] -- COMMAND…    runs the command and compares all three things it can say.
#   --exit N               the exit code (0 when not given)
#   --stdout FILE          standard output is exactly this file; /dev/null for nothing
#   --stdout-has TEXT      … has this text;  --stdout-lacks TEXT  … has it nowhere
#   --stdout-matches RE    … has a line that matches this extended regular expression
#   --stderr…              the same for standard error
# Both outputs must be spoken of, so that nothing goes unlooked at. They stay in $scratch/stdout and $scratch/stderr.
check() {
    local name=$1 exit_code=0 expectations=() problems="" problem
    shift
    while [ "$1" != "--" ]; do
        case $1 in
        --exit) exit_code=$2 ;;
        --stdout | --stdout-* | --stderr | --stderr-*) expectations+=("$1" "$2") ;;
        *) die "check '$name': unknown expectation $1" ;;
        esac
        shift 2
    done
    shift
    [[ " ${expectations[*]} " == *" --stdout"* ]] || die "check '$name' says nothing of standard output"
    [[ " ${expectations[*]} " == *" --stderr"* ]] || die "check '$name' says nothing of standard error"

    local found=0
    "$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null || found=$?
    [ "$found" = "$exit_code" ] || problems+="expected exit code $exit_code, but found $found"$'\n'
    set -- "${expectations[@]}"
    while [ $# -gt 0 ]; do
        problem=$(unmet "$1" "$2")
        [ -z "$problem" ] || problems+=$problem$'\n'
        shift 2
    done
    count "$name" "$problems"
}

# Prints what is wrong when an expectation does not hold, nothing when it holds.
unmet() {
    local stream=${1#--} difference
    local file=$scratch/${stream%%-*}
    case $stream in
    stdout | stderr)
        difference=$(diff -u --label "expected $stream ($2)" --label "found $stream" "$2" "$file") ||
            printf '%s\n' "$difference"
        ;;
    *-has) grep -qF -e "$2" "$file" || printf 'expected in %s: %s\n' "${stream%-has}" "$2" ;;
    *-lacks) ! grep -qF -e "$2" "$file" || printf 'not expected in %s: %s\n' "${stream%-lacks}" "$2" ;;
    *-matches) grep -qE -e "$2" "$file" || printf 'no line of %s matches: %s\n' "${stream%-matches}" "$2" ;;
    *) printf 'unknown expectation %s\n' "$1" ;;
    esac
}

count() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$1"
        return
    fi
    failed=$((failed + 1))
    printf 'FAILED  %s\n' "$1"
    printf '%s' "$2" | sed 's/^/        /'
    printf '        standard output: %s lines; standard error:\n' "$(wc -l <"$scratch/stdout")"
    head -n 40 "$scratch/stderr" | sed 's/^/        | /'
}

# The closing line, and a failure when anything failed or nothing was tried.
finish() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

die() {
    printf '%s: %s\n' "$0" "$*" >&2
    exit 1
}
