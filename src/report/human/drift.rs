//! A line a service that says what became of its runtime: since KServe recorded it, or since a snapshot.

use crate::change::{Drift, Move};
use crate::kserve::RuntimeId;
use crate::report::reason::{why_drift, why_move};
use crate::resolve::{Outcome, Resolution, Resolver};

use super::table::{NONE, Row, aligned, runtime};

/// What the runtimes of now are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// What KServe recorded in the status.
    Record,
    /// A snapshot.
    Snapshot,
}

/// The cells of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftRow(Row);

impl DriftRow {
    /// The line for what became of a service since KServe recorded its runtime.
    #[must_use]
    pub fn of_drift(resolver: &Resolver<'_>, drift: &Drift<'_>) -> Self {
        let recorded = drift.resolution.service.recorded_runtime.as_ref();
        let before = recorded.map_or(NONE, |recorded| &recorded.name).to_owned();
        let runtimes = distinct(recorded, &drift.resolution).unwrap_or((before, runtime(&drift.resolution)));
        Self::new(&drift.resolution, runtimes, drift.word(), &why_drift(resolver, drift))
    }

    /// The line for what became of a service since a snapshot; `resolver` is that of now.
    #[must_use]
    pub fn of_move(resolver: &Resolver<'_>, moved: &Move<'_>) -> Self {
        let before = match moved.before.outcome {
            Outcome::Selected(runtime) => Some(&runtime.id),
            _ => None,
        };
        let runtimes = distinct(before, &moved.now).unwrap_or((runtime(&moved.before), runtime(&moved.now)));
        Self::new(&moved.now, runtimes, moved.movement.word(), &why_move(resolver, moved))
    }

    fn new(resolution: &Resolution<'_>, (before, now): (String, String), word: &str, why: &str) -> Self {
        Self(Row::of([resolution.namespace, &resolution.service.name, &before, &now, word, why]))
    }
}

/// Both runtimes with their kinds, where their names are the same and they are not.
fn distinct(before: Option<&RuntimeId>, now: &Resolution<'_>) -> Option<(String, String)> {
    match (before, &now.outcome) {
        (Some(before), Outcome::Selected(now)) if before.name == now.id.name && *before != now.id => {
            Some((before.to_string(), now.id.to_string()))
        }
        _ => None,
    }
}

/// The lines under their headings, or without.
#[must_use]
pub fn drift_table(rows: &[DriftRow], since: Since, headings: bool) -> String {
    let before = match since {
        Since::Record => "RECORDED",
        Since::Snapshot => "SNAPSHOT",
    };
    let rows: Vec<Row> = rows.iter().map(|DriftRow(row)| row.clone()).collect();
    aligned(&["NAMESPACE", "NAME", before, "NOW", "STATE", "WHY"], &rows, headings)
}
