//! Which runtimes a question is answered from, and what is known to be missing from them.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::bail;
use kubectl_kserve::explain;
use kubectl_kserve::inventory::{Contents, Inventory, Unread};
use kubectl_kserve::kserve::catalogue::catalogue;
use kubectl_kserve::kserve::{Release, ServingRuntime};

use crate::cli::{Connection, Manifests, Rules, RuntimesSource};
use crate::underlay::{Beneath, Underlay};
use crate::{input, output, release};

/// Reads the paths among `--runtimes`.
pub(crate) fn read_paths(rules: &Rules, namespace: &str) -> anyhow::Result<Contents> {
    let mut contents = Contents::default();
    for source in &rules.runtimes {
        match source {
            RuntimesSource::Path(path) => {
                let found = |contents: &Contents| contents.runtimes.len() + contents.empty_lists;
                let before = found(&contents);
                input::gather_path(path, &mut contents, namespace)?;
                if found(&contents) == before && contents.snapshots.is_empty() {
                    bail!("{}: expected ServingRuntimes or ClusterServingRuntimes, but found none", path.display());
                }
            }
            RuntimesSource::Files | RuntimesSource::Cluster | RuntimesSource::Release(_) => {}
        }
    }
    Ok(contents)
}

/// Whether `--runtimes` names other sources than the manifests, so that snapshots among them do not count: they may be of
/// another cluster.
pub(crate) fn leaves_out_snapshots(rules: &Rules) -> bool {
    !rules.runtimes.is_empty() && !rules.runtimes.contains(&RuntimesSource::Files)
}

/// Takes the snapshots that do not count out of the manifests. Answers the files that do not count for that reason.
pub(crate) fn leave_out_snapshots(rules: &Rules, manifests: &mut Contents, paths: &Contents) -> BTreeSet<Arc<str>> {
    if !leaves_out_snapshots(rules) {
        return BTreeSet::new();
    }
    let (of_snapshots, runtimes): (Vec<_>, Vec<_>) =
        std::mem::take(&mut manifests.runtimes).into_iter().partition(|runtime| runtime.local_config);
    manifests.runtimes = runtimes;
    let of_runtimes = of_snapshots.iter().filter_map(|runtime| runtime.source.as_ref());
    let heads = std::mem::take(&mut manifests.snapshots);
    let left_out = heads.iter().map(|head| &head.source).chain(of_runtimes).map(|source| Arc::clone(&source.file));
    left_out.filter(|file| !is_read(paths, file)).collect()
}

fn is_read(paths: &Contents, file: &str) -> bool {
    let canonical = |file: &str| std::fs::canonicalize(file).ok();
    let heads = paths.snapshots.iter().map(|head| &head.source);
    let mut sources = heads.chain(paths.runtimes.iter().filter_map(|runtime| runtime.source.as_ref()));
    canonical(file).is_some_and(|file| sources.any(|source| canonical(&source.file).as_ref() == Some(&file)))
}

/// The same, and says so.
pub(crate) fn note_left_out(rules: &Rules, manifests: &mut Contents, paths: &Contents) {
    for file in leave_out_snapshots(rules, manifests, paths) {
        output::note(&format!("{file}: this snapshot does not count, because --runtimes names other runtimes"));
    }
}

/// Refuses to write from runtimes that nobody said are all there are: the cluster's own could be missing.
pub(crate) fn require_declared(rules: &Rules, contents: &[&Contents]) -> anyhow::Result<()> {
    let complete = contents.iter().flat_map(|contents| &contents.snapshots).any(|snapshot| snapshot.complete);
    if rules.runtimes.is_empty() && !complete {
        bail!(
            "the runtimes to choose from were not declared complete: name them with --runtimes PATH, say --runtimes files \
             when those among the manifests are all there are, --runtimes cluster or --runtimes release:vX.Y.Z"
        );
    }
    Ok(())
}

/// Refuses to write when the cluster is a source and not all of it could be read that `namespace` (any, without one) sees.
pub(crate) fn require_read(rules: &Rules, inventory: &Inventory, namespace: Option<&str>) -> anyhow::Result<()> {
    match explain::unread_in_words(inventory, namespace) {
        Some(missing) if rules.asks_cluster() => {
            bail!("nothing is pinned to a part of the cluster's runtimes; not known to be complete: {missing}")
        }
        _ => Ok(()),
    }
}

/// A question that manifests and `--runtimes` answer.
pub(crate) struct Question<'a> {
    pub(crate) manifests: &'a Manifests,
    pub(crate) rules: &'a Rules,
    pub(crate) connection: &'a Connection,
    /// The names of the services that it is about, all of them without any; none when it is about no services.
    pub(crate) services: Option<&'a [String]>,
    /// It is about what a namespace sees.
    pub(crate) view: bool,
}

/// What a question is answered from.
pub(crate) struct Answered {
    pub(crate) inventory: Inventory,
    pub(crate) release: Release,
    /// The namespace asked about, and that of objects which name none.
    pub(crate) namespace: String,
    /// What the cluster refused, and what to ask for.
    pub(crate) warnings: Vec<String>,
}

/// Reads the manifests, and what `--runtimes` names.
pub(crate) fn ask(question: &Question<'_>) -> anyhow::Result<Answered> {
    let Question { manifests, rules, .. } = *question;
    let underlay = Underlay::connect(rules, question.connection)?;
    let namespace = underlay.namespace(manifests);
    let mut gathered = input::gather(manifests, &namespace)?;
    let paths = read_paths(rules, &namespace)?;
    note_left_out(rules, &mut gathered.contents, &paths);
    gathered.passed_over.say(&gathered.contents);
    let mut beneath = underlay.read(question.namespace(&gathered.contents, &namespace), false)?;
    let release = release::for_question(rules, &[&gathered.contents, &paths], beneath.told.as_ref());
    beneath.settle(release);
    let warnings = std::mem::take(&mut beneath.warnings);
    let inventory = inventory(rules, gathered.contents, paths, beneath, release, &namespace)?;
    Ok(Answered { inventory, release, namespace, warnings })
}

impl Question<'_> {
    /// The one namespace whose runtimes matter: who may read only that one can be answered. None when there are more.
    fn namespace<'n>(&self, contents: &'n Contents, default: &'n str) -> Option<&'n str> {
        if self.manifests.all_namespaces {
            return None;
        }
        let of_services = self.services.map(|names| self.manifests.namespaces(&contents.services, names, default));
        let view = self.view.then_some(default);
        only(of_services.into_iter().flatten().chain(view), default)
    }
}

/// The one that all of them are, `default` when there are none of them; nothing when they differ.
pub(crate) fn only<'n>(mut namespaces: impl Iterator<Item = &'n str>, default: &'n str) -> Option<&'n str> {
    let first = namespaces.next().unwrap_or(default);
    namespaces.all(|namespace| namespace == first).then_some(first)
}

/// The services of `manifests` with the runtimes to choose from: those declared, and those that lie beside the services,
/// laid over the cluster's where that is asked. For a question without any, what the release installs.
pub(crate) fn inventory(
    rules: &Rules,
    manifests: Contents,
    paths: Contents,
    beneath: Beneath,
    release: Release,
    namespace: &str,
) -> anyhow::Result<Inventory> {
    let snapshots = [manifests.snapshots.as_slice(), &paths.snapshots].concat();
    let unread = if rules.asks_cluster() { beneath.unread } else { Unread::of(&snapshots) };
    let declared = declared(rules, release);
    let nothing_given = rules.runtimes.is_empty() && manifests.runtimes.is_empty() && snapshots.is_empty();
    let mut inventory = Inventory::new(manifests.services, namespace, unread);
    inventory.add_graphs(manifests.graphs);
    inventory.add_deployments(manifests.deployments);
    inventory.add_graphs(paths.graphs);
    inventory.add_graphs(beneath.contents.graphs);
    let of_files = manifests.runtimes.into_iter().chain(paths.runtimes);
    if rules.asks_cluster() {
        inventory.add_runtimes(beneath.contents.runtimes)?;
        inventory.lay_over(of_files)?;
    } else {
        inventory.add_runtimes(of_files)?;
    }
    inventory.add_runtimes(declared)?;
    if nothing_given {
        output::note(&format!(
            "no runtimes were given: answering with those that KServe {release} installs (--runtimes)"
        ));
        inventory.add_runtimes(catalogue(release))?;
    }
    Ok(inventory)
}

fn declared(rules: &Rules, release: Release) -> Vec<ServingRuntime> {
    let releases = rules.runtimes.iter().filter_map(|source| match source {
        RuntimesSource::Release(named) => Some(named.unwrap_or(release)),
        _ => None,
    });
    releases.flat_map(catalogue).collect()
}
