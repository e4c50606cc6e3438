//! The only writer to standard output and standard error, and the place where exit codes are decided.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use kubectl_kserve::report::human::{Palette, escaped};

use crate::cli::Color;

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
            say(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// A panic is a bug here, and says so.
pub(crate) fn blame_panics_on_this_program() {
    std::panic::set_hook(Box::new(|panic| {
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

/// Replaces a file by one with this content, at once: whoever reads it gets the old one or the new one, whole. A link
/// keeps pointing to where it does; the mode stays, and the owner where that is possible.
pub(crate) fn replace_file(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let target = path.canonicalize().with_context(|| format!("cannot find {}", path.display()))?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.kubectl-kserve", std::process::id()));
    let replaced = write_beside(&target, &temporary, content).and_then(|()| std::fs::rename(&temporary, &target));
    if replaced.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    replaced.with_context(|| format!("cannot replace {}", path.display()))
}

fn write_beside(target: &Path, temporary: &Path, content: &[u8]) -> io::Result<()> {
    let metadata = std::fs::metadata(target)?;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(temporary)?;
    file.write_all(content)?;
    keep_owner(&file, &metadata);
    file.set_permissions(metadata.permissions())?;
    file.sync_all()
}

/// Only root can give a file away; a file of one's own is one's own already.
#[cfg(unix)]
fn keep_owner(file: &std::fs::File, metadata: &std::fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &std::fs::File, _: &std::fs::Metadata) {}

/// Writes lines to standard error, whatever becomes of them. Text that objects brought along cannot steer the terminal.
pub(crate) fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(stderr, "{}", escaped(line));
    }
}
