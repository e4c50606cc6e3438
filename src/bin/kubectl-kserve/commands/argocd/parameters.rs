//! The plugin's parameters: those of the Application, else those of its environment, else what is usual.

mod announcement;
mod build_environment;
mod given;

use std::str::FromStr;
use std::time::Duration;

use anyhow::{anyhow, bail};
use clap::ValueEnum;

use crate::cli::{KserveVersion, Policy};
pub(super) use announcement::announced;
use given::Given;

/// What the Application says of how to render it.
#[derive(Debug)]
pub(super) struct Parameters {
    /// None where it is to be found out.
    pub(super) source: Option<SourceKind>,
    pub(super) recurse: bool,
    pub(super) include: Option<String>,
    pub(super) exclude: Option<String>,
    pub(super) runtimes: Vec<String>,
    pub(super) kserve_version: KserveVersion,
    pub(super) on_unresolved: Policy,
    pub(super) on_undecided: Policy,
    pub(super) allow_graph_change: bool,
    pub(super) allow_empty: bool,
    /// How long kustomize or helm may take.
    pub(super) timeout: Duration,
    pub(super) helm_value_files: Vec<String>,
    pub(super) helm_release_name: Option<String>,
    pub(super) helm_set: Vec<(String, String)>,
    pub(super) kustomize_options: Vec<String>,
}

/// What kind of source an application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SourceKind {
    Directory,
    Kustomize,
    Helm,
}

/// Every parameter there is.
const NAMES: [&str; 15] = [
    "source",
    "recurse",
    "include",
    "exclude",
    "runtimes",
    "kserve-version",
    "on-unresolved",
    "on-undecided",
    "allow-graph-change",
    "allow-empty",
    "timeout",
    "helm-value-files",
    "helm-release-name",
    "helm-set",
    "kustomize-options",
];

/// Shorter than the 60 s after which Argo CD kills the plugin without a word.
const USUAL_TIMEOUT: Duration = Duration::from_secs(50);

impl Parameters {
    pub(super) fn of_environment() -> anyhow::Result<Self> {
        let given = Given::of_environment(&NAMES)?;
        Ok(Self {
            source: source(given.text("source")?.as_deref())?,
            recurse: given.parsed("recurse", "true or false")?.unwrap_or(false),
            include: given.text("include")?,
            exclude: given.text("exclude")?,
            runtimes: given.list("runtimes")?,
            kserve_version: kserve_version(given.text("kserve-version")?.as_deref())?,
            on_unresolved: policy("on-unresolved", given.text("on-unresolved")?.as_deref())?,
            on_undecided: policy("on-undecided", given.text("on-undecided")?.as_deref())?,
            allow_graph_change: given.parsed("allow-graph-change", "true or false")?.unwrap_or(false),
            allow_empty: given.parsed("allow-empty", "true or false")?.unwrap_or(false),
            timeout: given.text("timeout")?.map_or(Ok(USUAL_TIMEOUT), |word| timeout(&word))?,
            helm_value_files: given.list_for_chart("helm-value-files")?,
            helm_release_name: given.text("helm-release-name")?,
            helm_set: given.map_for_chart("helm-set")?,
            kustomize_options: given.list("kustomize-options")?,
        })
    }
}

fn source(word: Option<&str>) -> anyhow::Result<Option<SourceKind>> {
    match word {
        None | Some("auto") => Ok(None),
        Some("directory") => Ok(Some(SourceKind::Directory)),
        Some("kustomize") => Ok(Some(SourceKind::Kustomize)),
        Some("helm") => Ok(Some(SourceKind::Helm)),
        Some(other) => bail!("the parameter source: expected auto, directory, kustomize or helm, but found {other:?}"),
    }
}

fn kserve_version(word: Option<&str>) -> anyhow::Result<KserveVersion> {
    word.unwrap_or("auto").parse().map_err(|error| anyhow!("the parameter kserve-version: {error}"))
}

fn policy(name: &str, word: Option<&str>) -> anyhow::Result<Policy> {
    let Some(word) = word else { return Ok(Policy::Fail) };
    Policy::from_str(word, false)
        .map_err(|_| anyhow!("the parameter {name}: expected fail or skip, but found {word:?}"))
}

/// A number of seconds, or with the unit: `50s`, `2m`.
fn timeout(word: &str) -> anyhow::Result<Duration> {
    let seconds = match (word.strip_suffix('s'), word.strip_suffix('m')) {
        (Some(seconds), _) => u64::from_str(seconds).ok(),
        (_, Some(minutes)) => u64::from_str(minutes).ok().and_then(|minutes| minutes.checked_mul(60)),
        _ => u64::from_str(word).ok(),
    };
    match seconds {
        Some(seconds @ 1..) => Ok(Duration::from_secs(seconds)),
        _ => bail!("the parameter timeout: expected a time such as 50s or 2m, but found {word:?}"),
    }
}
