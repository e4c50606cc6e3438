//! The operations done to values: what readers must find in the new text.

use kubectl_kserve::edit::{Operation, Value as New};
use kubectl_kserve::object::{FieldPath, Step};
use serde_json::Value;

/// The value with the operations done; nothing where this reader spells a key in another way.
pub(super) fn expected(old: &Value, operations: &[Operation]) -> Option<Value> {
    let mut value = old.clone();
    let is_key_change =
        |operation: &&Operation| matches!(operation, Operation::Remove { .. } | Operation::RenameKey { .. });
    let (keys, values): (Vec<_>, Vec<_>) = operations.iter().partition(is_key_change);
    values.into_iter().chain(keys).try_for_each(|operation| change(&mut value, operation))?;
    Some(value)
}

fn change(root: &mut Value, operation: &Operation) -> Option<()> {
    match operation {
        Operation::InsertFirst { path, key, value } | Operation::InsertLast { path, key, value } => {
            let value = match value {
                New::Text(text) => Value::from(text.as_str()),
                New::Mapping(entries) => entries.iter().cloned().collect(),
            };
            find(root, path)?.as_object_mut()?.insert(key.clone(), value);
        }
        Operation::ReplaceText { path, value } => *find(root, path)? = Value::from(value.as_str()),
        Operation::RenameKey { path, key } => {
            let mapping = find(root, &path.parent()?)?.as_object_mut()?;
            let value = mapping.remove(last_key(path)?)?;
            mapping.insert(key.clone(), value);
        }
        Operation::Remove { path } => {
            find(root, &path.parent()?)?.as_object_mut()?.remove(last_key(path)?)?;
        }
        _ => return None,
    }
    Some(())
}

pub(super) fn last_key(path: &FieldPath) -> Option<&str> {
    match path.steps().last()? {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

fn find<'v>(root: &'v mut Value, path: &FieldPath) -> Option<&'v mut Value> {
    path.steps().iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}
