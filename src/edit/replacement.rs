//! A string in the place of a single value, quoted as the old one was.

use super::block_scalar::{self, content_end};
use super::lines::{line_end, without_line_feed};
use super::locate::{self, Found, is_explicit};
use super::refusal::Refusal;
use super::splice::Splice;
use crate::object::{FieldPath, Span};
use crate::yaml::{Meaning, Node, Scalar, ScalarStyle, write};

/// The bytes that make the value this string; none when it is.
pub(super) fn replace(text: &str, root: &Node<'_>, path: &FieldPath, value: &str) -> Result<Vec<Splice>, Refusal> {
    let found = locate::value(text, root, path.steps())?;
    let scalar = check(text, &found)?;
    if scalar.meaning == Meaning::String && !scalar.disputed && scalar.text == value {
        return Ok(Vec::new());
    }
    let node = found.node;
    match scalar.style {
        ScalarStyle::Literal | ScalarStyle::Folded => block_scalar(text, &found, value),
        ScalarStyle::Plain if node.span.start == node.span.end => empty(text, &found, scalar, value),
        style => {
            let style = if scalar.meaning == Meaning::String { style } else { style_beside(&found) };
            Ok(vec![Splice { span: node.span, text: write::scalar(value, style) }])
        }
    }
}

fn check<'n, 't>(text: &str, found: &Found<'n, 't>) -> Result<&'n Scalar<'t>, Refusal> {
    let Found { path, node, entry, parent, .. } = found;
    let (position, path) = (node.position, path.clone());
    let Some(scalar) = node.as_scalar() else {
        return Err(Refusal::NotScalar { position, path, found: node.kind_word() });
    };
    if node.properties {
        return Err(Refusal::Properties { position, path });
    }
    match (entry, parent) {
        (Some(entry), Some(parent)) if is_explicit(text, entry, parent.flow) => {
            Err(Refusal::ExplicitKey { position: entry.key_position, path: path.parent().unwrap_or_default() })
        }
        _ => Ok(scalar),
    }
}

/// JSON has no strings without quotes: where keys are quoted, a number is followed by a quoted string.
fn style_beside(found: &Found<'_, '_>) -> ScalarStyle {
    match found.entry {
        None if found.parent.is_some_and(|parent| !parent.flow) => ScalarStyle::Plain,
        _ => found.key_style,
    }
}

/// The header gives way to the value, the lines below it go; a comment behind the header stays.
fn block_scalar(text: &str, found: &Found<'_, '_>, value: &str) -> Result<Vec<Splice>, Refusal> {
    let node = found.node;
    let from = found.entry.map_or(0, |entry| entry.key_span.end);
    let Some(header) = block_scalar::header(text, node, from) else {
        return Err(Refusal::NoPlace { position: node.position, path: found.path.clone() });
    };
    let written = write::scalar(value, found.entry.map_or(ScalarStyle::Plain, |entry| entry.key_style));
    let mut splices = vec![Splice { span: header, text: written }];
    let lines = Span::new(line_end(text, header.end), without_line_feed(text, content_end(text, node)));
    if node.span.start < node.span.end && lines.start < lines.end {
        splices.push(Splice { span: lines, text: String::new() });
    }
    Ok(splices)
}

fn empty(text: &str, found: &Found<'_, '_>, scalar: &Scalar<'_>, value: &str) -> Result<Vec<Splice>, Refusal> {
    let written = write::scalar(value, style_beside(found));
    let no_place = || Refusal::NoPlace { position: found.node.position, path: found.path.clone() };
    let start = found.node.span.start;
    if let Some(entry) = found.entry {
        let key_end = entry.key_span.end;
        let rest = &text[key_end..];
        let colon = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest[colon..].starts_with(':') {
            return Ok(vec![Splice::insertion(key_end + colon + 1, format!(" {written}"))]);
        }
        // Within braces a key may stand alone; readers disagree about what it holds.
        let is_alone = scalar.disputed;
        return if is_alone { Ok(vec![Splice::insertion(key_end, format!(": {written}"))]) } else { Err(no_place()) };
    }
    let before = text[..start].trim_end_matches([' ', '\t']);
    if before.ends_with('-') {
        return Ok(vec![Splice::insertion(before.len(), format!(" {written}"))]);
    }
    Err(no_place())
}
