//! The cluster beneath the files: with `--runtimes cluster`, what they hold is laid over what it runs.

use kubectl_kserve::inventory::{Contents, Unread};
use kubectl_kserve::kserve::Release;

use crate::cli::{Connection, Manifests, Rules};
#[cfg(feature = "cluster")]
use crate::cluster::{Cluster, Wanted};
#[cfg(not(feature = "cluster"))]
use crate::commands::no_network_code;
use crate::input::DEFAULT_NAMESPACE;
#[cfg(feature = "cluster")]
use crate::live;
use crate::release::{self, Told};

/// The cluster, if the flags name it. Nothing is asked yet.
pub(crate) struct Underlay {
    #[cfg(feature = "cluster")]
    cluster: Option<Cluster>,
}

/// What the cluster holds; nothing when it is not among the sources.
#[derive(Default)]
pub(crate) struct Beneath {
    pub(crate) contents: Contents,
    pub(crate) unread: Unread,
    /// The release that it runs.
    pub(crate) told: Option<Told>,
    /// What was refused, and what to ask for.
    pub(crate) warnings: Vec<String>,
    lacks_cluster_runtimes: bool,
}

impl Beneath {
    /// Says what follows under the rules of `release` from a kind that the cluster does not have.
    pub(crate) fn settle(&mut self, release: Release) {
        if self.lacks_cluster_runtimes {
            release::lack_cluster_runtimes(release, &mut self.unread, &mut self.warnings);
        }
    }
}

#[cfg(feature = "cluster")]
impl Underlay {
    pub(crate) fn connect(rules: &Rules, connection: &Connection) -> anyhow::Result<Self> {
        Ok(Self { cluster: rules.asks_cluster().then(|| Cluster::connect(connection)).transpose()? })
    }

    /// The namespace of objects that name none: `-n`, else the context's, as when they are applied.
    pub(crate) fn namespace(&self, manifests: &Manifests) -> String {
        let of_context = self.cluster.as_ref().map_or(DEFAULT_NAMESPACE, Cluster::namespace);
        manifests.namespace.as_deref().unwrap_or(of_context).to_owned()
    }

    /// Reads the runtimes that `namespace` sees (every one, without it), and with `graphs` its `InferenceGraph`s.
    pub(crate) fn read(&self, namespace: Option<&str>, graphs: bool) -> anyhow::Result<Beneath> {
        let Some(cluster) = &self.cluster else { return Ok(Beneath::default()) };
        let read = live::read(cluster, &Wanted { namespace, graphs, ..Wanted::default() })?;
        Ok(Beneath {
            told: read.detected.as_ref().map(Told::by_cluster),
            contents: read.contents,
            unread: read.unread,
            warnings: read.warnings,
            lacks_cluster_runtimes: read.lacks_cluster_runtimes,
        })
    }
}

#[cfg(not(feature = "cluster"))]
impl Underlay {
    pub(crate) fn connect(rules: &Rules, _: &Connection) -> anyhow::Result<Self> {
        if rules.asks_cluster() { Err(no_network_code()) } else { Ok(Self {}) }
    }

    #[allow(clippy::unused_self)] // As in a build that knows clusters.
    pub(crate) fn namespace(&self, manifests: &Manifests) -> String {
        manifests.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE).to_owned()
    }

    #[allow(clippy::unused_self, clippy::unnecessary_wraps)] // As in a build that knows clusters.
    pub(crate) fn read(&self, _: Option<&str>, _: bool) -> anyhow::Result<Beneath> {
        Ok(Beneath::default())
    }
}
