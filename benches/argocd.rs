//! Rendering an application of 2,000 manifests for Argo CD, as whole processes: a plain directory beside `cat`, and a
//! kustomization beside kustomize alone. Without kustomize on the `PATH` the bench says so and leaves the second out.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};

const MANIFESTS: usize = 2_000;

fn argocd(criterion: &mut Criterion) {
    let folder = std::env::temp_dir().join(format!("kubectl-kserve-bench-argocd-{}", std::process::id()));
    let (directory, kustomization) = (folder.join("directory"), folder.join("kustomization"));
    let files = write_manifests(&directory);
    write_manifests(&kustomization);
    let resources = format!("resources: [{}]\n", files.join(", "));
    std::fs::write(kustomization.join("kustomization.yaml"), resources).expect("a kustomization");

    let mut group = criterion.benchmark_group("2,000 manifests");
    group.sample_size(10);
    group
        .bench_function("directory: cat", |bencher| bencher.iter(|| run(Command::new("cat").args(&files), &directory)));
    group.bench_function("directory: argocd generate", |bencher| bencher.iter(|| run(&mut generate(), &directory)));
    if has_kustomize() {
        group.bench_function("kustomization: kustomize build", |bencher| {
            bencher.iter(|| run(Command::new("kustomize").arg("build"), &kustomization));
        });
        group.bench_function("kustomization: argocd generate", |bencher| {
            bencher.iter(|| run(&mut generate(), &kustomization));
        });
    } else {
        eprintln!("kustomize is not on the PATH: the kustomization is left out");
    }
    group.finish();
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

fn generate() -> Command {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_kubectl-kserve")));
    command.args(["argocd", "generate"]).env("ARGOCD_ENV_RUNTIMES", "release:v0.20.0");
    command
}

fn run(command: &mut Command, folder: &Path) {
    let quiet = command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(quiet.status().expect("the program starts").success(), "{command:?}");
}

fn has_kustomize() -> bool {
    let version = Command::new("kustomize").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// One manifest a file, every tenth an `InferenceService`. Answers the names of the files.
fn write_manifests(folder: &Path) -> Vec<String> {
    std::fs::create_dir_all(folder).expect("a folder");
    let write = |number: usize| {
        let file = format!("{number:04}.yaml");
        let text = if number.is_multiple_of(10) { inference_service(number) } else { deployment(number) };
        std::fs::write(folder.join(&file), text).expect("a manifest");
        file
    };
    (0..MANIFESTS).map(write).collect()
}

fn inference_service(number: usize) -> String {
    format!(
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: service-{number}\n  namespace: ml\n\
         spec:\n  predictor:\n    model:\n      modelFormat:\n        name: sklearn # trained weekly\n      \
         storageUri: s3://models/{number}\n"
    )
}

fn deployment(number: usize) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-{number}\n  namespace: ml\nspec:\n  replicas: 2 # as agreed\n  \
         selector: {{matchLabels: {{app: web-{number}}}}}\n  template:\n    metadata: {{labels: {{app: web-{number}}}}}\n    spec:\n      \
         containers:\n      - name: main\n        image: registry.example/web:{number}\n        env:\n        - name: SETTING\n          \
         value: \"cache search ledger\"\n"
    )
}

criterion_group!(benches, argocd);
criterion_main!(benches);
