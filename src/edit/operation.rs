//! What a change of a document is to achieve, without a word about its text.

use crate::object::FieldPath;

/// One wanted change. Its path is that of the document before any other change of the same plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// A new entry before all others of a mapping; several stand in the order of the plan.
    InsertFirst {
        /// The mapping.
        path: FieldPath,
        /// The new key, which the mapping must not have.
        key: String,
        /// What stands under it.
        value: Value,
    },
    /// A new entry after all others of a mapping; several stand in the order of the plan.
    InsertLast {
        /// The mapping.
        path: FieldPath,
        /// The new key, which the mapping must not have.
        key: String,
        /// What stands under it.
        value: Value,
    },
    /// A string in the place of a single value, which may be empty.
    ReplaceText {
        /// The value.
        path: FieldPath,
        /// The new text.
        value: String,
    },
    /// No such entry any more; comments above it stay.
    Remove {
        /// The entry's value.
        path: FieldPath,
    },
    /// Another key for an entry, in its place.
    RenameKey {
        /// The entry's value.
        path: FieldPath,
        /// The new key, which the mapping must not have.
        key: String,
    },
}

impl Operation {
    /// What the operation changes: a mapping that takes an entry, or the value itself.
    pub(super) fn path(&self) -> &FieldPath {
        match self {
            Self::InsertFirst { path, .. }
            | Self::InsertLast { path, .. }
            | Self::ReplaceText { path, .. }
            | Self::Remove { path }
            | Self::RenameKey { path, .. } => path,
        }
    }
}

/// What stands under a new key, written in the style of what surrounds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string.
    Text(String),
    /// A mapping of strings.
    Mapping(Vec<(String, String)>),
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
