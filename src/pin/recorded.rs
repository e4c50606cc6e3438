//! What the controller recorded of a live service. It resolves a service anew whenever its spec is written, so that a pin
//! can move one that has drifted: to the runtime that is selected now, from the one that it runs on.

use crate::resolve::{Resolution, Resolver};

use super::{Decision, Refusal, Terms, decide};

/// What is to be done about the live service of `resolution`: nothing that moves it from the runtime in its status.
#[must_use]
pub fn decide_live<'i>(resolver: &Resolver<'i>, resolution: &Resolution<'i>, terms: Terms) -> Decision<'i> {
    let decision = decide(resolver, resolution, terms);
    let (Decision::Write(change), Some(recorded)) = (&decision, &resolution.service.recorded_runtime) else {
        return decision;
    };
    if terms.allow_move || change.runtime.id == *recorded {
        return decision;
    }
    Decision::Refused(Refusal::Drifted { recorded: recorded.to_string(), selected: change.runtime.id.to_string() })
}
