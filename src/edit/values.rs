//! The operations done to a value, for readers that tell no more than values.

use serde_json::{Map, Value as Json};

use super::operation::{Operation, Value};
use crate::object::{FieldPath, Step};

/// The value with all operations done, or nothing when a path leads nowhere.
pub(super) fn edited(mut root: Json, operations: &[Operation]) -> Option<Json> {
    let mut sorted: Vec<_> = operations.iter().collect();
    // All paths are those before any change: what changes paths comes last, from the innermost to the outermost.
    sorted.sort_by_key(|operation| match operation {
        Operation::ReplaceText { .. } => (0, 0),
        Operation::InsertFirst { .. } | Operation::InsertLast { .. } => (1, 0),
        Operation::Remove { .. } => (2, 0),
        Operation::RenameKey { path, .. } => (3, usize::MAX - path.steps().len()),
    });
    for operation in sorted {
        edit(&mut root, operation)?;
    }
    Some(root)
}

fn edit(root: &mut Json, operation: &Operation) -> Option<()> {
    match operation {
        Operation::InsertFirst { path, key, value } | Operation::InsertLast { path, key, value } => {
            let mapping = find(root, path.steps())?.as_object_mut()?;
            mapping.insert(key.clone(), json(value)).is_none().then_some(())
        }
        Operation::ReplaceText { path, value } => {
            *find(root, path.steps())? = Json::from(value.as_str());
            Some(())
        }
        Operation::Remove { path } => {
            let (mapping, key) = entry(root, path)?;
            mapping.remove(key).map(drop)
        }
        Operation::RenameKey { path, key: new } => {
            let (mapping, key) = entry(root, path)?;
            let value = mapping.remove(key)?;
            mapping.insert(new.clone(), value).is_none().then_some(())
        }
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Text(text) => Json::from(text.as_str()),
        Value::Mapping(entries) => entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
    }
}

/// The mapping that holds the last key of a path, and that key.
fn entry<'v, 'p>(root: &'v mut Json, path: &'p FieldPath) -> Option<(&'v mut Map<String, Json>, &'p str)> {
    match path.steps().split_last()? {
        (Step::Key(key), steps) => Some((find(root, steps)?.as_object_mut()?, key)),
        _ => None,
    }
}

fn find<'v>(root: &'v mut Json, steps: &[Step]) -> Option<&'v mut Json> {
    steps.iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}
