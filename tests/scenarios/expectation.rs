//! What a scenario expects, and how that is held against what was found.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::found::Found;

/// A scenario file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Scenario {
    /// What it shows, in a sentence.
    pub(crate) why: String,
    /// The releases that are asked where an expectation names none.
    #[serde(default = "newest")]
    pub(crate) releases: Vec<String>,
    /// Whether the runtimes that the release installs are there too.
    #[serde(default)]
    pub(crate) catalogue: bool,
    /// The runtimes that count as installed with a release, by their names.
    #[serde(default)]
    pub(crate) released: Vec<String>,
    /// What is known to be missing.
    #[serde(default)]
    pub(crate) unread: Missing,
    /// The objects; they are read by the program's own reader.
    #[allow(dead_code)]
    given: Vec<serde_yaml::Value>,
    /// The runtimes of files that are laid over those given, as over a cluster's.
    #[allow(dead_code)]
    #[serde(default)]
    applied: Vec<serde_yaml::Value>,
    /// What comes of the services.
    pub(crate) expect: Vec<Expectation>,
}

/// Runtimes that could not be read.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct Missing {
    pub(crate) cluster: bool,
    pub(crate) only_namespaces: Option<Vec<String>>,
}

fn newest() -> Vec<String> {
    vec!["v0.20.0".to_owned()]
}

/// What comes of one service or canary. What is left out is not compared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Expectation {
    /// The service's name.
    pub(crate) of: String,
    #[serde(default = "default_namespace")]
    pub(crate) namespace: String,
    pub(crate) canary: Option<String>,
    pub(crate) releases: Option<Vec<String>>,
    /// `Unknown`, `CustomContainers` or `ModelMesh`; the others follow from `runtime`, `tied` and `failure`.
    outcome: Option<String>,
    runtime: Option<String>,
    tied: Option<Vec<String>>,
    failure: Option<String>,
    reason: Option<String>,
    message: Option<String>,
    error: Option<String>,
    mode: Option<String>,
    protocol: Option<String>,
    /// The image, or `unknown`.
    image: Option<String>,
    /// The runtime that the status will name, or `none`.
    reported: Option<String>,
    recorded: Option<String>,
    /// The model after defaulting.
    asked: Option<Asked>,
    /// Whether `candidates` holds every visible runtime.
    #[serde(default)]
    pub(crate) all: bool,
    candidates: Option<Vec<BTreeMap<String, String>>>,
    canaries: Option<Vec<String>>,
    near_misses: Option<Vec<String>>,
    /// Without quotes: which ones a value needs is for the writer's own tests.
    hints: Option<Vec<String>>,
    why: Option<String>,
}

/// The model after defaulting.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Asked {
    format: String,
    version: Option<String>,
    protocol_version: Option<String>,
    from: Option<String>,
    runtime: Option<String>,
}

fn default_namespace() -> String {
    "default".to_owned()
}

impl Expectation {
    /// Whom it is about.
    pub(crate) fn about(&self) -> String {
        match &self.canary {
            Some(canary) => format!("canary {canary} of {}", self.of),
            None => self.of.clone(),
        }
    }

    /// Adds the rules, verdicts and outcomes that it expects.
    pub(crate) fn collect_words(&self, words: &mut BTreeSet<String>) {
        let mut add = |text: &str| words.extend(text.split(' ').map(str::to_owned));
        add(self.expected_outcome().unwrap_or_default());
        for text in [&self.failure, &self.outcome].into_iter().flatten() {
            add(text);
        }
        self.near_misses.iter().flatten().for_each(|miss| add(miss));
        self.candidates.iter().flatten().flat_map(BTreeMap::values).for_each(|verdict| add(verdict));
    }

    fn expected_outcome(&self) -> Option<&str> {
        match (&self.runtime, &self.tied, &self.failure) {
            (Some(_), ..) => Some("Selected"),
            (_, Some(_), _) => Some("Undecided"),
            (.., Some(_)) => Some("Failed"),
            _ => self.outcome.as_deref(),
        }
    }

    /// What is not as expected.
    pub(crate) fn differences(&self, found: &Found) -> Vec<String> {
        let mut differences = Vec::new();
        let mut text = |what: &str, expected: Option<&str>, found: &str| {
            if expected.is_some_and(|expected| expected != found) {
                differences.push(format!("{what}: expected {:?}, but found {found:?}", expected.unwrap_or_default()));
            }
        };
        text("outcome", self.expected_outcome(), &found.outcome);
        text("runtime", self.runtime.as_deref(), &found.runtime);
        text("failure", self.failure.as_deref(), &found.failure);
        text("reason", self.reason.as_deref(), &found.reason);
        text("message", self.message.as_deref(), &found.message);
        text("error", self.error.as_deref(), &found.error);
        text("mode", self.mode.as_deref(), &found.mode);
        text("protocol", self.protocol.as_deref(), &found.protocol);
        text("image", self.image.as_deref(), &found.image);
        text("reported", self.reported.as_deref(), &found.reported);
        text("recorded", self.recorded.as_deref(), &found.recorded);
        text("why", self.why.as_deref(), &found.why);
        self.differences_of_lists(found, &mut differences);
        self.differences_of_model(found, &mut differences);
        differences
    }

    fn differences_of_lists(&self, found: &Found, differences: &mut Vec<String>) {
        let mut list = |what: &str, expected: Option<Vec<String>>, found: &[String]| {
            if let Some(expected) = expected.filter(|expected| expected != found) {
                differences.push(format!("{what}: expected {expected:#?}, but found {found:#?}"));
            }
        };
        let candidates = self.candidates.as_ref().map(|candidates| {
            candidates.iter().flatten().map(|(name, verdict)| format!("{name}: {verdict}")).collect()
        });
        list("candidates", candidates, &found.candidates);
        list("tied", self.tied.clone(), &found.tied);
        list("canaries", self.canaries.clone(), &found.canaries);
        list("near misses", self.near_misses.clone(), &found.near_misses);
        list("hints", self.hints.clone(), &found.hints);
    }

    fn differences_of_model(&self, found: &Found, differences: &mut Vec<String>) {
        let Some(expected) = &self.asked else { return };
        let Some(model) = &found.model else {
            return differences.push("there is no model".to_owned());
        };
        let fields = [
            ("format", Some(&expected.format), Some(&model.format.value)),
            ("version", expected.version.as_ref(), model.version.as_ref().map(|version| &version.value)),
            (
                "protocolVersion",
                expected.protocol_version.as_ref(),
                model.extension.protocol_version.as_ref().map(|protocol| &protocol.value),
            ),
            ("runtime", expected.runtime.as_ref(), model.runtime.as_ref().map(|runtime| &runtime.value)),
        ];
        for (field, expected, found) in fields {
            if expected != found {
                differences.push(format!("model: {field}: expected {expected:?}, but found {found:?}"));
            }
        }
        if expected.from.as_ref().is_some_and(|from| *from != found.protocol_from) {
            differences.push(format!("protocol from: expected {:?}, but found {}", expected.from, found.protocol_from));
        }
    }
}
