//! What Argo CD says of the application: its names, its cluster's versions, and where it lies within the repository.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use walkdir::WalkDir;

use crate::input::DEFAULT_NAMESPACE;

/// An application whose directory is the working directory.
#[derive(Debug)]
pub(super) struct Application {
    /// Its name, without the namespace that Argo CD puts before it where applications live in any namespace.
    pub(super) name: String,
    /// The namespace of objects that name none.
    pub(super) namespace: Option<String>,
    /// The version of the destination cluster.
    pub(super) kube_version: Option<String>,
    /// The API versions that the destination cluster serves.
    pub(super) api_versions: Vec<String>,
    /// What is there of the repository, without links.
    root: PathBuf,
    /// How many folders below the root the application lies.
    depth: usize,
    /// The folder of the repository that the root is. With `reposerver.plugin.use.manifest.generate.paths` Argo CD sends
    /// no more than the folder that holds all the paths which the Application names.
    sent: PathBuf,
}

impl Application {
    /// <https://argo-cd.readthedocs.io/en/stable/user-guide/build-environment/>
    pub(super) fn of_environment() -> anyhow::Result<Self> {
        let folder = std::env::current_dir().and_then(|folder| folder.canonicalize());
        let folder = folder.context("cannot find the application's directory")?;
        let (depth, sent) = depth_and_root(&folder, &variable("ARGOCD_APP_SOURCE_PATH").unwrap_or_default());
        let root = folder.ancestors().nth(depth).unwrap_or(&folder).to_owned();
        let instance = variable("ARGOCD_APP_NAME").unwrap_or_default();
        let versions = variable("KUBE_API_VERSIONS").unwrap_or_default();
        Ok(Self {
            name: instance.rsplit('_').next().unwrap_or_default().to_owned(),
            namespace: variable("ARGOCD_APP_NAMESPACE"),
            kube_version: variable("KUBE_VERSION"),
            api_versions: versions.split(',').filter(|version| !version.is_empty()).map(str::to_owned).collect(),
            root,
            depth,
            sent,
        })
    }

    /// A path of a parameter, from the application's directory; one that begins with `/` is taken from the repository's
    /// root. It must be there and inside the repository, links followed.
    pub(super) fn within(&self, parameter: &str, path: &str) -> anyhow::Result<PathBuf> {
        let relative = if path.starts_with('/') { self.below_root(path) } else { Some(PathBuf::from(path)) };
        let Some(relative) = relative.filter(|relative| !path.is_empty() && !self.climbs_out(relative)) else {
            bail!("the parameter {parameter}: the path {path:?} leads out of {}", self.extent());
        };
        let Ok(real) = relative.canonicalize() else {
            bail!("the parameter {parameter}: the path {path:?} does not exist in the repository");
        };
        if !real.starts_with(&self.root) {
            bail!("the parameter {parameter}: the path {path:?} leads out of the repository through a link");
        }
        Ok(if relative.as_os_str().is_empty() { PathBuf::from(".") } else { relative })
    }

    /// A path from the repository's root, from the application's directory; none when it leads out of what was sent.
    fn below_root(&self, path: &str) -> Option<PathBuf> {
        let below = Path::new(path.trim_start_matches('/')).strip_prefix(&self.sent).ok()?;
        Some(PathBuf::from("../".repeat(self.depth)).join(below))
    }

    /// What may be read, in words.
    fn extent(&self) -> String {
        if self.sent.as_os_str().is_empty() {
            return "the repository".to_owned();
        }
        let or_a_link = if self.depth == 0 {
            "; or that path goes through a link, where the Application must name the folder itself"
        } else {
            ""
        };
        format!(
            "/{}, which is all that Argo CD sent of the repository: list what is needed in the annotation \
             argocd.argoproj.io/manifest-generate-paths{or_a_link}",
            self.sent.display()
        )
    }

    /// A path of the repository, links followed, from its root.
    pub(super) fn named_from_root(&self, real: &Path) -> String {
        format!("/{}", self.sent.join(real.strip_prefix(&self.root).unwrap_or(real)).display())
    }

    pub(super) fn namespace_or_default(&self) -> &str {
        self.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE)
    }

    fn climbs_out(&self, relative: &Path) -> bool {
        let mut depth = self.depth;
        relative.components().any(|component| match component {
            Component::ParentDir => match depth.checked_sub(1) {
                Some(above) => {
                    depth = above;
                    false
                }
                None => true,
            },
            Component::Normal(_) => {
                depth += 1;
                false
            }
            Component::CurDir => false,
            Component::RootDir | Component::Prefix(_) => true,
        })
    }

    /// Whether a file, links followed, lies inside the repository.
    pub(super) fn holds(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|real| real.starts_with(&self.root))
    }

    /// Refuses links in a folder that lead out of the repository: whoever reads it would follow them.
    pub(super) fn check_links(&self, folder: &Path) -> anyhow::Result<()> {
        for entry in WalkDir::new(folder).into_iter().filter_entry(|entry| entry.file_name() != ".git") {
            let entry = entry.with_context(|| format!("cannot read {}", shown(folder)))?;
            let leads_out = entry.path_is_symlink() && entry.path().exists() && !self.holds(entry.path());
            if leads_out {
                bail!("the link {} leads out of the repository", shown(entry.path()));
            }
        }
        Ok(())
    }
}

/// A path as people write it.
pub(super) fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    text.strip_prefix("./").map_or(text.clone(), str::to_owned)
}

/// A variable that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// How many folders of the working directory are the end of the application's path, and what of that path is before them.
/// The directory that Argo CD puts the repository into has a name that no repository knows.
fn depth_and_root(folder: &Path, path: &str) -> (usize, PathBuf) {
    let mut names = Vec::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(_) => names.push(component),
            Component::CurDir => {}
            Component::ParentDir if names.pop().is_some() => {}
            _ => return (0, PathBuf::new()),
        }
    }
    let depth = names.iter().rev().zip(folder.components().rev()).take_while(|(name, found)| *name == found).count();
    (depth, names[..names.len() - depth].iter().collect())
}
