//! A case on the disk: why, what goes in, what comes out, what is said, how it ends.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::process::{self, Ended};

/// One input of the function.
pub(crate) struct Case {
    pub(crate) path: PathBuf,
    pub(crate) why: String,
    pub(crate) input: String,
    pub(crate) expected: String,
}

/// What an editor would hide, and what is written for it: a carriage return, a byte order mark, and a last line that
/// has no line feed.
const MARKS: [(&str, &str); 2] = [("\r", "␍"), ("\u{feff}", "␂")];
const NO_LINE_FEED: &str = "␄\n";

/// All cases, by name.
pub(crate) fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/function");
    let entries = fs::read_dir(folder).expect("cases").map(|entry| entry.expect("a file").path());
    let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|found| found == "txt")).collect();
    paths.sort();
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Case {
    let text = fs::read_to_string(&path).expect("a case");
    let (why, rest) = text.split_once("\n=== input\n").expect("why and input");
    assert!(why.ends_with('.') && !why.contains('\n'), "{}: why is one sentence", path.display());
    let (input, expected) = rest.split_once("=== output\n").unwrap_or((rest, ""));
    Case { path, why: why.to_owned(), input: hidden(input), expected: expected.to_owned() }
}

fn hidden(text: &str) -> String {
    let text = text.replace(NO_LINE_FEED, "");
    MARKS.iter().fold(text, |text, (character, mark)| text.replace(mark, character))
}

fn visible(text: &str) -> String {
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { NO_LINE_FEED };
    MARKS.iter().fold(format!("{text}{end}"), |text, (character, mark)| text.replace(character, mark))
}

impl Case {
    /// The file's name.
    pub(crate) fn name(&self) -> String {
        self.path.file_stem().expect("a name").display().to_string()
    }

    /// What the function does with the input, as a case has it.
    pub(crate) fn found(&self) -> String {
        let ended = run(&self.input);
        let mut found = visible(&ended.stdout);
        let exit = ended.code.expect("an exit code");
        let _ = write!(found, "=== messages\n{}=== exit\n{exit}\n", visible(&ended.stderr));
        found
    }

    /// Writes down what was found as what is expected.
    pub(crate) fn write(&self, found: &str) {
        let input = visible(&self.input);
        fs::write(&self.path, format!("{}\n=== input\n{input}=== output\n{found}", self.why)).expect("it is written");
    }
}

/// The whole program as a function, fed with a text.
pub(crate) fn run(input: &str) -> Ended {
    process::run(&process::program(), &["fn"], &std::env::temp_dir(), &[], input.as_bytes())
}

/// The same, to be started otherwise.
pub(crate) fn command() -> Command {
    let mut command = Command::new(process::program());
    command.arg("fn").env_clear();
    command
}
