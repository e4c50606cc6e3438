//! The candidates of an answer, each with its verdict and what decided it.

use serde::Serialize;

use super::Runtime;
use crate::explain::{self, Explanation};
use crate::resolve::{Asked, Candidate, Rule, Verdict};

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JsonCandidate {
    pub(super) runtime: Runtime,
    pub(super) verdict: JsonVerdict,
    pub(super) priority: Option<i32>,
    pub(super) reasons: Vec<Reason>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum JsonVerdict {
    Selected,
    Tied,
    Outranked,
    Ineligible,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Reason {
    /// A rule that failed (Disabled, `MultiModel`, `ModelFormat`, `AutoSelectOff`, `ProtocolVersion`, `MultiNode`), or
    /// what put another runtime first (Namespace, Priority, Protocol, Age, Name, `UnstableSort`, Unresolved).
    pub(super) code: String,
    pub(super) detail: String,
}

pub(super) fn candidates(explanation: &Explanation<'_>) -> Vec<JsonCandidate> {
    let Some(asked) = &explanation.resolution.asked else { return Vec::new() };
    explanation.candidates.iter().map(|candidate| JsonCandidate::new(candidate, asked)).collect()
}

impl JsonCandidate {
    pub(super) fn new(candidate: &Candidate<'_>, asked: &Asked<'_>) -> Self {
        let (verdict, reasons) = match candidate.verdict {
            Verdict::Selected => (JsonVerdict::Selected, Vec::new()),
            Verdict::Tied => (JsonVerdict::Tied, Vec::new()),
            Verdict::Outranked(reason) => {
                let detail = explain::behind(reason).to_owned();
                (JsonVerdict::Outranked, vec![Reason { code: format!("{reason:?}"), detail }])
            }
            Verdict::Ineligible(rules) => {
                let reason = |rule: Rule| Reason {
                    code: rule.code().to_owned(),
                    detail: explain::detail(rule, candidate.runtime, asked),
                };
                (JsonVerdict::Ineligible, rules.iter().map(reason).collect())
            }
        };
        Self { runtime: Runtime::of(candidate.runtime), verdict, priority: candidate.priority, reasons }
    }
}
