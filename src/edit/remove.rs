//! An entry less: its line in a block, the entry and one comma within braces.

use super::Splice;
use super::block::line_start;
use super::locate::{self, Holder};
use super::refusal::Refusal;
use crate::object::{FieldPath, Span};
use crate::yaml::{Node, ScalarStyle};

/// What to take out of the text.
pub(super) fn entry(text: &str, root: &Node<'_>, path: &FieldPath) -> Result<Vec<Splice>, Refusal> {
    let holder = locate::entry(text, root, path)?;
    // What an alias elsewhere points to must stay.
    locate::refuse_shared_below(&holder.entry.value, path)?;
    let span = if holder.node.flow { within_braces(text, &holder)? } else { lines(text, &holder)? };
    Ok(vec![Splice { span, text: String::new() }])
}

/// The entry's lines, with the comment behind its value.
fn lines(text: &str, holder: &Holder<'_, '_>) -> Result<Span, Refusal> {
    let entry = holder.entry;
    let position = entry.key_position;
    if holder.mapping.entries.len() == 1 {
        return Err(Refusal::OnlyEntry { position, path: holder.path.clone() });
    }
    let start = line_start(text, entry.key_span.start);
    let before = &text[start..entry.key_span.start];
    if !before.bytes().all(|byte| byte == b' ') {
        let found = before.trim_end().to_owned();
        return Err(Refusal::NotAlone { position, path: holder.path.clone(), found });
    }
    let value_end = entry.value.span.end.max(entry.key_span.end);
    let end = if text[..value_end].ends_with('\n') { value_end } else { next_line(text, value_end) };
    refuse_block_scalars(text, holder, end)?;
    // The last line of a text that does not end with a line feed takes the one before it along.
    let is_last = end == text.len() && !text.ends_with('\n');
    let before = text[..start].strip_suffix('\n').unwrap_or_default();
    let before = before.strip_suffix('\r').unwrap_or(before);
    Ok(Span::new(if is_last { before.len() } else { start }, end))
}

/// Blank lines behind a block scalar may belong to it: they must not change hands.
fn refuse_block_scalars(text: &str, holder: &Holder<'_, '_>, end: usize) -> Result<(), Refusal> {
    let entries = &holder.mapping.entries;
    let index = entries.iter().position(|entry| entry.key_span == holder.entry.key_span).unwrap_or_default();
    let ends_with_block = |node: &Node<'_>| {
        let style = locate::last_leaf(node).and_then(Node::as_scalar).map(|scalar| scalar.style);
        matches!(style, Some(ScalarStyle::Literal | ScalarStyle::Folded))
    };
    let rest = &text[end..];
    let nothing_follows = rest.lines().next().is_none_or(|line| line.trim().is_empty());
    let before = index.checked_sub(1).is_some_and(|before| ends_with_block(&entries[before].value));
    if ends_with_block(&holder.entry.value) || before && nothing_follows {
        let position = holder.entry.key_position;
        return Err(Refusal::BesideBlockScalar { position, path: holder.path.clone() });
    }
    Ok(())
}

fn next_line(text: &str, offset: usize) -> usize {
    text[offset..].find('\n').map_or(text.len(), |found| offset + found + 1)
}

/// The entry with the comma that separates it from the next one, or from the one before.
fn within_braces(text: &str, holder: &Holder<'_, '_>) -> Result<Span, Refusal> {
    let entries = &holder.mapping.entries;
    let index = entries.iter().position(|entry| entry.key_span == holder.entry.key_span).unwrap_or_default();
    let end_of = |index: usize| entries[index].value.span.end.max(entries[index].key_span.end);
    let span = match entries.get(index + 1) {
        Some(next) => Span::new(holder.entry.key_span.start, next.key_span.start),
        None if index > 0 => Span::new(end_of(index - 1), end_of(index)),
        None => Span::new(holder.entry.key_span.start, end_of(index)),
    };
    let goes_along = [&text[span.start..holder.entry.key_span.start], &text[end_of(index).min(span.end)..span.end]];
    if goes_along.iter().any(|text| text.contains('#')) {
        let position = holder.entry.key_position;
        return Err(Refusal::CommentBetween { position, path: holder.path.clone() });
    }
    Ok(span)
}
