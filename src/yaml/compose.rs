//! Turns the parser's events into nodes: spans of the whole text, Go's meaning, aliases expanded.

use std::borrow::Cow;

use granit_parser::{Event, Options, Parser, StructureStyle};

use super::alias::Anchors;
use super::doubt;
use super::error::{Error, Problem};
use super::frame::{DEPTH_LIMIT, Frame};
use super::place::Places;
use super::properties::Properties;
use super::scalar::{self, Tag};
use super::split::Chunk;
use super::{Content, Mapping, Node, Scalar, ScalarStyle, merge, separator, syntax};
use crate::object::{Position, Span};

/// The value of a document, or nothing when it holds comments at most.
pub fn compose<'t>(text: &'t str, chunk: &Chunk) -> Result<Option<Node<'t>>, Error> {
    let places = Places::new(text, chunk);
    let mut composer = Composer::new(places);
    for event in Parser::new_from_str_with_options(places.source(), options()) {
        let (event, at) = event.map_err(|error| syntax::explain(&error, &places))?;
        composer.take(event, &at)?;
    }
    separator::check(text, chunk.span, &composer.quoted)?;
    composer.finish()
}

fn options() -> Options {
    let mut options = Options::default();
    options.block_scalar_eof_without_line_feed = true;
    options.emit_unresolved_aliases = true;
    options.emit_anchor_events = true;
    options.emit_comments = false;
    options
}

struct Composer<'t> {
    places: Places<'t>,
    frames: Vec<Frame<'t>>,
    anchors: Anchors<'t>,
    root: Option<Node<'t>>,
    has_merges: bool,
    /// Where quotes protect what Go would take for a line break.
    quoted: Vec<Span>,
}

impl<'t> Composer<'t> {
    fn new(places: Places<'t>) -> Self {
        Self {
            places,
            frames: Vec::new(),
            anchors: Anchors::default(),
            root: None,
            has_merges: false,
            quoted: Vec::new(),
        }
    }

    fn take(&mut self, event: Event<'t>, at: &granit_parser::Span) -> Result<(), Error> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let properties = Properties::new(anchor, tag.as_deref());
                self.scalar(text, style, &properties, at)
            }
            Event::SequenceStart(style, anchor, tag) => {
                let content = Content::Sequence(Vec::new());
                self.open(content, style, &Properties::new(anchor, tag.as_deref()), at)
            }
            Event::MappingStart(style, anchor, tag) => {
                let content = Content::Mapping(Mapping::default());
                self.open(content, style, &Properties::new(anchor, tag.as_deref()), at)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(at),
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::UnresolvedAlias(name) => {
                let name = name.into_owned();
                Err(self.places.error(at, Problem::UnknownAnchor { name }))
            }
            Event::Anchor(_, name) => self.check_name(&name, at),
            _ => Ok(()),
        }
    }

    fn check_name(&self, name: &str, at: &granit_parser::Span) -> Result<(), Error> {
        doubt::anchor(name).map_err(|problem| self.places.error(at, problem))
    }

    fn scalar(
        &mut self,
        parsed: Cow<'t, str>,
        style: granit_parser::ScalarStyle,
        properties: &Properties,
        at: &granit_parser::Span,
    ) -> Result<(), Error> {
        let style = ScalarStyle::from(style);
        let span = self.places.scalar_span(at, &parsed, style);
        // The parser calls an empty value `~`.
        let is_empty = style == ScalarStyle::Plain && span.start == span.end;
        let text = if is_empty { Cow::Borrowed("") } else { parsed };
        if style == ScalarStyle::Plain && self.frames.last().is_some_and(|frame| frame.node.flow) {
            doubt::plain_in_brackets(&text, &self.places.text[span.end..])
                .map_err(|problem| self.places.error(at, problem))?;
        }
        let reading = scalar::read(&text, style, properties.tag).map_err(|problem| self.places.error(at, problem))?;
        if matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) && self.places.has_separators() {
            self.quoted.push(span);
        }
        let merges =
            text == "<<" && matches!((style, properties.tag), (ScalarStyle::Plain, None) | (_, Some(Tag::Merge)));
        let content = Content::Scalar(Scalar {
            text: reading.decoded.map_or(text, Into::into),
            style,
            meaning: reading.meaning,
            disputed: reading.disputed || self.places.ends_unfinished(span, style),
        });
        let node = Node {
            content,
            span,
            position: self.places.position(at),
            flow: false,
            properties: properties.any(),
            shared: false,
        };
        self.anchor(properties, Some(&node), at)?;
        self.add(node, merges)
    }

    fn open(
        &mut self,
        content: Content<'t>,
        style: StructureStyle,
        properties: &Properties,
        at: &granit_parser::Span,
    ) -> Result<(), Error> {
        let flow = style == StructureStyle::Flow;
        let (start, position) = self.start(&content, flow, at);
        let node = Node {
            content,
            span: Span::new(start, start),
            position,
            flow,
            properties: properties.any(),
            shared: false,
        };
        if self.frames.last().is_some_and(Frame::wants_key) {
            return Err(self.places.error(at, self.collection_as_key(&node)));
        }
        if self.frames.len() == DEPTH_LIMIT {
            return Err(self.places.error(at, Problem::TooDeep { limit: DEPTH_LIMIT }));
        }
        self.anchor(properties, None, at)?;
        self.frames.push(Frame::new(node));
        Ok(())
    }

    /// Where a collection begins.
    fn start(&self, content: &Content<'_>, flow: bool, at: &granit_parser::Span) -> (usize, Position) {
        let start = self.places.span(at).start;
        let mut position = self.places.position(at);
        let within_mapping = self.frames.last().is_some_and(Frame::wants_value);
        if flow || !within_mapping || !matches!(content, Content::Sequence(_)) {
            return (start, position);
        }
        let back = self.places.distance_to_dash(start);
        let text = &self.places.text[start - back..start];
        position.column -= u32::try_from(text.chars().count()).unwrap_or_default();
        (start - back, position)
    }

    fn collection_as_key(&self, node: &Node<'t>) -> Problem {
        let before = &self.places.text[..node.span.start];
        if node.flow && before.ends_with('{') {
            return Problem::Template;
        }
        let found = node.kind_word();
        Problem::Key { found }
    }

    /// Remembers where the node that comes next will stand, or what it is when it is a key.
    fn anchor(
        &mut self,
        properties: &Properties,
        node: Option<&Node<'t>>,
        at: &granit_parser::Span,
    ) -> Result<(), Error> {
        if properties.anchor == 0 {
            return Ok(());
        }
        let is_key = self.frames.last().is_some_and(Frame::wants_key);
        let key = node.filter(|_| is_key);
        self.anchors.define(properties.anchor, key, &self.frames).map_err(|problem| self.places.error(at, problem))
    }

    fn alias(&mut self, anchor: usize, at: &granit_parser::Span) -> Result<(), Error> {
        let span = self.places.span(at);
        let name = span.of(self.places.text).trim_start_matches('*');
        self.check_name(name, at)?;
        let mut node =
            self.anchors.resolve(anchor, name, &mut self.frames).map_err(|problem| self.places.error(at, problem))?;
        node.span = span;
        node.position = self.places.position(at);
        if self.frames.last().is_some_and(Frame::wants_key) && node.as_scalar().is_none() {
            let found = node.kind_word();
            return Err(Error::new(node.position, Problem::Key { found }));
        }
        self.add(node, false)
    }

    fn close(&mut self, at: &granit_parser::Span) -> Result<(), Error> {
        let Some(Frame { mut node, .. }) = self.frames.pop() else {
            return Ok(());
        };
        let end = self.places.span(at).end;
        let last = match &node.content {
            Content::Sequence(items) => items.last(),
            Content::Mapping(mapping) => mapping.entries.last().map(|entry| &entry.value),
            Content::Scalar(_) => None,
        };
        node.span.end = match last {
            _ if node.flow => end,
            Some(last) => last.span.end.max(node.span.start),
            None => node.span.start,
        };
        self.add(node, false)
    }

    /// Puts a complete node into the collection around it.
    fn add(&mut self, node: Node<'t>, merges: bool) -> Result<(), Error> {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        self.has_merges |= frame.add(node, merges, &self.places)?;
        Ok(())
    }

    fn finish(self) -> Result<Option<Node<'t>>, Error> {
        let Some(mut root) = self.root else {
            return Ok(None);
        };
        if self.has_merges {
            merge::expand(&mut root, self.places.text)?;
        }
        let is_nothing = root.is_null() && root.span.start == root.span.end && !root.properties;
        if is_nothing {
            return Ok(None);
        }
        doubt::infinite(&root)?;
        Ok(Some(root))
    }
}
