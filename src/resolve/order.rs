//! The order in which KServe tries runtimes: by lowest protocol, then newest first, then by name; and by priority.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use crate::kserve::{Age, ServingRuntime};

use super::eligibility;

/// The runtimes of one scope in KServe's order, with indexes by name and by the labels that can be selected.
#[derive(Debug)]
pub(super) struct Runtimes<'i> {
    in_order: Vec<&'i ServingRuntime>,
    by_name: HashMap<&'i str, &'i ServingRuntime>,
    by_label: HashMap<String, Vec<&'i ServingRuntime>>,
}

impl<'i> Runtimes<'i> {
    pub(super) fn new(mut runtimes: Vec<&'i ServingRuntime>) -> Self {
        runtimes.sort_by(|one, other| place(one).cmp(&place(other)));
        let mut by_label: HashMap<String, Vec<&ServingRuntime>> = HashMap::new();
        for runtime in &runtimes {
            for label in selectable_labels(runtime) {
                let labelled = by_label.entry(label).or_default();
                if labelled.last().is_none_or(|last| last.id != runtime.id) {
                    labelled.push(runtime);
                }
            }
        }
        let by_name = runtimes.iter().map(|runtime| (runtime.id.name.as_str(), *runtime)).collect();
        Self { in_order: runtimes, by_name, by_label }
    }

    pub(super) fn in_order(&self) -> &[&'i ServingRuntime] {
        &self.in_order
    }

    pub(super) fn named(&self, name: &str) -> Option<&'i ServingRuntime> {
        self.by_name.get(name).copied()
    }

    /// The runtimes with this label on an entry that has autoSelect on, in order.
    pub(super) fn labelled(&self, label: &str) -> &[&'i ServingRuntime] {
        self.by_label.get(label).map_or(&[], Vec::as_slice)
    }
}

fn selectable_labels(runtime: &ServingRuntime) -> impl Iterator<Item = String> {
    let selectable = runtime.supported_model_formats.iter().filter(|entry| entry.auto_select);
    selectable.flat_map(|entry| {
        let versioned = entry.version.as_deref().map(|version| eligibility::label(&entry.name, Some(version)));
        [Some(entry.name.clone()), versioned].into_iter().flatten()
    })
}

/// What the order compares. A runtime of unknown age is put where a newly created one would stand. Those of one kind of
/// age stand together, so that an order that ages leave open shows between two neighbours.
fn place(runtime: &ServingRuntime) -> (u8, Reverse<(u8, Option<jiff::Timestamp>)>, &str) {
    let age = match runtime.age {
        Age::Unknown => (3, None),
        Age::NotCreated => (2, None),
        Age::Created(timestamp) => (1, Some(timestamp)),
        Age::Release => (0, None),
    };
    (protocol_rank(runtime), Reverse(age), &runtime.id.name)
}

/// The protocols in KServe's order. A runtime ranks by the first of these that it lists.
const PROTOCOLS: [&str; 4] = ["v1", "v2", "grpc-v1", "grpc-v2"];

/// The rank of a runtime's lowest protocol. None at all, and protocols that KServe does not know, rank last.
pub(super) fn protocol_rank(runtime: &ServingRuntime) -> u8 {
    let rank = |protocol: &String| PROTOCOLS.iter().position(|known| known == protocol).unwrap_or(PROTOCOLS.len());
    let lowest = runtime.protocol_versions.iter().map(rank).min().unwrap_or(PROTOCOLS.len());
    u8::try_from(lowest).unwrap_or(u8::MAX)
}

/// The lowest protocol of a runtime, which a service without one gets; empty when it lists none that KServe knows.
pub(super) fn lowest_protocol(runtime: &ServingRuntime) -> &'static str {
    PROTOCOLS.get(usize::from(protocol_rank(runtime))).copied().unwrap_or("")
}

/// The priority of a runtime for a format: that of its first entry of the name, whatever that entry's version and
/// autoSelect (<https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1alpha1/servingruntime_types.go>, `GetPriority`).
#[must_use]
pub fn priority(runtime: &ServingRuntime, format: &str) -> Option<i32> {
    runtime.supported_model_formats.iter().find(|entry| entry.name == format)?.priority
}

/// How KServe orders two runtimes of one scope before priorities count; none when their unknown ages decide.
pub(super) fn known_order(one: &ServingRuntime, other: &ServingRuntime) -> Option<Ordering> {
    let by_protocol = protocol_rank(one).cmp(&protocol_rank(other));
    if by_protocol != Ordering::Equal {
        return Some(by_protocol);
    }
    let newest_first = match (one.age, other.age) {
        (Age::Created(one), Age::Created(other)) => other.cmp(&one),
        (Age::Release, Age::Release) => Ordering::Equal,
        (Age::NotCreated, Age::Created(_)) => Ordering::Less,
        (Age::Created(_), Age::NotCreated) => Ordering::Greater,
        // Two that are not created yet will be so in an order, or in one second, that nobody knows.
        _ => return None,
    };
    Some(newest_first.then_with(|| one.id.name.cmp(&other.id.name)))
}
