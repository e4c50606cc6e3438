//! The results of a KRM function, as the functions specification has them: errors first, severity always written.

use serde::{Serialize, Serializer};

use super::human::escaped;

/// How bad a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The function fails.
    Error,
    /// Something was left undone.
    Warning,
    /// Something was done.
    Info,
}

/// What happened to one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KrmResult {
    /// What happened. kpt shows it on the terminal as it is written.
    #[serde(serialize_with = "escape")]
    pub message: String,
    /// How bad it is.
    pub severity: Severity,
    /// The object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_ref: Option<ResourceRef>,
    /// The field that was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// Where the object came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<File>,
}

/// What names an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRef {
    /// The apiVersion.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The namespace, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// `spec.predictor.model.runtime`
    pub path: String,
    /// What it was; none when it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_value: Option<String>,
    /// What it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed_value: Option<String>,
}

/// The file an object came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// Slash-separated and relative.
    pub path: String,
    /// The object's place in the file, from zero.
    pub index: u32,
}

fn escape<S: Serializer>(message: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&escaped(message))
}

impl KrmResult {
    /// A result about nothing in particular.
    #[must_use]
    pub fn error(message: String) -> Self {
        Self { message, severity: Severity::Error, resource_ref: None, field: None, file: None }
    }
}

/// Puts errors first, then warnings, then information, each by object: kpt shows only the first four.
pub fn sort(results: &mut [KrmResult]) {
    results.sort_by(|one, other| (one.severity, &one.resource_ref).cmp(&(other.severity, &other.resource_ref)));
}
