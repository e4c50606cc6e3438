//! Takes entries out of braces: with their commas, and with their lines when they have lines of their own.

use super::flow::{check_braces, end_of_entry, trailing_comma};
use super::lines::{self, line_end, line_start, next_line};
use super::locate::Place;
use super::refusal::Refusal;
use super::splice::Splice;
use crate::object::Span;
use crate::yaml::Entry;

/// The bytes that go.
pub(super) fn remove(text: &str, place: &Place<'_, '_>, gone: &[bool]) -> Result<Vec<Splice>, Refusal> {
    check_braces(text, place)?;
    let removal = Removal { text, place, gone };
    for (index, _) in gone.iter().enumerate().filter(|(_, gone)| **gone) {
        check_start(text, place, index)?;
    }
    let inside = Span::new(place.node.span.start + 1, place.node.span.end - 1);
    if gone.iter().all(|gone| *gone) && !inside.of(text).contains('#') {
        return Ok(vec![cut(inside)]);
    }
    Ok(removal.splices())
}

/// Between the entry before (or the brace) and the key stand only a comma and comments.
pub(super) fn check_start(text: &str, place: &Place<'_, '_>, index: usize) -> Result<(), Refusal> {
    let entries = &place.mapping.entries;
    let from = if index == 0 { place.node.span.start + 1 } else { end_of_entry(&entries[index - 1]) };
    let entry = &entries[index];
    let between = text.get(from..entry.key_span.start).unwrap_or_default();
    // A comment line ends where its line ends; what is left of it are blanks.
    let is_free = |line: &str| {
        let rest = line.trim_start_matches([' ', '\t', ',']);
        rest.trim().is_empty() || rest.starts_with('#')
    };
    if between.lines().all(is_free) {
        return Ok(());
    }
    let path = place.path.clone().key(&*entry.key);
    Err(Refusal::Properties { position: entry.key_position, path })
}

fn cut(span: Span) -> Splice {
    Splice { span, text: String::new() }
}

struct Removal<'a, 'n, 't> {
    text: &'a str,
    place: &'a Place<'n, 't>,
    gone: &'a [bool],
}

impl Removal<'_, '_, '_> {
    fn splices(&self) -> Vec<Splice> {
        let removed = (0..self.gone.len()).filter(|index| self.gone[*index]);
        let mut splices: Vec<_> = removed.map(|index| cut(self.span(index))).collect();
        splices.extend(self.comma_before_last_run().map(cut));
        splices
    }

    fn entries(&self) -> &[Entry<'_>] {
        &self.place.mapping.entries
    }

    fn comma_behind(&self, index: usize) -> Option<usize> {
        let end = end_of_entry(&self.entries()[index]);
        trailing_comma(&self.text[end..self.place.node.span.end]).map(|found| end + found)
    }

    /// The bytes of an entry alone, with the comma behind it when another entry follows.
    fn span(&self, index: usize) -> Span {
        let entry = &self.entries()[index];
        let (key, end) = (entry.key_span.start, end_of_entry(entry));
        if let Some(span) = self.own_lines(index) {
            return span;
        }
        let next = self.entries().get(index + 1).map(|next| next.key_span.start);
        match (next, self.comma_behind(index)) {
            (Some(next), Some(comma)) if self.text[end..next].contains('#') => {
                // Comments below belong to what follows; one on the entry's own line does not.
                let is_comment = lines::is_idle(self.text, comma + 1);
                Span::new(key, if is_comment { line_end(self.text, comma).min(next) } else { comma + 1 })
            }
            (Some(_), Some(comma)) if self.own_lines(index + 1).is_some() => Span::new(key, comma + 1),
            (Some(next), _) => Span::new(key, next),
            (None, Some(comma)) if self.gone.iter().all(|gone| *gone) => Span::new(key, comma + 1),
            (None, _) => Span::new(key, end),
        }
    }

    /// The whole lines of an entry that shares them with nothing but its comma and a comment.
    fn own_lines(&self, index: usize) -> Option<Span> {
        let entry = &self.entries()[index];
        let key = entry.key_span.start;
        lines::indentation(self.text, key)?;
        let end = end_of_entry(entry);
        let is_last = index + 1 == self.gone.len();
        let behind = match self.comma_behind(index) {
            Some(comma) if line_end(self.text, end) > comma => comma + 1,
            None if is_last => end,
            _ => return None,
        };
        let next = next_line(self.text, behind);
        (lines::is_idle(self.text, behind) && next < self.place.node.span.end)
            .then(|| Span::new(line_start(self.text, key), next))
    }

    /// When the last entries go and no comma followed them, the comma before them goes too.
    fn comma_before_last_run(&self) -> Option<Span> {
        let last_kept = self.gone.iter().rposition(|gone| !gone)?;
        let first_gone = self.entries().get(last_kept + 1)?;
        let comma = self.comma_behind(last_kept)?;
        let has_own = self.comma_behind(self.gone.len() - 1).is_some();
        let own_lines = self.own_lines(last_kept + 1).is_some();
        if own_lines {
            return (!has_own).then(|| Span::new(comma, comma + 1));
        }
        let key = first_gone.key_span.start;
        let kept_end = end_of_entry(&self.entries()[last_kept]);
        let is_bare = !self.text[kept_end..key].contains('#');
        // A colon without a blank behind it would become part of its key.
        let last_end = end_of_entry(&self.entries()[self.gone.len() - 1]);
        let touches = self.text[..kept_end].ends_with(':') && !self.text[last_end..].starts_with([' ', '\r', '\n']);
        let from = if touches { comma } else { kept_end };
        Some(if is_bare { Span::new(from, key) } else { Span::new(comma, comma + 1) })
    }
}
