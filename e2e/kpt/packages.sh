# shellcheck shell=bash
# Packages of every kind inside the real kpt, which rewrites a package's files from what a function writes, and shows four
# lines of its results and of its standard error: both are looked at, and the files byte for byte. Sourced by run.

cases=$root/e2e/kpt/cases
function="kubectl-kserve fn"
release=(-- kserve-version=v0.20.0 runtimes=release:v0.20.0)

# Copies a case's package into an empty folder, and once more as it was before.
unpack() {
    rm -rf "$scratch/kpt"
    mkdir "$scratch/kpt"
    cp -R "$cases/$1/package" "$scratch/kpt/package"
    cp -R "$scratch/kpt/package" "$scratch/kpt/before"
}

# Runs a command beside the package. How long a function took is not compared.
beside() {
    local ended=0
    (cd "$scratch/kpt" && scrubbed "$@") 2>"$scratch/untimed" || ended=$?
    sed -E '/^\[(PASS|FAIL)\]/s/ in [0-9.]+m?s$//' "$scratch/untimed" >&2
    return "$ended"
}

# eval_package [ARGUMENT…]    the function over the package
eval_package() {
    beside kpt fn eval package --exec "$function" "$@"
}

# rewrite EXPRESSION FILE    edits a file below the package's folder with sed
rewrite() {
    sed "$1" "$scratch/kpt/$2" >"$scratch/rewritten"
    mv "$scratch/rewritten" "$scratch/kpt/$2"
}

# Takes the package as it is now for what it was before.
settle() {
    rm -rf "$scratch/kpt/before"
    cp -R "$scratch/kpt/package" "$scratch/kpt/before"
}

# What became of the files; ends with 1, as diff does, when anything did. A renamed file would show as two.
changes() {
    (cd "$scratch/kpt" && diff -ru before package) | sed -E 's/^((---|\+\+\+) [^\t]*)\t.*/\1/'
}

unchanged() {
    check "$1" --stdout /dev/null --stderr /dev/null -- changes
}

# The function between kpt's own reader and writer, as a pipeline of a shell.
piped() {
    # shellcheck disable=SC2016  # the inner shell's own variables
    beside bash -c 'set -o pipefail; kpt fn source package "$@" | kubectl-kserve fn | kpt fn sink after' bash "$@"
}

echoed() {
    beside kpt fn eval package --exec cat
}

# --- fn eval

unpack styles
check "fn eval pins what has no pin; the terminal shows the results and a summary" \
    --stdout /dev/null --stderr "$cases/styles/terminal.txt" \
    -- eval_package --results-dir results "${release[@]}"
check "only the pins change in the files, whatever their style, and no file is renamed" \
    --exit 1 --stdout "$cases/styles/expected.diff" --stderr /dev/null \
    -- changes
check "the results tell the object, the field and the file of each pin" \
    --stdout "$cases/styles/results.yaml" --stderr /dev/null \
    -- cat "$scratch/kpt/results/results.yaml"

settle
check "a second run has nothing to tell" \
    --stdout /dev/null --stderr "$cases/styles/again.txt" \
    -- eval_package "${release[@]}"
unchanged "a second run changes nothing"

unpack styles
check "a functionConfig in a file does the same" \
    --stdout /dev/null --stderr "$cases/styles/terminal.txt" \
    -- eval_package --results-dir results --fn-config "$cases/styles/pin.yaml"
check "and changes the same" \
    --exit 1 --stdout "$cases/styles/expected.diff" --stderr /dev/null \
    -- changes

unpack styles
check "the program does without its argument" \
    --stdout /dev/null --stderr-has '[PASS] "kubectl-kserve"' --stderr-has 'pinned 3 of 4 InferenceServices' \
    -- beside kpt fn eval package --exec kubectl-kserve "${release[@]}"
check "and changes the same then" \
    --exit 1 --stdout "$cases/styles/expected.diff" --stderr /dev/null \
    -- changes

# kpt tidies up files that are not in its style. What the function does has to be told from that.
unpack hand-styled
check "a function that only echoes lets kpt rewrite a file that is not in its style" \
    --stdout /dev/null --stderr-has '[PASS] "cat"' \
    -- echoed
rm -rf "$scratch/kpt/before"
mv "$scratch/kpt/package" "$scratch/kpt/before"
cp -R "$cases/hand-styled/package" "$scratch/kpt/package"
check "such a file is pinned, JSON within it too" \
    --stdout /dev/null --stderr-has 'pinned 3 of 3 InferenceServices' \
    -- eval_package "${release[@]}"
check "beside what kpt rewrites there are the pins, and nothing else" \
    --exit 1 --stdout "$cases/hand-styled/expected.diff" --stderr /dev/null \
    -- changes

settle
rewrite $'/runtime: kserve-sklearnserver/d; s/$/\r/' package/iris.yaml
check "a file with line ends of Windows is pinned" \
    --stdout /dev/null --stderr-has 'pinned 1 of 3 InferenceServices, 2 already pinned' \
    -- eval_package "${release[@]}"
unchanged "and comes out as kpt writes it, with line feeds"

# Not a wish but a warning: kpt puts back what it takes for a lost comment.
unpack comment-behind
check "a service with a comment behind the last key of its model is pinned" \
    --stdout /dev/null --stderr-has 'pinned 1 of 1 InferenceService' \
    -- eval_package "${release[@]}"
check "trap: kpt writes that comment twice" \
    --exit 1 --stdout "$cases/comment-behind/expected.diff" --stderr /dev/null \
    -- changes

# --- failures

unpack unsupported
check "a service that no runtime supports fails the run; the terminal shows the summary and the error" \
    --exit 1 --stdout /dev/null --stderr "$cases/unsupported/terminal.txt" \
    -- eval_package "${release[@]}"
unchanged "and no file is touched, not even to tidy it up"

unpack many-failures
check "of five errors the terminal shows four, and says so" \
    --exit 1 --stdout /dev/null --stderr "$cases/many-failures/terminal.txt" \
    -- eval_package --results-dir results "${release[@]}"
check "the fifth is among the results on disk" \
    --stdout-has 'name: tulip' --stdout-matches '^ +severity: error$' --stdout-lacks 'severity: info' \
    --stdout-matches '^exitCode: 1$' --stderr /dev/null \
    -- cat "$scratch/kpt/results/results.yaml"
check "and shown on demand" \
    --exit 1 --stdout /dev/null --stderr-has 'InferenceService/ml/tulip: no runtime supports it' \
    --stderr-has 'error[NoSupportingRuntime]: no runtime supports InferenceService ml/tulip' --stderr-lacks 'truncated' \
    -- eval_package --truncate-output=false "${release[@]}"

unpack unsupported
check "a policy may leave such a service alone, with a warning ahead of the pins" \
    --stdout /dev/null --stderr "$cases/unsupported/skipped.txt" \
    -- eval_package "${release[@]}" on-unresolved=skip

unpack styles
check "an unknown key is an error that lists the known ones" \
    --exit 1 --stdout /dev/null --stderr-has '[FAIL]' --stderr-has 'data.runtime is not known' \
    --stderr-has 'kserve-version, namespace, runtimes, on-unresolved, on-undecided' \
    -- eval_package -- runtime=release:v0.20.0
unchanged "and no file is touched by that"
check "without a word on the runtimes nothing is pinned" \
    --exit 1 --stdout /dev/null --stderr-has '[FAIL]' --stderr-has 'were not declared complete' \
    -- eval_package
unchanged "and no file is touched by that either"

# --- snapshots and selectors

unpack snapshot
check "a snapshot in the package needs no configuration" \
    --stdout /dev/null --stderr-has 'pinned house-sklearn: the only one of 2 runtimes that fits' \
    -- eval_package
check "it stays a file of the package as it is" \
    --exit 1 --stdout "$cases/snapshot/expected.diff" --stderr /dev/null \
    -- changes

unpack snapshot
check "a selector on the services hides the snapshot, and the error says so" \
    --exit 1 --stdout /dev/null --stderr-has 'on 1 resource(s)' \
    --stderr-has 'no runtimes are among the items; a selector on the function hides them' \
    -- eval_package --match-kind InferenceService
unchanged "and no file is touched by that error"
check "with a release a selector does no harm" \
    --stdout /dev/null --stderr-has 'on 1 resource(s)' --stderr-has 'pinned kserve-sklearnserver' \
    -- eval_package --match-kind InferenceService "${release[@]}"

# --- mode: check

unpack snapshot
check "mode=check fails where a pin is missing" \
    --exit 1 --stdout /dev/null --stderr "$cases/snapshot/check.txt" \
    -- eval_package -- mode=check
unchanged "and changes nothing"
beside kpt fn eval package --exec "$function" 2>/dev/null
check "mode=check passes where all is pinned" \
    --stdout /dev/null --stderr-has '[PASS]' --stderr-has '1 already pinned' --stderr-lacks '[error]' \
    -- eval_package -- mode=check

# --- packages without services

# Not a wish but a warning: this is why the function fails rather than write too little.
unpack snapshot
check "trap: a function that writes nothing and ends well passes" \
    --stdout /dev/null --stderr-has '[PASS] "true"' \
    -- beside kpt fn eval package --exec true
check "and has deleted every file of the package" --stdout /dev/null --stderr /dev/null -- ls -A "$scratch/kpt/package"

mkdir "$scratch/kpt/empty"
check "an empty package is no failure" --stdout /dev/null --stderr-has '[PASS]' --stderr-has 'pinned 0 of 0' \
    -- beside kpt fn eval empty --exec "$function" "${release[@]}"
check "and stays empty" --stdout /dev/null --stderr /dev/null -- ls -A "$scratch/kpt/empty"

# --- fn render

unpack render
check "without --allow-exec kpt refuses" \
    --exit 1 --stdout /dev/null --stderr-has 'must run with' --stderr-has '--allow-exec' \
    -- beside kpt fn render package
unchanged "and touches nothing"
check "a pipeline pins with a configPath and checks with a configMap, as validator too" \
    --stdout /dev/null --stderr "$cases/render/terminal.txt" \
    -- beside kpt fn render package --allow-exec --results-dir results
check "a rendered package has the pin, its Kptfile and its configuration as they were" \
    --exit 1 --stdout "$cases/render/expected.diff" --stderr /dev/null \
    -- changes
check "no result names a path of the host" \
    --stdout-has 'path: iris.yaml' --stdout-lacks "$scratch" --stderr /dev/null \
    -- cat "$scratch/kpt/results/results.yaml"

unpack render
rewrite '/mutators:/,/configPath:/d' package/Kptfile
settle
check "as a validator alone it fails the pipeline where a pin is missing" \
    --exit 1 --stdout /dev/null --stderr-has '[FAIL]' \
    --stderr-has 'would be pinned to kserve-sklearnserver' \
    -- beside kpt fn render package --allow-exec
unchanged "and the package stays as it was"

unpack render-selector
check "a selector in the pipeline hides the snapshot, and the error says so" \
    --exit 1 --stdout /dev/null --stderr-has 'on 1 resource(s)' --stderr-has 'a selector on the function hides them' \
    -- beside kpt fn render package --allow-exec
unchanged "and the package stays as it was then"

unpack render-subpackage
check "the pipeline of a package reaches the packages within" \
    --stdout /dev/null --stderr-has 'InferenceService/team/wine spec.predictor.model.runtime: pinned' \
    -- beside kpt fn render package --allow-exec --results-dir results
check "and changes the files of both" \
    --exit 1 --stdout "$cases/render-subpackage/expected.diff" --stderr /dev/null \
    -- changes
check "which the results name as each package knows it" \
    --stdout-has 'path: wine.yaml' --stdout-lacks "$scratch" --stderr /dev/null \
    -- cat "$scratch/kpt/results/results.yaml"

# --- fn source | … | fn sink

unpack styles
check "between fn source and fn sink it does the same" \
    --stdout /dev/null --stderr-has 'pinned 3 of 4 InferenceServices' --stderr-matches '^\+ +runtime: kserve-sklearnserver$' \
    -- piped --fn-config "$cases/styles/pin.yaml"
rm -rf "$scratch/kpt/package"
mv "$scratch/kpt/after" "$scratch/kpt/package"
check "and writes the same files" \
    --exit 1 --stdout "$cases/styles/expected.diff" --stderr /dev/null \
    -- changes

unpack unsupported
check "a failure fails the pipeline" \
    --exit 1 --stdout /dev/null --stderr-has 'nothing was pinned' \
    -- piped --fn-config "$cases/styles/pin.yaml"
# Not a wish but a warning: without pipefail the shell says that all is well.
check "trap: fn sink writes all the same" \
    --stdout-has 'name: wine' --stdout-lacks 'runtime:' --stderr /dev/null \
    -- cat "$scratch/kpt/after/iris.yaml" "$scratch/kpt/after/wine.yaml"

# --- the stream itself

unpack styles
cut_short() {
    # shellcheck disable=SC2016  # the inner shell's own variables
    beside bash -c 'kpt fn source package --fn-config "$1" | head -c "$2" | kubectl-kserve fn' bash "$cases/styles/pin.yaml" "$1"
}
check "a list that was cut in its items is never answered with fewer" \
    --exit 1 --stdout-lacks 'runtime: kserve-sklearnserver' --stderr-has 'kubectl-kserve: ' \
    -- cut_short 1000
check "a list of which little is left is no list" \
    --exit 1 --stdout /dev/null --stderr-has 'kubectl-kserve: ' \
    -- cut_short 40

# More than a pipe holds, so that the reader is gone before all is written.
for number in $(seq 600); do
    sed "s/name: iris.*/name: iris-$number/" "$cases/snapshot/package/iris.yaml" >"$scratch/kpt/package/iris-$number.yaml"
done
hung_up() {
    # shellcheck disable=SC2016  # the inner shell's own variables
    beside bash -c 'kpt fn source package --fn-config "$1" | kubectl-kserve fn | head -c 10; exit "${PIPESTATUS[1]}"' \
        bash "$cases/styles/pin.yaml"
}
printf 'apiVersion' >"$scratch/ten-bytes"
check "a reader that goes away makes it fail" \
    --exit 1 --stdout "$scratch/ten-bytes" --stderr-has 'cannot write standard output' \
    -- hung_up
