//! How fast answers come: one small file as a whole process beside `true`, and 10,000 services over 2,000 runtimes
//! beside a reader and a selection that do the same work the plain way.

use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use kubectl_kserve::inventory::{Contents, Inventory, Unread};
use kubectl_kserve::kserve::{InferenceService, Release, ServingRuntime};
use kubectl_kserve::manifest::Reading;
use kubectl_kserve::resolve::{Outcome, Resolver};
use serde::Deserialize;

const FORMATS: [&str; 8] = ["sklearn", "xgboost", "lightgbm", "onnx", "pytorch", "tensorflow", "huggingface", "pmml"];
const NAMESPACES: usize = 50;

/// The whole process: start, read, resolve, explain. The ratio to `true` is what the program itself costs.
fn one_small_file(criterion: &mut Criterion) {
    let example = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/kustomize/base");
    let mut group = criterion.benchmark_group("one small file");
    group.bench_function("true", |bencher| bencher.iter(|| run(&mut Command::new("true"))));
    group.bench_function("which", |bencher| {
        bencher.iter(|| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-kserve"));
            run(command.arg("which").arg("-f").arg(&example).args(["--runtimes", "release:v0.20.0"]));
        });
    });
    group.finish();
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("the program starts").success());
}

/// 10,000 services over 2,000 runtimes, read and resolved.
fn many_services(criterion: &mut Criterion) {
    let text = manifests(10_000, 2_000);
    let inventory = inventory(&text);
    let mut group = criterion.benchmark_group("10,000 services over 2,000 runtimes");
    group.sample_size(10);
    group.bench_function("read", |bencher| bencher.iter(|| inventory_of(black_box(&text))));
    group.bench_function("read by serde_yaml, to values", |bencher| {
        bencher.iter(|| {
            let documents = serde_yaml::Deserializer::from_str(black_box(&text));
            documents.for_each(|document| drop(black_box(serde_yaml::Value::deserialize(document).expect("YAML"))));
        });
    });
    group.bench_function("resolve", |bencher| bencher.iter(|| resolve(black_box(&inventory))));
    group.bench_function("resolve by looking at every runtime", |bencher| {
        bencher.iter(|| resolve_plainly(black_box(&inventory)));
    });
    group.finish();
}

fn inventory_of(text: &str) -> usize {
    inventory(text).services().len()
}

fn inventory(text: &str) -> Inventory {
    let mut contents = Contents::default();
    contents.read(&Arc::from("many.yaml"), text, Reading::Named, "default").expect("manifests");
    let mut inventory = Inventory::new(contents.services, "default", Unread::default());
    inventory.add_runtimes(contents.runtimes).expect("no runtime twice");
    inventory
}

fn resolve(inventory: &Inventory) -> usize {
    let resolver = Resolver::new(inventory, Release::LATEST);
    let selected = |service| matches!(resolver.resolve(service).outcome, Outcome::Selected(_));
    inventory.services().iter().filter(|service| selected(service)).count()
}

/// As KServe does it for each service: look at every runtime, keep those that fit, take the one of highest priority.
fn resolve_plainly(inventory: &Inventory) -> usize {
    inventory.services().iter().filter(|service| first_plainly(inventory, service).is_some()).count()
}

fn first_plainly<'i>(inventory: &'i Inventory, service: &InferenceService) -> Option<&'i ServingRuntime> {
    let format = &service.predictor.model.as_ref()?.format.value;
    let visible = |runtime: &&ServingRuntime| {
        runtime.id.namespace().is_none_or(|namespace| Some(namespace) == service.namespace.as_deref())
    };
    let fits = |runtime: &&ServingRuntime| {
        let listed = runtime.supported_model_formats.iter().any(|entry| entry.auto_select && entry.name == *format);
        listed && !runtime.disabled && runtime.protocol_versions.iter().any(|protocol| protocol == "v1")
    };
    let mut kept: Vec<_> = inventory.runtimes().filter(visible).filter(fits).collect();
    kept.sort_by_key(|runtime| std::cmp::Reverse(runtime.supported_model_formats[0].priority));
    kept.first().copied()
}

fn manifests(services: usize, runtimes: usize) -> String {
    let runtimes = (0..runtimes).map(|number| {
        let (kind, namespace) = if number % 2 == 0 {
            ("ServingRuntime", format!("\n  namespace: ns-{}", number % NAMESPACES))
        } else {
            ("ClusterServingRuntime", String::new())
        };
        format!(
            "---\napiVersion: serving.kserve.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: rt-{number:04}{namespace}\n  \
             creationTimestamp: \"2026-03-01T00:{:02}:00Z\"\nspec:\n  protocolVersions: [v1, v2]\n  \
             supportedModelFormats:\n  - {{name: {}, version: \"1\", autoSelect: true, priority: {}}}\n  \
             containers:\n  - name: kserve-container\n    image: example.com/rt:{number}\n",
            number % 60,
            FORMATS[number * 7 % FORMATS.len()],
            number * 13 % 50 + 1,
        )
    });
    let services = (0..services).map(|number| {
        format!(
            "---\napiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: isvc-{number:05}\n  \
             namespace: ns-{}\nspec:\n  predictor:\n    model:\n      modelFormat:\n        name: {}\n      \
             storageUri: s3://models/{number}\n",
            number % NAMESPACES,
            FORMATS[number * 3 % FORMATS.len()],
        )
    });
    runtimes.chain(services).collect()
}

criterion_group!(benches, one_small_file, many_services);
criterion_main!(benches);
