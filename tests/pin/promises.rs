//! What every run must keep, whatever its case is about.

use super::case::Case;
use super::tree::Tree;
use super::{Run, process};

/// The flags that turn a pin into a question, or its output into the manifests.
const WRITES_NOTHING: [&str; 5] = ["--check", "--dry-run", "--dry-run=client", "--stdout", "-"];

/// The promises that this run broke.
pub(crate) fn broken(run: &Run, case: &Case) -> Vec<String> {
    let wrote = run.after != run.before;
    let in_place = !run.has(&WRITES_NOTHING) && !run.has(&["-k"]);
    let answered = !run.ended.stdout.is_empty();
    let failed = run.ended.code == Some(2);
    let promises = [
        ("a run that failed wrote something", !failed || !wrote),
        ("a run that failed printed an answer", !failed || !answered),
        ("a run that only shows wrote something", in_place || !wrote),
        ("files changed without a diff, or the reverse", !in_place || wrote == answered),
        ("a panic", !run.ended.stderr.contains("a bug in kubectl-kserve")),
    ];
    let broken = promises.into_iter().filter(|(_, kept)| !kept).map(|(promise, _)| promise.to_owned());
    broken.chain(if wrote { again(run, case) } else { None }).collect()
}

/// A second run finds nothing to do.
fn again(run: &Run, case: &Case) -> Option<String> {
    let ended = process::run(&process::program(), &run.arguments, &run.folder, &case.environment(), &case.input());
    let same = Tree::read(&run.folder) == run.after && ended.stdout.is_empty() && ended.code == run.ended.code;
    (!same).then(|| format!("a second run that changes something\n{}", ended.stdout))
}
