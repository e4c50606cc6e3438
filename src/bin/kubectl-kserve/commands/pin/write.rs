//! The end of a pin: the diff, the files, the summary, the exit code.

use std::fmt::Write as _;

use anyhow::Context;
use kubectl_kserve::diff;
use kubectl_kserve::object::Span;

use crate::cli::Pin;
use crate::input::Text;
use crate::output::{self, Ended, counted};
use crate::replacement::{self, Replacement};

use super::plan::{Counts, Plan};

/// Writes what is planned, unless something was refused and `--keep-going` was not given.
pub(super) fn write(pin: &Pin, texts: &[Text], plan: &Plan<'_>) -> anyhow::Result<Ended> {
    let counts = plan.counts();
    refuse_failures(pin, &counts)?;
    let changed: Vec<(&Text, String)> =
        texts.iter().enumerate().filter_map(|(number, text)| Some((text, plan.new_text(number, text)?))).collect();
    let diff: String = changed.iter().map(|(text, new)| file_diff(text, new)).collect();
    if !pin.writes_nothing() && (pin.stdout || texts.iter().any(|text| text.path.is_none())) {
        output::say_diff(&diff);
        to_standard_output(texts, plan)?;
    } else if pin.writes_nothing() {
        output::diff(&diff)?;
    } else {
        in_place(&changed, &diff)?;
    }
    let place = format!(" in {}", counted(changed.len(), "file"));
    Ok(end(pin, &counts, &place))
}

/// Ends here when something failed, unless that is no reason to write nothing.
pub(super) fn refuse_failures(pin: &Pin, counts: &Counts) -> anyhow::Result<()> {
    if counts.failed == 0 || pin.keep_going || pin.writes_nothing() {
        return Ok(());
    }
    anyhow::bail!("{} could not be {}: nothing was written", failures(counts), verb(pin))
}

/// `1 of 3 InferenceServices`
pub(super) fn failures(counts: &Counts) -> String {
    format!("{} of {}", counts.failed, counted(counts.services, "InferenceService"))
}

/// Sums up.
pub(super) fn end(pin: &Pin, counts: &Counts, place: &str) -> Ended {
    output::say(&summary(pin, counts, place));
    let findings = if pin.writes_nothing() { counts.written + counts.broken } else { 0 };
    if findings + counts.failed > 0 { Ended::WithFindings } else { Ended::Well }
}

/// Prints every text, changed or not.
fn to_standard_output(texts: &[Text], plan: &Plan<'_>) -> anyhow::Result<()> {
    let texts = texts.iter().enumerate();
    let new = texts.map(|(number, text)| plan.new_text(number, text).unwrap_or_else(|| text.content.clone()));
    let chunks = with_separators(new.collect());
    output::write_pipeline(chunks.iter().map(String::as_str)).context("cannot write standard output")
}

/// Replaces the files. The diff comes before that, so that none is replaced when it cannot be written, and after all that
/// takes room on a disk, so that it does not tell of files that cannot be written.
fn in_place(changed: &[(&Text, String)], diff: &str) -> anyhow::Result<()> {
    let files = changed.iter().filter_map(|(text, new)| Some((text.path.as_deref()?, new)));
    let replacements: Vec<_> =
        files.map(|(path, new)| Replacement::prepare(path, new.as_bytes())).collect::<anyhow::Result<_>>()?;
    output::diff(diff)?;
    replacement::take_places(&replacements)
}

fn file_diff(text: &Text, new: &str) -> String {
    let change = diff::Change { span: Span::new(0, text.content.len()), text: new };
    // git takes no path that begins with a dot.
    let name = text.name.trim_start_matches("./");
    diff::unified(name, name, &text.content, &[change])
}

/// Several manifests on one stream stay several documents. A byte order mark belongs to the start of a stream.
fn with_separators(texts: Vec<String>) -> Vec<String> {
    let mut chunks: Vec<String> = Vec::with_capacity(texts.len() * 2);
    for mut text in texts {
        if let Some(before) = chunks.last() {
            if text.starts_with('\u{feff}') {
                text.remove(0);
            }
            let line = if before.ends_with('\n') { "" } else { "\n" };
            chunks.push(if text.starts_with("---") { line.to_owned() } else { format!("{line}---\n") });
        }
        chunks.push(text);
    }
    chunks
}

fn summary(pin: &Pin, counts: &Counts, place: &str) -> String {
    let done = if pin.writes_nothing() { format!("would be {}", verb(pin)) } else { verb(pin).to_owned() };
    let mut text = format!("{done}: {} of {}{place}", counts.written, counted(counts.services, "InferenceService"));
    let left = counts.skipped + counts.failed;
    if counts.settled > 0 {
        let _ = write!(text, ", {} as {} should be", counts.settled, noun(counts.settled, "it", "they"));
    }
    if left > 0 {
        let _ = write!(text, ", {left} left as {}", noun(left, "it is", "they are"));
    }
    if counts.broken > 0 {
        let _ = write!(text, ", {}", counted(counts.broken, "broken pin"));
    }
    text
}

/// What is done to a service.
pub(super) fn verb(pin: &Pin) -> &'static str {
    if pin.unpin { "unpinned" } else { "pinned" }
}

fn noun(count: usize, one: &'static str, several: &'static str) -> &'static str {
    if count == 1 { one } else { several }
}
