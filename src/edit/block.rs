//! New entries on lines of their own, above or below all others of a block mapping.

use super::block_scalar::{self, content_end, nothing_can_follow};
use super::changes::Addition;
use super::lines::{self, line_end, line_feed, line_start};
use super::locate::Place;
use super::operation::Value;
use super::refusal::Refusal;
use super::splice::Splice;
use crate::object::Position;
use crate::yaml::{Entry, Node, ScalarStyle, write};

/// The lines to put below the last entry.
pub(super) fn insert_last(
    text: &str,
    place: &Place<'_, '_>,
    additions: &[Addition<'_>],
) -> Result<Vec<Splice>, Refusal> {
    let Some(last) = place.mapping.entries.last() else {
        return Ok(Vec::new());
    };
    let indent = indentation(text, place, last)?;
    let line_feed = line_feed(text, last.key_span.start);
    let body = |addition| body(place, last, addition, &format!("{line_feed}{indent}"));
    let mut splices = Vec::new();
    for line in additions.iter().map(body) {
        splices.push(match block_scalar::ending(text, &last.value) {
            Some(scalar) if nothing_can_follow(text, scalar) => {
                Splice::insertion(last.key_span.start, format!("{line}{line_feed}{indent}"))
            }
            Some(scalar) => Splice::insertion(content_end(text, scalar), format!("{indent}{line}{line_feed}")),
            None => Splice::insertion(end_of_value(text, place, place.node)?, format!("{line_feed}{indent}{line}")),
        });
    }
    Ok(splices)
}

/// The lines to put above the first entry, and above the comments that belong to it.
pub(super) fn insert_first(
    text: &str,
    place: &Place<'_, '_>,
    additions: &[Addition<'_>],
) -> Result<Vec<Splice>, Refusal> {
    let Some(first) = place.mapping.entries.first() else {
        return Ok(Vec::new());
    };
    let indent = indentation(text, place, first)?;
    let line_feed = line_feed(text, first.key_span.start);
    let below = below_key(text, place, first);
    let splice = |addition| {
        let line = body(place, first, addition, &format!("{line_feed}{indent}"));
        match below {
            Some(offset) => Splice::insertion(offset, format!("{line_feed}{indent}{line}")),
            None => Splice::insertion(first.key_span.start, format!("{line}{line_feed}{indent}")),
        }
    };
    Ok(additions.iter().map(splice).collect())
}

/// The end of the line of the key above, when only comments lie between it and the first entry.
pub(super) fn below_key(text: &str, place: &Place<'_, '_>, first: &Entry<'_>) -> Option<usize> {
    let end = line_end(text, place.parent_key?.end);
    let between = text.get(end..line_start(text, first.key_span.start))?;
    let is_idle = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    between.lines().all(is_idle).then_some(end)
}

/// The entry as it is written; `line_feed` leads to the column of the keys.
fn body(place: &Place<'_, '_>, neighbour: &Entry<'_>, addition: &Addition<'_>, line_feed: &str) -> String {
    let style = neighbour.key_style;
    let scalar = |text: &str| write::scalar(text, value_style(place, style));
    let key = write::scalar(addition.key, style);
    match addition.value {
        Value::Text(text) => format!("{key}: {}", scalar(text)),
        Value::Mapping(entries) if entries.is_empty() => format!("{key}: {{}}"),
        Value::Mapping(entries) => {
            let line_feed = format!("{line_feed}{}", " ".repeat(place.step));
            let line = |(key, value): &(String, String)| {
                format!("{line_feed}{}: {}", write::scalar(key, style), scalar(value))
            };
            format!("{key}:{}", entries.iter().map(line).collect::<String>())
        }
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
pub(super) fn indentation(text: &str, place: &Place<'_, '_>, entry: &Entry<'_>) -> Result<String, Refusal> {
    let line = line_start(text, entry.key_span.start);
    let before = &text[line..entry.key_span.start];
    if before.bytes().all(|byte| matches!(byte, b' ' | b'-')) {
        return Ok(" ".repeat(before.len()));
    }
    Err(Refusal::Indentation {
        position: Position::new(entry.key_position.line, 1),
        path: place.path.clone(),
        found: before.trim_end().to_owned(),
    })
}

/// The end of the line on which a value ends; a comment may follow the value.
pub(super) fn end_of_value(text: &str, place: &Place<'_, '_>, value: &Node<'_>) -> Result<usize, Refusal> {
    let end = value.span.end;
    let line_end = line_end(text, end);
    if lines::is_idle(text, end) {
        return Ok(line_end);
    }
    let line_feeds = value.span.of(text).bytes().filter(|byte| *byte == b'\n').count();
    let line = value.position.line + u32::try_from(line_feeds).unwrap_or_default();
    Err(Refusal::TextAfterValue {
        position: Position::new(line, Position::column_of(text, end)),
        path: place.path.clone(),
        found: text[end..line_end].trim().to_owned(),
    })
}
