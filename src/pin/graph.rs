//! The URL by which an `InferenceGraph` calls a service follows the service's `runtime` field, so that a pin alone can
//! turn `/v1/models/NAME:predict` into `/v2/models/NAME/infer`
//! (<https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/utils/utils.go>,
//! `GetPredictorEndpoint`).

use crate::kserve::ServingRuntime;
use crate::resolve::{Mode, Outcome, Resolution, Resolver};

use super::Refusal;

/// The first graph that would call the service otherwise `after` the change.
pub(super) fn change(resolver: &Resolver<'_>, now: &Resolution<'_>, after: &Resolution<'_>) -> Option<Refusal> {
    if now.service.transformer || !resolver.release().graphs_follow_named_runtime() {
        return None;
    }
    let (from, to) = (called_over(now), called_over(after));
    if from == to {
        return None;
    }
    let graph = resolver.inventory().graphs_calling(now.service).next()?;
    Some(Refusal::GraphChange { graph: graph.name.clone(), from, to })
}

/// The protocol of the URL.
fn called_over(resolution: &Resolution<'_>) -> String {
    let asked = resolution.asked.as_ref().and_then(|asked| asked.model.extension.protocol_version.as_ref());
    let own = asked.map_or("v1", |protocol| protocol.value.as_str());
    match (resolution.mode, &resolution.outcome) {
        (Mode::Explicit, Outcome::Selected(runtime)) => of_named(runtime, own),
        _ => own.to_owned(),
    }
}

/// The first of v1 and v2 that the runtime lists; a list without either is an error of the graph.
fn of_named(runtime: &ServingRuntime, own: &str) -> String {
    let mut listed = runtime.protocol_versions.iter();
    match listed.find(|protocol| matches!(protocol.as_str(), "v1" | "v2")) {
        Some(protocol) => protocol.clone(),
        None if runtime.protocol_versions.is_empty() => own.to_owned(),
        None => "no protocol at all".to_owned(),
    }
}
