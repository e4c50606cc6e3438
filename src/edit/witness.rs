//! Has a reader that shares no code with the editor confirm that a change did what it was to do, and no more.

use serde_json::Value;

use super::events::{Event, Events};
use super::operation::Operation;
use super::refusal::Refusal;
use super::tree::Tree;
use super::values;
use crate::yaml::{self, Chunk};

/// Whether the new text of a document is the old one with the operations done, and nothing else.
///
/// yaml-rust2 judges by every event; where it cannot read one of the texts, `serde_yaml` judges by value. Our own
/// reader must see the wanted value too.
pub fn witness(old: &str, new: &str, operations: &[Operation]) -> Result<(), Refusal> {
    let old = old.trim_start_matches('\u{FEFF}');
    let new = new.trim_start_matches('\u{FEFF}');
    match (Events::read(old), Events::read(new)) {
        (Ok(before), Ok(after)) => compare_events(old, before.events, &after, operations)?,
        (Err(error), _) => compare_values(old, new, operations, error.marker().line())?,
        (Ok(_), Err(error)) => {
            let line = error.marker().line();
            compare_values(old, new, operations, line).map_err(|_| Refusal::Disagreement { line })?;
        }
    }
    confirm(old, new, operations)
}

fn compare_events(old: &str, before: Vec<Event>, after: &Events, operations: &[Operation]) -> Result<(), Refusal> {
    let unfinished = !old.ends_with('\n');
    // A comment may be what ends the text without a line feed.
    if unfinished && differs(after, before.clone(), operations, true).is_none() {
        return Ok(());
    }
    match differs(after, before, operations, false) {
        None => Ok(()),
        Some(line) => Err(Refusal::Disagreement { line }),
    }
}

fn differs(after: &Events, before: Vec<Event>, operations: &[Operation], unfinished: bool) -> Option<usize> {
    match Tree::new(before).edited(operations, unfinished) {
        Some(expected) => after.differs_from(&expected),
        None => Some(1),
    }
}

fn compare_values(old: &str, new: &str, operations: &[Operation], line: usize) -> Result<(), Refusal> {
    let read = |text: &str| serde_yaml::from_str::<Value>(text);
    let old = read(old).map_err(|_| Refusal::NoWitness { line })?;
    let found = read(new)
        .map_err(|error| Refusal::Disagreement { line: error.location().map_or(1, |location| location.line()) })?;
    let expected = values::edited(old, operations);
    if expected == Some(found) { Ok(()) } else { Err(Refusal::Disagreement { line }) }
}

/// Our own reader sees the old value with the operations done.
fn confirm(old: &str, new: &str, operations: &[Operation]) -> Result<(), Refusal> {
    let wrong = |line: u32| Refusal::Disagreement { line: line as usize };
    let old = value(old).map_err(|error| wrong(error.position.line))?;
    let found = value(new).map_err(|error| wrong(error.position.line))?;
    let expected = values::edited(old, operations);
    if expected == Some(found) { Ok(()) } else { Err(wrong(1)) }
}

fn value(text: &str) -> Result<Value, yaml::Error> {
    let node = yaml::compose(text, &Chunk::whole(text))?;
    Ok(node.and_then(|node| serde_json::to_value(node).ok()).unwrap_or_default())
}
