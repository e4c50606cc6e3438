//! A line a runtime, in aligned columns as kubectl prints them.

use crate::explain;
use crate::kserve::{Age, Release, Scope, ServingRuntime, SupportedModelFormat};
use crate::listing::{Group, Listed};
use crate::resolve::{self, Mode, Outcome, Resolution, Resolver, Verdict};

use super::explanation::verdict;
use super::table::{NONE, Row, Width, aligned};

const HEADINGS: [&str; 7] = ["NAMESPACE", "NAME", "FORMATS", "PRIORITY", "PROTOCOLS", "AUTOSELECT", "STATE"];
const WIDE_HEADINGS: [&str; 4] = ["SCOPE", "CREATED", "IMAGE", "SOURCE"];
const VERDICT_HEADINGS: [&str; 2] = ["VERDICT", "WHY"];

/// The runtimes under their headings, or without; with what came of each when a model was asked about.
#[must_use]
pub fn runtimes(resolver: &Resolver<'_>, groups: &[Group<'_>], width: Width, headings: bool) -> String {
    let with_verdicts = groups.iter().any(|group| group.resolution.is_some());
    let mut titles = HEADINGS.to_vec();
    titles.extend(WIDE_HEADINGS.into_iter().filter(|_| width == Width::Wide));
    titles.extend(VERDICT_HEADINGS.into_iter().filter(|_| with_verdicts));
    let rows_of = |group| rows(resolver, group, width);
    let rows: Vec<Row> = groups.iter().flat_map(rows_of).collect();
    aligned(&titles, &rows, headings)
}

fn rows(resolver: &Resolver<'_>, group: &Group<'_>, width: Width) -> Vec<Row> {
    let row = |listed: &Listed<'_>| {
        let mut cells = normal(listed.runtime, group.resolution.as_ref()).to_vec();
        if width == Width::Wide {
            cells.extend(wide(listed.runtime, resolver.release()));
        }
        if let Some(resolution) = &group.resolution {
            cells.extend([verdict_in_a_word(listed).to_owned(), why(resolver, listed, resolution)]);
        }
        Row::of(cells)
    };
    group.runtimes.iter().map(row).collect()
}

fn normal(runtime: &ServingRuntime, resolution: Option<&Resolution<'_>>) -> [String; 7] {
    let asked = resolution.and_then(|resolution| resolution.asked.as_ref());
    let entries = entries(runtime, asked.map(|asked| asked.model.format.value.as_str()));
    [
        runtime.id.namespace().unwrap_or(NONE).to_owned(),
        runtime.id.name.clone(),
        joined(entries.iter().map(|entry| label(entry))),
        priorities(runtime, &entries),
        joined(runtime.protocol_versions.iter().cloned()),
        auto_select(&entries),
        state(runtime),
    ]
}

/// The entries for the format asked about; all of them when none is, or the runtime does not list it.
fn entries<'r>(runtime: &'r ServingRuntime, format: Option<&str>) -> Vec<&'r SupportedModelFormat> {
    let entries = &runtime.supported_model_formats;
    let named: Vec<_> = entries.iter().filter(|entry| format == Some(entry.name.as_str())).collect();
    if named.is_empty() { entries.iter().collect() } else { named }
}

/// What selects an entry: `sklearn:1`, or `sklearn` when it has no version.
fn label(entry: &SupportedModelFormat) -> String {
    match &entry.version {
        Some(version) => format!("{}:{version}", entry.name),
        None => entry.name.clone(),
    }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    if words.is_empty() { NONE.to_owned() } else { words.join(",") }
}

/// The priority that counts for each format, once when it is the same for all of them.
fn priorities(runtime: &ServingRuntime, entries: &[&SupportedModelFormat]) -> String {
    let mut formats: Vec<(&str, Option<i32>)> = Vec::new();
    for entry in entries {
        if !formats.iter().any(|(format, _)| *format == entry.name) {
            formats.push((&entry.name, resolve::priority(runtime, &entry.name)));
        }
    }
    let in_words = |priority: Option<i32>| priority.map_or_else(|| NONE.to_owned(), |priority| priority.to_string());
    match formats[..] {
        [] => NONE.to_owned(),
        [(_, first), ref others @ ..] if others.iter().all(|(_, other)| *other == first) => in_words(first),
        _ => joined(formats.into_iter().map(|(format, priority)| format!("{format}={}", in_words(priority)))),
    }
}

/// Whether the entries can be selected automatically; those that can, when they differ.
fn auto_select(entries: &[&SupportedModelFormat]) -> String {
    let selectable = entries.iter().filter(|entry| entry.auto_select);
    match selectable.clone().count() {
        0 => "false".to_owned(),
        count if count == entries.len() => "true".to_owned(),
        _ => joined(selectable.map(|entry| label(entry))),
    }
}

fn state(runtime: &ServingRuntime) -> String {
    let states = [
        (runtime.disabled, "disabled"),
        (runtime.multi_model, "multi-model"),
        (runtime.worker_spec, "multi-node"),
        (!runtime.disabled && !runtime.multi_model && !runtime.worker_spec, "enabled"),
    ];
    joined(states.into_iter().filter(|(holds, _)| *holds).map(|(_, state)| state.to_owned()))
}

fn wide(runtime: &ServingRuntime, release: Release) -> [String; 4] {
    let scope = if runtime.id.scope == Scope::Cluster { "Cluster" } else { "Namespaced" };
    let created = match runtime.age {
        Age::Created(timestamp) => timestamp.to_string(),
        Age::NotCreated => "<not yet>".to_owned(),
        Age::Release | Age::Unknown => "<unknown>".to_owned(),
    };
    let image = runtime.model_container(release).and_then(|container| container.image.clone());
    let source = runtime.source.as_ref().map(ToString::to_string);
    [scope.to_owned(), created, image.unwrap_or_else(|| NONE.to_owned()), source.unwrap_or_else(|| NONE.to_owned())]
}

fn verdict_in_a_word(listed: &Listed<'_>) -> &'static str {
    match listed.candidate.as_ref().map(|candidate| candidate.verdict) {
        Some(Verdict::Selected) => "Selected",
        Some(Verdict::Tied) => "Tied",
        Some(Verdict::Outranked(_)) => "Outranked",
        Some(Verdict::Ineligible(_)) => "Ineligible",
        None => NONE,
    }
}

fn why(resolver: &Resolver<'_>, listed: &Listed<'_>, resolution: &Resolution<'_>) -> String {
    match (&listed.candidate, &resolution.asked) {
        (Some(candidate), _) if candidate.verdict == Verdict::Selected => explain::why(resolver, resolution),
        (Some(candidate), Some(asked)) => match verdict(candidate, asked, &resolution.outcome) {
            words if words.is_empty() => explain::why(resolver, resolution),
            words => words,
        },
        _ if matches!(resolution.outcome, Outcome::NotApplicable(_)) => explain::why(resolver, resolution),
        _ if resolution.mode == Mode::Explicit => "not looked at: the service names another runtime".to_owned(),
        _ => NONE.to_owned(),
    }
}
