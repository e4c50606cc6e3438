//! Which runtimes a question is answered from, and what is known to be missing from them.

use anyhow::bail;
use kubectl_kserve::inventory::{Contents, Inventory, Unread};
use kubectl_kserve::kserve::catalogue::catalogue;
use kubectl_kserve::kserve::{Release, ServingRuntime};

use crate::cli::{Rules, RuntimesSource};
use crate::input;
use crate::output;

/// Reads the paths among `--runtimes`.
pub(crate) fn read_paths(rules: &Rules, namespace: &str) -> anyhow::Result<Contents> {
    let mut contents = Contents::default();
    for source in &rules.runtimes {
        match source {
            RuntimesSource::Path(path) => {
                let before = contents.runtimes.len();
                input::gather_path(path, &mut contents, namespace)?;
                if contents.runtimes.len() == before && contents.snapshots.is_empty() {
                    bail!("{}: expected ServingRuntimes or ClusterServingRuntimes, but found none", path.display());
                }
            }
            RuntimesSource::Cluster => bail!("--runtimes cluster: only `which` without -f reads the live cluster yet"),
            RuntimesSource::Files | RuntimesSource::Release(_) => {}
        }
    }
    Ok(contents)
}

/// Refuses to write from runtimes that nobody said are all there are: the cluster's own could be missing.
pub(crate) fn require_declared(rules: &Rules, contents: &[&Contents]) -> anyhow::Result<()> {
    let complete = contents.iter().flat_map(|contents| &contents.snapshots).any(|snapshot| snapshot.complete);
    if rules.runtimes.is_empty() && !complete {
        bail!(
            "the runtimes to choose from were not declared complete: name them with --runtimes PATH, say --runtimes files \
             when those among the manifests are all there are, or --runtimes release:vX.Y.Z"
        );
    }
    Ok(())
}

/// The services of `manifests` with the runtimes to choose from: those declared, and those that lie beside the services.
/// For a question without any, what the release installs.
pub(crate) fn inventory(
    rules: &Rules,
    manifests: Contents,
    paths: Contents,
    release: Release,
    namespace: &str,
) -> anyhow::Result<Inventory> {
    let snapshots = [manifests.snapshots.as_slice(), &paths.snapshots].concat();
    let unread = Unread::of(&snapshots);
    let declared = declared(rules, release);
    let nothing_given = rules.runtimes.is_empty() && manifests.runtimes.is_empty() && snapshots.is_empty();
    let mut inventory = Inventory::new(manifests.services, namespace, unread);
    inventory.add_graphs(manifests.graphs);
    inventory.add_deployments(manifests.deployments);
    inventory.add_graphs(paths.graphs);
    inventory.add_runtimes(manifests.runtimes)?;
    inventory.add_runtimes(paths.runtimes)?;
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
