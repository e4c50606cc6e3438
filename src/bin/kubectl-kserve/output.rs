//! The only writer to standard output and standard error, and the place where exit codes are decided.

use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::bail;
use kubectl_kserve::report::human::{Palette, escaped};
use kubectl_kserve::yaml;
use serde::Serialize;

use crate::cli::Color;

/// Set once, where nothing may be said: by completion.
static IS_SILENT: AtomicBool = AtomicBool::new(false);

/// From now on nothing is said on standard error.
pub(crate) fn be_silent() {
    IS_SILENT.store(true, Ordering::Relaxed);
}

/// How a command ended that could answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// With nothing to report.
    Well,
    /// With findings.
    WithFindings,
}

/// Turns the end of a command into the program's: 0, 1 with findings, 2 without an answer.
pub(crate) fn exit_code(ended: anyhow::Result<Ended>) -> ExitCode {
    match ended {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::WithFindings) => ExitCode::from(1),
        Err(error) => {
            say_lines(&with_prefix(&error));
            ExitCode::from(2)
        }
    }
}

/// Says what failed, where the command goes on.
#[cfg(feature = "cluster")]
pub(crate) fn failure(error: &anyhow::Error) {
    say_lines(&with_prefix(error));
}

/// What a cluster reports is in kubectl's own words already.
fn with_prefix(error: &anyhow::Error) -> String {
    #[cfg(feature = "cluster")]
    if let Some(error) = error.downcast_ref::<crate::cluster::ClusterError>() {
        return error.to_string();
    }
    format!("error: {}", in_words(error))
}

/// What failed, from the outermost context to the cause: on one line, but for what is known to be of several.
pub(crate) fn in_words(error: &anyhow::Error) -> String {
    let words = error.chain().map(|cause| {
        let words = cause.to_string();
        if is_of_lines(cause) { words } else { escaped(&words).into_owned() }
    });
    words.collect::<Vec<_>>().join(": ")
}

/// An error of several lines: what another program said, or lines that are escaped already.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Lines(pub(crate) String);

fn is_of_lines(error: &(dyn std::error::Error + 'static)) -> bool {
    #[cfg(feature = "cluster")]
    if error.is::<crate::cluster::ClusterError>() {
        return true;
    }
    error.is::<Lines>()
}

/// A panic is a bug here, and says so.
pub(crate) fn blame_panics_on_this_program() {
    std::panic::set_hook(Box::new(|panic| {
        let panic = panic.to_string().replace('\n', " ");
        say(&format!("error: a bug in kubectl-kserve, not in your manifests or cluster: {panic}"));
    }));
}

/// The colours for standard output.
pub(crate) fn palette(color: Color) -> Palette {
    let wanted = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && terminal_wants_colour(),
    };
    if wanted { Palette::COLOUR } else { Palette::PLAIN }
}

/// Writes the answer, with which the command ends as it says. A reader that went away has seen enough, findings or not.
pub(crate) fn answer(ended: Ended, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<Ended> {
    let mut stdout = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut stdout).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(ended),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Ended::Well),
        Err(error) => Err(anyhow::anyhow!("cannot write the answer: {error}")),
    }
}

/// An answer as JSON, for people and programs.
pub(crate) fn json(out: &mut dyn Write, answer: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, answer)?;
    writeln!(out)
}

/// The same answer as YAML.
pub(crate) fn yaml(out: &mut dyn Write, answer: &impl Serialize) -> io::Result<()> {
    out.write_all(yaml::write::document(&serde_json::to_value(answer)?).as_bytes())
}

/// How many of a thing there are, in words.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// Writes the diff of what is to be written. A reader that went away has seen enough: it does not keep the files from
/// being written, and does not change how the command ends.
pub(crate) fn diff(diff: &str) -> anyhow::Result<()> {
    match write_pipeline([&*shown(diff, io::stdout().is_terminal())]) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => bail!("cannot write the diff: {error}"),
        _ => Ok(()),
    }
}

/// Says something that may make an answer wrong.
pub(crate) fn warning(text: &str) {
    say(&format!("warning: {text}"));
}

/// Says something that was assumed.
pub(crate) fn note(text: &str) {
    say(&format!("note: {text}"));
}

fn terminal_wants_colour() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Writes a pipeline's output: here a reader that goes away is an error, since what it got is not the whole.
pub(crate) fn write_pipeline<'c>(chunks: impl IntoIterator<Item = &'c str>) -> io::Result<()> {
    let mut stdout = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    for chunk in chunks {
        stdout.write_all(chunk.as_bytes())?;
    }
    stdout.flush()
}

/// Writes a line to standard error, whatever becomes of it. Text that objects brought along cannot steer the terminal, nor
/// end the line: what reads the log of a pipeline takes some lines for commands.
pub(crate) fn say(line: &str) {
    say_lines(&escaped(line));
}

/// Writes lines to standard error; what objects brought along is escaped in them already.
pub(crate) fn say_lines(text: &str) {
    if IS_SILENT.load(Ordering::Relaxed) {
        return;
    }
    let mut stderr = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(stderr, "{}", escaped(line));
    }
}

/// Shows on one line of the terminal how far a long work has come, over what was shown before; an empty text takes it
/// away. Where nobody watches, nothing is shown.
#[cfg(feature = "cluster")]
pub(crate) fn progress(text: &str) {
    let mut stderr = io::stderr().lock();
    if stderr.is_terminal() && !IS_SILENT.load(Ordering::Relaxed) {
        let _ = write!(stderr, "\r{}\x1b[K", escaped(text));
        let _ = stderr.flush();
    }
}

/// Writes a diff to standard error, whatever becomes of it.
pub(crate) fn say_diff(diff: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(shown(diff, stderr.is_terminal()).as_bytes());
}

/// A diff is for `patch` too, byte for byte, unless it goes to a terminal, which its lines must not steer. The end of a
/// line cannot.
fn shown(diff: &str, on_terminal: bool) -> Cow<'_, str> {
    if !on_terminal {
        return Cow::Borrowed(diff);
    }
    let line = |line: &str| {
        let text = line.trim_end_matches(['\r', '\n']);
        [&*escaped(text), &line[text.len()..]].concat()
    };
    diff.split_inclusive('\n').map(line).collect()
}
