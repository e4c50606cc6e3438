//! A Helm chart, rendered by the real helm as Argo CD would.

use std::ffi::OsString;
use std::path::Path;

use anyhow::bail;

use super::application::Application;
use super::child::{Deadline, Program};
use super::parameters::Parameters;

pub(super) fn template(
    application: &Application,
    parameters: &Parameters,
    deadline: &Deadline,
) -> anyhow::Result<Vec<u8>> {
    application.check_links(Path::new("."))?;
    let arguments = arguments(application, parameters)?;
    let program = Program { name: "helm", command: "template", arguments, deadline };
    program.run().map_err(|error| {
        if error.to_string().contains("missing in charts/ directory") {
            error.context("commit the chart's dependencies (helm dependency build): they are not fetched here")
        } else {
            error
        }
    })
}

/// Values stand behind `=`, so that none is taken for an option.
fn arguments(application: &Application, parameters: &Parameters) -> anyhow::Result<Vec<OsString>> {
    let release = parameters.helm_release_name.as_ref().unwrap_or(&application.name);
    if release.is_empty() {
        bail!("the release has no name: set the parameter helm-release-name (ARGOCD_APP_NAME is not set)");
    }
    let mut arguments: Vec<OsString> = ["template", ".", "--include-crds"].into_iter().map(OsString::from).collect();
    let mut option = |name: &str, value: &str| arguments.push(format!("--{name}={value}").into());
    option("name-template", release);
    for (name, value) in [("namespace", &application.namespace), ("kube-version", &application.kube_version)] {
        if let Some(value) = value {
            option(name, value);
        }
    }
    for version in &application.api_versions {
        option("api-versions", version);
    }
    for file in &parameters.helm_value_files {
        let path = application.within("helm-value-files", file)?;
        option("values", &path.display().to_string());
    }
    for (key, value) in &parameters.helm_set {
        option("set", &format!("{key}={}", with_literal_commas(value)));
    }
    Ok(arguments)
}

/// helm begins a new value at a comma, except within a list in braces.
fn with_literal_commas(value: &str) -> String {
    if value.starts_with('{') && value.ends_with('}') {
        return value.to_owned();
    }
    let mut escaped = String::with_capacity(value.len());
    for letter in value.chars() {
        if letter == ',' && !escaped.ends_with('\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
