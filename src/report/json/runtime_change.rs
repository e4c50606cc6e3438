//! A runtime that is not as it was, as data.

use serde::Serialize;
use serde_json::Value;

use crate::change::{Change, Difference, FieldChange, RuntimeChange};

use super::Runtime;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonRuntimeChange {
    runtime: Runtime,
    change: JsonChange,
    /// It was deleted and created again, and is newer now.
    created_again: bool,
    /// The fields that differ; empty unless the change is Changed.
    fields: Vec<JsonFieldChange>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum JsonChange {
    Added,
    Removed,
    Changed,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonFieldChange {
    /// The field, as in `spec.containers[0].image`.
    field: String,
    /// The name of the entry of a list that the field is part of.
    entry: Option<String>,
    difference: JsonDifference,
    /// The value before; null when it was not there; names of entries when these were reordered.
    before: Value,
    /// The value now; null when it is gone.
    now: Value,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum JsonDifference {
    Added,
    Removed,
    Changed,
    /// Entries that both lists have stand in another order.
    Reordered,
}

impl JsonRuntimeChange {
    pub(super) fn new(change: &RuntimeChange) -> Self {
        let runtime = Runtime::new(&change.runtime);
        let (change, created_again, fields) = match &change.change {
            Change::Added => (JsonChange::Added, false, &[][..]),
            Change::Removed => (JsonChange::Removed, false, &[][..]),
            Change::Changed { created_again, fields } => (JsonChange::Changed, *created_again, &fields[..]),
        };
        Self { runtime, change, created_again, fields: fields.iter().map(JsonFieldChange::new).collect() }
    }
}

impl JsonFieldChange {
    fn new(change: &FieldChange) -> Self {
        let (difference, before, now) = match change.difference.clone() {
            Difference::Added(now) => (JsonDifference::Added, Value::Null, now),
            Difference::Removed(before) => (JsonDifference::Removed, before, Value::Null),
            Difference::Changed { before, now } => (JsonDifference::Changed, before, now),
            Difference::Reordered { before, now } => (JsonDifference::Reordered, before.into(), now.into()),
        };
        let entry = (!change.entry.is_empty()).then(|| change.entry.clone());
        Self { field: change.field.to_string(), entry, difference, before, now }
    }
}
