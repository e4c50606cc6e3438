//! Unified diffs of the changed documents of a file, with the line numbers of the whole file.

use std::fmt::Write;
use std::ops::Range;

use memchr::memchr_iter;
use similar::{Algorithm, DiffOp};

use crate::object::Span;

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// A document of a text, and the text that takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'t> {
    /// The bytes of the old document.
    pub span: Span,
    /// The whole new document.
    pub text: &'t str,
}

/// The changes of `old` as a unified diff; nothing when none of them changes anything.
///
/// The changes must not overlap. Only the lines that they touch are compared.
#[must_use]
pub fn unified(old_name: &str, new_name: &str, old: &str, changes: &[Change<'_>]) -> String {
    unified_from(1, old_name, new_name, old, changes)
}

/// The same where `old` is only a part of a text, which begins on its line `first_line`.
#[must_use]
pub fn unified_from(first_line: usize, old_name: &str, new_name: &str, old: &str, changes: &[Change<'_>]) -> String {
    let lines = Lines::of(old);
    let regions = regions(&lines, changes);
    let edits: Vec<Edit<'_>> = regions.iter().flat_map(|region| region.edits(&lines)).collect();
    if edits.is_empty() {
        return String::new();
    }
    let mut out = format!("--- {}\n+++ {}\n", header(old_name), header(new_name));
    let mut hunks = Hunks { lines: &lines, before: first_line.saturating_sub(1), shift: 0, out: &mut out };
    edits.chunk_by(|left, right| right.old.start - left.old.end <= 2 * CONTEXT).for_each(|group| hunks.write(group));
    out
}

/// A text and where its lines begin.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let after = memchr_iter(b'\n', text.as_bytes()).map(|found| found + 1);
        let starts = std::iter::once(0).chain(after).filter(|start| *start < text.len());
        Self { text, starts: starts.collect() }
    }

    fn count(&self) -> usize {
        self.starts.len()
    }

    /// Where the line begins; the end of the text after the last one.
    fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    fn get(&self, line: usize) -> &'t str {
        &self.text[self.start(line)..self.start(line + 1)]
    }

    /// The lines that a change touches, and the next one when it is joined to them.
    fn touched(&self, change: &Change<'_>) -> Range<usize> {
        let Span { start, end } = change.span;
        let first = self.starts.partition_point(|line| *line <= start).saturating_sub(1);
        let after = self.starts.partition_point(|line| *line < end);
        let ends_line = match change.text {
            "" => self.start(first) == start,
            text => text.ends_with('\n'),
        };
        let joins_next = self.start(after) == end && !ends_line;
        first..(after + usize::from(joins_next)).min(self.count())
    }
}

/// Some lines of the old text, and what they become.
struct Region {
    old: Range<usize>,
    new: String,
}

/// Whole lines for every change; changes that share a line become one.
fn regions(lines: &Lines<'_>, changes: &[Change<'_>]) -> Vec<Region> {
    let mut sorted: Vec<_> = changes.iter().collect();
    sorted.sort_by_key(|change| change.span);
    let touching = |left: &&Change<'_>, right: &&Change<'_>| lines.touched(right).start < lines.touched(left).end;
    sorted.chunk_by(touching).map(|group| region(lines, group)).collect()
}

fn region(lines: &Lines<'_>, group: &[&Change<'_>]) -> Region {
    let touched = group.iter().map(|change| lines.touched(change));
    let start = touched.clone().map(|range| range.start).min().unwrap_or_default();
    let end = touched.map(|range| range.end).max().unwrap_or_default();
    let mut new = String::new();
    let mut copied = lines.start(start);
    for change in group {
        new.push_str(&lines.text[copied..change.span.start]);
        new.push_str(change.text);
        copied = change.span.end;
    }
    new.push_str(&lines.text[copied..lines.start(end).max(copied)]);
    Region { old: start..end, new }
}

impl Region {
    fn edits(&self, lines: &Lines<'_>) -> Vec<Edit<'_>> {
        let old: Vec<&str> = self.old.clone().map(|line| lines.get(line)).collect();
        let new: Vec<&str> = self.new.split_inclusive('\n').collect();
        let operations = similar::capture_diff_slices(Algorithm::Myers, &old, &new);
        let changed = operations.iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
        changed.map(|operation| self.edit(*operation, &new)).collect()
    }

    fn edit<'n>(&self, operation: DiffOp, new: &[&'n str]) -> Edit<'n> {
        let old = operation.old_range();
        let shift = self.old.start;
        Edit { old: old.start + shift..old.end + shift, new: new[operation.new_range()].to_vec() }
    }
}

/// Lines of the old text that are replaced, and the lines that replace them.
struct Edit<'n> {
    old: Range<usize>,
    new: Vec<&'n str>,
}

struct Hunks<'h, 't> {
    lines: &'h Lines<'t>,
    /// How many lines stand before the first one.
    before: usize,
    /// How many lines the new text has more than the old one, up to here.
    shift: isize,
    out: &'h mut String,
}

impl Hunks<'_, '_> {
    /// Writes edits that share their context.
    fn write(&mut self, edits: &[Edit<'_>]) {
        let (Some(first), Some(last)) = (edits.first(), edits.last()) else {
            return;
        };
        let start = first.old.start.saturating_sub(CONTEXT);
        let end = (last.old.end + CONTEXT).min(self.lines.count());
        let added: usize = edits.iter().map(|edit| edit.new.len()).sum();
        let removed: usize = edits.iter().map(|edit| edit.old.len()).sum();
        let old_count = end - start;
        let new_count = old_count + added - removed;
        let new_start = start.saturating_add_signed(self.shift);
        let _ = writeln!(
            self.out,
            "@@ -{} +{} @@",
            range(self.before + start, old_count),
            range(self.before + new_start, new_count)
        );
        let mut at = start;
        for edit in edits {
            self.unchanged(at..edit.old.start);
            edit.old.clone().for_each(|line| self.line('-', self.lines.get(line)));
            edit.new.iter().for_each(|line| self.line('+', line));
            at = edit.old.end;
        }
        self.unchanged(at..end);
        self.shift = self.shift.saturating_add_unsigned(added).saturating_sub_unsigned(removed);
    }

    fn unchanged(&mut self, range: Range<usize>) {
        for line in range {
            self.line(' ', self.lines.get(line));
        }
    }

    fn line(&mut self, mark: char, line: &str) {
        self.out.push(mark);
        self.out.push_str(line);
        if !line.ends_with('\n') {
            self.out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// Lines are counted from one; of no lines, the line before them is named.
fn range(start: usize, count: usize) -> String {
    let first = if count == 0 { start } else { start + 1 };
    if count == 1 { first.to_string() } else { format!("{first},{count}") }
}

/// A file name as patch and git read it: one with blanks ends with a tab, one with stranger characters is quoted.
fn header(name: &str) -> String {
    if name.contains(['"', '\\']) || name.chars().any(char::is_control) {
        return quoted(name);
    }
    if name.contains(' ') { format!("{name}\t") } else { name.to_owned() }
}

fn quoted(name: &str) -> String {
    let mut out = String::from("\"");
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
