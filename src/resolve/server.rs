//! What KServe does once the runtime is known: the server's own default protocol, the image, the name in the status.

use crate::kserve::ServingRuntime;

use super::{Asked, Resolver, Served, image, order};

const MLSERVER: &str = "mlserver";
const TRITONSERVER: &str = "tritonserver";
const TORCHSERVE: &str = "torchserve";

/// The server types that KServe knows, and the runtime names that stand for them when no annotation does.
const SERVER_TYPES: [(&str, &str); 6] = [
    (MLSERVER, "kserve-mlserver"),
    (TRITONSERVER, "kserve-tritonserver"),
    (TORCHSERVE, "kserve-torchserve"),
    ("tensorflow-serving", "kserve-tensorflow-serving"),
    ("huggingfaceserver", "kserve-huggingfaceserver"),
    ("vllmserver", "kserve-vllmserver"),
];

pub(super) fn served<'i>(
    resolver: &Resolver<'i>,
    namespace: &str,
    asked: &Asked<'_>,
    runtime: &'i ServingRuntime,
) -> Served<'i> {
    // KServe looks the runtime up again by its name, and there a namespaced one of the same name comes first.
    let looked_up = resolver.find(namespace, &runtime.id.name).unwrap_or(runtime);
    let server_type = server_type(resolver, looked_up);
    let by_server = server_type.and_then(default_protocol).filter(|_| asked.model.extension.protocol_version.is_none());
    Served {
        protocol: protocol(asked, by_server, runtime),
        protocol_by_server: by_server.is_some(),
        image: image::image(resolver.release.image_rules(), resolver.release, asked, runtime, looked_up),
        reported: (resolver.release.reports_runtime() && looked_up.id != runtime.id).then_some(looked_up),
        server_type,
    }
}

/// The server type that decides defaults: by annotation since v0.17, where one that is present but empty still counts.
fn server_type(resolver: &Resolver<'_>, looked_up: &ServingRuntime) -> Option<&'static str> {
    match &looked_up.server_type {
        Some(annotated) if !resolver.release.sets_server_defaults_before_checks() => known_type(annotated),
        _ => type_by_name(&looked_up.id.name),
    }
}

pub(super) fn known_type(annotated: &str) -> Option<&'static str> {
    SERVER_TYPES.iter().map(|(server_type, _)| *server_type).find(|server_type| *server_type == annotated)
}

pub(super) fn type_by_name(name: &str) -> Option<&'static str> {
    SERVER_TYPES.iter().find(|(_, runtime)| *runtime == name).map(|(server_type, _)| *server_type)
}

/// The protocol that a runtime's name alone implies.
pub(super) fn default_protocol_by_name(name: &str) -> Option<&'static str> {
    type_by_name(name).and_then(default_protocol)
}

fn default_protocol(server_type: &str) -> Option<&'static str> {
    match server_type {
        MLSERVER | TRITONSERVER => Some("v2"),
        TORCHSERVE => Some("v1"),
        _ => None,
    }
}

fn protocol(asked: &Asked<'_>, by_server: Option<&'static str>, runtime: &ServingRuntime) -> String {
    match &asked.model.extension.protocol_version {
        Some(protocol) => protocol.value.clone(),
        None => by_server.unwrap_or_else(|| order::lowest_protocol(runtime)).to_owned(),
    }
}
