//! From the text of a manifest to the objects in it: every document, and every item of a List or `ResourceList`.

use std::sync::Arc;

use crate::object::{FieldPath, Position, Source};
use crate::yaml::{self, Node};

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

/// Calls `visit` with every object in `text`, in order. Answers how many documents were passed over.
pub fn visit<E: From<ManifestError>>(
    file: &Arc<str>,
    text: &str,
    reading: Reading,
    visit: &mut dyn FnMut(Item<'_, '_>) -> Result<(), E>,
) -> Result<usize, E> {
    let mut passed_over = 0;
    let place = |position| Source { file: Arc::clone(file), document: 0, path: FieldPath::root(), position };
    for chunk in yaml::split(text).map_err(|error| in_file(place(error.position), error))? {
        if reading == Reading::Found && !may_matter(chunk.span.of(text).as_bytes()) {
            continue;
        }
        let source = |position| Source { document: chunk.index, ..place(position) };
        let node = yaml::compose(text, &chunk).map_err(|error| in_file(source(error.position), error))?;
        let Some(node) = node else { continue };
        match open(&node, &FieldPath::root(), &source, visit) {
            Err(Opening::Manifest(_)) if reading == Reading::Found && !is_object(&node) => passed_over += 1,
            Err(Opening::Manifest(error)) => return Err(error.into()),
            Err(Opening::Visit(error)) => return Err(error),
            Ok(()) => {}
        }
    }
    Ok(passed_over)
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
    items.try_for_each(|(index, item)| open(item, &list.clone().index(index), source, visit))
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
