//! The runtimes that a namespace sees, in the order in which KServe tries them, and what becomes of each for a model.

use crate::inventory::Inventory;
use crate::kserve::{InferenceService, Model, Origin, Predictor, PredictorExtension, Scope, ServingRuntime};
use crate::object::{Placed, Position};
use crate::resolve::{Candidate, Outcome, Resolution, Resolver, Rule, Verdict};

/// A namespace, and which of the runtimes that it sees are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View<'a> {
    /// The namespace.
    pub namespace: &'a str,
    scope: Option<ViewScope>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ViewScope {
    Own,
    Cluster,
}

impl<'a> View<'a> {
    /// All that a namespace sees.
    #[must_use]
    pub fn of(namespace: &'a str) -> Self {
        Self { namespace, scope: None }
    }

    /// What there is altogether: what each namespace has of its own, then what a namespace with nothing of its own sees.
    #[must_use]
    pub fn all(inventory: &'a Inventory) -> Vec<Self> {
        let mut namespaces: Vec<&str> = inventory.runtimes().filter_map(|runtime| runtime.id.namespace()).collect();
        namespaces.dedup();
        let own = namespaces.into_iter().map(|namespace| Self { namespace, scope: Some(ViewScope::Own) });
        own.chain([Self { namespace: "", scope: Some(ViewScope::Cluster) }]).collect()
    }

    fn shows(self, runtime: &ServingRuntime) -> bool {
        match self.scope {
            None => true,
            Some(ViewScope::Own) => runtime.id.scope != Scope::Cluster,
            Some(ViewScope::Cluster) => runtime.id.scope == Scope::Cluster,
        }
    }
}

/// A runtime of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<'i> {
    /// The runtime.
    pub runtime: &'i ServingRuntime,
    /// What came of it; none when nothing was asked, or KServe does not look at this runtime for it.
    pub candidate: Option<Candidate<'i>>,
}

impl<'i> Listed<'i> {
    fn with_verdict(candidate: Candidate<'i>) -> Self {
        Self { runtime: candidate.runtime, candidate: Some(candidate) }
    }

    fn without_verdict(runtime: &'i ServingRuntime) -> Self {
        Self { runtime, candidate: None }
    }

    /// Whether KServe can select the runtime for the model asked about.
    #[must_use]
    pub fn is_eligible(&self) -> bool {
        self.candidate.as_ref().is_some_and(|candidate| !matches!(candidate.verdict, Verdict::Ineligible(_)))
    }

    /// Whether the runtime supports the format and version of the model asked about.
    #[must_use]
    pub fn supports_format(&self) -> bool {
        self.candidate.as_ref().is_some_and(|candidate| match candidate.verdict {
            Verdict::Ineligible(rules) => !rules.contains(Rule::ModelFormat),
            Verdict::Selected | Verdict::Tied | Verdict::Outranked(_) => true,
        })
    }
}

/// The runtimes of one view. Those that can be selected come first when a model was asked about.
#[derive(Clone, Debug)]
pub struct Group<'i> {
    /// The answer for the model asked about.
    pub resolution: Option<Resolution<'i>>,
    /// The runtimes, in KServe's order.
    pub runtimes: Vec<Listed<'i>>,
}

impl<'i> Group<'i> {
    /// The runtimes of a view, with what came of each in `resolution`.
    #[must_use]
    pub fn new(resolver: &Resolver<'i>, view: View<'_>, resolution: Option<Resolution<'i>>) -> Self {
        let candidates = resolution.as_ref().map_or_else(Vec::new, |resolution| resolver.candidates(resolution, true));
        let is_candidate = |runtime: &ServingRuntime| candidates.iter().any(|one| one.runtime.id == runtime.id);
        let others: Vec<_> = resolver.visible(view.namespace).filter(|runtime| !is_candidate(runtime)).collect();
        let listed = candidates.into_iter().map(Listed::with_verdict);
        let listed = listed.chain(others.into_iter().map(Listed::without_verdict));
        Self { resolution, runtimes: listed.filter(|listed| view.shows(listed.runtime)).collect() }
    }

    /// Whether this is KServe's order for sure: where runtimes stand beside each other by age, their ages are known.
    /// KServe does not order what it does not try.
    #[must_use]
    pub fn is_order_known(&self, resolver: &Resolver<'_>) -> bool {
        let is_asked = self.resolution.is_some();
        let known = |pair: &[Listed<'_>]| {
            let (one, other) = (&pair[0], &pair[1]);
            is_asked && !(one.is_eligible() && other.is_eligible())
                || rank(resolver, one) != rank(resolver, other)
                || resolver.knows_order(one.runtime, other.runtime)
        };
        self.runtimes.windows(2).all(known)
    }
}

/// What orders runtimes before their ages do: their scope, and the priority where it counts.
fn rank<'l>(resolver: &Resolver<'_>, listed: &Listed<'l>) -> (&'l Scope, Option<i32>) {
    let priority = listed.candidate.as_ref().and_then(|candidate| candidate.priority);
    (&listed.runtime.id.scope, priority.filter(|_| resolver.release().orders_by_priority()))
}

/// A service that asks for nothing but a model format, so that a format is judged as any service's is.
#[must_use]
pub fn asking(namespace: &str, format: &str, version: Option<&str>, protocol: Option<&str>) -> InferenceService {
    let placed = |text: &str| Placed::new(text.to_owned(), Position::default());
    let extension = PredictorExtension { protocol_version: protocol.map(placed), ..PredictorExtension::default() };
    let model = Model { format: placed(format), version: version.map(placed), extension, ..Model::default() };
    InferenceService {
        namespace: Some(namespace.to_owned()),
        name: String::new(),
        labels: std::collections::BTreeMap::new(),
        deployment_mode: None,
        stopped: false,
        predictor: Predictor { model: Some(model), ..Predictor::default() },
        transformer: false,
        canaries: Vec::new(),
        recorded_runtime: None,
        auto_update_disabled: false,
        origin: Origin::Manifest,
        revision: None,
        source: None,
    }
}

/// Whether a service resolves to `runtime`.
#[must_use]
pub fn uses(resolution: &Resolution<'_>, runtime: &ServingRuntime) -> bool {
    matches!(resolution.outcome, Outcome::Selected(selected) if selected.id == runtime.id)
}

/// Whether a service may resolve to `runtime`, and manifests do not tell: unknown ages, or runtimes that were not read.
#[must_use]
pub fn may_use(resolver: &Resolver<'_>, resolution: &Resolution<'_>, runtime: &ServingRuntime) -> bool {
    match &resolution.outcome {
        Outcome::Undecided(tied) => tied.iter().any(|one| one.id == runtime.id),
        Outcome::Unknown => {
            let mut candidates = resolver.eligible(resolution).into_iter();
            candidates.any(|candidate| candidate.runtime.id == runtime.id)
        }
        Outcome::Selected(_) | Outcome::Failed(_) | Outcome::NotApplicable(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Unread;
    use crate::kserve::{Release, catalogue::catalogue};

    fn inventory() -> Inventory {
        let mut inventory = Inventory::new(Vec::new(), "default", Unread::default());
        inventory.add_runtimes(catalogue(Release::LATEST)).expect("each runtime is there once");
        inventory
    }

    #[test]
    fn every_runtime_is_listed_once_whatever_is_asked() {
        let inventory = inventory();
        let resolver = Resolver::new(&inventory, Release::LATEST);
        let service = asking("default", "sklearn", Some("1"), None);
        let mut names = Vec::new();
        for resolution in [None, Some(resolver.resolve(&service))] {
            let group = Group::new(&resolver, View::of("default"), resolution);
            assert!(group.is_order_known(&resolver), "a release's runtimes are equally old");
            let mut found: Vec<_> = group.runtimes.iter().map(|listed| listed.runtime.id.name.clone()).collect();
            found.sort();
            names.push(found);
        }
        assert_eq!(names[0], names[1]);
        assert_eq!(names[0].len(), inventory.runtimes().len());
    }

    #[test]
    fn the_views_of_all_namespaces_show_each_runtime_once() {
        let mut inventory = inventory();
        let mut own = catalogue(Release::LATEST);
        for (number, runtime) in own.iter_mut().enumerate() {
            runtime.id.scope = Scope::Namespace(if number % 2 == 0 { "ml" } else { "web" }.to_owned());
        }
        inventory.add_runtimes(own).expect("each runtime is there once");
        let resolver = Resolver::new(&inventory, Release::LATEST);
        let views = View::all(&inventory);
        let groups: Vec<_> = views.iter().map(|view| Group::new(&resolver, *view, None)).collect();
        let shown: usize = groups.iter().map(|group| group.runtimes.len()).sum();
        assert_eq!(views.iter().map(|view| view.namespace).collect::<Vec<_>>(), ["ml", "web", ""]);
        assert_eq!(shown, inventory.runtimes().len());
    }
}
