//! KServe's choice of a runtime, rule by rule and release by release. It cannot fail: "no runtime" is an answer.

mod automatic;
mod canary;
mod defaulting;
mod eligibility;
mod explicit;
mod go_sort;
mod image;
mod order;
mod outcome;
mod server;
mod server_type;

use std::borrow::Cow;
use std::collections::HashMap;

pub use defaulting::ProtocolFrom;
pub use eligibility::{Rule, Rules, serves_protocol};
pub use image::NoImage;
pub use order::priority;
pub use outcome::{Candidate, Failure, Mode, NotApplicable, Outcome, RankReason, Verdict};

use crate::inventory::Inventory;
use crate::kserve::{Framework, InferenceService, Model, Release, ServingRuntime};
use order::Runtimes;

/// KServe's view of one inventory under the rules of one release. Built once, asked for every service.
#[derive(Debug)]
pub struct Resolver<'i> {
    release: Release,
    inventory: &'i Inventory,
    cluster: Runtimes<'i>,
    namespaces: HashMap<&'i str, Runtimes<'i>>,
}

/// The answer for one predictor: a service's own, or one of its canaries'.
#[derive(Clone, Debug)]
pub struct Resolution<'i> {
    /// The service it is about.
    pub service: &'i InferenceService,
    /// The namespace in which the service was resolved.
    pub namespace: &'i str,
    /// The canary's name, for a canary.
    pub canary: Option<&'i str>,
    /// The model as KServe sees it after defaulting; none when the predictor has none.
    pub asked: Option<Asked<'i>>,
    /// Whether a runtime was asked for by name.
    pub mode: Mode,
    /// Which runtime, or why none.
    pub outcome: Outcome<'i>,
    /// What follows from the runtime; none unless one was selected.
    pub served: Option<Served<'i>>,
}

/// What a model asks for, after the webhook's defaulting.
#[derive(Clone, Debug)]
pub struct Asked<'i> {
    /// The model.
    pub model: Cow<'i, Model>,
    /// Where the model's protocolVersion comes from.
    pub protocol_from: ProtocolFrom,
    /// The framework key that the webhook turned into `model`.
    pub framework: Option<Framework>,
    /// The predictor is multi-node.
    pub worker_spec: bool,
}

impl Asked<'_> {
    /// The protocolVersion that the webhook sets.
    #[must_use]
    pub fn webhook_protocol(&self) -> Option<&'static str> {
        (self.protocol_from == ProtocolFrom::Webhook).then_some(defaulting::WEBHOOK_PROTOCOL)
    }
}

/// What follows from the choice of a runtime.
#[derive(Clone, Debug, PartialEq)]
pub struct Served<'i> {
    /// The protocolVersion after selection; empty when the runtime lists none.
    pub protocol: String,
    /// Whether the protocol is the server's own default, by its type.
    pub protocol_by_server: bool,
    /// The image of the model's container under the release's rules, or why the manifests do not tell.
    pub image: Result<String, NoImage>,
    /// The runtime that the status will name, where that is not the one used: a namespaced runtime of the same name.
    pub reported: Option<&'i ServingRuntime>,
    /// The server type that KServe takes the runtime for.
    pub server_type: Option<&'static str>,
}

impl<'i> Resolver<'i> {
    /// Indexes the runtimes of `inventory` for the rules of `release`.
    #[must_use]
    pub fn new(inventory: &'i Inventory, release: Release) -> Self {
        let mut cluster = Vec::new();
        let mut namespaces: HashMap<&str, Vec<&ServingRuntime>> = HashMap::new();
        for runtime in inventory.runtimes() {
            match runtime.id.namespace() {
                Some(namespace) => namespaces.entry(namespace).or_default().push(runtime),
                None => cluster.push(runtime),
            }
        }
        let namespaces = namespaces.into_iter().map(|(namespace, runtimes)| (namespace, Runtimes::new(runtimes)));
        Self { release, inventory, cluster: Runtimes::new(cluster), namespaces: namespaces.collect() }
    }

    /// The release whose rules apply.
    #[must_use]
    pub fn release(&self) -> Release {
        self.release
    }

    /// The objects it answers from.
    #[must_use]
    pub fn inventory(&self) -> &'i Inventory {
        self.inventory
    }

    /// Which runtime `service` gets.
    #[must_use]
    pub fn resolve(&self, service: &'i InferenceService) -> Resolution<'i> {
        self.resolve_in(self.inventory.namespace_of(service), service)
    }

    /// Which runtime `service` would get in this namespace.
    #[must_use]
    pub fn resolve_in(&self, namespace: &'i str, service: &'i InferenceService) -> Resolution<'i> {
        if service.deployment_mode.as_deref() == Some("ModelMesh") {
            return without_model(service, namespace, Outcome::NotApplicable(NotApplicable::ModelMesh));
        }
        match defaulting::default_predictor(service, self.release) {
            Some(asked) => self.resolve_asked(service, namespace, None, asked),
            None if service.predictor.containers => {
                without_model(service, namespace, Outcome::NotApplicable(NotApplicable::CustomContainers))
            }
            None => without_model(service, namespace, Outcome::Failed(Failure::NothingToServe)),
        }
    }

    /// Which runtimes the canaries of a resolved service get: none before v0.20, outside Standard mode, or when the
    /// stable predictor finds no runtime, because KServe stops there.
    #[must_use]
    pub fn resolve_canaries(&self, stable: &Resolution<'i>) -> Vec<Resolution<'i>> {
        canary::resolve(self, stable)
    }

    fn resolve_asked(
        &self,
        service: &'i InferenceService,
        namespace: &'i str,
        canary: Option<&'i str>,
        asked: Asked<'i>,
    ) -> Resolution<'i> {
        let (mode, outcome) = match &asked.model.runtime {
            Some(runtime) => (Mode::Explicit, explicit::outcome(self, namespace, &asked, &runtime.value)),
            None => (Mode::Automatic, automatic::outcome(self, namespace, &asked)),
        };
        let served = match outcome {
            Outcome::Selected(runtime) => Some(server::served(self, namespace, &asked, runtime)),
            _ => None,
        };
        Resolution { service, namespace, canary, asked: Some(asked), mode, outcome, served }
    }

    /// What `resolution` would be if its model were changed so. A change is written, so that KServe's webhook sets its
    /// defaults even where it had not set them when the service was stored.
    #[must_use]
    pub fn resolve_changed(&self, resolution: &Resolution<'i>, change: impl FnOnce(&mut Model)) -> Resolution<'i> {
        let Some(asked) = &resolution.asked else { return resolution.clone() };
        let mut asked = asked.clone();
        change(asked.model.to_mut());
        defaulting::default_again(&mut asked, self.release);
        self.resolve_asked(resolution.service, resolution.namespace, resolution.canary, asked)
    }

    /// Whether `runtime` would be eligible if the service's namespace saw it.
    #[must_use]
    pub fn would_support(&self, runtime: &ServingRuntime, resolution: &Resolution<'_>) -> bool {
        resolution.asked.as_ref().is_some_and(|asked| automatic::is_eligible(self, runtime, asked))
    }

    /// The eligible runtimes of an automatic selection, in KServe's order; on the explicit path only the named one.
    #[must_use]
    pub fn eligible(&self, resolution: &Resolution<'i>) -> Vec<Candidate<'i>> {
        match &resolution.asked {
            None => Vec::new(),
            Some(asked) if resolution.mode == Mode::Explicit => explicit::candidates(self, resolution, asked),
            Some(asked) => automatic::eligible(self, resolution, asked),
        }
    }

    /// Every runtime with its verdict, the eligible ones first and in KServe's order. On the explicit path only the
    /// named one is looked at. `all` adds the runtimes that do not name the model's format.
    #[must_use]
    pub fn candidates(&self, resolution: &Resolution<'i>, all: bool) -> Vec<Candidate<'i>> {
        match &resolution.asked {
            None => Vec::new(),
            Some(asked) if resolution.mode == Mode::Explicit => explicit::candidates(self, resolution, asked),
            Some(asked) => automatic::candidates(self, resolution, asked, all),
        }
    }

    /// The namespaces that have runtimes of their own.
    pub fn namespaces(&self) -> impl Iterator<Item = &'i str> {
        self.namespaces.keys().copied()
    }

    /// The runtimes that a namespace sees, its own first, each scope in the order in which KServe tries them.
    pub fn visible(&self, namespace: &str) -> impl Iterator<Item = &'i ServingRuntime> {
        let own = self.namespaces.get(namespace).map_or(&[][..], |runtimes| runtimes.in_order());
        own.iter().chain(self.cluster.in_order()).copied()
    }

    /// Whether the order of two runtimes of one scope is known, as far as priorities do not decide it: their ages can
    /// be unknown.
    #[must_use]
    pub fn knows_order(&self, one: &ServingRuntime, other: &ServingRuntime) -> bool {
        order::known_order(one, other).is_some()
    }

    /// The runtime of this name that KServe finds for a namespace: its own before the cluster's.
    #[must_use]
    pub fn find(&self, namespace: &str, name: &str) -> Option<&'i ServingRuntime> {
        self.namespaced(namespace, name).or_else(|| self.cluster.named(name))
    }

    fn namespaced(&self, namespace: &str, name: &str) -> Option<&'i ServingRuntime> {
        self.namespaces.get(namespace).and_then(|runtimes| runtimes.named(name))
    }
}

fn without_model<'i>(service: &'i InferenceService, namespace: &'i str, outcome: Outcome<'i>) -> Resolution<'i> {
    Resolution { service, namespace, canary: None, asked: None, mode: Mode::Automatic, outcome, served: None }
}

/// Whether the service runs in Standard mode, as far as its annotation tells: without one the cluster's configuration
/// decides, and Standard is assumed.
fn is_standard_mode(service: &InferenceService) -> bool {
    !matches!(service.deployment_mode.as_deref(), Some("Knative" | "Serverless" | "ModelMesh"))
}
