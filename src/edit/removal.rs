//! Takes entries out of a block mapping: their own lines, with the comments on those lines.

use super::block::{below_key, end_of_value, indentation};
use super::block_scalar::{self, content_end};
use super::lines::{self, end_of_text_before, line_start, next_line, without_line_feed};
use super::locate::Place;
use super::refusal::Refusal;
use super::splice::Splice;
use super::{changes, flow_removal};
use crate::object::{FieldPath, Span};
use crate::yaml::{Content, Entry, Node};

/// The bytes that go.
pub(super) fn remove(
    text: &str,
    root: &Node<'_>,
    place: &Place<'_, '_>,
    changes: &changes::Changes<'_>,
) -> Result<Vec<Splice>, Refusal> {
    let entries = &place.mapping.entries;
    let gone: Vec<bool> = entries.iter().map(|entry| changes.removed.contains(&&*entry.key)).collect();
    let meets = |additions: &[_], entry: Option<&bool>| !additions.is_empty() && entry == Some(&true);
    if meets(&changes.first, gone.first()) || meets(&changes.last, gone.last()) {
        return Err(changes::conflict(root, changes.steps));
    }
    for (entry, _) in entries.iter().zip(&gone).filter(|(_, gone)| **gone) {
        refuse_shared(&entry.value, &place.path.clone().key(&*entry.key))?;
    }
    if place.node.flow { flow_removal::remove(text, place, &gone) } else { Removal { text, place, gone }.splices() }
}

/// An alias elsewhere would lose what it names.
fn refuse_shared(node: &Node<'_>, path: &FieldPath) -> Result<(), Refusal> {
    if node.shared {
        return Err(Refusal::Shared { position: node.position, path: path.clone() });
    }
    match &node.content {
        Content::Scalar(_) => Ok(()),
        Content::Sequence(items) => items.iter().try_for_each(|item| refuse_shared(item, path)),
        Content::Mapping(mapping) => mapping.entries.iter().try_for_each(|entry| refuse_shared(&entry.value, path)),
    }
}

struct Removal<'a, 'n, 't> {
    text: &'a str,
    place: &'a Place<'n, 't>,
    gone: Vec<bool>,
}

impl Removal<'_, '_, '_> {
    fn splices(&self) -> Result<Vec<Splice>, Refusal> {
        let mut splices = Vec::new();
        let emptied = self.gone.iter().all(|gone| *gone);
        let braces = if emptied { self.braces_behind_key() } else { None };
        for (index, entry) in self.entries().iter().enumerate().filter(|(index, _)| self.gone[*index]) {
            let in_place = emptied && braces.is_none() && index == 0;
            splices.push(if in_place { self.braces_instead(entry)? } else { self.removal(index, entry)? });
        }
        splices.extend(braces);
        Ok(splices)
    }

    fn entries(&self) -> &[Entry<'_>] {
        &self.place.mapping.entries
    }

    /// ` {}` behind the key above, when the mapping has lines of its own.
    fn braces_behind_key(&self) -> Option<Splice> {
        let first = self.entries().first()?;
        below_key(self.text, self.place, first)?;
        let key_end = self.place.parent_key?.end;
        let rest = self.text[key_end..].trim_start_matches([' ', '\t']);
        let colon = self.text.len() - rest.len();
        let is_free = rest.starts_with(':') && lines::is_idle(self.text, colon + 1) && !self.place.node.properties;
        is_free.then(|| Splice::insertion(colon + 1, " {}".to_owned()))
    }

    /// `{}` in the place of the first entry.
    fn braces_instead(&self, entry: &Entry<'_>) -> Result<Splice, Refusal> {
        indentation(self.text, self.place, entry)?;
        self.end(entry)?;
        let end = match block_scalar::ending(self.text, &entry.value) {
            Some(scalar) => without_line_feed(self.text, content_end(self.text, scalar)),
            None => entry.value.span.end,
        };
        Ok(Splice { span: Span::new(entry.key_span.start, end), text: "{}".to_owned() })
    }

    /// The end of an entry's last line, the line feed left out.
    fn end(&self, entry: &Entry<'_>) -> Result<usize, Refusal> {
        match block_scalar::ending(self.text, &entry.value) {
            Some(scalar) => Ok(without_line_feed(self.text, content_end(self.text, scalar))),
            None => end_of_value(self.text, self.place, &entry.value),
        }
    }

    fn removal(&self, index: usize, entry: &Entry<'_>) -> Result<Splice, Refusal> {
        indentation(self.text, self.place, entry)?;
        let key = entry.key_span.start;
        let end = self.end(entry)?;
        let next = next_line(self.text, end);
        let unfinished = self.ends_unfinished(index)?;
        self.check_above(index, entry, next, unfinished)?;
        let span = if self.is_behind_dash(index) {
            // The next entry or comment moves up.
            let rest = &self.text[next..];
            Span::new(key, next + rest.len() - rest.trim_start().len())
        } else if unfinished {
            Span::new(end_of_text_before(self.text, line_start(self.text, key)), end)
        } else {
            Span::new(line_start(self.text, key), next)
        };
        Ok(Splice { span, text: String::new() })
    }

    /// It stands behind a dash, or will, once the entries before it are gone.
    fn is_behind_dash(&self, index: usize) -> bool {
        let first = self.entries()[0].key_span.start;
        let emptied = self.gone.iter().all(|gone| *gone);
        !emptied && self.gone[..index].iter().all(|gone| *gone) && lines::indentation(self.text, first).is_none()
    }

    /// All entries from here on go, and the last of them ends the text without a line feed.
    fn ends_unfinished(&self, index: usize) -> Result<bool, Refusal> {
        let Some(last) = self.entries().last().filter(|_| self.gone[index..].iter().all(|gone| *gone)) else {
            return Ok(false);
        };
        Ok(self.end(last)? == self.text.len() && !self.text.ends_with('\n'))
    }

    /// A block scalar above must not take in what comes next, nor lose its last line feed.
    fn check_above(&self, index: usize, entry: &Entry<'_>, next: usize, unfinished: bool) -> Result<(), Refusal> {
        let Some(above) = self.gone[..index].iter().rposition(|gone| !gone) else {
            return Ok(());
        };
        let Some(scalar) = block_scalar::ending(self.text, &self.entries()[above].value) else {
            return Ok(());
        };
        let is_safe = !unfinished && !block_scalar::is_empty(scalar) && !takes_in(self.text, scalar, entry, next);
        if is_safe {
            return Ok(());
        }
        let path = self.place.path.clone().key(&*entry.key);
        Err(Refusal::BlockScalarAbove { position: entry.key_position, path })
    }
}

/// Whether a block scalar would read the lines from `next` on as its own: blank ones that it keeps, or comments
/// that are indented like its text.
fn takes_in(text: &str, scalar: &Node<'_>, entry: &Entry<'_>, next: usize) -> bool {
    let keeps = block_scalar::header(text, scalar, 0).is_none_or(|header| header.of(text).contains('+'));
    let key_indent = entry.key_span.start - line_start(text, entry.key_span.start);
    for line in text[next..].lines() {
        let content = line.trim_start_matches(' ');
        let is_blank = content.trim().is_empty();
        if is_blank && keeps || content.starts_with('#') && line.len() - content.len() > key_indent {
            return true;
        }
        if !is_blank && !content.starts_with('#') {
            return false;
        }
    }
    false
}
