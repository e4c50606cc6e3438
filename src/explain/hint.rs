//! Ways out of a failure. A hint is a change and a promise; it is given only when resolving again keeps the promise.

use std::fmt;

use crate::kserve::{Model, ServingRuntime};
use crate::object::{Placed, Position};
use crate::resolve::{Asked, Candidate, Failure, Mode, Outcome, Resolution, Resolver, Rule};

use super::{NearMiss, fails_only};

/// At most so many hints are given.
const MOST: usize = 2;

/// A change to the model, and the runtime that KServe then selects.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint<'i> {
    /// The field of the model, as `spec.predictor.model`.
    pub at: String,
    /// What to change there.
    pub change: Change,
    /// What comes of it.
    pub promise: &'i ServingRuntime,
}

/// A change to a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Set `protocolVersion`.
    SetProtocolVersion(String),
    /// Set `modelFormat.name`.
    SetFormat(String),
    /// Set `modelFormat.version`.
    SetVersion(String),
    /// Remove `modelFormat.version`.
    RemoveVersion,
    /// Set `runtime`.
    SetRuntime(String),
    /// Remove `runtime`.
    RemoveRuntime,
}

impl Change {
    /// Makes the change.
    pub fn apply(&self, model: &mut Model) {
        let text = |text: &String| Some(Placed::new(text.clone(), Position::default()));
        match self {
            Self::SetProtocolVersion(protocol) => model.extension.protocol_version = text(protocol),
            Self::SetFormat(format) => model.format = Placed::new(format.clone(), Position::default()),
            Self::SetVersion(version) => model.version = text(version),
            Self::RemoveVersion => model.version = None,
            Self::SetRuntime(runtime) => model.runtime = text(runtime),
            Self::RemoveRuntime => model.runtime = None,
        }
    }

    /// Whether a predictor under a framework's own key has the field: of these it has only protocolVersion.
    fn fits_framework(&self) -> bool {
        matches!(self, Self::SetProtocolVersion(_))
    }

    /// Whether a canary can make the change: it inherits what it does not set.
    fn fits_canary(&self) -> bool {
        !matches!(self, Self::RemoveVersion | Self::RemoveRuntime)
    }
}

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = &self.at;
        let quoted = |text: &String| crate::yaml::write::scalar(text, crate::yaml::ScalarStyle::Plain);
        match &self.change {
            Change::SetProtocolVersion(protocol) => write!(f, "set `protocolVersion: {}` in {at}", quoted(protocol))?,
            Change::SetFormat(format) => write!(f, "set `name: {}` in {at}.modelFormat", quoted(format))?,
            Change::SetVersion(version) => write!(f, "set `version: {}` in {at}.modelFormat", quoted(version))?,
            Change::RemoveVersion => write!(f, "remove `version` from {at}.modelFormat")?,
            Change::SetRuntime(runtime) => write!(f, "set `runtime: {}` in {at}", quoted(runtime))?,
            Change::RemoveRuntime => write!(f, "remove `runtime` from {at}")?,
        }
        let verb = if matches!(self.change, Change::SetRuntime(_)) { "uses" } else { "selects" };
        write!(f, "; KServe then {verb} {}", self.promise.id.name)
    }
}

/// The first changes that, made, lead to a runtime.
pub(super) fn hints<'i>(
    resolver: &Resolver<'i>,
    resolution: &Resolution<'i>,
    candidates: &[Candidate<'i>],
    near_misses: &[NearMiss<'i>],
) -> Vec<Hint<'i>> {
    let Some(asked) = &resolution.asked else { return Vec::new() };
    let mut hints: Vec<Hint<'i>> = Vec::new();
    for change in proposals(resolver, resolution, asked, candidates, near_misses) {
        let fits = (asked.framework.is_none() || resolution.canary.is_some() || change.fits_framework())
            && (resolution.canary.is_none() || change.fits_canary());
        if !fits || hints.iter().any(|hint| hint.change == change) {
            continue;
        }
        let changed = resolver.resolve_changed(resolution, |model| change.apply(model));
        if let Outcome::Selected(promise) = changed.outcome
            && !hints.iter().any(|hint| hint.promise.id == promise.id)
        {
            hints.push(Hint { at: path(resolution, asked), change, promise });
        }
        if hints.len() == MOST {
            break;
        }
    }
    hints
}

fn path(resolution: &Resolution<'_>, asked: &Asked<'_>) -> String {
    match (resolution.canary, asked.framework) {
        (Some(canary), _) => format!("predictor.model of canary {canary}"),
        (None, Some(framework)) => format!("spec.predictor.{}", framework.key()),
        (None, None) => "spec.predictor.model".to_owned(),
    }
}

/// What could help, the smallest change of meaning first. None of it is promised yet.
fn proposals(
    resolver: &Resolver<'_>,
    resolution: &Resolution<'_>,
    asked: &Asked<'_>,
    candidates: &[Candidate<'_>],
    near_misses: &[NearMiss<'_>],
) -> Vec<Change> {
    match (&resolution.outcome, resolution.mode) {
        // A canary is as open as its stable predictor: that one's hints decide both.
        (Outcome::Undecided(_), _) if resolution.canary.is_some() => Vec::new(),
        (Outcome::Undecided(tied), _) => tied.iter().map(|one| Change::SetRuntime(one.id.name.clone())).collect(),
        (Outcome::Failed(Failure::NoRuntime), Mode::Automatic) => automatic(asked, candidates, near_misses),
        (Outcome::Failed(failure), _) => {
            let mut changes = explicit(*failure, asked, near_misses);
            // A canary inherits the runtime and cannot remove it, but it can name another.
            let automatic = resolver.resolve_changed(resolution, |model| model.runtime = None);
            if let (Some(_), Outcome::Selected(runtime)) = (resolution.canary, automatic.outcome) {
                changes.push(Change::SetRuntime(runtime.id.name.clone()));
            }
            changes
        }
        _ => Vec::new(),
    }
}

fn automatic(asked: &Asked<'_>, candidates: &[Candidate<'_>], near_misses: &[NearMiss<'_>]) -> Vec<Change> {
    let other_spelling = near_misses.iter().filter_map(|miss| match miss {
        NearMiss::OtherCase { format, .. } | NearMiss::SimilarFormat { format } => {
            Some(Change::SetFormat((*format).to_owned()))
        }
        _ => None,
    });
    let only = |rule| candidates.iter().filter(move |candidate| fails_only(candidate, rule));
    let protocols = only(Rule::ProtocolVersion).flat_map(|candidate| protocols_of(candidate.runtime));
    let versions = only(Rule::ModelFormat).flat_map(|candidate| versions_of(candidate.runtime, asked));
    let named = only(Rule::AutoSelectOff).map(|candidate| Change::SetRuntime(candidate.runtime.id.name.clone()));
    other_spelling.chain(protocols).chain(named).chain(versions).collect()
}

fn protocols_of(runtime: &ServingRuntime) -> impl Iterator<Item = Change> {
    runtime.protocol_versions.iter().cloned().map(Change::SetProtocolVersion)
}

fn versions_of(runtime: &ServingRuntime, asked: &Asked<'_>) -> Vec<Change> {
    let entries = runtime.supported_model_formats.iter().filter(|entry| entry.name == asked.model.format.value);
    let versions = entries.filter_map(|entry| entry.version.clone()).filter(|version| version != "*");
    versions.map(Change::SetVersion).chain([Change::RemoveVersion]).collect()
}

fn explicit(failure: Failure<'_>, asked: &Asked<'_>, near_misses: &[NearMiss<'_>]) -> Vec<Change> {
    let mut changes: Vec<Change> = near_misses
        .iter()
        .filter_map(|miss| match miss {
            NearMiss::SimilarName { runtime } => Some(Change::SetRuntime(runtime.name.clone())),
            _ => None,
        })
        .collect();
    match failure {
        Failure::Protocol(runtime) => changes.extend(protocols_of(runtime)),
        Failure::Format(runtime) => changes.extend(versions_of(runtime, asked)),
        Failure::NotFound | Failure::Disabled(_) | Failure::NoRuntime | Failure::NothingToServe => {}
    }
    changes.push(Change::RemoveRuntime);
    changes
}
