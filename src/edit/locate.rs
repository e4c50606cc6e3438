//! Finds the mapping that is to be changed, and refuses one that cannot be changed alone.

use super::refusal::Refusal;
use crate::object::{FieldPath, Step};
use crate::yaml::{Content, Entry, Mapping, Node, ScalarStyle};

/// A mapping that may be changed.
pub(super) struct Place<'n, 't> {
    pub(super) path: FieldPath,
    pub(super) node: &'n Node<'t>,
    pub(super) mapping: &'n Mapping<'t>,
    /// How the key is written that leads to the mapping.
    pub(super) key_style: ScalarStyle,
}

/// The mapping at the path, ready to take a new key.
pub(super) fn mapping<'n, 't>(
    text: &str,
    root: &'n Node<'t>,
    path: &FieldPath,
    key: &str,
) -> Result<Place<'n, 't>, Refusal> {
    let (node, key_style) = walk(root, path)?;
    let position = node.position;
    let mapping = node.as_mapping().ok_or_else(|| Refusal::NotMapping {
        position,
        path: path.clone(),
        found: node.kind_word(),
    })?;
    if mapping.entries.iter().any(|entry| entry.merged) {
        return Err(Refusal::Merged { position, path: path.clone() });
    }
    if let Some(entry) = mapping.entry(key) {
        return Err(Refusal::AlreadyThere { position: entry.key_position, path: path.clone().key(key) });
    }
    check_keys(text, mapping, path, node.flow)?;
    Ok(Place { path: path.clone(), node, mapping, key_style })
}

fn walk<'n, 't>(root: &'n Node<'t>, path: &FieldPath) -> Result<(&'n Node<'t>, ScalarStyle), Refusal> {
    let mut node = root;
    let mut style = ScalarStyle::Plain;
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
                let entry = step_to_key(node, key, &walked)?.ok_or_else(missing)?;
                style = entry.key_style;
                node = &entry.value;
            }
            Step::Index(index) => {
                let items = node.as_sequence().unwrap_or_default();
                node = items.get(*index).ok_or_else(missing)?;
            }
        }
        walked = next;
        refuse_shared(node, &walked)?;
    }
    Ok((node, style))
}

fn step_to_key<'n, 't>(node: &'n Node<'t>, key: &str, path: &FieldPath) -> Result<Option<&'n Entry<'t>>, Refusal> {
    if let Some(second) = node.duplicate(key) {
        return Err(Refusal::Duplicate { position: second.key_position, path: path.clone().key(key) });
    }
    match node.entry(key) {
        Some(entry) if entry.merged => Err(Refusal::Merged { position: node.position, path: path.clone() }),
        entry => Ok(entry),
    }
}

fn refuse_shared(node: &Node<'_>, path: &FieldPath) -> Result<(), Refusal> {
    if node.shared {
        return Err(Refusal::Shared { position: node.position, path: path.clone() });
    }
    Ok(())
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
