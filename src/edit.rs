//! The smallest change of a text that has the wanted meaning, or the reason why there is none.

use crate::object::Step;
use crate::yaml::Node;

mod block;
mod block_scalar;
mod changes;
mod events;
mod flow;
mod flow_removal;
mod lines;
mod locate;
mod operation;
mod refusal;
mod removal;
mod renaming;
mod replacement;
mod splice;
mod tree;
mod values;
mod witness;

pub use operation::{Operation, Value};
pub use refusal::Refusal;
pub use splice::{Splice, apply};
pub use witness::witness;

use changes::Changes;

/// What to put where, so that the text means what the operations want; in the order of the text.
///
/// `root` is a document of `text`; the spans of the answer are bytes of `text`. All paths are those of the
/// document as it is: a plan may rename a key and change what stands below it under the old name.
pub fn plan(text: &str, root: &Node<'_>, operations: &[Operation]) -> Result<Vec<Splice>, Refusal> {
    changes::refuse_conflicts(root, operations)?;
    let mut pieces: Vec<(&[Step], Splice)> = Vec::new();
    for operation in operations {
        if let Operation::ReplaceText { path, value } = operation {
            let splices = replacement::replace(text, root, path, value)?;
            pieces.extend(splices.into_iter().map(|splice| (path.steps(), splice)));
        }
    }
    for changes in changes::by_mapping(root, operations)? {
        let splices = change(text, root, &changes)?;
        pieces.extend(splices.into_iter().map(|splice| (changes.steps, splice)));
    }
    // Those at one place stay in their order: values first, then the entries of the innermost mapping.
    pieces.sort_by_key(|(_, splice)| splice.span);
    match pieces.windows(2).find(|pair| pair[0].1.span.end > pair[1].1.span.start) {
        Some(pair) => Err(changes::conflict(root, pair[1].0)),
        None => Ok(pieces.into_iter().map(|(_, splice)| splice).collect()),
    }
}

/// The splices of one mapping.
fn change(text: &str, root: &Node<'_>, changes: &Changes<'_>) -> Result<Vec<Splice>, Refusal> {
    let place = locate::mapping(text, root, changes.steps)?;
    changes.check_names(&place)?;
    for key in changes.removed.iter().chain(changes.renamed.iter().map(|(old, _)| old)) {
        locate::check_spelling(text, &place, key)?;
    }
    let mut splices = renaming::rename(text, &place, &changes.renamed)?;
    if !changes.removed.is_empty() {
        splices.extend(removal::remove(text, root, &place, changes)?);
    }
    if changes.first.is_empty() && changes.last.is_empty() {
        return Ok(splices);
    }
    if place.node.flow {
        splices.extend(flow::insert(text, &place, &changes.first, &changes.last)?);
    } else {
        splices.extend(block::insert_first(text, &place, &changes.first)?);
        splices.extend(block::insert_last(text, &place, &changes.last)?);
    }
    Ok(splices)
}
