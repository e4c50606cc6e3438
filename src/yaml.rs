//! The only door to the YAML parser: text in, nodes with byte spans and Go's meaning out.

use std::borrow::Cow;

use crate::object::{Position, Span};

mod alias;
mod base64;
mod compose;
mod decode;
mod doubt;
mod error;
pub mod field;
mod frame;
mod items;
mod json;
mod key;
mod merge;
mod node;
mod place;
mod properties;
mod scalar;
mod separator;
mod split;
mod syntax;
mod timestamp;
pub mod write;

pub use compose::compose;
pub use decode::decode;
pub use error::{Error, Problem};
pub use items::{ItemLines, Items, items};
pub use split::{Chunk, split};

/// One value of a document, and where it stands.
#[derive(Clone, Debug)]
pub struct Node<'t> {
    /// What it holds.
    pub content: Content<'t>,
    /// Its bytes in the text; an empty plain scalar has an empty span, a block scalar's begins at its content.
    pub span: Span,
    /// The place of its first byte.
    pub position: Position,
    /// Written in flow style (`[…]`, `{…}`); always false for scalars.
    pub flow: bool,
    /// An anchor or a tag is written before it.
    pub properties: bool,
    /// Reached through an alias, or the target of one (or below it): an edit here would show elsewhere.
    pub shared: bool,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Content<'t> {
    /// A single value.
    Scalar(Scalar<'t>),
    /// A list.
    Sequence(Vec<Node<'t>>),
    /// An object.
    Mapping(Mapping<'t>),
}

/// A single value: its text after unescaping, how it was written and what Go reads it as.
#[derive(Clone, Debug)]
pub struct Scalar<'t> {
    /// The text after unescaping and folding (for `!!binary` the decoded text).
    pub text: Cow<'t, str>,
    /// How it was written.
    pub style: ScalarStyle,
    /// What the Kubernetes decoder reads it as.
    pub meaning: Meaning,
    /// kustomize (kyaml) reads this scalar as something else than kubectl: `yes`, `on`, `2024-01-02`.
    pub disputed: bool,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// What the Kubernetes decoder reads a scalar as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    /// `null`, `~`, nothing.
    Null,
    /// A boolean, YAML 1.1's words included.
    Bool(bool),
    /// A whole number that fits `i64` or `u64`.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// Anything else.
    String,
}

/// An object: its entries in the order of the text, merged ones (`<<`) included.
#[derive(Clone, Debug, Default)]
pub struct Mapping<'t> {
    /// Every entry, duplicates too. [`Node::get`] answers with the one that Go's decoder keeps.
    pub entries: Vec<Entry<'t>>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry<'t> {
    /// The key as Go's decoder spells it: `on:` is `true`, `1.0:` is `1`.
    pub key: Cow<'t, str>,
    /// The key's bytes in the text.
    pub key_span: Span,
    /// The place of the key.
    pub key_position: Position,
    /// How the key was written.
    pub key_style: ScalarStyle,
    /// The value.
    pub value: Node<'t>,
    /// It came from a merge key (`<<`).
    pub merged: bool,
}
