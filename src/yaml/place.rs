//! From the parser's places, which count from the start of a document, to places of the whole text.

use memchr::memchr;

use super::error::{Error, Problem};
use super::split::Chunk;
use super::{Node, ScalarStyle, separator};
use crate::object::{Position, Span};

/// A document within its text.
#[derive(Clone, Copy)]
pub(super) struct Places<'t> {
    pub(super) text: &'t str,
    chunk: Chunk,
    /// How many characters stand before the document on its first line.
    indent: u32,
    has_separators: bool,
}

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str, chunk: &Chunk) -> Self {
        let has_separators = separator::may_hold(chunk.span.of(text));
        Self { text, chunk: *chunk, indent: indent(text, chunk.span.start), has_separators }
    }

    /// The text of the document.
    pub(super) fn source(&self) -> &'t str {
        self.chunk.span.of(self.text)
    }

    pub(super) fn has_separators(&self) -> bool {
        self.has_separators
    }

    pub(super) fn error(&self, at: &granit_parser::Span, problem: Problem) -> Error {
        Error::new(self.position(at), problem)
    }

    pub(super) fn position(&self, at: &granit_parser::Span) -> Position {
        self.position_of(&at.start)
    }

    pub(super) fn position_of(&self, marker: &granit_parser::Marker) -> Position {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let line = number(marker.line().saturating_sub(1));
        let indent = if line == 0 { self.indent } else { 0 };
        Position::new(
            self.chunk.line.saturating_add(line),
            number(marker.col()).saturating_add(indent).saturating_add(1),
        )
    }

    pub(super) fn span(&self, at: &granit_parser::Span) -> Span {
        let start = self.chunk.span.start;
        let range = at.byte_range().unwrap_or_default();
        Span::new(start + range.start, start + range.end)
    }

    /// The bytes of a scalar: nothing for an empty one, no indentation of the line after a block scalar.
    pub(super) fn scalar_span(&self, at: &granit_parser::Span, parsed: &str, style: ScalarStyle) -> Span {
        let span = self.span(at);
        if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return span;
        }
        if parsed.is_empty() {
            let before = self.text[..span.end].trim_end_matches(' ');
            let end = if before.ends_with('\n') { before.len() } else { span.end };
            return Span::new(end, end);
        }
        let written = span.of(self.text);
        let last_line = written.rfind('\n').map_or(written.len(), |found| found + 1);
        // Blanks that are no text of their own line belong to the line after the scalar.
        let last = parsed.rsplit('\n').next().unwrap_or_default();
        let is_blank = |line: &str| line.bytes().all(|byte| byte == b' ');
        let is_indentation = is_blank(&written[last_line..]) && (last.is_empty() || !is_blank(last));
        Span::new(span.start, span.start + if is_indentation { last_line } else { written.len() })
    }

    /// kubectl adds a missing line feed to the end of the text, and so to a block scalar there.
    pub(super) fn ends_unfinished(&self, span: Span, style: ScalarStyle) -> bool {
        matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
            && span.end == self.text.len()
            && !self.text.ends_with('\n')
    }

    /// How far the dash of a block list within a mapping lies before `start`.
    ///
    /// The parser puts a list without indentation of its own behind its first dash.
    pub(super) fn distance_to_dash(&self, start: usize) -> usize {
        let line = self.text[..start].rfind('\n').map_or(0, |found| found + 1);
        let before = &self.text[line..start];
        let content = before.trim_start_matches(' ');
        if content.starts_with('-') { content.len() } else { 0 }
    }

    /// Puts an empty value behind its colon, where the parser puts it before; says whether there is one.
    pub(super) fn move_after_colon(&self, key_end: usize, value: &mut Node<'_>) -> bool {
        let rest = &self.text[key_end..self.chunk.span.end];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if !rest[blanks..].starts_with(':') {
            // Comments or line breaks lie between the key and its colon.
            let between = key_end..value.span.start.max(key_end);
            return memchr(b':', &self.text.as_bytes()[between]).is_some();
        }
        let after = key_end + blanks + 1;
        if value.span.start < after {
            let moved = u32::try_from(after - value.span.start).unwrap_or_default();
            value.span = Span::new(after, after);
            value.position.column += moved;
        }
        true
    }
}

/// How many characters stand before the document on its line; of a very long line only the last part counts, so
/// that a line of many documents is not walked through again for each of them.
fn indent(text: &str, start: usize) -> u32 {
    let from = (start.saturating_sub(16 << 10)..=start).find(|offset| text.is_char_boundary(*offset));
    let near = from.unwrap_or(start);
    Position::column_of(&text[near..], start - near) - 1
}
