//! Why a service is left as it is.

use crate::kserve::Framework;
use crate::object::Position;
use crate::resolve::{Failure, Outcome};

/// Why nothing is written into a service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// KServe finds no runtime.
    #[error("no runtime supports it ({reason}: {message})")]
    Unresolved {
        /// The reason in KServe's status.
        reason: &'static str,
        /// The message in KServe's status.
        message: &'static str,
    },
    /// KServe refuses the service itself.
    #[error("{}: KServe refuses it", Failure::NothingToServe.message())]
    NothingToServe,
    /// Unknown ages decide.
    #[error("its runtime depends on the unknown ages of {}; give a snapshot with creationTimestamps", .tied.join(" and "))]
    Undecided {
        /// The runtimes that may be selected.
        tied: Vec<String>,
    },
    /// Not every runtime was read.
    #[error("its runtime depends on runtimes that were not read")]
    Unknown,
    /// The predictor says two things.
    #[error("its predictor sets both {} and {dropped}, and KServe ignores {dropped}", .kept.key())]
    Contradiction {
        /// The framework key that counts.
        kept: Framework,
        /// What does not.
        dropped: &'static str,
    },
    /// A namespaced runtime of the selected one's name would be found first.
    #[error("{selected} is selected, but by that name KServe would find {found}")]
    Shadowed {
        /// The runtime selected.
        selected: String,
        /// The runtime that the name would mean.
        found: String,
    },
    /// KServe selects the runtime, but would not accept it by name.
    #[error("{runtime} is selected, but asked for by name KServe would refuse it ({reason}: {message})")]
    Breaks {
        /// The runtime.
        runtime: String,
        /// The reason in KServe's status.
        reason: &'static str,
        /// The message in KServe's status.
        message: &'static str,
    },
    /// A canary would get no runtime any more.
    #[error("its canary {canary} gets {runtime}, and would get none ({reason}: {message})")]
    BreaksCanary {
        /// The canary's name.
        canary: String,
        /// The runtime that it gets.
        runtime: String,
        /// The reason in KServe's status.
        reason: &'static str,
        /// The message in KServe's status.
        message: &'static str,
    },
    /// A canary would be served otherwise.
    #[error("with its canary {canary}, {moved}")]
    MovesCanary {
        /// The canary's name.
        canary: String,
        /// What would change.
        moved: Box<Refusal>,
    },
    /// The changed service would be served otherwise.
    #[error("its {what} would change from {from} to {to}")]
    Moves {
        /// `runtime`, `protocol` or `image`.
        what: &'static str,
        /// As it is.
        from: String,
        /// As it would be.
        to: String,
    },
    /// A graph would call it otherwise.
    #[error("InferenceGraph {graph} would call {to} instead of {from}")]
    GraphChange {
        /// The graph's name.
        graph: String,
        /// What it calls as it is: the path of a URL, or what is known of it.
        from: &'static str,
        /// As it would be.
        to: &'static str,
    },
    /// A graph that could not be read may call it, and would call it otherwise.
    #[error("the InferenceGraphs could not be read, and one that calls it would call {to} instead of {from}")]
    UnreadGraphs {
        /// What a graph calls as it is.
        from: &'static str,
        /// As it would be.
        to: &'static str,
    },
    /// The controller looks at a service again whenever it is written, and would then move this one to another runtime or
    /// image.
    #[error("KServe runs it on {recorded}; written now, it would move to {selected}")]
    Drifted {
        /// The runtime in the status, or the image of the `Deployment`.
        recorded: String,
        /// The one it would get.
        selected: String,
    },
    /// What puts the framework's key back would undo the change, and the webhook would then drop `model`.
    #[error("{other} sets {} for the same name: laid over model, it would make KServe drop model and the pin with it", .framework.key())]
    PutBack {
        /// The framework key.
        framework: Framework,
        /// The place of what sets it.
        other: String,
    },
    /// A kustomization's patches set what decides: laid over it, the pin would not be to the runtime that KServe selects.
    #[error("{patch} sets {fields} for the same name, and with that KServe would not select {runtime}")]
    Overlaid {
        /// The place of what sets it.
        patch: String,
        /// What it sets.
        fields: String,
        /// The runtime to pin.
        runtime: String,
    },
    /// In which namespace it will live is not known, and matters.
    #[error("it names no namespace, and namespaced runtimes could matter: {0}")]
    NoNamespace(&'static str),
    /// The text cannot be changed without touching more than the pin.
    #[error("its text cannot be edited safely: {problem}")]
    Text {
        /// The place of the problem.
        position: Option<Position>,
        /// What stands against it.
        problem: String,
    },
}

/// What a user can allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// A service may get another runtime, protocol or image.
    Move,
    /// A graph's step may call another URL.
    GraphChange,
}

/// The kinds of refusals, which policies tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// KServe itself finds no runtime.
    NoRuntime,
    /// Knowing more could lift it.
    LackOfKnowledge,
    /// Writing would do harm.
    Guard,
}

impl Refusal {
    /// A text that cannot be changed, for no reason that has a place of its own.
    pub(super) fn text(problem: impl Into<String>) -> Self {
        Self::Text { position: None, problem: problem.into() }
    }

    /// The place of the problem in the text of the manifest, where it has one.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Text { position, .. } => *position,
            _ => None,
        }
    }

    /// Why an outcome is nothing to write down.
    #[must_use]
    pub fn of(outcome: &Outcome<'_>) -> Self {
        match outcome {
            Outcome::Failed(Failure::NothingToServe) => Self::NothingToServe,
            Outcome::Failed(failure) => Self::Unresolved { reason: failure.reason(), message: failure.message() },
            Outcome::Undecided(tied) => {
                Self::Undecided { tied: tied.iter().map(|runtime| runtime.id.to_string()).collect() }
            }
            _ => Self::Unknown,
        }
    }

    /// What the user could allow so that it is done all the same.
    #[must_use]
    pub fn permission(&self) -> Option<Permission> {
        match self {
            Self::Moves { .. } | Self::MovesCanary { .. } | Self::Drifted { .. } => Some(Permission::Move),
            Self::GraphChange { .. } | Self::UnreadGraphs { .. } => Some(Permission::GraphChange),
            _ => None,
        }
    }

    /// Which of two policies says what is to be done about it; none where a guard says no, which cannot be skipped.
    #[must_use]
    pub fn policy<P>(&self, on_unresolved: P, on_undecided: P) -> Option<P> {
        match self.ground() {
            Ground::NoRuntime => Some(on_unresolved),
            Ground::LackOfKnowledge => Some(on_undecided),
            Ground::Guard => None,
        }
    }

    /// What could lift it.
    #[must_use]
    pub fn ground(&self) -> Ground {
        match self {
            Self::Unresolved { .. } | Self::NothingToServe => Ground::NoRuntime,
            Self::Undecided { .. } | Self::Unknown => Ground::LackOfKnowledge,
            _ => Ground::Guard,
        }
    }
}
