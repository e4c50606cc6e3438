//! What users paste does what it says: the commands and workflows of README's section "In CI", and the hooks of
//! `examples/pre-commit`.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{folder_for, process};

const UNPINNED: &str = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: iris\nspec:\n  \
                        predictor:\n    model:\n      modelFormat:\n        name: sklearn\n";
const PIN: &str = "      runtime: learned\n";
const RUNTIMES: &str = "apiVersion: serving.kserve.io/v1alpha1\nkind: ClusterServingRuntime\nmetadata: {name: learned}\n\
                        spec:\n  protocolVersions: [v1]\n  supportedModelFormats: [{name: sklearn, autoSelect: true}]\n  \
                        containers: [{name: kserve-container, image: 'example.com/learned:1'}]\n";

/// A folder of manifests, and beside it one of programs that a pipeline has on its path.
struct Project {
    folder: PathBuf,
    programs: PathBuf,
}

impl Project {
    fn new(name: &str) -> Self {
        let root = folder_for(&Path::new("pasted").join(name));
        let project = Self { folder: root.join("project"), programs: root.join("bin") };
        fs::create_dir_all(project.folder.join("manifests")).expect("a folder can be made");
        fs::create_dir(&project.programs).expect("a folder can be made");
        symlink(process::program(), project.programs.join("kubectl-kserve")).expect("a link can be made");
        project.add_program("kubectl", "[ \"$1\" = kserve ] && shift && exec kubectl-kserve \"$@\"");
        project.add_program("kustomize", "[ \"$*\" = 'build overlays/prod' ] && cat manifests/iris.yaml");
        project.write("runtimes.yaml", RUNTIMES);
        project.write("manifests/iris.yaml", UNPINNED);
        project
    }

    fn add_program(&self, name: &str, script: &str) {
        let path = self.programs.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a script can be made runnable");
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).expect("a file can be written");
    }

    fn pin(&self) {
        self.write("manifests/iris.yaml", &format!("{UNPINNED}{PIN}"));
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let path = std::env::var("PATH").expect("a path");
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.folder).env_clear().env("HOME", &self.folder);
        command.env("PATH", format!("{}:{path}", self.programs.display())).env("GIT_CONFIG_NOSYSTEM", "1");
        command.output().unwrap_or_else(|error| panic!("this test needs {program} on the PATH: {error}"))
    }

    /// Runs a line as pipelines do.
    fn shell(&self, line: &str) -> Option<i32> {
        self.run("/bin/sh", &["-euc", line]).status.code()
    }

    fn git(&self, arguments: &[&str]) -> Output {
        let author = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
        self.run("git", &[&author, arguments].concat())
    }

    /// Commits everything and answers whether git did, and what it said.
    fn commit(&self) -> (bool, String) {
        assert!(self.git(&["add", "--all"]).status.success());
        self.commit_staged()
    }

    fn commit_staged(&self) -> (bool, String) {
        let ended = self.git(&["commit", "--message", "A change"]);
        (ended.status.success(), String::from_utf8_lossy(&ended.stderr).into_owned())
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("it can be read")
}

/// The blocks of README's section "In CI" in this language.
fn blocks(language: &str) -> Vec<String> {
    let readme = read("README.md");
    let (_, section) = readme.split_once("\n## In CI\n").expect("the section is there");
    let section = section.split("\n## ").next().expect("a text");
    let fence = format!("```{language}\n");
    section.split(&fence).skip(1).map(|block| block.split("```").next().expect("a text").trim().to_owned()).collect()
}

#[test]
fn the_pipeline_of_readme_fails_until_the_service_is_pinned() {
    let project = Project::new("pipeline");
    let lines = blocks("sh");
    let line = lines.iter().find(|line| line.starts_with("kustomize build ")).expect("a pipeline");
    assert_eq!(project.shell(line), Some(1));
    project.pin();
    assert_eq!(project.shell(line), Some(0));
    // A build that fails prints nothing, and nothing is no answer.
    project.add_program("kustomize", "exit 1");
    assert_eq!(project.shell(line), Some(2));
}

#[test]
fn the_workflows_of_readme_fail_until_the_service_is_pinned() {
    let workflows = blocks("yaml");
    assert_eq!(workflows.len(), 2);
    for (number, workflow) in workflows.iter().enumerate() {
        serde_yaml::from_str::<serde_json::Value>(workflow).expect("YAML");
        let line = workflow.lines().find_map(|line| line.split_once("kubectl-kserve ")).expect("a command").1;
        let project = Project::new(&format!("workflow-{number}"));
        assert_eq!(project.shell(&format!("kubectl-kserve {line}")), Some(1));
        project.pin();
        assert_eq!(project.shell(&format!("kubectl-kserve {line}")), Some(0));
    }
}

/// A repository with the hook, and a first commit that is pinned.
fn repository(name: &str) -> Project {
    let project = Project::new(name);
    assert!(project.git(&["init", "--quiet"]).status.success());
    let hook = project.folder.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder can be made");
    fs::write(&hook, read("examples/pre-commit/pre-commit")).expect("a hook can be written");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("a hook can be made runnable");
    project.pin();
    let (committed, said) = project.commit();
    assert!(committed, "{said}");
    project
}

#[test]
fn the_git_hook_refuses_a_commit_without_a_pin() {
    let project = repository("hook");
    project.write("manifests/iris.yaml", UNPINNED);
    let (committed, said) = project.commit();
    assert!(!committed);
    assert!(said.contains("+      runtime: learned\n"), "{said}");
    assert!(said.contains("pre-commit: pin them"), "{said}");
    assert_eq!(
        project.shell("kubectl kserve pin -R -f manifests --runtimes runtimes.yaml --kserve-version v0.20"),
        Some(0)
    );
    project.write("manifests/notes.txt", "A commit of nothing is refused by git itself.\n");
    let (committed, said) = project.commit();
    assert!(committed, "{said}");
}

#[test]
fn the_git_hook_looks_at_what_is_staged() {
    let project = repository("hook-staged");
    project.write("manifests/iris.yaml", UNPINNED);
    assert!(project.git(&["add", "--all"]).status.success());
    project.pin();
    assert!(!project.commit_staged().0, "what is staged has no pin");
    project.write("manifests/notes.txt", "A change of something else.\n");
    assert!(project.commit().0);
    project.write("manifests/iris.yaml", UNPINNED);
    project.write("more.txt", "A change that has nothing to do with it.\n");
    assert!(project.git(&["add", "more.txt"]).status.success());
    assert!(project.commit_staged().0, "what is staged is pinned");
}

#[test]
fn the_entry_for_pre_commit_fails_until_the_service_is_pinned() {
    let config: serde_json::Value =
        serde_yaml::from_str(&read("examples/pre-commit/.pre-commit-config.yaml")).expect("YAML");
    let hook = &config["repos"][0]["hooks"][0];
    assert_eq!((hook["language"].as_str(), hook["pass_filenames"].as_bool()), (Some("system"), Some(false)));
    let entry = hook["entry"].as_str().expect("a command");
    let project = Project::new("entry");
    assert_eq!(project.shell(entry), Some(1));
    project.pin();
    assert_eq!(project.shell(entry), Some(0));
}
