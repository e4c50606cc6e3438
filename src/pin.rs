//! What to write where, or why not. Nothing is written unless resolving the changed service again gives what it gave
//! before: the same runtime, protocol and image, and the same URL in every graph.

mod graph;
mod namespace;
mod operations;
mod patch;
mod piece;
mod recorded;
mod refusal;
mod rewrite;

use crate::kserve::{Framework, InferenceService, ServingRuntime};
use crate::object::{Placed, Position};
use crate::resolve::{Failure, Mode, NotApplicable, Outcome, Resolution, Resolver};
pub use namespace::decide_in_any_namespace;
pub use operations::operations;
pub use patch::{Patch, patch};
pub use recorded::decide_live;
pub use refusal::{Ground, Permission, Refusal};
pub use rewrite::{Wish, Written, rewrite, rewrite_item};

/// What is wanted, and what may come of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What is wanted.
    pub wanted: Wanted,
    /// A graph's step may call another URL.
    pub allow_graph_change: bool,
    /// A service may get another runtime, protocol or image.
    pub allow_move: bool,
}

/// What is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// A pin for each service that has none.
    #[default]
    Pin,
    /// A pin for each service, as if it had none.
    Repin,
    /// No pins.
    Unpin,
}

/// What is to be done about a service.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision<'i> {
    /// Write this.
    Write(Change<'i>),
    /// It names this runtime already, and gets it; none when no pin is wanted and none is there.
    Settled(Option<&'i ServingRuntime>),
    /// It names a runtime already, and does not get it.
    Broken(BrokenPin<'i>),
    /// KServe selects no runtime for it.
    NotApplicable(NotApplicable),
    /// Its runtime is not known, or writing would change something.
    Refused(Refusal),
}

/// A pin to a runtime that KServe does not accept.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{} {} is broken ({}: {})", whose(.canary.as_deref()), shown(.runtime), .failure.reason(), .failure.message())]
pub struct BrokenPin<'i> {
    /// The canary that does not get it; none for the stable predictor.
    pub canary: Option<String>,
    /// The runtime's name.
    pub runtime: String,
    /// What KServe says.
    pub failure: Failure<'i>,
}

/// What is to be written into a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<'i> {
    /// The runtime it gets afterwards.
    pub runtime: &'i ServingRuntime,
    /// The protocolVersion it is served over afterwards.
    pub protocol: String,
    /// The image that serves it afterwards.
    pub image: Option<String>,
    /// The field is removed, not set.
    pub removes: bool,
    /// The predictor's framework key becomes `model`, with this protocolVersion where KServe's webhook sets one.
    pub framework: Option<(Framework, Option<&'static str>)>,
    /// The service is multi-node: KServe puts its generation on its pods, so that any change of its spec restarts them.
    pub restarts: bool,
}

/// What is to be done about the service of `resolution`.
#[must_use]
pub fn decide<'i>(resolver: &Resolver<'i>, resolution: &Resolution<'i>, terms: Terms) -> Decision<'i> {
    if let Some(contradiction) = contradiction(resolution.service) {
        return Decision::Refused(contradiction);
    }
    match (&resolution.outcome, resolution.mode, terms.wanted) {
        (Outcome::NotApplicable(why), ..) => Decision::NotApplicable(*why),
        (Outcome::Failed(Failure::NothingToServe), ..) => Decision::Refused(Refusal::NothingToServe),
        (_, Mode::Automatic, Wanted::Unpin) => Decision::Settled(None),
        (_, Mode::Automatic, _) if terms.allow_move => {
            // What KServe's webhook makes of a stored service is a move, too.
            set(resolver, resolution, &resolver.resolve_changed(resolution, |_| {}), terms)
        }
        (_, Mode::Automatic, _) => set(resolver, resolution, resolution, terms),
        (Outcome::Selected(runtime), Mode::Explicit, Wanted::Pin) => {
            broken_canary(resolver, resolution).map_or(Decision::Settled(Some(runtime)), Decision::Broken)
        }
        (Outcome::Failed(failure), Mode::Explicit, Wanted::Pin) => Decision::Broken(broken(resolution, *failure)),
        (_, Mode::Explicit, Wanted::Pin) => Decision::Refused(Refusal::Unknown),
        (_, Mode::Explicit, Wanted::Repin) => set(resolver, resolution, &unpinned(resolver, resolution), terms),
        (_, Mode::Explicit, Wanted::Unpin) => remove(resolver, resolution, &unpinned(resolver, resolution), terms),
    }
}

fn whose(canary: Option<&str>) -> String {
    canary.map_or_else(|| "its pin to".to_owned(), |canary| format!("the pin of its canary {canary} to"))
}

/// An empty name can be seen, too.
fn shown(name: &str) -> &str {
    if name.is_empty() { "\"\"" } else { name }
}

fn broken<'i>(resolution: &Resolution<'i>, failure: Failure<'i>) -> BrokenPin<'i> {
    let named = resolution.asked.as_ref().and_then(|asked| asked.model.runtime.as_ref());
    let runtime = named.map(|runtime| runtime.value.clone()).unwrap_or_default();
    BrokenPin { canary: resolution.canary.map(str::to_owned), runtime, failure }
}

/// The first canary that gets no runtime: it names one of its own, or cannot be served by the stable predictor's.
fn broken_canary<'i>(resolver: &Resolver<'i>, stable: &Resolution<'i>) -> Option<BrokenPin<'i>> {
    resolver.resolve_canaries(stable).iter().find_map(|canary| match canary.outcome {
        Outcome::Failed(failure) => Some(broken(canary, failure)),
        _ => None,
    })
}

/// What a predictor says twice, so that KServe ignores one of the two.
fn contradiction(service: &InferenceService) -> Option<Refusal> {
    let (kept, dropped) = service.predictor.contradiction()?;
    Some(Refusal::Contradiction { kept, dropped })
}

fn unpinned<'i>(resolver: &Resolver<'i>, resolution: &Resolution<'i>) -> Resolution<'i> {
    resolver.resolve_changed(resolution, |model| model.runtime = None)
}

/// Sets the runtime that `selected` found for a service that is `now` so.
fn set<'i>(resolver: &Resolver<'i>, now: &Resolution<'i>, selected: &Resolution<'i>, terms: Terms) -> Decision<'i> {
    let runtime = match &selected.outcome {
        Outcome::Selected(runtime) => *runtime,
        outcome => return Decision::Refused(Refusal::of(outcome)),
    };
    if now.mode == Mode::Explicit && now.outcome == selected.outcome {
        return Decision::Settled(Some(runtime));
    }
    let name = Placed::new(runtime.id.name.clone(), Position::default());
    let after = resolver.resolve_changed(now, |model| model.runtime = Some(name));
    write(resolver, now, selected, &after, terms, false)
}

/// Removes the runtime from a service that is `now` so and gets what `after` says without it.
fn remove<'i>(resolver: &Resolver<'i>, now: &Resolution<'i>, after: &Resolution<'i>, terms: Terms) -> Decision<'i> {
    match &after.outcome {
        Outcome::Selected(_) => write(resolver, now, after, after, terms, true),
        outcome => Decision::Refused(Refusal::of(outcome)),
    }
}

/// Writes, unless `after` is not what was `wanted` or not what it is `now`.
fn write<'i>(
    resolver: &Resolver<'i>,
    now: &Resolution<'i>,
    wanted: &Resolution<'i>,
    after: &Resolution<'i>,
    terms: Terms,
    removes: bool,
) -> Decision<'i> {
    let refusal = difference(wanted, after)
        .or_else(|| if terms.allow_move { None } else { moves(now, after) })
        .or_else(|| change_of_canary(resolver, now, after, terms))
        .or_else(|| if terms.allow_graph_change { None } else { graph::change(resolver, now, after) });
    if let Some(refusal) = refusal {
        return Decision::Refused(refusal);
    }
    let (Outcome::Selected(runtime), Some(asked), Some(served)) = (&wanted.outcome, &now.asked, &after.served) else {
        return Decision::Refused(Refusal::Unknown);
    };
    Decision::Write(Change {
        runtime,
        protocol: served.protocol.clone(),
        image: served.image.clone().ok(),
        removes,
        framework: asked.framework.map(|framework| (framework, asked.webhook_protocol())),
        restarts: asked.worker_spec && resolver.release().matches_worker_spec(),
    })
}

/// The changed service must get what was wanted: a namespaced runtime of the same name would be found first, and some
/// names bring a protocol of their own.
fn difference(wanted: &Resolution<'_>, after: &Resolution<'_>) -> Option<Refusal> {
    let Outcome::Selected(selected) = wanted.outcome else { return Some(Refusal::Unknown) };
    let found = match after.outcome {
        Outcome::Selected(found) => found,
        Outcome::Failed(failure) => match failure.runtime() {
            Some(found) => found,
            None => return Some(Refusal::Unknown),
        },
        _ => return Some(Refusal::Unknown),
    };
    if found.id != selected.id {
        return Some(Refusal::Shadowed { selected: selected.id.to_string(), found: found.id.to_string() });
    }
    if let Outcome::Failed(failure) = after.outcome {
        let runtime = selected.id.to_string();
        return Some(Refusal::Breaks { runtime, reason: failure.reason(), message: failure.message() });
    }
    served_otherwise(wanted, after)
}

/// A service that is served now must not be served otherwise; one that is not served cannot be moved.
fn moves(now: &Resolution<'_>, after: &Resolution<'_>) -> Option<Refusal> {
    let (Outcome::Selected(before), Outcome::Selected(found)) = (&now.outcome, &after.outcome) else { return None };
    if before.id != found.id {
        return Some(Refusal::Moves { what: "runtime", from: before.id.to_string(), to: found.id.to_string() });
    }
    served_otherwise(now, after)
}

/// A canary inherits from the stable predictor what it does not say: it must get a runtime after the change if it does now,
/// and the same one unless moves are allowed.
fn change_of_canary(
    resolver: &Resolver<'_>,
    now: &Resolution<'_>,
    after: &Resolution<'_>,
    terms: Terms,
) -> Option<Refusal> {
    let (before, after) = (resolver.resolve_canaries(now), resolver.resolve_canaries(after));
    before.iter().zip(&after).find_map(|(before, after)| {
        let canary = before.canary.unwrap_or_default().to_owned();
        match (&before.outcome, &after.outcome) {
            (Outcome::Selected(runtime), Outcome::Failed(failure)) => Some(Refusal::BreaksCanary {
                canary,
                runtime: runtime.id.to_string(),
                reason: failure.reason(),
                message: failure.message(),
            }),
            (Outcome::Selected(_), Outcome::Selected(_)) if !terms.allow_move => {
                moves(before, after).map(|moved| Refusal::MovesCanary { canary, moved: Box::new(moved) })
            }
            _ => None,
        }
    })
}

fn served_otherwise(before: &Resolution<'_>, after: &Resolution<'_>) -> Option<Refusal> {
    let (Some(before), Some(after)) = (&before.served, &after.served) else { return Some(Refusal::Unknown) };
    let moves = |what, from: &str, to: &str| Some(Refusal::Moves { what, from: from.to_owned(), to: to.to_owned() });
    if before.protocol != after.protocol {
        return moves("protocol", &before.protocol, &after.protocol);
    }
    if before.image != after.image {
        let unknown = "an unknown one";
        let (before, after) = (before.image.as_deref(), after.image.as_deref());
        return moves("image", before.unwrap_or(unknown), after.unwrap_or(unknown));
    }
    None
}
