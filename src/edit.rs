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
mod splice;
mod witness;

pub use operation::Operation;
pub use refusal::Refusal;
pub use splice::{Splice, apply};
pub use witness::witness;

/// What to put where, so that the text means what the operations want.
///
/// `root` is a document of `text`; the spans of the answer are bytes of `text`.
pub fn plan(text: &str, root: &Node<'_>, operations: &[Operation]) -> Result<Vec<Splice>, Refusal> {
    let mut splices = Vec::new();
    let mut earlier: HashMap<&FieldPath, Vec<&str>> = HashMap::new();
    for operation in operations {
        match operation {
            Operation::InsertLast { path, key, value } => {
                let inserted = earlier.entry(path).or_default();
                let place = locate::mapping(text, root, path, key)?;
                if inserted.contains(&key.as_str()) {
                    let position = place.node.position;
                    let path = path.clone().key(key);
                    return Err(Refusal::AlreadyThere { position, path });
                }
                let entry = NewEntry { key, value, follows: !inserted.is_empty() };
                splices.extend(if place.node.flow {
                    flow::insert(text, &place, &entry)?
                } else {
                    block::insert(text, &place, &entry)?
                });
                inserted.push(key);
            }
        }
    }
    Ok(splices)
}

/// An entry that is to be written.
struct NewEntry<'o> {
    key: &'o str,
    value: &'o str,
    /// Another new entry of the same mapping comes before it.
    follows: bool,
}
