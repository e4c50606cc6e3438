//! A new entry within braces: on its own line when the others are, quoted when the others are.

use super::block::{line_end, line_feed, line_start, value_style};
use super::locate::Place;
use super::refusal::Refusal;
use super::splice::Splice;
use super::{NewEntry, Value};
use crate::yaml::{Entry, ScalarStyle, write};

/// The entry to put into the text, and the comma before it.
pub(super) fn insert(text: &str, place: &Place<'_, '_>, new: &NewEntry<'_>) -> Result<Vec<Splice>, Refusal> {
    let written = place.node.span.of(text);
    if !written.starts_with('{') || !written.ends_with('}') {
        return Err(Refusal::NoBraces { position: place.node.position, path: place.path.clone() });
    }
    Ok(match place.mapping.entries.last() {
        None => into_empty(place, new),
        Some(last) => after(text, place, last, new),
    })
}

/// The entry to put before all others, and the comma behind it.
pub(super) fn insert_first(text: &str, place: &Place<'_, '_>, new: &NewEntry<'_>) -> Result<Vec<Splice>, Refusal> {
    let Some(first) = place.mapping.entries.first() else {
        return insert(text, place, new);
    };
    let body = body(place, first.key_style, colon(text, first), new);
    let separator = own_line(text, place, first);
    let separator = separator.as_deref().unwrap_or(if colon(text, first) == ":" { "" } else { " " });
    Ok(vec![Splice::insertion(first.key_span.start, format!("{body},{separator}"))])
}

fn into_empty(place: &Place<'_, '_>, new: &NewEntry<'_>) -> Vec<Splice> {
    let comma = if new.follows { ", " } else { "" };
    let body = body(place, place.key_style(), ": ", new);
    vec![Splice::insertion(place.node.span.start + 1, format!("{comma}{body}"))]
}

fn body(place: &Place<'_, '_>, key_style: ScalarStyle, colon: &str, new: &NewEntry<'_>) -> String {
    let key = write::scalar(new.key, key_style);
    let style = value_style(place, key_style);
    match new.value {
        Value::Text(text) => format!("{key}{colon}{}", write::scalar(text, style)),
        Value::Mapping(entries) => {
            let entry = |(key, value): &(String, String)| {
                format!("{}{colon}{}", write::scalar(key, key_style), write::scalar(value, style))
            };
            let comma = if colon == ":" { "," } else { ", " };
            format!("{key}{colon}{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(comma))
        }
    }
}

/// Whether keys and values touch, as in JSON without blanks.
fn colon(text: &str, beside: &Entry<'_>) -> &'static str {
    let is_tight = &text[beside.key_span.end..beside.value.span.start.max(beside.key_span.end)] == ":";
    if is_tight && beside.key_style != ScalarStyle::Plain { ":" } else { ": " }
}

fn after(text: &str, place: &Place<'_, '_>, last: &Entry<'_>, new: &NewEntry<'_>) -> Vec<Splice> {
    let colon = colon(text, last);
    let body = body(place, last.key_style, colon, new);
    let end = last.value.span.end.max(last.key_span.end);
    let comma = trailing_comma(&text[end..place.node.span.end]).map(|found| end + found);
    match own_line(text, place, last) {
        Some(separator) => on_own_line(text, end, comma, &separator, &body),
        None => vec![beside(text, end, comma, colon, &body)],
    }
}

/// The line feed and indentation that separate the entries, when each stands on its own line.
fn own_line(text: &str, place: &Place<'_, '_>, last: &Entry<'_>) -> Option<String> {
    let line = line_start(text, last.key_span.start);
    let indent = &text[line..last.key_span.start];
    let alone = indent.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    let line_feed = line_feed(text, place.node.span.start);
    (alone && place.node.span.start < line).then(|| format!("{line_feed}{indent}"))
}

fn on_own_line(text: &str, end: usize, comma: Option<usize>, separator: &str, body: &str) -> Vec<Splice> {
    let Some(comma) = comma else {
        let rest = text[end..line_end(text, end)].trim_start();
        if !rest.starts_with('#') {
            return vec![Splice::insertion(end, format!("{}{separator}{body}", comma_after(text, end)))];
        }
        // The comment belongs to the entry before: the comma goes before it, the new line below.
        let below = Splice::insertion(line_end(text, end), format!("{separator}{body}"));
        return vec![Splice::insertion(end, comma_after(text, end).to_owned()), below];
    };
    let after = comma + 1;
    let rest = text[after..line_end(text, after)].trim();
    let at = if rest.is_empty() || rest.starts_with('#') { line_end(text, after) } else { after };
    vec![Splice::insertion(at, format!("{separator}{body},"))]
}

fn beside(text: &str, end: usize, comma: Option<usize>, colon: &str, body: &str) -> Splice {
    match comma {
        Some(comma) => Splice::insertion(comma + 1, format!(" {body},")),
        None if colon == ":" => Splice::insertion(end, format!(",{body}")),
        None => Splice::insertion(end, format!("{} {body}", comma_after(text, end))),
    }
}

/// A comma right behind a key's colon would become part of the key.
fn comma_after(text: &str, end: usize) -> &'static str {
    if text[..end].ends_with(':') { " ," } else { "," }
}

/// Where in the text behind the last value a comma stands, comments left out.
fn trailing_comma(rest: &str) -> Option<usize> {
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
