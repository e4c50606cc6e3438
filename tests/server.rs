//! The whole program against an API server that misbehaves: what is answered or said then, case by case.
//!
//! The cases stand in `tests/server/cases/*.txt`, in the form of `tests/cli/case.rs`, with these sections besides:
//! `answer METHOD PATH` (what the server says, see `tests/server/scripted.rs`), `requests` (what it was asked, in
//! alphabetical order) and `header NAME` (each different value of that header in the requests). `SERVER` stands for its
//! address, `HOST` for its host and port, and `FOLDER` for the folder of the case. `tests/server/usual.txt` holds what it says
//! otherwise, and the kubeconfig that is used otherwise. `UPDATE_EXPECTED=1` writes what the cases expect anew.

#[allow(dead_code)] // This suite writes its files itself.
#[path = "cli/case.rs"]
mod case;
mod process;
#[path = "server/scripted.rs"]
mod scripted;

use std::fs;
use std::path::{Path, PathBuf};

use case::Case;
use scripted::{Script, Server};

#[test]
fn every_case_ends_as_expected() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server");
    let usual = case::parse(&fs::read_to_string(tests.join("usual.txt")).expect("the usual answers can be read"));
    let topics = topics(&tests.join("cases"));
    // Most of the time is spent waiting.
    let checked: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = topics.iter().map(|path| scope.spawn(|| check_topic(path, &usual[0]))).collect();
        running.into_iter().map(|topic| topic.join().expect("a topic can be checked")).collect()
    });
    let cases: usize = checked.iter().map(|(cases, _)| cases).sum();
    let problems: Vec<_> = checked.into_iter().flat_map(|(_, problems)| problems).collect();
    assert!(cases >= 140, "only {cases} cases were found");
    assert!(problems.is_empty(), "{}\nUPDATE_EXPECTED=1 writes the files anew", problems.join("\n"));
}

/// How many cases a file has, and what is wrong.
fn check_topic(path: &Path, usual: &Case) -> (usize, Vec<String>) {
    let text = fs::read_to_string(path).expect("the cases can be read");
    let mut cases = case::parse(&text);
    let problems = cases.iter_mut().flat_map(|case| check(path, case, usual)).collect();
    if process::updating() {
        fs::write(path, case::render(&cases)).expect("the cases can be written");
    } else {
        assert_eq!(case::render(&cases), text, "{} is not in the form that is written", path.display());
    }
    (cases.len(), problems)
}

fn topics(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("can be read").path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|found| found == "txt")).collect();
    files.sort();
    files
}

fn check(path: &Path, case: &mut Case, usual: &Case) -> Vec<String> {
    let server = Server::start(&[Script::of(usual), Script::of(case)]);
    let folder = folder_for(&Path::new(path.file_stem().expect("a file has a name")).join(case.name()));
    let filled = |text: &str| {
        let text = text.replace("SERVER", &format!("http://{}", server.address()));
        text.replace("HOST", &server.address()).replace("FOLDER", &folder.to_string_lossy())
    };
    for (title, body) in usual.sections().iter().chain(case.sections()) {
        if let Some(name) = title.strip_prefix("file ") {
            case::write(&folder, name, filled(body).as_bytes());
        }
    }
    let ended = process::run(
        &case::program_named(case.section("program"), &folder),
        &process::words(&filled(case.section("run").expect("a case runs something"))),
        &folder,
        &environment(case, usual, &filled),
        b"",
    );
    let hidden = |text: &str| {
        let text = text.replace(&format!("http://{}", server.address()), "SERVER");
        let text = text.replace(&server.address(), "HOST").replace(&*folder.to_string_lossy(), "FOLDER");
        without_times(&case::visible(&text))
    };
    let mut found = vec![
        ("stdout".to_owned(), hidden(&ended.stdout)),
        ("stderr".to_owned(), hidden(&ended.stderr)),
        ("exit".to_owned(), ended.code.map_or("killed".to_owned(), |code| code.to_string()) + "\n"),
    ];
    for (title, _) in case.sections() {
        if title == "requests" {
            found.push((title.clone(), hidden(&server.requests())));
        } else if let Some(name) = title.strip_prefix("header ") {
            found.push((title.clone(), hidden(&server.header(name))));
        }
    }
    if process::updating() {
        for (section, text) in found {
            case.set_in_place(&section, text);
        }
        return Vec::new();
    }
    let compare = |(section, found): &(String, String)| {
        let about = format!("{section} of {} in {}", case.name(), path.display());
        process::difference(&about, case.section(section).unwrap_or_default(), found)
    };
    found.iter().filter_map(compare).collect()
}

/// The case's own, else the usual one.
fn environment(case: &Case, usual: &Case, filled: &impl Fn(&str) -> String) -> Vec<(String, String)> {
    let own = if case.section("environment").is_some() { case } else { usual };
    own.environment().into_iter().map(|(name, value)| (name, filled(&value))).collect()
}

/// How long a request took is not the same twice, nor which of those side by side is first.
fn without_times(text: &str) -> String {
    let line = |line: &str| match line.strip_suffix(" milliseconds").and_then(|line| line.rsplit_once(' ')) {
        Some((before, _)) => format!("{before} N milliseconds\n"),
        None => format!("{line}\n"),
    };
    let mut lines: Vec<_> = text.lines().map(line).collect();
    if lines.iter().all(|line| line.starts_with("GET ") || line.starts_with("Warning: ")) {
        lines.sort();
    }
    lines.concat()
}

/// An empty folder of this test's own.
fn folder_for(case: &Path) -> PathBuf {
    case::folder(&Path::new("server").join(case))
}
