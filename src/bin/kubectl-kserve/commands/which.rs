//! `kubectl kserve which`: the runtime of each service, and why.

use std::io::{self, Write};

use anyhow::bail;
use kubectl_kserve::explain::{Explanation, explain};
use kubectl_kserve::inventory::Inventory;
use kubectl_kserve::kserve::{InferenceService, RuntimeId};
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
    let single = services.len() == 1;
    output::answer(ended, |out| answer(out, which, &resolver, resolutions, single, warnings, palette))
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
