//! A change as operations on the fields of a service's text.

use crate::edit::{Operation, Value};
use crate::object::FieldPath;
use crate::yaml::Node;

use super::Change;

/// What carries `change` out on the service at `path` of a document, whose text is `node`. A framework's key becomes
/// `model` as KServe's webhook stores it.
#[must_use]
pub fn operations(change: &Change<'_>, node: &Node<'_>, path: &FieldPath) -> Vec<Operation> {
    let predictor = path.clone().key("spec").key("predictor");
    let name = change.runtime.id.name.clone();
    let Some((framework, protocol)) = change.framework else {
        return vec![of_model(change, node, predictor.key("model"), name)];
    };
    let under = predictor.key(framework.key());
    let format = Value::Mapping(vec![("name".to_owned(), framework.key().to_owned())]);
    let mut operations = vec![
        Operation::RenameKey { path: under.clone(), key: "model".to_owned() },
        Operation::InsertFirst { path: under.clone(), key: "modelFormat".to_owned(), value: format },
    ];
    if let Some(protocol) = protocol {
        let written = has(node, &["spec", "predictor", framework.key(), "protocolVersion"]);
        operations.push(put(&under, "protocolVersion", written, protocol.to_owned()));
    }
    operations.push(insert_last(&under, "runtime", name));
    operations
}

fn of_model(change: &Change<'_>, node: &Node<'_>, model: FieldPath, name: String) -> Operation {
    if change.removes {
        return Operation::Remove { path: model.key("runtime") };
    }
    put(&model, "runtime", has(node, &["spec", "predictor", "model", "runtime"]), name)
}

/// Whether the key is written, were it with null for its value.
fn has(node: &Node<'_>, keys: &[&str]) -> bool {
    keys.iter().try_fold(node, |node, key| node.get(key)).is_some()
}

/// Sets a key: where it is `written`, or at the end.
fn put(path: &FieldPath, key: &str, written: bool, value: String) -> Operation {
    if written {
        return Operation::ReplaceText { path: path.clone().key(key), value };
    }
    insert_last(path, key, value)
}

fn insert_last(path: &FieldPath, key: &str, value: String) -> Operation {
    Operation::InsertLast { path: path.clone(), key: key.to_owned(), value: value.into() }
}
