//! Why a service's runtime is another one than it was, in a few words.

use crate::change::{Drift, Move, Movement, RuntimeDrift};
use crate::explain;
use crate::kserve::{ImageDrift, RuntimeId};
use crate::resolve::{Outcome, Resolution, Resolver};

/// Why a service's runtime is another one than KServe recorded, or still the same.
pub(super) fn why_drift(resolver: &Resolver<'_>, drift: &Drift<'_>) -> String {
    let now = || explain::why(resolver, &drift.resolution);
    let runtime = match drift.runtime {
        RuntimeDrift::Moved { recorded, .. }
        | RuntimeDrift::Vanished { recorded, .. }
        | RuntimeDrift::Lost { recorded, .. } => why_not_any_more(resolver, &drift.resolution, recorded),
        RuntimeDrift::NotRecorded => format!("{}; {}", not_recorded(resolver), now()),
        RuntimeDrift::Same | RuntimeDrift::Open { .. } | RuntimeDrift::NotApplicable => now(),
    };
    let why = match (drift.image_drift(), &drift.recorded_image, drift.image()) {
        (ImageDrift::Differs, Some(recorded), Some(image)) => {
            format!("{runtime}; it runs {recorded}, and KServe would write {image}")
        }
        _ => runtime,
    };
    if drift.held && drift.is_finding() { format!("{why}; {HELD}") } else { why }
}

/// Why a service does not take what KServe would make of it now.
pub(super) const HELD: &str = "KServe leaves the service alone while it is ready (disable-auto-update)";

fn not_recorded(resolver: &Resolver<'_>) -> String {
    match resolver.release() {
        release if release.reports_runtime() => "KServe recorded no runtime".to_owned(),
        release => format!("KServe {release} records no runtime"),
    }
}

/// Why a service's runtime is another one than under a snapshot, or still the same; `resolver` is that of now.
pub(super) fn why_move(resolver: &Resolver<'_>, moved: &Move<'_>) -> String {
    match moved.movement {
        Movement::Moved { before, .. } | Movement::Lost { before } => {
            why_not_any_more(resolver, &moved.now, &before.id)
        }
        Movement::Open => explain::why(resolver, if is_open(&moved.now) { &moved.now } else { &moved.before }),
        _ => explain::why(resolver, &moved.now),
    }
}

fn is_open(resolution: &Resolution<'_>) -> bool {
    matches!(resolution.outcome, Outcome::Undecided(_) | Outcome::Unknown)
}

/// What keeps a service from the runtime that it had.
fn why_not_any_more(resolver: &Resolver<'_>, resolution: &Resolution<'_>, runtime: &RuntimeId) -> String {
    let now = explain::why(resolver, resolution);
    if resolver.inventory().lacks(runtime) {
        return format!("{runtime} does not exist any more; {now}");
    }
    match (explain::why_not(resolver, resolution, runtime), &resolution.outcome) {
        (Some(against), Outcome::Selected(_)) => against,
        (Some(against), _) => format!("{now}; {against}"),
        (None, _) => now,
    }
}
