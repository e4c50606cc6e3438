//! Why a text is left alone.

use thiserror::Error;

use crate::object::{FieldPath, Position};

/// The reason why there is no safe change, and the place that is the reason.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The path ends before its last step.
    #[error("{position}: expected {path} to exist, but found nothing under that name")]
    NotFound {
        /// The last value on the way.
        position: Position,
        /// The part of the path that is not there.
        path: FieldPath,
    },
    /// Something else than a mapping.
    #[error("{position}: expected a mapping at {path}, but found {found}")]
    NotMapping {
        /// The value.
        position: Position,
        /// Its path.
        path: FieldPath,
        /// What it is.
        found: String,
    },
    /// An anchor or alias shows the value in two places.
    #[error("{position}: {path} is shared through an anchor and its aliases; a change would show in every place")]
    Shared {
        /// The value.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// A merge key that readers treat differently.
    #[error("{position}: {path} takes entries from a merge key `<<`, which kubectl and kustomize may read differently")]
    Merged {
        /// The mapping.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// A key that Go spells in another way than the text.
    #[error("{position}: {path} is written as `{found}` there, which readers take for different keys")]
    Respelt {
        /// The key.
        position: Position,
        /// Its path.
        path: FieldPath,
        /// What stands there.
        found: String,
    },
    /// A key with a question mark before it.
    #[error("{position}: the mapping at {path} has an explicit key (`?`); write it as `key: value`")]
    ExplicitKey {
        /// The key.
        position: Position,
        /// The path of the mapping.
        path: FieldPath,
    },
    /// Something else than text on its line.
    #[error("{position}: expected plain or quoted text at {path}, but found {found}")]
    NotText {
        /// The value.
        position: Position,
        /// Its path.
        path: FieldPath,
        /// What it is.
        found: String,
    },
    /// Without this entry the mapping would be empty, and mean nothing.
    #[error("{position}: {path} is the only entry there; remove what holds it")]
    OnlyEntry {
        /// The key.
        position: Position,
        /// The path of the value.
        path: FieldPath,
    },
    /// Something before a key on its line, which would go along with it.
    #[error("{position}: {path} does not have its line to itself: `{found}` stands before it")]
    NotAlone {
        /// The key.
        position: Position,
        /// The path of the value.
        path: FieldPath,
        /// What stands there.
        found: String,
    },
    /// Blank lines that could come to belong to a block scalar.
    #[error("{position}: a block scalar stands at {path} or before it; removing the entry could change its text")]
    BesideBlockScalar {
        /// The key.
        position: Position,
        /// The path of the value.
        path: FieldPath,
    },
    /// A comment that would go along with the entry.
    #[error("{position}: a comment stands between {path} and its neighbour; it would be lost")]
    CommentBetween {
        /// The key.
        position: Position,
        /// The path of the value.
        path: FieldPath,
    },
    /// The key has a value already.
    #[error("{position}: {path} is already there")]
    AlreadyThere {
        /// The key, or the mapping that another operation adds it to.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// A key that stands twice.
    #[error("{position}: {path} stands twice; kubectl keeps the last, kustomize refuses both")]
    Duplicate {
        /// The second one.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// Something before a key that hides how far it is indented.
    #[error("{position}: expected only spaces and dashes before the keys of {path}, but found `{found}`")]
    Indentation {
        /// The start of the line.
        position: Position,
        /// The path of the mapping.
        path: FieldPath,
        /// What stands there.
        found: String,
    },
    /// Something after the last value of a mapping.
    #[error("{position}: expected the line to end after the last value of {path}, but found `{found}`")]
    TextAfterValue {
        /// The end of the value.
        position: Position,
        /// The path of the mapping.
        path: FieldPath,
        /// What stands there.
        found: String,
    },
    /// A mapping within brackets that has no braces of its own.
    #[error("{position}: the mapping at {path} has no braces; write it as `{{key: value}}`")]
    NoBraces {
        /// The mapping.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// A second reader sees something else than was wanted: a bug of this program.
    #[error("line {line}: a second YAML reader does not see the wanted change there; this is a bug in kubectl-kserve")]
    Disagreement {
        /// The line of the new text.
        line: usize,
    },
    /// No second reader can read the text.
    #[error("line {line}: no second YAML reader can read this text, so the change cannot be verified")]
    NoWitness {
        /// The line of the old text.
        line: usize,
    },
}
