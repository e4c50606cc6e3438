//! The model servers that KServe knows and gives defaults of their own.

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

pub(super) fn known(annotated: &str) -> Option<&'static str> {
    SERVER_TYPES.iter().map(|(server_type, _)| *server_type).find(|server_type| *server_type == annotated)
}

pub(super) fn by_name(name: &str) -> Option<&'static str> {
    SERVER_TYPES.iter().find(|(_, runtime)| *runtime == name).map(|(server_type, _)| *server_type)
}

/// The protocol that a runtime's name alone implies.
pub(super) fn default_protocol_by_name(name: &str) -> Option<&'static str> {
    by_name(name).and_then(default_protocol)
}

pub(super) fn default_protocol(server_type: &str) -> Option<&'static str> {
    match server_type {
        MLSERVER | TRITONSERVER => Some("v2"),
        TORCHSERVE => Some("v1"),
        _ => None,
    }
}
