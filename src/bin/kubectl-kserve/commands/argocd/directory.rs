//! A plain directory, read as Argo CD reads one.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use globset::{GlobBuilder, GlobMatcher};
use kubectl_kserve::manifest::Reading;
use kubectl_kserve::rendering;
use walkdir::{DirEntry, WalkDir};

use super::application::{Application, shown};
use super::parameters::Parameters;
use crate::input::Text;

/// A file with this in it is left alone
/// (<https://argo-cd.readthedocs.io/en/stable/user-guide/directory/#skipping-file-rendering>).
const SKIP_MARKER: &[u8] = b"+argocd:skip-file-rendering";

/// The manifests of the application's directory, in the order of their paths.
pub(super) fn read(application: &Application, parameters: &Parameters) -> anyhow::Result<Vec<Text>> {
    let mut texts = Vec::new();
    for (path, kind) in files(parameters)? {
        if !application.holds(&path) {
            bail!("{} is a link that leads out of the repository, or nowhere", shown(&path));
        }
        let bytes = utf_8(std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
        if memchr::memmem::find(&bytes, SKIP_MARKER).is_some() {
            continue;
        }
        if kind == Kind::Jsonnet {
            bail!(
                "{}: jsonnet is not rendered here: leave the file out with the parameter exclude, or commit what it renders",
                path.display()
            );
        }
        texts.extend(text(path, &bytes)?);
    }
    Ok(texts)
}

/// A manifest, as the YAML that Argo CD takes a plugin's output for.
fn text(path: PathBuf, bytes: &[u8]) -> anyhow::Result<Option<Text>> {
    let name = Arc::from(path.display().to_string());
    let yaml: Cow<'_, [u8]> = match std::str::from_utf8(bytes).map(rendering::without_json_escapes) {
        Ok(Cow::Owned(text)) => text.into_bytes().into(),
        _ => bytes.into(),
    };
    let content = rendering::manifest(&name, &yaml)?.map(str::to_owned);
    Ok(content.map(|content| Text { name, path: Some(path), reading: Reading::Found, content }))
}

/// Argo CD reads a file with a byte order mark of UTF-16 as that.
fn utf_8(bytes: Vec<u8>) -> Vec<u8> {
    let unit: fn([u8; 2]) -> u16 = match bytes[..] {
        [0xFF, 0xFE, 0, 0, ..] => return bytes,
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return bytes,
    };
    let units: Vec<u16> = bytes[2..].chunks(2).map(|pair| unit([pair[0], *pair.last().unwrap_or(&0)])).collect();
    String::from_utf16_lossy(&units).into_bytes()
}

fn files(parameters: &Parameters) -> anyhow::Result<Vec<(PathBuf, Kind)>> {
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
        let kind = kind_of(&entry);
        if wanted && kind != Kind::Other {
            found.push((path, kind));
        }
    }
    Ok(found)
}

#[derive(Clone, Copy, PartialEq, Eq)]
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

/// A pattern as Argo CD reads it.
fn glob(parameter: &str, pattern: Option<&str>) -> anyhow::Result<Option<GlobMatcher>> {
    let Some(pattern) = pattern else { return Ok(None) };
    let glob = GlobBuilder::new(&translated(pattern)).empty_alternates(true).build();
    let glob = glob.map_err(|error| anyhow::anyhow!("the parameter {parameter}: {error}"))?;
    Ok(Some(glob.compile_matcher()))
}

/// Stars are any letters, slashes among them, be it one star or several; in brackets only `!` negates.
fn translated(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        written.push(letter);
        match letter {
            '\\' => written.extend(letters.next()),
            '*' => while letters.next_if_eq(&'*').is_some() {},
            '[' if letters.next_if_eq(&'^').is_some() => {
                written.extend(letters.by_ref().take_while(|letter| *letter != ']'));
                written.push_str("^]");
            }
            _ => {}
        }
    }
    written
}

/// Whether the folder holds a file of this name.
pub(super) fn has(name: &str) -> bool {
    Path::new(name).is_file()
}
