//! A line a service that says what became of its runtime: since KServe recorded it, or since a snapshot.

use crate::change::{Drift, Move};
use crate::kserve::RuntimeId;
use crate::report::reason::{why_drift, why_move};
use crate::resolve::{Outcome, Resolution, Resolver};

use super::table::{NONE, Row, Width, aligned, runtime};

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
    pub fn of_drift(resolver: &Resolver<'_>, drift: &Drift<'_>, width: Width) -> Self {
        let recorded = drift.resolution.service.recorded_runtime.as_ref();
        let before = recorded.map_or(NONE, |recorded| &recorded.name).to_owned();
        let runtimes = distinct(recorded, &drift.resolution).unwrap_or((before, runtime(&drift.resolution)));
        let images = (width == Width::Wide).then(|| (drift.recorded_image.as_deref(), drift.image()));
        Self::new(&drift.resolution, runtimes, images, drift.word(), &why_drift(resolver, drift))
    }

    /// The line for what became of a service since a snapshot; `resolver` is that of now.
    #[must_use]
    pub fn of_move(resolver: &Resolver<'_>, moved: &Move<'_>, width: Width) -> Self {
        let before = moved.before.outcome.selected().map(|runtime| &runtime.id);
        let runtimes = distinct(before, &moved.now).unwrap_or((runtime(&moved.before), runtime(&moved.now)));
        let images = (width == Width::Wide).then(|| (image(&moved.before), image(&moved.now)));
        Self::new(&moved.now, runtimes, images, moved.movement.word(), &why_move(resolver, moved))
    }

    fn new(
        resolution: &Resolution<'_>,
        (before, now): (String, String),
        images: Option<(Option<&str>, Option<&str>)>,
        word: &str,
        why: &str,
    ) -> Self {
        let mut cells = vec![resolution.namespace, &resolution.service.name, &before, &now];
        cells.extend(images.into_iter().flat_map(|(before, now)| [before, now]).map(|image| image.unwrap_or(NONE)));
        cells.extend([word, why]);
        Self(Row::of(cells))
    }
}

fn image<'r>(resolution: &'r Resolution<'_>) -> Option<&'r str> {
    resolution.served.as_ref()?.image.as_deref().ok()
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
pub fn drift_table(rows: &[DriftRow], since: Since, width: Width, headings: bool) -> String {
    let (before, image_before) = match since {
        Since::Record => ("RECORDED", "RUNNING IMAGE"),
        Since::Snapshot => ("SNAPSHOT", "IMAGE BEFORE"),
    };
    let mut titles = vec!["NAMESPACE", "NAME", before, "NOW"];
    if width == Width::Wide {
        titles.extend([image_before, "IMAGE NOW"]);
    }
    titles.extend(["STATE", "WHY"]);
    let rows: Vec<Row> = rows.iter().map(|DriftRow(row)| row.clone()).collect();
    aligned(&titles, &rows, headings)
}
