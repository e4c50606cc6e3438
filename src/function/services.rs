//! What comes of each service: the decision, the edit that carries it out, and how it is told.

use std::fmt::Write;

use crate::configuration::{Mode, PinRuntimes, Policy};
use crate::diff;
use crate::edit::{self, Splice};
use crate::explain;
use crate::kserve::InferenceService;
use crate::object::{FieldPath, Span};
use crate::pin::{self, Change, Decision, Permission, Refusal, Terms, Wanted, Wish};
use crate::report::human::{self, Palette};
use crate::report::krm::{Field, KrmResult, Severity};
use crate::resolve::{Mode as ResolutionMode, Outcome, Resolution, Resolver};

use super::items::ServiceItem;
use super::knowledge::Knowledge;
use super::resource_list::ResourceList;

const PATH: &str = "spec.predictor.model.runtime";

/// A service, and what comes of it.
#[derive(Debug)]
pub(super) struct Service<'i> {
    pub(super) item: &'i ServiceItem,
    name: String,
    told: Told<'i>,
    /// The explanation of a failure, for standard error.
    details: String,
    /// The runtime that it names now.
    current: Option<String>,
    /// What to write.
    pub(super) splices: Vec<Splice>,
}

/// What is told about a service.
#[derive(Clone, Debug, PartialEq)]
enum Told<'i> {
    /// It gets this pin.
    Pin { change: Box<Change<'i>>, why: String, severity: Severity },
    /// It has this pin already.
    Pinned(&'i str),
    /// Something stands against it.
    Problem(Severity, String),
    /// Nothing.
    Nothing,
}

const NAMESPACE_KEY: &str = "set namespace in the functionConfig";

impl<'i> Service<'i> {
    pub(super) fn decide(
        resolver: &Resolver<'i>,
        knowledge: &Knowledge,
        configuration: &PinRuntimes,
        service: &'i InferenceService,
        item: &'i ServiceItem,
    ) -> Self {
        let resolution = resolver.resolve(service);
        let name = format!("InferenceService {}/{}", resolution.namespace, service.name);
        let terms = terms(configuration);
        let decision = if knowledge.lacks_namespace(service) {
            pin::decide_in_any_namespace(resolver, &resolution, terms, NAMESPACE_KEY)
        } else {
            pin::decide(resolver, &resolution, terms)
        };
        let current = named_runtime(&resolution);
        let told = Told::of(decision, || why_without_pin(resolver, &resolution), configuration);
        let is_open = matches!(resolution.outcome, Outcome::Failed(_) | Outcome::Undecided(_) | Outcome::Unknown);
        let details = match &told {
            Told::Problem(Severity::Error, _) if is_open => {
                human::explanation(resolver, &explain::explain(resolver, resolution, false), false, Palette::PLAIN)
            }
            _ => String::new(),
        };
        Self { item, name, told, details, current, splices: Vec::new() }
    }

    /// What is to be written, if anything is.
    pub(super) fn change(&self) -> Option<&Change<'i>> {
        match &self.told {
            Told::Pin { change, severity: Severity::Info, .. } => Some(change),
            _ => None,
        }
    }

    /// The same with its place in a document that was read as a whole.
    pub(super) fn wish(&self, document: usize) -> Option<Wish<'i>> {
        let path = FieldPath::root().key("items").index(self.item.place.index);
        self.change().map(|change| Wish { document, path, change: change.clone() })
    }

    /// Takes what came of the wish.
    pub(super) fn take(&mut self, written: Result<Vec<Splice>, Refusal>) {
        match written {
            Ok(splices) => self.splices = splices,
            Err(refusal) => {
                let place = refusal.position().map(|place| format!(" (at {place} of the input)")).unwrap_or_default();
                self.told = Told::Problem(Severity::Error, format!("{refusal}{place}"));
            }
        }
    }

    /// Another service failed, so nothing is written for this one either.
    pub(super) fn write_nothing(&mut self) {
        self.splices.clear();
        if self.severity() == Some(Severity::Info) {
            self.told = Told::Nothing;
        }
    }

    pub(super) fn severity(&self) -> Option<Severity> {
        match &self.told {
            Told::Pin { severity, .. } | Told::Problem(severity, _) => Some(*severity),
            Told::Pinned(_) | Told::Nothing => None,
        }
    }

    /// The result for this service.
    pub(super) fn result(&self) -> Option<KrmResult> {
        let (message, severity, proposed) = match &self.told {
            Told::Pin { change, why, severity } => {
                let runtime = &change.runtime.id.name;
                let restarts =
                    if change.restarts { "; its pods restart, as with any change of a multi-node service" } else { "" };
                let done = if *severity == Severity::Info { "pinned" } else { "would be pinned to" };
                (format!("{done} {runtime}: {why}{restarts}"), *severity, Some(runtime.clone()))
            }
            Told::Pinned(runtime) => (format!("already pinned to {runtime}"), Severity::Info, None),
            Told::Problem(severity, problem) => (problem.clone(), *severity, None),
            Told::Nothing => return None,
        };
        let resource_ref = self.item.resource_ref.clone();
        let field = proposed.map(|proposed| Field {
            path: PATH.to_owned(),
            current_value: self.current.clone(),
            proposed_value: Some(proposed),
        });
        Some(KrmResult { message, severity, resource_ref, field, file: self.item.file.clone() })
    }

    /// What went wrong, for standard error.
    pub(super) fn complaint(&self) -> String {
        if !self.details.is_empty() {
            return self.details.clone();
        }
        let severity = if self.severity() == Some(Severity::Error) { "error" } else { "warning" };
        match &self.told {
            Told::Problem(_, problem) => line(&format!("{severity}: {}: {problem}", self.name)),
            Told::Pin { change, .. } => {
                let runtime = &change.runtime.id.name;
                line(&format!("{severity}: {}: not pinned; would be pinned to {runtime}", self.name))
            }
            _ => String::new(),
        }
    }
}

/// A message on a line of its own, which text of objects in it cannot end.
pub(super) fn line(message: &str) -> String {
    format!("{}\n", human::escaped(message))
}

impl<'i> Told<'i> {
    /// `why` is asked of a service that is pinned only.
    fn of(decision: Decision<'i>, why: impl FnOnce() -> String, configuration: &PinRuntimes) -> Self {
        let checking = configuration.mode == Mode::Check;
        let finding = if checking { Severity::Error } else { Severity::Warning };
        match decision {
            Decision::Write(change) => {
                let severity = if checking { Severity::Error } else { Severity::Info };
                Self::Pin { change: Box::new(change), why: why(), severity }
            }
            Decision::Settled(Some(runtime)) => Self::Pinned(&runtime.id.name),
            Decision::Broken(pin) => Self::Problem(finding, pin.to_string()),
            Decision::Settled(None) | Decision::NotApplicable(_) => Self::Nothing,
            Decision::Refused(refusal) => {
                let policy = refusal.policy(configuration.on_unresolved, configuration.on_undecided);
                let skips = policy == Some(Policy::Skip) && !checking;
                let severity = if skips { Severity::Warning } else { Severity::Error };
                Self::Problem(severity, in_words(&refusal))
            }
        }
    }
}

fn named_runtime(resolution: &Resolution<'_>) -> Option<String> {
    let runtime = resolution.asked.as_ref()?.model.runtime.as_ref()?;
    Some(runtime.value.clone())
}

/// What decided for the runtime that is written; a pin that is there already says nothing of that.
fn why_without_pin<'i>(resolver: &Resolver<'i>, resolution: &Resolution<'i>) -> String {
    match resolution.mode {
        ResolutionMode::Explicit => {
            explain::why(resolver, &resolver.resolve_changed(resolution, |model| model.runtime = None))
        }
        ResolutionMode::Automatic => explain::why(resolver, resolution),
    }
}

/// A refusal, and the key that would lift it.
fn in_words(refusal: &Refusal) -> String {
    match refusal.permission() {
        Some(Permission::Move) => format!("{refusal}; allowMove permits it"),
        Some(Permission::GraphChange) => format!("{refusal}; allowGraphChange permits it"),
        None => refusal.to_string(),
    }
}

/// What is written into a service, as a unified diff with the line numbers of the list.
pub(super) fn diff(list: &ResourceList<'_>, service: &Service<'_>) -> String {
    let Span { start, end } = service.item.place.lines;
    let old = &list.text[start..end];
    let splices: Vec<_> = service.splices.iter().map(|splice| splice.moved_back(start)).collect();
    let new = edit::apply(old, &splices);
    let line_break = if end < list.text.len() && !old.ends_with('\n') { "\n" } else { "" };
    let (old, new) = ([old, line_break].concat(), new + line_break);
    let change = diff::Change { span: Span::new(0, old.len()), text: &new };
    let name = &service.name;
    diff::unified_from(service.item.place.line as usize, name, &format!("{name}, pinned"), &old, &[change])
}

fn terms(configuration: &PinRuntimes) -> Terms {
    Terms {
        wanted: if configuration.repin { Wanted::Repin } else { Wanted::Pin },
        allow_graph_change: configuration.allow_graph_change,
        allow_move: configuration.allow_move,
    }
}

/// One line that sums up.
pub(super) fn summary(services: &[Service<'_>], failed: bool) -> String {
    let count = |wanted: fn(&Told<'_>) -> bool| services.iter().filter(|service| wanted(&service.told)).count();
    let pins = count(|told| matches!(told, Told::Pin { .. }));
    let already = count(|told| matches!(told, Told::Pinned(_)));
    let errors = services.iter().filter(|service| service.severity() == Some(Severity::Error)).count();
    let warnings = services.iter().filter(|service| service.severity() == Some(Severity::Warning)).count();
    let noun = if services.len() == 1 { "InferenceService" } else { "InferenceServices" };
    let mut text = if failed {
        format!("kubectl-kserve: nothing was pinned, because of {errors} of {} {noun}", services.len())
    } else {
        format!("kubectl-kserve: pinned {pins} of {} {noun}", services.len())
    };
    if already > 0 {
        let _ = write!(text, ", {already} already pinned");
    }
    if warnings > 0 {
        let _ = write!(text, ", {warnings} left as {}", if warnings == 1 { "it is" } else { "they are" });
    }
    text.push('\n');
    text
}
