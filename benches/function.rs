//! The KRM function on large lists, as whole processes, beside `cat` and beside a Go function on kyaml that does nothing:
//! what a function costs before it does anything. Ends with a table of peak memory.
//!
//! The Go peer is built from `benches/peers/kyaml-noop` when Go is there; without it the bench says so and leaves it out.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

const SIZES: [usize; 2] = [1_000, 20_000];

fn function(criterion: &mut Criterion) {
    let folder = std::env::temp_dir().join(format!("kubectl-kserve-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut programs = vec![
        ("cat", vec!["cat".to_owned()]),
        ("kubectl-kserve fn", vec![env!("CARGO_BIN_EXE_kubectl-kserve").to_owned(), "fn".to_owned()]),
    ];
    match go_peer(&folder) {
        Some(path) => programs.push(("kyaml, doing nothing", vec![path.display().to_string()])),
        None => eprintln!("Go is not there: the kyaml peer is left out"),
    }
    let mut group = criterion.benchmark_group("function");
    group.sample_size(10);
    for size in SIZES {
        let list = folder.join(format!("{size}.yaml"));
        std::fs::write(&list, resource_list(size)).expect("a list");
        for (name, command) in &programs {
            group.bench_with_input(BenchmarkId::new(*name, size), &list, |bencher, list| {
                bencher.iter(|| run(command, list));
            });
        }
    }
    group.finish();
    let list = folder.join(format!("{}.yaml", SIZES[1]));
    let input = std::fs::metadata(&list).expect("the list").len();
    println!("peak memory on {} MB:", input / 1_000_000);
    for (name, command) in &programs {
        match peak_memory(command, &list) {
            Some(bytes) => {
                println!("{name:24} {:6} MB, {:5.1} times the input", bytes / 1_000_000, times(bytes, input));
            }
            None => println!("{name:24} not measured: /usr/bin/time is not there"),
        }
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[allow(clippy::cast_precision_loss)] // A ratio for people.
fn times(bytes: u64, input: u64) -> f64 {
    bytes as f64 / input as f64
}

fn run(command: &[String], list: &Path) {
    let mut process = Command::new(&command[0]);
    let input = File::open(list).expect("the list");
    let status = process.args(&command[1..]).stdin(input).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("the program starts").success(), "{command:?}");
}

/// The largest resident set in bytes, as GNU time tells it.
fn peak_memory(command: &[String], list: &Path) -> Option<u64> {
    let input = File::open(list).ok()?;
    let report = list.with_extension("time");
    let mut process = Command::new("/usr/bin/time");
    process.args(["-f", "%M", "-o"]).arg(&report).args(command).stdin(input);
    process.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    let kilobytes: u64 = std::fs::read_to_string(report).ok()?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

fn go_peer(folder: &Path) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/kyaml-noop");
    let program = folder.join("kyaml-noop");
    let built = Command::new("go").args(["build", "-o"]).arg(&program).arg(".").current_dir(source).status().ok()?;
    built.success().then_some(program)
}

/// Half `Deployment`s, three tenths `ConfigMap`s, two tenths `InferenceService`s, with comments, quotes, braces and block scalars.
fn resource_list(objects: usize) -> String {
    let mut text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n".to_owned();
    for number in 0..objects {
        match number % 10 {
            0..5 => deployment(&mut text, number),
            5..8 => config_map(&mut text, number),
            _ => inference_service(&mut text, number),
        }
    }
    text.push_str(
        "functionConfig:\n  apiVersion: kubectl-kserve/v1\n  kind: PinRuntimes\n  metadata: {name: pin}\n  spec:\n    \
         kserveVersion: v0.20.0\n    runtimes: {release: v0.20.0}\n",
    );
    text
}

fn head(text: &mut String, api_version: &str, kind: &str, number: usize) {
    let _ = write!(
        text,
        "- # number {number}\n  apiVersion: {api_version}\n  kind: {kind}\n  metadata:\n    name: {}-{number:06}\n    \
         namespace: team-{}\n    annotations:\n      config.kubernetes.io/index: '{number}'\n",
        kind.to_ascii_lowercase(),
        number % 20,
    );
}

fn deployment(text: &mut String, number: usize) {
    head(text, "apps/v1", "Deployment", number);
    let _ = write!(
        text,
        "  spec:\n    replicas: {} # as agreed\n    selector: {{matchLabels: {{app: web-{number}}}}}\n    template:\n      \
         spec:\n        containers:\n",
        number % 9 + 1,
    );
    for container in 0..3 {
        let _ = write!(
            text,
            "        - name: c{container}\n          image: registry.example/web:{number}\n          env:\n"
        );
        for variable in 0..12 {
            let _ = write!(
                text,
                "          - name: VARIABLE_{variable}\n            value: \"cache search {variable} ledger\"\n"
            );
        }
    }
}

fn config_map(text: &mut String, number: usize) {
    head(text, "v1", "ConfigMap", number);
    text.push_str("  data:\n    settings.ini: |\n");
    for line in 0..150 {
        let _ = writeln!(text, "      section.{line} = value {number} \"quoted\" {{braces}}");
    }
}

fn inference_service(text: &mut String, number: usize) {
    const FORMATS: [&str; 4] = ["sklearn", "xgboost", "lightgbm", "pytorch"];
    head(text, "serving.kserve.io/v1beta1", "InferenceService", number);
    let _ = write!(
        text,
        "  spec:\n    predictor:\n      minReplicas: 1\n      model:\n        modelFormat: {{name: {}}} # trained weekly\n        \
         storageUri: s3://models/{number}\n",
        FORMATS[number % FORMATS.len()],
    );
}

criterion_group!(benches, function);
criterion_main!(benches);
