//! The whole program from outside: what it prints where, and with which exit code, case by case.
//!
//! The cases stand in `tests/cli/*.txt`. `UPDATE_EXPECTED=1` writes what they expect anew: read the difference before
//! committing it.

#[path = "cli/case.rs"]
mod case;
mod process;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use case::Case;

#[test]
fn every_case_ends_as_expected() {
    let mut problems = Vec::new();
    let mut cases = 0;
    for path in topics() {
        let text = fs::read_to_string(&path).expect("the cases can be read");
        let mut parsed = case::parse(&text);
        let files = case::files(&parsed);
        cases += parsed.len();
        for case in &mut parsed {
            problems.extend(check(&path, case, &files));
        }
        if process::updating() {
            fs::write(&path, case::render(&parsed)).expect("the cases can be written");
        } else {
            assert_eq!(case::render(&parsed), text, "{} is not in the form that is written", path.display());
        }
    }
    assert!(cases >= 80, "only {cases} cases were found");
    assert!(problems.is_empty(), "{}\nUPDATE_EXPECTED=1 writes the files anew", problems.join("\n"));
}

fn topics() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("can be read").path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|found| found == "txt")).collect();
    files.sort();
    files
}

fn check(path: &Path, case: &mut Case, files: &case::Files) -> Vec<String> {
    let topic = path.file_stem().expect("a file has a name");
    let folder = folder_for(&Path::new(topic).join(case.name()));
    case.write_files(&folder, files);
    let program = case::program_named(case.section("program"), &folder);
    let arguments = process::words(case.section("run").expect("a case runs something"));
    let place = folder.join(case.section("folder").unwrap_or_default().trim());
    let ended = process::run(&program, &arguments, &place, &case.environment(), &case.input());
    let exit = ended.code.map_or("killed".to_owned(), |code| code.to_string()) + "\n";
    let found = [("stdout", case::visible(&ended.stdout)), ("stderr", case::visible(&ended.stderr)), ("exit", exit)];
    let about = |section: &str| format!("{section} of {} in {}", case.name(), path.display());
    let compare = |(section, found): &(&str, String)| {
        process::difference(&about(section), case.section(section).unwrap_or_default(), found)
    };
    if process::updating() {
        for (section, text) in found {
            case.set(section, text);
        }
        return Vec::new();
    }
    found.iter().filter_map(compare).collect()
}

/// An empty folder of this test's own.
fn folder_for(case: &Path) -> PathBuf {
    case::folder(&Path::new("cli").join(case))
}

/// More services than a pipe holds answers for.
fn many_services(folder: &Path) {
    let service = |number: usize| {
        format!(
            "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {{name: service-{number}}}\n\
             spec: {{predictor: {{model: {{modelFormat: {{name: absent}}}}}}}}\n---\n"
        )
    };
    fs::write(folder.join("many.yaml"), (0..5_000).map(service).collect::<String>()).expect("a file can be written");
}

const MANY: [&str; 5] = ["which", "-f", "many.yaml", "--runtimes", "release:v0.20.0"];

#[test]
#[cfg(unix)]
fn a_reader_that_goes_away_has_seen_enough() {
    let folder = folder_for(Path::new("closed-stdout"));
    many_services(&folder);
    let mut command = Command::new(process::program());
    command.args(MANY).current_dir(&folder).env_clear().stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut first = [0; 9];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("there is an answer");
    let ended = child.wait_with_output().expect("the program ends");
    assert_eq!(&first, b"NAMESPACE");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    // As the contract has it: whoever closes the pipe has what was wanted, findings or not.
    assert_eq!(ended.status.code(), Some(0));
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_written_is_an_error() {
    let folder = folder_for(Path::new("full-device"));
    many_services(&folder);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has a full device");
    let mut command = Command::new(process::program());
    command.args(MANY).current_dir(&folder).env_clear().stdin(Stdio::null()).stdout(full);
    let ended = command.output().expect("the program runs");
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert!(stderr.starts_with("error: cannot write the answer: "), "{stderr}");
    assert_eq!(ended.status.code(), Some(2));
}

#[test]
fn every_shell_has_a_script() {
    let folder = folder_for(Path::new("completion"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = process::run(&process::program(), &["completion", shell], &folder, &[], b"");
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{shell}");
        for word in ["kubectl-kserve", "which", "kserve-version"] {
            assert!(ended.stdout.contains(word), "{shell}: no {word}");
        }
    }
}

#[test]
#[cfg(unix)]
fn the_script_for_bash_completes_in_bash() {
    let folder = folder_for(Path::new("completion-bash"));
    let script = process::run(&process::program(), &["completion", "bash"], &folder, &[], b"").stdout;
    for (typed, offered) in [
        ("kubectl-kserve whi", "which"),
        ("kubectl-kserve which --runt", "--runtimes"),
        ("kubectl-kserve pin --che", "--check"),
        ("kubectl-kserve which -o js", "json"),
        ("kubectl-kserve argocd gen", "generate"),
    ] {
        let ask = format!(
            "{script}\nCOMP_WORDS=({typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); [[ $(complete -p kubectl-kserve) =~ \
             -F\\ ([^ ]+) ]]; ${{BASH_REMATCH[1]}} kubectl-kserve \"${{COMP_WORDS[COMP_CWORD]}}\" \
             \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; echo \"${{COMPREPLY[@]}}\""
        );
        let ended = process::run(Path::new("/bin/bash"), &["-c", &ask], &folder, &[], b"");
        assert_eq!((ended.stdout.trim_end(), ended.stderr.as_str()), (offered, ""), "{typed}");
    }
}

#[test]
fn yaml_output_says_what_json_output_says() {
    yaml_says_what_json_says("ResolutionList", &["which", "-f", ".", "--runtimes", "release:v0.20.0"]);
    yaml_says_what_json_says("RuntimeList", &["runtimes", "--format", "sklearn", "--runtimes", "release:v0.20.0"]);
}

#[test]
fn drift_as_yaml_says_what_it_says_as_json() {
    yaml_says_what_json_says("DriftList", &["drift", "-f", ".", "--runtimes", "release:v0.20.0"]);
}

fn yaml_says_what_json_says(kind: &str, command: &[&str]) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/which/16-canary");
    let answer = |format: &str| {
        let arguments = [command, &["-o", format]].concat();
        process::run(&process::program(), &arguments, &example, &[], b"").stdout
    };
    let json: serde_json::Value = serde_json::from_str(&answer("json")).expect("JSON");
    let yaml: serde_json::Value = serde_yaml::from_str(&answer("yaml")).expect("YAML");
    assert_eq!(json["kind"], kind);
    assert_eq!(json, yaml);
}
