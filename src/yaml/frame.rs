//! The collections around the place that is being read, and the entries that are put into them.

use super::error::{Error, Problem};
use super::place::Places;
use super::{Content, Entry, Node, key};

/// How deep collections may nest, aliases expanded.
pub(super) const DEPTH_LIMIT: usize = 255;

/// A key that waits for its value.
struct Key<'t> {
    node: Node<'t>,
    merges: bool,
}

/// A collection whose end was not read yet.
pub(super) struct Frame<'t> {
    pub(super) node: Node<'t>,
    key: Option<Key<'t>>,
}

impl<'t> Frame<'t> {
    pub(super) fn new(node: Node<'t>) -> Self {
        Self { node, key: None }
    }

    pub(super) fn wants_key(&self) -> bool {
        matches!(self.node.content, Content::Mapping(_)) && self.key.is_none()
    }

    pub(super) fn wants_value(&self) -> bool {
        self.key.is_some()
    }

    /// Puts a complete node into the collection; says whether this made an entry with a merge key.
    pub(super) fn add(&mut self, node: Node<'t>, merges: bool, places: &Places<'t>) -> Result<bool, Error> {
        match &mut self.node.content {
            Content::Scalar(_) => {}
            Content::Sequence(items) => items.push(node),
            Content::Mapping(mapping) => match self.key.take() {
                None => self.key = Some(Key { node, merges }),
                Some(key) => {
                    let merges = key.merges;
                    mapping.entries.push(entry(key, node, self.node.flow, places)?);
                    return Ok(merges);
                }
            },
        }
        Ok(false)
    }

    /// How many values are complete.
    pub(super) fn length(&self) -> usize {
        match &self.node.content {
            Content::Scalar(_) => 0,
            Content::Sequence(items) => items.len(),
            Content::Mapping(mapping) => mapping.entries.len(),
        }
    }
}

fn entry<'t>(key: Key<'t>, mut value: Node<'t>, flow: bool, places: &Places<'t>) -> Result<Entry<'t>, Error> {
    let Key { node, merges } = key;
    let Content::Scalar(scalar) = &node.content else {
        let found = node.kind_word();
        return Err(Error::new(node.position, Problem::Key { found }));
    };
    let spelt = key::spell(scalar).map_err(|problem| Error::new(node.position, problem))?;
    if value.span.start == value.span.end && !value.properties && value.is_null() {
        let has_colon = places.move_after_colon(node.span.end, &mut value);
        if let Content::Scalar(scalar) = &mut value.content {
            // kustomize reads `{a, b: 1}` as `{a: "", b: 1}`.
            scalar.disputed |= flow && !has_colon;
        }
    }
    Ok(Entry {
        key: spelt,
        key_span: node.span,
        key_position: node.position,
        key_style: scalar.style,
        value,
        merged: merges,
    })
}
