//! What a file is besides its bytes: its mode, the link that leads to it, the folder it lies in.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::process::{self, Ended};
use super::{Tree, folder_for};

const IRIS: &str = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: iris\nspec:\n  \
                    predictor:\n    model:\n      modelFormat:\n        name: sklearn\n";
const PINNED: &str = "      runtime: kserve-sklearnserver\n";

/// A folder with a service in `real/iris.yaml`.
fn folder(name: &str) -> PathBuf {
    let folder = folder_for(&Path::new("files").join(name));
    fs::create_dir(folder.join("real")).expect("a folder can be made");
    fs::write(folder.join("real/iris.yaml"), IRIS).expect("a file can be written");
    folder
}

fn pin(folder: &Path, arguments: &[&str]) -> Ended {
    let arguments = [&["pin", "--runtimes", "release:v0.20.0"], arguments].concat();
    process::run(&process::program(), &arguments, folder, &[], b"")
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode can be set");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o7777
}

fn assert_pinned(path: &Path) {
    let found = fs::read_to_string(path).expect("it can be read");
    assert_eq!(found, format!("{IRIS}{PINNED}"));
}

#[test]
fn the_mode_and_the_owner_of_a_file_stay() {
    for wanted in [0o600, 0o640, 0o644, 0o666, 0o755] {
        let file = folder("mode").join("real/iris.yaml");
        set_mode(&file, wanted);
        let before = fs::metadata(&file).expect("it is there");
        let ended = pin(file.parent().expect("a folder"), &["-f", "iris.yaml"]);
        let after = fs::metadata(&file).expect("it is there");
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(format!("{:o}", mode(&file)), format!("{wanted:o}"));
        assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
        assert_pinned(&file);
    }
}

/// A file of mode 0444 in a folder of one's own is replaced: the folder decides, as for `mv` and `sed -i`.
#[test]
fn a_file_that_is_read_only_stays_so() {
    let file = folder("read-only-file").join("real/iris.yaml");
    set_mode(&file, 0o444);
    let ended = pin(file.parent().expect("a folder"), &["-f", "iris.yaml"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(format!("{:o}", mode(&file)), "444");
    assert_pinned(&file);
}

#[test]
fn a_link_is_followed_and_kept() {
    let folder = folder("link");
    symlink("real/iris.yaml", folder.join("second.yaml")).expect("a link can be made");
    symlink("second.yaml", folder.join("first.yaml")).expect("a link can be made");
    let ended = pin(&folder, &["-f", "first.yaml"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.starts_with("--- first.yaml\n+++ first.yaml\n"), "{}", ended.stdout);
    assert_eq!(fs::read_link(folder.join("first.yaml")).expect("a link"), Path::new("second.yaml"));
    assert_eq!(fs::read_link(folder.join("second.yaml")).expect("a link"), Path::new("real/iris.yaml"));
    assert_pinned(&folder.join("real/iris.yaml"));
}

#[test]
fn a_file_and_a_link_to_it_are_one_file() {
    let folder = folder("file-and-link");
    symlink("iris.yaml", folder.join("real/again.yaml")).expect("a link can be made");
    let ended = pin(&folder, &["-f", "real"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_pinned(&folder.join("real/iris.yaml"));
    assert_eq!(pin(&folder, &["--check", "-f", "real"]).code, Some(0));
}

#[test]
fn a_link_that_leads_nowhere_is_named_when_it_is_asked_for() {
    let folder = folder("broken-link");
    symlink("nowhere.yaml", folder.join("broken.yaml")).expect("a link can be made");
    let ended = pin(&folder, &["-f", "broken.yaml", "-f", "real"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(2), "error: the path \"broken.yaml\" does not exist\n"));
    assert_eq!(fs::read_to_string(folder.join("real/iris.yaml")).expect("it can be read"), IRIS);
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named_and_nothing_is_left_behind() {
    let folder = folder("read-only");
    set_mode(&folder.join("real"), 0o555);
    if fs::write(folder.join("real/probe"), "").is_ok() {
        let _ = fs::remove_file(folder.join("real/probe"));
        eprintln!("passed over: this user (root?) may write to every folder");
        return set_mode(&folder.join("real"), 0o755);
    }
    let before = Tree::read(&folder);
    let ended = pin(&folder, &["-f", "real"]);
    let after = Tree::read(&folder);
    set_mode(&folder.join("real"), 0o755);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert!(ended.stderr.contains("real/iris.yaml"), "{}", ended.stderr);
    assert!(after == before, "something changed");
}

/// Runs `pin` where no file may grow beyond a few blocks: as good as a full disk, and root is held to it too.
fn pin_with_little_room(folder: &Path, paths: &[&str]) -> std::process::Output {
    let program = process::program();
    let paths = paths.join(" -f ");
    let script =
        format!("trap '' XFSZ; ulimit -f 8; exec '{}' pin --runtimes release:v0.20.0 -f {paths}", program.display());
    let mut command = std::process::Command::new("/bin/sh");
    command.args(["-c", &script]).current_dir(folder).env_clear().output().expect("there is a shell")
}

/// More than a few blocks.
fn write_large(path: &Path) {
    fs::write(path, "# Some words.\n".repeat(10_000) + IRIS).expect("a file can be written");
}

#[test]
fn a_file_that_cannot_be_written_whole_stays_and_leaves_nothing_beside_it() {
    let folder = folder("no-room");
    write_large(&folder.join("real/iris.yaml"));
    let before = Tree::read(&folder);
    let ended = pin_with_little_room(&folder, &["real/iris.yaml"]);
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!((ended.status.code(), ended.stdout.len()), (Some(2), 0), "{said}");
    assert!(said.starts_with("error: cannot replace real/iris.yaml: "), "{said}");
    assert!(Tree::read(&folder) == before, "something changed");
}

#[test]
fn no_file_is_replaced_before_all_can_be() {
    let folder = folder("little-room");
    write_large(&folder.join("real/rose.yaml"));
    let before = Tree::read(&folder);
    let ended = pin_with_little_room(&folder, &["real/iris.yaml", "real/rose.yaml"]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(Tree::read(&folder) == before, "real/iris.yaml was written all the same");
}

#[test]
fn what_a_killed_run_left_behind_disturbs_no_later_one() {
    let folder = folder("left-behind");
    // `exec` keeps the number of the process, and with it the name that the temporary file would have.
    let script = format!(
        "echo '{{' > real/.kubectl-kserve.$$.0; exec '{}' pin --runtimes release:v0.20.0 -f real",
        process::program().display()
    );
    let mut command = std::process::Command::new("/bin/sh");
    let ended = command.args(["-c", &script]).current_dir(&folder).env_clear().output().expect("there is a shell");
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_pinned(&folder.join("real/iris.yaml"));
    assert_eq!(fs::read_dir(folder.join("real")).expect("it is there").count(), 2);
}
