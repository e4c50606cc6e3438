//! What goes wrong with a cluster, in kubectl's own words: users search for those.

use std::io::ErrorKind;
use std::time::Duration;

use http::StatusCode;
use kube::client::AuthError;
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
            kube::Error::Auth(error) => without_credentials(error),
            kube::Error::Service(_) | kube::Error::HyperError(_) => Self::of_transport(error, peer),
            other => Self::Configuration(other.to_string()),
        }
    }

    fn of_transport(error: &kube::Error, peer: &Peer) -> Self {
        let mut innermost: &(dyn std::error::Error + 'static) = error;
        loop {
            if let Some(auth) = innermost.downcast_ref::<AuthError>() {
                return without_credentials(auth);
            }
            let refused = innermost
                .downcast_ref::<std::io::Error>()
                .is_some_and(|error| error.kind() == ErrorKind::ConnectionRefused);
            if refused {
                return peer.refused();
            }
            match innermost.source() {
                Some(source) => innermost = source,
                None => return Self::Unreachable(in_words(innermost.to_string())),
            }
        }
    }
}

/// With whom one speaks, for messages.
#[derive(Clone, Debug, Default)]
pub(super) struct Peer {
    /// The host and port of the server.
    pub(super) server: String,
    /// Those of the proxy, where one is between.
    pub(super) proxy: Option<String>,
}

impl Peer {
    fn refused(&self) -> ClusterError {
        match &self.proxy {
            Some(proxy) => ClusterError::Unreachable(format!("the proxy {proxy} refused the connection")),
            None => ClusterError::Refused(self.server.clone()),
        }
    }
}

fn without_credentials(error: &AuthError) -> ClusterError {
    ClusterError::Unreachable(format!("getting credentials: {error}"))
}

/// What the client does not accept of a server's certificate, in words that help.
fn in_words(problem: String) -> String {
    if problem.contains("CaUsedAsEndEntity") {
        "tls: the server shows a certificate of an authority as its own, which this program does not accept: give the \
         server a certificate that the authority has signed"
            .to_owned()
    } else if problem.contains("UnsupportedSignatureAlgorithm") || problem.contains("UnsupportedCertVersion") {
        format!(
            "tls: the server's certificate, or one that it is checked by, is of a kind that this program does not know, \
             such as P-521: use RSA, P-256, P-384 or Ed25519 ({problem})"
        )
    } else {
        problem
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
