//! Streams that end early or cannot be written to: an answer may be cut short, the manifests of a pipe may not.

#![cfg(unix)]

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::folder_for;
use super::process;

/// A file with more services than a pipe holds.
fn many_services(name: &str) -> PathBuf {
    let folder = folder_for(&Path::new("streams").join(name));
    let service = |number: usize| {
        format!(
            "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {{name: service-{number}}}\n\
             spec: {{predictor: {{model: {{modelFormat: {{name: sklearn}}}}}}}}\n---\n"
        )
    };
    fs::write(folder.join("many.yaml"), (0..1_000).map(service).collect::<String>()).expect("a file can be written");
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(process::program());
    command.args(["pin", "-f", "many.yaml", "--runtimes", "release:v0.20.0"]).args(arguments);
    command.current_dir(folder).env_clear().stdin(Stdio::null());
    command
}

/// Runs it with a reader that takes a few bytes of the answer and goes away.
fn with_an_impatient_reader(folder: &Path, arguments: &[&str]) -> Output {
    let mut child =
        command(folder, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut stdout = child.stdout.take().expect("a pipe");
    // Beside the other stream: a pipe that nobody empties would stop the program.
    let reader = std::thread::spawn(move || stdout.read_exact(&mut [0; 4]).expect("there is an answer"));
    let ended = child.wait_with_output().expect("the program ends");
    reader.join().expect("the reader ends");
    ended
}

fn last_line(stderr: &[u8]) -> String {
    String::from_utf8_lossy(stderr).lines().last().unwrap_or_default().to_owned()
}

fn unchanged(folder: &Path) -> bool {
    !fs::read_to_string(folder.join("many.yaml")).expect("it can be read").contains("runtime")
}

#[test]
fn a_pipeline_whose_reader_goes_away_is_an_error() {
    let folder = many_services("closed-stdout");
    let ended = with_an_impatient_reader(&folder, &["--stdout"]);
    let said = last_line(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.starts_with("error: cannot write standard output: "), "{said}");
    assert!(unchanged(&folder));
}

#[test]
fn a_reader_of_the_diff_that_goes_away_has_seen_enough_and_a_finding_stays_one() {
    let folder = many_services("closed-diff");
    let ended = with_an_impatient_reader(&folder, &["--check"]);
    assert_eq!(ended.status.code(), Some(1), "{}", last_line(&ended.stderr));
    assert_eq!(last_line(&ended.stderr), "would be pinned: 1000 of 1000 InferenceServices in 1 file");
    assert!(unchanged(&folder));
}

#[test]
fn files_are_written_whoever_reads_the_diff() {
    let folder = many_services("closed-diff-of-an-edit");
    let ended = with_an_impatient_reader(&folder, &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", last_line(&ended.stderr));
    assert_eq!(last_line(&ended.stderr), "pinned: 1000 of 1000 InferenceServices in 1 file");
    assert!(!unchanged(&folder));
}

#[cfg(target_os = "linux")]
fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").expect("Linux has a full device")
}

#[test]
#[cfg(target_os = "linux")]
fn manifests_that_cannot_be_written_are_an_error() {
    for arguments in [&["--stdout"][..], &["--check"]] {
        let folder = many_services("full-device");
        let ended = command(&folder, arguments).stdout(full()).output().expect("it runs");
        let said = last_line(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{said}");
        assert!(said.starts_with("error: cannot write "), "{said}");
        assert!(unchanged(&folder));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_message_that_cannot_be_written_changes_nothing() {
    let folder = many_services("full-stderr");
    let ended = command(&folder, &[]).stderr(full()).output().expect("it runs");
    assert_eq!(ended.status.code(), Some(0));
    assert!(!unchanged(&folder));
}

/// 2 means that nothing was written.
#[test]
#[cfg(target_os = "linux")]
fn nothing_is_written_when_the_diff_cannot_be() {
    let folder = many_services("full-device-of-an-edit");
    let ended = command(&folder, &[]).stdout(full()).output().expect("it runs");
    let said = last_line(&ended.stderr);
    assert_eq!((ended.status.code(), unchanged(&folder)), (Some(2), true), "{said}");
    assert!(said.starts_with("error: cannot write the diff: "), "{said}");
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1, "something was left behind");
}

/// While the program waits for the reader of its diff, a folder takes the place of the second file.
#[test]
fn when_not_every_file_can_be_replaced_each_is_named() {
    let folder = many_services("replaced-in-part");
    for name in ["more.yaml", "rest.yaml"] {
        fs::copy(folder.join("many.yaml"), folder.join(name)).expect("a file can be copied");
    }
    let mut command = command(&folder, &["-f", "more.yaml", "-f", "rest.yaml"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut [0; 4]).expect("there is a diff");
    fs::remove_file(folder.join("more.yaml")).expect("a file can be removed");
    fs::create_dir(folder.join("more.yaml")).expect("a folder can be made");
    stdout.read_to_end(&mut Vec::new()).expect("the diff is text");
    let ended = child.wait_with_output().expect("the program ends");
    let said = last_line(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.starts_with("error: cannot replace more.yaml: "), "{said}");
    assert!(said.ends_with("; replaced: many.yaml; left as they were: more.yaml, rest.yaml"), "{said}");
    assert!(!unchanged(&folder));
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 3, "something was left behind");
}
