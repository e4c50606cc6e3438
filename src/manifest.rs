//! From the text of a manifest to the objects in it: every document, and every item of a List or `ResourceList`.

use std::borrow::Cow;
use std::sync::Arc;

use crate::object::{FieldPath, Position, Source, Span};
use crate::yaml::{self, Content, Entry, Meaning, Node, Scalar, ScalarStyle};

/// How a text came to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The user named it: every document is parsed and must be an object.
    Named,
    /// It was found in a directory: documents that cannot matter are passed over, and so is what is no object.
    Found,
}

/// A text that is no manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ManifestError {
    /// The place.
    pub place: Source,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Not YAML, or YAML that the Kubernetes decoder refuses.
    #[error("{0}")]
    Yaml(yaml::Problem),
    /// A document or item that is not a mapping.
    #[error("expected a Kubernetes object, but found {found}")]
    NotAnObject {
        /// What stands there.
        found: String,
    },
    /// An object without one of the fields that say what it is.
    #[error("expected a Kubernetes object, but {field} is missing")]
    NoType {
        /// `apiVersion` or `kind`.
        field: &'static str,
    },
    /// A field that says what an object is, and is no string.
    #[error("{field}: expected a string, but found {found}")]
    TypeOfType {
        /// `apiVersion` or `kind`.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// The items of a list are not a list.
    #[error("items: expected a list, but found {found}")]
    ItemsNotAList {
        /// What stands there.
        found: String,
    },
}

/// One object of a manifest.
#[derive(Debug)]
pub struct Item<'n, 't> {
    /// The object.
    pub node: &'n Node<'t>,
    /// Where it stands.
    pub source: Source,
}

/// What a text holds besides objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Besides {
    /// How many documents were passed over.
    pub passed_over: usize,
    /// How many lists have no items, which says that there are none.
    pub empty_lists: usize,
}

/// Calls `visit` with every object in `text`, in order. Answers what else there was.
pub fn visit<E: From<ManifestError>>(
    file: &Arc<str>,
    text: &str,
    reading: Reading,
    visit: &mut dyn FnMut(Item<'_, '_>) -> Result<(), E>,
) -> Result<Besides, E> {
    let mut besides = Besides::default();
    let place = |position| Source { file: Arc::clone(file), document: 0, path: FieldPath::root(), position };
    for chunk in yaml::split(text).map_err(|error| in_file(place(error.position), error))? {
        if reading == Reading::Found && !may_matter(chunk.span.of(text).as_bytes()) {
            continue;
        }
        let source = |position| Source { document: chunk.index, ..place(position) };
        let node = yaml::compose(text, &chunk).map_err(|error| in_file(source(error.position), error))?;
        let Some(node) = node else { continue };
        match open(&node, &FieldPath::root(), &source, visit) {
            Err(Opening::Manifest(_)) if reading == Reading::Found && !is_object(&node) => besides.passed_over += 1,
            Err(Opening::Manifest(error)) => return Err(error.into()),
            Err(Opening::Visit(error)) => return Err(error),
            Ok(()) if items(&node).and_then(Node::as_sequence).is_some_and(<[_]>::is_empty) => besides.empty_lists += 1,
            Ok(()) => {}
        }
    }
    Ok(besides)
}

fn in_file(source: Source, error: yaml::Error) -> ManifestError {
    ManifestError { place: source, problem: Problem::Yaml(error.problem) }
}

/// Why opening a document stopped: it is no object, or the visitor refused one.
enum Opening<E> {
    Manifest(ManifestError),
    Visit(E),
}

fn open<E>(
    node: &Node<'_>,
    path: &FieldPath,
    source: &dyn Fn(Position) -> Source,
    visit: &mut dyn FnMut(Item<'_, '_>) -> Result<(), E>,
) -> Result<(), Opening<E>> {
    let error = |position, problem| Opening::Manifest(ManifestError { place: source(position), problem });
    if let Some((position, problem)) = no_object(node) {
        return Err(error(position, problem));
    }
    let Some(items) = items(node) else {
        let source = Source { path: path.clone(), ..source(node.position) };
        return visit(Item { node, source }).map_err(Opening::Visit);
    };
    let Some(items) = items.as_sequence() else {
        return Err(error(items.position, Problem::ItemsNotAList { found: items.kind_word() }));
    };
    let list = path.clone().key("items");
    let mut items = items.iter().enumerate();
    items.try_for_each(|(index, item)| {
        let item =
            type_of_items(node).map_or(Cow::Borrowed(item), |(api_version, kind)| typed(item, api_version, kind));
        open(&item, &list.clone().index(index), source, visit)
    })
}

/// What the items of an `…List` are that do not say it themselves, as the API server writes them and kubectl reads them.
fn type_of_items<'n>(list: &'n Node<'_>) -> Option<(&'n str, &'n str)> {
    let kind = list.get("kind")?.as_str()?.strip_suffix("List").filter(|kind| !matches!(*kind, "" | "Resource"))?;
    Some((list.get("apiVersion")?.as_str()?, kind))
}

/// The object, which is of this type where it does not say its own.
#[must_use]
pub fn typed<'n, 't>(object: &'n Node<'t>, api_version: &str, kind: &str) -> Cow<'n, Node<'t>> {
    let says = |field| object.get(field).is_some_and(|value| !value.is_null());
    if says("apiVersion") || says("kind") {
        return Cow::Borrowed(object);
    }
    let mut typed = object.clone();
    if let Content::Mapping(mapping) = &mut typed.content {
        let fields = [("apiVersion", api_version), ("kind", kind)];
        mapping.entries.extend(fields.map(|(key, value)| entry(object, key, value)));
    }
    Cow::Owned(typed)
}

/// An entry that is written nowhere; its place is the object's.
fn entry<'t>(object: &Node<'_>, key: &'static str, value: &str) -> Entry<'t> {
    let (span, position) = (Span::new(object.span.start, object.span.start), object.position);
    let scalar = Scalar {
        text: Cow::Owned(value.to_owned()),
        style: ScalarStyle::Plain,
        meaning: Meaning::String,
        disputed: false,
    };
    let content = Content::Scalar(scalar);
    let value = Node { content, span, position, flow: false, properties: false, shared: false };
    Entry {
        key: Cow::Borrowed(key),
        key_span: span,
        key_position: position,
        key_style: ScalarStyle::Plain,
        value,
        merged: false,
    }
}

/// The items of a List, an `…List` or a `ResourceList`. An object that merely has a field of that name is left whole.
fn items<'n, 't>(node: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let kind = node.get("kind")?.as_str()?;
    if kind.ends_with("List") { node.get("items").filter(|items| !items.is_null()) } else { None }
}

fn is_object(node: &Node<'_>) -> bool {
    no_object(node).is_none()
}

/// Why a document is no object, and the place; nothing when it says what it is.
#[must_use]
pub fn no_object(node: &Node<'_>) -> Option<(Position, Problem)> {
    if node.as_mapping().is_none() {
        return Some((node.position, Problem::NotAnObject { found: node.kind_word() }));
    }
    ["apiVersion", "kind"].into_iter().find_map(|field| match node.get(field).filter(|value| !value.is_null()) {
        None => Some((node.position, Problem::NoType { field })),
        Some(value) if value.as_str().is_none() => {
            Some((value.position, Problem::TypeOfType { field, found: value.kind_word() }))
        }
        Some(_) => None,
    })
}

/// The words without which a document cannot bear on the choice of a runtime.
const WORDS: [&[u8]; 4] = [b"InferenceService", b"ServingRuntime", b"InferenceGraph", b"kubectl-kserve/"];

/// Whether a document could hold an object that matters: one of the words, or an escape that could spell it.
#[must_use]
pub fn may_matter(document: &[u8]) -> bool {
    let holds = |word| memchr::memmem::find(document, word).is_some();
    WORDS.into_iter().any(holds) || [b"\\x", b"\\u", b"\\U", b"\\\n", b"\\\r"].into_iter().any(|escape| holds(escape))
}
