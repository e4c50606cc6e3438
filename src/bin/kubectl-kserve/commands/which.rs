//! `kubectl kserve which`: the runtime of each service, and why.

use anyhow::bail;
use kubectl_kserve::explain::{Explanation, explain};
use kubectl_kserve::inventory::Inventory;
use kubectl_kserve::kserve::{InferenceService, Scope};
use kubectl_kserve::report::human::{self, Palette, Row, Width};
use kubectl_kserve::report::json::{Item, ResolutionList};
use kubectl_kserve::resolve::{Outcome, Resolution, Resolver};
use kubectl_kserve::yaml;

use crate::cli::{Format, Which};
use crate::input::{self, DEFAULT_NAMESPACE, Gathered};
use crate::output::{self, Ended};
use crate::{release, runtimes};

pub(crate) fn run(which: &Which, palette: Palette) -> anyhow::Result<Ended> {
    if which.manifests.files.is_empty() && which.manifests.kustomize.is_none() {
        bail!("this build does not read live clusters yet: give manifests with -f or -k");
    }
    let namespace = which.manifests.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    let gathered = input::gather(&which.manifests)?;
    let paths = runtimes::read_paths(&which.rules, namespace)?;
    say_what_was_passed_over(&gathered);
    let release = release::for_question(&which.rules, &[&gathered.contents, &paths.contents]);
    let inventory = runtimes::inventory(&which.rules, gathered.contents, paths.contents, release, namespace)?;
    let resolver = Resolver::new(&inventory, release);
    let services = selected(which, &inventory)?;
    let warnings = warnings(&inventory, &services);
    for warning in &warnings {
        output::warning(warning);
    }
    let resolutions: Vec<_> = services.iter().flat_map(|service| with_canaries(&resolver, service)).collect();
    let ended = if resolutions.iter().any(is_finding) { Ended::WithFindings } else { Ended::Well };
    output::answer(&answer(which, &resolver, resolutions, services.len(), warnings, palette)?, ended)
}

fn say_what_was_passed_over(gathered: &Gathered) {
    let passed_over = gathered.contents.passed_over;
    if passed_over > 0 {
        output::note(&format!("passed over {passed_over} document(s) without apiVersion and kind"));
    }
    let templates = gathered.chart_templates;
    if templates > 0 {
        output::note(&format!("passed over {templates} template(s) of Helm charts: render them and use -f -"));
    }
}

/// The services asked for, in the order of the manifests.
fn selected<'i>(which: &Which, inventory: &'i Inventory) -> anyhow::Result<Vec<&'i InferenceService>> {
    if inventory.services().is_empty() {
        bail!("no InferenceService among the manifests");
    }
    let manifests = &which.manifests;
    let in_namespace = |service: &&InferenceService| {
        manifests.namespace.as_deref().is_none_or(|namespace| inventory.namespace_of(service) == namespace)
    };
    let labelled = |service: &&InferenceService| {
        manifests.selector.as_ref().is_none_or(|selector| selector.matches(&service.labels))
    };
    let candidates: Vec<_> = inventory.services().iter().filter(in_namespace).filter(labelled).collect();
    for name in &which.names {
        if !candidates.iter().any(|service| service.name == *name) {
            bail!("{}", not_found(name, &candidates));
        }
    }
    if candidates.is_empty() {
        bail!("no InferenceService among the manifests is in that namespace and has those labels");
    }
    let named = |service: &&InferenceService| which.names.is_empty() || which.names.contains(&service.name);
    Ok(candidates.into_iter().filter(named).collect())
}

fn not_found(name: &str, candidates: &[&InferenceService]) -> String {
    let mut names: Vec<_> = candidates.iter().map(|service| service.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let shown = names.len().min(8);
    let more = if names.len() > shown { " …" } else { "" };
    format!(
        "inferenceservices.serving.kserve.io {name:?} not found among the manifests, which hold: {}{more}",
        names[..shown].join(", ")
    )
}

/// Predictors that say two things at once. KServe's webhook takes the framework's key and drops the rest.
fn warnings(inventory: &Inventory, services: &[&InferenceService]) -> Vec<String> {
    services.iter().filter_map(|service| contradiction(inventory, service)).collect()
}

fn contradiction(inventory: &Inventory, service: &InferenceService) -> Option<String> {
    let predictor = &service.predictor;
    let (kept, others) = predictor.frameworks.split_first()?;
    let dropped = match (predictor.model.is_some(), others.first()) {
        (true, _) => "model",
        (false, Some(other)) => other.framework.key(),
        (false, None) => return None,
    };
    let kept = kept.framework.key();
    let place = service.source.as_ref().map(|source| format!("{}: ", source.at(predictor.frameworks[0].key)));
    Some(format!(
        "{}InferenceService {}/{} sets both {kept} and {dropped}: KServe's webhook serves {kept} and ignores {dropped}",
        place.unwrap_or_default(),
        inventory.namespace_of(service),
        service.name
    ))
}

fn with_canaries<'i>(resolver: &Resolver<'i>, service: &'i InferenceService) -> Vec<Resolution<'i>> {
    let stable = resolver.resolve(service);
    let canaries = resolver.resolve_canaries(&stable);
    [stable].into_iter().chain(canaries).collect()
}

fn is_finding(resolution: &Resolution<'_>) -> bool {
    !matches!(resolution.outcome, Outcome::Selected(_) | Outcome::NotApplicable(_))
}

fn answer<'i>(
    which: &Which,
    resolver: &Resolver<'i>,
    resolutions: Vec<Resolution<'i>>,
    services: usize,
    warnings: Vec<String>,
    palette: Palette,
) -> anyhow::Result<String> {
    match which.output {
        Some(Format::Name) => Ok(names(&resolutions)),
        Some(Format::Json) => Ok(serde_json::to_string_pretty(&list(which, resolver, resolutions, warnings))? + "\n"),
        Some(Format::Yaml) => {
            Ok(yaml::write::document(&serde_json::to_value(list(which, resolver, resolutions, warnings))?))
        }
        Some(Format::Wide) => table(which, resolver, &resolutions, Width::Wide),
        None if which.explain || services == 1 => explanations(which, resolver, resolutions, palette),
        Some(Format::Table) | None => table(which, resolver, &resolutions, Width::Normal),
    }
}

fn names(resolutions: &[Resolution<'_>]) -> String {
    let line = |resolution: &Resolution<'_>| {
        let Outcome::Selected(runtime) = resolution.outcome else { return None };
        let resource = if runtime.id.scope == Scope::Cluster { "clusterservingruntime" } else { "servingruntime" };
        Some(format!("{resource}.serving.kserve.io/{}\n", human::escaped(&runtime.id.name)))
    };
    resolutions.iter().filter_map(line).collect()
}

fn list<'i>(
    which: &Which,
    resolver: &Resolver<'i>,
    resolutions: Vec<Resolution<'i>>,
    warnings: Vec<String>,
) -> ResolutionList {
    let complete = !resolutions.iter().any(|resolution| matches!(resolution.outcome, Outcome::Unknown));
    let explained = explained(which, resolver, resolutions);
    let items = explained.map(|explanation| Item::new(&explanation)).collect();
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
    which: &Which,
    resolver: &Resolver<'_>,
    resolutions: &[Resolution<'_>],
    width: Width,
) -> anyhow::Result<String> {
    let rows: Vec<_> = resolutions.iter().map(|resolution| Row::new(resolver, resolution, width)).collect();
    let mut text = String::new();
    human::table(&mut text, &rows, width, !which.no_headers)?;
    Ok(text)
}

fn explanations<'i>(
    which: &Which,
    resolver: &Resolver<'i>,
    resolutions: Vec<Resolution<'i>>,
    palette: Palette,
) -> anyhow::Result<String> {
    let mut text = String::new();
    for (index, explanation) in explained(which, resolver, resolutions).enumerate() {
        if index > 0 {
            text.push('\n');
        }
        human::explanation(&mut text, resolver, &explanation, which.all_candidates, palette)?;
    }
    Ok(text)
}
