//! What an answer can be: outcomes, failures in KServe's own words, and the verdict on each candidate.

use crate::kserve::ServingRuntime;

use super::{Asked, Rules};

/// Whether a runtime was asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `spec.predictor.model.runtime` is set.
    Explicit,
    /// KServe selects.
    Automatic,
}

/// Which runtime a predictor gets, or why none.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<'i> {
    /// This one.
    Selected(&'i ServingRuntime),
    /// One of these: the order of their unknown ages decides.
    Undecided(Vec<&'i ServingRuntime>),
    /// Runtimes that could not be read may change the answer.
    Unknown,
    /// None: KServe reports an error.
    Failed(Failure<'i>),
    /// KServe selects no runtime for this predictor.
    NotApplicable(NotApplicable),
}

impl<'i> Outcome<'i> {
    /// The runtime, where it is certain which.
    #[must_use]
    pub fn selected(&self) -> Option<&'i ServingRuntime> {
        match self {
            Self::Selected(runtime) => Some(runtime),
            _ => None,
        }
    }
}

/// Why KServe selects no runtime for a predictor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotApplicable {
    /// It brings its own containers.
    CustomContainers,
    /// `ModelMesh` serves it and selects by rules of its own.
    ModelMesh,
}

/// Why KServe finds no runtime.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Failure<'i> {
    /// No runtime of the name asked for.
    NotFound,
    /// The runtime asked for is disabled.
    Disabled(&'i ServingRuntime),
    /// The runtime asked for does not serve the protocol.
    Protocol(&'i ServingRuntime),
    /// The runtime asked for does not support the model format or its version.
    Format(&'i ServingRuntime),
    /// No runtime supports the model.
    NoRuntime,
    /// The predictor says nothing that this release knows how to serve: KServe's webhook refuses the service.
    NothingToServe,
}

impl<'i> Failure<'i> {
    /// A short stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFound => "notFound",
            Self::Disabled(_) => "disabled",
            Self::Protocol(_) => "protocol",
            Self::Format(_) => "format",
            Self::NoRuntime => "none",
            Self::NothingToServe => "nothingToServe",
        }
    }

    /// The reason that KServe writes into the status; a service that it refuses has none.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotFound => "RuntimeNotRecognized",
            Self::Disabled(_) => "RuntimeDisabled",
            Self::Protocol(_) | Self::Format(_) | Self::NoRuntime => "NoSupportingRuntime",
            Self::NothingToServe => "NothingToServe",
        }
    }

    /// The message that KServe writes into the status.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::NotFound => "Waiting for runtime to become available",
            Self::Disabled(_) => "Specified runtime is disabled",
            Self::Protocol(_) => "Specified runtime does not support specified protocol version",
            Self::Format(_) => "Specified runtime does not support specified framework/version",
            Self::NoRuntime => "No runtime found to support specified framework/version",
            Self::NothingToServe => {
                "its predictor sets neither model, nor a framework that this release knows, nor containers"
            }
        }
    }

    /// The error in the controller's log and events. Where KServe prints a memory address for the version
    /// (<https://github.com/kserve/kserve/issues/3632>) this prints the version.
    #[must_use]
    pub fn error(self, asked: &Asked<'_>) -> String {
        let name = asked.model.runtime.as_ref().map_or("", |runtime| runtime.value.as_str());
        match self {
            Self::NotFound => format!("No ServingRuntimes or ClusterServingRuntimes with the name: {name}"),
            Self::Disabled(_) => format!("specified runtime {name} is disabled"),
            Self::Protocol(_) => format!("specified runtime {name} does not support specified protocol version"),
            Self::Format(_) => format!("specified runtime {name} does not support specified framework/version"),
            Self::NoRuntime => {
                let version = asked.model.version.as_ref().map_or("<nil>", |version| version.value.as_str());
                let format = &asked.model.format.value;
                format!("no runtime found to support predictor with model type: {{{format} {version}}}")
            }
            Self::NothingToServe => self.message().to_owned(),
        }
    }

    /// The runtime at fault, when it is one.
    #[must_use]
    pub fn runtime(self) -> Option<&'i ServingRuntime> {
        match self {
            Self::Disabled(runtime) | Self::Protocol(runtime) | Self::Format(runtime) => Some(runtime),
            Self::NotFound | Self::NoRuntime | Self::NothingToServe => None,
        }
    }
}

/// A runtime that was looked at, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<'i> {
    /// The runtime.
    pub runtime: &'i ServingRuntime,
    /// Its priority for the model's format: that of its first entry of the format's name.
    pub priority: Option<i32>,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It serves the model.
    Selected,
    /// It may: unknown ages decide.
    Tied,
    /// It could serve the model, but another one comes first.
    Outranked(RankReason),
    /// It cannot be selected, for every reason listed.
    Ineligible(Rules),
}

/// What put the selected runtime before another eligible one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankReason {
    /// It is of the service's own namespace.
    Namespace,
    /// It has the higher priority, or one at all.
    Priority,
    /// Its lowest protocol ranks lower (v1, v2, grpc-v1, grpc-v2, none).
    Protocol,
    /// It is newer.
    Age,
    /// Its name comes first.
    Name,
    /// Go's unstable sort, with thirteen or more candidates, put it there.
    UnstableSort,
    /// Unknown ages are tied above it.
    Unresolved,
}
