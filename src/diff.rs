//! Unified diffs, as `patch` and `git apply` read them.

use std::fmt::Write;

use memchr::{memchr, memchr_iter, memrchr};
use similar::{Algorithm, DiffOp, TextDiff};

use crate::object::Span;

mod blocks;

use blocks::{Block, blocks};

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// A text that takes the place of some bytes of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'t> {
    /// The bytes of the old text; none for an insertion.
    pub span: Span,
    /// What takes their place.
    pub text: &'t str,
}

/// The unified diff from `old` to `new`, with three lines of context and line numbers from one.
#[must_use]
pub fn unified(old_name: &str, new_name: &str, old: &str, new: &str) -> String {
    unified_at(old_name, new_name, old, new, 1)
}

/// The unified diff of a part of a file whose first line has this number, in the old file and in the new.
///
/// For people. Programs refuse a hunk that ends with the part and not with the file, for want of context: see
/// [`unified_changes`].
#[must_use]
pub fn unified_at(old_name: &str, new_name: &str, old: &str, new: &str, first_line: usize) -> String {
    let (old, new) = (lines(old), lines(new));
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).newline_terminated(true).diff_slices(&old, &new);
    let mut out = Output::new(old_name, new_name);
    for operations in diff.grouped_ops(CONTEXT).iter().filter(|operations| !operations.is_empty()) {
        let first = operations[0];
        let at = |start| first_line + start;
        let mut hunk = Hunk::new(at(first.old_range().start), at(first.new_range().start));
        hunk.operations(operations, &old, &new);
        out.write(&hunk);
    }
    out.text
}

/// The unified diff of a file of which some bytes change, all of it under one header.
///
/// The file is not compared but only counted through: the changes say where it differs. They may come in any order;
/// those at one place stay in theirs. A name that needs it is written the way `git` does.
///
/// # Panics
/// When two changes overlap, or one lies outside the text.
#[must_use]
pub fn unified_changes(old_name: &str, new_name: &str, old: &str, changes: &[Change<'_>]) -> String {
    let mut out = Output::new(&file_name(old_name), &file_name(new_name));
    let blocks = blocks(old, changes);
    let (mut counted, mut line, mut added, mut removed) = (0, 1, 0, 0);
    let mut rest = &blocks[..];
    while let Some(first) = rest.first() {
        let (near, far) = rest.split_at(together(old, rest));
        let start = lines_back(old, first.span.start);
        line += count(&old[counted..start]);
        counted = start;
        let mut hunk = Hunk::new(line, line + added - removed);
        hunk.blocks(old, start, near);
        added += hunk.new_lines;
        removed += hunk.old_lines;
        out.write(&hunk);
        rest = far;
    }
    out.text
}

/// How many of the blocks share their context, and so one hunk.
fn together(text: &str, blocks: &[Block]) -> usize {
    let apart = |pair: &[Block]| lines_on(text, pair[0].span.end) < lines_back(text, pair[1].span.start);
    blocks.windows(2).position(apart).map_or(blocks.len(), |found| found + 1)
}

/// A diff that is being written; without a hunk it stays empty.
struct Output {
    header: String,
    text: String,
}

impl Output {
    fn new(old_name: &str, new_name: &str) -> Self {
        Self { header: format!("--- {old_name}\n+++ {new_name}\n"), text: String::new() }
    }

    fn write(&mut self, hunk: &Hunk) {
        if hunk.is_idle {
            return;
        }
        self.text.push_str(&std::mem::take(&mut self.header));
        let old = range(hunk.old_start, hunk.old_lines);
        let new = range(hunk.new_start, hunk.new_lines);
        let _ = write!(self.text, "@@ -{old} +{new} @@\n{}", hunk.body);
    }
}

/// An empty range is placed at the line before it.
fn range(start: usize, length: usize) -> String {
    match length {
        0 => format!("{},0", start - 1),
        1 => start.to_string(),
        _ => format!("{start},{length}"),
    }
}

/// Some lines of both files.
struct Hunk {
    old_start: usize,
    new_start: usize,
    old_lines: usize,
    new_lines: usize,
    body: String,
    is_idle: bool,
}

impl Hunk {
    fn new(old_start: usize, new_start: usize) -> Self {
        Self { old_start, new_start, old_lines: 0, new_lines: 0, body: String::new(), is_idle: true }
    }

    fn blocks(&mut self, text: &str, start: usize, blocks: &[Block]) {
        let mut done = start;
        for Block { span, new } in blocks {
            self.lines(' ', &lines(&text[done..span.start]));
            let (old, new) = (lines(span.of(text)), lines(new));
            let operations = similar::capture_diff_slices(Algorithm::Myers, &old, &new);
            self.operations(&operations, &old, &new);
            done = span.end;
        }
        self.lines(' ', &lines(&text[done..lines_on(text, done)]));
    }

    fn operations(&mut self, operations: &[DiffOp], old: &[&str], new: &[&str]) {
        for operation in operations {
            if matches!(operation, DiffOp::Equal { .. }) {
                self.lines(' ', &old[operation.old_range()]);
                continue;
            }
            self.lines('-', &old[operation.old_range()]);
            self.lines('+', &new[operation.new_range()]);
        }
    }

    fn lines(&mut self, sign: char, lines: &[&str]) {
        self.is_idle &= sign == ' ' || lines.is_empty();
        self.old_lines += if sign == '+' { 0 } else { lines.len() };
        self.new_lines += if sign == '-' { 0 } else { lines.len() };
        for line in lines {
            self.body.push(sign);
            self.body.push_str(line);
            if !line.ends_with('\n') {
                self.body.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
}

/// The lines with their line feeds; a carriage return alone ends none.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn count(text: &str) -> usize {
    memchr_iter(b'\n', text.as_bytes()).count()
}

/// Where the lines of context before this line begin.
fn lines_back(text: &str, offset: usize) -> usize {
    (0..CONTEXT).fold(offset, |offset, _| {
        let before = &text.as_bytes()[..offset.saturating_sub(1)];
        memrchr(b'\n', before).map_or(0, |found| found + 1)
    })
}

/// Where the lines of context from this line on end.
fn lines_on(text: &str, offset: usize) -> usize {
    (0..CONTEXT).fold(offset, |offset, _| {
        memchr(b'\n', &text.as_bytes()[offset..]).map_or(text.len(), |found| offset + found + 1)
    })
}

/// A name as `git` writes it: quoted when characters would end or change it, a tab behind one with blanks.
fn file_name(name: &str) -> String {
    let is_odd = |character: char| character.is_ascii_control() || matches!(character, '"' | '\\');
    if name.contains(is_odd) {
        return quoted(name);
    }
    if name.contains(' ') { format!("{name}\t") } else { name.to_owned() }
}

fn quoted(name: &str) -> String {
    let mut out = String::from('"');
    for character in name.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other if other.is_ascii_control() => {
                let _ = write!(out, "\\{:03o}", u32::from(other));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
