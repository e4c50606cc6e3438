//! Writes a snapshot: its head, then the runtimes of a cluster as plain objects. The same objects give the same bytes.

use serde_json::{Map, Value, json};

use crate::kserve::Release;
use crate::object::{API_VERSION, LOCAL_CONFIG};
use crate::yaml::{Node, write};

/// What kubectl keeps of an applied file: a second copy of the object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What the API server says about an object, and what changes though nobody changed the object.
const DROPPED_METADATA: [&str; 5] = ["managedFields", "uid", "resourceVersion", "generation", "selfLink"];

/// A snapshot holds live objects, and applying them elsewhere, or later, would undo what others did.
const COMMENT: &str = "# Do not apply this file: it is input for kubectl-kserve.\n";

/// What a new snapshot says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SnapshotHead<'h> {
    /// `metadata.name`.
    pub name: &'h str,
    /// `metadata.creationTimestamp`, which makes every snapshot differ from the one before.
    pub timestamp: Option<&'h str>,
    /// `spec.kserveVersion`.
    pub kserve_version: Option<Release>,
    /// `spec.complete`: no runtime of the cluster is missing.
    pub complete: bool,
    /// `spec.namespaces`: the only namespaces whose runtimes were read; none when all were.
    pub namespaces: Option<Vec<String>>,
}

/// The snapshot of these runtimes, which are objects as the API server has them, in any order.
#[must_use]
pub fn snapshot_text<'n, 't: 'n>(head: &SnapshotHead<'_>, runtimes: impl IntoIterator<Item = &'n Node<'t>>) -> String {
    let mut runtimes: Vec<Value> = runtimes.into_iter().map(|runtime| local(plain_object(runtime))).collect();
    runtimes.sort_by_cached_key(place);
    let mut text = COMMENT.to_owned();
    text.push_str(&write::document(&local(head.object())));
    for runtime in &runtimes {
        text.push_str("---\n");
        text.push_str(&write::document(runtime));
    }
    text
}

/// An object without what only its cluster can say about it; its keys stand in the order of the alphabet.
#[must_use]
pub fn plain_object(object: &Node<'_>) -> Value {
    // A node holds nothing that JSON cannot hold.
    let mut value = serde_json::to_value(object).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.shift_remove("status");
    }
    if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
        metadata.retain(|key, _| !DROPPED_METADATA.contains(&key.as_str()));
        drop_annotation(metadata, LAST_APPLIED);
    }
    value.sort_all_objects();
    value
}

/// Removes an annotation, and with the last one the field.
pub fn drop_annotation(metadata: &mut Map<String, Value>, annotation: &str) {
    let Some(Value::Object(annotations)) = metadata.get_mut("annotations") else { return };
    annotations.shift_remove(annotation);
    if annotations.is_empty() {
        metadata.shift_remove("annotations");
    }
}

impl SnapshotHead<'_> {
    fn object(&self) -> Value {
        let mut metadata = Map::from_iter([("name".to_owned(), self.name.into())]);
        metadata.extend(self.timestamp.map(|timestamp| ("creationTimestamp".to_owned(), timestamp.into())));
        let mut spec = Map::from_iter([("complete".to_owned(), self.complete.into())]);
        spec.extend(self.kserve_version.map(|release| ("kserveVersion".to_owned(), release.to_string().into())));
        spec.extend(self.namespaces.clone().map(|mut namespaces| {
            namespaces.sort_unstable();
            ("namespaces".to_owned(), namespaces.into())
        }));
        json!({"apiVersion": API_VERSION, "kind": "Snapshot", "metadata": metadata, "spec": spec})
    }
}

/// The object with the annotation that keeps it out of what kustomize and kpt put out.
fn local(mut object: Value) -> Value {
    let mut under = &mut object;
    for field in ["metadata", "annotations"] {
        let Value::Object(fields) = under else { return object };
        under = fields.entry(field).or_insert(Value::Null);
        if under.is_null() {
            *under = Value::Object(Map::new());
        }
    }
    if let Value::Object(annotations) = under {
        annotations.insert(LOCAL_CONFIG.to_owned(), "true".into());
    }
    object.sort_all_objects();
    object
}

/// By kind, namespace and name, as `RuntimeId` orders them: the namespaced ones first.
fn place(object: &Value) -> (bool, String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    (object["kind"] == "ClusterServingRuntime", text(&metadata["namespace"]), text(&metadata["name"]))
}
