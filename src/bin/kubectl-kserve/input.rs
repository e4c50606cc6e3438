//! Manifests from files, folders, standard input and kustomize.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, bail};
use kubectl_kserve::inventory::Contents;
use kubectl_kserve::manifest::Reading;
use kubectl_kserve::yaml;
use walkdir::{DirEntry, WalkDir};

use crate::cli::Manifests;

/// The namespace of objects that name none.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// What was read, and what was passed over on the way.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) contents: Contents,
    /// Files under the `templates` of a Helm chart, which are no manifests yet.
    pub(crate) chart_templates: usize,
}

/// Reads all that `-f` or `-k` name.
pub(crate) fn gather(manifests: &Manifests) -> anyhow::Result<Gathered> {
    let namespace = manifests.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    let mut gathered = Gathered::default();
    if let Some(directory) = &manifests.kustomize {
        let built = build_kustomization(directory)?;
        let name = format!("<kustomize build {}>", directory.display());
        gathered.read_text(&name, &built, Reading::Named, namespace)?;
    }
    for path in &manifests.files {
        gathered.read_path(path, manifests.recursive, namespace)?;
    }
    Ok(gathered)
}

impl Gathered {
    /// Reads a file, a folder, or standard input for `-`.
    pub(crate) fn read_path(&mut self, path: &Path, recursive: bool, namespace: &str) -> anyhow::Result<()> {
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
            return self.read_named("<standard input>", &bytes, namespace);
        }
        match std::fs::metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                bail!("the path {:?} does not exist", path.display().to_string())
            }
            Err(error) => bail!("cannot read {}: {error}", path.display()),
            Ok(metadata) if metadata.is_dir() => self.read_folder(path, recursive, namespace),
            Ok(_) => self.read_named(&path.display().to_string(), &read_file(path)?, namespace),
        }
    }

    /// A text that the user named must hold something.
    fn read_named(&mut self, name: &str, bytes: &[u8], namespace: &str) -> anyhow::Result<()> {
        let before = self.contents.objects;
        self.read_text(name, bytes, Reading::Named, namespace)?;
        if self.contents.objects == before {
            bail!("{name}: expected a Kubernetes object, but found nothing");
        }
        Ok(())
    }

    fn read_text(&mut self, name: &str, bytes: &[u8], reading: Reading, namespace: &str) -> anyhow::Result<()> {
        let text = yaml::decode(bytes).map_err(|error| anyhow::anyhow!("{name}:{error}"))?;
        let file: Arc<str> = Arc::from(name);
        self.contents.read(&file, text, reading, namespace).map_err(|error| anyhow::anyhow!("{error}"))
    }

    fn read_folder(&mut self, folder: &Path, recursive: bool, namespace: &str) -> anyhow::Result<()> {
        let before = self.contents.objects + self.contents.passed_over + self.chart_templates;
        let mut files = 0;
        for path in manifests_in(folder, recursive, &mut self.chart_templates)? {
            files += 1;
            let name = path.display().to_string();
            self.read_text(&name, &read_file(&path)?, Reading::Found, namespace)?;
        }
        if files == 0 && before == self.contents.objects + self.contents.passed_over + self.chart_templates {
            let deeper = if recursive { "" } else { " (-R goes into the folders within)" };
            bail!("no manifests in {}: expected files named .yaml, .yml or .json{deeper}", folder.display());
        }
        Ok(())
    }
}

fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The manifests of a folder, in the order of their names; templates of Helm charts are counted, not read.
fn manifests_in(folder: &Path, recursive: bool, chart_templates: &mut usize) -> anyhow::Result<Vec<PathBuf>> {
    let depth = if recursive { usize::MAX } else { 1 };
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1).max_depth(depth).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        if !is_manifest(&entry) {
            continue;
        }
        if is_chart_template(folder, entry.path()) {
            *chart_templates += 1;
        } else {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

fn is_manifest(entry: &DirEntry) -> bool {
    let extension = entry.path().extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json")) && entry.path().is_file()
}

/// A file somewhere under a `templates` folder that lies beside a `Chart.yaml`.
fn is_chart_template(folder: &Path, path: &Path) -> bool {
    let within = path.ancestors().skip(1).take_while(|ancestor| ancestor.starts_with(folder));
    within
        .filter(|ancestor| ancestor.file_name().is_some_and(|name| name == "templates"))
        .filter_map(Path::parent)
        .any(|chart| chart.join("Chart.yaml").is_file())
}

/// The output of `kustomize build`, or of `kubectl kustomize` where there is no kustomize.
fn build_kustomization(directory: &Path) -> anyhow::Result<Vec<u8>> {
    if !directory.is_dir() {
        bail!("the folder {:?} does not exist", directory.display().to_string());
    }
    let programs: [(&str, &str); 2] = [("kustomize", "build"), ("kubectl", "kustomize")];
    for (program, command) in programs {
        let child = Command::new(program).arg(command).arg("--").arg(directory).stdin(Stdio::null()).output();
        match child {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => bail!("cannot run {program}: {error}"),
            Ok(output) if output.status.success() => return Ok(output.stdout),
            Ok(output) => {
                let message = String::from_utf8_lossy(&output.stderr);
                bail!("{program} {command} {} failed ({}): {}", directory.display(), output.status, message.trim())
            }
        }
    }
    bail!("-k needs kustomize or kubectl, and neither is on the PATH")
}
