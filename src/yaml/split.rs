//! Cuts a stream into documents exactly where the Kubernetes decoder does, without parsing them.

use memchr::{memchr, memchr_iter, memmem};
use serde::de::IgnoredAny;

use super::error::{Error, Problem};
use crate::object::{Position, Span};

/// The text of one document of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// The number of the document, from zero; empty documents count.
    pub index: usize,
    /// Its bytes, without the `---` line that ends it.
    pub span: Span,
    /// The number of the line on which the span begins, from one.
    pub line: u32,
}

impl Chunk {
    /// The whole of a text as one document.
    #[must_use]
    pub fn whole(text: &str) -> Self {
        let start = text.len() - text.trim_start_matches('\u{FEFF}').len();
        let span = Span::new(start, text.len());
        Self { index: 0, span, line: 1 }
    }
}

/// The documents of a stream, in its order.
pub fn split(text: &str) -> Result<Vec<Chunk>, Error> {
    match concatenated_json(text) {
        Some(chunks) => Ok(chunks),
        None => Cutter::new(text).cut(),
    }
}

/// `{…}{…}`: the decoder tries JSON first when the first character that is no blank is a brace.
fn concatenated_json(text: &str) -> Option<Vec<Chunk>> {
    let blank = text.len() - text.trim_start().len();
    if !text[blank..].starts_with('{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let mut chunks = Vec::new();
    let (mut from, mut line) = (0, 1);
    while let Some(value) = values.next() {
        value.ok()?;
        let end = values.byte_offset();
        let start = end - text[from..end].trim_start().len();
        line += count_lines(&text[from..start]);
        chunks.push(Chunk { index: chunks.len(), span: Span::new(start, end), line });
        line += count_lines(&text[start..end]);
        from = end;
    }
    Some(chunks)
}

fn count_lines(text: &str) -> u32 {
    u32::try_from(memchr_iter(b'\n', text.as_bytes()).count()).unwrap_or(u32::MAX)
}

/// The lines that begin with three dashes, and what lies between them.
struct Cutter<'t> {
    text: &'t str,
    chunks: Vec<Chunk>,
    start: usize,
    line: u32,
}

impl<'t> Cutter<'t> {
    fn new(text: &'t str) -> Self {
        let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        Self { text, chunks: Vec::new(), start, line: 1 }
    }

    fn cut(mut self) -> Result<Vec<Chunk>, Error> {
        let text = self.text;
        let finder = memmem::Finder::new("\n---");
        let mut separator = text[self.start..].starts_with("---").then_some(self.start);
        let mut searched = self.start;
        loop {
            if separator.is_none() {
                separator = finder.find(&text.as_bytes()[searched..]).map(|found| searched + found + 1);
            }
            let Some(dashes) = separator.take() else {
                break;
            };
            self.check_separator(dashes)?;
            searched = line_end(text, dashes);
            // The decoder keeps a separator that ends nothing as the first line of what follows.
            if dashes > self.start {
                self.push(dashes)?;
                self.start = next_line(text, dashes);
                self.line += 1;
            }
        }
        self.push(text.len())?;
        Ok(self.chunks)
    }

    fn check_separator(&self, dashes: usize) -> Result<(), Error> {
        let rest = self.text[dashes + 3..line_end(self.text, dashes)].trim();
        if rest.is_empty() || rest.starts_with('#') {
            return Ok(());
        }
        let problem = Problem::Separator { found: rest.to_owned() };
        Err(self.error(dashes, problem))
    }

    fn push(&mut self, end: usize) -> Result<(), Error> {
        let span = Span::new(self.start, end);
        if self.start == end {
            return Ok(());
        }
        self.check_start(span)?;
        self.check_end_markers(span)?;
        self.chunks.push(Chunk { index: self.chunks.len(), span, line: self.line });
        self.line += count_lines(span.of(self.text));
        Ok(())
    }

    fn check_start(&self, span: Span) -> Result<(), Error> {
        let text = span.of(self.text);
        if text.starts_with('\u{FEFF}') {
            return Err(self.error(span.start, Problem::ByteOrderMark));
        }
        let mut offset = span.start;
        for line in text.lines() {
            if line.starts_with('%') {
                let found = line.trim_end().to_owned();
                return Err(self.error(offset, Problem::Directive { found }));
            }
            if !is_idle(line) {
                break;
            }
            offset = next_line(self.text, offset);
        }
        Ok(())
    }

    /// Everything after a `...` line would be dropped in silence.
    fn check_end_markers(&self, span: Span) -> Result<(), Error> {
        let Some(marker) = end_marker(span.of(self.text)) else {
            return Ok(());
        };
        let mut offset = span.start + marker + 3;
        while offset < span.end {
            let line = &self.text[offset..line_end(self.text, offset).min(span.end)];
            if !is_idle(line) && line.trim_end() != "..." {
                let found = line.trim().to_owned();
                let indent = line.len() - line.trim_start().len();
                return Err(self.error(offset + indent, Problem::AfterDocumentEnd { found }));
            }
            offset = next_line(self.text, offset);
        }
        Ok(())
    }

    fn error(&self, offset: usize, problem: Problem) -> Error {
        Error::new(Position::of(self.text, offset), problem)
    }
}

/// The offset of the first line `...`.
fn end_marker(text: &str) -> Option<usize> {
    let first = text.starts_with("...").then_some(0);
    let later = memmem::find_iter(text.as_bytes(), "\n...").map(|found| found + 1);
    first.into_iter().chain(later).find(|marker| {
        let after = &text[marker + 3..];
        after.is_empty() || after.starts_with([' ', '\t', '\r', '\n'])
    })
}

/// A line that says nothing: blank, or a comment.
fn is_idle(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// The offset of the line feed that ends the line, or the end of the text.
fn line_end(text: &str, offset: usize) -> usize {
    memchr(b'\n', &text.as_bytes()[offset..]).map_or(text.len(), |found| offset + found)
}

fn next_line(text: &str, offset: usize) -> usize {
    (line_end(text, offset) + 1).min(text.len())
}
