//! New contents of files, written beside them first and put in their place together: while one of them cannot be
//! written, none is replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// What the names of temporary files begin with. None of them ends like a manifest, so that no run reads what a killed
/// one left behind.
const PREFIX: &str = ".kubectl-kserve";

/// The new content of a file, in a temporary file of the same folder, which goes away with this.
#[derive(Debug)]
pub(crate) struct Replacement {
    /// The name of the file in messages.
    path: PathBuf,
    /// The file itself, where links lead to.
    target: PathBuf,
    temporary: PathBuf,
}

impl Replacement {
    /// Writes the content beside the file, with its mode, and its owner where that is possible.
    pub(crate) fn prepare(path: &Path, content: &[u8]) -> anyhow::Result<Self> {
        let problem = || format!("cannot replace {}", path.display());
        let target = path.canonicalize().with_context(problem)?;
        let (temporary, file) = create_beside(&target).with_context(problem)?;
        let replacement = Self { path: path.to_owned(), target, temporary };
        replacement.fill(file, content).with_context(problem)?;
        Ok(replacement)
    }

    fn fill(&self, mut file: File, content: &[u8]) -> io::Result<()> {
        let metadata = fs::metadata(&self.target)?;
        file.write_all(content)?;
        keep_owner(&file, &metadata);
        file.set_permissions(metadata.permissions())?;
        file.sync_all()
    }

    /// Whoever reads the file gets the old one or the new one, whole. A link keeps pointing to where it does.
    fn take_place(&self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.target)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // After it took its place there is no such file.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Puts all of them in place. When one cannot be, the error says which files are replaced already.
pub(crate) fn take_places(replacements: &[Replacement]) -> anyhow::Result<()> {
    for (number, replacement) in replacements.iter().enumerate() {
        if let Err(error) = replacement.take_place() {
            let (done, left) = replacements.split_at(number);
            let failed = replacement.path.display();
            bail!("cannot replace {failed}: {error}; replaced: {}; left as they were: {}", names(done), names(left));
        }
    }
    Ok(())
}

fn names(replacements: &[Replacement]) -> String {
    if replacements.is_empty() {
        return "none".to_owned();
    }
    let names: Vec<_> = replacements.iter().map(|replacement| replacement.path.display().to_string()).collect();
    names.join(", ")
}

/// A new file in the folder of `target`. A name that is taken belongs to a run that was killed, or to one of another
/// container that shares the folder: it is left alone.
fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut number = 0;
    loop {
        let temporary = folder.join(format!("{PREFIX}.{}.{number}", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            created => return Ok((temporary, created?)),
        }
    }
}

/// Only root can give a file away; a file of one's own is one's own already.
#[cfg(unix)]
fn keep_owner(file: &File, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}
