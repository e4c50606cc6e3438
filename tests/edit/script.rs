//! Operations as words: `insert PATH KEY VALUE`, `first PATH KEY {KEY: VALUE, …}`, `replace PATH VALUE`,
//! `rename PATH KEY`, `remove PATH`.

use kubectl_kserve::edit::{Operation, Value};
use kubectl_kserve::object::FieldPath;

use super::path;

/// The operation that a line spells; everything behind the last blank that separates words is text.
pub(super) fn operation(line: &str) -> Operation {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (place, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let path: FieldPath = path(place);
    let pair = || rest.split_once(' ').unwrap_or_else(|| panic!("{line:?}: a key and a value"));
    match verb {
        "insert" => Operation::InsertLast { path, key: pair().0.to_owned(), value: value(pair().1) },
        "first" => Operation::InsertFirst { path, key: pair().0.to_owned(), value: value(pair().1) },
        "replace" => Operation::ReplaceText { path, value: rest.to_owned() },
        "remove" => Operation::Remove { path },
        "rename" => Operation::RenameKey { path, key: rest.to_owned() },
        _ => panic!("{line:?}: no operation"),
    }
}

/// `{a: b, c: d}` is a mapping, anything else text.
fn value(text: &str) -> Value {
    let Some(entries) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
        return text.into();
    };
    let entries = entries.split(", ").filter_map(|entry| entry.split_once(": "));
    Value::Mapping(entries.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}
