//! Why a predictor gets its runtime, or none: every candidate's facts, near misses, and hints that were proven by
//! resolving again.

mod detail;
mod hint;
mod near;

pub use detail::{behind, detail, list, priority_in_words};
pub use hint::{Change, Hint};
pub use near::NearMiss;

use crate::inventory::Inventory;
use crate::kserve::{RuntimeId, Scope, ServingRuntime};
use crate::object::{Position, Source};
use crate::resolve::{Asked, Candidate, Failure, Mode, Outcome, Resolution, Resolver, Rule, Verdict};

/// Everything worth saying about one answer.
#[derive(Debug)]
pub struct Explanation<'i> {
    /// The answer.
    pub resolution: Resolution<'i>,
    /// The runtimes that were looked at, the eligible ones first and in KServe's order.
    pub candidates: Vec<Candidate<'i>>,
    /// How many visible runtimes are not among the candidates, because they do not name the model's format.
    pub others: usize,
    /// What almost matched.
    pub near_misses: Vec<NearMiss<'i>>,
    /// At most two ways out, each proven.
    pub hints: Vec<Hint<'i>>,
}

/// Explains `resolution`. `all` lists every visible runtime, not only those that name the model's format.
#[must_use]
pub fn explain<'i>(resolver: &Resolver<'i>, resolution: Resolution<'i>, all: bool) -> Explanation<'i> {
    let candidates = resolver.candidates(&resolution, all);
    let others = match resolution.mode {
        Mode::Automatic => resolver.visible(resolution.namespace).count() - candidates.len(),
        Mode::Explicit => 0,
    };
    let near_misses = near::near_misses(resolver, &resolution);
    let hints = hint::hints(resolver, &resolution, &candidates, &near_misses);
    Explanation { resolution, candidates, others, near_misses, hints }
}

/// The place of the field that the answer turns on: what was asked for, or what is wrong with it.
#[must_use]
pub fn place(resolution: &Resolution<'_>) -> Option<Source> {
    let source = resolution.service.source.as_ref()?;
    let Some(asked) = &resolution.asked else { return Some(source.at(resolution.service.predictor.position)) };
    let position = deciding_position(&resolution.outcome, asked);
    Some(if position == Position::default() { source.at(asked.model.extension.position) } else { source.at(position) })
}

/// The place of the model: its `modelFormat`, its framework key, or the predictor.
#[must_use]
pub fn place_of_model(resolution: &Resolution<'_>) -> Option<Source> {
    let source = resolution.service.source.as_ref()?;
    Some(
        source
            .at(resolution.asked.as_ref().map_or(resolution.service.predictor.position, |asked| asked.model.position)),
    )
}

fn deciding_position(outcome: &Outcome<'_>, asked: &Asked<'_>) -> Position {
    let model = &asked.model;
    let of = |placed: &Option<crate::object::Placed<String>>| placed.as_ref().map(|placed| placed.position);
    let named = match outcome {
        Outcome::Failed(Failure::NotFound | Failure::Disabled(_)) => of(&model.runtime),
        Outcome::Failed(Failure::Protocol(_)) => of(&model.extension.protocol_version).or(of(&model.runtime)),
        _ => None,
    };
    named.filter(|position| *position != Position::default()).unwrap_or(model.format.position)
}

/// What decided for the selected runtime, in a few words.
#[must_use]
pub fn why(resolver: &Resolver<'_>, resolution: &Resolution<'_>) -> String {
    match &resolution.outcome {
        Outcome::Selected(_) if resolution.mode == Mode::Explicit && is_inherited(resolution) => {
            "inherited from the stable predictor".to_owned()
        }
        Outcome::Selected(_) if resolution.mode == Mode::Explicit => "named in runtime".to_owned(),
        Outcome::Selected(_) => why_selected(resolver, resolution),
        Outcome::Undecided(tied) => format!("{} runtimes tie, and their ages are unknown", tied.len()),
        Outcome::Unknown => "not all runtimes could be read".to_owned(),
        Outcome::Failed(failure) => why_failed(*failure, resolution),
        Outcome::NotApplicable(why) => detail::not_applicable(*why).to_owned(),
    }
}

/// Whether a canary's runtime is the stable predictor's.
fn is_inherited(resolution: &Resolution<'_>) -> bool {
    let runtime = resolution.asked.as_ref().and_then(|asked| asked.model.runtime.as_ref());
    resolution.canary.is_some() && runtime.is_some_and(|runtime| runtime.position == Position::default())
}

fn why_selected(resolver: &Resolver<'_>, resolution: &Resolution<'_>) -> String {
    match &resolver.eligible(resolution)[..] {
        [first, second, ..] => match second.verdict {
            Verdict::Outranked(reason) => detail::ahead(reason, first, second),
            _ => String::new(),
        },
        _ => why_alone(resolver, resolution.namespace),
    }
}

/// The only one that fits. Where the cluster's were not read, it is one of the namespace's own, and those decide.
fn why_alone(resolver: &Resolver<'_>, namespace: &str) -> String {
    let visible = || resolver.visible(namespace);
    if resolver.inventory().knows_cluster() {
        return match visible().count() {
            1 => "the only runtime there is".to_owned(),
            count => format!("the only one of {count} runtimes that fits"),
        };
    }
    match visible().filter(|runtime| runtime.id.scope != Scope::Cluster).count() {
        1 => "the namespace's only runtime, which comes before the cluster's".to_owned(),
        count => {
            format!("the only one of the namespace's {count} runtimes that fits, and those come before the cluster's")
        }
    }
}

/// What speaks against `runtime`, which was selected once: why it cannot be selected now, or what puts the selected one
/// before it. None when a runtime is asked for by name, and when `runtime` is selected or nothing is known of it.
#[must_use]
pub fn why_not(resolver: &Resolver<'_>, resolution: &Resolution<'_>, runtime: &RuntimeId) -> Option<String> {
    let asked = resolution.asked.as_ref().filter(|_| resolution.mode == Mode::Automatic)?;
    let candidates = resolver.candidates(resolution, true);
    let selected = candidates.iter().find(|candidate| candidate.verdict == Verdict::Selected);
    let Some(candidate) = candidates.iter().find(|candidate| candidate.runtime.id == *runtime) else {
        let is_behind = runtime.scope == Scope::Cluster && selected?.runtime.id.scope != Scope::Cluster;
        return is_behind.then(|| detail::before_the_clusters(&runtime.name));
    };
    match candidate.verdict {
        Verdict::Selected | Verdict::Tied => None,
        Verdict::Outranked(reason) => Some(detail::ahead(reason, selected?, candidate)),
        Verdict::Ineligible(rules) => {
            let details: Vec<String> = rules.iter().map(|rule| detail(rule, candidate.runtime, asked)).collect();
            Some(format!("{} {}", runtime.name, details.join("; ")))
        }
    }
}

/// A name as it is told: an empty one can be seen, too.
#[must_use]
pub fn shown(name: &str) -> &str {
    if name.is_empty() { "\"\"" } else { name }
}

fn why_failed(failure: Failure<'_>, resolution: &Resolution<'_>) -> String {
    let runtime = resolution.asked.as_ref().and_then(|asked| asked.model.runtime.as_ref());
    let name = runtime.map_or("", |runtime| shown(&runtime.value));
    match failure {
        Failure::NotFound => format!("no runtime is named {name}"),
        Failure::Disabled(_) => format!("{name} is disabled"),
        Failure::Protocol(runtime) => format!("{name} {}", detail::serves(runtime)),
        Failure::Format(_) => format!("{name} does not support this format or version"),
        Failure::NoRuntime => "no runtime supports it".to_owned(),
        Failure::NothingToServe => format!("{}: KServe refuses it", failure.message()),
    }
}

/// The model as KServe sees it, in words: `sklearn 1, protocol v1 (protocolVersion is unset; KServe assumes v1)`.
#[must_use]
pub fn asked_in_words(resolver: &Resolver<'_>, resolution: &Resolution<'_>) -> String {
    resolution.asked.as_ref().map_or_else(String::new, |asked| detail::asked(resolver.release(), asked))
}

/// Which of the runtimes that a namespace sees (any namespace, without one) are not known to be all there, in words.
#[must_use]
pub fn unread_in_words(inventory: &Inventory, namespace: Option<&str>) -> Option<String> {
    let own = match namespace {
        Some(namespace) if !inventory.knows_namespace(namespace) => {
            Some(format!("the ServingRuntimes of namespace {namespace}"))
        }
        None if !inventory.knows_every_namespace() => Some("the ServingRuntimes of every namespace".to_owned()),
        _ => None,
    };
    let cluster = (!inventory.knows_cluster()).then(|| "the ClusterServingRuntimes".to_owned());
    let missing: Vec<String> = own.into_iter().chain(cluster).collect();
    (!missing.is_empty()).then(|| list(&missing, "and"))
}

/// Whether the runtime names the model's format, in any version.
fn names_format(runtime: &ServingRuntime, format: &str) -> bool {
    runtime.supported_model_formats.iter().any(|entry| entry.name == format)
}

/// Whether nothing but `rule` keeps a candidate from being selected.
fn fails_only(candidate: &Candidate<'_>, rule: Rule) -> bool {
    matches!(candidate.verdict, Verdict::Ineligible(rules) if rules.is_only(rule))
}
