//! The items of a list, cut out without parsing them: a list of a hundred megabytes is mostly objects that do not matter.
//!
//! What this cannot follow for certain it does not answer at all, and the caller parses everything: quotes or brackets
//! that stay open over a line, anchors, tags, explicit keys, tabs, anything but the plain block style that kustomize, kpt
//! and kubectl write. What nests inside an item stands further right than the item's dash, so that only a scalar or a
//! bracket left open could bring text into the dash's column.

mod line;

use super::Chunk;
use crate::object::Span;
use line::{Line, Value};

/// A document cut into the items of its list and the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items {
    /// The document up to its items, the line `items:` included.
    pub before: Chunk,
    /// The items.
    pub items: Vec<ItemLines>,
    /// The document after its items; none when it ends with them.
    pub after: Option<Chunk>,
}

/// The lines of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemLines {
    /// The bytes, from the beginning of the line with the dash to the end of the last line.
    pub span: Span,
    /// The number of the first line.
    pub line: u32,
    /// The column of the dash, from zero.
    dash: usize,
}

impl ItemLines {
    /// The item as a document of its own, in which every byte stands where it stands in the lines: a blank takes the
    /// place of the dash.
    #[must_use]
    pub fn alone(&self, text: &str) -> String {
        let lines = self.span.of(text);
        [&lines[..self.dash], " ", &lines[self.dash + 1..]].concat()
    }
}

/// Cuts `chunk` when it is a mapping in block style with a block list under `items`; none when that is not certain.
#[must_use]
pub fn items(text: &str, chunk: &Chunk) -> Option<Items> {
    let mut cut = Cut::default();
    let lines = Lines { text, at: chunk.span.start, end: chunk.span.end, line: chunk.line };
    for (span, number) in lines {
        cut.take(span.of(text), span, number)?;
    }
    cut.finish(chunk)
}

/// The lines of a chunk, with their line feeds.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    line: u32,
}

impl Iterator for Lines<'_> {
    type Item = (Span, u32);

    fn next(&mut self) -> Option<(Span, u32)> {
        let rest = &self.text.as_bytes()[self.at..self.end];
        if rest.is_empty() {
            return None;
        }
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |place| place + 1);
        let found = (Span::new(self.at, self.at + length), self.line);
        self.at += length;
        self.line += 1;
        Some(found)
    }
}

/// What has been cut so far.
#[derive(Default)]
struct Cut {
    part: Part,
    items: Vec<ItemLines>,
    /// Where the part after the items begins.
    after: Option<(usize, u32)>,
    /// Lines further right than this belong to a block scalar.
    block_scalar: Option<usize>,
}

/// Where in the document a line stands.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Before,
    /// Below `items:`, with the column of the dashes once it is known.
    Items(Option<usize>),
    After,
}

impl Cut {
    /// Takes a line; none when it cannot be followed.
    fn take(&mut self, text: &str, span: Span, number: u32) -> Option<()> {
        let line = Line::new(text)?;
        if line.is_blank() {
            return Some(());
        }
        if let Some(column) = self.block_scalar {
            if line.indent > column {
                return Some(());
            }
            self.block_scalar = None;
        }
        if line.is_comment() {
            return Some(());
        }
        self.place(&line, span, number)?;
        match line.value()? {
            Value::BlockScalar(column) => self.block_scalar = Some(column),
            Value::OnItsLine => {}
        }
        Some(())
    }

    fn place(&mut self, line: &Line<'_>, span: Span, number: u32) -> Option<()> {
        match self.part {
            Part::Before if line.is_items_key() => self.part = Part::Items(None),
            Part::Before | Part::After if line.may_be_items_key() || line.indent == 0 && line.has_dash() => {
                return None;
            }
            Part::Before | Part::After => {}
            Part::Items(None) if line.has_dash() => {
                self.part = Part::Items(Some(line.indent));
                self.begin(line, span, number);
            }
            Part::Items(Some(column)) if line.indent == column && line.has_dash() => self.begin(line, span, number),
            Part::Items(Some(column)) if line.indent > column => {}
            Part::Items(Some(_)) if line.indent == 0 && !line.may_be_items_key() => {
                self.part = Part::After;
                self.after = Some((span.start, number));
            }
            Part::Items(_) => return None,
        }
        if let (Part::Items(Some(_)), Some(item)) = (self.part, self.items.last_mut()) {
            item.span.end = span.end;
        }
        Some(())
    }

    fn begin(&mut self, line: &Line<'_>, span: Span, number: u32) {
        self.items.push(ItemLines { span, line: number, dash: line.indent });
    }

    /// Blank lines and comments between two items belong to the first one.
    fn finish(mut self, chunk: &Chunk) -> Option<Items> {
        let first = *self.items.first()?;
        let end = self.after.map_or(chunk.span.end, |(start, _)| start);
        let starts: Vec<usize> = self.items.iter().skip(1).map(|item| item.span.start).chain([end]).collect();
        for (item, end) in self.items.iter_mut().zip(starts) {
            item.span.end = end;
        }
        let part = |start, end, line| Chunk { index: chunk.index, span: Span::new(start, end), line };
        Some(Items {
            before: part(chunk.span.start, first.span.start, chunk.line),
            items: self.items,
            after: self.after.map(|(start, line)| part(start, chunk.span.end, line)),
        })
    }
}
