//! A service that names no namespace may come to live in any: what is written into it must be right in all of them.

use crate::resolve::{Resolution, Resolver};

use super::{Decision, Refusal, Terms, decide};

/// No object lives in a namespace without a name: it stands for all that have no runtimes of their own.
const WITHOUT_RUNTIMES: &str = "";

/// What is to be done about the service of `resolution` whatever its namespace; refused where that depends on the
/// namespace, with `advice` how to say which it is.
#[must_use]
pub fn decide_in_any_namespace<'i>(
    resolver: &Resolver<'i>,
    resolution: &Resolution<'i>,
    terms: Terms,
    advice: &'static str,
) -> Decision<'i> {
    let decision = decide(resolver, resolution, terms);
    let mut namespaces = resolver.namespaces().peekable();
    if namespaces.peek().is_none() {
        return decision;
    }
    let same = |namespace| {
        let there = decide(resolver, &resolver.resolve_in(namespace, resolution.service), terms);
        // Whichever runtime its name means there: nothing is to be done in either.
        let settled = matches!((&there, &decision), (Decision::Settled(_), Decision::Settled(_)));
        settled || there == decision
    };
    if namespaces.chain([WITHOUT_RUNTIMES]).all(same) {
        decision
    } else {
        Decision::Refused(Refusal::NoNamespace(advice))
    }
}
