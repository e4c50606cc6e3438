//! A kustomization, built by the real kustomize.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::bail;
use kubectl_kserve::yaml::{self, Chunk, Node};

use super::application::{Application, shown};
use super::child::{Deadline, Program};
use super::parameters::Parameters;
use crate::kustomization;

/// The options that neither leave the repository nor run programs.
const ALLOWED: [&str; 3] = ["--reorder=legacy", "--reorder=none", "--enable-managedby-label"];

/// Where a kustomization lists folders.
const FOLDERS: [&str; 3] = ["resources", "components", "bases"];

pub(super) fn build(
    application: &Application,
    parameters: &Parameters,
    deadline: &Deadline,
) -> anyhow::Result<Vec<u8>> {
    if let Some(option) = parameters.kustomize_options.iter().find(|option| !ALLOWED.contains(&option.as_str())) {
        bail!("the parameter kustomize-options: expected one of {}, but found {option:?}", ALLOWED.join(", "));
    }
    application.check_links(Path::new("."))?;
    check_folders(application, Path::new(""), &mut HashSet::new())?;
    let options = parameters.kustomize_options.iter().map(Into::into);
    let arguments = ["build".into()].into_iter().chain(options).chain(["--".into(), ".".into()]).collect();
    Program { name: "kustomize", command: "build", arguments, deadline }.run()
}

/// kustomize keeps files within a kustomization's folder, but takes folders from anywhere.
fn check_folders(application: &Application, folder: &Path, seen: &mut HashSet<PathBuf>) -> anyhow::Result<()> {
    for listed in listed_folders(folder) {
        let other = folder.join(&listed);
        let Ok(real) = other.canonicalize() else { continue };
        if !application.holds(&real) {
            bail!("the kustomization in {} lists {listed:?}, which is outside the repository", place(folder));
        }
        if real.is_dir() && seen.insert(real) {
            check_folders(application, &other, seen)?;
        }
    }
    Ok(())
}

fn place(folder: &Path) -> String {
    if folder.as_os_str().is_empty() { "the application's directory".to_owned() } else { shown(folder) }
}

/// What a kustomization that can be read lists; kustomize will say what is wrong with another.
fn listed_folders(folder: &Path) -> Vec<String> {
    let texts = kustomization::FILE_NAMES.iter().filter_map(|name| std::fs::read_to_string(folder.join(name)).ok());
    texts
        .flat_map(|text| {
            let root = yaml::compose(&text, &Chunk::whole(&text)).ok().flatten();
            root.map(|root| listed(&root)).unwrap_or_default()
        })
        .collect()
}

fn listed(root: &Node<'_>) -> Vec<String> {
    let lists = FOLDERS.iter().filter_map(|field| root.get(field)?.as_sequence());
    lists.flatten().filter_map(|entry| entry.as_str().map(str::to_owned)).collect()
}
