//! The end of a pin: the diff, the files, the summary, the exit code.

use std::fmt::Write as _;

use anyhow::Context;
use kubectl_kserve::diff;
use kubectl_kserve::object::Span;

use crate::cli::Pin;
use crate::input::Text;
use crate::output::{self, Ended};
use crate::replacement::{self, Replacement};

use super::plan::{Fate, Plan};

/// Writes what is planned, unless something was refused and `--keep-going` was not given.
pub(super) fn write(pin: &Pin, texts: &[Text], plan: &Plan<'_>) -> anyhow::Result<Ended> {
    let refused = plan.refused();
    if refused > 0 && !pin.keep_going && !pin.check {
        anyhow::bail!("{refused} of {} could not be {}: nothing was written", services(plan.services.len()), verb(pin));
    }
    let changed: Vec<(&Text, String)> =
        texts.iter().enumerate().filter_map(|(number, text)| Some((text, plan.new_text(number, text)?))).collect();
    let diff: String = changed.iter().map(|(text, new)| file_diff(text, new)).collect();
    if !pin.check && (pin.stdout || texts.iter().any(|text| text.path.is_none())) {
        output::say_diff(&diff);
        to_standard_output(texts, plan)?;
    } else if pin.check {
        output::diff(&diff)?;
    } else {
        in_place(&changed, &diff)?;
    }
    output::say(&summary(pin, plan, changed.len()));
    Ok(ended(pin, plan, refused))
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

fn ended(pin: &Pin, plan: &Plan<'_>, refused: usize) -> Ended {
    let would_write = plan.count(|fate| matches!(fate, Fate::Write(_)));
    let broken = plan.count(|fate| matches!(fate, Fate::Broken(_)));
    let findings = if pin.check { would_write + broken + refused } else { refused };
    if findings > 0 { Ended::WithFindings } else { Ended::Well }
}

fn summary(pin: &Pin, plan: &Plan<'_>, files: usize) -> String {
    let written = plan.count(|fate| matches!(fate, Fate::Write(_)));
    let settled = plan.count(|fate| matches!(fate, Fate::Settled));
    let left = plan.count(|fate| matches!(fate, Fate::Refused { .. }));
    let broken = plan.count(|fate| matches!(fate, Fate::Broken(_)));
    let done = if pin.check { format!("would be {}", verb(pin)) } else { verb(pin).to_owned() };
    let mut text =
        format!("{done}: {written} of {} in {files} {}", services(plan.services.len()), noun(files, "file", "files"));
    if settled > 0 {
        let _ = write!(text, ", {settled} as {} should be", noun(settled, "it", "they"));
    }
    if left > 0 {
        let _ = write!(text, ", {left} left as {}", noun(left, "it is", "they are"));
    }
    if broken > 0 {
        let _ = write!(text, ", {broken} broken {}", noun(broken, "pin", "pins"));
    }
    text
}

fn verb(pin: &Pin) -> &'static str {
    if pin.unpin { "unpinned" } else { "pinned" }
}

fn services(count: usize) -> String {
    format!("{count} {}", noun(count, "InferenceService", "InferenceServices"))
}

fn noun(count: usize, one: &'static str, several: &'static str) -> &'static str {
    if count == 1 { one } else { several }
}
