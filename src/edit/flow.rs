//! New entries within braces: on lines of their own when the others are, quoted when the others are.

use super::block::value_style;
use super::changes::Addition;
use super::lines::{self, line_end, line_feed};
use super::locate::Place;
use super::operation::Value;
use super::refusal::Refusal;
use super::splice::Splice;
use crate::yaml::{Entry, ScalarStyle, write};

/// The entries to put before and after all others, and their commas.
pub(super) fn insert(
    text: &str,
    place: &Place<'_, '_>,
    first: &[Addition<'_>],
    last: &[Addition<'_>],
) -> Result<Vec<Splice>, Refusal> {
    check_braces(text, place)?;
    let (Some(first_entry), Some(last_entry)) = (place.mapping.entries.first(), place.mapping.entries.last()) else {
        return Ok(into_empty(place, first.iter().chain(last)));
    };
    let mut splices = Vec::new();
    if !first.is_empty() {
        splices.push(before(text, place, first_entry, first));
    }
    if !last.is_empty() {
        splices.extend(after(text, place, last_entry, last));
    }
    Ok(splices)
}

/// A mapping within brackets may stand there without braces.
pub(super) fn check_braces(text: &str, place: &Place<'_, '_>) -> Result<(), Refusal> {
    let written = place.node.span.of(text);
    if written.starts_with('{') && written.ends_with('}') {
        return Ok(());
    }
    Err(Refusal::NoBraces { position: place.node.position, path: place.path.clone() })
}

fn into_empty<'a>(place: &Place<'_, '_>, additions: impl Iterator<Item = &'a Addition<'a>>) -> Vec<Splice> {
    let body = |addition| body(place, place.key_style, ": ", addition);
    let bodies: Vec<_> = additions.map(body).collect();
    vec![Splice::insertion(place.node.span.start + 1, bodies.join(", "))]
}

fn body(place: &Place<'_, '_>, key_style: ScalarStyle, colon: &str, addition: &Addition<'_>) -> String {
    let style = value_style(place, key_style);
    let entry =
        |key: &str, value: &str| format!("{}{colon}{}", write::scalar(key, key_style), write::scalar(value, style));
    match addition.value {
        Value::Text(text) => entry(addition.key, text),
        Value::Mapping(entries) => {
            let inner: Vec<_> = entries.iter().map(|(key, value)| entry(key, value)).collect();
            let inner = inner.join(comma(colon));
            format!("{}{colon}{{{inner}}}", write::scalar(addition.key, key_style))
        }
    }
}

/// Entries stand as close to each other as values to their keys.
fn comma(colon: &str) -> &'static str {
    if colon == ":" { "," } else { ", " }
}

/// How a neighbour puts its value behind its key.
fn colon(text: &str, neighbour: &Entry<'_>) -> &'static str {
    let key_end = neighbour.key_span.end;
    let is_tight = &text[key_end..neighbour.value.span.start.max(key_end)] == ":";
    if is_tight && neighbour.key_style != ScalarStyle::Plain { ":" } else { ": " }
}

fn bodies(text: &str, place: &Place<'_, '_>, neighbour: &Entry<'_>, additions: &[Addition<'_>]) -> Vec<String> {
    let colon = colon(text, neighbour);
    additions.iter().map(|addition| body(place, neighbour.key_style, colon, addition)).collect()
}

fn before(text: &str, place: &Place<'_, '_>, first: &Entry<'_>, additions: &[Addition<'_>]) -> Splice {
    let bodies = bodies(text, place, first, additions);
    let start = place.node.span.start + 1;
    if let Some(separator) = own_line(text, place, first) {
        // Comments above the first entry belong to it.
        let lines = bodies.join(&format!(",{separator}"));
        return Splice::insertion(line_end(text, start), format!("{separator}{lines},"));
    }
    let comma = comma(colon(text, first));
    let body = bodies.join(comma);
    Splice::insertion(
        start,
        match text[start..].chars().next() {
            Some(' ') => format!(" {body},"),
            Some('\r' | '\n' | '\t') => format!("{body},"),
            _ => format!("{body}{comma}"),
        },
    )
}

fn after(text: &str, place: &Place<'_, '_>, last: &Entry<'_>, additions: &[Addition<'_>]) -> Vec<Splice> {
    let bodies = bodies(text, place, last, additions);
    let end = end_of_entry(last);
    let trailing = trailing_comma(&text[end..place.node.span.end]).map(|found| end + found);
    match own_line(text, place, last) {
        Some(separator) => on_own_line(text, end, trailing, &separator, &bodies),
        None => vec![beside(text, end, trailing, comma(colon(text, last)), &bodies)],
    }
}

/// The end of a value, or of a key without one.
pub(super) fn end_of_entry(entry: &Entry<'_>) -> usize {
    entry.value.span.end.max(entry.key_span.end)
}

/// The line feed and indentation that separate the entries, when each stands on its own line.
fn own_line(text: &str, place: &Place<'_, '_>, entry: &Entry<'_>) -> Option<String> {
    let indent = lines::indentation(text, entry.key_span.start)?;
    let line = entry.key_span.start - indent.len();
    (place.node.span.start < line).then(|| format!("{}{indent}", line_feed(text, place.node.span.start)))
}

fn on_own_line(text: &str, end: usize, trailing: Option<usize>, separator: &str, bodies: &[String]) -> Vec<Splice> {
    let lines = format!("{separator}{}", bodies.join(&format!(",{separator}")));
    let Some(trailing) = trailing else {
        let is_comment = text[end..].trim_start_matches([' ', '\t']).starts_with('#');
        if !is_comment {
            return vec![Splice::insertion(end, format!("{}{lines}", comma_after(text, end)))];
        }
        // The comment belongs to the entry before: the comma goes before it, the new lines below.
        let below = Splice::insertion(line_end(text, end), lines);
        return vec![Splice::insertion(end, comma_after(text, end).to_owned()), below];
    };
    let after = trailing + 1;
    let at = if lines::is_idle(text, after) { line_end(text, after) } else { after };
    vec![Splice::insertion(at, format!("{lines},"))]
}

fn beside(text: &str, end: usize, trailing: Option<usize>, comma: &str, bodies: &[String]) -> Splice {
    let body = bodies.join(comma);
    match trailing {
        Some(trailing) => Splice::insertion(trailing + 1, format!(" {body},")),
        None if comma == "," => Splice::insertion(end, format!(",{body}")),
        None => Splice::insertion(end, format!("{} {body}", comma_after(text, end))),
    }
}

/// A comma right behind a key's colon would become part of the key.
fn comma_after(text: &str, end: usize) -> &'static str {
    if text[..end].ends_with(':') { " ," } else { "," }
}

/// Where in the text behind a value a comma stands, comments left out.
pub(super) fn trailing_comma(rest: &str) -> Option<usize> {
    let mut offset = 0;
    for line in rest.split_inclusive('\n') {
        let blank = line.len() - line.trim_start().len();
        if line[blank..].starts_with(',') {
            return Some(offset + blank);
        }
        let is_idle = line[blank..].is_empty() || line[blank..].starts_with('#');
        // A colon without a value may stand before the comma.
        if !is_idle {
            return None;
        }
        offset += line.len();
    }
    None
}
