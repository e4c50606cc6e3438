//! What comes of each service: the decision, the edit that carries it out, and how it is told.

use std::fmt::Write;

use crate::configuration::{Mode, PinRuntimes, Policy};
use crate::diff;
use crate::edit::{self, Operation, Splice};
use crate::explain;
use crate::kserve::InferenceService;
use crate::object::{FieldPath, Span};
use crate::pin::{self, Decision, Refusal};
use crate::report::human::{self, Palette};
use crate::report::krm::{Field, KrmResult, ResourceRef, Severity};
use crate::resolve::{Outcome, Resolver};
use crate::yaml::Node;

use super::items;
use super::knowledge::Knowledge;
use super::resource_list::ResourceList;

const PATH: &str = "spec.predictor.model.runtime";

/// A service, and what comes of it.
#[derive(Debug)]
pub(super) struct Service {
    /// The number of its item.
    pub(super) index: usize,
    name: String,
    told: Told,
    /// The explanation of a failure, for standard error.
    details: String,
    /// What to write.
    pub(super) splices: Vec<Splice>,
}

/// What is told about a service.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    /// It gets this pin.
    Pin { runtime: String, why: String, severity: Severity },
    /// It has this pin already.
    Pinned(String),
    /// Something stands against it.
    Problem(Severity, String),
    /// Nothing.
    Nothing,
}

impl Service {
    pub(super) fn decide(
        resolver: &Resolver<'_>,
        knowledge: &Knowledge,
        configuration: &PinRuntimes,
        service: &InferenceService,
        index: usize,
    ) -> Self {
        let resolution = resolver.resolve(service);
        let name = format!("InferenceService {}/{}", resolution.namespace, service.name);
        if knowledge.needs_namespace(service) {
            let text =
                "it names no namespace, and namespaced runtimes could matter: set namespace in the functionConfig";
            return Self {
                index,
                name,
                told: Told::Problem(Severity::Error, text.to_owned()),
                details: String::new(),
                splices: Vec::new(),
            };
        }
        let decision = pin::decide(resolver, &resolution);
        let why = explain::why(resolver, &resolution);
        let details = match (&decision, &resolution.outcome) {
            (_, Outcome::Failed(_) | Outcome::Undecided(_)) => {
                human::explanation(resolver, &explain::explain(resolver, resolution, false), false, Palette::PLAIN)
            }
            _ => String::new(),
        };
        Self { index, name, told: Told::of(decision, why, configuration), details, splices: Vec::new() }
    }

    /// The edit that carries the decision out.
    pub(super) fn operation(&self) -> Option<Operation> {
        match &self.told {
            Told::Pin { runtime, .. } => Some(Operation::InsertLast {
                path: FieldPath::root().key("items").index(self.index).key("spec").key("predictor").key("model"),
                key: "runtime".to_owned(),
                value: runtime.as_str().into(),
            }),
            _ => None,
        }
    }

    /// Plans the edit that carries the decision out; when there is none, the service fails.
    pub(super) fn plan(&mut self, list: &ResourceList<'_>) {
        let Some(operation) = self.operation().filter(|_| self.severity() == Some(Severity::Info)) else { return };
        match edit::plan(list.text, &list.root, &[operation]) {
            Ok(splices) => self.splices = splices,
            Err(refusal) => {
                let problem = format!("its text cannot be edited safely: {refusal}");
                self.told = Told::Problem(Severity::Error, problem);
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

    /// What is written, as a unified diff of the service's own text.
    pub(super) fn diff(&self, list: &ResourceList<'_>) -> String {
        let item = list.lines_of(&list.items()[self.index]);
        let moved = |splice: &Splice| Splice {
            span: Span::new(splice.span.start - item.start, splice.span.end - item.start),
            text: splice.text.clone(),
        };
        let old = item.of(list.text);
        let new = edit::apply(old, &self.splices.iter().map(moved).collect::<Vec<_>>());
        diff::unified(&self.name, &format!("{}, pinned", self.name), old, &new)
    }

    pub(super) fn severity(&self) -> Option<Severity> {
        match &self.told {
            Told::Pin { severity, .. } | Told::Problem(severity, _) => Some(*severity),
            Told::Pinned(_) | Told::Nothing => None,
        }
    }

    /// The result for this service, read from `item`.
    pub(super) fn result(&self, item: &Node<'_>) -> Option<KrmResult> {
        let (message, severity, proposed) = match &self.told {
            Told::Pin { runtime, why, severity: Severity::Info } => {
                (format!("pinned {runtime}: {why}"), Severity::Info, Some(runtime.clone()))
            }
            Told::Pin { runtime, why, severity } => {
                (format!("would be pinned to {runtime}: {why}"), *severity, Some(runtime.clone()))
            }
            Told::Pinned(runtime) => (format!("already pinned to {runtime}"), Severity::Info, None),
            Told::Problem(severity, problem) => (problem.clone(), *severity, None),
            Told::Nothing => return None,
        };
        let resource_ref: Option<ResourceRef> = items::resource_ref(item);
        let field = proposed.map(|proposed| Field {
            path: PATH.to_owned(),
            current_value: None,
            proposed_value: Some(proposed),
        });
        Some(KrmResult { message, severity, resource_ref, field, file: items::file(item) })
    }

    /// What went wrong, for standard error.
    pub(super) fn complaint(&self) -> String {
        if !self.details.is_empty() {
            return self.details.clone();
        }
        let severity = if self.severity() == Some(Severity::Error) { "error" } else { "warning" };
        match &self.told {
            Told::Problem(_, problem) => format!("{severity}: {}: {problem}\n", self.name),
            Told::Pin { runtime, .. } => {
                format!("{severity}: {}: not pinned; would be pinned to {runtime}\n", self.name)
            }
            _ => String::new(),
        }
    }
}

impl Told {
    fn of(decision: Decision<'_>, why: String, configuration: &PinRuntimes) -> Self {
        let checking = configuration.mode == Mode::Check;
        let finding = if checking { Severity::Error } else { Severity::Warning };
        match decision {
            Decision::Pin(runtime) => {
                let severity = if checking { Severity::Error } else { Severity::Info };
                Self::Pin { runtime: runtime.id.name.clone(), why, severity }
            }
            Decision::Pinned(runtime) => Self::Pinned(runtime.id.name.clone()),
            Decision::Broken(failure) => {
                Self::Problem(finding, format!("its pin is broken ({}: {})", failure.reason(), failure.message()))
            }
            Decision::NotApplicable(_) => Self::Nothing,
            Decision::Refused(refusal) => {
                let policy = match refusal {
                    Refusal::Undecided { .. } | Refusal::Unknown => configuration.on_undecided,
                    _ => configuration.on_unresolved,
                };
                let severity = if policy == Policy::Skip && !checking { Severity::Warning } else { Severity::Error };
                Self::Problem(severity, refusal.to_string())
            }
        }
    }
}

/// One line that sums up.
pub(super) fn summary(services: &[Service], failed: bool) -> String {
    let count = |wanted: fn(&Told) -> bool| services.iter().filter(|service| wanted(&service.told)).count();
    let pins = count(|told| matches!(told, Told::Pin { .. }));
    let already = count(|told| matches!(told, Told::Pinned(_)));
    let errors = services.iter().filter(|service| service.severity() == Some(Severity::Error)).count();
    let warnings = services.iter().filter(|service| service.severity() == Some(Severity::Warning)).count();
    let mut text = if failed {
        format!("kubectl-kserve: nothing was pinned, because of {errors} of {} InferenceServices", services.len())
    } else {
        format!("kubectl-kserve: pinned {pins} of {} InferenceServices", services.len())
    };
    if already > 0 {
        let _ = write!(text, ", {already} already pinned");
    }
    if warnings > 0 {
        let _ = write!(text, ", {warnings} left as they are");
    }
    text.push('\n');
    text
}
