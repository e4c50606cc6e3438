//! What moves, as data: `kind: DriftList` of `kubectl-kserve/v1`.

use serde::Serialize;

use crate::change::{Drift, Move, Movement, RuntimeChange, RuntimeDrift};
use crate::kserve::ImageDrift;
use crate::object::API_VERSION;
use crate::report::reason::{why_drift, why_move};
use crate::resolve::{Outcome, Resolution, Resolver};

use super::runtime_change::JsonRuntimeChange;
use super::{JsonFailure, JsonOutcome, Runtime};

/// What became of services and runtimes.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DriftList {
    /// `kubectl-kserve/v1`
    api_version: &'static str,
    /// `DriftList`
    kind: &'static str,
    /// The KServe release whose rules were applied.
    kserve_version: String,
    /// Nothing is known to be missing from the runtimes that were read.
    complete: bool,
    /// What to know about the answers as a whole.
    warnings: Vec<String>,
    /// One item a service.
    items: Vec<DriftItem>,
    /// The runtimes that are not as in the snapshot; empty without one.
    runtimes: Vec<JsonRuntimeChange>,
}

/// What became of one service.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DriftItem {
    namespace: String,
    name: String,
    /// The recorded runtime against the one that KServe would select now.
    drift: JsonDrift,
    /// The runtime that the object's status names.
    recorded_runtime: Option<Runtime>,
    outcome: JsonOutcome,
    /// The runtime that KServe would select now; null unless the outcome is Selected.
    runtime: Option<Runtime>,
    /// The runtime that KServe's status will name, where that is not the one used.
    reported_runtime: Option<Runtime>,
    /// Why there is no runtime now; null unless the outcome is Failed.
    failure: Option<JsonFailure>,
    /// Why it is this runtime, or none, for people.
    why: String,
    /// The image that runs against the one that KServe would write now.
    image_drift: JsonImageDrift,
    /// The image that the service's Deployment runs; null when it was not read.
    recorded_image: Option<String>,
    /// The image that KServe would write now; null when unknown.
    image: Option<String>,
    /// The controller leaves the service alone as long as it is ready (`serving.kserve.io/disable-auto-update`).
    auto_update_disabled: bool,
    /// The service under the runtimes of a snapshot; null without one.
    since_snapshot: Option<SinceSnapshot>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum JsonDrift {
    /// The same runtime.
    Same,
    /// The status names none.
    NotRecorded,
    /// Another runtime, which the service would take at its next reconcile.
    Moved,
    /// The recorded runtime does not exist any more.
    Vanished,
    /// No runtime any more.
    Lost,
    /// Ages or whole runtimes are not known, and may change the answer.
    Open,
    /// KServe selects no runtime for this service.
    NotApplicable,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum JsonImageDrift {
    /// One of them is not known, or they cannot be compared.
    Unknown,
    Same,
    Differs,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SinceSnapshot {
    movement: JsonMovement,
    /// The runtime under the snapshot.
    runtime: Option<Runtime>,
    /// What made the difference, for people.
    why: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum JsonMovement {
    /// The same runtime, by name.
    Same,
    /// Another runtime.
    Moved,
    /// A runtime, where there was none.
    Appeared,
    /// No runtime, where there was one.
    Lost,
    /// None before, none now.
    NoRuntime,
    /// One of the answers is open.
    Open,
    /// KServe selects no runtime for this service.
    NotApplicable,
}

impl DriftList {
    /// The list of these services and runtimes.
    #[must_use]
    pub fn new(
        resolver: &Resolver<'_>,
        complete: bool,
        warnings: Vec<String>,
        items: Vec<DriftItem>,
        runtimes: &[RuntimeChange],
    ) -> Self {
        Self {
            api_version: API_VERSION,
            kind: "DriftList",
            kserve_version: resolver.release().to_string(),
            complete,
            warnings,
            items,
            runtimes: runtimes.iter().map(JsonRuntimeChange::new).collect(),
        }
    }
}

impl DriftItem {
    /// What became of a service since KServe recorded its runtime, and since a snapshot when there is one.
    #[must_use]
    pub fn new(resolver: &Resolver<'_>, drift: &Drift<'_>, since_snapshot: Option<&Move<'_>>) -> Self {
        let resolution = &drift.resolution;
        let reported = resolution.served.as_ref().and_then(|served| served.reported);
        Self {
            namespace: resolution.namespace.to_owned(),
            name: resolution.service.name.clone(),
            drift: JsonDrift::new(&drift.runtime),
            recorded_runtime: resolution.service.recorded_runtime.as_ref().map(Runtime::new),
            outcome: JsonOutcome::new(&resolution.outcome),
            runtime: selected(resolution),
            reported_runtime: reported.map(Runtime::of),
            failure: match resolution.outcome {
                Outcome::Failed(failure) => Some(JsonFailure::new(failure)),
                _ => None,
            },
            why: why_drift(resolver, drift),
            image_drift: JsonImageDrift::new(drift.image_drift()),
            recorded_image: drift.recorded_image.clone(),
            image: drift.image().map(str::to_owned),
            auto_update_disabled: drift.held,
            since_snapshot: since_snapshot.map(|moved| SinceSnapshot::new(resolver, moved)),
        }
    }
}

fn selected(resolution: &Resolution<'_>) -> Option<Runtime> {
    resolution.outcome.selected().map(Runtime::of)
}

impl SinceSnapshot {
    fn new(resolver: &Resolver<'_>, moved: &Move<'_>) -> Self {
        Self {
            movement: JsonMovement::new(moved.movement),
            runtime: selected(&moved.before),
            why: why_move(resolver, moved),
        }
    }
}

impl JsonDrift {
    fn new(drift: &RuntimeDrift<'_>) -> Self {
        match drift {
            RuntimeDrift::Same => Self::Same,
            RuntimeDrift::NotRecorded => Self::NotRecorded,
            RuntimeDrift::Moved { .. } => Self::Moved,
            RuntimeDrift::Vanished { .. } => Self::Vanished,
            RuntimeDrift::Lost { .. } => Self::Lost,
            RuntimeDrift::Open { .. } => Self::Open,
            RuntimeDrift::NotApplicable => Self::NotApplicable,
        }
    }
}

impl JsonImageDrift {
    fn new(drift: ImageDrift) -> Self {
        match drift {
            ImageDrift::Unknown => Self::Unknown,
            ImageDrift::Same => Self::Same,
            ImageDrift::Differs => Self::Differs,
        }
    }
}

impl JsonMovement {
    fn new(movement: Movement<'_>) -> Self {
        match movement {
            Movement::Same => Self::Same,
            Movement::Moved { .. } => Self::Moved,
            Movement::Appeared { .. } => Self::Appeared,
            Movement::Lost { .. } => Self::Lost,
            Movement::NoRuntime => Self::NoRuntime,
            Movement::Open => Self::Open,
            Movement::NotApplicable => Self::NotApplicable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_schema_is_that_of_the_types() {
        super::super::tests::check_schema("drift-list.json", &schemars::schema_for!(DriftList));
    }
}
