//! The KRM function as a whole process, a file a case: why, what goes in, what comes out, what is said, how it ends.
//! `UPDATE_EXPECTED=1` writes what is found.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kubectl_kserve::yaml::{self, Chunk};

struct Case {
    path: PathBuf,
    why: String,
    input: String,
    expected: String,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/function");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("cases").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths.into_iter().map(case).collect()
}

fn case(path: PathBuf) -> Case {
    let text = std::fs::read_to_string(&path).expect("a case");
    let (why, rest) = text.split_once("\n=== input\n").expect("why and input");
    let (input, expected) = rest.split_once("=== output\n").unwrap_or((rest, ""));
    Case { path, why: why.to_owned(), input: input.replace('␍', "\r"), expected: expected.to_owned() }
}

/// What the function does with a text: the three things that it can say.
fn run(input: &str) -> (String, String, i32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubectl-kserve"))
        .arg("fn")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input");
    stdin.write_all(input.as_bytes()).expect("the input is read");
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().expect("an exit code"))
}

#[test]
fn every_case_comes_out_as_expected() {
    let update = std::env::var_os("UPDATE_EXPECTED").is_some();
    let cases = cases();
    assert!(cases.len() >= 35);
    for Case { path, why, input, expected } in cases {
        let (stdout, stderr, exit) = run(&input);
        let mut found = stdout.replace('\r', "␍");
        let _ = write!(found, "=== messages\n{}=== exit\n{exit}\n", stderr.replace('\r', "␍"));
        if update {
            let input = input.replace('\r', "␍");
            std::fs::write(&path, format!("{why}\n=== input\n{input}=== output\n{found}"))
                .expect("the case is written");
        } else {
            assert_eq!(found, expected, "{}: {why}", path.display());
        }
    }
}

#[test]
fn what_was_pinned_once_is_not_touched_again() {
    for Case { path, input, .. } in cases() {
        let (first, _, exit) = run(&input);
        if exit == 0 {
            let (second, messages, _) = run(&first);
            assert_eq!(value(&second)["items"], value(&first)["items"], "{}", path.display());
            assert!(!messages.contains("@@"), "{}: {messages}", path.display());
        }
    }
}

#[test]
fn a_failure_leaves_every_item_as_it_came() {
    for Case { path, input, .. } in cases() {
        let (output, messages, exit) = run(&input);
        let unchanged = exit != 0 || !messages.contains("@@");
        if unchanged {
            assert_eq!(value(&output)["items"], value(&input)["items"], "{}", path.display());
            let items = |text: &str| text.split("results").next().map(str::to_owned);
            assert_eq!(items(&output), items(&input), "{}", path.display());
        }
    }
}

fn value(text: &str) -> serde_json::Value {
    let node = yaml::compose(text, &Chunk::whole(text)).expect("YAML").expect("a list");
    serde_json::to_value(node).expect("JSON")
}
