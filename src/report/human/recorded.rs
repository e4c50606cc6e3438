//! What is known of a live service beside the answer: the runtime in its status, the image in its Deployment.

use crate::kserve::{ImageDrift, compare_images};
use crate::report::reason::HELD;
use crate::resolve::{Outcome, Resolution, Resolver};

/// What the controller wrote into the status, and whether it would write the same now. A status names no canary's.
pub(super) fn runtime_in_words(resolver: &Resolver<'_>, resolution: &Resolution<'_>) -> Option<String> {
    let recorded = resolution.service.recorded_runtime.as_ref().filter(|_| resolution.canary.is_none())?;
    let reported = resolution.served.as_ref().and_then(|served| served.reported);
    let word = match &resolution.outcome {
        Outcome::Selected(runtime) if runtime.id == *recorded => "as now",
        Outcome::Selected(_) if reported.is_some_and(|runtime| runtime.id == *recorded) => "as now",
        Outcome::Selected(_) if is_held(resolver, resolution) => HELD,
        Outcome::Selected(_) => "KServe takes the other one when it looks at the service again",
        _ => "what it last ran with",
    };
    Some(format!("{recorded}: {word}"))
}

/// The image that runs, and whether KServe would write the same now.
pub(super) fn image_in_words(resolver: &Resolver<'_>, resolution: &Resolution<'_>) -> Option<String> {
    let running = resolver.inventory().running_image(resolution.service, resolution.canary)?;
    let image = resolution.served.as_ref().and_then(|served| served.image.as_deref().ok());
    let word = match (compare_images(Some(running), image), is_held(resolver, resolution)) {
        (ImageDrift::Same, _) => "as now",
        (ImageDrift::Differs, true) => HELD,
        (ImageDrift::Differs, false) => "KServe writes the other one when it looks at the service again",
        (ImageDrift::Unknown, _) => return Some(running.to_owned()),
    };
    Some(format!("{running} ({word})"))
}

fn is_held(resolver: &Resolver<'_>, resolution: &Resolution<'_>) -> bool {
    resolution.service.auto_update_disabled && resolver.release().leaves_disabled_auto_update_alone()
}
