//! What becomes of a service between two sets of runtimes: those of a snapshot and those of now.

use crate::kserve::{InferenceService, ServingRuntime};
use crate::resolve::{Outcome, Resolution, Resolver};

/// A service under two sets of runtimes.
#[derive(Clone, Debug)]
pub struct Move<'i> {
    /// The answer under the first set.
    pub before: Resolution<'i>,
    /// The answer under the second set.
    pub now: Resolution<'i>,
    /// The one against the other.
    pub movement: Movement<'i>,
}

/// One answer against another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Movement<'i> {
    /// The same runtime, by name; what it says may have changed.
    Same,
    /// Another runtime.
    Moved {
        /// The runtime before.
        before: &'i ServingRuntime,
        /// The runtime now.
        now: &'i ServingRuntime,
    },
    /// A runtime, where there was none.
    Appeared {
        /// The runtime now.
        now: &'i ServingRuntime,
    },
    /// No runtime, where there was one.
    Lost {
        /// The runtime before.
        before: &'i ServingRuntime,
    },
    /// None before, none now.
    NoRuntime,
    /// One of the answers is open.
    Open,
    /// KServe selects no runtime for this service.
    NotApplicable,
}

/// Resolves a service twice and compares.
#[must_use]
pub fn movement<'i>(before: &Resolver<'i>, now: &Resolver<'i>, service: &'i InferenceService) -> Move<'i> {
    let (before, now) = (before.resolve(service), now.resolve(service));
    let movement = between(&before.outcome, &now.outcome);
    Move { before, now, movement }
}

fn between<'i>(before: &Outcome<'i>, now: &Outcome<'i>) -> Movement<'i> {
    use Outcome::{Failed, NotApplicable, Selected, Undecided, Unknown};
    match (before, now) {
        (Undecided(_) | Unknown, _) | (_, Undecided(_) | Unknown) => Movement::Open,
        (Selected(before), Selected(now)) if before.id == now.id => Movement::Same,
        (Selected(before), Selected(now)) => Movement::Moved { before, now },
        (Failed(_) | NotApplicable(_), Selected(now)) => Movement::Appeared { now },
        (Selected(before), Failed(_) | NotApplicable(_)) => Movement::Lost { before },
        (_, NotApplicable(_)) => Movement::NotApplicable,
        (_, Failed(_)) => Movement::NoRuntime,
    }
}

impl Movement<'_> {
    /// The name of the variant.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "Same",
            Self::Moved { .. } => "Moved",
            Self::Appeared { .. } => "Appeared",
            Self::Lost { .. } => "Lost",
            Self::NoRuntime => "NoRuntime",
            Self::Open => "Open",
            Self::NotApplicable => "NotApplicable",
        }
    }

    /// Whether something changed, or may have.
    #[must_use]
    pub fn is_finding(self) -> bool {
        !matches!(self, Self::Same | Self::NoRuntime | Self::NotApplicable)
    }
}
