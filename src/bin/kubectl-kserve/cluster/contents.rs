//! From the API server's lists to what an inventory is made of, and what of it could not be read.

use std::collections::BTreeSet;
use std::path::Path;

use kubectl_kserve::inventory::{Contents, Inventory, TwoRuntimes, Unread};
use kubectl_kserve::kserve::{self, InferenceService, Object, Origin, ReadError, Release};
use kubectl_kserve::yaml::Node;

use super::error::ClusterError;
use super::request::Requests;
use super::{Detected, deployments, list, release};
use crate::release::lack_cluster_runtimes;

pub(super) const SERVICES: &str = "inferenceservices";
pub(super) const OWN_RUNTIMES: &str = "servingruntimes";
pub(super) const CLUSTER_RUNTIMES: &str = "clusterservingruntimes";
const GRAPHS: &str = "inferencegraphs";

/// What a question is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) services: Services<'a>,
    /// The namespace of services and of their runtimes; none for every namespace.
    pub(crate) namespace: Option<&'a str>,
    /// The labels of the services, as kubectl takes them.
    pub(crate) selector: Option<&'a str>,
    /// The `InferenceGraph`s as well.
    pub(crate) graphs: bool,
    /// The services as the server has them, to be changed.
    pub(crate) service_objects: bool,
    /// The `Deployment`s of the services as well.
    pub(crate) deployments: bool,
}

/// Which services a question is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Services<'a> {
    /// None: it is about the runtimes alone.
    #[default]
    None,
    /// All that there are.
    All,
    /// Those with these names.
    Named(&'a [String]),
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Live {
    pub(crate) contents: Contents,
    /// The services as the server has them, where those are wanted, too.
    pub(crate) service_objects: Vec<Node<'static>>,
    /// The runtimes as the server has them.
    pub(crate) runtime_objects: Vec<Node<'static>>,
    pub(crate) unread: Unread,
    /// Why the `Deployment`s that were wanted are not there.
    pub(crate) lacks_deployments: Option<String>,
    pub(crate) detected: Option<Detected>,
    /// What was refused, and what to ask for.
    pub(crate) warnings: Vec<String>,
    /// The cluster has no `ClusterServingRuntime`s at all.
    pub(crate) lacks_cluster_runtimes: bool,
}

/// Asks for all that is wanted and for the release, side by side.
pub(super) async fn read(requests: &Requests, wanted: &Wanted<'_>, cache: Option<&Path>) -> Result<Live, ClusterError> {
    let own = path("v1alpha1", wanted.namespace, OWN_RUNTIMES);
    let cluster = path("v1alpha1", None, CLUSTER_RUNTIMES);
    let (services, graphs, deployments, own, cluster, detected) = tokio::join!(
        services(requests, wanted),
        graphs(requests, wanted),
        deployments::read(requests, wanted),
        list::list(requests, &own, None, OWN_RUNTIMES),
        list::list(requests, &cluster, None, CLUSTER_RUNTIMES),
        release::detect(requests, cache),
    );
    let mut live = Live { detected, ..Live::default() };
    for service in services? {
        live.take(service.read)?;
        live.service_objects.extend(service.object);
    }
    live.take_graphs(graphs)?;
    match deployments {
        Ok(deployments) => live.contents.deployments = deployments,
        Err(error) => live.lacks_deployments = Some(error.to_string()),
    }
    live.take_own(own, wanted.namespace)?;
    live.take_cluster(cluster)?;
    Ok(live)
}

/// What we read of an object, and the object itself where it is wanted, too.
struct Stored {
    read: Result<Option<Object>, ReadError>,
    object: Option<Node<'static>>,
}

async fn services(requests: &Requests, wanted: &Wanted<'_>) -> Result<Vec<Stored>, ClusterError> {
    let stored =
        |object| Stored { read: kserve::read(&object, None, ""), object: wanted.service_objects.then_some(object) };
    let all = path("v1beta1", wanted.namespace, SERVICES);
    let (names, namespace) = match (wanted.services, wanted.namespace) {
        (Services::None, _) => return Ok(Vec::new()),
        (Services::Named(names), Some(namespace)) => (names, namespace),
        _ => return list::list_as(requests, &all, wanted.selector, SERVICES, stored).await,
    };
    let (mut found, mut asked) = (Vec::new(), BTreeSet::new());
    for name in names.iter().filter(|name| asked.insert(name.as_str())) {
        let one = format!("{all}/{}", list::escaped(name));
        match list::object(requests, &one, SERVICES).await {
            Err(error) if error.is_not_found() => return Err(missing(requests, namespace, error).await),
            answer => found.push(stored(answer?)),
        }
    }
    Ok(found)
}

async fn graphs(requests: &Requests, wanted: &Wanted<'_>) -> Result<Vec<Node<'static>>, ClusterError> {
    if !wanted.graphs {
        return Ok(Vec::new());
    }
    list::list(requests, &path("v1alpha1", wanted.namespace, GRAPHS), None, GRAPHS).await
}

/// As kubectl does: when the namespace is what is missing, that is said.
async fn missing(requests: &Requests, namespace: &str, error: ClusterError) -> ClusterError {
    require_namespace(requests, namespace).await.err().unwrap_or(error)
}

/// Fails when it is certain that there is no such namespace. Not everybody may ask.
pub(super) async fn require_namespace(requests: &Requests, namespace: &str) -> Result<(), ClusterError> {
    let path = format!("/api/v1/namespaces/{}", list::escaped(namespace));
    match list::object(requests, &path, "namespaces").await {
        Err(error) if error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}

/// Where KServe's objects of a kind are; no namespace stands for every one.
pub(super) fn path(version: &str, namespace: Option<&str>, resource: &str) -> String {
    match namespace {
        Some(namespace) => {
            format!("/apis/serving.kserve.io/{version}/namespaces/{}/{resource}", list::escaped(namespace))
        }
        None => format!("/apis/serving.kserve.io/{version}/{resource}"),
    }
}

impl Live {
    /// What the resolver answers from, and what to say of it.
    pub(crate) fn into_inventory(mut self, release: Release) -> Result<(Inventory, Vec<String>), TwoRuntimes> {
        if self.lacks_cluster_runtimes {
            lack_cluster_runtimes(release, &mut self.unread, &mut self.warnings);
        }
        let mut inventory = Inventory::new(self.contents.services, "", self.unread);
        inventory.add_graphs(self.contents.graphs);
        inventory.add_deployments(self.contents.deployments);
        inventory.add_runtimes(self.contents.runtimes)?;
        Ok((inventory, self.warnings))
    }

    fn take(&mut self, read: Result<Option<Object>, ReadError>) -> Result<(), ClusterError> {
        match read {
            Ok(Some(Object::InferenceService(service))) => {
                self.contents.services.push(InferenceService { origin: Origin::Stored, ..*service });
            }
            Ok(Some(Object::InferenceGraph(graph))) => self.contents.graphs.push(graph),
            Ok(_) => {}
            Err(error) => return Err(ClusterError::Configuration(format!("as stored in the cluster, {error}"))),
        }
        Ok(())
    }

    fn take_graphs(&mut self, graphs: Result<Vec<Node<'static>>, ClusterError>) -> Result<(), ClusterError> {
        match graphs {
            Ok(graphs) => graphs.iter().try_for_each(|graph| self.take(kserve::read(graph, None, ""))),
            Err(error) if error.is_forbidden() => {
                self.refused(&error);
                self.unread.graphs = true;
                Ok(())
            }
            // An installation may go without them.
            Err(error) if error.is_missing_resource() => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn take_own(
        &mut self,
        runtimes: Result<Vec<Node<'static>>, ClusterError>,
        namespace: Option<&str>,
    ) -> Result<(), ClusterError> {
        let complete = match runtimes {
            Ok(runtimes) => self.take_runtimes(runtimes),
            Err(error) if error.is_forbidden() => {
                self.refused(&error);
                false
            }
            Err(error) => return Err(error),
        };
        self.unread.only_namespaces = match (complete, namespace) {
            (false, _) => Some(Vec::new()),
            (true, Some(namespace)) => Some(vec![namespace.to_owned()]),
            (true, None) => None,
        };
        Ok(())
    }

    fn take_cluster(&mut self, runtimes: Result<Vec<Node<'static>>, ClusterError>) -> Result<(), ClusterError> {
        match runtimes {
            Ok(runtimes) => self.unread.cluster = !self.take_runtimes(runtimes),
            Err(error) if error.is_forbidden() => {
                self.refused(&error);
                self.unread.cluster = true;
            }
            Err(error) if error.is_missing_resource() => self.lacks_cluster_runtimes = true,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Says what was refused in the server's words, and what would help.
    fn refused(&mut self, error: &ClusterError) {
        self.warnings.push(format!(
            "{error}; ask for a ClusterRole with get and list on inferenceservices, servingruntimes, \
             clusterservingruntimes and inferencegraphs of serving.kserve.io"
        ));
    }

    /// Whether all of them could be read.
    fn take_runtimes(&mut self, nodes: Vec<Node<'static>>) -> bool {
        let mut complete = true;
        for node in &nodes {
            match kserve::read(node, None, "") {
                Ok(Some(Object::ServingRuntime(runtime))) => self.contents.runtimes.push(*runtime),
                Ok(_) => {}
                Err(error) => {
                    complete = false;
                    self.warnings.push(format!("as stored in the cluster, {error}"));
                }
            }
        }
        self.runtime_objects.extend(nodes);
        complete
    }
}
