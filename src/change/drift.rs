//! Drift of one live service: what KServe recorded at its last reconcile against what the next one would make of it.
//!
//! A new runtime reconciles nobody, so a service can run on one runtime for months and take another when its pod restarts.

use crate::kserve::{ImageDrift, InferenceService, RuntimeId, ServingRuntime, compare_images};
use crate::resolve::{Failure, Outcome, Resolution, Resolver};

/// What became of a service since its last reconcile.
#[derive(Clone, Debug)]
pub struct Drift<'i> {
    /// The runtime that KServe would select now, or why none.
    pub resolution: Resolution<'i>,
    /// The recorded runtime against that one.
    pub runtime: RuntimeDrift<'i>,
    /// The image that the service's Deployment runs, where that was read.
    pub recorded_image: Option<String>,
    /// The controller leaves the service alone as long as it is ready, whatever it would make of it.
    pub held: bool,
}

/// The recorded runtime against the one that KServe would select now.
#[derive(Clone, Debug, PartialEq)]
pub enum RuntimeDrift<'i> {
    /// The same one.
    Same,
    /// The status names none: KServe before v0.16 records none, and later the controller may not have spoken yet.
    NotRecorded,
    /// Another one, which the service would take at its next reconcile.
    Moved {
        /// The recorded one.
        recorded: &'i RuntimeId,
        /// The one that KServe would select.
        now: &'i ServingRuntime,
    },
    /// The recorded one does not exist any more.
    Vanished {
        /// The recorded one.
        recorded: &'i RuntimeId,
        /// The one that KServe would select; none while that is open.
        now: Option<&'i ServingRuntime>,
    },
    /// None any more.
    Lost {
        /// The recorded one.
        recorded: &'i RuntimeId,
        /// Why KServe finds none.
        failure: Failure<'i>,
    },
    /// Which one is open: ages or whole runtimes are not known.
    Open {
        /// The recorded one.
        recorded: &'i RuntimeId,
    },
    /// KServe selects none for this service, whatever an older status says.
    NotApplicable,
}

/// Resolves a live service and compares. Canaries are left out: the status names the stable predictor's runtime only.
#[must_use]
pub fn drift<'i>(resolver: &Resolver<'i>, service: &'i InferenceService, recorded_image: Option<&str>) -> Drift<'i> {
    let resolution = resolver.resolve(service);
    let runtime = runtime_drift(resolver, &resolution);
    let held = service.auto_update_disabled && resolver.release().leaves_disabled_auto_update_alone();
    Drift { resolution, runtime, recorded_image: recorded_image.map(str::to_owned), held }
}

fn runtime_drift<'i>(resolver: &Resolver<'i>, resolution: &Resolution<'i>) -> RuntimeDrift<'i> {
    if let Outcome::NotApplicable(_) = resolution.outcome {
        return RuntimeDrift::NotApplicable;
    }
    let Some(recorded) = &resolution.service.recorded_runtime else { return RuntimeDrift::NotRecorded };
    match resolution.outcome {
        Outcome::Selected(_) if is_recorded(recorded, resolution) => RuntimeDrift::Same,
        Outcome::Selected(now) if resolver.inventory().lacks(recorded) => {
            RuntimeDrift::Vanished { recorded, now: Some(now) }
        }
        Outcome::Selected(now) => RuntimeDrift::Moved { recorded, now },
        Outcome::Failed(failure) => RuntimeDrift::Lost { recorded, failure },
        _ if resolver.inventory().lacks(recorded) => RuntimeDrift::Vanished { recorded, now: None },
        _ => RuntimeDrift::Open { recorded },
    }
}

/// Whether the selected runtime is the recorded one. KServe looks a runtime up by name before it records it, so the
/// status can name the namespace's runtime of that name although the cluster's is used.
fn is_recorded(recorded: &RuntimeId, resolution: &Resolution<'_>) -> bool {
    let used = match resolution.outcome {
        Outcome::Selected(runtime) => runtime.id == *recorded,
        _ => false,
    };
    let reported = resolution.served.as_ref().and_then(|served| served.reported);
    used || reported.is_some_and(|reported| reported.id == *recorded)
}

impl Drift<'_> {
    /// The image that KServe would write now.
    #[must_use]
    pub fn image(&self) -> Option<&str> {
        self.resolution.served.as_ref()?.image.as_deref().ok()
    }

    /// The image that runs against the one that KServe would write now.
    #[must_use]
    pub fn image_drift(&self) -> ImageDrift {
        compare_images(self.recorded_image.as_deref(), self.image())
    }

    /// Whether there is something to report.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        let runtime_stays =
            matches!(self.runtime, RuntimeDrift::Same | RuntimeDrift::NotRecorded | RuntimeDrift::NotApplicable);
        !runtime_stays || self.image_drift() == ImageDrift::Differs
    }

    /// The drift in a word: that of the runtime, or `ImageDiffers` where only the image is another one.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.runtime {
            RuntimeDrift::Same | RuntimeDrift::NotRecorded if self.image_drift() == ImageDrift::Differs => {
                "ImageDiffers"
            }
            ref runtime => runtime.word(),
        }
    }
}

impl RuntimeDrift<'_> {
    /// The name of the variant.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Same => "Same",
            Self::NotRecorded => "NotRecorded",
            Self::Moved { .. } => "Moved",
            Self::Vanished { .. } => "Vanished",
            Self::Lost { .. } => "Lost",
            Self::Open { .. } => "Open",
            Self::NotApplicable => "NotApplicable",
        }
    }
}
