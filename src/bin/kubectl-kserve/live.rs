//! What the live cluster answers to a question: its services and runtimes, and the KServe release that it runs.

use anyhow::bail;
use kubectl_kserve::inventory::{Inventory, Unread};
use kubectl_kserve::kserve::{InferenceService, Release};
use kubectl_kserve::yaml::Node;

use crate::cli::{Manifests, Rules, RuntimesSource};
use crate::cluster::{Cluster, Detected, Live, Services, Wanted};
use crate::connection::Connection;
use crate::{output, release};

/// A question to the live cluster.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) manifests: &'a Manifests,
    pub(crate) rules: &'a Rules,
    pub(crate) connection: &'a Connection,
    pub(crate) services: Services<'a>,
    /// The `InferenceGraph`s as well.
    pub(crate) graphs: bool,
    /// The `Deployment`s of the services as well, where they may be read.
    pub(crate) deployments: bool,
}

/// What the cluster holds of what was asked for.
pub(crate) struct Answered {
    pub(crate) cluster: Cluster,
    pub(crate) inventory: Inventory,
    /// The services as the server has them, where they are to be changed.
    pub(crate) service_objects: Vec<Node<'static>>,
    /// The runtimes as the server has them.
    pub(crate) runtime_objects: Vec<Node<'static>>,
    /// Why the `Deployment`s that were wanted are not there.
    lacks_deployments: Option<String>,
    /// What is missing from the runtimes.
    pub(crate) unread: Unread,
    pub(crate) release: Release,
    /// The namespace asked about; none for every namespace.
    pub(crate) namespace: Option<String>,
    /// What was refused, and what to ask for.
    pub(crate) warnings: Vec<String>,
}

/// The services to ask for: all of them without names.
pub(crate) fn services_named(names: &[String]) -> Services<'_> {
    if names.is_empty() { Services::All } else { Services::Named(names) }
}

/// Asks the cluster that the flags and the kubeconfig name.
pub(crate) fn ask(question: &Question<'_>) -> anyhow::Result<Answered> {
    ask_under(question, false, |detected| Ok(release::of_cluster(question.rules, detected)))
}

/// The same for a command that writes: it wants the services whole, and no guess at the release.
pub(crate) fn ask_to_write(question: &Question<'_>) -> anyhow::Result<Answered> {
    ask_under(question, true, |detected| release::of_cluster_for_writing(question.rules, detected))
}

fn ask_under(
    question: &Question<'_>,
    service_objects: bool,
    decide_release: impl FnOnce(Option<&Detected>) -> anyhow::Result<Release>,
) -> anyhow::Result<Answered> {
    let Question { manifests, rules, services, graphs, deployments, .. } = *question;
    if rules.runtimes.iter().any(|source| *source != RuntimesSource::Cluster) {
        bail!("live services are answered from the cluster's runtimes; to use others, give the services with -f");
    }
    require_selection(manifests, services)?;
    let cluster = Cluster::connect(question.connection)?;
    let namespace = manifests.namespace.as_deref().unwrap_or(cluster.namespace());
    let namespace = (!manifests.all_namespaces).then(|| namespace.to_owned());
    let selector = manifests.selector.as_ref().map(|selector| selector.text.as_str());
    let wanted = Wanted { services, namespace: namespace.as_deref(), selector, graphs, deployments, service_objects };
    let mut read = read(&cluster, &wanted)?;
    let release = decide_release(read.detected.as_ref())?;
    let service_objects = std::mem::take(&mut read.service_objects);
    let runtime_objects = std::mem::take(&mut read.runtime_objects);
    let (lacks_deployments, unread) = (read.lacks_deployments.take(), read.unread.clone());
    let (inventory, warnings) = read.into_inventory(release)?;
    Ok(Answered {
        cluster,
        inventory,
        service_objects,
        runtime_objects,
        lacks_deployments,
        unread,
        release,
        namespace,
        warnings,
    })
}

/// What kubectl refuses, in its words.
fn require_selection(manifests: &Manifests, services: Services<'_>) -> anyhow::Result<()> {
    let selects = manifests.selector.as_ref().is_some_and(|selector| !selector.text.is_empty());
    if selects && matches!(services, Services::Named(_)) {
        bail!("name cannot be provided when a selector is specified");
    }
    match manifests.only_namespace() {
        Some(namespace) if namespace.contains('/') => bail!("invalid namespace {namespace:?}: [may not contain '/']"),
        _ => Ok(()),
    }
}

/// What the cluster says, where its warnings do not count as errors.
pub(crate) fn read(cluster: &Cluster, wanted: &Wanted<'_>) -> anyhow::Result<Live> {
    let read = cluster.read(wanted)?;
    refuse_warnings(cluster)?;
    Ok(read)
}

/// Ends here when the server gave warnings that were to be taken for errors.
pub(crate) fn refuse_warnings(cluster: &Cluster) -> anyhow::Result<()> {
    match cluster.failing_warnings() {
        Some(count) => bail!("{} received", output::counted(count, "warning")),
        None => Ok(()),
    }
}

impl Answered {
    /// Says that nothing could be compared with the images that run, and why.
    pub(crate) fn note_lacking_deployments(&self) {
        if let Some(why) = &self.lacks_deployments {
            output::note(&format!("the images that run are not known: {why}"));
        }
    }

    /// One service, and all that its runtime depends on, as it is now.
    pub(crate) fn again(
        &self,
        namespace: &str,
        name: &str,
        graphs: bool,
    ) -> anyhow::Result<(Inventory, Node<'static>)> {
        let names = [name.to_owned()];
        let services = Services::Named(&names);
        let wanted = Wanted {
            services,
            namespace: Some(namespace),
            graphs,
            deployments: true,
            service_objects: true,
            ..Wanted::default()
        };
        let mut read = self.cluster.read(&wanted)?;
        let objects = std::mem::take(&mut read.service_objects);
        let (inventory, _) = read.into_inventory(self.release)?;
        match objects.into_iter().next() {
            Some(object) => Ok((inventory, object)),
            None => bail!("inferenceservices.serving.kserve.io {name:?} not found"),
        }
    }
}

impl Manifests {
    /// The live services with these names (all without any) and the labels asked for. None at all is no error, as with
    /// kubectl.
    pub(crate) fn select_live<'i>(
        &self,
        answered: &'i Answered,
        names: &[String],
    ) -> anyhow::Result<Vec<&'i InferenceService>> {
        let wanted = |service: &&InferenceService| {
            (names.is_empty() || names.contains(&service.name))
                && self.selector.as_ref().is_none_or(|selector| selector.matches(&service.labels))
        };
        let services: Vec<_> = answered.inventory.services().iter().filter(wanted).collect();
        if let Some(name) = names.iter().find(|name| !services.iter().any(|service| service.name == **name)) {
            bail!("inferenceservices.serving.kserve.io {name:?} not found");
        }
        if services.is_empty() {
            let place = answered.namespace.as_ref().map(|namespace| format!(" in {namespace} namespace"));
            output::say(&format!("No resources found{}.", place.unwrap_or_default()));
        }
        Ok(services)
    }
}
