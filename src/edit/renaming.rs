//! Another key for an entry, quoted as the old one was.

use super::block::indentation;
use super::flow::check_braces;
use super::flow_removal::check_start;
use super::locate::Place;
use super::refusal::Refusal;
use super::splice::Splice;
use crate::yaml::write;

/// The bytes of the old keys, and the new ones.
pub(super) fn rename(text: &str, place: &Place<'_, '_>, renamed: &[(&str, &str)]) -> Result<Vec<Splice>, Refusal> {
    let mut splices = Vec::new();
    for (old, new) in renamed.iter().filter(|(old, new)| old != new) {
        let Some(index) = place.mapping.entries.iter().position(|entry| entry.key == *old) else {
            continue;
        };
        let entry = &place.mapping.entries[index];
        if place.node.flow {
            check_braces(text, place)?;
            check_start(text, place, index)?;
        } else {
            indentation(text, place, entry)?;
        }
        splices.push(Splice { span: entry.key_span, text: write::scalar(new, entry.key_style) });
    }
    Ok(splices)
}
