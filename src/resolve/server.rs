//! What KServe does once the runtime is known: the server's own default protocol, the image, the name in the status.

use crate::kserve::ServingRuntime;

use super::{Asked, Resolver, Served, image, order, server_type};

pub(super) fn served<'i>(
    resolver: &Resolver<'i>,
    namespace: &str,
    asked: &Asked<'_>,
    runtime: &'i ServingRuntime,
) -> Served<'i> {
    // KServe looks the runtime up again by its name, and there a namespaced one of the same name comes first.
    let looked_up = resolver.find(namespace, &runtime.id.name).unwrap_or(runtime);
    let server_type = deciding_type(resolver, looked_up);
    let by_server = server_type
        .and_then(server_type::default_protocol)
        .filter(|_| asked.model.extension.protocol_version.is_none());
    Served {
        protocol: protocol(asked, by_server, runtime),
        protocol_by_server: by_server.is_some(),
        image: image::image(resolver.release.image_rules(), resolver.release, asked, runtime, looked_up),
        reported: (resolver.release.reports_runtime() && looked_up.id != runtime.id).then_some(looked_up),
        server_type,
    }
}

/// The server type that decides defaults: by annotation since v0.17, where one that is present but empty still counts.
fn deciding_type(resolver: &Resolver<'_>, looked_up: &ServingRuntime) -> Option<&'static str> {
    match &looked_up.server_type {
        Some(annotated) if !resolver.release.sets_server_defaults_before_checks() => server_type::known(annotated),
        _ => server_type::by_name(&looked_up.id.name),
    }
}

fn protocol(asked: &Asked<'_>, by_server: Option<&'static str>, runtime: &ServingRuntime) -> String {
    match &asked.model.extension.protocol_version {
        Some(protocol) => protocol.value.clone(),
        None => by_server.unwrap_or_else(|| order::lowest_protocol(runtime)).to_owned(),
    }
}
