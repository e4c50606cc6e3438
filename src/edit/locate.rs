//! Finds what is to be changed, and refuses what cannot be changed alone.

use super::lines;
use super::refusal::Refusal;
use crate::object::{FieldPath, Span, Step};
use crate::yaml::{Entry, Mapping, Node, ScalarStyle};

/// A value, and the way that leads to it.
pub(super) struct Found<'n, 't> {
    pub(super) path: FieldPath,
    pub(super) node: &'n Node<'t>,
    /// The entry whose value it is; nothing for the root and for the item of a list.
    pub(super) entry: Option<&'n Entry<'t>>,
    /// What holds it; nothing for the root.
    pub(super) parent: Option<&'n Node<'t>>,
    /// How the last key on the way is written.
    pub(super) key_style: ScalarStyle,
    /// How far keys are indented below those of the mapping around them.
    pub(super) step: usize,
}

/// A mapping that may be changed.
pub(super) struct Place<'n, 't> {
    pub(super) path: FieldPath,
    pub(super) node: &'n Node<'t>,
    pub(super) mapping: &'n Mapping<'t>,
    /// The key that leads to the mapping.
    pub(super) parent_key: Option<Span>,
    /// How the key is written that leads to the mapping.
    pub(super) key_style: ScalarStyle,
    /// How far a nested mapping is indented.
    pub(super) step: usize,
}

/// The path of these steps.
pub(super) fn path_of(steps: &[Step]) -> FieldPath {
    steps.iter().fold(FieldPath::root(), |path, step| match step {
        Step::Key(key) => path.key(key),
        Step::Index(index) => path.index(*index),
    })
}

/// The mapping at the path, when all of its entries stand there as plain entries do.
pub(super) fn mapping<'n, 't>(text: &str, root: &'n Node<'t>, steps: &[Step]) -> Result<Place<'n, 't>, Refusal> {
    let Found { path, node, entry, key_style, step, .. } = value(text, root, steps)?;
    let position = node.position;
    let Some(mapping) = node.as_mapping() else {
        return Err(Refusal::NotMapping { position, path, found: node.kind_word() });
    };
    if mapping.entries.iter().any(|entry| entry.merged) {
        return Err(Refusal::Merged { position, path });
    }
    check_keys(text, mapping, &path, node.flow)?;
    let step = child_step(text, mapping).unwrap_or(step);
    let parent_key = entry.map(|entry| entry.key_span);
    Ok(Place { path, node, mapping, parent_key, key_style, step })
}

/// The value at the path.
pub(super) fn value<'n, 't>(text: &str, root: &'n Node<'t>, steps: &[Step]) -> Result<Found<'n, 't>, Refusal> {
    let mut found = Found {
        path: FieldPath::root(),
        node: root,
        entry: None,
        parent: None,
        key_style: if root.flow { ScalarStyle::DoubleQuoted } else { ScalarStyle::Plain },
        step: 2,
    };
    refuse_shared(&found)?;
    for step in steps {
        found = match step {
            Step::Key(key) => step_to_key(text, found, key)?,
            Step::Index(index) => step_to_item(found, *index)?,
        };
        refuse_shared(&found)?;
    }
    Ok(found)
}

fn step_to_item<'n, 't>(found: Found<'n, 't>, index: usize) -> Result<Found<'n, 't>, Refusal> {
    let Found { path, node, .. } = found;
    let path = path.index(index);
    let Some(item) = node.as_sequence().unwrap_or_default().get(index) else {
        return Err(Refusal::NotFound { position: node.position, path });
    };
    Ok(Found { path, node: item, entry: None, parent: Some(node), ..found })
}

fn step_to_key<'n, 't>(text: &str, found: Found<'n, 't>, key: &str) -> Result<Found<'n, 't>, Refusal> {
    let Found { path, node, step, .. } = found;
    if let Some(second) = node.duplicate(key) {
        return Err(Refusal::Duplicate { position: second.key_position, path: path.key(key) });
    }
    let Some(entry) = node.entry(key) else {
        return Err(Refusal::NotFound { position: node.position, path: path.key(key) });
    };
    if entry.merged {
        return Err(Refusal::Merged { position: node.position, path });
    }
    let path = path.key(key);
    refuse_respelt(text, entry, &path)?;
    let step = step_below(text, entry).unwrap_or(step);
    Ok(Found { path, node: &entry.value, entry: Some(entry), parent: Some(node), key_style: entry.key_style, step })
}

/// Refuses an entry whose key is not spelt as the path spells it.
pub(super) fn check_spelling(text: &str, place: &Place<'_, '_>, key: &str) -> Result<(), Refusal> {
    match place.mapping.entry(key) {
        Some(entry) => refuse_respelt(text, entry, &place.path.clone().key(key)),
        None => Ok(()),
    }
}

/// A key that Go's decoder spells in another way than others do: `on` is `true`.
fn refuse_respelt(text: &str, entry: &Entry<'_>, path: &FieldPath) -> Result<(), Refusal> {
    let written = entry.key_span.of(text);
    if entry.key_style != ScalarStyle::Plain || written == entry.key {
        return Ok(());
    }
    Err(Refusal::Respelt { position: entry.key_position, path: path.clone(), found: written.to_owned() })
}

fn refuse_shared(found: &Found<'_, '_>) -> Result<(), Refusal> {
    if found.node.shared {
        return Err(Refusal::Shared { position: found.node.position, path: found.path.clone() });
    }
    Ok(())
}

/// How far the first mapping that one of the entries holds is indented.
fn child_step(text: &str, mapping: &Mapping<'_>) -> Option<usize> {
    mapping.entries.iter().find_map(|entry| step_below(text, entry))
}

/// How far the keys below this key are indented, when they stand on lines of their own.
fn step_below(text: &str, entry: &Entry<'_>) -> Option<usize> {
    let first = entry.value.as_mapping().filter(|_| !entry.value.flow)?.entries.first()?;
    lines::indentation(text, first.key_span.start)?;
    let step = first.key_position.column.checked_sub(entry.key_position.column)?;
    usize::try_from(step).ok().filter(|step| *step > 0)
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
pub(super) fn is_explicit(text: &str, entry: &Entry<'_>, flow: bool) -> bool {
    if !flow {
        return !text[entry.key_span.end..].trim_start_matches([' ', '\t']).starts_with(':');
    }
    let before = text[..entry.key_span.start].trim_end();
    if !before.ends_with('?') {
        return false;
    }
    !before[lines::line_start(before, before.len())..].contains('#')
}
