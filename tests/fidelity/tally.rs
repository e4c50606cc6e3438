//! Counts what came of all plans, and shows it as one table.

use std::collections::BTreeMap;
use std::fmt;

use kubectl_kserve::edit::Refusal;

use super::judge::Judges;

/// What came of all plans so far.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) files: usize,
    pub(super) documents: usize,
    pub(super) unread: usize,
    pub(super) wrong: Vec<String>,
    kinds: BTreeMap<&'static str, Kind>,
    refusals: BTreeMap<String, usize>,
}

/// What came of the plans of one kind.
#[derive(Default)]
struct Kind {
    right: usize,
    refused: usize,
    by_serde_yaml: usize,
    by_events: usize,
}

impl Tally {
    pub(super) fn accept(&mut self, kind: &'static str, judges: Judges) {
        let kind = self.kinds.entry(kind).or_default();
        kind.right += 1;
        kind.by_serde_yaml += usize::from(judges.serde_yaml);
        kind.by_events += usize::from(judges.events);
    }

    pub(super) fn refuse(&mut self, kind: &'static str, refusal: &Refusal) {
        self.kinds.entry(kind).or_default().refused += 1;
        let reason = format!("{refusal:?}");
        let reason = reason.split([' ', '{']).next().unwrap_or_default();
        *self.refusals.entry(format!("{kind}: {reason}")).or_default() += 1;
    }

    pub(super) fn edits(&self) -> usize {
        self.kinds.values().map(|kind| kind.right).sum::<usize>() + self.wrong.len()
    }

    pub(super) fn first_wrong(&self) -> String {
        self.wrong[..self.wrong.len().min(20)].join("\n")
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, documents, unread, wrong, .. } = self;
        writeln!(f, "{files} files in five variants: {documents} documents edited, {unread} not read as YAML")?;
        writeln!(f, "{} edits, {} of them wrong", self.edits(), wrong.len())?;
        writeln!(f, "{:14}{:>10}{:>10}{:>14}{:>14}", "", "right", "refused", "serde_yaml", "yaml-rust2")?;
        for (name, kind) in &self.kinds {
            let Kind { right, refused, by_serde_yaml, by_events } = kind;
            writeln!(f, "{name:14}{right:>10}{refused:>10}{by_serde_yaml:>14}{by_events:>14}")?;
        }
        writeln!(f, "refused:")?;
        self.refusals.iter().try_for_each(|(reason, count)| writeln!(f, "{count:>10} {reason}"))
    }
}
