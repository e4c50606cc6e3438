//! The runtimes and the release that an application is pinned by: from the repository or a release, never from a cluster.

use anyhow::{anyhow, bail};
use kubectl_kserve::inventory::{Contents, Inventory};
use kubectl_kserve::kserve::Release;

use super::application::Application;
use super::parameters::Parameters;
use crate::cli::{Rules, RuntimesSource};
use crate::underlay::Beneath;
use crate::{release, runtimes};

pub(super) fn knowledge(
    application: &Application,
    parameters: &Parameters,
    mut contents: Contents,
) -> anyhow::Result<(Inventory, Release)> {
    let namespace = application.namespace_or_default();
    let rules = rules(application, parameters)?;
    if rules.runtimes.is_empty() && !contents.snapshots.iter().any(|snapshot| snapshot.complete) {
        bail!(
            "the runtimes to choose from are not known: set the parameter runtimes to files of the repository (a snapshot: \
             kubectl kserve snapshot), to release:vX.Y.Z, or to files when those among the manifests are all there are"
        );
    }
    let paths = runtimes::read_paths(&rules, namespace)?;
    runtimes::leave_out_snapshots(&rules, &mut contents, &paths);
    let release = release::for_writing(&rules, &[&contents, &paths], None).map_err(|_| {
        anyhow!(
            "the KServe release is not known: set the parameter kserve-version, or name a snapshot or release:vX.Y.Z as runtimes"
        )
    })?;
    Ok((runtimes::inventory(&rules, contents, paths, Beneath::default(), release, namespace)?, release))
}

fn rules(application: &Application, parameters: &Parameters) -> anyhow::Result<Rules> {
    let runtimes = parameters.runtimes.iter().map(|word| source(application, word)).collect::<anyhow::Result<_>>()?;
    Ok(Rules { runtimes, kserve_version: parameters.kserve_version })
}

fn source(application: &Application, word: &str) -> anyhow::Result<RuntimesSource> {
    match word.parse().map_err(|error| anyhow!("the parameter runtimes: {error}"))? {
        RuntimesSource::Path(_) => {
            let path = application.within("runtimes", word)?;
            application.check_links(&path)?;
            Ok(RuntimesSource::Path(path))
        }
        RuntimesSource::Cluster => bail!(
            "the parameter runtimes: no cluster is asked here, because the same commit must give the same manifests: commit \
             a snapshot (kubectl kserve snapshot) and name it"
        ),
        other => Ok(other),
    }
}
