//! The head of a snapshot: which release it was taken from, and whether it holds all the runtimes there were.

mod text;

use crate::kserve::Release;
use crate::kserve::release::ReleaseError;
use crate::manifest::Item;
use crate::object::{API_VERSION, Source};
use crate::yaml::Node;
use crate::yaml::field::{Field, FieldProblem, Read};
pub use text::{SnapshotHead, drop_annotation, plain_object, snapshot_text};

/// What a snapshot says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// `spec.kserveVersion`.
    pub kserve_version: Option<Release>,
    /// `spec.complete`: no runtime of the cluster is missing.
    pub complete: bool,
    /// `spec.namespaces`: the only namespaces whose runtimes were read; none when all were.
    pub namespaces: Option<Vec<String>>,
    /// Where it stands.
    pub source: Source,
}

/// A snapshot that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: Snapshot: {problem}")]
pub struct SnapshotError {
    /// The place.
    pub place: Source,
    /// What is wrong.
    pub problem: FieldProblem,
}

impl Snapshot {
    /// Reads `item` when it is a snapshot's head.
    pub fn read(item: &Item<'_, '_>) -> Result<Option<Self>, SnapshotError> {
        let text = |key| item.node.get(key).and_then(Node::as_str);
        if text("apiVersion") != Some(API_VERSION) || text("kind") != Some("Snapshot") {
            return Ok(None);
        }
        let snapshot = read(&Field::root(item.node), &item.source);
        snapshot
            .map(Some)
            .map_err(|misread| SnapshotError { place: item.source.at(misread.position), problem: misread.problem })
    }
}

fn read(root: &Field<'_, '_>, source: &Source) -> Read<Snapshot> {
    let spec = root.required("spec")?;
    spec.only_keys(&["kserveVersion", "complete", "namespaces"])?;
    Ok(Snapshot {
        kserve_version: spec.field("kserveVersion")?.map(|field| release(&field)).transpose()?,
        complete: spec.optional_bool("complete")?.unwrap_or_default(),
        namespaces: match spec.field("namespaces")? {
            Some(_) => Some(spec.strings("namespaces")?),
            None => None,
        },
        source: source.clone(),
    })
}

fn release(field: &Field<'_, '_>) -> Read<Release> {
    let word = field.string_such_as("v0.20")?;
    word.parse().or_else(|error: ReleaseError| field.wrong_form(error.to_string()))
}
