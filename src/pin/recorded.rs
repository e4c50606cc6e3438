//! What the controller recorded of a live service. It resolves a service anew whenever its spec is written, so that a pin
//! can move one that has drifted: to the runtime and the image of now, from those that it runs on.

use crate::kserve::{ImageDrift, compare_images};
use crate::resolve::{Resolution, Resolver};

use super::{Change, Decision, Refusal, Terms, decide};

/// What is to be done about the live service of `resolution`: nothing that moves it from the runtime in its status, or from
/// the image of its `Deployment` where that was read.
#[must_use]
pub fn decide_live<'i>(resolver: &Resolver<'i>, resolution: &Resolution<'i>, terms: Terms) -> Decision<'i> {
    let decision = decide(resolver, resolution, terms);
    let Decision::Write(change) = &decision else { return decision };
    match drifted(resolver, resolution, change) {
        Some(refusal) if !terms.allow_move => Decision::Refused(refusal),
        _ => decision,
    }
}

fn drifted(resolver: &Resolver<'_>, resolution: &Resolution<'_>, change: &Change<'_>) -> Option<Refusal> {
    let service = resolution.service;
    match &service.recorded_runtime {
        Some(recorded) if change.runtime.id != *recorded => {
            Some(Refusal::Drifted { recorded: recorded.to_string(), selected: change.runtime.id.to_string() })
        }
        _ => {
            let (running, image) = (resolver.inventory().running_image(service, None)?, change.image.as_deref()?);
            let differs = compare_images(Some(running), Some(image)) == ImageDrift::Differs;
            let called = |image| format!("image {image}");
            differs.then(|| Refusal::Drifted { recorded: called(running), selected: called(image) })
        }
    }
}
