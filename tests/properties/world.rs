//! Small worlds of services and runtimes, made so that they often collide: few names, formats, versions, priorities, ages.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use kubectl_kserve::inventory::{Inventory, Unread};
use kubectl_kserve::kserve::{self, Age, InferenceService, Object, Release, ServingRuntime};
use kubectl_kserve::resolve::{Outcome, Resolution, Resolver};
use kubectl_kserve::yaml::Node;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// One service and the runtimes it chooses from, as the API has them, and what is known about the runtimes.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) release: Release,
    /// The service; its namespace is always `ml`.
    pub(crate) service: Value,
    /// Each with its age.
    pub(crate) runtimes: Vec<(Value, Age)>,
    pub(crate) unread: Unread,
}

/// The known ages.
pub(crate) static TIMES: LazyLock<[jiff::Timestamp; 2]> =
    LazyLock::new(|| ["2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"].map(|time| time.parse().expect("a time")));

impl World {
    /// What the program reads from it.
    pub(crate) fn inventory(&self) -> Inventory {
        let mut inventory = Inventory::new(vec![self.read_service()], "default", self.unread.clone());
        inventory.add_runtimes(self.runtimes.iter().map(read_runtime)).expect("no runtime is given twice");
        inventory
    }

    fn read_service(&self) -> InferenceService {
        match kserve::read(&node(&self.service), None, "default").expect("a service as the API has it") {
            Some(Object::InferenceService(service)) => *service,
            _ => panic!("not a service: {}", self.service),
        }
    }

    /// What `see` sees of the answer for the service, or for its canary.
    pub(crate) fn see<T>(&self, canary: bool, see: impl FnOnce(&Resolver<'_>, Resolution<'_>) -> T) -> Option<T> {
        let inventory = self.inventory();
        let resolver = Resolver::new(&inventory, self.release);
        let stable = resolver.resolve(&inventory.services()[0]);
        let resolution = if canary { resolver.resolve_canaries(&stable).pop()? } else { stable };
        Some(see(&resolver, resolution))
    }

    /// The outcomes for the service with each of these ages of the runtimes; read once, since there can be thousands.
    pub(crate) fn outcomes_by_age(&self, ages: impl IntoIterator<Item = Vec<Age>>) -> BTreeSet<Told> {
        let (service, runtimes) = (self.read_service(), self.runtimes.iter().map(read_runtime).collect::<Vec<_>>());
        let outcome = |ages: Vec<Age>| {
            let of_age = |(runtime, age): (&ServingRuntime, Age)| ServingRuntime { age, ..runtime.clone() };
            let mut inventory = Inventory::new(vec![service.clone()], "default", self.unread.clone());
            inventory.add_runtimes(runtimes.iter().zip(ages).map(of_age)).expect("no runtime is given twice");
            Told::of(&Resolver::new(&inventory, self.release).resolve(&inventory.services()[0]).outcome)
        };
        ages.into_iter().map(outcome).collect()
    }

    /// The outcome for the service.
    pub(crate) fn outcome(&self) -> Told {
        self.see(false, |_, resolution| Told::of(&resolution.outcome)).expect("there is a service")
    }

    /// The same world with other runtimes.
    pub(crate) fn with(&self, runtimes: Vec<(Value, Age)>) -> Self {
        Self { runtimes, ..self.clone() }
    }
}

fn read_runtime((runtime, age): &(Value, Age)) -> ServingRuntime {
    match kserve::read(&node(runtime), None, "default").expect("a runtime as the API has it") {
        Some(Object::ServingRuntime(runtime)) => ServingRuntime { age: *age, ..*runtime },
        _ => panic!("not a runtime: {runtime}"),
    }
}

fn node(object: &Value) -> Node<'static> {
    serde_json::from_value(object.clone()).expect("JSON is YAML")
}

/// `NAMESPACE/NAME`, or `/NAME` for a runtime of the cluster.
pub(crate) fn name_of(runtime: &Value) -> String {
    let text = |field: &Value| field.as_str().unwrap_or_default().to_owned();
    format!("{}/{}", text(&runtime["metadata"]["namespace"]), text(&runtime["metadata"]["name"]))
}

/// The same of a runtime that was read.
pub(crate) fn name(runtime: &ServingRuntime) -> String {
    format!("{}/{}", runtime.id.namespace().unwrap_or_default(), runtime.id.name)
}

/// An outcome by names, for comparison between worlds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Told {
    Selected(String),
    Undecided(Vec<String>),
    Unknown,
    Failed(&'static str),
    NotApplicable,
}

impl Told {
    pub(crate) fn of(outcome: &Outcome<'_>) -> Self {
        match outcome {
            Outcome::Selected(runtime) => Self::Selected(name(runtime)),
            Outcome::Undecided(tied) => {
                let mut names: Vec<_> = tied.iter().map(|runtime| name(runtime)).collect();
                names.sort();
                Self::Undecided(names)
            }
            Outcome::Unknown => Self::Unknown,
            Outcome::Failed(failure) => Self::Failed(failure.code()),
            Outcome::NotApplicable(_) => Self::NotApplicable,
        }
    }
}

/// Worlds with `count` runtimes.
pub(crate) fn worlds(count: std::ops::Range<usize>) -> impl Strategy<Value = World> {
    let release = select(vec!["v0.9.0", "v0.11.0", "v0.11.2", "v0.14.1", "v0.16.0", "v0.20.0", "v0.20.0", "v0.21.0"])
        .prop_map(|word| word.parse().expect("a release"));
    let runtimes = prop::collection::vec(runtime(), count).prop_map(|mut runtimes| {
        runtimes.sort_by_key(|(runtime, _)| name_of(runtime));
        runtimes.dedup_by_key(|(runtime, _)| name_of(runtime));
        runtimes
    });
    (release, service(), runtimes.prop_shuffle(), unread()).prop_map(|(release, service, runtimes, unread)| World {
        release,
        service,
        runtimes,
        unread,
    })
}

/// Worlds in which so many runtimes of the cluster could serve the service that Go's sort is unstable.
pub(crate) fn crowded_worlds() -> impl Strategy<Value = World> {
    let runtime = (prop::option::of(1..3_i32), prop::bool::weighted(0.9));
    prop::collection::vec(runtime, 13..16).prop_map(|runtimes| {
        let of = |(number, (priority, known)): (usize, (Option<i32>, bool))| {
            let format = with(json!({"name": "a", "autoSelect": true}), "priority", priority);
            let spec = json!({"protocolVersions": ["v1"], "supportedModelFormats": [format]});
            let open = if number % 2 == 0 { Age::Unknown } else { Age::NotCreated };
            let age = if known { Age::Created(TIMES[number % 2]) } else { open };
            (cluster_runtime(&format!("r{number:02}"), &spec), age)
        };
        World {
            release: "v0.20.0".parse().expect("a release"),
            service: service_with(&json!({"model": {"modelFormat": {"name": "a"}}}), None, None),
            runtimes: runtimes.into_iter().enumerate().map(of).collect(),
            unread: Unread::default(),
        }
    })
}

fn unread() -> impl Strategy<Value = Unread> {
    let namespaces = prop_oneof![
        12 => Just(None),
        1 => Just(Some(Vec::new())),
        1 => Just(Some(vec!["ml".to_owned()])),
    ];
    (prop::bool::weighted(0.05), namespaces).prop_map(|(cluster, only_namespaces)| Unread {
        cluster,
        only_namespaces,
        ..Unread::default()
    })
}

fn service() -> impl Strategy<Value = Value> {
    let predictor = prop_oneof![
        20 => model(true).prop_map(|model| json!({"model": model})),
        2 => protocol().prop_map(|protocol| json!({"sklearn": with(json!({}), "protocolVersion", protocol)})),
        1 => protocol().prop_map(|protocol| json!({"onnx": with(json!({}), "protocolVersion", protocol)})),
        1 => Just(json!({"containers": [{"name": "kserve-container"}]})),
    ];
    let worker = prop::option::weighted(0.1, Just(json!({})));
    let predictor = (predictor, worker).prop_map(|(predictor, worker)| with(predictor, "workerSpec", worker));
    let canary = prop::option::of(model(false)).prop_map(|model| with(json!({"name": "next"}), "model", model));
    let canary = prop::option::weighted(0.3, canary);
    let mesh = prop::option::weighted(0.03, Just("ModelMesh"));
    (predictor, canary, mesh).prop_map(|(predictor, canary, mode)| service_with(&predictor, canary.as_ref(), mode))
}

fn service_with(predictor: &Value, canary: Option<&Value>, mode: Option<&str>) -> Value {
    let canary = canary.map(|canary| json!([{"predictor": canary}]));
    let metadata = json!({"name": "iris", "namespace": "ml"});
    let annotations = mode.map(|mode| json!({"serving.kserve.io/deploymentMode": mode}));
    json!({
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": with(metadata, "annotations", annotations),
        "spec": with(json!({"predictor": predictor}), "canary", canary),
    })
}

fn model(complete: bool) -> impl Strategy<Value = Value> {
    let format = (format(), any::<bool>()).prop_map(move |(format, set)| (complete || set).then_some(format));
    let runtime = prop::option::weighted(0.25, select(vec!["r0", "r1", "r2", "r3", "R0", "kserve-r1", ""]));
    (format, version(), protocol(), runtime).prop_map(|(format, version, protocol, runtime)| {
        let model_format = with(with(json!({}), "name", format), "version", version);
        let model = json!({"modelFormat": model_format});
        with(with(model, "protocolVersion", protocol), "runtime", runtime)
    })
}

fn format() -> impl Strategy<Value = &'static str> {
    select(vec!["sklearn", "sklearn", "sklearn", "sklearn", "SKLearn", "sklern", "onnx", "triton"])
}

fn version() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::weighted(0.4, select(vec!["1", "2", "1.0", "*", ""]))
}

fn protocol() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::weighted(0.4, select(vec!["v1", "v2", "v2", "grpc-v1", ""]))
}

fn runtime() -> impl Strategy<Value = (Value, Age)> {
    let namespace = prop_oneof![6 => Just(None), 3 => Just(Some("ml")), 1 => Just(Some("web"))];
    let name = select(vec!["r0", "r1", "r2", "r3", "r4", "r5", "r6", "kserve-r1"]);
    (namespace, name, spec(), age()).prop_map(|(namespace, name, spec, age)| {
        let runtime = cluster_runtime(name, &spec);
        (namespace.map_or(runtime.clone(), |namespace| into_namespace(runtime, namespace)), age)
    })
}

fn cluster_runtime(name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ClusterServingRuntime",
        "metadata": {"name": name},
        "spec": spec,
    })
}

fn into_namespace(mut runtime: Value, namespace: &str) -> Value {
    runtime["kind"] = json!("ServingRuntime");
    runtime["metadata"]["namespace"] = json!(namespace);
    runtime
}

fn spec() -> impl Strategy<Value = Value> {
    let protocols = prop_oneof![
        1 => Just(Vec::new()),
        6 => subsequence(vec!["v1", "v2", "grpc-v1"], 1..3),
    ];
    let flag = |weight| prop::option::weighted(weight, Just(true));
    let worker = prop::option::weighted(0.1, Just(json!({})));
    (protocols, prop::collection::vec(entry(), 1..3), flag(0.08), flag(0.05), worker).prop_map(
        |(protocols, formats, disabled, multi_model, worker)| {
            let spec = json!({"protocolVersions": protocols, "supportedModelFormats": formats});
            with(with(with(spec, "disabled", disabled), "multiModel", multi_model), "workerSpec", worker)
        },
    )
}

fn entry() -> impl Strategy<Value = Value> {
    let auto_select = prop::option::weighted(0.85, prop::bool::weighted(0.9));
    let priority = prop::option::weighted(0.4, 1..3_i32);
    let version = prop::option::weighted(0.5, select(vec!["1", "1", "2", "*"]));
    (format(), version, auto_select, priority).prop_map(|(name, version, auto_select, priority)| {
        let entry = with(json!({"name": name}), "version", version);
        with(with(entry, "autoSelect", auto_select), "priority", priority)
    })
}

fn age() -> impl Strategy<Value = Age> {
    prop_oneof![
        2 => Just(Age::Unknown),
        4 => select(TIMES.to_vec()).prop_map(Age::Created),
        2 => Just(Age::Release),
        1 => Just(Age::NotCreated),
    ]
}

/// The object with a field, when there is a value for it.
fn with<T: serde::Serialize>(mut object: Value, field: &str, value: Option<T>) -> Value {
    if let Some(value) = value {
        object[field] = json!(value);
    }
    object
}
