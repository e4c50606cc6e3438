//! What the items are to this function: services to pin, runtimes to choose from, snapshots, and files they came from.

use std::sync::Arc;

use crate::inventory::{Contents, ContentsError, Snapshot};
use crate::kserve::{self, InferenceGraph, InferenceService, Object, Scope, ServingRuntime};
use crate::manifest::Item;
use crate::object::{FieldPath, LOCAL_CONFIG, Source};
use crate::report::krm::{File, ResourceRef};
use crate::yaml::Node;

use super::resource_list::{NotAResourceList, Place, ResourceList};

/// The items that matter.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) services: Vec<ServiceItem>,
    pub(super) runtimes: Vec<ServingRuntime>,
    pub(super) graphs: Vec<InferenceGraph>,
    pub(super) snapshots: Vec<Snapshot>,
}

/// A service among the items.
#[derive(Debug)]
pub(super) struct ServiceItem {
    pub(super) service: InferenceService,
    pub(super) place: Place,
    /// What names it in results.
    pub(super) resource_ref: Option<ResourceRef>,
    pub(super) file: Option<File>,
}

/// An item that cannot be read, and what names it.
#[derive(Debug)]
pub(super) struct UnreadItem {
    pub(super) resource: Option<ResourceRef>,
    pub(super) error: String,
}

const NAME_IN_ERRORS: &str = "<standard input>";

impl Items {
    /// Reads the items of `list`. A `ServingRuntime` that names no namespace belongs to `default_namespace`.
    pub(super) fn read(list: &ResourceList<'_>, default_namespace: &str) -> Result<Self, Box<UnreadItem>> {
        let file = Arc::from(NAME_IN_ERRORS);
        let mut read = Self::default();
        let unreadable = |error: NotAResourceList| Box::new(UnreadItem { resource: None, error: error.to_string() });
        list.each_item(&mut |node, place| {
            let path = FieldPath::root().key("items").index(place.index);
            let source = Source { file: Arc::clone(&file), document: 0, path, position: node.position };
            let taken = read.take(place, &Item { node, source }, default_namespace);
            taken.map_err(|error| Box::new(UnreadItem { resource: resource_ref(node), error: error.to_string() }))
        })
        .map_err(unreadable)??;
        Ok(read)
    }

    fn take(&mut self, place: Place, item: &Item<'_, '_>, default_namespace: &str) -> Result<(), ContentsError> {
        if let Some(snapshot) = Snapshot::read(item)? {
            self.snapshots.push(snapshot);
            return Ok(());
        }
        match kserve::read(item.node, Some(item.source.clone()), default_namespace)? {
            Some(Object::InferenceService(service)) => {
                let (resource_ref, file) = (resource_ref(item.node), file(item.node));
                self.services.push(ServiceItem { service: *service, place, resource_ref, file });
            }
            Some(Object::ServingRuntime(runtime)) => self.runtimes.push(under_original_identity(*runtime, item.node)),
            Some(Object::InferenceGraph(graph)) => self.graphs.push(graph),
            None => {}
        }
        Ok(())
    }

    /// The same as contents of a text, for an inventory.
    pub(super) fn contents(&self) -> Contents {
        Contents {
            services: self.services.iter().map(|item| item.service.clone()).collect(),
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
fn resource_ref(node: &Node<'_>) -> Option<ResourceRef> {
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
fn file(node: &Node<'_>) -> Option<File> {
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
