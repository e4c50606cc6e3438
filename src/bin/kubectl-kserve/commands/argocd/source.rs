//! What kind of source an application is, and its manifests.

use std::sync::Arc;

use anyhow::Context;
use kubectl_kserve::manifest::Reading;

use super::application::Application;
use super::child::Deadline;
use super::parameters::{Parameters, SourceKind};
use super::{directory, helm, kustomize};
use crate::input::Text;
use crate::kustomization;

/// As Argo CD tells: a kustomization before a chart, and a directory when it is neither.
pub(super) fn detect() -> SourceKind {
    if kustomization::FILE_NAMES.iter().any(|name| directory::has(name)) {
        SourceKind::Kustomize
    } else if directory::has("Chart.yaml") {
        SourceKind::Helm
    } else {
        SourceKind::Directory
    }
}

/// The manifests of the application before anything is pinned.
pub(super) fn render(application: &Application, parameters: &Parameters) -> anyhow::Result<Vec<Text>> {
    let deadline = Deadline::after(parameters.timeout);
    match parameters.source.unwrap_or_else(detect) {
        SourceKind::Directory => directory::read(application, parameters),
        SourceKind::Kustomize => printed("kustomize build", kustomize::build(application, parameters, &deadline)?),
        SourceKind::Helm => printed("helm template", helm::template(application, parameters, &deadline)?),
    }
}

fn printed(program: &str, output: Vec<u8>) -> anyhow::Result<Vec<Text>> {
    let content = String::from_utf8(output).with_context(|| format!("cannot read the output of {program}"))?;
    let name = Arc::from(format!("<{program}>"));
    Ok(vec![Text { name, path: None, reading: Reading::Named, content }])
}
