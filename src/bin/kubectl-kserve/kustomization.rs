//! What kustomizations among the manifests patch: a patch is no object of its own, so it is neither resolved nor edited,
//! but one that sets a framework's key would undo a rewrite of that key to `model`.

mod patch;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use kubectl_kserve::kserve::Framework;
use kubectl_kserve::yaml::{self, Node};

use patch::Target;

/// The names under which kustomize looks for its file.
pub(crate) const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The patches of every kustomization that was met.
#[derive(Debug, Default)]
pub(crate) struct Patches {
    files: HashSet<PathBuf>,
    framework_keys: Vec<FrameworkKey>,
}

/// A patch that sets a framework's key.
#[derive(Debug)]
struct FrameworkKey {
    framework: Framework,
    target: Target,
    place: String,
}

/// Whether a file is kustomize's own.
pub(crate) fn is_kustomization(path: &Path) -> bool {
    path.file_name().is_some_and(|name| FILE_NAMES.iter().any(|known| name == *known))
}

impl Patches {
    /// Adds what the kustomization at `path` lists. One that cannot be read lists nothing: kustomize will say why.
    pub(crate) fn add(&mut self, path: &Path) {
        let Some(folder) = path.parent() else { return };
        let Ok(text) = std::fs::read_to_string(path) else { return };
        for root in documents(&text) {
            for (patch, target) in listed(&root) {
                self.add_patch(folder, path, &patch, target.as_ref());
            }
        }
    }

    fn add_patch(&mut self, folder: &Path, kustomization: &Path, patch: &str, target: Option<&Target>) {
        let file = folder.join(patch);
        if !patch.contains('\n') && file.is_file() {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            self.add_framework_keys(&text, &file, target);
            self.files.insert(canonical(&file));
        } else {
            self.add_framework_keys(patch, kustomization, target);
        }
    }

    fn add_framework_keys(&mut self, patch: &str, place: &Path, target: Option<&Target>) {
        let keys = documents(patch).iter().flat_map(|root| patch::framework_keys(root, target)).collect::<Vec<_>>();
        self.framework_keys.extend(keys.into_iter().map(|(framework, target)| {
            let place = place.display().to_string();
            FrameworkKey { framework, target, place }
        }));
    }

    /// Whether a file is a patch.
    pub(crate) fn contains(&self, path: &Path) -> bool {
        !self.files.is_empty() && self.files.contains(&canonical(path))
    }

    /// The place of a patch that sets this framework's key for this service.
    pub(crate) fn puts_back(&self, framework: Framework, service: &str) -> Option<&str> {
        let mut same = self.framework_keys.iter().filter(|key| key.framework == framework);
        same.find(|key| key.target.may_be(service)).map(|key| key.place.as_str())
    }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn documents(text: &str) -> Vec<Node<'_>> {
    let chunks = yaml::split(text).unwrap_or_default();
    chunks.iter().filter_map(|chunk| yaml::compose(text, chunk).ok().flatten()).collect()
}

/// The patches of a kustomization, each a path or a text, and the target that says what it is for.
fn listed(root: &Node<'_>) -> Vec<(String, Option<Target>)> {
    let items = |key| root.get(key).and_then(Node::as_sequence).unwrap_or_default();
    let text = |node: &Node<'_>, key| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let merges = items("patchesStrategicMerge").iter().filter_map(|node| Some((node.as_str()?.to_owned(), None)));
    let others = ["patches", "patchesJson6902"].into_iter().flat_map(items);
    let texts = others.flat_map(|node| {
        let target = node.get("target").map(Target::read);
        [text(node, "path"), text(node, "patch")].into_iter().flatten().map(move |text| (text, target.clone()))
    });
    merges.chain(texts).collect()
}
