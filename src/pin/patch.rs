//! A change as a JSON merge patch (RFC 7396) of an object of a cluster, made from the same operations as the edit of a
//! file, and resolved once more from what the patch makes of the object.

use serde_json::{Value, json};

use crate::edit::{self, Operation};
use crate::object::{FieldPath, Step};
use crate::resolve::Resolver;
use crate::yaml::Node;

use super::rewrite::confirm;
use super::{Change, Refusal, operations};

/// What to send to the API server, and what should come of it.
#[derive(Clone, Debug)]
pub struct Patch {
    /// The merge patch. It names the object's resourceVersion, so that it changes no other version of the object.
    pub body: Value,
    /// The object with the patch applied, as it is before any webhook sees it.
    pub expected: Node<'static>,
}

/// The patch that carries `change` out on `object`, a service as the API server has it.
pub fn patch(resolver: &Resolver<'_>, object: &Node<'_>, change: &Change<'_>) -> Result<Patch, Refusal> {
    let operations = operations(change, object, &FieldPath::root());
    let stored = json_of(object);
    let body = stored
        .pointer("/metadata/resourceVersion")
        .and_then(|version| body(&stored, version, &operations))
        .ok_or_else(|| Refusal::text("it is not an object of a cluster"))?;
    let expected =
        serde_json::from_value(merged(Some(&stored), &body)).map_err(|error| Refusal::text(error.to_string()))?;
    confirm(resolver, Some(&expected), change)?;
    Ok(Patch { body, expected })
}

/// A node holds nothing that JSON cannot hold.
fn json_of(object: &Node<'_>) -> Value {
    serde_json::to_value(object).unwrap_or_default()
}

/// The operations as one patch. None where a path does not lead anywhere.
fn body(stored: &Value, version: &Value, operations: &[Operation]) -> Option<Value> {
    let mut body = json!({"metadata": {"resourceVersion": version}});
    let mut renamed = Vec::new();
    for operation in operations {
        match operation {
            Operation::RenameKey { path, key } => {
                let to = path.parent()?.key(key.clone());
                put(&mut body, path, Value::Null)?;
                put(&mut body, &to, under(stored, path)?.clone())?;
                renamed.push((path, to));
            }
            Operation::InsertFirst { path, key, value } | Operation::InsertLast { path, key, value } => {
                put(&mut body, &now(&renamed, path).key(key.clone()), value_of(value))?;
            }
            Operation::ReplaceText { path, value } => put(&mut body, &now(&renamed, path), value.clone().into())?,
            Operation::Remove { path } => put(&mut body, &now(&renamed, path), Value::Null)?,
        }
    }
    Some(body)
}

/// What is called `path` before the renamings, under the names after them.
fn now(renamed: &[(&FieldPath, FieldPath)], path: &FieldPath) -> FieldPath {
    let moved = |(from, to): &(&FieldPath, FieldPath)| {
        let below = path.steps().strip_prefix(from.steps())?;
        Some(below.iter().fold(to.clone(), |path, step| match step {
            Step::Key(key) => path.key(key),
            Step::Index(index) => path.index(*index),
        }))
    };
    renamed.iter().find_map(moved).unwrap_or_else(|| path.clone())
}

fn value_of(value: &edit::Value) -> Value {
    match value {
        edit::Value::Text(text) => text.clone().into(),
        edit::Value::Mapping(entries) => entries.iter().map(|(key, text)| (key.clone(), text.clone())).collect(),
    }
}

fn put(body: &mut Value, path: &FieldPath, value: Value) -> Option<()> {
    let place = path.steps().iter().try_fold(body, |under, step| match step {
        // A key of what is not there yet makes it.
        Step::Key(key) if under.is_object() || under.is_null() => Some(&mut under[key.as_str()]),
        _ => None,
    })?;
    *place = value;
    Some(())
}

fn under<'v>(value: &'v Value, path: &FieldPath) -> Option<&'v Value> {
    path.steps().iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

/// What a merge patch makes of a value: null takes away, an object is merged, everything else replaces.
fn merged(target: Option<&Value>, patch: &Value) -> Value {
    let Value::Object(changes) = patch else { return patch.clone() };
    let mut fields = target.and_then(Value::as_object).cloned().unwrap_or_default();
    for (key, change) in changes {
        if change.is_null() {
            fields.shift_remove(key);
        } else {
            let field = merged(fields.get(key), change);
            fields.insert(key.clone(), field);
        }
    }
    fields.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 7396, appendix A, that a patch of an object can be.
    #[test]
    fn a_merge_patch_merges_as_its_specification_says() {
        let cases = [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({"a": "foo"}), json!({"a": {"b": "c"}}), json!({"a": {"b": "c"}})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ];
        for (target, patch, expected) in cases {
            assert_eq!(merged(Some(&target), &patch), expected, "{target} with {patch}");
        }
    }

    #[test]
    fn operations_below_a_renamed_key_stand_under_its_new_name() {
        let stored = json!({"spec": {"predictor": {"triton": {"storageUri": "gs://bucket", "protocolVersion": "v1"}}}});
        let triton = FieldPath::of_keys(&["spec", "predictor", "triton"]);
        let format = edit::Value::Mapping(vec![("name".to_owned(), "triton".to_owned())]);
        let operations = [
            Operation::RenameKey { path: triton.clone(), key: "model".to_owned() },
            Operation::InsertFirst { path: triton.clone(), key: "modelFormat".to_owned(), value: format },
            Operation::ReplaceText { path: triton.clone().key("protocolVersion"), value: "v2".to_owned() },
            Operation::InsertLast { path: triton, key: "runtime".to_owned(), value: "one".into() },
        ];
        let model = json!({
            "storageUri": "gs://bucket", "protocolVersion": "v2", "modelFormat": {"name": "triton"}, "runtime": "one"
        });
        let expected = json!({
            "metadata": {"resourceVersion": "7"}, "spec": {"predictor": {"triton": null, "model": model}}
        });
        assert_eq!(body(&stored, &json!("7"), &operations), Some(expected));
    }
}
