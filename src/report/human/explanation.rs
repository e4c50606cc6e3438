//! One answer in full: the runtime, what was asked for, every candidate with the facts that decided, and the way out.

use std::fmt::{self, Write};

use crate::explain::{self, Explanation, NearMiss};
use crate::kserve::{Age, STOP, ServingRuntime};
use crate::object::Position;
use crate::resolve::{Asked, Candidate, Failure, NoImage, Outcome, RankReason, Resolution, Resolver, Served, Verdict};

use super::table::name;
use super::{Palette, escaped, recorded};

/// So many candidates are shown; the rest are counted.
const MOST_CANDIDATES: usize = 10;
/// So many near misses are shown.
const MOST_NEAR_MISSES: usize = 3;

/// `explanation` as text. With `all`, however many candidates there are.
#[must_use]
pub fn explanation(resolver: &Resolver<'_>, explanation: &Explanation<'_>, all: bool, palette: Palette) -> String {
    let mut out = String::new();
    let most = if all { usize::MAX } else { MOST_CANDIDATES };
    // Writing into a String cannot fail.
    let _ = Page { out: &mut out, resolver, explanation, most, palette }.write();
    out
}

struct Page<'p, 'i> {
    out: &'p mut String,
    resolver: &'p Resolver<'i>,
    explanation: &'p Explanation<'i>,
    most: usize,
    palette: Palette,
}

impl Page<'_, '_> {
    fn write(&mut self) -> fmt::Result {
        self.first_line()?;
        self.place()?;
        match &self.explanation.resolution.outcome {
            Outcome::Selected(_) => self.selected(),
            Outcome::Failed(failure) => self.failed(*failure),
            Outcome::Undecided(tied) => self.undecided(tied),
            Outcome::Unknown => self.unknown(),
            Outcome::NotApplicable(_) => Ok(()),
        }
    }

    /// What it is about and what came of it.
    fn first_line(&mut self) -> fmt::Result {
        let Palette { error, good, strong, reset, .. } = self.palette;
        let resolution = &self.explanation.resolution;
        let service = service(resolution);
        match &resolution.outcome {
            Outcome::Selected(runtime) => {
                let runtime = escaped(&runtime.id.to_string()).into_owned();
                writeln!(self.out, "{strong}{service}{reset} gets {good}{runtime}{reset}")
            }
            Outcome::Undecided(tied) => {
                let count = tied.len();
                writeln!(
                    self.out,
                    "{error}error[Undecided]{reset}: {service} gets one of {count} runtimes; their ages decide"
                )
            }
            Outcome::Unknown => {
                writeln!(
                    self.out,
                    "{error}error[Unknown]{reset}: the runtime of {service} depends on runtimes that were not read"
                )
            }
            Outcome::Failed(failure) => {
                let summary = failure_in_words(*failure, resolution, &service);
                writeln!(self.out, "{error}error[{}]{reset}: {summary}", failure.reason())
            }
            Outcome::NotApplicable(_) => {
                let why = explain::why(self.resolver, resolution);
                writeln!(self.out, "{strong}{service}{reset} gets no runtime from KServe: {why}")
            }
        }
    }

    fn place(&mut self) -> fmt::Result {
        let Palette { quiet, reset, .. } = self.palette;
        let resolution = &self.explanation.resolution;
        let asked = explain::asked_in_words(self.resolver, resolution);
        let asked = escaped(&asked);
        match explain::place(resolution) {
            Some(source) => {
                let source = source.to_string();
                let source = escaped(&source);
                let gap = if asked.is_empty() { "" } else { "  " };
                writeln!(self.out, "   {quiet}-->{reset} {source}{gap}{asked}")
            }
            None if asked.is_empty() => Ok(()),
            None => writeln!(self.out, "   {quiet}-->{reset} {asked}"),
        }
    }

    fn selected(&mut self) -> fmt::Result {
        let resolution = &self.explanation.resolution;
        let why = explain::why(self.resolver, resolution);
        self.field("why", &why)?;
        if let Some(served) = &resolution.served {
            let unset = resolution.asked.as_ref().is_none_or(|asked| asked.model.extension.protocol_version.is_none());
            self.field("protocol", &protocol_in_words(served, unset))?;
            self.field("image", &image_in_words(served))?;
            if let Some(reported) = served.reported {
                self.field(
                    "status",
                    &format!("KServe's status will name {} instead: it looks runtimes up by name", reported.id),
                )?;
            }
        }
        self.recorded()?;
        if resolution.service.stopped && self.resolver.release().stops_services() {
            self.field("stopped", &format!("KServe runs no pods for it while its annotation {STOP} is true"))?;
        }
        self.field("rules", &format!("KServe {}", self.resolver.release()))?;
        if self.explanation.candidates.len() + self.explanation.others > 1 {
            writeln!(self.out)?;
            self.candidates()?;
        }
        Ok(())
    }

    /// What is known of the live service.
    fn recorded(&mut self) -> fmt::Result {
        let resolution = &self.explanation.resolution;
        if let Some(runtime) = recorded::runtime_in_words(self.resolver, resolution) {
            self.field("recorded", &runtime)?;
        }
        match recorded::image_in_words(self.resolver, resolution) {
            Some(image) => self.field("running", &image),
            None => Ok(()),
        }
    }

    fn field(&mut self, name: &str, value: &str) -> fmt::Result {
        let Palette { quiet, reset, .. } = self.palette;
        writeln!(self.out, "    {quiet}{name:<9}{reset} {}", escaped(value))
    }

    fn failed(&mut self, failure: Failure<'_>) -> fmt::Result {
        self.recorded()?;
        self.candidates()?;
        for miss in self.explanation.near_misses.iter().take(MOST_NEAR_MISSES) {
            let miss = near_miss(miss);
            writeln!(self.out, "    {}", escaped(&miss))?;
        }
        writeln!(self.out)?;
        let does = match failure {
            Failure::NothingToServe => "refuses it".to_owned(),
            _ => format!("reports {}", failure.reason()),
        };
        writeln!(self.out, "  KServe {} {does}: {}", self.resolver.release(), failure.message())?;
        self.hints()
    }

    fn undecided(&mut self, tied: &[&ServingRuntime]) -> fmt::Result {
        self.candidates()?;
        writeln!(self.out)?;
        let unknown = if tied.iter().all(|runtime| runtime.age == Age::NotCreated) {
            "which of them the cluster creates last"
        } else {
            "without metadata.creationTimestamp that"
        };
        writeln!(self.out, "  KServe takes the newest of them, and {unknown} is not known")?;
        self.hints()
    }

    fn unknown(&mut self) -> fmt::Result {
        self.recorded()?;
        self.candidates()?;
        let namespace = self.explanation.resolution.namespace;
        let missing = explain::unread_in_words(self.resolver.inventory(), Some(namespace)).unwrap_or_default();
        writeln!(self.out)?;
        writeln!(self.out, "  not known to be complete: {}", escaped(&missing))
    }

    fn hints(&mut self) -> fmt::Result {
        let Palette { hint: colour, reset, .. } = self.palette;
        for hint in &self.explanation.hints {
            let hint = hint.to_string();
            writeln!(self.out, "  {colour}hint{reset}: {}", escaped(&hint))?;
        }
        Ok(())
    }

    fn candidates(&mut self) -> fmt::Result {
        let explanation = self.explanation;
        let Some(asked) = &explanation.resolution.asked else { return Ok(()) };
        let shown = explanation.candidates.len().min(self.most);
        for candidate in &explanation.candidates[..shown] {
            self.candidate(candidate, asked)?;
        }
        let Palette { quiet, reset, .. } = self.palette;
        if explanation.candidates.len() > shown {
            let more = explanation.candidates.len() - shown;
            writeln!(self.out, "    {quiet}{more} more (--all-candidates lists them){reset}")?;
        }
        let format = escaped(&asked.model.format.value);
        match explanation.others {
            0 => Ok(()),
            others if explanation.candidates.is_empty() => {
                let (runtimes, verb) = if others == 1 { ("runtime", "does") } else { ("runtimes", "do") };
                writeln!(self.out, "    {quiet}{others} {runtimes} {verb} not list {format}{reset}")
            }
            1 => writeln!(self.out, "    {quiet}1 other runtime does not list {format}{reset}"),
            others => writeln!(self.out, "    {quiet}{others} other runtimes do not list {format}{reset}"),
        }
    }

    fn candidate(&mut self, candidate: &Candidate<'_>, asked: &Asked<'_>) -> fmt::Result {
        let Palette { good, quiet, reset, .. } = self.palette;
        let id = candidate.runtime.id.to_string();
        let id = escaped(&id);
        let verdict = verdict(candidate, asked, &self.explanation.resolution.outcome);
        let verdict = escaped(&verdict);
        match candidate.verdict {
            Verdict::Selected => writeln!(self.out, "    {good}{id}: {verdict}{reset}"),
            Verdict::Ineligible(_) => writeln!(self.out, "    {quiet}{id}{reset}: {verdict}"),
            Verdict::Tied | Verdict::Outranked(_) => writeln!(self.out, "    {id}: {verdict}"),
        }
    }
}

fn service(resolution: &Resolution<'_>) -> String {
    let text = format!("InferenceService {}/{}", resolution.namespace, name(resolution));
    escaped(&text).into_owned()
}

fn failure_in_words(failure: Failure<'_>, resolution: &Resolution<'_>, service: &str) -> String {
    let asked = resolution.asked.as_ref().and_then(|asked| asked.model.runtime.as_ref());
    let name = escaped(asked.map_or("", |runtime| explain::shown(&runtime.value)));
    let is_inherited =
        resolution.canary.is_some() && asked.is_some_and(|runtime| runtime.position == Position::default());
    let asks = if is_inherited { "inherits" } else { "asks for" };
    match failure {
        Failure::NoRuntime => format!("no runtime supports {service}"),
        Failure::NothingToServe => format!("{service} gives KServe nothing to serve"),
        Failure::NotFound => format!("{service} {asks} runtime {name}, which does not exist"),
        Failure::Disabled(_) => format!("{service} {asks} runtime {name}, which is disabled"),
        Failure::Protocol(_) => format!("{service} {asks} runtime {name}, which does not serve its protocol"),
        Failure::Format(_) => format!("{service} {asks} runtime {name}, which does not support its model"),
    }
}

fn protocol_in_words(served: &Served<'_>, unset: bool) -> String {
    let protocol = &served.protocol;
    match (protocol.as_str(), unset) {
        ("", true) => "none: the runtime lists no protocolVersions".to_owned(),
        ("", false) => "\"\"".to_owned(),
        (_, true) if served.protocol_by_server => {
            format!("{protocol} (the default of {})", served.server_type.unwrap_or("the server"))
        }
        _ => protocol.clone(),
    }
}

fn image_in_words(served: &Served<'_>) -> String {
    match &served.image {
        Ok(image) => image.clone(),
        Err(NoImage::NoContainer) => "none: the runtime has no container named kserve-container".to_owned(),
        Err(NoImage::NoneNamed) => "none: neither the runtime nor the service names one".to_owned(),
        Err(NoImage::Placeholder) => "not known: it holds a placeholder".to_owned(),
        Err(NoImage::Configuration) => {
            "not known: the cluster's inferenceservice-config names the GPU image".to_owned()
        }
    }
}

pub(super) fn verdict(candidate: &Candidate<'_>, asked: &Asked<'_>, outcome: &Outcome<'_>) -> String {
    let priority = explain::priority_in_words(candidate, asked);
    match candidate.verdict {
        Verdict::Selected if priority.is_empty() => "selected".to_owned(),
        Verdict::Selected => format!("selected, {priority}"),
        Verdict::Tied if priority.is_empty() => format!("may be selected{}", age(candidate.runtime)),
        Verdict::Tied => format!("may be selected, {priority}{}", age(candidate.runtime)),
        Verdict::Outranked(_) if *outcome == Outcome::Unknown => {
            "fits, unless a runtime that was not read comes first".to_owned()
        }
        Verdict::Outranked(RankReason::Priority) if priority.is_empty() => "no priority, which comes last".to_owned(),
        Verdict::Outranked(RankReason::Priority) => format!("{priority}, which is lower"),
        Verdict::Outranked(reason) if priority.is_empty() => explain::behind(reason).to_owned(),
        Verdict::Outranked(reason) => format!("{}, {priority}", explain::behind(reason)),
        Verdict::Ineligible(rules) => {
            let details: Vec<String> =
                rules.iter().map(|rule| explain::detail(rule, candidate.runtime, asked)).collect();
            details.join("; ")
        }
    }
}

fn age(runtime: &ServingRuntime) -> String {
    match runtime.age {
        Age::Created(timestamp) => format!(", created {timestamp}"),
        Age::Release => ", installed with the release".to_owned(),
        Age::NotCreated => ", not created yet".to_owned(),
        Age::Unknown => ", age unknown".to_owned(),
    }
}

fn near_miss(miss: &NearMiss<'_>) -> String {
    match miss {
        NearMiss::OtherCase { runtime, format } => format!("{} lists {format}: names are case-sensitive", runtime.id),
        NearMiss::SimilarFormat { format } => format!("a similar format is listed: {format}"),
        NearMiss::OtherNamespace { runtime } => format!("{runtime} would do, but serves its own namespace only"),
        NearMiss::SimilarName { runtime } => format!("a similar name exists: {runtime}"),
        NearMiss::FormatsHere { formats } => format!("formats that runtimes list here: {}", formats.join(", ")),
        NearMiss::NoRuntimes => "no runtimes were found at all: are KServe's own installed?".to_owned(),
    }
}
