//! What yaml-rust2's pull parser reads, in a form that two texts can be compared by.

use std::collections::HashMap;

use yaml_rust2::parser::{Event as Pulled, Parser, Tag};
use yaml_rust2::scanner::{ScanError, TScalarStyle};

use super::operation::{Operation, Value};
use crate::object::{FieldPath, Step};
use crate::yaml::{ScalarStyle, write};

/// An event without its place; anchors are numbered by their first appearance.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    Scalar {
        text: String,
        style: TScalarStyle,
        anchor: usize,
        tag: Option<Tag>,
    },
    SequenceStart {
        anchor: usize,
        tag: Option<Tag>,
    },
    SequenceEnd,
    MappingStart {
        anchor: usize,
        tag: Option<Tag>,
    },
    MappingEnd,
    Alias(usize),
    /// Text that an operation adds, in whichever style.
    New(String),
    /// The bounds of documents.
    Document,
}

/// The events of a text, and the line of each.
pub(super) struct Events {
    pub(super) events: Vec<Event>,
    pub(super) lines: Vec<usize>,
}

impl Events {
    pub(super) fn read(text: &str) -> Result<Self, ScanError> {
        let mut parser = Parser::new_from_str(text);
        let mut anchors = HashMap::new();
        let (mut events, mut lines) = (Vec::new(), Vec::new());
        loop {
            let (event, marker) = parser.next_token()?;
            if event == Pulled::StreamEnd {
                return Ok(Self { events, lines });
            }
            events.push(translate(event, &mut anchors));
            lines.push(marker.line());
        }
    }

    /// The first event that is not as expected, by its line.
    pub(super) fn differs_from(&self, expected: &[Event]) -> Option<usize> {
        let fits =
            |(index, event): (usize, &Event)| expected.get(index).is_some_and(|expected| accepts(expected, event));
        let wrong = self.events.iter().enumerate().position(|pair| !fits(pair));
        let short = (self.events.len() < expected.len()).then_some(self.events.len());
        let index = wrong.or(short)?;
        let line = self.lines.get(index).or(self.lines.last());
        Some(line.copied().unwrap_or(1))
    }
}

fn translate(event: Pulled, anchors: &mut HashMap<usize, usize>) -> Event {
    let mut number = |anchor: usize| {
        let next = anchors.len() + 1;
        if anchor == 0 { 0 } else { *anchors.entry(anchor).or_insert(next) }
    };
    match event {
        Pulled::Scalar(text, style, anchor, tag) => Event::Scalar { text, style, anchor: number(anchor), tag },
        Pulled::SequenceStart(anchor, tag) => Event::SequenceStart { anchor: number(anchor), tag },
        Pulled::MappingStart(anchor, tag) => Event::MappingStart { anchor: number(anchor), tag },
        Pulled::Alias(anchor) => Event::Alias(number(anchor)),
        Pulled::SequenceEnd => Event::SequenceEnd,
        Pulled::MappingEnd => Event::MappingEnd,
        _ => Event::Document,
    }
}

fn accepts(expected: &Event, found: &Event) -> bool {
    match (expected, found) {
        (Event::New(new), Event::Scalar { text, style, anchor: 0, tag: None }) => {
            let needs_quotes = write::scalar(new, ScalarStyle::Plain) != *new;
            new == text && !(needs_quotes && *style == TScalarStyle::Plain)
        }
        _ => expected == found,
    }
}

/// The events as the operation wants them, or nothing when its path leads nowhere.
///
/// `unfinished`: the last line of the text has no line feed.
pub(super) fn edit(events: &mut Vec<Event>, operation: &Operation, unfinished: bool) -> Option<()> {
    match operation {
        Operation::InsertFirst { path, key, value } => {
            let start = find(events, path)?;
            entries(events, start)?;
            let at = start + 1;
            events.splice(at..at, new_entry(key, value));
        }
        Operation::InsertLast { path, key, value } => {
            let start = find(events, path)?;
            let last = *entries(events, start)?.last().unwrap_or(&(start, start));
            let end = end_of(events, start)? - 1;
            let at = if must_precede(events, end, unfinished) { last.0 } else { end };
            events.splice(at..at, new_entry(key, value));
        }
        Operation::ReplaceText { path, value } => {
            let at = find(events, path)?;
            events.splice(at..end_of(events, at)?, [Event::New(value.clone())]);
        }
        Operation::RenameKey { path, key } => {
            let (name, _) = find_entry(events, path)?;
            events[name] = Event::New(key.clone());
        }
        Operation::Remove { path } => {
            let (name, value) = find_entry(events, path)?;
            events.drain(name..end_of(events, value)?);
        }
    }
    Some(())
}

fn new_entry(key: &str, value: &Value) -> Vec<Event> {
    let new = |text: &str| Event::New(text.to_owned());
    let mut events = vec![new(key)];
    match value {
        Value::Text(text) => events.push(new(text)),
        Value::Mapping(entries) => {
            events.push(Event::MappingStart { anchor: 0, tag: None });
            events.extend(entries.iter().flat_map(|(key, value)| [new(key), new(value)]));
            events.push(Event::MappingEnd);
        }
    }
    events
}

/// Where the key and the value begin of the entry whose value is at the path.
fn find_entry(events: &[Event], path: &FieldPath) -> Option<(usize, usize)> {
    let value = find(events, path)?;
    let mapping = find(events, &path.parent()?)?;
    entries(events, mapping)?.into_iter().find(|(_, at)| *at == value)
}

/// Whether the mapping ends with a block scalar that nothing can follow: an empty one, where readers disagree
/// about the value, or one that ends the text without a line feed, which it would gain.
fn must_precede(events: &[Event], end: usize, unfinished: bool) -> bool {
    let is_end = |event: &&Event| matches!(event, Event::SequenceEnd | Event::MappingEnd);
    let is_bound = |event: &Event| matches!(event, Event::SequenceEnd | Event::MappingEnd | Event::Document);
    match events[..end].iter().rev().find(|event| !is_end(event)) {
        Some(Event::Scalar { text, style: TScalarStyle::Literal | TScalarStyle::Folded, .. }) => {
            text.trim_end_matches('\n').is_empty() || unfinished && events[end..].iter().all(is_bound)
        }
        _ => false,
    }
}

/// The index of the event with which the value at the path begins.
fn find(events: &[Event], path: &FieldPath) -> Option<usize> {
    let mut at = events.iter().position(|event| *event != Event::Document)?;
    for step in path.steps() {
        at = match step {
            Step::Index(index) => *items(events, at)?.get(*index)?,
            Step::Key(key) => {
                let named = |event: &Event| match event {
                    Event::Scalar { text, .. } | Event::New(text) => text == key,
                    _ => false,
                };
                entries(events, at)?.into_iter().rfind(|(name, _)| named(&events[*name]))?.1
            }
        };
    }
    Some(at)
}

/// Where every item of a list begins.
fn items(events: &[Event], start: usize) -> Option<Vec<usize>> {
    match events.get(start)? {
        Event::SequenceStart { .. } => children(events, start),
        _ => None,
    }
}

/// Where every key of a mapping begins, and its value.
fn entries(events: &[Event], start: usize) -> Option<Vec<(usize, usize)>> {
    match events.get(start)? {
        Event::MappingStart { .. } => {
            let children = children(events, start)?;
            Some(children.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect())
        }
        _ => None,
    }
}

fn children(events: &[Event], start: usize) -> Option<Vec<usize>> {
    let mut children = Vec::new();
    let mut at = start + 1;
    while !matches!(events.get(at)?, Event::SequenceEnd | Event::MappingEnd) {
        children.push(at);
        at = end_of(events, at)?;
    }
    Some(children)
}

/// The index after the last event of the value that begins here.
fn end_of(events: &[Event], start: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (index, event) in events.iter().enumerate().skip(start) {
        match event {
            Event::SequenceStart { .. } | Event::MappingStart { .. } => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(index + 1);
        }
    }
    None
}
