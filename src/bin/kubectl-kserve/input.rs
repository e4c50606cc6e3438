//! Manifests from files, folders, standard input and kustomize.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, bail};
use kubectl_kserve::inventory::Contents;
use kubectl_kserve::manifest::Reading;
use kubectl_kserve::report::human::escaped;
use kubectl_kserve::yaml;
use walkdir::{DirEntry, WalkDir};

use crate::cli::Manifests;
use crate::kustomization::{self, Patches};
use crate::output;

/// The namespace of objects that name none.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// The name of standard input in messages.
pub(crate) const STANDARD_INPUT: &str = "<standard input>";

/// The text of a manifest.
#[derive(Debug)]
pub(crate) struct Text {
    /// Its name in messages: the path as the user would type it.
    pub(crate) name: Arc<str>,
    /// The file, when it is one.
    pub(crate) path: Option<PathBuf>,
    /// How it came to be read.
    pub(crate) reading: Reading,
    pub(crate) content: String,
}

/// What was met on the way and not read.
#[derive(Debug, Default)]
pub(crate) struct PassedOver {
    /// Files under the `templates` of a Helm chart, which are no manifests yet.
    pub(crate) chart_templates: usize,
    /// The patches of kustomizations.
    pub(crate) patches: Patches,
    pub(crate) patch_files: usize,
    /// The files that were read. One that is named twice is read once: two edits of one text would not fit together.
    read: HashSet<PathBuf>,
}

impl PassedOver {
    /// Says how much was passed over, the documents of `contents` that are no objects included.
    pub(crate) fn say(&self, contents: &Contents) {
        for (count, one, several, advice) in [
            (contents.passed_over, "document", "documents", "without apiVersion and kind"),
            (self.chart_templates, "template", "templates", "of Helm charts: render them and use -f -"),
            (self.patch_files, "patch", "patches", "of kustomizations: use -k, or build them and use -f -"),
        ] {
            if count > 0 {
                output::note(&format!("passed over {count} {} {advice}", if count == 1 { one } else { several }));
            }
        }
    }

    fn is_new(&mut self, path: &Path) -> bool {
        self.read.insert(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
    }
}

/// What was read, and what was passed over.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) contents: Contents,
    pub(crate) passed_over: PassedOver,
}

/// Reads what all that `-f` or `-k` name holds. Objects that name no namespace belong to `namespace`.
pub(crate) fn gather(manifests: &Manifests, namespace: &str) -> anyhow::Result<Gathered> {
    gather_and(manifests, namespace, &mut |_| Ok(()))
}

/// The same, and shows each text.
pub(crate) fn gather_and(
    manifests: &Manifests,
    namespace: &str,
    see: &mut dyn FnMut(&Text) -> anyhow::Result<()>,
) -> anyhow::Result<Gathered> {
    let mut contents = Contents::default();
    let passed_over = each_text(manifests, &mut |text| {
        take(&mut contents, &text, namespace)?;
        see(&text)
    })?;
    Ok(Gathered { contents, passed_over })
}

/// Reads what a path holds.
pub(crate) fn gather_path(path: &Path, contents: &mut Contents, namespace: &str) -> anyhow::Result<()> {
    each_text_at(path, &mut |text| take(contents, &text, namespace))
}

/// Calls `take` with every text of a path: a file, a folder without those within, or standard input for `-`.
pub(crate) fn each_text_at(path: &Path, take: &mut dyn FnMut(Text) -> anyhow::Result<()>) -> anyhow::Result<()> {
    each_text_of(path, false, &mut PassedOver::default(), take)
}

/// Adds what a text holds. One that the user named must hold something.
pub(crate) fn take(contents: &mut Contents, text: &Text, namespace: &str) -> anyhow::Result<()> {
    let (found, passed_over) = (contents.objects + contents.empty_lists, contents.passed_over);
    contents.read(&text.name, &text.content, text.reading, namespace).map_err(|error| anyhow::anyhow!("{error}"))?;
    if text.path.as_deref().is_some_and(kustomization::is_kustomization) {
        // It need not say what it is: its name does.
        contents.passed_over = passed_over;
    }
    if text.reading == Reading::Named && contents.objects + contents.empty_lists == found {
        bail!("{}: expected a Kubernetes object, but found nothing", text.name);
    }
    Ok(())
}

/// Calls `take` with every text that `-f` or `-k` name, in their order.
pub(crate) fn each_text(
    manifests: &Manifests,
    take: &mut dyn FnMut(Text) -> anyhow::Result<()>,
) -> anyhow::Result<PassedOver> {
    let mut passed_over = PassedOver::default();
    if let Some(directory) = &manifests.kustomize {
        let name = format!("<kustomize build {}>", directory.display());
        take(text(&name, None, Reading::Named, build_kustomization(directory)?)?)?;
    }
    for path in &manifests.files {
        each_text_of(path, manifests.recursive, &mut passed_over, take)?;
    }
    Ok(passed_over)
}

/// A file, a folder, or standard input for `-`.
fn each_text_of(
    path: &Path,
    recursive: bool,
    passed_over: &mut PassedOver,
    take: &mut dyn FnMut(Text) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        return take(text(STANDARD_INPUT, None, Reading::Named, bytes)?);
    }
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!("the path {:?} does not exist", path.display().to_string())
        }
        Err(error) => bail!("cannot read {}: {error}", path.display()),
        Ok(metadata) if metadata.is_dir() => each_text_in(path, recursive, passed_over, take),
        Ok(_) if passed_over.is_new(path) => take(file_text(path, Reading::Named)?),
        Ok(_) => Ok(()),
    }
}

fn each_text_in(
    folder: &Path,
    recursive: bool,
    passed_over: &mut PassedOver,
    take: &mut dyn FnMut(Text) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let found = manifests_in(folder, recursive, passed_over)?;
    if found.is_empty() && passed_over.chart_templates == 0 {
        let deeper = if recursive { "" } else { " (-R goes into the folders within)" };
        bail!("no manifests in {}: expected files named .yaml, .yml or .json{deeper}", folder.display());
    }
    for path in found {
        if passed_over.patches.contains(&path) {
            passed_over.patch_files += 1;
        } else if passed_over.is_new(&path) {
            take(file_text(&path, Reading::Found)?)?;
        }
    }
    Ok(())
}

/// A file.
pub(crate) fn file_text(path: &Path, reading: Reading) -> anyhow::Result<Text> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    text(&path.display().to_string(), Some(path.to_owned()), reading, bytes)
}

fn text(name: &str, path: Option<PathBuf>, reading: Reading, bytes: Vec<u8>) -> anyhow::Result<Text> {
    yaml::decode(&bytes).map_err(|error| anyhow::anyhow!("{name}:{error}"))?;
    let content = String::from_utf8(bytes).with_context(|| format!("cannot read {name}"))?;
    Ok(Text { name: Arc::from(name), path, reading, content })
}

/// The manifests of a folder, in the order of their names. Kustomizations are read for their patches; templates of Helm
/// charts are counted, not read.
fn manifests_in(folder: &Path, recursive: bool, passed_over: &mut PassedOver) -> anyhow::Result<Vec<PathBuf>> {
    let depth = if recursive { usize::MAX } else { 1 };
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1).max_depth(depth).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        if kustomization::is_kustomization(entry.path()) {
            passed_over.patches.add(entry.path());
        }
        if !is_manifest(&entry) {
            continue;
        }
        if is_chart_template(folder, entry.path()) {
            passed_over.chart_templates += 1;
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

/// What to do about a kustomization that names a function, which kustomize runs only where it is told to.
fn functions_hint(complaint: &str, directory: &Path) -> String {
    if !complaint.contains("external plugins disabled") {
        return String::new();
    }
    let directory = directory.display().to_string();
    format!(
        "\nhint: -k runs no functions: kustomize build --enable-alpha-plugins --enable-exec {} | kubectl kserve which -f -",
        escaped(&directory)
    )
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
                let said = String::from_utf8_lossy(&output.stderr);
                let said = output::Lines(format!("{}{}", said.trim(), functions_hint(&said, directory)));
                let failed = format!("{program} {command} {} failed ({})", directory.display(), output.status);
                return Err(anyhow::Error::new(said).context(failed));
            }
        }
    }
    bail!("-k needs kustomize or kubectl, and neither is on the PATH")
}
