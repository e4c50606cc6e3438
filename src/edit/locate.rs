//! Finds the mapping that is to be changed, and refuses one that cannot be changed alone.

use super::refusal::Refusal;
use crate::object::{FieldPath, Step};
use crate::yaml::{Content, Entry, Mapping, Node, ScalarStyle};

/// A mapping that may be changed.
pub(super) struct Place<'n, 't> {
    pub(super) path: FieldPath,
    pub(super) node: &'n Node<'t>,
    pub(super) mapping: &'n Mapping<'t>,
    /// The entry that leads to the mapping; none for the root and for items of lists.
    pub(super) entry: Option<&'n Entry<'t>>,
}

impl Place<'_, '_> {
    /// How the key is written that leads to the mapping.
    pub(super) fn key_style(&self) -> ScalarStyle {
        self.entry.map_or(ScalarStyle::Plain, |entry| entry.key_style)
    }
}

/// An entry that may be changed, in the mapping that holds it.
pub(super) struct Holder<'n, 't> {
    pub(super) path: FieldPath,
    pub(super) node: &'n Node<'t>,
    pub(super) mapping: &'n Mapping<'t>,
    pub(super) entry: &'n Entry<'t>,
}

/// The entry whose value is at the path.
pub(super) fn entry<'n, 't>(text: &str, root: &'n Node<'t>, path: &FieldPath) -> Result<Holder<'n, 't>, Refusal> {
    let not_found = |position| Refusal::NotFound { position, path: path.clone() };
    let (Some(Step::Key(key)), Some(above)) = (path.steps().last(), path.parent()) else {
        return Err(not_found(root.position));
    };
    let (node, _) = walk(text, root, &above)?;
    let mapping = own_mapping(text, node, &above)?;
    let entry = step_to_key(text, node, key, &above)?.ok_or_else(|| not_found(node.position))?;
    refuse_shared(&entry.value, path)?;
    Ok(Holder { path: path.clone(), node, mapping, entry })
}

/// The entries of a mapping that holds all of them itself, each under a key of its own.
fn own_mapping<'n, 't>(text: &str, node: &'n Node<'t>, path: &FieldPath) -> Result<&'n Mapping<'t>, Refusal> {
    let position = node.position;
    let not_mapping = || Refusal::NotMapping { position, path: path.clone(), found: node.kind_word() };
    let mapping = node.as_mapping().ok_or_else(not_mapping)?;
    if mapping.entries.iter().any(|entry| entry.merged) {
        return Err(Refusal::Merged { position, path: path.clone() });
    }
    check_keys(text, mapping, path, node.flow)?;
    Ok(mapping)
}

/// The mapping at the path, ready to take a new key.
pub(super) fn mapping<'n, 't>(
    text: &str,
    root: &'n Node<'t>,
    path: &FieldPath,
    key: &str,
) -> Result<Place<'n, 't>, Refusal> {
    let (node, entry) = walk(text, root, path)?;
    let mapping = own_mapping(text, node, path)?;
    if let Some(entry) = mapping.entry(key) {
        return Err(Refusal::AlreadyThere { position: entry.key_position, path: path.clone().key(key) });
    }
    Ok(Place { path: path.clone(), node, mapping, entry })
}

/// A value, and the entry that leads to it.
type Reached<'n, 't> = (&'n Node<'t>, Option<&'n Entry<'t>>);

fn walk<'n, 't>(text: &str, root: &'n Node<'t>, path: &FieldPath) -> Result<Reached<'n, 't>, Refusal> {
    let mut node = root;
    let mut reached_by = None;
    let mut walked = FieldPath::root();
    refuse_shared(node, &walked)?;
    for step in path.steps() {
        let position = node.position;
        let next = match step {
            Step::Key(key) => walked.clone().key(key),
            Step::Index(index) => walked.clone().index(*index),
        };
        let missing = || Refusal::NotFound { position, path: next.clone() };
        match step {
            Step::Key(key) => {
                let entry = step_to_key(text, node, key, &walked)?.ok_or_else(missing)?;
                reached_by = Some(entry);
                node = &entry.value;
            }
            Step::Index(index) => {
                let items = node.as_sequence().unwrap_or_default();
                node = items.get(*index).ok_or_else(missing)?;
                reached_by = None;
            }
        }
        walked = next;
        refuse_shared(node, &walked)?;
    }
    Ok((node, reached_by))
}

fn step_to_key<'n, 't>(
    text: &str,
    node: &'n Node<'t>,
    key: &str,
    path: &FieldPath,
) -> Result<Option<&'n Entry<'t>>, Refusal> {
    if let Some(second) = node.duplicate(key) {
        return Err(Refusal::Duplicate { position: second.key_position, path: path.clone().key(key) });
    }
    match node.entry(key) {
        Some(entry) if entry.merged => Err(Refusal::Merged { position: node.position, path: path.clone() }),
        Some(entry) if is_respelt(text, entry) => Err(Refusal::Respelt {
            position: entry.key_position,
            path: path.clone().key(key),
            found: entry.key_span.of(text).to_owned(),
        }),
        entry => Ok(entry),
    }
}

/// `on` is the key `true`, and `*a` whatever the anchor says.
fn is_respelt(text: &str, entry: &Entry<'_>) -> bool {
    entry.key_style == ScalarStyle::Plain && entry.key_span.of(text) != entry.key
}

fn refuse_shared(node: &Node<'_>, path: &FieldPath) -> Result<(), Refusal> {
    if node.shared {
        return Err(Refusal::Shared { position: node.position, path: path.clone() });
    }
    Ok(())
}

pub(super) fn refuse_shared_below(node: &Node<'_>, path: &FieldPath) -> Result<(), Refusal> {
    refuse_shared(node, path)?;
    match &node.content {
        Content::Scalar(_) => Ok(()),
        Content::Sequence(items) => items.iter().try_for_each(|item| refuse_shared_below(item, path)),
        Content::Mapping(mapping) => {
            mapping.entries.iter().try_for_each(|entry| refuse_shared_below(&entry.value, path))
        }
    }
}

fn check_keys(text: &str, mapping: &Mapping<'_>, path: &FieldPath, flow: bool) -> Result<(), Refusal> {
    let mut seen = std::collections::HashSet::new();
    for entry in &mapping.entries {
        if !seen.insert(&entry.key) {
            let path = path.clone().key(&*entry.key);
            return Err(Refusal::Duplicate { position: entry.key_position, path });
        }
        if is_explicit(text, entry, flow) {
            return Err(Refusal::ExplicitKey { position: entry.key_position, path: path.clone() });
        }
    }
    Ok(())
}

/// `? key`: in a block no colon follows on the line; within braces the question mark stands before the key.
fn is_explicit(text: &str, entry: &Entry<'_>, flow: bool) -> bool {
    if !flow {
        return !text[entry.key_span.end..].trim_start_matches([' ', '\t']).starts_with(':');
    }
    let before = text[..entry.key_span.start].trim_end();
    let line = before.rfind('\n').map_or(0, |found| found + 1);
    before.ends_with('?') && !before[line..].contains('#')
}

/// The value that ends a value: the last one of a block collection, down to a single value or brackets.
pub(super) fn last_leaf<'n, 't>(node: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let child = match &node.content {
        Content::Sequence(items) if !node.flow => items.last(),
        // An entry that came from a merge key stands somewhere else.
        Content::Mapping(mapping) if !node.flow => {
            mapping.entries.iter().rev().map(|entry| &entry.value).find(|value| value.span.end == node.span.end)
        }
        _ => return Some(node),
    };
    last_leaf(child?)
}
