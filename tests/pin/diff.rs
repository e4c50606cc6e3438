//! The diff that is printed is one: what `patch` and `git apply` make of it is what the edit in place makes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::case;
use super::tree::Tree;
use super::{Run, topics};

#[test]
fn patch_makes_the_same_of_the_diff() {
    assert!(each_diff("patch", &["-p0", "--quiet", "--no-backup-if-mismatch"]) >= 40, "too few diffs were applied");
}

#[test]
fn git_apply_makes_the_same_of_the_diff() {
    assert!(each_diff("git", &["apply", "-p0"]) >= 40, "too few diffs were applied");
}

/// Applies the diff of every case that changes files in place, and counts them.
fn each_diff(program: &str, arguments: &[&str]) -> usize {
    let mut count = 0;
    for path in topics("tests/pin") {
        let cases = case::parse(&fs::read_to_string(&path).expect("the cases can be read"));
        let files = case::files(&cases);
        let topic = Path::new(program).join(path.file_stem().expect("a file has a name"));
        for case in &cases {
            let run = Run::of(&topic, case, &files);
            if run.after != run.before {
                check(&run, program, arguments);
                count += 1;
            }
        }
    }
    count
}

fn check(run: &Run, program: &str, arguments: &[&str]) {
    let folder = run.folder.join("applied");
    run.before.write(&folder);
    apply(program, arguments, &folder, &run.ended.stdout);
    let applied = Tree::read(&folder);
    let name = folder.display();
    assert!(applied == run.after, "{program} in {name} makes something else of\n{}", run.ended.stdout);
}

fn apply(program: &str, arguments: &[&str], folder: &Path, diff: &str) {
    let mut command = Command::new(program);
    // Outside of a repository git applies to any file; inside of one it passes over those that are not in it.
    command.args(arguments).current_dir(folder).env("GIT_CEILING_DIRECTORIES", folder.parent().expect("a parent"));
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap_or_else(|error| panic!("this test needs {program} on the PATH: {error}"));
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(diff.as_bytes()).expect("the diff is read");
    drop(stdin);
    let ended = child.wait_with_output().expect("it ends");
    let said = [ended.stdout, ended.stderr].concat();
    let name = folder.display();
    assert!(ended.status.success(), "{program} in {name}: {}\n{diff}", String::from_utf8_lossy(&said));
}
