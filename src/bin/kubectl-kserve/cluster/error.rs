//! What goes wrong with a cluster, in kubectl's own words: users search for those.

use std::io::ErrorKind;
use std::time::Duration;

use http::StatusCode;
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
            _ => Self::Status(Status {
                code: code.as_u16(),
                reason: words_of(code),
                message: String::from_utf8_lossy(&body[..body.len().min(200)]).trim().to_owned(),
            }),
        }
    }

    /// From what the client reports. `server` is the address asked.
    pub(super) fn of_client(error: &kube::Error, server: &str) -> Self {
        match error {
            kube::Error::Auth(error) => Self::Configuration(format!("getting credentials: {}", auth_in_words(error))),
            kube::Error::Service(_) | kube::Error::HyperError(_) => Self::of_transport(error, server),
            other => Self::Configuration(other.to_string()),
        }
    }

    fn of_transport(error: &kube::Error, server: &str) -> Self {
        let mut innermost: &(dyn std::error::Error + 'static) = error;
        loop {
            if let Some(auth) = innermost.downcast_ref::<kube::client::AuthError>() {
                return Self::Configuration(format!("getting credentials: {}", auth_in_words(auth)));
            }
            let refused = innermost
                .downcast_ref::<std::io::Error>()
                .is_some_and(|error| error.kind() == ErrorKind::ConnectionRefused);
            if refused {
                return Self::Refused(server.to_owned());
            }
            match innermost.source() {
                Some(source) => innermost = source,
                None => return Self::Unreachable(innermost.to_string()),
            }
        }
    }
}

/// What a credential plugin said, without what it may have printed of its secrets on standard output.
fn auth_in_words(error: &kube::client::AuthError) -> String {
    match error {
        kube::client::AuthError::AuthExecRun { cmd, out } => {
            let said = String::from_utf8_lossy(&out.stderr);
            format!("exec: executable {cmd} failed with {}: {}", out.status, said.trim())
        }
        kube::client::AuthError::AuthExecStart(error) => format!("exec: the executable cannot be started: {error}"),
        kube::client::AuthError::AuthExecParse(_) => {
            "exec: what the executable printed is no ExecCredential".to_owned()
        }
        other => other.to_string(),
    }
}

fn words_of(code: StatusCode) -> String {
    code.canonical_reason().map_or_else(|| code.as_u16().to_string(), |reason| reason.replace(' ', ""))
}
