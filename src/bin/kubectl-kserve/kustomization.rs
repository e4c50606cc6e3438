//! What kustomizations among the manifests patch: a patch is no object of its own, so it is neither resolved nor edited,
//! but one that sets a framework's key would undo a rewrite of that key to `model`, and one that sets what decides would
//! lead to another runtime than the one that is pinned below it.

mod patch;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use kubectl_kserve::explain;
use kubectl_kserve::kserve::{Framework, Model};
use kubectl_kserve::object::{Placed, Position};
use kubectl_kserve::yaml::{self, Node};

use patch::{Deciding, Setting, Target};

/// The names under which kustomize looks for its file.
pub(crate) const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The patches of every kustomization that was met.
#[derive(Debug, Default)]
pub(crate) struct Patches {
    files: HashSet<PathBuf>,
    framework_keys: Vec<FrameworkKey>,
    /// What the patches of each kustomization set that decides, with the place of the patch.
    settings: Vec<Vec<(Setting, String)>>,
}

/// What the patches of one kustomization set for one service that decides which runtime it gets.
#[derive(Debug)]
pub(crate) struct Overlay<'p>(Vec<&'p (Setting, String)>);

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
        self.settings.push(Vec::new());
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
            self.add_text(&text, &file, target);
            self.files.insert(canonical(&file));
        } else {
            self.add_text(patch, kustomization, target);
        }
    }

    fn add_text(&mut self, patch: &str, place: &Path, target: Option<&Target>) {
        let place = place.display().to_string();
        for root in documents(patch) {
            let keys = patch::framework_keys(&root, target).into_iter();
            let key = |(framework, target)| FrameworkKey { framework, target, place: place.clone() };
            self.framework_keys.extend(keys.map(key));
            let settings = patch::settings(&root, target).into_iter().map(|setting| (setting, place.clone()));
            if let Some(kustomization) = self.settings.last_mut() {
                kustomization.extend(settings);
            }
        }
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

    /// What each kustomization may set for this service. One that sets or drops `runtime` itself decides for itself.
    pub(crate) fn overlays<'p>(&'p self, service: &'p str) -> impl Iterator<Item = Overlay<'p>> {
        let overlays = self.settings.iter().map(move |settings| {
            Overlay(settings.iter().filter(|(setting, _)| setting.target.may_be(service)).collect())
        });
        let is_open = |overlay: &Overlay<'_>| {
            !overlay.0.is_empty() && overlay.0.iter().all(|(setting, _)| setting.field != Deciding::Runtime)
        };
        overlays.filter(is_open)
    }
}

impl Overlay<'_> {
    /// Sets in a model what the patches set.
    pub(crate) fn lay_over(&self, model: &mut Model) {
        for (Setting { field, value, .. }, _) in &self.0 {
            let value = value.clone().map(|value| Placed::new(value, Position::default()));
            match field {
                Deciding::Format => model.format = value.unwrap_or_default(),
                Deciding::Version => model.version = value,
                Deciding::Protocol => model.extension.protocol_version = value,
                Deciding::WorkerSpec | Deciding::Runtime => {}
            }
        }
    }

    /// Whether the service is multi-node under them, where they say so.
    pub(crate) fn worker_spec(&self) -> Option<bool> {
        let mut settings = self.0.iter().rev();
        settings.find(|(setting, _)| setting.field == Deciding::WorkerSpec).map(|(setting, _)| setting.value.is_some())
    }

    /// The places of the patches.
    pub(crate) fn places(&self) -> String {
        listed_once(self.0.iter().map(|(_, place)| place.as_str()))
    }

    /// The names of the fields.
    pub(crate) fn fields(&self) -> String {
        listed_once(self.0.iter().map(|(setting, _)| setting.field.name()))
    }
}

fn listed_once<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut words: Vec<&str> = words.collect();
    words.dedup();
    explain::list(&words, "and")
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
