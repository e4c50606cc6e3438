//! What a change of a document is to achieve, without a word about its text.

use crate::object::FieldPath;

/// One wanted change. Paths are those of the document before any change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// A new entry before all others of a mapping.
    InsertFirst {
        /// The mapping.
        path: FieldPath,
        /// The new key, which the mapping must not have.
        key: String,
        /// The value.
        value: Value,
    },
    /// A new entry after all others of a mapping.
    InsertLast {
        /// The mapping.
        path: FieldPath,
        /// The new key, which the mapping must not have.
        key: String,
        /// The value.
        value: Value,
    },
    /// Another text in place of a single value.
    ReplaceText {
        /// The value.
        path: FieldPath,
        /// The new text.
        value: String,
    },
    /// Another key for the same value.
    RenameKey {
        /// The value.
        path: FieldPath,
        /// The new key, which the mapping around must not have.
        key: String,
    },
    /// An entry less.
    Remove {
        /// The value of the entry.
        path: FieldPath,
    },
}

/// What a new entry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string.
    Text(String),
    /// Keys with strings.
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
