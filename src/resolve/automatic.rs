//! The choice among all runtimes, when a model names none: the namespace's own first, then the cluster's.

use std::cmp::Ordering;

use crate::kserve::ServingRuntime;

use super::eligibility::{failed_automatic, label_of, serves_labelled};
use super::order::{self, Runtimes, known_order, priority, protocol_rank};
use super::{Asked, Candidate, Failure, Outcome, RankReason, Resolution, Resolver, Verdict, go_sort};

/// Up to this many elements Go's `sort.Slice` is an insertion sort, which keeps ties in order.
const STABLE_UP_TO: usize = 12;

/// A runtime that may be selected, and its priority for the model's format.
#[derive(Clone, Copy)]
struct Supporting<'i> {
    runtime: &'i ServingRuntime,
    priority: Option<i32>,
}

/// What a scope's own order says about its first place.
enum First<'i> {
    Nobody,
    One(&'i ServingRuntime),
    Open(Vec<&'i ServingRuntime>),
}

pub(super) fn outcome<'i>(resolver: &Resolver<'i>, namespace: &str, asked: &Asked<'_>) -> Outcome<'i> {
    if !resolver.inventory.knows_namespace(namespace) {
        return Outcome::Unknown;
    }
    let label = label_of(asked);
    if let Some(own) = resolver.namespaces.get(namespace)
        && let Some(outcome) = outcome_of_scope(resolver, own, asked, &label)
    {
        return outcome;
    }
    if !resolver.inventory.knows_cluster() {
        return Outcome::Unknown;
    }
    outcome_of_scope(resolver, &resolver.cluster, asked, &label).unwrap_or(Outcome::Failed(Failure::NoRuntime))
}

fn outcome_of_scope<'i>(
    resolver: &Resolver<'i>,
    scope: &Runtimes<'i>,
    asked: &Asked<'_>,
    label: &str,
) -> Option<Outcome<'i>> {
    match first(resolver, supporting(resolver, scope, asked, label)) {
        First::Nobody => None,
        First::One(runtime) => Some(Outcome::Selected(runtime)),
        First::Open(tied) => Some(Outcome::Undecided(tied)),
    }
}

/// The runtimes of a scope that may be selected, in the order before priorities count.
fn supporting<'i>(
    resolver: &Resolver<'i>,
    scope: &Runtimes<'i>,
    asked: &Asked<'_>,
    label: &str,
) -> Vec<Supporting<'i>> {
    let labelled = scope.labelled(label);
    let mut supporting = Vec::with_capacity(labelled.len());
    for runtime in labelled.iter().copied().filter(|runtime| serves_labelled(runtime, asked, resolver.release)) {
        let orders = resolver.release.orders_by_priority();
        let priority = if orders { priority(runtime, &asked.model.format.value) } else { None };
        supporting.push(Supporting { runtime, priority });
    }
    supporting
}

/// Who comes first, without ordering the rest unless Go's unstable sort makes the rest matter.
fn first<'i>(resolver: &Resolver<'_>, mut supporting: Vec<Supporting<'i>>) -> First<'i> {
    let top_priority = supporting.iter().map(|one| one.priority).max().flatten();
    let top = supporting.iter().filter(|one| one.priority == top_priority).map(|one| one.runtime);
    let top: Vec<&ServingRuntime> = top.collect();
    match top[..] {
        [] => First::Nobody,
        [only] => First::One(only),
        _ if !is_unstable(resolver, supporting.len()) => first_of_equals(&top),
        _ if has_unknown_order(&supporting) => First::Open(top),
        _ => {
            by_priority(resolver, &mut supporting);
            First::One(supporting[0].runtime)
        }
    }
}

/// Among runtimes of equal priority, in their order: those that no other one certainly precedes.
fn first_of_equals<'i>(equals: &[&'i ServingRuntime]) -> First<'i> {
    let precedes = |one: &ServingRuntime, other: &ServingRuntime| known_order(one, other).is_some_and(Ordering::is_lt);
    if let [first, others @ ..] = equals
        && others.iter().all(|other| precedes(first, other))
    {
        return First::One(first);
    }
    let lowest = equals.iter().map(|runtime| protocol_rank(runtime)).min();
    let in_front = equals.iter().copied().filter(|runtime| Some(protocol_rank(runtime)) == lowest);
    let open: Vec<_> = in_front.filter(|one| !equals.iter().any(|other| precedes(other, one))).collect();
    match open[..] {
        [only] => First::One(only),
        _ => First::Open(open),
    }
}

fn is_unstable(resolver: &Resolver<'_>, candidates: usize) -> bool {
    let release = resolver.release;
    candidates > STABLE_UP_TO && release.orders_by_priority() && !release.keeps_ties_in_order()
}

/// Two runtimes whose order their unknown ages decide stand beside each other in an order that compares names.
fn has_unknown_order(supporting: &[Supporting<'_>]) -> bool {
    supporting.windows(2).any(|pair| known_order(pair[0].runtime, pair[1].runtime).is_none())
}

/// Orders by priority as the release does. Without priorities all are equal, and the order stays.
fn by_priority(resolver: &Resolver<'_>, supporting: &mut [Supporting<'_>]) {
    if is_unstable(resolver, supporting.len()) {
        go_sort::sort(supporting, |one, other| one.priority > other.priority);
    } else {
        supporting.sort_by_key(|one| std::cmp::Reverse(one.priority));
    }
}

pub(super) fn is_eligible(resolver: &Resolver<'_>, runtime: &ServingRuntime, asked: &Asked<'_>) -> bool {
    failed_automatic(runtime, asked, &label_of(asked), resolver.release).is_empty()
}

/// The eligible runtimes, the namespace's own first, each scope by priority.
pub(super) fn eligible<'i>(
    resolver: &Resolver<'i>,
    resolution: &Resolution<'i>,
    asked: &Asked<'_>,
) -> Vec<Candidate<'i>> {
    let label = label_of(asked);
    let scopes = [resolver.namespaces.get(resolution.namespace), Some(&resolver.cluster)];
    let of_scope = |scope| {
        let mut supporting = supporting(resolver, scope, asked, &label);
        by_priority(resolver, &mut supporting);
        supporting
    };
    let eligible = scopes.into_iter().flatten().flat_map(of_scope);
    eligible.map(|one| eligible_candidate(resolver, resolution, asked, one.runtime)).collect()
}

pub(super) fn candidates<'i>(
    resolver: &Resolver<'i>,
    resolution: &Resolution<'i>,
    asked: &Asked<'_>,
    all: bool,
) -> Vec<Candidate<'i>> {
    let (label, format) = (label_of(asked), asked.model.format.value.as_str());
    let names_format =
        |runtime: &ServingRuntime| runtime.supported_model_formats.iter().any(|entry| entry.name == format);
    let looked_at = resolver.visible(resolution.namespace).filter(|runtime| all || names_format(runtime));
    let ineligible = looked_at.filter_map(|runtime| {
        let failed = failed_automatic(runtime, asked, &label, resolver.release);
        let verdict = Verdict::Ineligible(failed);
        (!failed.is_empty()).then(|| Candidate { runtime, priority: priority(runtime, format), verdict })
    });
    eligible(resolver, resolution, asked).into_iter().chain(ineligible).collect()
}

fn eligible_candidate<'i>(
    resolver: &Resolver<'_>,
    resolution: &Resolution<'i>,
    asked: &Asked<'_>,
    runtime: &'i ServingRuntime,
) -> Candidate<'i> {
    let verdict = match &resolution.outcome {
        Outcome::Selected(selected) if selected.id == runtime.id => Verdict::Selected,
        Outcome::Selected(selected) => Verdict::Outranked(outranked_by(resolver, selected, runtime, asked)),
        Outcome::Undecided(tied) if tied.iter().any(|one| one.id == runtime.id) => Verdict::Tied,
        _ => Verdict::Outranked(RankReason::Unresolved),
    };
    Candidate { runtime, priority: priority(runtime, &asked.model.format.value), verdict }
}

/// What put `selected` before `other`.
fn outranked_by(
    resolver: &Resolver<'_>,
    selected: &ServingRuntime,
    other: &ServingRuntime,
    asked: &Asked<'_>,
) -> RankReason {
    let rank = |runtime: &ServingRuntime| priority(runtime, &asked.model.format.value);
    if selected.id.scope != other.id.scope {
        RankReason::Namespace
    } else if resolver.release.orders_by_priority() && rank(selected) != rank(other) {
        RankReason::Priority
    } else if known_order(selected, other).is_none_or(Ordering::is_gt) {
        RankReason::UnstableSort
    } else if order::protocol_rank(selected) != order::protocol_rank(other) {
        RankReason::Protocol
    } else if selected.age != other.age {
        RankReason::Age
    } else {
        RankReason::Name
    }
}
