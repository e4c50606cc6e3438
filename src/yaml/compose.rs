//! Turns the parser's events into nodes: spans of the whole text, Go's meaning, aliases expanded.

use std::borrow::Cow;

use granit_parser::{Event, Options, Parser, StructureStyle};

use super::alias::Anchors;
use super::error::{Error, Problem};
use super::place::Places;
use super::scalar::{self, Tag};
use super::split::Chunk;
use super::{Content, Entry, Mapping, Meaning, Node, Scalar, ScalarStyle, key, merge, separator, syntax};
use crate::object::{Position, Span};

/// How deep collections may nest, aliases expanded.
pub(super) const DEPTH_LIMIT: usize = 255;

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

/// A key that waits for its value.
pub(super) struct Key<'t> {
    node: Node<'t>,
    merges: bool,
}

/// A collection whose end was not read yet.
pub(super) struct Frame<'t> {
    pub(super) node: Node<'t>,
    key: Option<Key<'t>>,
}

impl Frame<'_> {
    fn wants_key(&self) -> bool {
        matches!(self.node.content, Content::Mapping(_)) && self.key.is_none()
    }

    /// How many values are complete.
    pub(super) fn length(&self) -> usize {
        match &self.node.content {
            Content::Scalar(_) => 0,
            Content::Sequence(items) => items.len(),
            Content::Mapping(mapping) => mapping.entries.len(),
        }
    }
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

/// What stands before a node.
struct Properties {
    anchor: usize,
    tag: Option<Tag>,
}

impl Properties {
    fn new(anchor: usize, tag: Option<&granit_parser::Tag>) -> Self {
        let tag = tag.map(|tag| {
            let (handle, suffix) = tag.parts();
            // A lone `!` means: whatever this looks like, it is a string.
            if handle.is_empty() && suffix == "!" { Tag::String } else { Tag::named(&format!("{handle}{suffix}")) }
        });
        Self { anchor, tag }
    }

    fn any(&self) -> bool {
        self.anchor != 0 || self.tag.is_some()
    }
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
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if name.bytes().all(known) {
            return Ok(());
        }
        let found = name.to_owned();
        Err(self.places.error(at, Problem::AnchorName { found }))
    }

    /// Go ends plain text within brackets at a question mark, and keeps a colon before a closing bracket.
    fn check_plain(&self, text: &str, end: usize) -> Result<(), Problem> {
        if !self.frames.last().is_some_and(|frame| frame.node.flow) {
            return Ok(());
        }
        let rest = self.places.text[end..].trim_start();
        let tight_colon = !text.is_empty() && rest.starts_with(':') && rest[1..].starts_with([',', ']', '}']);
        if text.contains('?') || text.starts_with(':') || tight_colon {
            let found = if tight_colon { format!("{text}:") } else { text.to_owned() };
            return Err(Problem::Unquoted { found });
        }
        Ok(())
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
        if style == ScalarStyle::Plain {
            self.check_plain(&text, span.end).map_err(|problem| self.places.error(at, problem))?;
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
        self.frames.push(Frame { node, key: None });
        Ok(())
    }

    /// Where a collection begins.
    fn start(&self, content: &Content<'_>, flow: bool, at: &granit_parser::Span) -> (usize, Position) {
        let start = self.places.span(at).start;
        let mut position = self.places.position(at);
        let within_mapping = self.frames.last().is_some_and(|frame| frame.key.is_some());
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
        match &mut frame.node.content {
            Content::Scalar(_) => {}
            Content::Sequence(items) => items.push(node),
            Content::Mapping(mapping) => match frame.key.take() {
                None => frame.key = Some(Key { node, merges }),
                Some(key) => {
                    self.has_merges |= key.merges;
                    let entry = entry(key, node, frame.node.flow, &self.places)?;
                    mapping.entries.push(entry);
                }
            },
        }
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
        refuse_infinite(&root)?;
        Ok(Some(root))
    }
}

fn entry<'t>(key: Key<'t>, mut value: Node<'t>, flow: bool, places: &Places<'t>) -> Result<Entry<'t>, Error> {
    let Key { node, merges } = key;
    let Content::Scalar(scalar) = &node.content else {
        let found = node.kind_word();
        return Err(Error::new(node.position, Problem::Key { found }));
    };
    let spelt = key::spell(scalar).map_err(|problem| Error::new(node.position, problem))?;
    if value.span.start == value.span.end && !value.properties && value.is_null() {
        let has_colon = places.move_after_colon(node.span.end, &mut value);
        if let Content::Scalar(scalar) = &mut value.content {
            // kustomize reads `{a, b: 1}` as `{a: "", b: 1}`.
            scalar.disputed |= flow && !has_colon;
        }
    }
    Ok(Entry {
        key: spelt,
        key_span: node.span,
        key_position: node.position,
        key_style: scalar.style,
        value,
        merged: merges,
    })
}

/// JSON holds no infinity: the API server never sees such a value. As a key it is text.
fn refuse_infinite(node: &Node<'_>) -> Result<(), Error> {
    match &node.content {
        Content::Sequence(items) => items.iter().try_for_each(refuse_infinite),
        Content::Mapping(mapping) => mapping.entries.iter().map(|entry| &entry.value).try_for_each(refuse_infinite),
        Content::Scalar(scalar) => match scalar.meaning {
            Meaning::Float(value) if !value.is_finite() => {
                let found = scalar.text.clone().into_owned();
                Err(Error::new(node.position, Problem::NotFinite { found }))
            }
            _ => Ok(()),
        },
    }
}

impl From<granit_parser::ScalarStyle> for ScalarStyle {
    fn from(style: granit_parser::ScalarStyle) -> Self {
        match style {
            granit_parser::ScalarStyle::Plain => Self::Plain,
            granit_parser::ScalarStyle::SingleQuoted => Self::SingleQuoted,
            granit_parser::ScalarStyle::DoubleQuoted => Self::DoubleQuoted,
            granit_parser::ScalarStyle::Literal => Self::Literal,
            granit_parser::ScalarStyle::Folded => Self::Folded,
        }
    }
}
