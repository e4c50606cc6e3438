//! Runtimes as data: `kind: RuntimeList` of `kubectl-kserve/v1`. Field names are final: add, never rename.

use serde::Serialize;

use crate::kserve::{Age, Release, ServingRuntime, SupportedModelFormat};
use crate::listing::{self, Group, Listed};
use crate::resolve::{Resolution, Resolver};

use super::candidate::{JsonCandidate, JsonVerdict, Reason};
use super::{Model, Runtime, SourcePlace};

/// The runtimes that a namespace sees, in the order in which KServe tries them.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuntimeList {
    /// `kubectl-kserve/v1`
    api_version: &'static str,
    /// `RuntimeList`
    kind: &'static str,
    /// The KServe release whose rules were applied.
    kserve_version: String,
    /// Nothing is known to be missing from the runtimes that were read.
    complete: bool,
    /// What to know about the list as a whole.
    warnings: Vec<String>,
    /// The namespace that sees these runtimes; null for a list of every namespace.
    namespace: Option<String>,
    /// The service that the verdicts are about; null unless there is one.
    service: Option<Service>,
    /// The model that the verdicts are about, after KServe's defaulting; null when nothing was asked.
    model: Option<Model>,
    /// The runtimes. With a model, those that can be selected come first. In a list of every namespace the runtimes of
    /// each namespace stand together, and then those of the cluster.
    items: Vec<RuntimeItem>,
}

/// A runtime.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct RuntimeItem {
    runtime: Runtime,
    supported_model_formats: Vec<Format>,
    /// Empty means that it serves every protocol.
    protocol_versions: Vec<String>,
    disabled: bool,
    multi_model: bool,
    /// It has a workerSpec.
    multi_node: bool,
    /// The image of the container that serves the model, as the runtime has it.
    image: Option<String>,
    /// Null when it is not known.
    creation_timestamp: Option<String>,
    /// Where it was read; null for an object of a cluster or of a release's catalogue.
    source: Option<SourcePlace>,
    /// What came of it for the model; null when nothing was asked, or KServe does not look at it.
    verdict: Option<JsonVerdict>,
    /// Its priority for the model's format: that of its first entry of the format's name.
    priority: Option<i32>,
    reasons: Vec<Reason>,
    /// The services that resolve to it; null when that was not asked.
    used_by: Option<Vec<Service>>,
}

/// An entry of supportedModelFormats.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Format {
    name: String,
    version: Option<String>,
    auto_select: bool,
    priority: Option<i32>,
}

/// An `InferenceService`, or one of its canaries.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Service {
    namespace: String,
    name: String,
    /// The canary's name; null for the service's own predictor.
    canary: Option<String>,
}

/// What a list is about, beside its runtimes.
#[derive(Debug)]
pub struct About<'a> {
    /// The namespace that sees the runtimes; none for a list of every namespace.
    pub namespace: Option<&'a str>,
    /// The verdicts are about a service, not about a model format.
    pub service: bool,
    /// The services that may use the runtimes, when that was asked.
    pub users: Option<&'a [Resolution<'a>]>,
    /// Nothing is known to be missing.
    pub complete: bool,
    /// What to know about the list as a whole.
    pub warnings: Vec<String>,
}

impl RuntimeList {
    /// The list of these runtimes.
    #[must_use]
    pub fn new(resolver: &Resolver<'_>, groups: &[Group<'_>], about: About<'_>) -> Self {
        let resolution = groups.iter().find_map(|group| group.resolution.as_ref());
        let asked = resolution.and_then(|resolution| Some((resolution.asked.as_ref()?, resolution.mode)));
        let items_of = |group| items(group, resolver.release(), about.users);
        Self {
            api_version: crate::object::API_VERSION,
            kind: "RuntimeList",
            kserve_version: resolver.release().to_string(),
            complete: about.complete,
            warnings: about.warnings,
            namespace: about.namespace.map(str::to_owned),
            service: resolution.filter(|_| about.service).map(Service::of),
            model: asked.map(|(asked, mode)| Model::new(asked, mode)),
            items: groups.iter().flat_map(items_of).collect(),
        }
    }
}

fn items(group: &Group<'_>, release: Release, users: Option<&[Resolution<'_>]>) -> Vec<RuntimeItem> {
    let item = |listed| RuntimeItem::new(listed, group, release, users);
    group.runtimes.iter().map(item).collect()
}

impl RuntimeItem {
    fn new(listed: &Listed<'_>, group: &Group<'_>, release: Release, users: Option<&[Resolution<'_>]>) -> Self {
        let runtime = listed.runtime;
        let asked = group.resolution.as_ref().and_then(|resolution| resolution.asked.as_ref());
        let judged = listed.candidate.as_ref().zip(asked);
        let judged = judged.map(|(candidate, asked)| JsonCandidate::new(candidate, asked));
        let (verdict, priority, reasons) =
            judged.map_or((None, None, Vec::new()), |one| (Some(one.verdict), one.priority, one.reasons));
        Self {
            runtime: Runtime::of(runtime),
            supported_model_formats: runtime.supported_model_formats.iter().map(Format::new).collect(),
            protocol_versions: runtime.protocol_versions.clone(),
            disabled: runtime.disabled,
            multi_model: runtime.multi_model,
            multi_node: runtime.worker_spec,
            image: runtime.model_container(release).and_then(|container| container.image.clone()),
            creation_timestamp: created(runtime),
            source: runtime.source.as_ref().map(SourcePlace::new),
            verdict,
            priority,
            reasons,
            used_by: users.map(|users| used_by(users, runtime)),
        }
    }
}

fn created(runtime: &ServingRuntime) -> Option<String> {
    match runtime.age {
        Age::Created(timestamp) => Some(timestamp.to_string()),
        Age::Release | Age::NotCreated | Age::Unknown => None,
    }
}

fn used_by(users: &[Resolution<'_>], runtime: &ServingRuntime) -> Vec<Service> {
    users.iter().filter(|user| listing::uses(user, runtime)).map(Service::of).collect()
}

impl Format {
    fn new(entry: &SupportedModelFormat) -> Self {
        Self {
            name: entry.name.clone(),
            version: entry.version.clone(),
            auto_select: entry.auto_select,
            priority: entry.priority,
        }
    }
}

impl Service {
    fn of(resolution: &Resolution<'_>) -> Self {
        Self {
            namespace: resolution.namespace.to_owned(),
            name: resolution.service.name.clone(),
            canary: resolution.canary.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_schema_is_that_of_the_types() {
        let schema = schemars::schema_for!(RuntimeList);
        super::super::tests::check_schema("runtime-list.json", &schema);
    }
}
