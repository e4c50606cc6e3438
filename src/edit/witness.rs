//! Has a reader that shares no code with the editor confirm that a change did what it was to do, and no more.

use serde_json::{Map, Value};

use super::events::{self, Event, Events};
use super::operation::{self, Operation};
use super::refusal::Refusal;
use crate::object::{FieldPath, Step};
use crate::yaml::{self, Chunk};

/// Whether the new text of a document is the old one with the operations done, and nothing else.
///
/// yaml-rust2 judges by every event; where it cannot read the old text, `serde_yaml` judges by value. Our own
/// reader must see the wanted value too.
pub fn witness(old: &str, new: &str, operations: &[Operation]) -> Result<(), Refusal> {
    let operations = &in_order(operations)[..];
    let old = old.trim_start_matches('\u{FEFF}');
    let new = new.trim_start_matches('\u{FEFF}');
    match Events::read(old) {
        Ok(events) => compare_events(old, events.events, new, operations)?,
        Err(error) => compare_values(old, new, operations, error.marker().line())?,
    }
    confirm(old, new, operations)
}

/// Paths are those of the old text, so that keys change their names last.
fn in_order(operations: &[Operation]) -> Vec<Operation> {
    let mut operations = operations.to_vec();
    operations.sort_by_key(|operation| matches!(operation, Operation::RenameKey { .. } | Operation::Remove { .. }));
    operations
}

fn compare_events(old: &str, before: Vec<Event>, new: &str, operations: &[Operation]) -> Result<(), Refusal> {
    let after = Events::read(new).map_err(|error| Refusal::Disagreement { line: error.marker().line() })?;
    let unfinished = !old.ends_with('\n');
    // A comment may be what ends the text without a line feed.
    if unfinished && differs(&after, before.clone(), operations, true).is_none() {
        return Ok(());
    }
    match differs(&after, before, operations, false) {
        None => Ok(()),
        Some(line) => Err(Refusal::Disagreement { line }),
    }
}

fn differs(after: &Events, mut expected: Vec<Event>, operations: &[Operation], unfinished: bool) -> Option<usize> {
    for operation in operations {
        if events::edit(&mut expected, operation, unfinished).is_none() {
            return Some(1);
        }
    }
    after.differs_from(&expected)
}

fn compare_values(old: &str, new: &str, operations: &[Operation], line: usize) -> Result<(), Refusal> {
    let read = |text: &str| serde_yaml::from_str::<Value>(text);
    let mut expected = read(old).map_err(|_| Refusal::NoWitness { line })?;
    let found = read(new)
        .map_err(|error| Refusal::Disagreement { line: error.location().map_or(1, |location| location.line()) })?;
    let done = operations.iter().try_for_each(|operation| edit(&mut expected, operation));
    if done.is_some() && found == expected { Ok(()) } else { Err(Refusal::Disagreement { line }) }
}

/// Our own reader sees the old value with the operations done.
fn confirm(old: &str, new: &str, operations: &[Operation]) -> Result<(), Refusal> {
    let wrong = |line: u32| Refusal::Disagreement { line: line as usize };
    let mut expected = value(old).map_err(|error| wrong(error.position.line))?;
    let found = value(new).map_err(|error| wrong(error.position.line))?;
    let done = operations.iter().try_for_each(|operation| edit(&mut expected, operation));
    if done.is_some() && found == expected { Ok(()) } else { Err(wrong(1)) }
}

fn value(text: &str) -> Result<Value, yaml::Error> {
    let node = yaml::compose(text, &Chunk::whole(text))?;
    Ok(node.and_then(|node| serde_json::to_value(node).ok()).unwrap_or_default())
}

/// Does the operation to a value, or nothing when its path leads nowhere.
fn edit(root: &mut Value, operation: &Operation) -> Option<()> {
    match operation {
        Operation::InsertFirst { path, key, value } | Operation::InsertLast { path, key, value } => {
            let mapping = find(root, path)?.as_object_mut()?;
            mapping.insert(key.clone(), new_value(value)).is_none().then_some(())
        }
        Operation::ReplaceText { path, value } => {
            *find(root, path)? = Value::from(value.as_str());
            Some(())
        }
        Operation::RenameKey { path, key } => {
            let (mapping, old) = holder(root, path)?;
            let value = mapping.remove(&old)?;
            mapping.insert(key.clone(), value).is_none().then_some(())
        }
        Operation::Remove { path } => {
            let (mapping, old) = holder(root, path)?;
            mapping.remove(&old).map(drop)
        }
    }
}

fn new_value(value: &operation::Value) -> Value {
    match value {
        operation::Value::Text(text) => Value::from(text.as_str()),
        operation::Value::Mapping(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect()
        }
    }
}

/// The mapping that holds the value at the path, and the value's key.
fn holder<'v>(root: &'v mut Value, path: &FieldPath) -> Option<(&'v mut Map<String, Value>, String)> {
    let Step::Key(key) = path.steps().last()? else { return None };
    Some((find(root, &path.parent()?)?.as_object_mut()?, key.clone()))
}

fn find<'v>(root: &'v mut Value, path: &FieldPath) -> Option<&'v mut Value> {
    path.steps().iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}
