//! The URL by which an `InferenceGraph` calls a service follows the service's `runtime` field, so that a pin alone can
//! turn `/v1/models/NAME:predict` into `/v2/models/NAME/infer`
//! (<https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/utils/utils.go>,
//! `GetPredictorEndpoint`).

use crate::kserve::ServingRuntime;
use crate::resolve::{Mode, Outcome, Resolution, Resolver};

use super::Refusal;

/// The first graph that would call the service otherwise `after` the change, or that there may be one.
pub(super) fn change(resolver: &Resolver<'_>, now: &Resolution<'_>, after: &Resolution<'_>) -> Option<Refusal> {
    if now.service.transformer || !resolver.release().graphs_follow_named_runtime() {
        return None;
    }
    let (from, to) = (called_over(now), called_over(after));
    if from == to {
        return None;
    }
    let inventory = resolver.inventory();
    match inventory.graphs_calling(now.service).next() {
        Some(graph) => Some(Refusal::GraphChange { graph: graph.name.clone(), from: call(from), to: call(to) }),
        None if inventory.knows_graphs() => None,
        None => Some(Refusal::UnreadGraphs { from: call(from), to: call(to) }),
    }
}

/// The protocol of the URL; none where there would be no URL.
fn called_over<'a>(resolution: &'a Resolution<'_>) -> Option<&'a str> {
    let asked = resolution.asked.as_ref().and_then(|asked| asked.model.extension.protocol_version.as_ref());
    let own = asked.map_or("v1", |protocol| protocol.value.as_str());
    match (resolution.mode, &resolution.outcome) {
        (Mode::Explicit, Outcome::Selected(runtime)) => of_named(runtime, own),
        _ => Some(own),
    }
}

/// The first of v1 and v2 that the runtime lists; a list without either is an error of the graph.
fn of_named<'a>(runtime: &'a ServingRuntime, own: &'a str) -> Option<&'a str> {
    if runtime.protocol_versions.is_empty() {
        return Some(own);
    }
    let mut listed = runtime.protocol_versions.iter().map(String::as_str);
    listed.find(|protocol| matches!(*protocol, "v1" | "v2"))
}

/// The call in words. What the model is called depends on its arguments and environment, and does not change.
fn call(protocol: Option<&str>) -> &'static str {
    match protocol {
        Some("v1") => "/v1/models/…:predict",
        Some("v2") => "/v2/models/…/infer",
        Some(_) => "it without a path",
        None => "nothing (its runtime lists neither v1 nor v2)",
    }
}
