//! `pin` as a whole process on folders of real files: what it prints, with which code it ends, and every byte of every
//! file afterwards.
//!
//! The cases stand in `tests/pin/*.txt`, in the form of `tests/cli/case.rs` with one more section: `after NAME` is what a
//! file holds afterwards. What no such section names must not have changed. `UPDATE_EXPECTED=1` writes what is expected
//! anew: read the difference before committing it.

#[path = "cli/case.rs"]
mod case;
#[path = "pin/diff.rs"]
mod diff;
#[path = "pin/files.rs"]
mod files;
#[cfg(target_os = "linux")]
#[path = "pin/kill.rs"]
mod kill;
#[path = "pin/pasted.rs"]
mod pasted;
mod process;
#[path = "pin/promises.rs"]
mod promises;
#[path = "pin/streams.rs"]
mod streams;
#[path = "pin/tree.rs"]
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use case::{Case, Files};
use process::Ended;
use tree::Tree;

#[test]
fn every_case_ends_as_expected() {
    let count = check_all("tests/pin");
    assert!(count >= 225, "only {count} cases were found");
}

/// Checks all cases of a folder and counts them.
fn check_all(folder: &str) -> usize {
    let mut problems = Vec::new();
    let mut count = 0;
    for path in topics(folder) {
        let text = fs::read_to_string(&path).expect("the cases can be read");
        let mut cases = case::parse(&text);
        let files = case::files(&cases);
        count += cases.len();
        problems.extend(cases.iter_mut().flat_map(|case| check(&path, case, &files)));
        if process::updating() {
            fs::write(&path, case::render(&cases)).expect("the cases can be written");
        } else {
            assert_eq!(case::render(&cases), text, "{} is not in the form that is written", path.display());
        }
    }
    assert!(problems.is_empty(), "{}\nUPDATE_EXPECTED=1 writes the files anew", problems.join("\n"));
    count
}

/// The files of cases in a folder.
fn topics(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("can be read").path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|found| found == "txt")).collect();
    files.sort();
    files
}

/// A case, carried out in a folder of its own.
struct Run {
    arguments: Vec<String>,
    folder: PathBuf,
    before: Tree,
    ended: Ended,
    after: Tree,
}

impl Run {
    fn of(topic: &Path, case: &Case, files: &Files) -> Self {
        let folder = folder_for(&topic.join(case.name()));
        case.write_files(&folder, files);
        let before = Tree::read(&folder);
        let arguments = process::words(case.section("run").expect("a case runs something"));
        let ended = process::run(&process::program(), &arguments, &folder, &case.environment(), &case.input());
        let after = Tree::read(&folder);
        Self { arguments, folder, before, ended, after }
    }

    /// Whether one of these words is among the arguments.
    fn has(&self, words: &[&str]) -> bool {
        self.arguments.iter().any(|argument| words.contains(&argument.as_str()))
    }

    /// What came of it, by the titles of the sections that say what was expected.
    fn found(&self) -> Vec<(String, String)> {
        let exit = self.ended.code.map_or("killed".to_owned(), |code| code.to_string()) + "\n";
        let streams = [("stdout", &self.ended.stdout), ("stderr", &self.ended.stderr)];
        let streams = streams.map(|(title, text)| (title.to_owned(), visible(text)));
        let changed = self.after.changed_since(&self.before);
        let files = changed.map(|(name, bytes)| (format!("after {name}"), visible(&String::from_utf8_lossy(bytes))));
        streams.into_iter().chain([("exit".to_owned(), exit)]).chain(files).collect()
    }
}

/// What cannot be seen in a text, made visible.
fn visible(text: &str) -> String {
    case::visible(&text.replace('\u{feff}', "␂"))
}

fn check(path: &Path, case: &mut Case, files: &Files) -> Vec<String> {
    let topic = path.file_stem().expect("a file has a name");
    let run = Run::of(Path::new(topic), case, files);
    let found = run.found();
    let mut problems = promises::broken(&run, case);
    if process::updating() {
        case.forget_expected();
        for (title, body) in found {
            case.set(&title, body);
        }
    } else {
        problems.extend(differences(case, &found));
    }
    problems.iter().map(|problem| format!("{} in {}: {problem}", case.name(), path.display())).collect()
}

/// How what was found differs from what the case expects.
fn differences(case: &Case, found: &[(String, String)]) -> Vec<String> {
    let is_missing = |title: &String| found.iter().all(|(other, _)| other != title);
    let missing = case.expected_titles().into_iter().filter(is_missing);
    let missing = missing.map(|title| format!("{title}: the file did not change"));
    let compare =
        |(title, text): &(String, String)| process::difference(title, case.section(title).unwrap_or_default(), text);
    missing.chain(found.iter().filter_map(compare)).collect()
}

/// An empty folder of this test's own.
fn folder_for(case: &Path) -> PathBuf {
    case::folder(&Path::new("pin").join(case))
}
