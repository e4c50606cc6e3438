//! The fields in which two objects differ. Entries of a list are compared by their names where they have names.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use crate::object::FieldPath;

/// A field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// The field; an entry of a list by its place in the second object, or in the first when it is gone from there.
    pub field: FieldPath,
    /// The name of the entry that the field is part of, as in `kserve-container` or `sklearn 1`; empty outside of lists.
    pub entry: String,
    /// How it differs.
    pub difference: Difference,
}

/// How a field differs.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// It was not there.
    Added(Value),
    /// It is gone.
    Removed(Value),
    /// It has another value.
    Changed {
        /// The value before.
        before: Value,
        /// The value now.
        now: Value,
    },
    /// Entries that both lists have stand in another order, which decides priorities and containers. Their names:
    Reordered {
        /// Before.
        before: Vec<String>,
        /// Now.
        now: Vec<String>,
    },
}

/// Where two values differ.
pub(super) fn differences(before: &Value, now: &Value) -> Vec<FieldChange> {
    let mut comparison = Comparison::default();
    comparison.values(&Place::default(), before, now);
    comparison.changes
}

#[derive(Clone, Default)]
struct Place {
    path: FieldPath,
    entry: String,
}

impl Place {
    fn key(&self, key: &str) -> Self {
        Self { path: self.path.clone().key(key), ..self.clone() }
    }

    fn index(&self, index: usize) -> Self {
        Self { path: self.path.clone().index(index), ..self.clone() }
    }

    fn entry(&self, index: usize, identity: &Identity<'_>) -> Self {
        let separator = if self.entry.is_empty() { "" } else { ", " };
        Self { entry: format!("{}{separator}{}", self.entry, identity.words()), ..self.index(index) }
    }
}

#[derive(Default)]
struct Comparison {
    changes: Vec<FieldChange>,
}

impl Comparison {
    fn add(&mut self, place: &Place, difference: Difference) {
        self.changes.push(FieldChange { field: place.path.clone(), entry: place.entry.clone(), difference });
    }

    /// The API server keeps no null, so a null in a file says nothing.
    fn values(&mut self, place: &Place, before: &Value, now: &Value) {
        match (before, now) {
            (Value::Object(before), Value::Object(now)) => self.objects(place, before, now),
            (Value::Array(before), Value::Array(now)) => self.lists(place, before, now),
            _ if is_same(before, now) => {}
            (Value::Null, now) => self.add(place, Difference::Added(now.clone())),
            (before, Value::Null) => self.add(place, Difference::Removed(before.clone())),
            _ => self.add(place, Difference::Changed { before: before.clone(), now: now.clone() }),
        }
    }

    fn objects(&mut self, place: &Place, before: &Map<String, Value>, now: &Map<String, Value>) {
        let keys: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
        for key in keys {
            let value = |object: &Map<String, Value>| object.get(key).cloned().unwrap_or_default();
            self.values(&place.key(key), &value(before), &value(now));
        }
    }

    fn lists(&mut self, place: &Place, before: &[Value], now: &[Value]) {
        match (identities(before), identities(now)) {
            (Some(names_before), Some(names_now)) => {
                self.named(place, &Named::new(before, names_before), &Named::new(now, names_now));
            }
            _ if before.len() == now.len() => {
                for (index, (before, now)) in before.iter().zip(now).enumerate() {
                    self.values(&place.index(index), before, now);
                }
            }
            _ => self.add(place, Difference::Changed { before: before.into(), now: now.into() }),
        }
    }

    fn named(&mut self, place: &Place, before: &Named<'_>, now: &Named<'_>) {
        for (index, identity) in before.identities.iter().enumerate().filter(|(_, one)| !now.has(one)) {
            self.add(&place.entry(index, identity), Difference::Removed(before.entries[index].clone()));
        }
        for (index, identity) in now.identities.iter().enumerate() {
            let place = place.entry(index, identity);
            match before.places.get(identity) {
                Some(earlier) => self.values(&place, &before.entries[*earlier], &now.entries[index]),
                None => self.add(&place, Difference::Added(now.entries[index].clone())),
            }
        }
        let (before, now) = (before.shared_with(now), now.shared_with(before));
        if before != now {
            let words = |identities: Vec<&Identity<'_>>| identities.into_iter().map(Identity::words).collect();
            self.add(place, Difference::Reordered { before: words(before), now: words(now) });
        }
    }
}

/// A whole number may be written as another kind of number.
fn is_same(before: &Value, now: &Value) -> bool {
    before == now || before.as_f64().is_some_and(|before| now.as_f64() == Some(before))
}

/// What names an entry of a list: a runtime can list one format in several versions, and one of these twice.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Identity<'v> {
    name: &'v str,
    version: Option<&'v str>,
    occurrence: usize,
}

impl Identity<'_> {
    fn words(&self) -> String {
        match self.version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// The identities of a list's entries, when all of them have names.
fn identities(entries: &[Value]) -> Option<Vec<Identity<'_>>> {
    let mut seen = HashMap::new();
    let mut identities = Vec::new();
    for entry in entries {
        let name = entry.get("name")?.as_str()?;
        let version = entry.get("version").and_then(Value::as_str);
        let occurrence = seen.entry((name, version)).or_insert(0);
        identities.push(Identity { name, version, occurrence: *occurrence });
        *occurrence += 1;
    }
    Some(identities)
}

/// A list whose entries all have names.
struct Named<'v> {
    entries: &'v [Value],
    identities: Vec<Identity<'v>>,
    places: HashMap<Identity<'v>, usize>,
}

impl<'v> Named<'v> {
    fn new(entries: &'v [Value], identities: Vec<Identity<'v>>) -> Self {
        let places = identities.iter().cloned().zip(0..).collect();
        Self { entries, identities, places }
    }

    fn has(&self, identity: &Identity<'_>) -> bool {
        self.places.contains_key(identity)
    }

    fn shared_with<'s>(&'s self, other: &Named<'_>) -> Vec<&'s Identity<'v>> {
        self.identities.iter().filter(|identity| other.has(identity)).collect()
    }
}
