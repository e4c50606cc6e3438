//! The operations of a plan, sorted by the mappings that they change, and refused where they contradict each other.

use std::collections::{HashMap, HashSet};
use std::mem::discriminant;

use super::locate::{self, Place};
use super::operation::{Operation, Value};
use super::refusal::Refusal;
use crate::object::Step;
use crate::yaml::Node;

/// A new entry.
pub(super) struct Addition<'o> {
    pub(super) key: &'o str,
    pub(super) value: &'o Value,
}

impl Addition<'_> {
    /// A new mapping has each of its keys once.
    fn check_names(&self, place: &Place<'_, '_>) -> Result<(), Refusal> {
        let Value::Mapping(entries) = self.value else {
            return Ok(());
        };
        let mut names = HashSet::new();
        match entries.iter().find(|(name, _)| !names.insert(name)) {
            Some((name, _)) => {
                let path = place.path.clone().key(self.key).key(name);
                Err(Refusal::AlreadyThere { position: place.node.position, path })
            }
            None => Ok(()),
        }
    }
}

/// What a plan does to the entries of one mapping.
#[derive(Default)]
pub(super) struct Changes<'o> {
    pub(super) steps: &'o [Step],
    pub(super) first: Vec<Addition<'o>>,
    pub(super) last: Vec<Addition<'o>>,
    pub(super) removed: Vec<&'o str>,
    /// The old and the new key.
    pub(super) renamed: Vec<(&'o str, &'o str)>,
}

/// The changes of every mapping, those of nested mappings first: their entries stand further up.
pub(super) fn by_mapping<'o>(root: &Node<'_>, operations: &'o [Operation]) -> Result<Vec<Changes<'o>>, Refusal> {
    let mut all: Vec<Changes<'o>> = Vec::new();
    let mut numbers = HashMap::new();
    for operation in operations {
        let Some((steps, key)) = target(root, operation)? else {
            continue;
        };
        let number = *numbers.entry(steps).or_insert(all.len());
        if number == all.len() {
            all.push(Changes { steps, ..Changes::default() });
        }
        all[number].add(operation, key);
    }
    all.sort_by_key(|changes| std::cmp::Reverse(changes.steps.len()));
    Ok(all)
}

/// The mapping that an operation changes, and the key of an entry that is there.
fn target<'o>(root: &Node<'_>, operation: &'o Operation) -> Result<Option<(&'o [Step], &'o str)>, Refusal> {
    let path = operation.path();
    match operation {
        Operation::ReplaceText { .. } => Ok(None),
        Operation::InsertFirst { .. } | Operation::InsertLast { .. } => Ok(Some((path.steps(), ""))),
        Operation::Remove { .. } | Operation::RenameKey { .. } => match path.steps().split_last() {
            Some((Step::Key(key), steps)) => Ok(Some((steps, key))),
            _ => Err(Refusal::NotEntry { position: root.position, path: path.clone() }),
        },
    }
}

impl<'o> Changes<'o> {
    fn add(&mut self, operation: &'o Operation, old: &'o str) {
        match operation {
            Operation::InsertFirst { key, value, .. } => self.first.push(Addition { key, value }),
            Operation::InsertLast { key, value, .. } => self.last.push(Addition { key, value }),
            Operation::Remove { .. } => self.removed.push(old),
            Operation::RenameKey { key, .. } => self.renamed.push((old, key)),
            Operation::ReplaceText { .. } => {}
        }
    }

    /// Every old key must be there, and no new one.
    pub(super) fn check_names(&self, place: &Place<'_, '_>) -> Result<(), Refusal> {
        let position = place.node.position;
        for old in self.removed.iter().chain(self.renamed.iter().map(|(old, _)| old)) {
            if place.mapping.entry(old).is_none() {
                return Err(Refusal::NotFound { position, path: place.path.clone().key(*old) });
            }
        }
        let added = self.first.iter().chain(&self.last).map(|addition| addition.key);
        let renamed = self.renamed.iter().filter(|(old, new)| old != new).map(|(_, new)| *new);
        for addition in self.first.iter().chain(&self.last) {
            addition.check_names(place)?;
        }
        let mut names = HashSet::new();
        for name in added.chain(renamed) {
            let there = place.mapping.entry(name).map(|entry| entry.key_position);
            let twice = (!names.insert(name)).then_some(position);
            if let Some(position) = there.or(twice) {
                return Err(Refusal::AlreadyThere { position, path: place.path.clone().key(name) });
            }
        }
        Ok(())
    }
}

/// Refuses two changes of one thing, and changes of something that is removed.
pub(super) fn refuse_conflicts(root: &Node<'_>, operations: &[Operation]) -> Result<(), Refusal> {
    let is_insertion =
        |operation: &Operation| matches!(operation, Operation::InsertFirst { .. } | Operation::InsertLast { .. });
    let removals = operations.iter().filter(|operation| matches!(operation, Operation::Remove { .. }));
    let removed: HashSet<&[Step]> = removals.map(|operation| operation.path().steps()).collect();
    let mut seen = HashSet::new();
    for operation in operations {
        let steps = operation.path().steps();
        let around = if matches!(operation, Operation::Remove { .. }) { steps.len() } else { steps.len() + 1 };
        let is_gone = (1..around).any(|length| removed.contains(&steps[..length]));
        let is_second = !is_insertion(operation) && !seen.insert((discriminant(operation), steps));
        if is_gone || is_second {
            return Err(conflict(root, steps));
        }
    }
    Ok(())
}

/// A conflict, placed at the end of the path or as far as it leads.
pub(super) fn conflict(root: &Node<'_>, steps: &[Step]) -> Refusal {
    let mut node = root;
    for step in steps {
        let next = match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.as_sequence().and_then(|items| items.get(*index)),
        };
        node = next.unwrap_or(node);
    }
    Refusal::Conflict { position: node.position, path: locate::path_of(steps) }
}
