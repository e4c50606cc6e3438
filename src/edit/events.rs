//! What yaml-rust2's pull parser reads, in a form that two texts can be compared by.

use std::collections::HashMap;

use yaml_rust2::parser::{Event as Pulled, Parser, Tag};
use yaml_rust2::scanner::{ScanError, TScalarStyle};

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
    New {
        text: String,
        /// The very text stood there without quotes before, and may stay so.
        was_plain: bool,
    },
    /// The bounds of documents.
    Document,
}

impl Event {
    pub(super) fn new(text: &str) -> Self {
        Self::New { text: text.to_owned(), was_plain: false }
    }

    /// The number of its anchor, or of the anchor that it names.
    pub(super) fn anchor_mut(&mut self) -> Option<&mut usize> {
        match self {
            Self::Scalar { anchor, .. }
            | Self::SequenceStart { anchor, .. }
            | Self::MappingStart { anchor, .. }
            | Self::Alias(anchor) => Some(anchor),
            Self::SequenceEnd | Self::MappingEnd | Self::New { .. } | Self::Document => None,
        }
    }
}

/// The events of a text, and the line of each.
pub(super) struct Events {
    pub(super) events: Vec<Event>,
    pub(super) lines: Vec<usize>,
}

impl Events {
    pub(super) fn read(text: &str) -> Result<Self, ScanError> {
        let mut parser = Parser::new_from_str(text);
        let (mut events, mut lines) = (Vec::new(), Vec::new());
        loop {
            let (event, marker) = parser.next_token()?;
            if event == Pulled::StreamEnd {
                number_anchors(&mut events);
                return Ok(Self { events, lines });
            }
            events.push(translate(event));
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

fn translate(event: Pulled) -> Event {
    match event {
        Pulled::Scalar(text, style, anchor, tag) => Event::Scalar { text, style, anchor, tag },
        Pulled::SequenceStart(anchor, tag) => Event::SequenceStart { anchor, tag },
        Pulled::MappingStart(anchor, tag) => Event::MappingStart { anchor, tag },
        Pulled::Alias(anchor) => Event::Alias(anchor),
        Pulled::SequenceEnd => Event::SequenceEnd,
        Pulled::MappingEnd => Event::MappingEnd,
        _ => Event::Document,
    }
}

/// Numbers anchors by their first appearance, from one; zero stands for none.
pub(super) fn number_anchors(events: &mut [Event]) {
    let mut numbers = HashMap::new();
    for anchor in events.iter_mut().filter_map(Event::anchor_mut).filter(|anchor| **anchor != 0) {
        let next = numbers.len() + 1;
        *anchor = *numbers.entry(*anchor).or_insert(next);
    }
}

fn accepts(expected: &Event, found: &Event) -> bool {
    match (expected, found) {
        (Event::New { text: new, was_plain }, Event::Scalar { text, style, anchor: 0, tag: None }) => {
            let needs_quotes = !was_plain && write::scalar(new, ScalarStyle::Plain) != *new;
            new == text && !(needs_quotes && *style == TScalarStyle::Plain)
        }
        _ => expected == found,
    }
}
