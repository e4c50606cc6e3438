//! Why a text is left alone.

use thiserror::Error;

use crate::object::{FieldPath, Position};

/// The reason why there is no safe change, and the place that is the reason.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The path ends before its last step.
    #[error("expected {path} to exist, but found nothing under that name")]
    NotFound {
        /// The last value on the way.
        position: Position,
        /// The part of the path that is not there.
        path: FieldPath,
    },
    /// Something else than a mapping.
    #[error("expected a mapping at {path}, but found {found}")]
    NotMapping {
        /// The value.
        position: Position,
        /// Its path.
        path: FieldPath,
        /// What it is.
        found: String,
    },
    /// Something else than a single value.
    #[error("expected a single value at {path}, but found {found}")]
    NotScalar {
        /// The value.
        position: Position,
        /// Its path.
        path: FieldPath,
        /// What it is.
        found: String,
    },
    /// An item, or the document itself, which no key leads to.
    #[error("expected a key to lead to {path}, but it is no entry of a mapping")]
    NotEntry {
        /// The document.
        position: Position,
        /// The path that does not end with a key.
        path: FieldPath,
    },
    /// An anchor or alias shows the value in two places.
    #[error("{path} is shared through an anchor and its aliases; a change would show in every place")]
    Shared {
        /// The value.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// A merge key that readers treat differently.
    #[error("{path} takes entries from a merge key `<<`, which kubectl and kustomize may read differently")]
    Merged {
        /// The mapping.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// An anchor or a tag, whose meaning a change could break.
    #[error("{path} has an anchor or a tag before its key or value, which a change could break")]
    Properties {
        /// The key or value.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// A key that Go spells in another way than the text, or an alias as a key.
    #[error("{path} is written as `{found}` there, which readers take for different keys")]
    Respelt {
        /// The key.
        position: Position,
        /// Its path.
        path: FieldPath,
        /// What stands there.
        found: String,
    },
    /// A key with a question mark before it.
    #[error("the mapping at {path} has an explicit key (`?`); write it as `key: value`")]
    ExplicitKey {
        /// The key.
        position: Position,
        /// The path of the mapping.
        path: FieldPath,
    },
    /// The key has a value already.
    #[error("{path} is already there")]
    AlreadyThere {
        /// The key, or the mapping that another operation adds it to.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// A key that stands twice.
    #[error("{path} stands twice; kubectl keeps the last, kustomize refuses both")]
    Duplicate {
        /// The second one.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// Something before a key that hides how far it is indented.
    #[error("expected only spaces and dashes before the keys of {path}, but found `{found}`")]
    Indentation {
        /// The start of the line.
        position: Position,
        /// The path of the mapping.
        path: FieldPath,
        /// What stands there.
        found: String,
    },
    /// Something after the last value of a mapping.
    #[error("expected the line to end after the last value of {path}, but found `{found}`")]
    TextAfterValue {
        /// The end of the value.
        position: Position,
        /// The path of the mapping.
        path: FieldPath,
        /// What stands there.
        found: String,
    },
    /// An empty value without a sign of where it stands.
    #[error("{path} is empty, and nothing shows where its value would stand")]
    NoPlace {
        /// The empty value.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// A block scalar, which takes in the lines below.
    #[error("without {path}, the block scalar above it would end differently")]
    BlockScalarAbove {
        /// The key of the entry below the block scalar.
        position: Position,
        /// The path of that entry.
        path: FieldPath,
    },
    /// Two changes of the same bytes.
    #[error("two changes of one plan meet at {path}")]
    Conflict {
        /// The value.
        position: Position,
        /// The path of one of the changes.
        path: FieldPath,
    },
    /// A mapping within brackets that has no braces of its own.
    #[error("the mapping at {path} has no braces; write it as `{{key: value}}`")]
    NoBraces {
        /// The mapping.
        position: Position,
        /// Its path.
        path: FieldPath,
    },
    /// A second reader sees something else than was wanted: a bug of this program.
    #[error("a second YAML reader does not see the wanted change there; this is a bug in kubectl-kserve")]
    Disagreement {
        /// The line of the new text.
        line: usize,
    },
    /// No second reader can read the text.
    #[error("no second YAML reader can read this text, so the change cannot be verified")]
    NoWitness {
        /// The line of the old text.
        line: usize,
    },
}

impl Refusal {
    /// The same for a text that is a part of a larger one, where it begins at `start` and its root lies at `root`; with
    /// the place that is the reason.
    #[must_use]
    pub fn within(mut self, start: Position, root: &FieldPath) -> (Position, Self) {
        let found = match self.place() {
            Ok((found, path)) => {
                *path = root.clone().join(path);
                *found = found.within(start);
                *found
            }
            Err(line) => Position::new(u32::try_from(line).unwrap_or(u32::MAX), 1).within(start),
        };
        (found, self)
    }

    /// The place and the path, or the line where that is all that is known.
    fn place(&mut self) -> Result<(&mut Position, &mut FieldPath), usize> {
        match self {
            Self::NotFound { position, path, .. }
            | Self::NotMapping { position, path, .. }
            | Self::NotScalar { position, path, .. }
            | Self::NotEntry { position, path, .. }
            | Self::Shared { position, path, .. }
            | Self::Merged { position, path, .. }
            | Self::Properties { position, path, .. }
            | Self::Respelt { position, path, .. }
            | Self::ExplicitKey { position, path, .. }
            | Self::AlreadyThere { position, path, .. }
            | Self::Duplicate { position, path, .. }
            | Self::Indentation { position, path, .. }
            | Self::TextAfterValue { position, path, .. }
            | Self::NoPlace { position, path, .. }
            | Self::BlockScalarAbove { position, path, .. }
            | Self::Conflict { position, path, .. }
            | Self::NoBraces { position, path, .. } => Ok((position, path)),
            Self::Disagreement { line } | Self::NoWitness { line } => Err(*line),
        }
    }
}
