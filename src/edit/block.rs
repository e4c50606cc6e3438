//! A new entry on a line of its own, below the last one of a block mapping.

use super::locate::{Place, last_leaf};
use super::refusal::Refusal;
use super::splice::Splice;
use super::{NewEntry, Value};
use crate::object::Position;
use crate::yaml::{Entry, Node, ScalarStyle, write};

/// The line to put into the text.
pub(super) fn insert(text: &str, place: &Place<'_, '_>, new: &NewEntry<'_>) -> Result<Vec<Splice>, Refusal> {
    let Some(last) = place.mapping.entries.last() else {
        return Ok(Vec::new());
    };
    let indent = indentation(text, place, last)?;
    let line_feed = line_feed(text, last.key_span.start);
    let line = body(place, last, new, &indent, line_feed);
    let splice = match block_scalar(text, &last.value) {
        Some(scalar) => after_block_scalar(text, scalar, last, &indent, &line, line_feed),
        None => Splice::insertion(end_of_line(text, place)?, format!("{line_feed}{indent}{line}")),
    };
    Ok(vec![splice])
}

/// The lines to put into the text, below the key that leads to the mapping: comments stay with the keys they stand above.
pub(super) fn insert_first(text: &str, place: &Place<'_, '_>, new: &NewEntry<'_>) -> Result<Vec<Splice>, Refusal> {
    let Some(first) = place.mapping.entries.first() else {
        return Ok(Vec::new());
    };
    let indent = indentation(text, place, first)?;
    let line_feed = line_feed(text, first.key_span.start);
    let lines = body(place, first, new, &indent, line_feed);
    let above = place.entry.map(|entry| line_end(text, entry.key_span.end));
    Ok(vec![match above.filter(|end| *end < first.key_span.start) {
        Some(end) => Splice::insertion(end, format!("{line_feed}{indent}{lines}")),
        None => Splice::insertion(first.key_span.start, format!("{lines}{line_feed}{indent}")),
    }])
}

fn body(place: &Place<'_, '_>, beside: &Entry<'_>, new: &NewEntry<'_>, indent: &str, line_feed: &str) -> String {
    let key = write::scalar(new.key, beside.key_style);
    let style = value_style(place, beside.key_style);
    match new.value {
        Value::Text(text) => format!("{key}: {}", write::scalar(text, style)),
        Value::Mapping(entries) => {
            let step = " ".repeat(step(place));
            let mut lines = format!("{key}:");
            for (key, value) in entries {
                let (key, value) = (write::scalar(key, beside.key_style), write::scalar(value, style));
                lines.push_str(&format!("{line_feed}{indent}{step}{key}: {value}"));
            }
            lines
        }
    }
}

/// How much deeper than its key a mapping stands here.
fn step(place: &Place<'_, '_>) -> usize {
    let inner = place.node.position.column;
    let outer = place.entry.map_or(inner, |entry| entry.key_position.column);
    match inner.saturating_sub(outer) {
        0 => 2,
        step => step as usize,
    }
}

/// Quoted as the keys are, or as all strings of the mapping are.
pub(super) fn value_style(place: &Place<'_, '_>, key_style: ScalarStyle) -> ScalarStyle {
    let is_quoted = |style: &ScalarStyle| matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    if is_quoted(&key_style) {
        return key_style;
    }
    let values = place.mapping.entries.iter().map(|entry| &entry.value);
    let strings = values.filter(|value| value.as_str().is_some()).filter_map(Node::as_scalar);
    let mut styles = strings.map(|scalar| scalar.style).peekable();
    let first = styles.peek().copied().unwrap_or(ScalarStyle::Plain);
    if is_quoted(&first) && styles.all(|style| is_quoted(&style)) { first } else { ScalarStyle::Plain }
}

/// The blanks that put a key into the column of the others; a dash counts as a blank.
fn indentation(text: &str, place: &Place<'_, '_>, beside: &Entry<'_>) -> Result<String, Refusal> {
    let line = line_start(text, beside.key_span.start);
    let before = text[line..beside.key_span.start].trim_start_matches('\u{FEFF}');
    if before.bytes().all(|byte| matches!(byte, b' ' | b'-')) {
        return Ok(" ".repeat(before.len()));
    }
    Err(Refusal::Indentation {
        position: Position::of(text, line),
        path: place.path.clone(),
        found: before.trim_end().to_owned(),
    })
}

/// The end of the line on which the last value ends; a comment may follow the value.
fn end_of_line(text: &str, place: &Place<'_, '_>) -> Result<usize, Refusal> {
    let end = place.node.span.end;
    let line_end = line_end(text, end);
    let rest = text[end..line_end].trim_start();
    if rest.is_empty() || rest.starts_with('#') {
        return Ok(line_end);
    }
    Err(Refusal::TextAfterValue {
        position: Position::of(text, end),
        path: place.path.clone(),
        found: rest.trim_end().to_owned(),
    })
}

/// The block scalar that ends the value.
fn block_scalar<'n, 't>(text: &str, value: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let leaf = last_leaf(value)?;
    let is_block = matches!(leaf.as_scalar()?.style, ScalarStyle::Literal | ScalarStyle::Folded);
    // An alias has the style of its target and the bytes of its own name.
    let written = leaf.span.of(text);
    let is_alias = leaf.shared && written.starts_with('*') && !written.contains('\n');
    (is_block && !is_alias).then_some(leaf)
}

fn after_block_scalar(
    text: &str,
    scalar: &Node<'_>,
    last: &Entry<'_>,
    indent: &str,
    line: &str,
    line_feed: &str,
) -> Splice {
    if nothing_can_follow(text, scalar) {
        return Splice::insertion(last.key_span.start, format!("{line}{line_feed}{indent}"));
    }
    let end = content_end(text, scalar);
    Splice::insertion(end, format!("{indent}{line}{line_feed}"))
}

/// Readers disagree about an empty block scalar, and one that ends the text without a line feed would gain one.
fn nothing_can_follow(text: &str, scalar: &Node<'_>) -> bool {
    let value = scalar.as_scalar().map_or("", |scalar| &*scalar.text);
    let ends_text = text[scalar.span.end..].trim().is_empty() && !text.ends_with('\n');
    value.trim_end_matches('\n').is_empty() || ends_text
}

/// Where the scalar's lines end; blank lines that are not part of its value stay behind the new entry.
fn content_end(text: &str, scalar: &Node<'_>) -> usize {
    let value = scalar.as_scalar().map_or("", |scalar| &*scalar.text);
    let trailing = &value[value.trim_end().len()..];
    let written = scalar.span.of(text);
    if value.trim_end().is_empty() || !matches!(trailing, "" | "\n") {
        return scalar.span.end;
    }
    let content = scalar.span.start + written.trim_end().len();
    let line_end = line_end(text, content);
    let line_feed = text[line_end..].find('\n').map_or(text.len(), |found| line_end + found + 1);
    line_feed.min(scalar.span.end)
}

pub(super) fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |found| found + 1)
}

/// The end of the line without its line feed and carriage return.
pub(super) fn line_end(text: &str, offset: usize) -> usize {
    let end = text[offset..].find('\n').map_or(text.len(), |found| offset + found);
    if text[offset..end].ends_with('\r') { end - 1 } else { end }
}

/// How the line at this place ends, or the line before it.
pub(super) fn line_feed(text: &str, offset: usize) -> &'static str {
    let after = text[offset..].find('\n').map(|found| offset + found);
    match after.or_else(|| text[..offset].rfind('\n')) {
        Some(found) if text[..found].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
