//! Which runtimes were added, removed or changed between two sets of them, field by field.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::field::{FieldChange, differences};
use crate::inventory::{self, Unread};
use crate::kserve::{GROUP, RuntimeId};
use crate::object::LOCAL_CONFIG;
use crate::yaml::Node;

/// Whole runtimes, as plain objects: all their fields, not only those that decide which one is selected.
#[derive(Clone, Debug, Default)]
pub struct RuntimeObjects {
    objects: BTreeMap<RuntimeId, Value>,
    unread: Unread,
}

/// A runtime that is not as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct RuntimeChange {
    /// The runtime.
    pub runtime: RuntimeId,
    /// What became of it.
    pub change: Change,
}

/// What became of a runtime.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed {
        /// It was deleted and created again, which makes it newer and can move services though nothing else changed.
        created_again: bool,
        /// The fields that differ, in the order of the alphabet.
        fields: Vec<FieldChange>,
    },
}

impl RuntimeObjects {
    /// No runtimes yet, and what will be missing from them.
    #[must_use]
    pub fn new(unread: Unread) -> Self {
        Self { objects: BTreeMap::new(), unread }
    }

    /// Says what is missing from them.
    #[must_use]
    pub fn missing(self, unread: Unread) -> Self {
        Self { unread, ..self }
    }

    /// Adds `object` when it is a runtime. One that names no namespace belongs to `default_namespace`.
    pub fn take(&mut self, object: &Node<'_>, default_namespace: &str) {
        let Some(id) = id_of(object, default_namespace) else { return };
        let mut object = inventory::plain_object(object);
        if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
            // Snapshots add it; no cluster has it.
            inventory::drop_annotation(metadata, LOCAL_CONFIG);
            // The id says it; a file may leave it out, or have one on an object of the cluster.
            metadata.shift_remove("namespace");
        }
        self.objects.insert(id, object);
    }
}

fn id_of(object: &Node<'_>, default_namespace: &str) -> Option<RuntimeId> {
    let (group, _) = object.get("apiVersion")?.as_str()?.split_once('/')?;
    let metadata = object.get("metadata")?;
    let name = metadata.get("name")?.as_str()?;
    match object.get("kind")?.as_str()? {
        _ if group != GROUP => None,
        "ClusterServingRuntime" => Some(RuntimeId::cluster(name)),
        "ServingRuntime" => {
            let namespace = metadata.get("namespace").and_then(Node::as_str).filter(|namespace| !namespace.is_empty());
            Some(RuntimeId::namespaced(namespace.unwrap_or(default_namespace), name))
        }
        _ => None,
    }
}

/// The runtimes that differ, by kind, namespace and name. Where one side was not read, the other has added or removed
/// nothing.
#[must_use]
pub fn runtime_changes(before: &RuntimeObjects, now: &RuntimeObjects) -> Vec<RuntimeChange> {
    let ids: BTreeSet<&RuntimeId> = before.objects.keys().chain(now.objects.keys()).collect();
    let change = |id: &RuntimeId| match (before.objects.get(id), now.objects.get(id)) {
        (Some(before), Some(now)) => changed(before.clone(), now.clone()),
        (None, Some(_)) => before.unread.knows(&id.scope).then_some(Change::Added),
        (Some(_), None) => now.unread.knows(&id.scope).then_some(Change::Removed),
        (None, None) => None,
    };
    ids.into_iter().filter_map(|id| Some(RuntimeChange { runtime: id.clone(), change: change(id)? })).collect()
}

fn changed(mut before: Value, mut now: Value) -> Option<Change> {
    let created_again = matches!((created(&before), created(&now)), (Some(before), Some(now)) if before != now);
    if !created_again {
        // A manifest has none, and one time can be written in several ways.
        for object in [&mut before, &mut now] {
            object["metadata"]["creationTimestamp"] = Value::Null;
        }
    }
    let fields = differences(&before, &now);
    (!fields.is_empty()).then_some(Change::Changed { created_again, fields })
}

fn created(object: &Value) -> Option<Timestamp> {
    object["metadata"]["creationTimestamp"].as_str()?.parse().ok()
}
