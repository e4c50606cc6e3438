//! The editor: what each change looks like, what is refused, and what holds for all changes.

#[path = "edit/cases.rs"]
mod cases;
#[path = "edit/conversion.rs"]
mod conversion;
#[path = "edit/many.rs"]
mod many;
#[path = "edit/properties.rs"]
mod properties;
#[path = "edit/script.rs"]
mod script;
#[path = "edit/witness.rs"]
mod witness;

use kubectl_kserve::edit::{self, Operation, Refusal, Splice};
use kubectl_kserve::object::{FieldPath, Position};
use kubectl_kserve::yaml;

fn insert(path: &FieldPath, key: &str, value: &str) -> Operation {
    Operation::InsertLast { path: path.clone(), key: key.to_owned(), value: value.into() }
}

/// `spec.items[1].model`, as far as the tests need it.
fn path(text: &str) -> FieldPath {
    let steps = text.split(['.', '[']).filter(|step| !step.is_empty());
    steps.fold(FieldPath::root(), |path, step| match step.strip_suffix(']') {
        Some(index) => path.index(index.parse().expect("an index")),
        None => path.key(step),
    })
}

/// The splices for the first document of a text that holds anything.
fn plan(text: &str, operations: &[Operation]) -> Result<Vec<Splice>, Refusal> {
    let chunks = yaml::split(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    let compose = |chunk| yaml::compose(text, chunk).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    let root = chunks.iter().find_map(compose).expect("a value");
    edit::plan(text, &root, operations)
}

/// A refusal with its place.
fn placed(refusal: Refusal) -> String {
    let (position, refusal) = refusal.within(Position::new(1, 1), &FieldPath::root());
    format!("{position}: {refusal}")
}
