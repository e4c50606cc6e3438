//! The smallest change of a text that has the wanted meaning, or the reason why there is none.

use std::collections::HashMap;

use crate::object::FieldPath;
use crate::yaml::Node;

mod block;
mod events;
mod flow;
mod locate;
mod operation;
mod refusal;
mod remove;
mod replace;
mod splice;
mod witness;

pub use operation::{Operation, Value};
pub use refusal::Refusal;
pub use splice::{Splice, apply};
pub use witness::witness;

/// What to put where, so that the text means what the operations want.
///
/// `root` is a document of `text`; the spans of the answer are bytes of `text`.
pub fn plan(text: &str, root: &Node<'_>, operations: &[Operation]) -> Result<Vec<Splice>, Refusal> {
    let mut plan = Plan { text, root, added: HashMap::new() };
    let mut splices = Vec::new();
    for operation in operations {
        splices.extend(plan.splices(operation)?);
    }
    Ok(splices)
}

/// The operations so far.
struct Plan<'p, 't> {
    text: &'p str,
    root: &'p Node<'t>,
    /// The keys that were added to each mapping.
    added: HashMap<FieldPath, Vec<String>>,
}

impl Plan<'_, '_> {
    fn splices(&mut self, operation: &Operation) -> Result<Vec<Splice>, Refusal> {
        match operation {
            Operation::InsertFirst { path, key, value } => self.insert(path, key, value, End::First),
            Operation::InsertLast { path, key, value } => self.insert(path, key, value, End::Last),
            Operation::ReplaceText { path, value } => replace::text(self.text, self.root, path, value),
            Operation::RenameKey { path, key } => replace::key(self.text, self.root, path, key),
            Operation::Remove { path } => remove::entry(self.text, self.root, path),
        }
    }

    fn insert(&mut self, path: &FieldPath, key: &str, value: &Value, end: End) -> Result<Vec<Splice>, Refusal> {
        let place = locate::mapping(self.text, self.root, path, key)?;
        let added = self.added.entry(path.clone()).or_default();
        if added.iter().any(|one| one == key) {
            return Err(Refusal::AlreadyThere { position: place.node.position, path: path.clone().key(key) });
        }
        let entry = NewEntry { key, value, follows: !added.is_empty() };
        added.push(key.to_owned());
        match (place.node.flow, end) {
            (true, End::First) => flow::insert_first(self.text, &place, &entry),
            (true, End::Last) => flow::insert(self.text, &place, &entry),
            (false, End::First) => block::insert_first(self.text, &place, &entry),
            (false, End::Last) => block::insert(self.text, &place, &entry),
        }
    }
}

/// Where a new entry goes.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

/// An entry that is to be written.
struct NewEntry<'o> {
    key: &'o str,
    value: &'o Value,
    /// Another new entry of the same mapping comes before it.
    follows: bool,
}
