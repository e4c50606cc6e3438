//! The forms in which drift is told.

use std::io::{self, Write};

use kubectl_kserve::change::{self, Move};
use kubectl_kserve::report::human::{self, DriftRow, Since, Width};
use kubectl_kserve::report::json::drift::{DriftItem, DriftList};
use kubectl_kserve::resolve::Outcome;

use super::Answer;
use crate::cli::Format;
use crate::output;

pub(super) fn answer(out: &mut dyn Write, answer: &Answer<'_>) -> io::Result<()> {
    match answer.arguments.output {
        Some(Format::Name) => out.write_all(names(answer).as_bytes()),
        Some(Format::Json) => output::json(out, &list(answer)),
        Some(Format::Yaml) => output::yaml(out, &list(answer)),
        Some(Format::Wide) => out.write_all(tables(answer, Width::Wide).as_bytes()),
        Some(Format::Table) | None => out.write_all(tables(answer, Width::Normal).as_bytes()),
    }
}

/// What drifts, what moved and what changed, as far as there is any; an empty line between.
fn tables(answer: &Answer<'_>, width: Width) -> String {
    let all = answer.arguments.all;
    let drifts = answer.drifts.iter().filter(|drift| all || drift.is_finding());
    let drifts: Vec<_> = drifts.map(|drift| DriftRow::of_drift(&answer.resolver, drift, width)).collect();
    let moves = answer.moves.iter().flatten().filter(|moved| all || moved.movement.is_finding());
    let moves: Vec<_> = moves.map(|moved| DriftRow::of_move(&answer.resolver, moved, width)).collect();
    let changes = human::runtime_changes(&answer.changes);
    let parts = [table(answer, &drifts, Since::Record, width), table(answer, &moves, Since::Snapshot, width), changes];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn table(answer: &Answer<'_>, rows: &[DriftRow], since: Since, width: Width) -> String {
    if rows.is_empty() { String::new() } else { human::drift_table(rows, since, width, !answer.arguments.no_headers) }
}

/// Every service with what became of it since KServe recorded its runtime, and since the snapshot.
fn services<'s, 'i>(answer: &'s Answer<'i>) -> impl Iterator<Item = (&'s change::Drift<'i>, Option<&'s Move<'i>>)> {
    let moved = |index: usize| answer.moves.as_ref().and_then(|moves| moves.get(index));
    answer.drifts.iter().enumerate().map(move |(index, drift)| (drift, moved(index)))
}

fn names(answer: &Answer<'_>) -> String {
    let is_wanted = |(drift, moved): &(&change::Drift<'_>, Option<&Move<'_>>)| {
        answer.arguments.all || drift.is_finding() || moved.is_some_and(|moved| moved.movement.is_finding())
    };
    let line = |(drift, _): (&change::Drift<'_>, _)| {
        format!("inferenceservice.serving.kserve.io/{}\n", human::escaped(&drift.resolution.service.name))
    };
    services(answer).filter(is_wanted).map(line).collect()
}

fn list(answer: &Answer<'_>) -> DriftList {
    let complete = !answer.drifts.iter().any(|drift| matches!(drift.resolution.outcome, Outcome::Unknown));
    let items = services(answer).map(|(drift, moved)| DriftItem::new(&answer.resolver, drift, moved)).collect();
    DriftList::new(&answer.resolver, complete, answer.warnings.clone(), items, &answer.changes)
}
