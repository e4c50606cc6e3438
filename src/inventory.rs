//! What was read: services, runtimes, what a snapshot says of itself, and what is known to be missing.

mod snapshot;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::kserve::{
    self, Age, Deployment, InferenceGraph, InferenceService, Object, ReadError, RuntimeId, Scope, ServingRuntime,
};
use crate::manifest::{self, Item, ManifestError, Reading};
use crate::yaml::Node;
pub use snapshot::{Snapshot, SnapshotError, SnapshotHead, drop_annotation, plain_object, snapshot_text};

/// Everything in a set of texts that bears on the choice of a runtime.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The services, in the order of the texts.
    pub services: Vec<InferenceService>,
    /// The runtimes, in the order of the texts.
    pub runtimes: Vec<ServingRuntime>,
    /// The graphs.
    pub graphs: Vec<InferenceGraph>,
    /// The `Deployment`s of predictors.
    pub deployments: Vec<Deployment>,
    /// The snapshots' own words about themselves.
    pub snapshots: Vec<Snapshot>,
    /// How many objects there were, whatever their kind.
    pub objects: usize,
    /// How many documents were passed over because they are no objects.
    pub passed_over: usize,
    /// How many lists had no items.
    pub empty_lists: usize,
}

/// A text that could not be taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentsError {
    /// It is no manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A KServe object in it is not what the API asks for.
    #[error(transparent)]
    Object(#[from] ReadError),
    /// A snapshot in it says something of itself that cannot be understood.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

impl Contents {
    /// Adds what `text` holds. A `ServingRuntime` that names no namespace belongs to `default_namespace`.
    pub fn read(
        &mut self,
        file: &Arc<str>,
        text: &str,
        reading: Reading,
        default_namespace: &str,
    ) -> Result<(), ContentsError> {
        let besides = manifest::visit(file, text, reading, &mut |item| self.take(&item, default_namespace))?;
        self.passed_over += besides.passed_over;
        self.empty_lists += besides.empty_lists;
        Ok(())
    }

    /// Adds one object.
    pub fn take(&mut self, item: &Item<'_, '_>, default_namespace: &str) -> Result<(), ContentsError> {
        self.objects += 1;
        if let Some(snapshot) = Snapshot::read(item)? {
            self.snapshots.push(snapshot);
            return Ok(());
        }
        if is_deployment(item.node) {
            self.deployments.extend(Deployment::read(item.node));
            return Ok(());
        }
        match kserve::read(item.node, Some(item.source.clone()), default_namespace)? {
            Some(Object::InferenceService(service)) => self.services.push(*service),
            Some(Object::ServingRuntime(runtime)) => self.runtimes.push(*runtime),
            Some(Object::InferenceGraph(graph)) => self.graphs.push(graph),
            None => {}
        }
        Ok(())
    }
}

fn is_deployment(node: &Node<'_>) -> bool {
    let text = |key| node.get(key).and_then(Node::as_str);
    text("kind") == Some("Deployment") && text("apiVersion").is_some_and(|version| version.starts_with("apps/"))
}

/// Services and the runtimes they choose from.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    services: Vec<InferenceService>,
    runtimes: BTreeMap<RuntimeId, ServingRuntime>,
    graphs: Vec<InferenceGraph>,
    /// By the service that they belong to.
    deployments: BTreeMap<String, Vec<Deployment>>,
    default_namespace: String,
    unread: Unread,
}

/// What is known to be missing from an inventory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// The `ClusterServingRuntime`s could not be read.
    pub cluster: bool,
    /// The only namespaces whose `ServingRuntime`s were read; none when all of them were.
    pub only_namespaces: Option<Vec<String>>,
    /// The `InferenceGraph`s could not be read.
    pub graphs: bool,
}

impl Unread {
    /// What snapshots say is missing: a namespace's view knows that namespace only, an incomplete one nothing for sure.
    #[must_use]
    pub fn of(snapshots: &[Snapshot]) -> Self {
        let mut unread = Self::default();
        for snapshot in snapshots {
            if !snapshot.complete {
                return Self { cluster: true, only_namespaces: Some(Vec::new()), graphs: false };
            }
            if unread.only_namespaces.is_none() {
                unread.only_namespaces.clone_from(&snapshot.namespaces);
            }
        }
        unread
    }

    /// Nothing at all could be read of the runtimes.
    #[must_use]
    pub fn knows_nothing(&self) -> bool {
        self.cluster && self.only_namespaces.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whether the runtimes of a scope are all there.
    #[must_use]
    pub fn knows(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Cluster => !self.cluster,
            Scope::Namespace(namespace) => self.knows_namespace(namespace),
        }
    }

    fn knows_namespace(&self, namespace: &str) -> bool {
        self.only_namespaces.as_ref().is_none_or(|read| read.iter().any(|one| one == namespace))
    }
}

/// The same runtime was given twice, and differently.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{runtime} is given twice with different content: {first}, and {second}")]
pub struct TwoRuntimes {
    /// The runtime.
    pub runtime: RuntimeId,
    /// Where it was given first, in words.
    pub first: String,
    /// Where it was given again.
    pub second: String,
}

fn place(runtime: &ServingRuntime) -> String {
    match &runtime.source {
        Some(source) => format!("at {source}"),
        None if runtime.age == Age::Release => "by a release's catalogue".to_owned(),
        None => "by the cluster".to_owned(),
    }
}

impl Inventory {
    /// These services, and no runtimes yet. A service that names no namespace belongs to `default_namespace`.
    #[must_use]
    pub fn new(services: Vec<InferenceService>, default_namespace: &str, unread: Unread) -> Self {
        let default_namespace = default_namespace.to_owned();
        Self { services, default_namespace, unread, ..Self::default() }
    }

    /// Adds graphs.
    pub fn add_graphs(&mut self, graphs: impl IntoIterator<Item = InferenceGraph>) {
        self.graphs.extend(graphs);
    }

    /// The graphs with a step whose URL KServe makes from a service.
    pub fn graphs_calling<'a>(&'a self, service: &'a InferenceService) -> impl Iterator<Item = &'a InferenceGraph> {
        let namespace_of = |namespace: &'a Option<String>| namespace.as_deref().unwrap_or(&self.default_namespace);
        let namespace = namespace_of(&service.namespace);
        self.graphs
            .iter()
            .filter(move |graph| namespace_of(&graph.namespace) == namespace && graph.services.contains(&service.name))
    }

    /// Adds the `Deployment`s of predictors.
    pub fn add_deployments(&mut self, deployments: impl IntoIterator<Item = Deployment>) {
        for deployment in deployments {
            self.deployments.entry(deployment.service.clone()).or_default().push(deployment);
        }
    }

    /// The image that a service runs, or one of its canaries; none when that was not read.
    #[must_use]
    pub fn running_image(&self, service: &InferenceService, canary: Option<&str>) -> Option<&str> {
        let is_its = |deployment: &&Deployment| {
            let namespace = deployment.namespace.as_ref().unwrap_or(&self.default_namespace);
            namespace == self.namespace_of(service) && deployment.runs(service, canary)
        };
        self.deployments.get(&service.name)?.iter().find(is_its).map(|deployment| deployment.image.as_str())
    }

    /// Adds runtimes. The same one twice is one, but not with two contents: unless one is of a cluster and the other is a
    /// manifest, which replaces it when it is applied.
    pub fn add_runtimes(&mut self, runtimes: impl IntoIterator<Item = ServingRuntime>) -> Result<(), TwoRuntimes> {
        for runtime in runtimes {
            let runtime = match self.runtimes.remove(&runtime.id) {
                Some(first) => one_of(first, runtime)?,
                None => runtime,
            };
            self.runtimes.insert(runtime.id.clone(), runtime);
        }
        Ok(())
    }

    /// Lays the runtimes of files over those of a cluster, as if they were applied: one that is in the cluster keeps the
    /// age that it has there, and any other is yet to be created, whatever age the file says. Done once, with all of them.
    pub fn lay_over(&mut self, runtimes: impl IntoIterator<Item = ServingRuntime>) -> Result<(), TwoRuntimes> {
        let mut files = Self::default();
        files.add_runtimes(runtimes)?;
        for (id, runtime) in files.runtimes {
            let age = self.age_when_applied(&id);
            self.runtimes.insert(id, ServingRuntime { age, ..runtime });
        }
        Ok(())
    }

    fn age_when_applied(&self, id: &RuntimeId) -> Age {
        match self.runtimes.get(id) {
            Some(live) => live.age,
            None if self.lacks(id) => Age::NotCreated,
            None => Age::Unknown,
        }
    }

    /// The services.
    #[must_use]
    pub fn services(&self) -> &[InferenceService] {
        &self.services
    }

    /// Whether it is certain that there is no such runtime.
    #[must_use]
    pub fn lacks(&self, id: &RuntimeId) -> bool {
        self.unread.knows(&id.scope) && !self.runtimes.contains_key(id)
    }

    /// The runtimes, by kind, namespace and name.
    #[must_use]
    pub fn runtimes(&self) -> impl ExactSizeIterator<Item = &ServingRuntime> {
        self.runtimes.values()
    }

    /// The namespace a service is resolved in.
    #[must_use]
    pub fn namespace_of<'a>(&'a self, service: &'a InferenceService) -> &'a str {
        service.namespace.as_deref().unwrap_or(&self.default_namespace)
    }

    /// Whether the `ClusterServingRuntime`s are all there.
    #[must_use]
    pub fn knows_cluster(&self) -> bool {
        !self.unread.cluster
    }

    /// Whether the graphs are all there.
    #[must_use]
    pub fn knows_graphs(&self) -> bool {
        !self.unread.graphs
    }

    /// Whether the `ServingRuntime`s of every namespace are all there.
    #[must_use]
    pub fn knows_every_namespace(&self) -> bool {
        self.unread.only_namespaces.is_none()
    }

    /// Whether the `ServingRuntime`s of a namespace are all there.
    #[must_use]
    pub fn knows_namespace(&self, namespace: &str) -> bool {
        self.unread.knows_namespace(namespace)
    }
}

/// What there is of a runtime that is given twice.
fn one_of(first: ServingRuntime, second: ServingRuntime) -> Result<ServingRuntime, TwoRuntimes> {
    match (first.describes_cluster(), second.describes_cluster()) {
        _ if same_content(&first, &second) => Ok(first),
        (true, false) if second.age == Age::Unknown => Ok(ServingRuntime { age: first.age, ..second }),
        (false, true) if first.age == Age::Unknown => Ok(ServingRuntime { age: second.age, ..first }),
        _ => Err(TwoRuntimes { first: place(&first), second: place(&second), runtime: first.id }),
    }
}

/// Where two runtimes were read does not matter, what they say does. A release's catalogue says nothing of ages.
fn same_content(one: &ServingRuntime, other: &ServingRuntime) -> bool {
    let is_of_release = one.age == Age::Release || other.age == Age::Release;
    let age = |runtime: &ServingRuntime| if is_of_release { Age::Release } else { runtime.age };
    let compared = |runtime: &ServingRuntime| ServingRuntime {
        source: None,
        local_config: false,
        age: age(runtime),
        ..runtime.clone()
    };
    compared(one) == compared(other)
}
