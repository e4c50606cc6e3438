//! The rules that no recorded answer of KServe covers, a scenario a file: unknown ages, incomplete knowledge, images,
//! canaries, near misses and hints. What is expected was written from KServe's source, not from what this program says.
//!
//! A scenario names the objects (`given`) and what comes of each service (`expect`); what it does not mention is not
//! compared. `catalogue: true` adds what the release installs, `unread` says which runtimes are known to be missing,
//! `applied` lays runtimes of files over the others.

#[path = "scenarios/expectation.rs"]
mod expectation;
#[path = "scenarios/found.rs"]
mod found;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use expectation::{Expectation, Missing, Scenario};
use found::Found;
use kubectl_kserve::inventory::{Contents, Inventory, Unread};
use kubectl_kserve::kserve::catalogue::catalogue;
use kubectl_kserve::kserve::{Age, Release, ServingRuntime};
use kubectl_kserve::manifest::Item;
use kubectl_kserve::object::{FieldPath, Source};
use kubectl_kserve::resolve::{Resolver, Rule};
use kubectl_kserve::yaml;

#[test]
fn every_scenario_comes_out_as_expected() {
    let mut wrong = Vec::new();
    for path in scenarios() {
        let (scenario, objects) = read(&path);
        let name = path.file_stem().expect("a file has a name").display().to_string();
        check(&name, &scenario, &objects, &mut wrong);
    }
    assert!(wrong.is_empty(), "{} expectations are not met:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_scenarios_reach_every_rule_and_outcome() {
    let mut expected = BTreeSet::new();
    for path in scenarios() {
        for expectation in read(&path).0.expect {
            expectation.collect_words(&mut expected);
        }
    }
    let rules = Rule::ALL.map(Rule::code);
    let ranks = ["Namespace", "Priority", "Protocol", "Age", "Name", "UnstableSort", "Unresolved"];
    let verdicts = ["Selected", "Tied", "Outranked", "Ineligible"];
    let outcomes = ["Undecided", "Unknown", "Failed", "CustomContainers", "ModelMesh"];
    let failures = ["notFound", "disabled", "protocol", "format", "none", "nothingToServe"];
    let misses = ["OtherCase", "SimilarFormat", "OtherNamespace", "SimilarName", "FormatsHere", "NoRuntimes"];
    let all = [&rules[..], &ranks, &verdicts, &outcomes, &failures, &misses].concat();
    let missing: Vec<_> = all.into_iter().filter(|word| !expected.contains(*word)).collect();
    assert!(missing.is_empty(), "no scenario expects {missing:?}");
}

fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("can be read").path());
    let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|found| found == "yaml")).collect();
    paths.sort();
    assert!(paths.len() >= 30, "only {} scenarios were found", paths.len());
    paths
}

/// The objects of a scenario, as this program reads them.
struct Objects {
    given: Contents,
    applied: Contents,
}

/// The scenario twice: what it expects, and the objects as this program reads them.
fn read(path: &Path) -> (Scenario, Objects) {
    let text = fs::read_to_string(path).expect("a scenario can be read");
    let scenario: Scenario = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(scenario.why.ends_with('.'), "{}: why is a sentence", path.display());
    (scenario, Objects { given: objects(path, &text, "given"), applied: objects(path, &text, "applied") })
}

fn objects(path: &Path, text: &str, key: &str) -> Contents {
    let chunks = yaml::split(text).expect("a stream");
    let node = yaml::compose(text, &chunks[0]).expect("YAML").expect("a document");
    let items = node.get(key).map_or(&[][..], |items| items.as_sequence().expect("a list of objects"));
    let file: Arc<str> = Arc::from(path.display().to_string());
    let mut contents = Contents::default();
    for node in items {
        let source = Source { file: Arc::clone(&file), document: 0, path: FieldPath::root(), position: node.position };
        contents.take(&Item { node, source }, "default").unwrap_or_else(|error| panic!("{error}"));
    }
    contents
}

fn check(name: &str, scenario: &Scenario, objects: &Objects, wrong: &mut Vec<String>) {
    for expectation in &scenario.expect {
        for word in expectation.releases.as_ref().unwrap_or(&scenario.releases) {
            let release: Release = word.parse().expect("a release");
            let inventory = inventory(scenario, objects, release);
            let resolver = Resolver::new(&inventory, release);
            let problems = compare(expectation, &resolver);
            let about = format!("{name}: {} under {word}", expectation.about());
            wrong.extend(problems.into_iter().map(|problem| format!("{about}: {problem}")));
        }
    }
}

fn inventory(scenario: &Scenario, objects: &Objects, release: Release) -> Inventory {
    let Missing { cluster, only_namespaces } = scenario.unread.clone();
    let unread = Unread { cluster, only_namespaces, ..Unread::default() };
    let mut inventory = Inventory::new(objects.given.services.clone(), "default", unread);
    let aged = |runtime: &ServingRuntime| {
        let released = scenario.released.contains(&runtime.id.name);
        ServingRuntime { age: if released { Age::Release } else { runtime.age }, ..runtime.clone() }
    };
    inventory.add_runtimes(objects.given.runtimes.iter().map(aged)).expect("no runtime is given twice");
    if scenario.catalogue {
        inventory.add_runtimes(catalogue(release)).expect("no runtime is given twice");
    }
    inventory.lay_over(objects.applied.runtimes.clone()).expect("no runtime is applied twice");
    inventory
}

fn compare(expectation: &Expectation, resolver: &Resolver<'_>) -> Vec<String> {
    match Found::look(resolver, expectation) {
        Some(found) => expectation.differences(&found),
        None => vec!["there is no such service or canary".to_owned()],
    }
}
