//! The resolver against the answers that KServe's own code gave, for every release it was asked of.
//!
//! Each line of `tests/oracle/*.jsonl` is a scenario: objects, and per service and release what KServe answered. The
//! answers were recorded by running each release's defaulting and predictor reconciler; they are the truth.

use std::collections::BTreeMap;
use std::path::Path;

use kubectl_kserve::inventory::{Inventory, Unread};
use kubectl_kserve::kserve::{self, Object, Release, ServingRuntime};
use kubectl_kserve::resolve::{Failure, NotApplicable, Outcome, ProtocolFrom, Resolution, Resolver, Verdict};
use kubectl_kserve::yaml::Node;
use serde::Deserialize;
use serde_json::{Value, json};

/// The releases that were asked, oldest first. v0.8 was too; this tool refuses it by name.
const ASKED: [&str; 14] = [
    "v0.8.0", "v0.9.0", "v0.10.2", "v0.11.0", "v0.11.2", "v0.12.1", "v0.13.1", "v0.14.1", "v0.15.2", "v0.16.0",
    "v0.17.1", "v0.18.1", "v0.19.0", "v0.20.0",
];

#[derive(Deserialize)]
struct Scenario {
    id: String,
    objects: Vec<Node<'static>>,
    answers: BTreeMap<String, Vec<Answer>>,
}

#[derive(Clone, Deserialize)]
struct Answer {
    releases: String,
    #[serde(flatten)]
    said: BTreeMap<String, Value>,
}

#[test]
fn every_answer_of_the_catalogue_group_matches() {
    check("catalogue.jsonl", 1_000);
}

#[test]
fn every_answer_of_the_edge_group_matches() {
    check("edge.jsonl", 5_000);
}

#[test]
fn every_answer_of_the_many_group_matches() {
    check("many.jsonl", 100);
}

#[test]
fn every_answer_of_the_random_group_matches() {
    check("random.jsonl", 10_000);
}

/// Compares every answer in `file`, of which there must be `at_least` so many.
fn check(file: &str, at_least: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle").join(file);
    let text = std::fs::read_to_string(&path).expect("the recorded answers are there");
    let mut compared = 0;
    let mut wrong = Vec::new();
    for line in text.lines() {
        let scenario: Scenario = serde_json::from_str(line).expect("a scenario");
        compare(&scenario, &mut compared, &mut wrong);
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared} answers differ:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(10)].join("\n")
    );
    assert!(compared >= at_least, "only {compared} answers were compared");
}

fn compare(scenario: &Scenario, compared: &mut usize, wrong: &mut Vec<String>) {
    let inventory = inventory(&scenario.objects);
    for tag in &ASKED[1..] {
        let release: Release = tag.parse().expect("a known release");
        let resolver = Resolver::new(&inventory, release);
        for service in inventory.services() {
            let key = format!("{}/{}", inventory.namespace_of(service), service.name);
            let Some(expected) = scenario.answers[&key].iter().find(|answer| covers(&answer.releases, tag)) else {
                continue;
            };
            let found = said(&resolver, &resolver.resolve(service), &expected.said);
            *compared += 1;
            let expected = json!(expected.said);
            if found != expected {
                wrong.push(format!("{} {key} {tag}\n  expected {expected}\n  found    {found}", scenario.id));
            }
        }
    }
}

fn inventory(objects: &[Node<'static>]) -> Inventory {
    let (mut services, mut runtimes) = (Vec::new(), Vec::new());
    for object in objects {
        match kserve::read(object, None, "default").expect("an object as the API has it") {
            Some(Object::InferenceService(service)) => services.push(*service),
            Some(Object::ServingRuntime(runtime)) => runtimes.push(*runtime),
            _ => panic!("an object of no interest"),
        }
    }
    let mut inventory = Inventory::new(services, "default", Unread::default());
    inventory.add_runtimes(runtimes).expect("no runtime is given twice");
    inventory
}

/// Whether `tag` is `releases`, or within it when that is a range `A..B`.
fn covers(releases: &str, tag: &str) -> bool {
    let place = |tag: &str| ASKED.iter().position(|asked| *asked == tag).expect("a release that was asked");
    let (first, last) = releases.split_once("..").unwrap_or((releases, releases));
    (place(first)..=place(last)).contains(&place(tag))
}

/// What this tool says, in the words of the recorded answers. `expected` only tells whether the manifest's model is
/// restated: the recording does so where defaulting changed it.
fn said(resolver: &Resolver<'_>, resolution: &Resolution<'_>, expected: &BTreeMap<String, Value>) -> Value {
    let mut answer = serde_json::Map::new();
    let outcome = match &resolution.outcome {
        Outcome::Selected(_) => "selected",
        Outcome::NotApplicable(NotApplicable::ModelMesh) => "modelMesh",
        Outcome::NotApplicable(NotApplicable::CustomContainers) | Outcome::Failed(Failure::NothingToServe) => {
            "notModel"
        }
        Outcome::Failed(_) => "failed",
        Outcome::Undecided(_) => "undecided",
        Outcome::Unknown => "unknown",
    };
    answer.insert("outcome".to_owned(), json!(outcome));
    if let Outcome::Failed(failure) = &resolution.outcome
        && *failure != Failure::NothingToServe
    {
        answer.insert("failure".to_owned(), json!(failure.code()));
    }
    if let Outcome::Selected(runtime) = resolution.outcome {
        answer.insert("runtime".to_owned(), json!(notation(runtime)));
    }
    if let Some(served) = &resolution.served {
        answer.insert("protocolVersion".to_owned(), json!(served.protocol));
        if let Some(reported) = served.reported {
            answer.insert("reported".to_owned(), json!(notation(reported)));
        }
    }
    let supporting = supporting(resolver, resolution);
    if !supporting.is_empty() {
        answer.insert("supporting".to_owned(), json!(supporting));
    }
    if is_defaulted(resolution) || expected.contains_key("model") {
        answer.insert("model".to_owned(), model(resolution));
    }
    let canaries = resolver.resolve_canaries(resolution);
    if !canaries.is_empty() {
        let answers = expected.get("canaries").and_then(Value::as_object);
        let said_of = |canary: &Resolution<'_>| {
            let name = canary.canary.expect("a canary has a name");
            let expected = answers.and_then(|answers| answers.get(name)?.as_object());
            let expected = expected.map(|answer| answer.clone().into_iter().collect()).unwrap_or_default();
            (name.to_owned(), said(resolver, canary, &expected))
        };
        answer.insert("canaries".to_owned(), canaries.iter().map(said_of).collect());
    }
    Value::Object(answer)
}

/// The candidates that could serve the model, best first, when no runtime was asked for by name.
fn supporting(resolver: &Resolver<'_>, resolution: &Resolution<'_>) -> Vec<String> {
    let asked = resolution.asked.as_ref();
    if asked.is_none_or(|asked| asked.model.runtime.is_some()) {
        return Vec::new();
    }
    let eligible = resolver.candidates(resolution, true).into_iter();
    let eligible = eligible.filter(|candidate| !matches!(candidate.verdict, Verdict::Ineligible(_)));
    eligible.map(|candidate| notation(candidate.runtime)).collect()
}

fn notation(runtime: &ServingRuntime) -> String {
    format!("{}/{}", if runtime.id.namespace().is_some() { "n" } else { "c" }, runtime.id.name)
}

fn is_defaulted(resolution: &Resolution<'_>) -> bool {
    let Some(asked) = &resolution.asked else { return false };
    asked.framework.is_some() && resolution.canary.is_none() || asked.protocol_from == ProtocolFrom::Webhook
}

/// The model after defaulting, without what KServe itself adds later.
fn model(resolution: &Resolution<'_>) -> Value {
    let asked = resolution.asked.as_ref().expect("there is a model");
    let mut model = serde_json::Map::new();
    model.insert("format".to_owned(), json!(asked.model.format.value));
    let fields = [
        ("version", &asked.model.version),
        ("protocolVersion", &asked.model.extension.protocol_version),
        ("runtime", &asked.model.runtime),
    ];
    for (name, field) in fields {
        if let Some(field) = field {
            model.insert(name.to_owned(), json!(field.value));
        }
    }
    Value::Object(model)
}
