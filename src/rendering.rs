//! A rendered application: which documents of its texts are put out. Objects that are only there for functions, and
//! snapshots among them, are not; neither is what is no object at all.

use std::sync::Arc;

use crate::manifest::{self, ManifestError, Problem, Reading};
use crate::object::{API_VERSION, FieldPath, LOCAL_CONFIG, Position, Source, Span};
use crate::yaml::{self, Node};

/// A document that is put out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its number in the text, from zero.
    pub index: usize,
    /// Its bytes.
    pub span: Span,
}

/// A text that cannot be put out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderingError {
    /// It is no manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// An object that must not be put out stands among others that must.
    #[error("{0}: an object with the annotation {LOCAL_CONFIG} stands in a list: make it a document of its own")]
    LocalInList(Source),
}

/// The documents of `text` that are put out, in order. What stands in a document that cannot be read is the reader's
/// business, unless the document could bear on a runtime.
pub fn documents(file: &Arc<str>, text: &str, reading: Reading) -> Result<Vec<Document>, RenderingError> {
    let source = |document, position| Source { file: Arc::clone(file), document, path: FieldPath::root(), position };
    let unreadable = |document, error: yaml::Error| ManifestError {
        place: source(document, error.position),
        problem: Problem::Yaml(error.problem),
    };
    let mut documents = Vec::new();
    for chunk in yaml::split(text).map_err(|error| unreadable(0, error))? {
        let kept = match yaml::compose(text, &chunk) {
            Ok(None) => false,
            Ok(Some(node)) => is_put_out(&node, reading, &|position| source(chunk.index, position))?,
            Err(error) if manifest::may_matter(chunk.span.of(text).as_bytes()) => {
                return Err(unreadable(chunk.index, error).into());
            }
            Err(_) => true,
        };
        if kept {
            documents.push(Document { index: chunk.index, span: chunk.span });
        }
    }
    Ok(documents)
}

/// The text of a document behind a separator, so that it follows whatever stands before it.
#[must_use]
pub fn separated(document: &str) -> String {
    let before = if document.starts_with("---") { "" } else { "---\n" };
    let after = if document.ends_with('\n') { "" } else { "\n" };
    [before, document, after].concat()
}

/// A document that was found in a folder need not be an object, but not half of one either.
fn is_put_out(node: &Node<'_>, reading: Reading, source: &dyn Fn(Position) -> Source) -> Result<bool, RenderingError> {
    let says = |field: &str| node.get(field).is_some_and(|value| !value.is_null());
    if reading == Reading::Found && !says("apiVersion") && !says("kind") {
        return Ok(false);
    }
    if let Some((position, problem)) = manifest::no_object(node) {
        return Err(ManifestError { place: source(position), problem }.into());
    }
    if let Some(local) = local_item(node) {
        return Err(RenderingError::LocalInList(source(local.position)));
    }
    Ok(!is_local(node))
}

fn local_item<'n, 't>(node: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let kind = node.get("kind")?.as_str()?;
    let items = if kind.ends_with("List") { node.get("items")?.as_sequence()? } else { &[] };
    items.iter().find(|item| is_local(item))
}

/// An object of this program, or one that kustomize and kpt would hand to functions only.
fn is_local(node: &Node<'_>) -> bool {
    let annotation = || node.get("metadata")?.get("annotations")?.get(LOCAL_CONFIG)?.as_str();
    node.get("apiVersion").and_then(Node::as_str) == Some(API_VERSION) || annotation() == Some("true")
}
