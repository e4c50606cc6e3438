//! A plain directory, read as Argo CD reads one.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use globset::{Glob, GlobMatcher};
use kubectl_kserve::manifest::Reading;
use walkdir::{DirEntry, WalkDir};

use super::application::{Application, shown};
use super::parameters::Parameters;
use crate::input::{self, Text};

/// A file with this in it is left alone
/// (<https://argo-cd.readthedocs.io/en/stable/user-guide/directory/#skipping-file-rendering>).
const SKIP_MARKER: &str = "+argocd:skip-file-rendering";

/// The manifests of the application's directory, in the order of their paths.
pub(super) fn read(application: &Application, parameters: &Parameters) -> anyhow::Result<Vec<Text>> {
    let mut texts = Vec::new();
    for path in files(parameters)? {
        if !application.holds(&path) {
            bail!("{} is a link that leads out of the repository, or nowhere", shown(&path));
        }
        let text = input::file_text(&path, Reading::Found)?;
        if !text.content.contains(SKIP_MARKER) {
            texts.push(text);
        }
    }
    Ok(texts)
}

fn files(parameters: &Parameters) -> anyhow::Result<Vec<PathBuf>> {
    let (include, exclude) =
        (glob("include", parameters.include.as_deref())?, glob("exclude", parameters.exclude.as_deref())?);
    let depth = if parameters.recurse { usize::MAX } else { 1 };
    let mut found = Vec::new();
    let walk = WalkDir::new(".").min_depth(1).max_depth(depth).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.file_name() != ".git") {
        let entry = entry.context("cannot read the application's directory")?;
        let path = PathBuf::from(shown(entry.path()));
        let wanted = include.as_ref().is_none_or(|include| include.is_match(&path))
            && !exclude.as_ref().is_some_and(|exclude| exclude.is_match(&path));
        match kind_of(&entry) {
            Kind::Manifest if wanted => found.push(path),
            Kind::Jsonnet if wanted => bail!(
                "{}: jsonnet is not rendered here: leave the file out with the parameter exclude, or commit what it renders",
                path.display()
            ),
            _ => {}
        }
    }
    Ok(found)
}

enum Kind {
    Manifest,
    Jsonnet,
    Other,
}

fn kind_of(entry: &DirEntry) -> Kind {
    if entry.path().is_dir() {
        return Kind::Other;
    }
    match entry.path().extension().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml" | "json") => Kind::Manifest,
        Some("jsonnet") => Kind::Jsonnet,
        _ => Kind::Other,
    }
}

/// As Argo CD has them: `*` takes slashes, too.
fn glob(parameter: &str, pattern: Option<&str>) -> anyhow::Result<Option<GlobMatcher>> {
    let Some(pattern) = pattern else { return Ok(None) };
    let glob = Glob::new(pattern).map_err(|error| anyhow::anyhow!("the parameter {parameter}: {error}"))?;
    Ok(Some(glob.compile_matcher()))
}

/// Whether the folder holds a file of this name.
pub(super) fn has(name: &str) -> bool {
    Path::new(name).is_file()
}
