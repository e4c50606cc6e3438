//! `kubectl kserve which`: the runtime of each service, and why.

use std::io::{self, Write};

use anyhow::bail;
use kubectl_kserve::explain::{Explanation, explain};
use kubectl_kserve::inventory::Inventory;
use kubectl_kserve::kserve::{InferenceService, Release, RuntimeId};
use kubectl_kserve::report::human::{self, Palette, Row, Width};
use kubectl_kserve::report::json::{Item, ResolutionList};
use kubectl_kserve::resolve::{Outcome, Resolution, Resolver};
use kubectl_kserve::yaml;

#[cfg(feature = "cluster")]
use crate::cli::RuntimesSource;
use crate::cli::{Format, Which};
#[cfg(feature = "cluster")]
use crate::cluster::{Cluster, Wanted};
use crate::input::{self, DEFAULT_NAMESPACE};
use crate::output::{self, Ended};
use crate::{release, runtimes};

pub(crate) fn run(which: &Which, palette: Palette) -> anyhow::Result<Ended> {
    if which.manifests.files.is_empty() && which.manifests.kustomize.is_none() {
        return live(which, palette);
    }
    let namespace = which.manifests.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    let gathered = input::gather(&which.manifests)?;
    let paths = runtimes::read_paths(&which.rules, namespace)?;
    gathered.passed_over.say(&gathered.contents);
    let release = release::for_question(&which.rules, &[&gathered.contents, &paths]);
    let inventory = runtimes::inventory(&which.rules, gathered.contents, paths, release, namespace)?;
    let services = which.manifests.select(&inventory, &which.names)?;
    tell(which, &inventory, release, &services, Vec::new(), palette)
}

#[cfg(not(feature = "cluster"))]
fn live(_: &Which, _: Palette) -> anyhow::Result<Ended> {
    bail!("this build has no network code: give manifests with -f or -k, or take the build with the feature `cluster`");
}

/// From what the cluster stores: the webhook ran when it was written, perhaps under an older release.
#[cfg(feature = "cluster")]
fn live(which: &Which, palette: Palette) -> anyhow::Result<Ended> {
    if which.rules.runtimes.iter().any(|source| *source != RuntimesSource::Cluster) {
        bail!("live services are answered from the cluster's runtimes; to use others, give the services with -f");
    }
    let cluster = Cluster::connect(&which.connection)?;
    let namespace = which.manifests.namespace.as_deref().unwrap_or(cluster.namespace());
    let scope = (!which.manifests.all_namespaces).then_some(namespace);
    let selector = which.manifests.selector.as_ref().map(|selector| selector.text.as_str());
    let read = cluster.read(&Wanted { names: &which.names, namespace: scope, selector })?;
    if let Some(count) = cluster.failing_warnings() {
        bail!("{count} {} received", if count == 1 { "warning" } else { "warnings" });
    }
    let release = release::of_cluster(&which.rules, read.detected.as_ref());
    let (inventory, warnings) = read.into_inventory(release)?;
    let services = live_services(which, &inventory, scope)?;
    tell(which, &inventory, release, &services, warnings, palette)
}

/// Those with the names and labels asked for. None at all is no error, as with kubectl.
#[cfg(feature = "cluster")]
fn live_services<'i>(
    which: &Which,
    inventory: &'i Inventory,
    scope: Option<&str>,
) -> anyhow::Result<Vec<&'i InferenceService>> {
    let selector = which.manifests.selector.as_ref();
    let wanted = |service: &&InferenceService| {
        (which.names.is_empty() || which.names.contains(&service.name))
            && selector.is_none_or(|selector| selector.matches(&service.labels))
    };
    let services: Vec<_> = inventory.services().iter().filter(wanted).collect();
    if let Some(name) = which.names.iter().find(|name| !services.iter().any(|service| service.name == **name)) {
        bail!("inferenceservices.serving.kserve.io {name:?} not found");
    }
    if services.is_empty() {
        let place = scope.map(|namespace| format!(" in {namespace} namespace")).unwrap_or_default();
        output::say(&format!("No resources found{place}."));
    }
    Ok(services)
}

fn tell(
    which: &Which,
    inventory: &Inventory,
    release: Release,
    services: &[&InferenceService],
    mut warnings: Vec<String>,
    palette: Palette,
) -> anyhow::Result<Ended> {
    let resolver = Resolver::new(inventory, release);
    warnings.extend(self::warnings(inventory, services));
    for warning in &warnings {
        output::warning(warning);
    }
    if services.is_empty() && which.output.is_none() {
        return Ok(Ended::Well);
    }
    let resolutions: Vec<_> = services.iter().flat_map(|service| with_canaries(&resolver, service)).collect();
    let ended = if resolutions.iter().any(is_finding) { Ended::WithFindings } else { Ended::Well };
    let single = services.len() == 1;
    output::answer(ended, |out| answer(out, which, &resolver, resolutions, single, warnings, palette))
}

/// Predictors that say two things at once. KServe's webhook takes the framework's key and drops the rest.
pub(super) fn warnings(inventory: &Inventory, services: &[&InferenceService]) -> Vec<String> {
    services.iter().filter_map(|service| contradiction(inventory, service)).collect()
}

fn contradiction(inventory: &Inventory, service: &InferenceService) -> Option<String> {
    let predictor = &service.predictor;
    let (kept, dropped) = predictor.contradiction()?;
    let kept = kept.key();
    let place = service.source.as_ref().map(|source| format!("{}: ", source.at(predictor.frameworks[0].key)));
    Some(format!(
        "{}InferenceService {}/{} sets both {kept} and {dropped}: KServe's webhook serves {kept} and ignores {dropped}",
        place.unwrap_or_default(),
        inventory.namespace_of(service),
        service.name
    ))
}

pub(super) fn with_canaries<'i>(resolver: &Resolver<'i>, service: &'i InferenceService) -> Vec<Resolution<'i>> {
    let stable = resolver.resolve(service);
    let canaries = resolver.resolve_canaries(&stable);
    [stable].into_iter().chain(canaries).collect()
}

pub(super) fn is_finding(resolution: &Resolution<'_>) -> bool {
    !matches!(resolution.outcome, Outcome::Selected(_) | Outcome::NotApplicable(_))
}

fn answer<'i>(
    out: &mut dyn Write,
    which: &Which,
    resolver: &Resolver<'i>,
    resolutions: Vec<Resolution<'i>>,
    single: bool,
    warnings: Vec<String>,
    palette: Palette,
) -> io::Result<()> {
    match which.output {
        Some(Format::Name) => out.write_all(names(&resolutions).as_bytes()),
        Some(Format::Json) => {
            serde_json::to_writer_pretty(&mut *out, &list(which, resolver, resolutions, warnings))?;
            writeln!(out)
        }
        Some(Format::Yaml) => {
            let value = serde_json::to_value(list(which, resolver, resolutions, warnings))?;
            out.write_all(yaml::write::document(&value).as_bytes())
        }
        Some(Format::Wide) => table(out, which, resolver, &resolutions, Width::Wide),
        None if which.explain || single => explanations(out, which, resolver, resolutions, palette),
        Some(Format::Table) | None => table(out, which, resolver, &resolutions, Width::Normal),
    }
}

fn names(resolutions: &[Resolution<'_>]) -> String {
    let selected = resolutions.iter().filter_map(|resolution| match resolution.outcome {
        Outcome::Selected(runtime) => Some(&runtime.id),
        _ => None,
    });
    let line =
        |id: &RuntimeId| format!("{}.serving.kserve.io/{}\n", id.kind().to_ascii_lowercase(), human::escaped(&id.name));
    selected.map(line).collect()
}

fn list<'i>(
    which: &Which,
    resolver: &Resolver<'i>,
    resolutions: Vec<Resolution<'i>>,
    warnings: Vec<String>,
) -> ResolutionList<impl Iterator<Item = Item>> {
    let complete = !resolutions.iter().any(|resolution| matches!(resolution.outcome, Outcome::Unknown));
    let items = explained(which, resolver, resolutions).map(|explanation| Item::new(&explanation));
    ResolutionList::new(resolver, complete, warnings, items)
}

fn explained<'i>(
    which: &Which,
    resolver: &Resolver<'i>,
    resolutions: Vec<Resolution<'i>>,
) -> impl Iterator<Item = Explanation<'i>> {
    resolutions.into_iter().map(|resolution| explain(resolver, resolution, which.all_candidates))
}

fn table(
    out: &mut dyn Write,
    which: &Which,
    resolver: &Resolver<'_>,
    resolutions: &[Resolution<'_>],
    width: Width,
) -> io::Result<()> {
    let rows: Vec<_> = resolutions.iter().map(|resolution| Row::new(resolver, resolution, width)).collect();
    out.write_all(human::table(&rows, width, !which.no_headers).as_bytes())
}

fn explanations<'i>(
    out: &mut dyn Write,
    which: &Which,
    resolver: &Resolver<'i>,
    resolutions: Vec<Resolution<'i>>,
    palette: Palette,
) -> io::Result<()> {
    for (index, explanation) in explained(which, resolver, resolutions).enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let text = human::explanation(resolver, &explanation, which.all_candidates, palette);
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}
