//! `kubectl kserve runtimes`: what a namespace sees, in KServe's order, and what becomes of each.

mod write;

use anyhow::bail;
use kubectl_kserve::explain;
use kubectl_kserve::inventory::Inventory;
use kubectl_kserve::kserve::{InferenceService, Release};
use kubectl_kserve::listing::{self, Group, Listed, View};
use kubectl_kserve::report::human;
use kubectl_kserve::resolve::{self, Outcome, Resolution, Resolver};

use super::which;
use crate::cli::{RuntimeName, Runtimes, RuntimesSource};
#[cfg(feature = "cluster")]
use crate::cluster::Services;
#[cfg(feature = "cluster")]
use crate::live;
use crate::output::{self, Ended};
use crate::runtimes;
use crate::selection::some_names;

pub(crate) fn run(arguments: &Runtimes) -> anyhow::Result<Ended> {
    if arguments.manifests.selector.is_some() && names_of_services(arguments).is_none() {
        bail!("-l selects services: give --for or --used-by with it");
    }
    let is_live = arguments.rules.runtimes.iter().all(|source| *source == RuntimesSource::Cluster);
    if is_live && !arguments.manifests.are_given() {
        return live(arguments);
    }
    let services = names_of_services(arguments);
    let asked = runtimes::ask(&runtimes::Question {
        manifests: &arguments.manifests,
        rules: &arguments.rules,
        connection: &arguments.connection,
        services,
        view: arguments.service.is_none(),
    })?;
    let services = services.map(|names| arguments.manifests.select(&asked.inventory, names)).transpose()?;
    let asked = Asked {
        inventory: &asked.inventory,
        release: asked.release,
        services: services.unwrap_or_default(),
        warnings: asked.warnings,
        namespace: &asked.namespace,
    };
    answer(arguments, asked)
}

#[cfg(not(feature = "cluster"))]
fn live(_: &Runtimes) -> anyhow::Result<Ended> {
    Err(super::no_network_code())
}

#[cfg(feature = "cluster")]
fn live(arguments: &Runtimes) -> anyhow::Result<Ended> {
    let services = names_of_services(arguments);
    let asked = live::ask(&live::Question {
        manifests: &arguments.manifests,
        rules: &arguments.rules,
        connection: &arguments.connection,
        services: services.map_or(Services::None, live::services_named),
        graphs: false,
        deployments: false,
    })?;
    let lists_all = arguments.names.is_empty() && services.is_none();
    if lists_all && asked.unread.knows_nothing() && asked.inventory.runtimes().next().is_none() {
        asked.warnings.iter().for_each(|warning| output::warning(warning));
        bail!("there is nothing to list: no runtimes may be read");
    }
    let services = services.map(|names| arguments.manifests.select_live(&asked, names)).transpose()?;
    let asked = Asked {
        inventory: &asked.inventory,
        release: asked.release,
        services: services.unwrap_or_default(),
        warnings: asked.warnings.clone(),
        namespace: asked.namespace.as_deref().unwrap_or_default(),
    };
    answer(arguments, asked)
}

/// The names of the services that are asked about, all of them without any; none when it is about no services.
fn names_of_services(arguments: &Runtimes) -> Option<&[String]> {
    match &arguments.service {
        Some(name) => Some(std::slice::from_ref(name)),
        None => arguments.used_by.then_some(&[]),
    }
}

/// What the question is answered from, wherever it came from.
struct Asked<'a> {
    inventory: &'a Inventory,
    release: Release,
    /// The services that are asked about.
    services: Vec<&'a InferenceService>,
    /// What the cluster refused.
    warnings: Vec<String>,
    namespace: &'a str,
}

/// What was asked, and everything that the answer is made of.
struct Answer<'a> {
    arguments: &'a Runtimes,
    resolver: &'a Resolver<'a>,
    /// The namespace that sees the runtimes; none for every namespace.
    namespace: Option<&'a str>,
    groups: Vec<Group<'a>>,
    /// The services that may resolve to one of the runtimes, with `--used-by`.
    users: Option<Vec<Resolution<'a>>>,
}

fn answer(arguments: &Runtimes, asked: Asked<'_>) -> anyhow::Result<Ended> {
    let Asked { inventory, release, services, mut warnings, namespace } = asked;
    let resolver = Resolver::new(inventory, release);
    let service = service(arguments, inventory, &services)?;
    let namespace = match service {
        Some(service) => Some(inventory.namespace_of(service)),
        None => (!arguments.manifests.all_namespaces).then_some(namespace),
    };
    let views = namespace.map_or_else(|| View::all(inventory), |namespace| vec![View::of(namespace)]);
    let asking = asking(arguments, service, &views);
    let groups = groups(&resolver, &views, &asking);
    let mut answer = Answer { arguments, resolver: &resolver, namespace, groups, users: None };
    answer.find_names()?;
    answer.filter();
    answer.find_users(&services);
    warnings.extend(answer.warnings(service));
    for warning in &warnings {
        output::warning(warning);
    }
    let is_said = arguments.used_by && services.is_empty();
    if !is_said {
        answer.say_when_empty();
    }
    output::answer(answer.ended(), |out| write::answer(out, &answer, warnings))
}

/// The one service that `--for` names.
fn service<'i>(
    arguments: &Runtimes,
    inventory: &Inventory,
    services: &[&'i InferenceService],
) -> anyhow::Result<Option<&'i InferenceService>> {
    let Some(name) = &arguments.service else { return Ok(None) };
    match services {
        [only] => Ok(Some(only)),
        several => {
            let place = |service: &&InferenceService| {
                let source = service.source.as_ref().map(|source| format!(" at {source}"));
                format!("{}/{name}{}", inventory.namespace_of(service), source.unwrap_or_default())
            };
            let places: Vec<String> = several.iter().map(place).collect();
            bail!("several InferenceServices are named {name}: {}", explain::list(&places, "and"))
        }
    }
}

/// The services to resolve, one a view; none when nothing is asked of the runtimes.
fn asking(arguments: &Runtimes, service: Option<&InferenceService>, views: &[View<'_>]) -> Vec<InferenceService> {
    match (service, &arguments.format) {
        (Some(service), _) => vec![service.clone()],
        (None, Some(format)) => {
            let (version, protocol) = (format.version.as_deref(), arguments.protocol.as_deref());
            views.iter().map(|view| listing::asking(view.namespace, &format.name, version, protocol)).collect()
        }
        (None, None) => Vec::new(),
    }
}

fn groups<'a>(resolver: &Resolver<'a>, views: &[View<'_>], asking: &'a [InferenceService]) -> Vec<Group<'a>> {
    let answers = |index: usize| asking.get(index).map(|service| resolver.resolve(service));
    views.iter().enumerate().map(|(index, view)| Group::new(resolver, *view, answers(index))).collect()
}

impl<'a> Answer<'a> {
    fn is_empty(&self) -> bool {
        self.listed().next().is_none()
    }

    /// Refuses names that are not there.
    fn find_names(&self) -> anyhow::Result<()> {
        let is_there = |name: &RuntimeName| self.listed().any(|listed| name.names(&listed.runtime.id));
        let Some(name) = self.arguments.names.iter().find(|name| !is_there(name)) else { return Ok(()) };
        let unread = self.unread().map(|missing| format!("; not known to be complete: {missing}")).unwrap_or_default();
        let elsewhere = self.resolver.inventory().runtimes().find(|runtime| name.names(&runtime.id));
        if let (Some(namespace), Some(found)) = (self.namespace, elsewhere) {
            bail!("{name} not found: namespace {namespace} does not see {}{unread}", found.id);
        }
        bail!("{name} not found: {}{unread}", self.what_is_there())
    }

    fn what_is_there(&self) -> String {
        let names = some_names(self.listed().map(|listed| listed.runtime.id.name.as_str()));
        let names = if names.is_empty() { "no runtimes".to_owned() } else { names };
        match self.namespace {
            Some(namespace) => format!("namespace {namespace} sees {names}"),
            None => format!("there are {names}"),
        }
    }

    fn listed(&self) -> impl Iterator<Item = &Listed<'a>> {
        self.groups.iter().flat_map(|group| &group.runtimes)
    }

    /// Leaves what was asked for.
    fn filter(&mut self) {
        let Runtimes { names, format, protocol, .. } = self.arguments;
        for group in &mut self.groups {
            group.runtimes.retain(|listed| {
                (names.is_empty() || names.iter().any(|name| name.names(&listed.runtime.id)))
                    && (format.is_none() || listed.supports_format())
                    && protocol.as_ref().is_none_or(|protocol| resolve::serves_protocol(listed.runtime, protocol))
            });
        }
    }

    fn find_users(&mut self, services: &[&'a InferenceService]) {
        if self.arguments.used_by {
            let resolutions = services.iter().flat_map(|service| which::with_canaries(self.resolver, service));
            self.users = Some(resolutions.filter(|one| self.uses(one) || self.may_use(one)).collect());
        }
    }

    fn uses(&self, resolution: &Resolution<'_>) -> bool {
        self.listed().any(|listed| listing::uses(resolution, listed.runtime))
    }

    fn may_use(&self, resolution: &Resolution<'_>) -> bool {
        self.listed().any(|listed| listing::may_use(self.resolver, resolution, listed.runtime))
    }

    fn is_complete(&self) -> bool {
        let is_unknown = |user: &Resolution<'_>| matches!(user.outcome, Outcome::Unknown);
        self.unread().is_none() && !self.users.iter().flatten().any(is_unknown)
    }

    fn unread(&self) -> Option<String> {
        explain::unread_in_words(self.resolver.inventory(), self.namespace)
    }

    fn warnings(&self, service: Option<&InferenceService>) -> Vec<String> {
        let users = || self.users.iter().flatten();
        let stable = users().filter(|user| user.canary.is_none()).map(|user| user.service);
        let services: Vec<_> = service.into_iter().chain(stable).collect();
        let mut warnings = which::warnings(self.resolver.inventory(), &services);
        warnings.extend(self.unread().map(|missing| format!("not known to be complete: {missing}")));
        warnings.extend(self.unknown_order());
        warnings.extend(users().filter(|user| self.may_use(user)).map(|user| self.perhaps_used(user)));
        warnings
    }

    fn unknown_order(&self) -> Option<String> {
        let is_shown = !self.arguments.used_by;
        let is_unknown = is_shown && !self.groups.iter().all(|group| group.is_order_known(self.resolver));
        let why = "KServe tries newer runtimes first, and the age of some is not known (metadata.creationTimestamp)";
        is_unknown.then(|| format!("the order may be another one: {why}"))
    }

    fn perhaps_used(&self, user: &Resolution<'_>) -> String {
        let (name, why) = (human::name(user), explain::why(self.resolver, user));
        format!("InferenceService {}/{name} may use it too: {why}", user.namespace)
    }

    fn say_when_empty(&self) {
        if self.users.as_ref().is_some_and(Vec::is_empty) {
            output::note("no InferenceService resolves to the runtimes named");
        } else if self.is_empty() {
            output::note(&self.emptiness());
        }
    }

    fn emptiness(&self) -> String {
        let which = if self.arguments.names.is_empty() { "no runtime" } else { "none of the runtimes named" };
        let seen = match self.namespace {
            // Others may be there.
            _ if self.unread().is_some() => " that was read".to_owned(),
            Some(namespace) => format!(" that namespace {namespace} sees"),
            None => String::new(),
        };
        match (&self.arguments.format, &self.arguments.protocol) {
            (Some(format), Some(protocol)) => format!("{which}{seen} supports {format} and serves protocol {protocol}"),
            (Some(format), None) => format!("{which}{seen} supports {format}"),
            (None, Some(protocol)) => format!("{which}{seen} serves protocol {protocol}"),
            (None, None) => format!("there is no runtime{seen}"),
        }
    }

    /// Findings are a format or protocol that nothing supports, and a service whose runtime is not certain.
    fn ended(&self) -> Ended {
        let Runtimes { format, protocol, service, .. } = self.arguments;
        let nothing_serves = self.is_empty() && (format.is_some() || protocol.is_some());
        let mut resolutions = self.groups.iter().filter_map(|group| group.resolution.as_ref());
        let service_gets_none = service.is_some() && resolutions.any(which::is_finding);
        let may_be_used = self.users.iter().flatten().any(which::is_finding);
        if nothing_serves || service_gets_none || may_be_used { Ended::WithFindings } else { Ended::Well }
    }
}
