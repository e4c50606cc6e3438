//! What goes wrong with a cluster, in kubectl's own words: users search for those.

use std::io::ErrorKind;
use std::time::Duration;

use http::StatusCode;
use kube::client::AuthError;
use kube::config::ExecConfig;
use serde::Deserialize;

/// A request that got no answer, or not the one hoped for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClusterError {
    /// The kubeconfig or a flag makes no connection.
    #[error("error: {0}")]
    Configuration(String),
    /// Nobody listens there.
    #[error("The connection to the server {0} was refused - did you specify the right host or port?")]
    Refused(String),
    /// The server cannot be reached, or not be trusted.
    #[error("Unable to connect to the server: {0}")]
    Unreachable(String),
    /// No answer in time.
    #[error("Unable to connect to the server: no answer within {} s (--request-timeout)", .0.as_secs_f32())]
    Timeout(Duration),
    /// The server does not know who asks.
    #[error("error: You must be logged in to the server (Unauthorized)")]
    Unauthorized,
    /// The server has no such kind of object.
    #[error("error: the server doesn't have a resource type \"{0}\"")]
    NoResource(&'static str),
    /// The server refuses, and says why.
    #[error("Error from server ({}): {}", .0.reason, .0.message)]
    Status(Status),
    /// The server answers something that cannot be read.
    #[error("error: the answer of the server to {request} cannot be read: {problem}")]
    Answer {
        /// The path asked for.
        request: String,
        /// What is wrong.
        problem: String,
    },
}

/// The API server's own account of a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Status {
    /// `Forbidden`, `NotFound`, `Expired` …
    pub(crate) reason: String,
    /// A sentence.
    pub(crate) message: String,
    /// The status of the response.
    pub(crate) code: u16,
}

impl ClusterError {
    /// The user may not do this.
    pub(crate) fn is_forbidden(&self) -> bool {
        matches!(self, Self::Status(status) if status.code == StatusCode::FORBIDDEN)
    }

    /// The server knows the kind, but not this object.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Status(status) if status.code == StatusCode::NOT_FOUND)
    }

    /// The object is not the one any more that was to be changed.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Status(status) if status.reason == "Conflict")
    }

    /// The server answered, and what it says is about this request alone.
    pub(crate) fn is_answer(&self) -> bool {
        matches!(self, Self::Status(_))
    }

    /// The place in a list has been forgotten.
    pub(crate) fn is_expired(&self) -> bool {
        matches!(self, Self::Status(status) if status.code == StatusCode::GONE)
    }

    /// The server knows no such kind.
    pub(crate) fn is_missing_resource(&self) -> bool {
        matches!(self, Self::NoResource(_))
    }

    /// From the response's status and body. `resource` is the kind asked for.
    pub(super) fn of_response(code: StatusCode, body: &[u8], resource: &'static str) -> Self {
        if code == StatusCode::UNAUTHORIZED {
            return Self::Unauthorized;
        }
        match serde_json::from_slice::<Status>(body) {
            Ok(status) if !status.message.is_empty() => Self::Status(Status {
                code: code.as_u16(),
                reason: if status.reason.is_empty() { words_of(code) } else { status.reason },
                ..status
            }),
            // What the server says of a path that no kind is served at is no Status.
            _ if code == StatusCode::NOT_FOUND => Self::NoResource(resource),
            _ => Self::Status(Status { code: code.as_u16(), reason: words_of(code), message: said(code, body) }),
        }
    }

    /// From what the client reports.
    pub(super) fn of_client(error: &kube::Error, peer: &Peer) -> Self {
        match error {
            kube::Error::Auth(error) => peer.without_credentials(error),
            kube::Error::Service(_) | kube::Error::HyperError(_) => Self::of_transport(error, peer),
            other => Self::Configuration(other.to_string()),
        }
    }

    fn of_transport(error: &kube::Error, peer: &Peer) -> Self {
        let mut innermost: &(dyn std::error::Error + 'static) = error;
        loop {
            if let Some(auth) = innermost.downcast_ref::<AuthError>() {
                return peer.without_credentials(auth);
            }
            let refused = innermost
                .downcast_ref::<std::io::Error>()
                .is_some_and(|error| error.kind() == ErrorKind::ConnectionRefused);
            if refused {
                return Self::Refused(peer.server.clone());
            }
            match innermost.source() {
                Some(source) => innermost = source,
                None => return Self::Unreachable(innermost.to_string()),
            }
        }
    }
}

/// With whom one speaks, for messages.
#[derive(Clone, Debug, Default)]
pub(super) struct Peer {
    /// The host and port of the server.
    server: String,
    /// The credential plugin. Neither its arguments nor its environment: those may hold secrets.
    plugin: String,
    /// What its owner says to those who lack it.
    install_hint: String,
}

impl Peer {
    pub(super) fn new(server: String, plugin: Option<&ExecConfig>) -> Self {
        let of_plugin = |text: fn(&ExecConfig) -> &Option<String>| plugin.and_then(|plugin| text(plugin).clone());
        Self {
            server,
            plugin: of_plugin(|plugin| &plugin.command).unwrap_or_default(),
            install_hint: of_plugin(|plugin| &plugin.install_hint).unwrap_or_default(),
        }
    }

    fn without_credentials(&self, error: &AuthError) -> ClusterError {
        ClusterError::Unreachable(format!("getting credentials: {}", self.in_words(error)))
    }

    /// What a credential plugin said, without what it may have printed of its secrets on standard output.
    fn in_words(&self, error: &AuthError) -> String {
        let plugin = &self.plugin;
        match error {
            AuthError::AuthExecRun { out, .. } => {
                let ended = match out.status.code() {
                    Some(code) => format!("exec: executable {plugin} failed with exit code {code}"),
                    None => format!("exec: executable {plugin} failed with {}", out.status),
                };
                let said = String::from_utf8_lossy(&out.stderr);
                if said.trim().is_empty() { ended } else { format!("{ended}: {}", said.trim()) }
            }
            AuthError::AuthExecStart(error) if error.kind() == ErrorKind::NotFound => {
                let hint = self.install_hint.trim();
                let gap = if hint.is_empty() { "" } else { "\n\n" };
                format!("exec: executable {plugin} not found{gap}{hint}")
            }
            AuthError::AuthExecStart(error) => format!("exec: executable {plugin} cannot be started: {error}"),
            AuthError::AuthExecParse(_) => format!("exec: what executable {plugin} printed is no ExecCredential"),
            other => other.to_string(),
        }
    }
}

/// What a server said that did not say it in a `Status`; `unknown` is kubectl's word for nothing.
fn said(code: StatusCode, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(200)]);
    match text.trim() {
        _ if code.is_redirection() => {
            "it redirects, which is not followed: the address may be wrong (--server)".to_owned()
        }
        "" => "unknown".to_owned(),
        said => said.to_owned(),
    }
}

fn words_of(code: StatusCode) -> String {
    code.canonical_reason().map_or_else(|| code.as_u16().to_string(), |reason| reason.replace(' ', ""))
}
