//! What stands against a rendering, so that Argo CD can show it in the Application's status.

use anyhow::bail;
use kubectl_kserve::inventory::Inventory;
use kubectl_kserve::kserve::InferenceService;
use kubectl_kserve::pin::{Permission, Refusal};
use kubectl_kserve::report::human::escaped;

use crate::output::Lines;

/// What stands against pinning one service.
#[derive(Debug)]
pub(super) struct Complaint {
    pub(super) line: String,
    /// Every candidate, and why it is none.
    pub(super) explanation: Option<String>,
}

impl Complaint {
    /// A refusal, and the parameter that would lift it.
    pub(super) fn of(refusal: &Refusal) -> Self {
        let line = match refusal.permission() {
            Some(Permission::GraphChange) => format!("{refusal}; the parameter allow-graph-change permits it"),
            _ => refusal.to_string(),
        };
        Self { line, explanation: None }
    }
}

/// What stands against pinning all of them.
#[derive(Debug, Default)]
pub(super) struct Complaints(Vec<(String, Complaint)>);

impl Complaints {
    pub(super) fn add(&mut self, service: &InferenceService, inventory: &Inventory, complaint: Complaint) {
        let place = service.source.as_ref().map(|source| format!("{source}: ")).unwrap_or_default();
        let called = format!("{place}InferenceService {}/{}", inventory.namespace_of(service), service.name);
        self.0.push((called, complaint));
    }

    /// An error when there is any. A single service is explained, of several each gets a line.
    pub(super) fn end(self, services: usize) -> anyhow::Result<()> {
        let summary = format!("nothing was rendered, because of {} of {services} InferenceServices", self.0.len());
        match &self.0[..] {
            [] => Ok(()),
            [(_, Complaint { explanation: Some(explanation), .. })] => {
                bail!(Lines(format!("{summary}\n{explanation}")))
            }
            several => {
                let line = |(called, one): &(String, Complaint)| {
                    escaped(&format!("error: {called}: {}", one.line)).into_owned()
                };
                let lines: Vec<_> = several.iter().map(line).collect();
                bail!(Lines(format!("{summary}\n{}", lines.join("\n"))))
            }
        }
    }
}
