//! The check of the runtime that a model asks for by name: fewer rules than automatic selection has, in KServe's order.

use super::eligibility::{failed_explicit, label_of};
use super::{Asked, Candidate, Failure, Outcome, Resolution, Resolver, Rule, Verdict, order, server_type};

pub(super) fn outcome<'i>(resolver: &Resolver<'i>, namespace: &str, asked: &Asked<'_>, name: &str) -> Outcome<'i> {
    let Some(runtime) = resolver.find(namespace, name) else {
        let knows_all = resolver.inventory.knows_namespace(namespace) && resolver.inventory.knows_cluster();
        return if knows_all { Outcome::Failed(Failure::NotFound) } else { Outcome::Unknown };
    };
    if runtime.id.namespace().is_none() && !resolver.inventory.knows_namespace(namespace) {
        return Outcome::Unknown;
    }
    let failed = failed_explicit(runtime, &label_of(asked), checked_protocol(resolver, asked, name));
    if failed.contains(Rule::Disabled) {
        Outcome::Failed(Failure::Disabled(runtime))
    } else if failed.contains(Rule::ProtocolVersion) {
        Outcome::Failed(Failure::Protocol(runtime))
    } else if failed.contains(Rule::ModelFormat) {
        Outcome::Failed(Failure::Format(runtime))
    } else {
        Outcome::Selected(runtime)
    }
}

/// The protocol that is checked: the model's own, or up to v0.16 what the runtime's name alone implies.
pub(super) fn checked_protocol<'a>(resolver: &Resolver<'_>, asked: &'a Asked<'_>, name: &str) -> Option<&'a str> {
    match &asked.model.extension.protocol_version {
        Some(protocol) => Some(protocol.value.as_str()),
        None if resolver.release.sets_server_defaults_before_checks() => server_type::default_protocol_by_name(name),
        None => None,
    }
}

pub(super) fn candidates<'i>(
    resolver: &Resolver<'i>,
    resolution: &Resolution<'i>,
    asked: &Asked<'_>,
) -> Vec<Candidate<'i>> {
    let Some(name) = asked.model.runtime.as_ref().map(|runtime| runtime.value.as_str()) else { return Vec::new() };
    let Some(runtime) = resolver.find(resolution.namespace, name) else { return Vec::new() };
    let verdict = if let Outcome::Selected(_) = resolution.outcome {
        Verdict::Selected
    } else {
        let protocol = checked_protocol(resolver, asked, name);
        Verdict::Ineligible(failed_explicit(runtime, &label_of(asked), protocol))
    };
    vec![Candidate { runtime, priority: order::priority(runtime, &asked.model.format.value), verdict }]
}
