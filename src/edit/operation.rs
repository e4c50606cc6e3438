//! What a change of a document is to achieve, without a word about its text.

use crate::object::FieldPath;

/// One wanted change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// A new entry after all others of a mapping; its value is a string.
    InsertLast {
        /// The mapping.
        path: FieldPath,
        /// The new key, which the mapping must not have.
        key: String,
        /// The text of the value.
        value: String,
    },
}
