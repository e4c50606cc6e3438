//! The answers as data: `kind: ResolutionList` of `kubectl-kserve/v1`. Field names are final: add, never rename.

mod candidate;
pub mod drift;
mod runtime_change;
mod runtimes;

use std::cell::RefCell;

use serde::{Serialize, Serializer};

pub use runtimes::{About, RuntimeList};

use crate::explain::{self, Explanation};
use crate::kserve::{RuntimeId, ServingRuntime};
use crate::object::Source;
use crate::resolve::{Asked, Failure, Mode, Outcome, ProtocolFrom, Resolver};
use candidate::JsonCandidate;

/// Every answer of one run.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", bound = "I: Iterator<Item = Item>")]
pub struct ResolutionList<I> {
    /// `kubectl-kserve/v1`
    api_version: &'static str,
    /// `ResolutionList`
    kind: &'static str,
    /// The KServe release whose rules were applied.
    kserve_version: String,
    /// Nothing is known to be missing from the runtimes that were read.
    complete: bool,
    /// What to know about the answers as a whole.
    warnings: Vec<String>,
    /// One item a predictor: a service's own, then those of its canaries.
    #[serde(serialize_with = "one_by_one")]
    #[cfg_attr(test, schemars(with = "Vec<Item>"))]
    items: RefCell<I>,
}

/// Items are made when they are written: all of them at once would fill the memory.
fn one_by_one<S: Serializer, I: Iterator<Item = Item>>(items: &RefCell<I>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(items.borrow_mut().by_ref())
}

/// The answer for one predictor.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Item {
    namespace: String,
    name: String,
    /// The component the answer is about.
    component: &'static str,
    /// The canary's name; null for the service's own predictor.
    canary: Option<String>,
    /// Nothing that was not read can change this answer.
    complete: bool,
    /// Where the model stands; null for an object of a cluster.
    source: Option<SourcePlace>,
    /// The model after KServe's defaulting; null when the predictor has none.
    model: Option<Model>,
    mode: JsonMode,
    outcome: JsonOutcome,
    /// The runtime; null unless the outcome is Selected.
    runtime: Option<Runtime>,
    /// The runtime that KServe's status will name, where that is not the one used.
    reported_runtime: Option<Runtime>,
    /// The runtime that the object's status names.
    recorded_runtime: Option<Runtime>,
    /// The protocolVersion after selection; empty when the runtime lists none.
    serving_protocol: Option<String>,
    /// The image of the model's container after KServe's image rules; null when unknown.
    image: Option<String>,
    /// The image that the predictor's Deployment runs; null when it was not read.
    recorded_image: Option<String>,
    /// Why there is no runtime; null unless the outcome is Failed.
    failure: Option<JsonFailure>,
    /// The runtimes looked at, the eligible ones first and in KServe's order.
    candidates: Vec<JsonCandidate>,
    /// Ways out, each proven by resolving again.
    hints: Vec<String>,
}

/// A place in a file; lines and columns count from one.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SourcePlace {
    file: String,
    line: u32,
    column: u32,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Model {
    format: String,
    version: Option<String>,
    /// The protocolVersion that is looked for; null when any will do.
    protocol_version: Option<String>,
    protocol_version_from: JsonProtocolFrom,
    /// The runtime asked for by name.
    runtime: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum JsonProtocolFrom {
    /// The manifest sets it.
    Spec,
    /// KServe's webhook sets it.
    Webhook,
    /// KServe's or the server's default.
    Default,
    /// It is unset and not checked.
    None,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum JsonMode {
    /// A runtime is asked for by name.
    Explicit,
    /// KServe selects.
    Automatic,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum JsonOutcome {
    Selected,
    /// Unknown ages decide between several runtimes.
    Undecided,
    /// What could not be read may change the answer.
    Unknown,
    Failed,
    /// KServe selects no runtime for this predictor.
    NotApplicable,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Runtime {
    kind: &'static str,
    namespace: Option<String>,
    name: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonFailure {
    /// The reason in KServe's status; `NothingToServe` for a service that KServe refuses.
    reason: &'static str,
    /// `none`, `format`, `protocol`, `disabled`, `notFound` or `nothingToServe`.
    code: &'static str,
    /// The message in KServe's status.
    message: &'static str,
}

impl<I: Iterator<Item = Item>> ResolutionList<I> {
    /// The list of these answers. It can be written once.
    #[must_use]
    pub fn new(resolver: &Resolver<'_>, complete: bool, warnings: Vec<String>, items: I) -> Self {
        Self {
            api_version: crate::object::API_VERSION,
            kind: "ResolutionList",
            kserve_version: resolver.release().to_string(),
            complete,
            warnings,
            items: RefCell::new(items),
        }
    }
}

impl Item {
    /// An explanation as data.
    #[must_use]
    pub fn new(resolver: &Resolver<'_>, explanation: &Explanation<'_>) -> Self {
        let resolution = &explanation.resolution;
        let running = resolver.inventory().running_image(resolution.service, resolution.canary);
        let selected = resolution.outcome.selected();
        let served = resolution.served.as_ref();
        Self {
            namespace: resolution.namespace.to_owned(),
            name: resolution.service.name.clone(),
            component: "predictor",
            canary: resolution.canary.map(str::to_owned),
            complete: !matches!(resolution.outcome, Outcome::Unknown),
            source: explain::place_of_model(resolution).map(|source| SourcePlace::new(&source)),
            model: resolution.asked.as_ref().map(|asked| Model::new(asked, resolution.mode)),
            mode: JsonMode::new(resolution.mode),
            outcome: JsonOutcome::new(&resolution.outcome),
            runtime: selected.map(Runtime::of),
            reported_runtime: served.and_then(|served| served.reported).map(Runtime::of),
            recorded_runtime: resolution.service.recorded_runtime.as_ref().map(Runtime::new),
            serving_protocol: served.map(|served| served.protocol.clone()),
            image: served.and_then(|served| served.image.clone().ok()),
            recorded_image: running.map(str::to_owned),
            failure: match resolution.outcome {
                Outcome::Failed(failure) => Some(JsonFailure::new(failure)),
                _ => None,
            },
            candidates: candidate::candidates(explanation),
            hints: explanation.hints.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Model {
    fn new(asked: &Asked<'_>, mode: Mode) -> Self {
        let set = asked.model.extension.protocol_version.as_ref().map(|protocol| protocol.value.clone());
        let assumed = mode == Mode::Automatic && asked.protocol_from == ProtocolFrom::Default;
        Self {
            format: asked.model.format.value.clone(),
            version: asked.model.version.as_ref().map(|version| version.value.clone()),
            protocol_version: set.or_else(|| assumed.then(|| ProtocolFrom::ASSUMED.to_owned())),
            protocol_version_from: match asked.protocol_from {
                ProtocolFrom::Spec => JsonProtocolFrom::Spec,
                ProtocolFrom::Webhook => JsonProtocolFrom::Webhook,
                ProtocolFrom::Default => JsonProtocolFrom::Default,
                ProtocolFrom::None => JsonProtocolFrom::None,
            },
            runtime: asked.model.runtime.as_ref().map(|runtime| runtime.value.clone()),
        }
    }
}

impl JsonMode {
    fn new(mode: Mode) -> Self {
        match mode {
            Mode::Explicit => Self::Explicit,
            Mode::Automatic => Self::Automatic,
        }
    }
}

impl JsonOutcome {
    fn new(outcome: &Outcome<'_>) -> Self {
        match outcome {
            Outcome::Selected(_) => Self::Selected,
            Outcome::Undecided(_) => Self::Undecided,
            Outcome::Unknown => Self::Unknown,
            Outcome::Failed(_) => Self::Failed,
            Outcome::NotApplicable(_) => Self::NotApplicable,
        }
    }
}

impl SourcePlace {
    fn new(source: &Source) -> Self {
        Self { file: source.file.to_string(), line: source.position.line, column: source.position.column }
    }
}

impl Runtime {
    fn of(runtime: &ServingRuntime) -> Self {
        Self::new(&runtime.id)
    }

    fn new(id: &RuntimeId) -> Self {
        Self { kind: id.kind(), namespace: id.namespace().map(str::to_owned), name: id.name.clone() }
    }
}

impl JsonFailure {
    fn new(failure: Failure<'_>) -> Self {
        Self { reason: failure.reason(), code: failure.code(), message: failure.message() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_schema_is_that_of_the_types() {
        check_schema("resolution-list.json", &schemars::schema_for!(ResolutionList<std::iter::Empty<Item>>));
    }

    /// The schemas are generated from the types. Run with `UPDATE_SCHEMA=1` to write them anew after a field was added.
    pub(super) fn check_schema(file: &str, schema: &schemars::Schema) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(file);
        let schema = serde_json::to_string_pretty(schema).expect("a schema is JSON") + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(&path, &schema).expect("the schema can be written");
        }
        let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(checked_in, schema, "run with UPDATE_SCHEMA=1");
    }
}
