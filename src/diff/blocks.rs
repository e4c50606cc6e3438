//! Widens changes of bytes to changes of whole lines.

use super::Change;
use crate::object::Span;

/// Whole lines of the old text, and what takes their place: whole lines, except at the end of the text.
pub(super) struct Block {
    pub(super) span: Span,
    pub(super) new: String,
}

/// The lines that change, from the first to the last; those that touch one line are one block.
pub(super) fn blocks(text: &str, changes: &[Change<'_>]) -> Vec<Block> {
    let mut sorted: Vec<_> = changes.iter().collect();
    sorted.sort_by_key(|change| change.span);
    let mut blocks = Vec::new();
    let mut rest = &sorted[..];
    while let Some((first, more)) = rest.split_first() {
        let (block, taken) = block(text, first, more);
        blocks.extend(trimmed(text, block));
        rest = &more[taken..];
    }
    blocks
}

/// The block that begins with a change, and how many of the following changes it takes in.
fn block(text: &str, first: &Change<'_>, more: &[&Change<'_>]) -> (Block, usize) {
    let start = line_start(text, first.span.start);
    let mut new = format!("{}{}", &text[start..first.span.start], first.text);
    let mut done = first.span.end;
    let mut taken = 0;
    loop {
        let is_whole = done == line_start(text, done) && (new.is_empty() || new.ends_with('\n'));
        let end = if is_whole { done } else { line_end(text, done) };
        match more.get(taken) {
            Some(next) if line_start(text, next.span.start) < end || next.span.start == done => {
                new.push_str(&text[done..next.span.start]);
                new.push_str(next.text);
                done = next.span.end;
                taken += 1;
            }
            _ => {
                new.push_str(&text[done..end]);
                return (Block { span: Span::new(start, end), new }, taken);
            }
        }
    }
}

/// The block without lines at its start and end that stay as they are; nothing when all do.
fn trimmed(text: &str, block: Block) -> Option<Block> {
    let Block { mut span, new } = block;
    let mut new = new.as_str();
    loop {
        let old = span.of(text);
        let (old_line, new_line) = (&old[..line_end(old, 0)], &new[..line_end(new, 0)]);
        if old_line != new_line || old_line.is_empty() {
            break;
        }
        span.start += old_line.len();
        new = &new[new_line.len()..];
    }
    loop {
        let old = span.of(text);
        let (old_line, new_line) = (&old[last_line(old)..], &new[last_line(new)..]);
        if old_line != new_line || old_line.is_empty() {
            break;
        }
        span.end -= old_line.len();
        new = &new[..new.len() - new_line.len()];
    }
    (span.start < span.end || !new.is_empty()).then(|| Block { span, new: new.to_owned() })
}

/// The start of the last line, whether or not it has a line feed.
fn last_line(text: &str) -> usize {
    let body = text.strip_suffix('\n').unwrap_or(text);
    line_start(body, body.len())
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |found| found + 1)
}

/// The end of the line, its line feed included.
fn line_end(text: &str, offset: usize) -> usize {
    text[offset..].find('\n').map_or(text.len(), |found| offset + found + 1)
}
