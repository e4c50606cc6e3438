//! The editor: what each change looks like, what is refused, and what holds for all changes.

#[path = "edit/cases.rs"]
mod cases;
#[path = "edit/properties.rs"]
mod properties;
#[path = "edit/witness.rs"]
mod witness;

use kubectl_kserve::edit::{self, Operation, Refusal, Splice};
use kubectl_kserve::object::FieldPath;
use kubectl_kserve::yaml;

fn insert(path: &FieldPath, key: &str, value: &str) -> Operation {
    Operation::InsertLast { path: path.clone(), key: key.to_owned(), value: value.to_owned().into() }
}

/// `spec.items[1].model`, as far as the tests need it.
fn path(text: &str) -> FieldPath {
    let steps = text.split(['.', '[']).filter(|step| !step.is_empty());
    steps.fold(FieldPath::root(), |path, step| match step.strip_suffix(']') {
        Some(index) => path.index(index.parse().expect("an index")),
        None => path.key(step),
    })
}

/// The splices for the first document of a text.
fn plan(text: &str, operations: &[Operation]) -> Result<Vec<Splice>, Refusal> {
    let chunks = yaml::split(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    let root = yaml::compose(text, &chunks[0]).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    edit::plan(text, &root.expect("a value"), operations)
}
