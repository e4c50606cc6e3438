//! The events of a text as a tree, in which operations are done at their paths, each in few steps.

use yaml_rust2::scanner::TScalarStyle;

use super::events::{Event, number_anchors};
use super::operation::{Operation, Value};
use crate::object::{FieldPath, Step};

/// The number of a node; a tree holds its nodes in one list, so that no depth can exhaust the stack.
type Id = usize;

struct Node {
    event: Event,
    /// The items, or keys and values in turn.
    children: Vec<Id>,
    /// Entries that come before the old ones.
    first: Vec<Id>,
    /// Entries that come after the old ones, or before the last of them.
    last: Vec<Id>,
    /// Nothing can follow the last entry: the last ones come before it.
    precedes: bool,
    removed: bool,
}

impl Node {
    fn new(event: Event) -> Self {
        Self { event, children: Vec::new(), first: Vec::new(), last: Vec::new(), precedes: false, removed: false }
    }
}

/// All nodes; the first is none of the text and holds the roots and the bounds of documents.
pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    pub(super) fn new(events: Vec<Event>) -> Self {
        let mut tree = Self { nodes: vec![Node::new(Event::Document)] };
        let mut open = vec![0];
        for event in events {
            if matches!(event, Event::SequenceEnd | Event::MappingEnd) {
                open.pop();
                continue;
            }
            let opens = matches!(event, Event::SequenceStart { .. } | Event::MappingStart { .. });
            let id = tree.push(event);
            let around = open.last().copied().unwrap_or_default();
            tree.nodes[around].children.push(id);
            if opens {
                open.push(id);
            }
        }
        tree
    }

    fn push(&mut self, event: Event) -> Id {
        self.nodes.push(Node::new(event));
        self.nodes.len() - 1
    }

    /// The events as the operations want them, or nothing when a path leads nowhere.
    ///
    /// `unfinished`: the last line of the text has no line feed.
    pub(super) fn edited(mut self, operations: &[Operation], unfinished: bool) -> Option<Vec<Event>> {
        // All paths are those of the tree before any change.
        let places: Option<Vec<_>> = operations.iter().map(|operation| self.find(operation.path())).collect();
        let places = places?;
        let ends = if unfinished { self.last_spine() } else { Vec::new() };
        for (_, mapping) in &places {
            self.nodes[*mapping].precedes = self.must_precede(*mapping, &ends);
        }
        for (operation, (key, value)) in operations.iter().zip(places) {
            self.edit(operation, key, value)?;
        }
        Some(self.events())
    }

    /// The key and the value at the path.
    fn find(&self, path: &FieldPath) -> Option<(Option<Id>, Id)> {
        let roots = &self.nodes[0].children;
        let mut value = *roots.iter().find(|id| self.nodes[**id].event != Event::Document)?;
        let mut key = None;
        for step in path.steps() {
            let Node { event, children, .. } = &self.nodes[value];
            (key, value) = match (step, event) {
                (Step::Index(index), Event::SequenceStart { .. }) => (None, *children.get(*index)?),
                (Step::Key(name), Event::MappingStart { .. }) => {
                    let pair = children.chunks_exact(2).rfind(|pair| self.is_named(pair[0], name))?;
                    (Some(pair[0]), pair[1])
                }
                _ => return None,
            };
        }
        Some((key, value))
    }

    fn is_named(&self, key: Id, name: &str) -> bool {
        matches!(&self.nodes[key].event, Event::Scalar { text, .. } if text == name)
    }

    /// The nodes that end the text, from the root to the last value.
    fn last_spine(&self) -> Vec<Id> {
        let is_bound = |id: &&Id| self.nodes[**id].event == Event::Document;
        let mut spine = Vec::new();
        let mut next = self.nodes[0].children.iter().rev().find(|id| !is_bound(id)).copied();
        while let Some(id) = next {
            spine.push(id);
            next = self.nodes[id].children.last().copied();
        }
        spine
    }

    fn edit(&mut self, operation: &Operation, key: Option<Id>, at: Id) -> Option<()> {
        match operation {
            Operation::InsertFirst { key, value, .. } => {
                let entry = self.entry(at, key, value)?;
                self.nodes[at].first.extend(entry);
            }
            Operation::InsertLast { key, value, .. } => {
                let entry = self.entry(at, key, value)?;
                self.nodes[at].last.extend(entry);
            }
            Operation::ReplaceText { value, .. } => self.replace(at, value)?,
            Operation::Remove { .. } => {
                self.nodes[key?].removed = true;
                self.nodes[at].removed = true;
            }
            Operation::RenameKey { key: new, .. } => {
                if !self.is_named(key?, new) {
                    self.nodes[key?].event = Event::new(new);
                }
            }
        }
        Some(())
    }

    fn replace(&mut self, at: Id, value: &str) -> Option<()> {
        let Event::Scalar { text, style, anchor: 0, tag: None } = &self.nodes[at].event else {
            return None;
        };
        let is_block = matches!(style, TScalarStyle::Literal | TScalarStyle::Folded);
        let was_plain = text == value && *style == TScalarStyle::Plain;
        // A block scalar that holds the text already stays as it is.
        if text != value || !is_block {
            self.nodes[at].event = Event::New { text: value.to_owned(), was_plain };
        }
        Some(())
    }

    fn entry(&mut self, mapping: Id, key: &str, value: &Value) -> Option<[Id; 2]> {
        if !matches!(self.nodes[mapping].event, Event::MappingStart { .. }) {
            return None;
        }
        let key = self.push(Event::new(key));
        let value = match value {
            Value::Text(text) => self.push(Event::new(text)),
            Value::Mapping(entries) => {
                let scalars = entries.iter().flat_map(|(key, value)| [key, value]);
                let children = scalars.map(|text| self.push(Event::new(text))).collect();
                let mapping = self.push(Event::MappingStart { anchor: 0, tag: None });
                self.nodes[mapping].children = children;
                mapping
            }
        };
        Some([key, value])
    }

    /// Whether the mapping ends with a block scalar that nothing can follow: an empty one, where readers disagree
    /// about the value, or one that ends the text without a line feed, which it would gain.
    fn must_precede(&self, mapping: Id, ends: &[Id]) -> bool {
        let mut last = mapping;
        while let Some(child) = self.nodes[last].children.last() {
            last = *child;
        }
        match &self.nodes[last].event {
            Event::Scalar { text, style: TScalarStyle::Literal | TScalarStyle::Folded, .. } => {
                text.trim_end_matches('\n').is_empty() || ends.contains(&mapping)
            }
            _ => false,
        }
    }

    /// All events that are left, in their order.
    fn events(self) -> Vec<Event> {
        let mut nodes: Vec<Option<Node>> = self.nodes.into_iter().map(Some).collect();
        let mut events = Vec::with_capacity(nodes.len() + nodes.len() / 2);
        let mut pending = vec![Pending::Children(0)];
        while let Some(next) = pending.pop() {
            let id = match next {
                Pending::End(event) => {
                    events.push(event);
                    continue;
                }
                Pending::Children(id) | Pending::Node(id) => id,
            };
            let Some(node) = nodes[id].take().filter(|node| !node.removed) else {
                continue;
            };
            let children = in_order(&node);
            match &node.event {
                Event::SequenceStart { .. } => pending.push(Pending::End(Event::SequenceEnd)),
                Event::MappingStart { .. } => pending.push(Pending::End(Event::MappingEnd)),
                _ => {}
            }
            if matches!(next, Pending::Node(_)) {
                events.push(node.event);
            }
            pending.extend(children.into_iter().rev().map(Pending::Node));
        }
        number_anchors(&mut events);
        events
    }
}

enum Pending {
    Children(Id),
    Node(Id),
    End(Event),
}

/// The children of a node, the new ones among them.
fn in_order(node: &Node) -> Vec<Id> {
    let old = &node.children;
    let split = if node.precedes { old.len().saturating_sub(2) } else { old.len() };
    [&node.first, &old[..split], &node.last, &old[split..]].concat()
}
