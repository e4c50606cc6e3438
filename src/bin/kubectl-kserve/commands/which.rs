//! `kubectl kserve which`: the runtime of each service, and why.

use std::io::{self, Write};

use kubectl_kserve::explain::{Explanation, explain};
use kubectl_kserve::inventory::Inventory;
use kubectl_kserve::kserve::{InferenceService, Release, RuntimeId};
use kubectl_kserve::report::human::{self, Palette, Row, Width};
use kubectl_kserve::report::json::{Item, ResolutionList};
use kubectl_kserve::resolve::{Outcome, Resolution, Resolver};

use crate::cli::{Format, Which};
#[cfg(feature = "cluster")]
use crate::live;
use crate::output::{self, Ended};
use crate::runtimes;

pub(crate) fn run(which: &Which, palette: Palette) -> anyhow::Result<Ended> {
    if !which.manifests.are_given() {
        return live(which, palette);
    }
    let asked = runtimes::ask(&runtimes::Question {
        manifests: &which.manifests,
        rules: &which.rules,
        connection: &which.connection,
        services: Some(&which.names),
        view: false,
    })?;
    let services = which.manifests.select(&asked.inventory, &which.names)?;
    tell(which, &asked.inventory, asked.release, &services, asked.warnings, palette)
}

#[cfg(not(feature = "cluster"))]
fn live(_: &Which, _: Palette) -> anyhow::Result<Ended> {
    Err(super::no_network_code())
}

/// From what the cluster stores: the webhook ran when it was written, perhaps under an older release.
#[cfg(feature = "cluster")]
fn live(which: &Which, palette: Palette) -> anyhow::Result<Ended> {
    let asked = live::ask(&live::Question {
        manifests: &which.manifests,
        rules: &which.rules,
        connection: &which.connection,
        services: live::services_named(&which.names),
        graphs: false,
        deployments: shows_running_images(which),
    })?;
    let services = which.manifests.select_live(&asked, &which.names)?;
    tell(which, &asked.inventory, asked.release, &services, asked.warnings.clone(), palette)
}

/// Tables have no place for them. Without a form the services of one namespace may turn out to be a single one, which is
/// explained; those of a whole cluster are hardly ever.
#[cfg(feature = "cluster")]
fn shows_running_images(which: &Which) -> bool {
    match which.output {
        Some(Format::Json | Format::Yaml) => true,
        Some(Format::Name | Format::Table | Format::Wide) => false,
        None => which.explain || (which.names.len() < 2 && !which.manifests.all_namespaces),
    }
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
        Some(Format::Json) => output::json(out, &list(which, resolver, resolutions, warnings)),
        Some(Format::Yaml) => output::yaml(out, &list(which, resolver, resolutions, warnings)),
        Some(Format::Wide) => table(out, which, resolver, &resolutions, Width::Wide),
        None if which.explain || single => explanations(out, which, resolver, resolutions, palette),
        Some(Format::Table) | None => table(out, which, resolver, &resolutions, Width::Normal),
    }
}

fn names(resolutions: &[Resolution<'_>]) -> String {
    let selected = resolutions.iter().filter_map(|resolution| Some(&resolution.outcome.selected()?.id));
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
    let items = explained(which, resolver, resolutions).map(|explanation| Item::new(resolver, &explanation));
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
