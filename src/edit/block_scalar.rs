//! Block scalars (`|`, `>`): the one kind of value whose bytes reach into the lines that follow it.

use super::lines::{line_start, next_line};
use crate::object::Span;
use crate::yaml::{Content, Node, ScalarStyle};

/// The block scalar that ends the value.
pub(super) fn ending<'n, 't>(text: &str, value: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let leaf = last_leaf(value)?;
    let is_block = matches!(leaf.as_scalar()?.style, ScalarStyle::Literal | ScalarStyle::Folded);
    // An alias has the style of its target and the bytes of its own name.
    let written = leaf.span.of(text);
    let is_alias = leaf.shared && written.starts_with('*') && !written.contains('\n');
    (is_block && !is_alias).then_some(leaf)
}

/// The value that ends a value: the last one of a block collection, down to a single value or brackets.
fn last_leaf<'n, 't>(node: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let child = match &node.content {
        Content::Sequence(items) if !node.flow => items.last(),
        // An entry that came from a merge key stands somewhere else.
        Content::Mapping(mapping) if !node.flow => {
            mapping.entries.iter().rev().map(|entry| &entry.value).find(|value| value.span.end == node.span.end)
        }
        _ => return Some(node),
    };
    last_leaf(child?)
}

fn value<'n>(scalar: &'n Node<'_>) -> &'n str {
    scalar.as_scalar().map_or("", |scalar| &*scalar.text)
}

/// Without a line of text; readers disagree about what such a scalar holds.
pub(super) fn is_empty(scalar: &Node<'_>) -> bool {
    value(scalar).trim_end_matches('\n').is_empty()
}

/// Readers disagree about an empty block scalar, and one that ends the text without a line feed would gain one.
pub(super) fn nothing_can_follow(text: &str, scalar: &Node<'_>) -> bool {
    let ends_text = !text.ends_with('\n') && text[scalar.span.end..].trim().is_empty();
    is_empty(scalar) || ends_text
}

/// Where the scalar's lines end; blank lines that are not part of its value lie behind.
pub(super) fn content_end(text: &str, scalar: &Node<'_>) -> usize {
    let value = value(scalar);
    let trailing = &value[value.trim_end().len()..];
    let written = scalar.span.of(text);
    if value.trim_end().is_empty() || !matches!(trailing, "" | "\n") {
        return scalar.span.end;
    }
    let content = scalar.span.start + written.trim_end().len();
    next_line(text, content).min(scalar.span.end)
}

/// The `|` or `>` and what follows it directly; `from` is a place before it and behind everything like it.
pub(super) fn header(text: &str, scalar: &Node<'_>, from: usize) -> Option<Span> {
    let Span { start, end } = scalar.span;
    let line = line_start(text, start);
    // The span begins behind the indentation of the first line with text; without any, it may end the header's line.
    let below = if start == end { start } else { line };
    let before = text[..below].trim_end().len();
    let begin = line_start(text, before).max(from.min(before));
    let line = &text[begin..before];
    let found = line.char_indices().map(|(at, _)| at).find(|at| is_header(line, *at))?;
    let token = line[found..].split([' ', '\t']).next()?;
    Some(Span::new(begin + found, begin + found + token.len()))
}

/// Behind a blank, and with nothing but a comment behind it.
fn is_header(line: &str, at: usize) -> bool {
    let Some(after) = line[at..].strip_prefix(['|', '>']) else {
        return false;
    };
    let rest = after.trim_start_matches(|sign: char| sign.is_ascii_digit() || matches!(sign, '+' | '-'));
    let comment = rest.trim_start();
    let begins = at == 0 || line[..at].ends_with([' ', '\t']);
    begins && (comment.is_empty() || comment.len() < rest.len() && comment.starts_with('#'))
}
