//! A kustomization, built by the real kustomize.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use kubectl_kserve::yaml::{self, Node};

use super::application::Application;
use super::child::{Deadline, Program};
use super::parameters::Parameters;
use crate::kustomization;

/// The options that neither leave the repository nor run programs.
const ALLOWED: [&str; 3] = ["--reorder=legacy", "--reorder=none", "--enable-managedby-label"];

/// Where a kustomization lists folders.
const FOLDERS: [&str; 6] = ["resources", "components", "bases", "generators", "transformers", "validators"];

pub(super) fn build(
    application: &Application,
    parameters: &Parameters,
    deadline: &Deadline,
) -> anyhow::Result<Vec<u8>> {
    if let Some(option) = parameters.kustomize_options.iter().find(|option| !ALLOWED.contains(&option.as_str())) {
        bail!("the parameter kustomize-options: expected one of {}, but found {option:?}", ALLOWED.join(", "));
    }
    application.check_links(Path::new("."))?;
    check(application, &Path::new(".").canonicalize()?, &mut HashSet::new())?;
    let options = parameters.kustomize_options.iter().map(Into::into);
    let arguments = ["build".into()].into_iter().chain(options).chain(["--".into(), ".".into()]).collect();
    Program { name: "kustomize", command: "build", arguments, deadline }.run()
}

/// kustomize keeps files within a kustomization's folder, but takes folders from anywhere.
fn check(application: &Application, folder: &Path, seen: &mut HashSet<PathBuf>) -> anyhow::Result<()> {
    let files = kustomization::FILE_NAMES.iter().map(|name| folder.join(name)).filter(|file| file.is_file());
    for file in files {
        let name = application.named_from_root(&file);
        if !application.holds(&file) {
            bail!("the link {name} leads out of the repository");
        }
        let bytes = std::fs::read(&file).with_context(|| format!("cannot read {name}"))?;
        for listed in listed(&name, &bytes)? {
            if holds_option(&listed) {
                bail!("{name} lists {listed:?}, and git would take a part of that for an option");
            }
            let Ok(other) = without_parents(&folder.join(&listed)).canonicalize() else { continue };
            if !application.holds(&other) {
                bail!("{name} lists {listed:?}, which is outside the repository");
            }
            if other.is_dir() && seen.insert(other.clone()) {
                check(application, &other, seen)?;
            }
        }
    }
    Ok(())
}

/// `x/..` is nothing, as kustomize has it, whatever x is.
fn without_parents(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut path, component| {
        match component {
            Component::ParentDir => drop(path.pop()),
            other => path.push(other),
        }
        path
    })
}

/// Whether the query of a URL has a value that begins with a dash: kustomize gives git the value of `ref` as it is.
fn holds_option(listed: &str) -> bool {
    let values = listed.split(['?', '&', ';']).skip(1).filter_map(|pair| pair.split_once('='));
    values.into_iter().any(|(_, value)| value.starts_with('-') || value.to_ascii_lowercase().starts_with("%2d"))
}

/// All that a kustomization lists where folders may stand. kustomize reads the first document and no more; which one that
/// is, is its own affair.
fn listed(name: &str, bytes: &[u8]) -> anyhow::Result<Vec<String>> {
    let unreadable = |error: yaml::Error| anyhow!("{name}:{error}");
    let text = yaml::decode(bytes).map_err(unreadable)?;
    let mut listed = Vec::new();
    for chunk in yaml::split(text).map_err(unreadable)? {
        if let Some(root) = yaml::compose(text, &chunk).map_err(unreadable)? {
            listed.extend(entries(&root));
        }
    }
    Ok(listed)
}

fn entries(root: &Node<'_>) -> Vec<String> {
    let fields = root.as_mapping().map(|mapping| mapping.entries.iter()).into_iter().flatten();
    let lists = fields.filter(|field| FOLDERS.contains(&folded(&field.key).as_str()));
    let entries = lists.filter_map(|field| field.value.as_sequence()).flatten();
    entries.filter_map(|entry| entry.as_scalar().map(|scalar| scalar.text.to_string())).collect()
}

/// A key as Go's decoder compares it: without case, where ſ is an s, too.
fn folded(key: &str) -> String {
    key.to_uppercase().to_lowercase()
}
