//! Which services of the manifests a command is about.

use std::collections::BTreeSet;

use anyhow::bail;
use kubectl_kserve::inventory::Inventory;
use kubectl_kserve::kserve::InferenceService;

use crate::cli::Manifests;

impl Manifests {
    /// The services with these names (all without any), of the namespace and labels asked for, in the order of the
    /// manifests.
    pub(crate) fn select<'i>(
        &self,
        inventory: &'i Inventory,
        names: &[String],
    ) -> anyhow::Result<Vec<&'i InferenceService>> {
        if inventory.services().is_empty() {
            bail!("no InferenceService among the manifests");
        }
        let wanted = |service: &&InferenceService| self.wants(service, inventory.namespace_of(service));
        let candidates: Vec<_> = inventory.services().iter().filter(wanted).collect();
        if candidates.is_empty() {
            bail!("no InferenceService among the manifests {}", self.wanted_in_words());
        }
        if let Some(name) = names.iter().find(|name| !candidates.iter().any(|service| service.name == **name)) {
            bail!("{}", not_found(name, &candidates));
        }
        Ok(candidates.into_iter().filter(|service| names.is_empty() || names.contains(&service.name)).collect())
    }

    /// The namespaces of the services with these names (all without any), of the namespace and labels asked for. A
    /// service that names none belongs to `default`.
    pub(crate) fn namespaces<'s>(
        &self,
        services: &'s [InferenceService],
        names: &[String],
        default: &'s str,
    ) -> BTreeSet<&'s str> {
        let is_named = |service: &&InferenceService| names.is_empty() || names.contains(&service.name);
        let namespace = |service: &'s InferenceService| {
            let namespace = service.namespace.as_deref().unwrap_or(default);
            self.wants(service, namespace).then_some(namespace)
        };
        services.iter().filter(is_named).filter_map(namespace).collect()
    }

    fn wants(&self, service: &InferenceService, namespace: &str) -> bool {
        self.only_namespace().is_none_or(|wanted| wanted == namespace)
            && self.selector.as_ref().is_none_or(|selector| selector.matches(&service.labels))
    }

    fn wanted_in_words(&self) -> String {
        let namespace = self.only_namespace().map(|namespace| format!("is in namespace {namespace}"));
        let labels = self.selector.as_ref().map(|_| "has the labels asked for".to_owned());
        let wanted: Vec<String> = namespace.into_iter().chain(labels).collect();
        wanted.join(" and ")
    }
}

fn not_found(name: &str, candidates: &[&InferenceService]) -> String {
    let names = some_names(candidates.iter().map(|service| service.name.as_str()));
    format!("inferenceservices.serving.kserve.io {name:?} not found among the manifests, which hold: {names}")
}

/// How many names a message shows.
const MOST_NAMES: usize = 8;

/// The names that there are, each once and in order; of many the first ones.
pub(crate) fn some_names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.dedup();
    let more = if names.len() > MOST_NAMES { " …" } else { "" };
    names.truncate(MOST_NAMES);
    names.join(", ") + more
}
