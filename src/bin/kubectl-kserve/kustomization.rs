//! What kustomizations among the manifests patch: a patch is no object of its own, so it is neither resolved nor edited,
//! but one that sets a framework's key would undo a rewrite of that key to `model`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use kubectl_kserve::kserve::Framework;
use kubectl_kserve::yaml::{self, Node};

/// The names under which kustomize looks for its file.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

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
    /// The service it is for; none when the patch does not say.
    name: Option<String>,
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
            for (patch, has_target) in listed(&root) {
                self.add_patch(folder, path, &patch, has_target);
            }
        }
    }

    fn add_patch(&mut self, folder: &Path, kustomization: &Path, patch: &str, has_target: bool) {
        let file = folder.join(patch);
        if !patch.contains('\n') && file.is_file() {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            self.add_framework_keys(&text, &file, has_target);
            self.files.insert(canonical(&file));
        } else {
            self.add_framework_keys(patch, kustomization, has_target);
        }
    }

    fn add_framework_keys(&mut self, patch: &str, place: &Path, has_target: bool) {
        let mut add = |framework, name| {
            let place = place.display().to_string();
            self.framework_keys.push(FrameworkKey { framework, name, place });
        };
        for root in documents(patch) {
            let predictor = root.get("spec").and_then(|spec| spec.get("predictor"));
            let name = root.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Node::as_str);
            for framework in Framework::ALL {
                if predictor.is_some_and(|predictor| predictor.get(framework.key()).is_some()) {
                    // A target counts, whatever the patch calls itself; any service could be one.
                    add(framework, name.filter(|_| !has_target).map(str::to_owned));
                }
            }
        }
        // A JSON patch names the field by its path.
        for framework in Framework::ALL {
            if patch.contains(&format!("/spec/predictor/{}", framework.key())) {
                add(framework, None);
            }
        }
    }

    /// Whether a file is a patch.
    pub(crate) fn contains(&self, path: &Path) -> bool {
        !self.files.is_empty() && self.files.contains(&canonical(path))
    }

    /// The place of a patch that sets this framework's key for this service.
    pub(crate) fn puts_back(&self, framework: Framework, service: &str) -> Option<&str> {
        let for_service = |key: &&FrameworkKey| key.name.as_deref().is_none_or(|name| name == service);
        let same = self.framework_keys.iter().filter(|key| key.framework == framework);
        same.into_iter().find(for_service).map(|key| key.place.as_str())
    }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn documents(text: &str) -> Vec<Node<'_>> {
    let chunks = yaml::split(text).unwrap_or_default();
    chunks.iter().filter_map(|chunk| yaml::compose(text, chunk).ok().flatten()).collect()
}

/// The patches of a kustomization, each a path or a text, and whether a target says what it is for.
fn listed(root: &Node<'_>) -> Vec<(String, bool)> {
    let items = |key| root.get(key).and_then(Node::as_sequence).unwrap_or_default();
    let text = |node: &Node<'_>, key| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let merges = items("patchesStrategicMerge").iter().filter_map(|node| Some((node.as_str()?.to_owned(), false)));
    let others = ["patches", "patchesJson6902"].into_iter().flat_map(items);
    let texts = others.flat_map(|node| {
        let has_target = node.get("target").is_some();
        [text(node, "path"), text(node, "patch")].into_iter().flatten().map(move |text| (text, has_target))
    });
    merges.chain(texts).collect()
}
