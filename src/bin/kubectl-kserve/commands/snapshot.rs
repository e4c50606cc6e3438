//! `kubectl kserve snapshot`: the runtimes of the live cluster as one YAML file.

use anyhow::bail;
use jiff::Timestamp;
use kubectl_kserve::inventory::{SnapshotHead, snapshot_text};
use kubectl_kserve::kserve::{Scope, ServingRuntime};

use crate::cli::Snapshot;
use crate::cluster::{Cluster, Live, Wanted};
use crate::output::{self, Ended};
use crate::{live, release};

pub(crate) fn run(arguments: &Snapshot) -> anyhow::Result<Ended> {
    let cluster = Cluster::connect(&arguments.connection)?;
    let namespace = arguments.namespace.as_deref().filter(|_| !arguments.all_namespaces);
    let read = live::read(&cluster, &Wanted { namespace, ..Wanted::default() })?;
    for warning in &read.warnings {
        output::warning(warning);
    }
    if read.runtime_objects.is_empty() && read.unread.knows_nothing() {
        let advice = if namespace.is_some() { "" } else { "; -n NAMESPACE asks for those of one namespace" };
        bail!("there is nothing to write: no runtimes may be read{advice}");
    }
    if let Some(namespace) = namespace.filter(|_| !read.contents.runtimes.iter().any(is_namespaced)) {
        // To the server a namespace that does not exist is an empty one.
        cluster.require_namespace(namespace)?;
    }
    let complete = is_complete(&read, namespace);
    if !complete {
        output::warning("the snapshot is not complete, and says so: nothing is pinned by it");
    }
    let text = text(arguments, namespace, &read, complete);
    let ended = if complete { Ended::Well } else { Ended::WithFindings };
    output::answer(ended, |out| out.write_all(text.as_bytes()))
}

fn is_namespaced(runtime: &ServingRuntime) -> bool {
    runtime.id.scope != Scope::Cluster
}

/// Nothing is missing of what was asked for. A cluster may go without the kind `ClusterServingRuntime`.
fn is_complete(read: &Live, namespace: Option<&str>) -> bool {
    let own = match (&read.unread.only_namespaces, namespace) {
        (None, _) => true,
        (Some(namespaces), Some(namespace)) => namespaces.iter().any(|one| one == namespace),
        (Some(_), None) => false,
    };
    own && !read.unread.cluster
}

fn text(arguments: &Snapshot, namespace: Option<&str>, read: &Live, complete: bool) -> String {
    let now = arguments.timestamp.then(|| Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default());
    let now = now.map(|now| now.to_string());
    let head = SnapshotHead {
        name: &arguments.name,
        timestamp: now.as_deref(),
        kserve_version: release::for_snapshot(arguments.kserve_version, read.detected.as_ref()),
        complete,
        namespaces: namespace.map(|namespace| vec![namespace.to_owned()]),
    };
    snapshot_text(&head, &read.runtime_objects)
}
