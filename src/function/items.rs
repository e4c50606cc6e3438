//! What the items are to this function: services to pin, runtimes to choose from, snapshots, and files they came from.

use std::sync::Arc;

use crate::inventory::{Contents, ContentsError, Snapshot};
use crate::kserve::{self, InferenceGraph, InferenceService, Object, Scope, ServingRuntime};
use crate::manifest::Item;
use crate::object::{FieldPath, Source};
use crate::report::krm::{File, ResourceRef};
use crate::yaml::Node;

/// The items that matter.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// The services, each with the number of its item.
    pub(super) services: Vec<(usize, InferenceService)>,
    pub(super) runtimes: Vec<ServingRuntime>,
    pub(super) graphs: Vec<InferenceGraph>,
    pub(super) snapshots: Vec<Snapshot>,
}

/// An item that cannot be read, and what names it.
#[derive(Debug)]
pub(super) struct UnreadItem {
    pub(super) resource: Option<ResourceRef>,
    pub(super) error: ContentsError,
}

const NAME_IN_ERRORS: &str = "<standard input>";
const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

impl Items {
    /// Reads `items`. A `ServingRuntime` that names no namespace belongs to `default_namespace`.
    pub(super) fn read(items: &[Node<'_>], default_namespace: &str) -> Result<Self, Box<UnreadItem>> {
        let file = Arc::from(NAME_IN_ERRORS);
        let mut read = Self::default();
        for (index, node) in items.iter().enumerate() {
            let path = FieldPath::root().key("items").index(index);
            let source = Source { file: Arc::clone(&file), document: 0, path, position: node.position };
            read.take(index, &Item { node, source }, default_namespace)
                .map_err(|error| Box::new(UnreadItem { resource: resource_ref(node), error }))?;
        }
        Ok(read)
    }

    fn take(&mut self, index: usize, item: &Item<'_, '_>, default_namespace: &str) -> Result<(), ContentsError> {
        if let Some(snapshot) = Snapshot::read(item)? {
            self.snapshots.push(snapshot);
            return Ok(());
        }
        match kserve::read(item.node, Some(item.source.clone()), default_namespace)? {
            Some(Object::InferenceService(service)) => self.services.push((index, *service)),
            Some(Object::ServingRuntime(runtime)) => self.runtimes.push(under_original_identity(*runtime, item.node)),
            Some(Object::InferenceGraph(graph)) => self.graphs.push(graph),
            None => {}
        }
        Ok(())
    }

    /// The same as contents of a text, for an inventory.
    pub(super) fn contents(&self) -> Contents {
        Contents {
            services: self.services.iter().map(|(_, service)| service.clone()).collect(),
            runtimes: self.runtimes.clone(),
            graphs: self.graphs.clone(),
            snapshots: self.snapshots.clone(),
            ..Contents::default()
        }
    }
}

/// kustomize renames objects that never leave it too, and gives them the layer's namespace: a snapshot's runtimes are
/// read under the names they have in the cluster.
fn under_original_identity(mut runtime: ServingRuntime, node: &Node<'_>) -> ServingRuntime {
    if annotation(node, LOCAL_CONFIG) != Some("true") {
        return runtime;
    }
    if let Some(name) = first_of(node, "internal.config.kubernetes.io/previousNames") {
        name.clone_into(&mut runtime.id.name);
    }
    if let (Scope::Namespace(namespace), Some(original)) =
        (&mut runtime.id.scope, first_of(node, "internal.config.kubernetes.io/previousNamespaces"))
    {
        original.clone_into(namespace);
    }
    runtime
}

fn first_of<'n>(node: &'n Node<'_>, key: &str) -> Option<&'n str> {
    annotation(node, key)?.split(',').next().filter(|first| !first.is_empty())
}

fn annotation<'n>(node: &'n Node<'_>, key: &str) -> Option<&'n str> {
    node.get("metadata")?.get("annotations")?.get(key)?.as_str()
}

/// What names the object, for results.
pub(super) fn resource_ref(node: &Node<'_>) -> Option<ResourceRef> {
    let text = |node: Option<&Node<'_>>| node.and_then(Node::as_str).map(str::to_owned);
    let metadata = node.get("metadata");
    Some(ResourceRef {
        api_version: text(node.get("apiVersion"))?,
        kind: text(node.get("kind"))?,
        namespace: text(metadata.and_then(|metadata| metadata.get("namespace"))),
        name: text(metadata.and_then(|metadata| metadata.get("name")))?,
    })
}

/// The file an item came from, where that is known. Inside kustomize only the origin annotation is true: the paths that
/// it writes there are made up for the function.
pub(super) fn file(node: &Node<'_>) -> Option<File> {
    if let Some(origin) = annotation(node, "config.kubernetes.io/origin") {
        let path = origin.lines().find_map(|line| line.strip_prefix("path: "))?;
        return Some(File { path: path.trim().to_owned(), index: 0 });
    }
    if annotation(node, "kustomize.config.k8s.io/id").is_some() {
        return None;
    }
    let path = annotation(node, "config.kubernetes.io/path")
        .or_else(|| annotation(node, "internal.config.kubernetes.io/path"))?;
    let index = annotation(node, "config.kubernetes.io/index")
        .or_else(|| annotation(node, "internal.config.kubernetes.io/index"))
        .and_then(|index| index.parse().ok());
    (!path.starts_with('/')).then(|| File { path: path.to_owned(), index: index.unwrap_or_default() })
}
