//! A run that is killed at any moment leaves every file as it was or as it was to be, and nothing that a later run would
//! take for a manifest.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::folder_for;
use super::process;

const FILES: usize = 60;
const KILLS: u64 = 12;

fn old(number: usize) -> String {
    // Long enough that a reader could meet a half-written file.
    let padding = "# Some words that make the file longer than a block of the disk.\n".repeat(200);
    format!(
        "{padding}apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: service-{number}\n\
         spec:\n  predictor:\n    model:\n      modelFormat:\n        name: sklearn\n"
    )
}

fn new(number: usize) -> String {
    old(number) + "      runtime: kserve-sklearnserver\n"
}

fn file(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("service-{number}.yaml"))
}

fn write_all(folder: &Path) {
    for number in 0..FILES {
        fs::write(file(folder, number), old(number)).expect("a file can be written");
    }
}

fn start(folder: &Path) -> Child {
    let mut command = Command::new(process::program());
    command.args(["pin", "-f", ".", "--runtimes", "release:v0.20.0"]).current_dir(folder).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
}

/// How many files are pinned. Every one must be whole.
fn count_pinned(folder: &Path) -> usize {
    let pinned = |number: &usize| {
        let found = fs::read_to_string(file(folder, *number)).expect("every file is always there");
        let is_new = found == new(*number);
        assert!(is_new || found == old(*number), "service-{number}.yaml is neither the old nor the new one");
        is_new
    };
    (0..FILES).filter(pinned).count()
}

/// Files that are neither manifests of ours nor hidden from a later run.
fn strangers(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("can be read").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| !name.starts_with("service-") && !is_no_manifest(name)).collect()
}

fn is_no_manifest(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    name.starts_with('.') && !matches!(extension, Some("yaml" | "yml" | "json"))
}

#[test]
fn a_kill_at_any_moment_leaves_every_file_whole() {
    let folder = folder_for(Path::new("kill"));
    write_all(&folder);
    let stop = AtomicBool::new(false);
    let mut outcomes = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                count_pinned(&folder);
            }
        });
        outcomes = (0..KILLS).map(|turn| kill_once(&folder, turn)).collect();
        stop.store(true, Ordering::Relaxed);
    });
    assert!(outcomes.iter().any(|pinned| (1..FILES).contains(pinned)), "no kill came in the middle: {outcomes:?}");
    finish(&folder);
}

/// Kills a run after a while that no run before it had, and counts what it had pinned.
fn kill_once(folder: &Path, turn: u64) -> usize {
    let unpinned = (0..FILES).map(|number| file(folder, number)).filter(|path| !is_pinned(path)).min();
    let unpinned = unpinned.expect("a file is left to pin");
    let mut child = start(folder);
    // Every other run is killed once it has begun to write, however slow the machine is just now.
    while turn.is_multiple_of(2) && !is_pinned(&unpinned) && child.try_wait().expect("it can be asked").is_none() {
        std::thread::yield_now();
    }
    // Steps that do not go round with the clock: 7 and 60 have no common divisor.
    std::thread::sleep(Duration::from_micros(20 + turn * 7 % 60 * 100));
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let pinned = count_pinned(folder);
    assert_eq!(strangers(folder), Vec::<String>::new());
    if pinned == FILES {
        reset(folder);
    }
    pinned
}

fn is_pinned(path: &Path) -> bool {
    fs::read_to_string(path).expect("every file is always there").contains("runtime:")
}

/// Puts the old files back, each at once, as the reader beside expects.
fn reset(folder: &Path) {
    for number in 0..FILES {
        let aside = folder.join(".aside");
        fs::write(&aside, old(number)).expect("a file can be written");
        fs::rename(aside, file(folder, number)).expect("a file can be renamed");
    }
}

/// After all the kills a run does what they left undone.
fn finish(folder: &Path) {
    assert!(start(folder).wait().expect("it ends").success());
    assert_eq!(count_pinned(folder), FILES);
}
