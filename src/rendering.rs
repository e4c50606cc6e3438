//! A rendered application: which files of a directory are manifests, and which documents of its texts are put out. Objects
//! that are only there for functions, and snapshots among them, are not.

mod escapes;

use std::sync::Arc;

use crate::manifest::{self, ManifestError, Problem};
use crate::object::{API_VERSION, FieldPath, LOCAL_CONFIG, Position, Source, Span};
use crate::yaml::{self, Node};
pub use escapes::without_json_escapes;

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
    /// A `.json` file that is not one object.
    #[error("{file}: Argo CD takes one object from a .json file, but found {found}")]
    NotOneObject {
        /// The file.
        file: Arc<str>,
        /// How many objects are in it.
        found: usize,
    },
}

/// The text of a file that was found in a directory; none when it is no manifest. Argo CD's own rule
/// ([`getObjsFromYAMLOrJSON`](https://github.com/argoproj/argo-cd/blob/v3.6.1/reposerver/repository/repository.go)): what
/// looks like a manifest, or begins like one, must be one to its end.
pub fn manifest<'t>(file: &Arc<str>, bytes: &'t [u8]) -> Result<Option<&'t str>, RenderingError> {
    let is_json = file.ends_with(".json");
    let mut objects = 0;
    match text_of_objects(file, bytes, &mut objects) {
        Ok(_) if is_json && objects != 1 => {
            Err(RenderingError::NotOneObject { file: Arc::clone(file), found: objects })
        }
        Ok(text) => Ok(Some(text)),
        Err(error) if is_json || objects > 0 || looks_like_manifest(bytes) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

fn text_of_objects<'t>(file: &Arc<str>, bytes: &'t [u8], objects: &mut usize) -> Result<&'t str, ManifestError> {
    let text = yaml::decode(bytes).map_err(|error| unreadable(file, 0, error))?;
    count_objects(file, text, objects)?;
    Ok(text)
}

/// Counts the objects up to the first document that is none.
fn count_objects(file: &Arc<str>, text: &str, objects: &mut usize) -> Result<(), ManifestError> {
    let chunks = match yaml::split(text) {
        Ok(chunks) => chunks,
        Err(error) => {
            // Argo CD has taken what comes before when it gets there.
            let before = text.split_inclusive('\n').take(error.position.line as usize - 1).map(str::len).sum();
            let _ = yaml::split(&text[..before]).map(|_| count_objects(file, &text[..before], objects));
            return Err(unreadable(file, 0, error));
        }
    };
    for chunk in chunks {
        let node = yaml::compose(text, &chunk).map_err(|error| unreadable(file, chunk.index, error))?;
        let Some(node) = node.filter(|node| !node.is_null()) else { continue };
        if !says_its_kind(&node) {
            let (position, problem) =
                manifest::no_object(&node).unwrap_or((node.position, Problem::NoType { field: "kind" }));
            return Err(ManifestError { place: source(file, chunk.index, position), problem });
        }
        *objects += 1;
    }
    Ok(())
}

/// An object without a version is the cluster's to refuse.
fn says_its_kind(node: &Node<'_>) -> bool {
    node.get("kind").and_then(Node::as_str).is_some_and(|kind| !kind.is_empty())
}

/// In JSON, too, which Argo CD reads more of than this program does.
fn looks_like_manifest(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).replace(['"', '\''], "");
    ["apiVersion:", "kind:", "metadata:"].iter().all(|word| text.contains(word))
}

fn source(file: &Arc<str>, document: usize, position: Position) -> Source {
    Source { file: Arc::clone(file), document, path: FieldPath::root(), position }
}

fn unreadable(file: &Arc<str>, document: usize, error: yaml::Error) -> ManifestError {
    ManifestError { place: source(file, document, error.position), problem: Problem::Yaml(error.problem) }
}

/// The documents of `text` that are put out, in order. What stands in a document that cannot be read is the reader's
/// business, unless the document could bear on a runtime.
pub fn documents(file: &Arc<str>, text: &str) -> Result<Vec<Document>, RenderingError> {
    let mut documents = Vec::new();
    for chunk in yaml::split(text).map_err(|error| unreadable(file, 0, error))? {
        let kept = match yaml::compose(text, &chunk) {
            Ok(None) => false,
            Ok(Some(node)) => is_put_out(&node, &|position| source(file, chunk.index, position))?,
            Err(error) if manifest::may_matter(chunk.span.of(text).as_bytes()) => {
                return Err(unreadable(file, chunk.index, error).into());
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

fn is_put_out(node: &Node<'_>, source: &dyn Fn(Position) -> Source) -> Result<bool, RenderingError> {
    if node.is_null() {
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
#[must_use]
pub fn is_local(node: &Node<'_>) -> bool {
    let annotation = || node.get("metadata")?.get("annotations")?.get(LOCAL_CONFIG)?.as_str();
    node.get("apiVersion").and_then(Node::as_str) == Some(API_VERSION) || annotation() == Some("true")
}
