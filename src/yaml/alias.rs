//! Anchors and aliases: an alias becomes a copy of what its anchor names, under a budget.

use std::collections::HashMap;

use super::error::Problem;
use super::frame::{DEPTH_LIMIT, Frame};
use super::{Content, Node};

/// How many anchors a document may define.
const ANCHOR_LIMIT: usize = 10_000;

/// How many values all aliases of a document may stand for. Go gives up at about four times as many.
const EXPANSION_LIMIT: usize = 100_000;

/// Where an anchored node is found again.
enum Target<'t> {
    /// A key: the node itself.
    Key(Box<Node<'t>>),
    /// The way from the root: which value of each open collection.
    Path(Vec<usize>),
}

/// The anchors read so far, and what their aliases cost.
#[derive(Default)]
pub(super) struct Anchors<'t> {
    targets: HashMap<usize, Target<'t>>,
    expanded: usize,
}

impl<'t> Anchors<'t> {
    /// Remembers the anchor of a key, or of the node that comes next.
    pub(super) fn define(
        &mut self,
        anchor: usize,
        key: Option<&Node<'t>>,
        frames: &[Frame<'t>],
    ) -> Result<(), Problem> {
        if self.targets.len() == ANCHOR_LIMIT {
            return Err(Problem::TooManyAnchors { limit: ANCHOR_LIMIT });
        }
        let target = match key {
            Some(key) => Target::Key(Box::new(Node { shared: true, ..key.clone() })),
            None => Target::Path(frames.iter().map(Frame::length).collect()),
        };
        self.targets.insert(anchor, target);
        Ok(())
    }

    /// A copy of what the anchor names; the original and the copy are marked as shared.
    pub(super) fn resolve(&mut self, anchor: usize, name: &str, frames: &mut [Frame<'t>]) -> Result<Node<'t>, Problem> {
        let unknown = || Problem::UnknownAnchor { name: name.to_owned() };
        let depth = frames.len();
        let node = match self.targets.get_mut(&anchor).ok_or_else(unknown)? {
            Target::Key(node) => node,
            Target::Path(path) => {
                find(path, frames).ok_or_else(|| Problem::SelfContaining { name: name.to_owned() })?
            }
        };
        let size = share(node);
        self.expanded += size.nodes;
        if self.expanded > EXPANSION_LIMIT {
            return Err(Problem::TooManyAliases { limit: EXPANSION_LIMIT });
        }
        if depth + size.height > DEPTH_LIMIT {
            return Err(Problem::TooDeep { limit: DEPTH_LIMIT });
        }
        Ok(node.clone())
    }
}

/// The node at the end of the way, or nothing while it is still being read.
fn find<'f, 't>(path: &[usize], frames: &'f mut [Frame<'t>]) -> Option<&'f mut Node<'t>> {
    // The way leads through collections that may be open still, and then through complete ones.
    let complete = path.iter().zip(frames.iter()).position(|(index, frame)| *index < frame.length())?;
    let mut node = child(&mut frames[complete].node, path[complete])?;
    for index in &path[complete + 1..] {
        node = child(node, *index)?;
    }
    Some(node)
}

fn child<'f, 't>(node: &'f mut Node<'t>, index: usize) -> Option<&'f mut Node<'t>> {
    match &mut node.content {
        Content::Scalar(_) => None,
        Content::Sequence(items) => items.get_mut(index),
        Content::Mapping(mapping) => mapping.entries.get_mut(index).map(|entry| &mut entry.value),
    }
}

/// How much a copy would add.
struct Size {
    nodes: usize,
    height: usize,
}

/// Marks the node and all below it, and measures them.
fn share(node: &mut Node<'_>) -> Size {
    node.shared = true;
    let mut size = Size { nodes: 1, height: 0 };
    let mut add = |child: &mut Node<'_>| {
        let below = share(child);
        size.nodes += below.nodes;
        size.height = size.height.max(below.height + 1);
    };
    match &mut node.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter_mut().for_each(&mut add),
        Content::Mapping(mapping) => mapping.entries.iter_mut().for_each(|entry| add(&mut entry.value)),
    }
    size
}
