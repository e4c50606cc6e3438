//! One request and its answer: time limits, trying again, warnings, and what `-v` shows.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, USER_AGENT, WARNING};
use http::{HeaderMap, Method, Request, StatusCode};
use kube::Client;
use kube::client::Body;

use super::error::{ClusterError, Peer};
use super::{config, warning};
use crate::connection::Connection;
use crate::output;

/// How often a busy server is asked again.
const MOST_RETRIES: u32 = 5;

/// The longest pause before asking again.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Work that takes longer shows how far it has come.
const SOON: Duration = Duration::from_secs(1);

/// The level of `-v` from which on requests are shown, as with kubectl.
const SHOWS_REQUESTS: u32 = 6;

/// A connection that requests go over.
pub(super) struct Requests {
    client: Client,
    timeout: Option<Duration>,
    verbosity: u32,
    server: http::Uri,
    peer: Peer,
    warnings: RefCell<BTreeSet<String>>,
    begin: Instant,
    shows_progress: Cell<bool>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) method: Method,
    /// The path, with its query.
    pub(super) path: String,
    /// The kind of object that the path is about.
    pub(super) resource: &'static str,
    pub(super) body: Option<(&'static str, Vec<u8>)>,
}

impl Question {
    pub(super) fn get(path: impl Into<String>, resource: &'static str) -> Self {
        Self { method: Method::GET, path: path.into(), resource, body: None }
    }
}

/// A response whose body was read.
struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Requests {
    /// Connects. Returns the namespace of the context, too.
    pub(super) fn connect(connection: &Connection) -> Result<(Self, String), ClusterError> {
        let config = config::config(connection)?;
        let server = config.cluster_url.clone();
        let namespace = config.default_namespace.clone();
        let peer = Peer { server: host_of(&server), proxy: config.proxy_url.as_ref().map(host_of) };
        let client = Client::try_from(config).map_err(|error| ClusterError::of_client(&error, &peer))?;
        let requests = Self {
            client,
            timeout: connection.request_timeout.0,
            verbosity: connection.v,
            server,
            peer,
            warnings: RefCell::default(),
            begin: Instant::now(),
            shows_progress: Cell::new(false),
        };
        Ok((requests, namespace))
    }

    /// Shows how many objects of a kind were read, once that takes long.
    pub(super) fn note_progress(&self, resource: &str, count: usize) {
        if self.begin.elapsed() > SOON {
            self.shows_progress.set(true);
            output::progress(&format!("reading {resource}: {count}…"));
        }
    }

    /// Takes away what was shown of it.
    pub(super) fn end_progress(&self) {
        if self.shows_progress.take() {
            output::progress("");
        }
    }

    /// The address of the server.
    pub(super) fn server(&self) -> &http::Uri {
        &self.server
    }

    /// How many different warnings the server gave.
    pub(super) fn warnings(&self) -> usize {
        self.warnings.borrow().len()
    }

    /// The body of a successful answer. A server that says it is busy is asked again.
    pub(super) async fn ask(&self, question: &Question) -> Result<Vec<u8>, ClusterError> {
        for retry in 0.. {
            let response = self.once(question).await?;
            if response.status.is_success() {
                return Ok(response.body);
            }
            match pause_before_retry(&response, retry) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(ClusterError::of_response(response.status, &response.body, question.resource)),
            }
        }
        unreachable!("the loop ends with an answer")
    }

    async fn once(&self, question: &Question) -> Result<Response, ClusterError> {
        let begin = Instant::now();
        let response = match self.timeout {
            Some(limit) => {
                tokio::time::timeout(limit, self.send(question)).await.unwrap_or(Err(ClusterError::Timeout(limit)))
            }
            None => self.send(question).await,
        };
        self.show(question, &response, begin.elapsed());
        if let Ok(response) = &response {
            self.note_warnings(&response.headers);
        }
        response
    }

    async fn send(&self, question: &Question) -> Result<Response, ClusterError> {
        let failed = |error: &kube::Error| ClusterError::of_client(error, &self.peer);
        let response = self.client.send(request(question)?).await.map_err(|error| failed(&error))?;
        let (parts, body) = response.into_parts();
        let body = body.collect_bytes().await.map_err(|error| failed(&error))?;
        Ok(Response { status: parts.status, headers: parts.headers, body: body.into() })
    }

    /// What `-v 6` shows. Neither headers nor bodies: those hold secrets.
    fn show(&self, question: &Question, response: &Result<Response, ClusterError>, took: Duration) {
        if self.verbosity < SHOWS_REQUESTS {
            return;
        }
        self.end_progress();
        let outcome = match response {
            Ok(response) => response.status.to_string(),
            Err(error) => error.to_string(),
        };
        let authority = self.server.authority().map_or("", |authority| authority.as_str());
        let server = authority.rsplit('@').next().unwrap_or_default();
        let scheme = self.server.scheme_str().unwrap_or_default();
        let Question { method, path, .. } = question;
        output::say(&format!("{method} {scheme}://{server}{path} {outcome} in {} milliseconds", took.as_millis()));
    }

    /// Each warning is shown once, as kubectl does.
    fn note_warnings(&self, headers: &HeaderMap) {
        for value in headers.get_all(WARNING) {
            for text in warning::texts(&String::from_utf8_lossy(value.as_bytes())) {
                if self.warnings.borrow_mut().insert(text.clone()) {
                    self.end_progress();
                    output::say(&format!("Warning: {text}"));
                }
            }
        }
    }
}

fn request(question: &Question) -> Result<Request<Body>, ClusterError> {
    let builder = Request::builder()
        .method(question.method.clone())
        .uri(&question.path)
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("kubectl-kserve/", env!("CARGO_PKG_VERSION")));
    let built = match &question.body {
        Some((content_type, body)) => builder.header(CONTENT_TYPE, *content_type).body(Body::from(body.clone())),
        None => builder.body(Body::empty()),
    };
    built.map_err(|error| ClusterError::Configuration(format!("{}: {error}", question.path)))
}

/// How long to wait before a busy server is asked again; none when it is not busy, or was asked often enough.
fn pause_before_retry(response: &Response, retry: u32) -> Option<Duration> {
    let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE, StatusCode::GATEWAY_TIMEOUT];
    if retry >= MOST_RETRIES || !busy.contains(&response.status) {
        return None;
    }
    let told = response.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let pause = told.map_or(Duration::from_millis(200) * 2_u32.pow(retry), Duration::from_secs);
    Some(pause.min(LONGEST_PAUSE))
}

/// The host and port, as kubectl names a server.
fn host_of(server: &http::Uri) -> String {
    let host = server.host().unwrap_or_default();
    match (server.port(), server.scheme_str()) {
        (Some(port), _) => format!("{host}:{port}"),
        (None, Some("https")) => format!("{host}:443"),
        (None, _) => format!("{host}:80"),
    }
}
