//! The names of objects, for completion: what may not be listed has none.

use kubectl_kserve::yaml::Node;

use super::request::Requests;
use super::{contents, list};

/// The objects to name; no namespace stands for every one.
#[derive(Clone, Debug)]
pub(crate) enum Named {
    Namespaces,
    Services(Option<String>),
    /// Those of the namespace, and the cluster's.
    Runtimes(Option<String>),
}

pub(super) async fn names(requests: &Requests, kind: &Named) -> Vec<String> {
    match kind {
        Named::Namespaces => of("/api/v1/namespaces", requests).await,
        Named::Services(namespace) => {
            of(&contents::path("v1beta1", namespace.as_deref(), contents::SERVICES), requests).await
        }
        Named::Runtimes(namespace) => {
            let own = contents::path("v1alpha1", namespace.as_deref(), contents::OWN_RUNTIMES);
            let cluster = contents::path("v1alpha1", None, contents::CLUSTER_RUNTIMES);
            let (own, cluster) = tokio::join!(of(&own, requests), of(&cluster, requests));
            [own, cluster].concat()
        }
    }
}

async fn of(path: &str, requests: &Requests) -> Vec<String> {
    let objects = list::list(requests, path, None, "names").await.unwrap_or_default();
    let name = |object: &Node<'_>| Some(object.get("metadata")?.get("name")?.as_str()?.to_owned());
    objects.iter().filter_map(name).collect()
}
