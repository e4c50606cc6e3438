//! What the program answers, in the words of the scenarios.

use kubectl_kserve::explain::{self, NearMiss};
use kubectl_kserve::kserve::{Model, RuntimeId};
use kubectl_kserve::resolve::{Candidate, NotApplicable, Outcome, Resolution, Resolver, Verdict};

use crate::expectation::Expectation;

/// An answer. Texts are empty where there is nothing.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) outcome: String,
    pub(crate) runtime: String,
    pub(crate) tied: Vec<String>,
    pub(crate) failure: String,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) error: String,
    pub(crate) mode: String,
    pub(crate) protocol: String,
    pub(crate) image: String,
    pub(crate) reported: String,
    pub(crate) recorded: String,
    pub(crate) model: Option<Model>,
    pub(crate) protocol_from: String,
    pub(crate) candidates: Vec<String>,
    pub(crate) canaries: Vec<String>,
    pub(crate) near_misses: Vec<String>,
    pub(crate) hints: Vec<String>,
    pub(crate) why: String,
}

impl Found {
    /// Looks for what `expectation` is about; none when there is no such service or canary.
    pub(crate) fn look(resolver: &Resolver<'_>, expectation: &Expectation) -> Option<Self> {
        let inventory = resolver.inventory();
        let mut services = inventory.services().iter();
        let service = services.find(|service| {
            service.name == expectation.of && inventory.namespace_of(service) == expectation.namespace
        })?;
        let stable = resolver.resolve(service);
        let mut canaries = resolver.resolve_canaries(&stable);
        let names = canaries.iter().filter_map(|canary| canary.canary.map(str::to_owned)).collect();
        let resolution = match &expectation.canary {
            None => stable,
            Some(name) => {
                let place = canaries.iter().position(|canary| canary.canary == Some(name))?;
                canaries.swap_remove(place)
            }
        };
        Some(Self { canaries: names, ..Self::new(resolver, resolution, expectation.all) })
    }

    fn new(resolver: &Resolver<'_>, resolution: Resolution<'_>, all: bool) -> Self {
        let explanation = explain::explain(resolver, resolution, all);
        let resolution = &explanation.resolution;
        let mut found = Self {
            mode: format!("{:?}", resolution.mode),
            recorded: resolution.service.recorded_runtime.as_ref().map(notation).unwrap_or_default(),
            model: resolution.asked.as_ref().map(|asked| asked.model.clone().into_owned()),
            protocol_from: resolution
                .asked
                .as_ref()
                .map(|asked| format!("{:?}", asked.protocol_from))
                .unwrap_or_default(),
            candidates: explanation.candidates.iter().map(candidate).collect(),
            near_misses: explanation.near_misses.iter().map(near_miss).collect(),
            hints: explanation.hints.iter().map(|hint| hint.to_string().replace(['"', '\''], "")).collect(),
            why: explain::why(resolver, resolution),
            ..Self::default()
        };
        found.take_outcome(resolution);
        found.take_served(resolution);
        found
    }

    fn take_outcome(&mut self, resolution: &Resolution<'_>) {
        match &resolution.outcome {
            Outcome::Selected(runtime) => {
                "Selected".clone_into(&mut self.outcome);
                self.runtime = notation(&runtime.id);
            }
            Outcome::Undecided(tied) => {
                "Undecided".clone_into(&mut self.outcome);
                self.tied = tied.iter().map(|runtime| notation(&runtime.id)).collect();
                self.tied.sort();
            }
            Outcome::Unknown => "Unknown".clone_into(&mut self.outcome),
            Outcome::NotApplicable(NotApplicable::CustomContainers) => "CustomContainers".clone_into(&mut self.outcome),
            Outcome::NotApplicable(NotApplicable::ModelMesh) => "ModelMesh".clone_into(&mut self.outcome),
            Outcome::Failed(failure) => {
                "Failed".clone_into(&mut self.outcome);
                failure.code().clone_into(&mut self.failure);
                failure.reason().clone_into(&mut self.reason);
                failure.message().clone_into(&mut self.message);
                self.error = resolution.asked.as_ref().map(|asked| failure.error(asked)).unwrap_or_default();
            }
        }
    }

    fn take_served(&mut self, resolution: &Resolution<'_>) {
        let Some(served) = &resolution.served else { return };
        self.protocol.clone_from(&served.protocol);
        self.image = served.image.clone().unwrap_or_else(|_| "unknown".to_owned());
        self.reported = served.reported.map_or("none".to_owned(), |runtime| notation(&runtime.id));
    }
}

/// `NAME` of the cluster, `NAMESPACE/NAME` of a namespace.
fn notation(id: &RuntimeId) -> String {
    match id.namespace() {
        Some(namespace) => format!("{namespace}/{}", id.name),
        None => id.name.clone(),
    }
}

fn candidate(candidate: &Candidate<'_>) -> String {
    let verdict = match candidate.verdict {
        Verdict::Selected => "Selected".to_owned(),
        Verdict::Tied => "Tied".to_owned(),
        Verdict::Outranked(reason) => format!("Outranked {reason:?}"),
        Verdict::Ineligible(rules) => rules.iter().fold("Ineligible".to_owned(), |text, rule| text + " " + rule.code()),
    };
    format!("{}: {verdict}", candidate.runtime.id.name)
}

fn near_miss(miss: &NearMiss<'_>) -> String {
    match miss {
        NearMiss::OtherCase { runtime, format } => format!("OtherCase {} {format}", notation(&runtime.id)),
        NearMiss::SimilarFormat { format } => format!("SimilarFormat {format}"),
        NearMiss::OtherNamespace { runtime } => format!("OtherNamespace {}", notation(runtime)),
        NearMiss::SimilarName { runtime } => format!("SimilarName {}", notation(runtime)),
        NearMiss::FormatsHere { formats } => format!("FormatsHere {}", formats.join(" ")),
        NearMiss::NoRuntimes => "NoRuntimes".to_owned(),
    }
}
