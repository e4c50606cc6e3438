//! Every example does what its folder says: the commands in `command`, run there, print `expected.txt`.
//!
//! A folder may also hold `expected.stderr` (without it nothing may appear there) and `exit` (a code a line; without it
//! every command ends with 0). The commands run in a copy of the folder, so they may change its files; each finds what
//! those before it left. `UPDATE_EXPECTED=1` writes these files anew: read the difference before committing it.

mod process;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

#[test]
fn every_example_prints_what_it_shows() {
    let folders = folders_with_a_command();
    assert!(folders.len() >= 20, "only {} examples were found", folders.len());
    let problems: Vec<String> = folders.iter().flat_map(|folder| check(folder)).collect();
    assert!(problems.is_empty(), "{}\nUPDATE_EXPECTED=1 writes the files anew", problems.join("\n"));
}

#[test]
fn every_example_is_described_and_listed() {
    let list = fs::read_to_string(examples().join("README.md")).expect("examples/README.md is there");
    for folder in folders_with_a_command() {
        let name = name_of(&folder);
        assert!(list.contains(&format!("]({name})")), "examples/README.md does not link to {name}");
        let readme = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        assert!(readme.starts_with("# "), "{name} has no README.md with a heading");
        for line in commands(&folder) {
            assert!(
                readme.contains(&format!("kubectl kserve {line}")),
                "the README.md of {name} does not show {line:?}"
            );
        }
    }
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn folders_with_a_command() -> Vec<PathBuf> {
    let entries = WalkDir::new(examples()).sort_by_file_name().into_iter().map(|entry| entry.expect("can be read"));
    let commands = entries.filter(|entry| entry.file_name() == "command");
    commands.map(|entry| entry.path().parent().expect("a file lies in a folder").to_owned()).collect()
}

fn name_of(folder: &Path) -> String {
    folder.strip_prefix(examples()).expect("a folder of examples").display().to_string()
}

/// The argument lines of an example.
fn commands(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("command")).expect("the command can be read");
    text.lines().map(str::to_owned).collect()
}

/// What is not as the folder says.
fn check(folder: &Path) -> Vec<String> {
    let (mut stdout, mut stderr, mut exit) = (String::new(), String::new(), String::new());
    let lines = commands(folder);
    let copy = copy_of(folder);
    for line in &lines {
        let ended = process::run(&process::program(), &process::words(line), &copy, &[], b"");
        if lines.len() > 1 {
            let gap = if stdout.is_empty() { "" } else { "\n" };
            let _ = writeln!(stdout, "{gap}$ kubectl kserve {line}");
        }
        stdout += &ended.stdout;
        stderr += &ended.stderr;
        let _ = writeln!(exit, "{}", ended.code.map_or("killed".to_owned(), |code| code.to_string()));
    }
    let well = "0\n".repeat(lines.len());
    let files = [("expected.txt", stdout, ""), ("expected.stderr", stderr, ""), ("exit", exit, well.as_str())];
    files.into_iter().filter_map(|(file, found, default)| compare(folder, file, &found, default)).collect()
}

fn copy_of(folder: &Path) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples").join(name_of(folder));
    let _ = fs::remove_dir_all(&copy);
    for entry in WalkDir::new(folder).into_iter().map(|entry| entry.expect("can be read")) {
        let target = copy.join(entry.path().strip_prefix(folder).expect("it lies in the folder"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).expect("a folder can be made");
        } else {
            fs::copy(entry.path(), &target).expect("a file can be copied");
        }
    }
    copy
}

/// Compares with a file of the folder, or with `default` where there is none.
fn compare(folder: &Path, file: &str, found: &str, default: &str) -> Option<String> {
    let path = folder.join(file);
    if process::updating() {
        if found == default && file != "expected.txt" {
            let _ = fs::remove_file(&path);
        } else {
            fs::write(&path, found).expect("the file can be written");
        }
        return None;
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|_| default.to_owned());
    process::difference(&format!("{}: {file}", name_of(folder)), &expected, found)
}
