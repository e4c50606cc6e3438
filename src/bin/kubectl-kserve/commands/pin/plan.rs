//! What comes of each service, and the new text of each file.

use std::collections::HashMap;

use kubectl_kserve::edit::{self, Splice};
use kubectl_kserve::kserve::InferenceService;
use kubectl_kserve::object::Source;
use kubectl_kserve::pin::{self, BrokenPin, Change, Refusal, Wish};
use kubectl_kserve::resolve::Resolver;

use crate::input::Text;

/// What comes of each service, in the order of the texts.
#[derive(Debug, Default)]
pub(super) struct Plan<'i> {
    pub(super) services: Vec<Service<'i>>,
    /// The changes of each text that has any, by its number.
    splices: HashMap<usize, Vec<Splice>>,
}

#[derive(Debug)]
pub(super) struct Service<'i> {
    /// How it is called in messages.
    name: String,
    source: Option<Source>,
    pub(super) fate: Fate<'i>,
}

/// What comes of a service.
#[derive(Debug)]
pub(super) enum Fate<'i> {
    Write(Box<Change<'i>>),
    Settled,
    Broken(BrokenPin<'i>),
    Refused { refusal: Refusal, skipped: bool, explanation: String },
}

impl<'i> Plan<'i> {
    pub(super) fn add(&mut self, service: &InferenceService, namespace: &str, fate: Fate<'i>) {
        let source = service.source.clone();
        let name = format!("InferenceService {namespace}/{}", service.name);
        self.services.push(Service { name, source, fate });
    }

    /// Makes the edits. One that cannot be made turns into a refusal.
    pub(super) fn carry_out(&mut self, resolver: &Resolver<'_>, texts: &[Text]) {
        for (number, text) in texts.iter().enumerate() {
            let written_to = |service: &&mut Service<'i>| {
                matches!(service.fate, Fate::Write(_))
                    && service.source.as_ref().is_some_and(|source| source.file == text.name)
            };
            let mut services: Vec<_> = self.services.iter_mut().filter(written_to).collect();
            if services.is_empty() {
                continue;
            }
            let wishes: Vec<Wish<'_>> = services.iter().filter_map(|service| service.wish()).collect();
            let written = pin::rewrite(resolver, &text.content, &wishes);
            let splices = self.splices.entry(number).or_default();
            for (service, written) in services.iter_mut().zip(written) {
                match written {
                    Ok(written) => splices.extend(written),
                    Err(refusal) => {
                        service.fate = Fate::Refused { refusal, skipped: false, explanation: String::new() };
                    }
                }
            }
        }
    }

    /// The new text of the text of this number; none when it stays.
    pub(super) fn new_text(&self, number: usize, text: &Text) -> Option<String> {
        let splices = self.splices.get(&number).filter(|splices| !splices.is_empty())?;
        Some(edit::apply(&text.content, splices))
    }

    pub(super) fn counts(&self) -> Counts {
        let count =
            |wanted: fn(&Fate<'i>) -> bool| self.services.iter().filter(|service| wanted(&service.fate)).count();
        Counts {
            services: self.services.len(),
            written: count(|fate| matches!(fate, Fate::Write(_))),
            settled: count(|fate| matches!(fate, Fate::Settled)),
            broken: count(|fate| matches!(fate, Fate::Broken(_))),
            skipped: count(|fate| matches!(fate, Fate::Refused { skipped: true, .. })),
            failed: count(|fate| matches!(fate, Fate::Refused { skipped: false, .. })),
        }
    }
}

/// How many services come to what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    pub(super) services: usize,
    pub(super) written: usize,
    pub(super) settled: usize,
    pub(super) broken: usize,
    pub(super) skipped: usize,
    pub(super) failed: usize,
}

impl<'i> Service<'i> {
    /// Its place and how it is called; the place of a problem with its text where there is one.
    pub(super) fn called(&self) -> String {
        let problem = match &self.fate {
            Fate::Refused { refusal, .. } => refusal.position(),
            _ => None,
        };
        match &self.source {
            Some(source) => format!("{}: {}", source.at(problem.unwrap_or(source.position)), self.name),
            None => self.name.clone(),
        }
    }

    fn wish(&self) -> Option<Wish<'i>> {
        let (Fate::Write(change), Some(source)) = (&self.fate, &self.source) else { return None };
        Some(Wish { document: source.document, path: source.path.clone(), change: (**change).clone() })
    }
}

#[cfg(feature = "cluster")]
impl Counts {
    /// One that was to be written has failed.
    pub(super) fn has_failed(&mut self) {
        self.written -= 1;
        self.failed += 1;
    }

    /// One that was to be written is as it should be already.
    pub(super) fn is_settled(&mut self) {
        self.written -= 1;
        self.settled += 1;
    }
}
