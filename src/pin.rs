//! What to write where, or why not. A pin is written only when resolving the pinned service again gives the same
//! runtime, protocol and image.

use crate::kserve::{Framework, InferenceService, ServingRuntime};
use crate::object::{Placed, Position};
use crate::resolve::{Failure, Mode, NotApplicable, Outcome, Resolution, Resolver};

/// What is to be done about a service.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision<'i> {
    /// Write the name of this runtime, the one that KServe selects.
    Pin(&'i ServingRuntime),
    /// It names this runtime already, and gets it.
    Pinned(&'i ServingRuntime),
    /// It names a runtime already, and does not get it.
    Broken(Failure<'i>),
    /// KServe selects no runtime for it.
    NotApplicable(NotApplicable),
    /// Its runtime is not known, or writing it would change something.
    Refused(Refusal),
}

/// Why a service is not pinned.
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
    /// Unknown ages decide.
    #[error("its runtime depends on the unknown ages of {}; give a snapshot with creationTimestamps", .tied.join(" and "))]
    Undecided {
        /// The runtimes that may be selected.
        tied: Vec<String>,
    },
    /// Not every runtime was read.
    #[error("its runtime depends on runtimes that were not read")]
    Unknown,
    /// The predictor has no field to write to.
    #[error("its predictor is written as {}, which has no runtime field; write it as model with modelFormat.name {}", .0.key(), .0.key())]
    Framework(Framework),
    /// The predictor says two things.
    #[error("its predictor sets both {} and {other}, and KServe ignores {other}", .framework.key())]
    Contradiction {
        /// The framework key that counts.
        framework: Framework,
        /// What does not.
        other: &'static str,
    },
    /// A namespaced runtime of the selected one's name would be found first.
    #[error("{selected} is selected, but by that name KServe would find {found}")]
    Shadowed {
        /// The runtime selected.
        selected: String,
        /// The runtime that the name would mean.
        found: String,
    },
    /// The pinned service would be served otherwise.
    #[error("pinned to {runtime}, its {what} would change from {from} to {to}")]
    Moves {
        /// The runtime.
        runtime: String,
        /// `protocol` or `image`.
        what: &'static str,
        /// As it is.
        from: String,
        /// As it would be.
        to: String,
    },
}

/// What is to be done about the service of `resolution`.
#[must_use]
pub fn decide<'i>(resolver: &Resolver<'i>, resolution: &Resolution<'i>) -> Decision<'i> {
    if let Some(contradiction) = contradiction(resolution.service) {
        return Decision::Refused(contradiction);
    }
    match (&resolution.outcome, resolution.mode) {
        (Outcome::NotApplicable(why), _) => Decision::NotApplicable(*why),
        (Outcome::Selected(runtime), Mode::Explicit) => Decision::Pinned(runtime),
        (Outcome::Failed(failure), Mode::Explicit) => Decision::Broken(*failure),
        (Outcome::Selected(runtime), Mode::Automatic) => pin(resolver, resolution, runtime),
        (Outcome::Failed(failure), Mode::Automatic) => {
            Decision::Refused(Refusal::Unresolved { reason: failure.reason(), message: failure.message() })
        }
        (Outcome::Undecided(tied), _) => {
            Decision::Refused(Refusal::Undecided { tied: tied.iter().map(|runtime| runtime.id.to_string()).collect() })
        }
        (Outcome::Unknown, _) => Decision::Refused(Refusal::Unknown),
    }
}

fn contradiction(service: &InferenceService) -> Option<Refusal> {
    let (kept, others) = service.predictor.frameworks.split_first()?;
    let other = match (service.predictor.model.is_some(), others.first()) {
        (true, _) => "model",
        (false, Some(other)) => other.framework.key(),
        (false, None) => return None,
    };
    Some(Refusal::Contradiction { framework: kept.framework, other })
}

fn pin<'i>(resolver: &Resolver<'i>, resolution: &Resolution<'i>, runtime: &'i ServingRuntime) -> Decision<'i> {
    if let Some(framework) = resolution.asked.as_ref().and_then(|asked| asked.framework) {
        return Decision::Refused(Refusal::Framework(framework));
    }
    let name = Placed::new(runtime.id.name.clone(), Position::default());
    let pinned = resolver.resolve_changed(resolution, |model| model.runtime = Some(name));
    match difference(resolution, &pinned, runtime) {
        Some(refusal) => Decision::Refused(refusal),
        None => Decision::Pin(runtime),
    }
}

/// What a pin would change besides the field it sets.
fn difference(before: &Resolution<'_>, after: &Resolution<'_>, selected: &ServingRuntime) -> Option<Refusal> {
    let found = match after.outcome {
        Outcome::Selected(found) => found,
        Outcome::Failed(failure) => failure.runtime()?,
        _ => return Some(Refusal::Unknown),
    };
    if found.id != selected.id {
        return Some(Refusal::Shadowed { selected: selected.id.to_string(), found: found.id.to_string() });
    }
    let (Some(before), Some(after)) = (&before.served, &after.served) else { return Some(Refusal::Unknown) };
    let moves = |what, from: &str, to: &str| {
        let runtime = selected.id.to_string();
        Some(Refusal::Moves { runtime, what, from: from.to_owned(), to: to.to_owned() })
    };
    if before.protocol != after.protocol {
        return moves("protocol", &before.protocol, &after.protocol);
    }
    let unknown = "an unknown one";
    if before.image != after.image {
        return moves("image", before.image.as_deref().unwrap_or(unknown), after.image.as_deref().unwrap_or(unknown));
    }
    None
}
