//! Runs the program as users do, but in an environment of our own, and holds what it says against files.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use similar::TextDiff;

/// Longer than any answer takes, even of an unoptimised build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of a run.
pub(crate) struct Ended {
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
}

/// The program of this build.
pub(crate) fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_kubectl-kserve"))
}

/// Runs `program` in `folder` with these arguments and nothing else: no environment but `environment`, and `input` as
/// standard input.
pub(crate) fn run(
    program: &Path,
    arguments: &[impl AsRef<OsStr>],
    folder: &Path,
    environment: &[(String, String)],
    input: &[u8],
) -> Ended {
    let begin = Instant::now();
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear().envs(environment.iter().cloned());
    command.stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() });
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let stdout = read_aside(child.stdout.take().expect("a pipe"));
    let stderr = read_aside(child.stderr.take().expect("a pipe"));
    if let Some(mut stdin) = child.stdin.take() {
        // A program that stops reading early has said why on its standard error.
        let _ = stdin.write_all(input);
    }
    let code = wait(&mut child, begin);
    let text = |reader: JoinHandle<Vec<u8>>| {
        String::from_utf8(reader.join().expect("the reader ends")).expect("the program writes UTF-8")
    };
    Ended { stdout: text(stdout), stderr: text(stderr), code }
}

fn read_aside(mut from: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("a pipe can be read");
        bytes
    })
}

fn wait(child: &mut Child, begin: Instant) -> Option<i32> {
    loop {
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            return status.code();
        }
        if begin.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("the program did not end within {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Splits a command line at spaces; single quotes hold words together, as in a shell.
pub(crate) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for character in line.trim().chars() {
        match character {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    assert!(!quoted, "the command line {line:?} has an open quote");
    words.extend(word);
    words
}

/// Whether expected texts are to be written anew instead of compared.
pub(crate) fn updating() -> bool {
    std::env::var_os("UPDATE_EXPECTED").is_some()
}

/// How `found` differs from what was expected, if it does.
pub(crate) fn difference(what: &str, expected: &str, found: &str) -> Option<String> {
    (expected != found).then(|| {
        let diff = TextDiff::from_lines(expected, found);
        format!("{what} differs:\n{}", diff.unified_diff().context_radius(4).header("expected", "found"))
    })
}
