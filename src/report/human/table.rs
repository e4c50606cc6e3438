//! A line a service, in aligned columns as kubectl prints them.

use std::fmt::Write;

use crate::explain;
use crate::kserve::Scope;
use crate::resolve::{Outcome, ProtocolFrom, Resolution, Resolver};

use super::escaped;

/// How many columns there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// What fits a terminal.
    Normal,
    /// More: images, kinds, places.
    Wide,
}

/// The cells of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(Vec<String>);

/// What stands where there is nothing to say, as in kubectl.
pub(super) const NONE: &str = "<none>";

impl Row {
    /// The line for one answer.
    #[must_use]
    pub fn new(resolver: &Resolver<'_>, resolution: &Resolution<'_>, width: Width) -> Self {
        let mut cells = vec![
            resolution.namespace.to_owned(),
            name(resolution),
            format(resolution),
            protocol(resolution),
            runtime(resolution),
        ];
        if width == Width::Wide {
            cells.extend(wide(resolution));
        }
        cells.push(explain::why(resolver, resolution));
        Self::of(cells)
    }

    /// A line of these cells.
    pub(super) fn of(cells: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self(cells.into_iter().map(|cell| escaped(cell.as_ref()).into_owned()).collect())
    }
}

/// The name of what an answer is about; a canary's stands behind its service's.
#[must_use]
pub fn name(resolution: &Resolution<'_>) -> String {
    match resolution.canary {
        Some(canary) => format!("{} (canary {canary})", resolution.service.name),
        None => resolution.service.name.clone(),
    }
}

fn format(resolution: &Resolution<'_>) -> String {
    let Some(asked) = &resolution.asked else { return NONE.to_owned() };
    match &asked.model.version {
        Some(version) => format!("{} {}", asked.model.format.value, version.value),
        None => asked.model.format.value.clone(),
    }
}

fn protocol(resolution: &Resolution<'_>) -> String {
    let protocol = match (&resolution.served, &resolution.asked) {
        (Some(served), _) => served.protocol.as_str(),
        (None, Some(asked)) => match &asked.model.extension.protocol_version {
            Some(protocol) => protocol.value.as_str(),
            None if asked.protocol_from == ProtocolFrom::Default => ProtocolFrom::ASSUMED,
            None => NONE,
        },
        (None, None) => NONE,
    };
    if protocol.is_empty() { "\"\"".to_owned() } else { protocol.to_owned() }
}

pub(super) fn runtime(resolution: &Resolution<'_>) -> String {
    match &resolution.outcome {
        Outcome::Selected(runtime) => runtime.id.name.clone(),
        Outcome::Undecided(_) => "<undecided>".to_owned(),
        Outcome::Unknown => "<unknown>".to_owned(),
        Outcome::Failed(_) | Outcome::NotApplicable(_) => NONE.to_owned(),
    }
}

fn wide(resolution: &Resolution<'_>) -> [String; 3] {
    let scope = match &resolution.outcome {
        Outcome::Selected(runtime) if runtime.id.scope == Scope::Cluster => "Cluster",
        Outcome::Selected(_) => "Namespaced",
        _ => NONE,
    };
    let image = resolution.served.as_ref().and_then(|served| served.image.clone().ok());
    let place = explain::place_of_model(resolution).map(|source| source.to_string());
    [scope.to_owned(), image.unwrap_or_else(|| NONE.to_owned()), place.unwrap_or_else(|| NONE.to_owned())]
}

const HEADINGS: [&str; 6] = ["NAMESPACE", "NAME", "FORMAT", "PROTOCOL", "RUNTIME", "WHY"];
const WIDE_HEADINGS: [&str; 9] =
    ["NAMESPACE", "NAME", "FORMAT", "PROTOCOL", "RUNTIME", "SCOPE", "IMAGE", "SOURCE", "WHY"];

/// The lines under their headings, or without.
#[must_use]
pub fn table(rows: &[Row], width: Width, headings: bool) -> String {
    let titles = match width {
        Width::Normal => &HEADINGS[..],
        Width::Wide => &WIDE_HEADINGS[..],
    };
    aligned(titles, rows, headings)
}

/// The lines in aligned columns, under these titles or without.
pub(super) fn aligned(titles: &[&str], rows: &[Row], headings: bool) -> String {
    let titles = headings.then(|| Row::of(titles.iter().copied()));
    let lines: Vec<&Row> = titles.iter().chain(rows).collect();
    let widths = column_widths(&lines);
    let mut text = String::new();
    for Row(cells) in lines {
        let Some((last, cells)) = cells.split_last() else { continue };
        for (cell, width) in cells.iter().zip(&widths) {
            let _ = write!(text, "{cell:width$}   ");
        }
        let _ = writeln!(text, "{last}");
    }
    text
}

fn column_widths(lines: &[&Row]) -> Vec<usize> {
    let columns = lines.first().map_or(0, |Row(cells)| cells.len());
    let width = |column: usize| lines.iter().map(|Row(cells)| cells[column].chars().count()).max().unwrap_or(0);
    (0..columns).map(width).collect()
}
