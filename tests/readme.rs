//! README shows what the program prints.

use std::process::Command;

/// The manifest that README's first example is about, and the lines that it shows.
#[test]
fn the_first_example_is_what_the_program_prints() {
    let manifest = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: iris\n  namespace: ml\n\
                    spec:\n  predictor:\n    model:\n      modelFormat:\n        name: sklearn\n        version: \"0\"\n";
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("iris.yaml"), manifest).expect("a manifest");
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("README");
    let (_, block) = readme.split_once("```console\n$ kubectl kserve ").expect("a console block");
    let (command, shown) = block.split_once('\n').expect("a command");
    let (shown, _) = shown.split_once("```").expect("an end");
    let output = Command::new(env!("CARGO_BIN_EXE_kubectl-kserve"))
        .args(command.split(' '))
        .current_dir(folder.path())
        .env_clear()
        .output()
        .expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), shown);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
