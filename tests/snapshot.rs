//! Snapshots: the text of one, and that reading it gives back the runtimes that went in, whatever they hold.

use std::sync::Arc;

use kubectl_kserve::change::{RuntimeObjects, runtime_changes};
use kubectl_kserve::inventory::{Contents, Snapshot, SnapshotHead, snapshot_text};
use kubectl_kserve::kserve::{self, Object, Release, ServingRuntime};
use kubectl_kserve::manifest::Reading;
use kubectl_kserve::yaml::{self, Node};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

fn node(object: &Value) -> Node<'static> {
    serde_json::from_value(object.clone()).expect("JSON is YAML")
}

fn text(head: &SnapshotHead<'_>, runtimes: &[Value]) -> String {
    let nodes: Vec<_> = runtimes.iter().map(node).collect();
    snapshot_text(head, &nodes)
}

fn read_back(text: &str) -> Contents {
    let text = yaml::decode(text.as_bytes()).expect("text that every reader takes");
    let mut contents = Contents::default();
    let file: Arc<str> = Arc::from("runtimes.yaml");
    contents.read(&file, text, Reading::Named, "elsewhere").unwrap_or_else(|error| panic!("{error}\n{text}"));
    contents
}

fn live() -> Vec<Value> {
    vec![
        json!({
            "apiVersion": "serving.kserve.io/v1alpha1",
            "kind": "ClusterServingRuntime",
            "metadata": {
                "uid": "6a", "resourceVersion": "7", "generation": 2, "selfLink": "/x", "name": "kserve-sklearnserver",
                "managedFields": [{"manager": "helm"}],
                "creationTimestamp": "2026-01-31T12:00:00Z",
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\"a\":1}\n", "team": "yes"},
            },
            "status": {},
            "spec": {"supportedModelFormats": [{"version": "1", "name": "sklearn"}]},
        }),
        json!({
            "apiVersion": "serving.kserve.io/v1alpha1",
            "kind": "ServingRuntime",
            "metadata": {"name": "own", "namespace": "ml", "creationTimestamp": "2026-02-01T00:00:00Z"},
            "spec": {"containers": [{"name": "kserve-container", "args": ["--a", "on"]}]},
        }),
    ]
}

const EXPECTED: &str = r#"# Do not apply this file: it is input for kubectl-kserve.
apiVersion: kubectl-kserve/v1
kind: Snapshot
metadata:
  annotations:
    config.kubernetes.io/local-config: "true"
  creationTimestamp: "2026-03-01T00:00:00Z"
  name: production
spec:
  complete: true
  kserveVersion: v0.20.0
  namespaces:
  - ml
  - web
---
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata:
  annotations:
    config.kubernetes.io/local-config: "true"
  creationTimestamp: "2026-02-01T00:00:00Z"
  name: own
  namespace: ml
spec:
  containers:
  - args:
    - "--a"
    - "on"
    name: kserve-container
---
apiVersion: serving.kserve.io/v1alpha1
kind: ClusterServingRuntime
metadata:
  annotations:
    config.kubernetes.io/local-config: "true"
    team: "yes"
  creationTimestamp: "2026-01-31T12:00:00Z"
  name: kserve-sklearnserver
spec:
  supportedModelFormats:
  - name: sklearn
    version: "1"
"#;

#[test]
fn a_snapshot_holds_plain_objects_in_order() {
    let head = SnapshotHead {
        name: "production",
        timestamp: Some("2026-03-01T00:00:00Z"),
        kserve_version: Some(Release::LATEST),
        complete: true,
        namespaces: Some(vec!["web".to_owned(), "ml".to_owned()]),
    };
    assert_eq!(text(&head, &live()), EXPECTED);
}

#[test]
fn an_empty_snapshot_is_a_head() {
    let contents = read_back(&text(&SnapshotHead { name: "none", ..SnapshotHead::default() }, &[]));
    assert_eq!(contents.objects, 1);
    let Snapshot { kserve_version, complete, namespaces, .. } = &contents.snapshots[0];
    assert_eq!((*kserve_version, *complete, namespaces), (None, false, &None));
}

#[test]
fn the_examples_hold_snapshots_as_they_are_written() {
    for name in ["production", "staging"] {
        let path = format!("{}/examples/argocd/repository/clusters/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        let example = std::fs::read_to_string(path).expect("the example is there");
        let documents = yaml::split(&example).expect("YAML");
        let nodes = documents.iter().filter_map(|chunk| yaml::compose(&example, chunk).expect("YAML"));
        let runtimes: Vec<_> = nodes.skip(1).collect();
        let head =
            SnapshotHead { name, kserve_version: Some(Release::LATEST), complete: true, ..SnapshotHead::default() };
        assert_eq!(snapshot_text(&head, &runtimes), example);
    }
}

/// Text that some reader takes for something else, or for structure.
const ODD: &[&str] = &[
    "",
    " ",
    "on",
    "y",
    "No",
    "null",
    "~",
    "1",
    "1.0",
    "0x1F",
    "1_000",
    "1:30",
    "2024-01-02",
    "=",
    "<<",
    "- a",
    "---",
    "...",
    "? a",
    "a: b",
    "#x",
    "a #b",
    "&a",
    "*a",
    "!a",
    "|",
    "'",
    "\"",
    "[a]",
    "{{.Name}}",
    "%a",
    "@a",
    "`a`",
    "\\n",
    "a\n",
    "a\n---\nb\n",
    "a\n\n",
    " a\nb",
    "a\r\nb",
    "\r",
    "a\tb",
    "日本",
    "\u{85}",
    "a\u{2028}b",
    "\u{FEFF}",
    "\u{7}",
    "\0",
    "\u{FFFF}",
    "--a=b",
    "kserve-sklearnserver",
];

fn odd() -> impl Strategy<Value = String> {
    prop_oneof![3 => select(ODD).prop_map(str::to_owned), 1 => any::<String>(), 2 => "[a-z0-9:/.?#, -]{0,8}"]
}

fn runtime() -> impl Strategy<Value = Value> {
    let namespace = prop::option::of(select(&["ml", "web", "1", "no"][..]));
    let time = prop::option::of(select(&["2024-01-01T00:00:00Z", "2025-06-01T10:20:30Z"][..]));
    let annotations = prop::collection::btree_map(odd(), odd(), 0..3);
    (odd(), namespace, time, annotations, spec()).prop_map(|(name, namespace, time, annotations, spec)| {
        let mut metadata = json!({"name": name, "annotations": annotations, "uid": "1", "resourceVersion": "2"});
        if let Some(namespace) = namespace {
            metadata["namespace"] = namespace.into();
        }
        if let Some(time) = time {
            metadata["creationTimestamp"] = time.into();
        }
        let kind = if namespace.is_some() { "ServingRuntime" } else { "ClusterServingRuntime" };
        json!({"kind": kind, "apiVersion": "serving.kserve.io/v1alpha1", "spec": spec, "metadata": metadata})
    })
}

fn spec() -> impl Strategy<Value = Value> {
    let container = (odd(), odd(), prop::collection::vec(odd(), 0..3), prop::collection::btree_map(odd(), odd(), 0..2))
        .prop_map(|(name, image, args, limits)| {
            json!({"name": name, "image": image, "args": args, "resources": {"limits": limits}})
        });
    let format = (odd(), prop::option::of(odd()), any::<bool>(), prop::option::of(any::<i32>())).prop_map(
        |(name, version, auto_select, priority)| {
            json!({"name": name, "version": version, "autoSelect": auto_select, "priority": priority})
        },
    );
    let lists = (prop::collection::vec(container, 0..3), prop::collection::vec(format, 0..3));
    (lists, prop::collection::vec(odd(), 0..3), any::<bool>(), any::<Option<f64>>()).prop_map(
        |((containers, formats), protocols, disabled, number)| {
            json!({"containers": containers, "supportedModelFormats": formats, "protocolVersions": protocols,
                   "disabled": disabled, "number": number.filter(|number| number.is_finite())})
        },
    )
}

fn runtimes() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(runtime(), 0..5).prop_map(|mut runtimes| {
        runtimes.sort_by_key(place);
        runtimes.dedup_by_key(|runtime| place(runtime));
        runtimes
    })
}

fn place(runtime: &Value) -> String {
    format!("{} {}", runtime["metadata"]["namespace"], runtime["metadata"]["name"])
}

fn read(runtimes: &[Value]) -> Vec<ServingRuntime> {
    let read = |runtime| match kserve::read(&node(runtime), None, "elsewhere").expect("as the API has it") {
        Some(Object::ServingRuntime(runtime)) => *runtime,
        other => panic!("not a runtime: {other:?}"),
    };
    let mut runtimes: Vec<_> = runtimes.iter().map(read).collect();
    runtimes.sort_by(|one, other| one.id.cmp(&other.id));
    runtimes
}

/// The same object with every mapping's entries the other way round.
fn turned(value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            Value::Object(entries.iter().rev().map(|(key, value)| (key.clone(), turned(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(turned).collect(),
        other => other.clone(),
    }
}

/// The objects of a snapshot behind its head.
fn objects(text: &str) -> Vec<Node<'_>> {
    let chunks = yaml::split(text).expect("a stream");
    chunks.iter().skip(1).map(|chunk| yaml::compose(text, chunk).expect("YAML").expect("an object")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_is_read_back_went_in(runtimes in runtimes(), name in odd()) {
        let head = SnapshotHead { name: &name, complete: true, ..SnapshotHead::default() };
        let contents = read_back(&text(&head, &runtimes));
        let found: Vec<_> =
            contents.runtimes.iter().map(|runtime| ServingRuntime { source: None, local_config: false, ..runtime.clone() }).collect();
        prop_assert_eq!(found, read(&runtimes));
    }

    #[test]
    fn the_same_cluster_gives_the_same_bytes(runtimes in runtimes()) {
        let head = SnapshotHead { name: "n", ..SnapshotHead::default() };
        let mut other: Vec<_> = runtimes.iter().map(turned).collect();
        other.reverse();
        prop_assert_eq!(text(&head, &other), text(&head, &runtimes));
    }

    #[test]
    fn a_snapshot_of_a_snapshot_is_the_same(runtimes in runtimes()) {
        let head = SnapshotHead { name: "n", ..SnapshotHead::default() };
        let once = text(&head, &runtimes);
        prop_assert_eq!(snapshot_text(&head, &objects(&once)), once.clone());
    }

    #[test]
    fn nothing_has_changed_since_a_snapshot_of_now(runtimes in runtimes()) {
        let (mut before, mut now) = (RuntimeObjects::default(), RuntimeObjects::default());
        let text = text(&SnapshotHead::default(), &runtimes);
        for object in objects(&text) {
            before.take(&object, "elsewhere");
        }
        for runtime in &runtimes {
            now.take(&node(runtime), "elsewhere");
        }
        prop_assert_eq!(runtime_changes(&before, &now), Vec::new());
        let added = runtime_changes(&RuntimeObjects::default(), &now);
        prop_assert_eq!(added.len(), runtimes.len());
    }
}
