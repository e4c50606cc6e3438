//! The YAML door: Go's meaning, places, errors, hostile texts, and agreement with two other readers.

#[path = "yaml/errors.rs"]
mod errors;
#[path = "yaml/hostile.rs"]
mod hostile;
#[path = "yaml/meaning.rs"]
mod meaning;
#[path = "yaml/places.rs"]
mod places;
#[path = "yaml/readers.rs"]
mod readers;

#[path = "yaml/writing.rs"]
mod writing;

use kubectl_kserve::yaml::{self, Node};

/// Every document of a text; nothing for an empty one.
fn documents(text: &str) -> Result<Vec<Option<Node<'_>>>, yaml::Error> {
    let text = yaml::decode(text.as_bytes())?;
    let chunks = yaml::split(text)?;
    chunks.iter().map(|chunk| yaml::compose(text, chunk)).collect()
}

/// The only document of a text.
fn only(text: &str) -> Node<'_> {
    let mut documents = documents(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0).unwrap_or_else(|| panic!("nothing in {text:?}"))
}

fn json(node: &Node<'_>) -> serde_json::Value {
    serde_json::to_value(node).expect("a node is JSON")
}
