//! What must hold for every set of services and runtimes, tried on generated ones.

#[path = "properties/world.rs"]
mod world;

use std::collections::BTreeSet;

use jiff::{Span, Timestamp};
use kubectl_kserve::explain::{Change, NearMiss, explain};
use kubectl_kserve::kserve::Age;
use kubectl_kserve::resolve::{Outcome, Verdict};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use world::{TIMES, Told, World, crowded_worlds, name, name_of, worlds};

/// Up to so many candidates of a scope Go's sort keeps ties in order, and one candidate's going away moves no other.
const STABLE: usize = 12;

/// So many cases, or `PROPTEST_CASES`.
fn config(cases: u32) -> ProptestConfig {
    let told = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { told.cases } else { cases };
    ProptestConfig { cases, failure_persistence: None, max_global_rejects: 1_000_000, ..told }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn the_order_of_the_input_never_matters(world in worlds(0..10), turn in 0..10_usize) {
        let mut runtimes = world.runtimes.clone();
        let middle = turn % runtimes.len().max(1);
        runtimes.rotate_left(middle);
        prop_assert_eq!(world.with(runtimes.clone()).outcome(), world.outcome());
        runtimes.reverse();
        prop_assert_eq!(world.with(runtimes).outcome(), world.outcome());
    }

    #[test]
    fn a_runtime_that_is_not_selected_can_go(world in worlds(1..STABLE)) {
        let told = world.outcome();
        let needed: Vec<String> = match &told {
            Told::Selected(name) => vec![name.clone()],
            Told::Undecided(names) => names.clone(),
            _ => Vec::new(),
        };
        // A runtime that fails by name has to stay: without it the name would mean another one, or none.
        let named = world.see(false, |_, resolution| resolution.asked.and_then(|asked| asked.model.runtime.clone()));
        let named = named.flatten().map(|runtime| runtime.value);
        for (index, (runtime, _)) in world.runtimes.iter().enumerate() {
            let is_named = named.as_deref() == runtime["metadata"]["name"].as_str();
            if !needed.contains(&name_of(runtime)) && !is_named {
                let mut fewer = world.runtimes.clone();
                fewer.remove(index);
                prop_assert_eq!(world.with(fewer).outcome(), told.clone(), "without {}", name_of(runtime));
            }
        }
    }

    #[test]
    fn what_the_explanation_names_is_enough(world in worlds(0..16)) {
        let named = world.see(false, |resolver, resolution| {
            let explanation = explain(resolver, resolution, false);
            explanation.candidates.iter().map(|candidate| name(candidate.runtime)).collect::<BTreeSet<_>>()
        });
        let named = named.expect("there is a service");
        let kept = world.runtimes.iter().filter(|(runtime, _)| named.contains(&name_of(runtime)));
        prop_assert_eq!(world.with(kept.cloned().collect()).outcome(), world.outcome());
    }

    #[test]
    fn a_near_miss_is_about_something_that_was_read(world in worlds(0..10)) {
        let misses = world.see(false, |resolver, resolution| {
            let explanation = explain(resolver, resolution, false);
            explanation.near_misses.iter().filter_map(near_name).collect::<Vec<_>>()
        });
        for name in misses.expect("there is a service") {
            prop_assert!(world.runtimes.iter().any(|(runtime, _)| name_of(runtime) == name), "{}", name);
        }
    }
}

proptest! {
    #![proptest_config(config(1_024))]

    #[test]
    fn a_hint_that_is_followed_keeps_its_promise(world in worlds(1..8), canary in prop::bool::weighted(0.3)) {
        let hints = world.see(canary, |resolver, resolution| {
            let explanation = explain(resolver, resolution, false);
            explanation.hints.iter().map(|hint| (hint.at.clone(), hint.change.clone(), name(hint.promise))).collect()
        });
        let hints: Vec<(String, Change, String)> = hints.unwrap_or_default();
        for (at, change, promise) in hints {
            let mut changed = world.clone();
            follow(&change, model_at(&mut changed.service, &at));
            let outcome = changed.see(canary, |_, resolution| Told::of(&resolution.outcome));
            prop_assert_eq!(outcome, Some(Told::Selected(promise)), "{:?} at {}", change, at);
        }
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn undecided_means_that_each_of_the_tied_wins_in_some_order_of_ages(world in worlds(2..7)) {
        prop_assume!(unknowns(&world) > 0 && unknowns(&world) <= 3);
        let winners = world.outcomes_by_age(ages(&world));
        prop_assert_eq!(world.outcome(), one_or_undecided(winners));
    }

    /// Where Go's sort is unstable the tied may be more than those that can win, never fewer.
    #[test]
    fn nobody_but_the_tied_wins_among_many(world in crowded_worlds()) {
        prop_assume!(unknowns(&world) > 0 && unknowns(&world) <= 2);
        let told = world.outcome();
        for winner in world.outcomes_by_age(ages(&world)) {
            let allowed = match (&told, &winner) {
                (Told::Undecided(tied), Told::Selected(winner)) => tied.contains(winner),
                (told, winner) => told == winner,
            };
            prop_assert!(allowed, "{:?} beside {:?}", winner, told);
        }
    }
}

/// What to say when one of `outcomes` comes true.
fn one_or_undecided(mut outcomes: BTreeSet<Told>) -> Told {
    if outcomes.len() == 1 {
        return outcomes.pop_first().expect("there is one");
    }
    let name = |told| match told {
        Told::Selected(name) => name,
        other => panic!("with every age known the answer is {other:?}"),
    };
    Told::Undecided(outcomes.into_iter().map(name).collect())
}

#[test]
fn the_generated_worlds_reach_every_outcome_and_verdict() {
    let mut runner = TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    for _ in 0..6_000 {
        let world = worlds(0..10).new_tree(&mut runner).expect("a world").current();
        world.see(true, |_, resolution| reached.insert(format!("canary {}", outcome(&resolution.outcome))));
        world.see(false, |resolver, resolution| {
            reached.insert(outcome(&resolution.outcome));
            let explanation = explain(resolver, resolution, true);
            reached.extend(explanation.candidates.iter().flat_map(|candidate| verdict(candidate.verdict)));
            reached.extend(explanation.hints.iter().map(|hint| first_word(&format!("{:?}", hint.change))));
            reached.extend(explanation.near_misses.iter().map(|miss| first_word(&format!("{miss:?}"))));
        });
    }
    for word in EVERYTHING {
        assert!(reached.contains(word), "no world reached {word:?}; reached were {reached:#?}");
    }
}

/// Outcomes and failures, also of canaries; rules and ranks; changes of hints; near misses.
const EVERYTHING: [&str; 40] = [
    "Selected",
    "Undecided",
    "Unknown",
    "NotApplicable",
    "disabled",
    "format",
    "none",
    "notFound",
    "protocol",
    "canary Selected",
    "canary Undecided",
    "canary Unknown",
    "canary format",
    "canary notFound",
    "canary protocol",
    "Tied",
    "Disabled",
    "MultiModel",
    "ModelFormat",
    "AutoSelectOff",
    "ProtocolVersion",
    "MultiNode",
    "Namespace",
    "Priority",
    "Protocol",
    "Age",
    "Name",
    "Unresolved",
    "SetProtocolVersion",
    "SetFormat",
    "SetVersion",
    "RemoveVersion",
    "SetRuntime",
    "RemoveRuntime",
    "OtherCase",
    "SimilarFormat",
    "OtherNamespace",
    "SimilarName",
    "FormatsHere",
    "NoRuntimes",
];

fn outcome(outcome: &Outcome<'_>) -> String {
    match Told::of(outcome) {
        Told::Failed(code) => code.to_owned(),
        told => first_word(&format!("{told:?}")),
    }
}

fn verdict(verdict: Verdict) -> Vec<String> {
    match verdict {
        Verdict::Ineligible(rules) => rules.iter().map(|rule| rule.code().to_owned()).collect(),
        Verdict::Outranked(reason) => vec![format!("{reason:?}")],
        other => vec![format!("{other:?}")],
    }
}

fn first_word(text: &str) -> String {
    text.split([' ', '(']).next().unwrap_or_default().to_owned()
}

fn near_name(miss: &NearMiss<'_>) -> Option<String> {
    match miss {
        NearMiss::OtherCase { runtime, .. } => Some(name(runtime)),
        NearMiss::OtherNamespace { runtime } | NearMiss::SimilarName { runtime } => {
            Some(format!("{}/{}", runtime.namespace().unwrap_or_default(), runtime.name))
        }
        NearMiss::SimilarFormat { .. } | NearMiss::FormatsHere { .. } | NearMiss::NoRuntimes => None,
    }
}

/// The object of the manifest that a hint speaks of.
fn model_at<'v>(service: &'v mut Value, at: &str) -> &'v mut Value {
    match at {
        "predictor.model of canary next" => &mut service["spec"]["canary"][0]["predictor"]["model"],
        at => at.split('.').fold(service, |value, key| &mut value[key]),
    }
}

/// Does what a hint says, as a person would in the manifest.
fn follow(change: &Change, model: &mut Value) {
    let remove = |object: &mut Value, field: &str| {
        object.as_object_mut().and_then(|object| object.remove(field)).expect("what is to go is there");
    };
    match change {
        Change::SetProtocolVersion(protocol) => model["protocolVersion"] = json!(protocol),
        Change::SetFormat(format) => model["modelFormat"]["name"] = json!(format),
        Change::SetVersion(version) => model["modelFormat"]["version"] = json!(version),
        Change::RemoveVersion => remove(&mut model["modelFormat"], "version"),
        Change::SetRuntime(runtime) => model["runtime"] = json!(runtime),
        Change::RemoveRuntime => remove(model, "runtime"),
    }
}

/// How many ages are open: each that is unknown or yet to come, and the one of what a release installs.
fn unknowns(world: &World) -> usize {
    let of_release = world.runtimes.iter().any(|(_, age)| *age == Age::Release);
    let is_open = |(_, age): &&(Value, Age)| matches!(age, Age::Unknown | Age::NotCreated);
    world.runtimes.iter().filter(is_open).count() + usize::from(of_release)
}

/// Every way in which the open ages can lie before, between, beside and after the known ones.
fn ages(world: &World) -> Vec<Vec<Age>> {
    let open = unknowns(world);
    let times = possible_times(open);
    let mut assignments = vec![Vec::new()];
    for _ in 0..open {
        let longer = |assignment: &Vec<Timestamp>| {
            times.iter().map(|time| [&assignment[..], &[*time]].concat()).collect::<Vec<_>>()
        };
        assignments = assignments.iter().flat_map(longer).collect();
    }
    assignments.into_iter().filter_map(|assignment| assigned(world, assignment)).collect()
}

/// The known times, and around each of them as many others as ages are open.
fn possible_times(open: usize) -> Vec<Timestamp> {
    let around = |time: Timestamp, step: usize| {
        let seconds = i64::try_from(step).expect("a small number") - i64::try_from(open).expect("a small number");
        time.checked_add(Span::new().seconds(seconds)).expect("a time")
    };
    TIMES.iter().flat_map(|time| (0..=2 * open).map(|step| around(*time, step))).collect()
}

/// None where what is yet to be created would not be newer than what was.
fn assigned(world: &World, mut assignment: Vec<Timestamp>) -> Option<Vec<Age>> {
    let mut of_release = None;
    let known = |(_, age): &(Value, Age)| {
        let time = match *age {
            Age::Created(time) => time,
            Age::Unknown => assignment.pop()?,
            Age::NotCreated => assignment.pop().filter(|time| TIMES.iter().all(|known| known < time))?,
            Age::Release => match of_release {
                Some(time) => time,
                None => *of_release.insert(assignment.pop()?),
            },
        };
        Some(Age::Created(time))
    };
    world.runtimes.iter().map(known).collect()
}
