//! Merge keys (`<<`), as yaml.v2 applies them: where they stand, the last entry of a key wins.

use super::error::{Error, Problem};
use super::{Content, Entry, Mapping, Node};

/// Puts the entries of every merged mapping in the place of its merge key.
///
/// Until here, an entry that is marked as merged is a merge key itself.
pub(super) fn expand(node: &mut Node<'_>, text: &str) -> Result<(), Error> {
    match &mut node.content {
        Content::Scalar(_) => Ok(()),
        Content::Sequence(items) => items.iter_mut().try_for_each(|item| expand(item, text)),
        Content::Mapping(mapping) => expand_mapping(mapping, text),
    }
}

fn expand_mapping(mapping: &mut Mapping<'_>, text: &str) -> Result<(), Error> {
    for entry in &mut mapping.entries {
        expand(&mut entry.value, text)?;
    }
    if !mapping.entries.iter().any(|entry| entry.merged) {
        return Ok(());
    }
    let mut entries = Vec::with_capacity(mapping.entries.len());
    for entry in std::mem::take(&mut mapping.entries) {
        if entry.merged {
            merge(entry, text, &mut entries)?;
        } else {
            entries.push(entry);
        }
    }
    mapping.entries = entries;
    Ok(())
}

fn merge<'t>(entry: Entry<'t>, text: &str, into: &mut Vec<Entry<'t>>) -> Result<(), Error> {
    let value = entry.value;
    let is_alias = value.span.of(text).starts_with('*');
    let refused = |node: &Node<'_>| {
        let found = node.kind_word();
        Error::new(node.position, Problem::Merge { found })
    };
    match value.content {
        Content::Mapping(mapping) => take(mapping, into),
        // Go looks through one alias, but not for a list behind it.
        Content::Sequence(items) if !is_alias => {
            // The first mapping of the list wins, therefore it comes last.
            for item in items.into_iter().rev() {
                match item.content {
                    Content::Mapping(mapping) => take(mapping, into),
                    _ => return Err(refused(&item)),
                }
            }
        }
        _ => return Err(refused(&value)),
    }
    Ok(())
}

fn take<'t>(mapping: Mapping<'t>, into: &mut Vec<Entry<'t>>) {
    into.extend(mapping.entries.into_iter().map(|entry| Entry { merged: true, ..entry }));
}
