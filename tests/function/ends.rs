//! How the function ends when the world around it is not as it should be: never an empty or a short success.

use std::io::{Read, Write};
use std::process::Stdio;

use super::case::command;
use super::process;

/// A list with more services than a pipe holds.
fn many_services() -> String {
    let service = |number: usize| {
        format!(
            "- apiVersion: serving.kserve.io/v1beta1\n  kind: InferenceService\n  metadata:\n    name: service-{number}\n    \
             namespace: ml\n  spec:\n    predictor:\n      model:\n        modelFormat:\n          name: sklearn\n"
        )
    };
    let config = "functionConfig: {apiVersion: v1, kind: ConfigMap, data: {runtimes: 'release:v0.20.0'}}\n";
    let items: String = (0..500).map(service).collect();
    format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}{config}")
}

/// kustomize and kpt take what they got for all there is: a half written answer must not end well.
#[test]
#[cfg(unix)]
fn a_reader_that_goes_away_makes_it_fail() {
    let mut command = command();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stderr = child.stderr.take().expect("a pipe");
    let messages = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).expect("a pipe can be read");
        text
    });
    child.stdin.take().expect("a pipe").write_all(many_services().as_bytes()).expect("the list is read");
    let mut first = [0; 10];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("there is an answer");
    assert_eq!(child.wait().expect("the program ends").code(), Some(1));
    let messages = messages.join().expect("the reader ends");
    assert!(messages.contains("kubectl-kserve: cannot write standard output: "), "{messages}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_makes_it_fail() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has a full device");
    let mut command = command();
    command.stdin(Stdio::piped()).stdout(full).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(many_services().as_bytes()).expect("the list is read");
    assert_eq!(child.wait().expect("the program ends").code(), Some(1));
}

/// Nobody on the other side: an error, not an empty success, and not a wait.
#[test]
#[cfg(unix)]
fn no_standard_input_makes_it_fail() {
    for script in ["exec \"$0\" fn <&-", "exec \"$0\" fn </dev/null", "exec \"$0\" </dev/null", "exec \"$0\" fn </"] {
        let ended = process::run(
            "/bin/sh".as_ref(),
            &["-c".as_ref(), script.as_ref(), process::program().as_os_str()],
            &std::env::temp_dir(),
            &[],
            b"",
        );
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{script}");
        assert!(ended.stderr.starts_with("kubectl-kserve: "), "{script}: {}", ended.stderr);
    }
}

#[test]
fn bytes_that_are_no_text_make_it_fail() {
    let ended = process::run(&process::program(), &["fn"], &std::env::temp_dir(), &[], b"apiVersion: \xff\n");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        ended.stderr,
        "kubectl-kserve: <standard input>:1:13: expected UTF-8, but found the byte 0xff at offset 12\n"
    );
}

#[test]
fn without_arguments_it_is_the_function_too() {
    let list = many_services();
    let run = |arguments: &[&str]| {
        process::run(&process::program(), arguments, &std::env::temp_dir(), &[], list.as_bytes()).stdout
    };
    assert_eq!(run(&[]), run(&["fn"]));
}
