//! Carries a plan out and holds the new text against what each reader should find.

use kubectl_kserve::edit::{self, Refusal, Splice};
use kubectl_kserve::object::Span;
use kubectl_kserve::yaml::{self, Chunk, Node};
use serde_json::Value;

use super::candidates::Candidate;
use super::events::{self, Tree};
use super::tally::Tally;
use super::{bytes, values};

/// A document as every reader sees it before any change.
pub(super) struct Document<'d, 't> {
    text: &'t str,
    documents: usize,
    /// Which of them it is.
    position: usize,
    chunk: Chunk,
    root: &'d Node<'t>,
    ours: Value,
    serde_yaml: Option<Value>,
    events: Option<Tree>,
}

/// Who found what there should be, or what somebody found instead.
pub(super) type Judgement = Result<Judges, String>;

/// Who could read both texts.
#[derive(Clone, Copy)]
pub(super) struct Judges {
    pub(super) serde_yaml: bool,
    pub(super) events: bool,
}

impl<'d, 't> Document<'d, 't> {
    pub(super) fn new(text: &'t str, chunks: &[Chunk], position: usize, root: &'d Node<'t>) -> Self {
        let chunk = chunks[position];
        let old = chunk.span.of(text);
        let ours = serde_json::to_value(root).expect("a node is JSON");
        Self {
            text,
            documents: chunks.len(),
            position,
            chunk,
            root,
            ours,
            serde_yaml: serde_yaml::from_str(old).ok(),
            events: events::read(old),
        }
    }

    pub(super) fn judge(&self, tally: &mut Tally, name: &str, candidate: &Candidate) {
        let refuse = |tally: &mut Tally, refusal: &Refusal| tally.refuse(candidate.kind, refusal);
        let complain = |tally: &mut Tally, what: &str| {
            tally.wrong.push(format!("{name}: {}: {:?}: {what}", candidate.kind, candidate.operations));
        };
        let splices = match edit::plan(self.text, self.root, &candidate.operations) {
            Ok(splices) => splices,
            Err(refusal) => {
                refuse(tally, &refusal);
                if candidate.kind == "convert" && !is_forbidden(&refusal) {
                    complain(tally, &refusal.to_string());
                }
                return;
            }
        };
        let new = self.apply(&splices);
        match edit::witness(self.chunk.span.of(self.text), &new, &candidate.operations) {
            Ok(()) => {}
            Err(refusal @ Refusal::NoWitness { .. }) => return refuse(tally, &refusal),
            Err(refusal) => return complain(tally, &format!("witness: {refusal}")),
        }
        match self.hold(&new, candidate, &splices) {
            Ok(judges) => tally.accept(candidate.kind, judges),
            Err(problem) => complain(tally, &problem),
        }
    }

    /// Whether these bytes belong to the document.
    pub(super) fn holds(&self, span: Span) -> bool {
        self.chunk.span.start <= span.start && span.end <= self.chunk.span.end
    }

    /// The new text of the document alone.
    pub(super) fn apply(&self, splices: &[Splice]) -> String {
        let moved: Vec<_> = splices.iter().map(|splice| splice.moved_back(self.chunk.span.start)).collect();
        edit::apply(self.chunk.span.of(self.text), &moved)
    }

    /// Whether a new text is what every reader should find.
    pub(super) fn hold(&self, new: &str, candidate: &Candidate, splices: &[Splice]) -> Judgement {
        let whole = edit::apply(self.text, splices);
        if let Some(problem) = bytes::problem(self.text, &whole, &self.chunk, candidate, splices) {
            return Err(problem);
        }
        let chunks = yaml::split(&whole).map_err(|error| error.to_string())?;
        // A line feed behind JSON is no part of it.
        let is_cut = |chunk: &Chunk| chunk.span.of(&whole).trim_end() == new.trim_end();
        if chunks.len() != self.documents || !is_cut(&chunks[self.position]) {
            return Err("the documents are cut in other places".to_owned());
        }
        self.hold_ours(&whole, &chunks[self.position], candidate)?;
        Ok(Judges { serde_yaml: self.hold_serde_yaml(new, candidate)?, events: self.hold_events(new, candidate)? })
    }

    fn hold_ours(&self, whole: &str, chunk: &Chunk, candidate: &Candidate) -> Result<(), String> {
        let root = yaml::compose(whole, chunk).map_err(|error| error.to_string())?;
        let found = root.and_then(|root| serde_json::to_value(&root).ok()).unwrap_or_default();
        let is_right = values::expected(&self.ours, &candidate.operations) == Some(found);
        is_right.then_some(()).ok_or_else(|| "our reader sees something else".to_owned())
    }

    fn hold_serde_yaml(&self, new: &str, candidate: &Candidate) -> Result<bool, String> {
        let Some(expected) = self.serde_yaml.as_ref().and_then(|old| values::expected(old, &candidate.operations))
        else {
            return Ok(false);
        };
        let found = serde_yaml::from_str::<Value>(new).map_err(|error| format!("serde_yaml: {error}"))?;
        if found == expected { Ok(true) } else { Err("serde_yaml sees something else".to_owned()) }
    }

    fn hold_events(&self, new: &str, candidate: &Candidate) -> Result<bool, String> {
        let (Some(old), Some(found)) = (&self.events, events::read(new)) else {
            return Ok(false);
        };
        let fits = |above: bool| {
            events::expected(old, &candidate.operations, above).is_some_and(|expected| events::fits(&expected, &found))
        };
        if fits(false) || fits(true) { Ok(true) } else { Err("yaml-rust2 sees something else".to_owned()) }
    }
}

/// A conversion that nobody could make without changing more than it should.
fn is_forbidden(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Shared { .. } | Refusal::Merged { .. } | Refusal::AlreadyThere { .. })
}
