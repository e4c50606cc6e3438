//! The live cluster: what a question needs of it, read side by side.

mod config;
mod contents;
mod deployments;
mod error;
mod list;
mod names;
mod patch;
mod plugin;
mod pod;
mod proxy;
mod release;
mod request;
mod warning;

use kubectl_kserve::kserve::Release;

pub(crate) use config::Entry;
pub(crate) use contents::{Live, Services, Wanted};
pub(crate) use error::ClusterError;
pub(crate) use names::Named;
pub(crate) use patch::ServicePatch;
pub(crate) use release::How;
use request::Requests;
use tokio::runtime::Runtime;

use crate::connection::Connection;

/// The names in the kubeconfig; none when it cannot be read.
pub(crate) fn kubeconfig_names(connection: &Connection, entry: Entry) -> Vec<String> {
    config::names(connection, entry)
}

/// A connection to a cluster.
pub(crate) struct Cluster {
    runtime: Runtime,
    requests: Requests,
    namespace: String,
    cache: Option<std::path::PathBuf>,
    warnings_as_errors: bool,
}

impl Cluster {
    /// Connects as the flags and the kubeconfig say. Nothing is asked yet.
    pub(crate) fn connect(connection: &Connection) -> Result<Self, ClusterError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| ClusterError::Configuration(error.to_string()))?;
        let (requests, namespace) = {
            // The client starts tasks of its own.
            let _entered = runtime.enter();
            Requests::connect(connection)?
        };
        let cache = release::cache_folder(connection.without_empty().cache_dir.as_deref());
        Ok(Self { runtime, requests, namespace, cache, warnings_as_errors: connection.warnings_as_errors })
    }

    /// The namespace of the context.
    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Reads what is wanted, all of it side by side.
    pub(crate) fn read(&self, wanted: &Wanted<'_>) -> Result<Live, ClusterError> {
        let read = self.runtime.block_on(contents::read(&self.requests, wanted, self.cache.as_deref()));
        self.requests.end_progress();
        read
    }

    /// Fails when it is certain that there is no such namespace.
    pub(crate) fn require_namespace(&self, namespace: &str) -> Result<(), ClusterError> {
        self.runtime.block_on(contents::require_namespace(&self.requests, namespace))
    }

    /// The version of the API server, and the KServe release.
    pub(crate) fn versions(&self) -> Result<(String, Option<Detected>), ClusterError> {
        self.runtime.block_on(release::versions(&self.requests, self.cache.as_deref()))
    }

    /// The names of the objects of this kind; none of those that may not be listed.
    pub(crate) fn names(&self, kind: &Named) -> Vec<String> {
        self.runtime.block_on(names::names(&self.requests, kind))
    }

    /// Whether warnings of the server were to be taken for errors, and there were some.
    pub(crate) fn failing_warnings(&self) -> Option<usize> {
        Some(self.requests.warnings()).filter(|count| self.warnings_as_errors && *count > 0)
    }
}

/// The release, and how it was found.
#[derive(Clone, Debug)]
pub(crate) struct Detected {
    pub(crate) release: Release,
    pub(crate) how: How,
    /// What told it, when that was the controller.
    pub(crate) controller: Option<Controller>,
}

/// The Deployment of KServe's controller.
#[derive(Clone, Debug)]
pub(crate) struct Controller {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) image: String,
}
