//! Which KServe release's rules apply, when several sources could tell.

use kubectl_kserve::inventory::Contents;
use kubectl_kserve::kserve::Release;

use crate::cli::{KserveVersion, Rules, RuntimesSource};
#[cfg(feature = "cluster")]
use crate::cluster::{Detected, How};
use crate::output;

/// The release given, else a snapshot's, else that of the one `release:vX`, else the newest known.
pub(crate) fn for_question(rules: &Rules, contents: &[&Contents]) -> Release {
    decide(rules, &told_by_sources(rules, contents))
}

/// The release given, else the cluster's, else the newest known.
#[cfg(feature = "cluster")]
pub(crate) fn of_cluster(rules: &Rules, detected: Option<&Detected>) -> Release {
    if let (KserveVersion::Auto, Some(Detected { release, how: How::Schema, .. })) = (rules.kserve_version, detected) {
        output::note(&format!(
            "the cluster's schema is that of KServe {release} or a newer release: the rules of {release} apply (--kserve-version)"
        ));
    }
    let told = detected.and_then(|Detected { release, how, .. }| match (how, rules.kserve_version) {
        // A schema says how old the release can be at most, which contradicts no release that was given.
        (How::Schema, KserveVersion::Given(_)) => None,
        (How::Schema, KserveVersion::Auto) => Some((*release, "the schema of the cluster".to_owned())),
        (How::Controller, _) => Some((*release, "the controller of the cluster".to_owned())),
    });
    decide(rules, told.as_slice())
}

fn decide(rules: &Rules, told: &[(Release, String)]) -> Release {
    let release = match (rules.kserve_version, told.first()) {
        (KserveVersion::Given(release), _) => release,
        (KserveVersion::Auto, Some((release, _))) => *release,
        (KserveVersion::Auto, None) => {
            output::note(&format!(
                "no KServe release was given: the rules of the newest known apply, {} (--kserve-version)",
                Release::LATEST
            ));
            Release::LATEST
        }
    };
    for (other, source) in told.iter().filter(|(other, _)| *other != release) {
        output::warning(&format!("{source} is of KServe {other}, but the rules of {release} apply"));
    }
    if !release.is_known() {
        let nearest = release.nearest_known();
        output::warning(&format!(
            "KServe {release} is not known to this version of kubectl-kserve: the rules of {nearest}, with what changed right after it, are assumed to hold"
        ));
    }
    release
}

/// The release for a command that writes: never a guess, which would change with every upgrade of this program.
pub(crate) fn for_writing(rules: &Rules, contents: &[&Contents]) -> anyhow::Result<Release> {
    if rules.kserve_version == KserveVersion::Auto && told_by_sources(rules, contents).is_empty() {
        anyhow::bail!(
            "the KServe release is not known: say it with --kserve-version, or give a snapshot or --runtimes release:vX.Y.Z"
        );
    }
    Ok(for_question(rules, contents))
}

fn told_by_sources(rules: &Rules, contents: &[&Contents]) -> Vec<(Release, String)> {
    let snapshots = contents.iter().flat_map(|contents| &contents.snapshots);
    let snapshots = snapshots
        .filter_map(|snapshot| Some((snapshot.kserve_version?, format!("the snapshot at {}", snapshot.source))));
    let releases = rules.runtimes.iter().filter_map(|source| match source {
        RuntimesSource::Release(Some(release)) => Some((*release, format!("--runtimes release:{release}"))),
        _ => None,
    });
    snapshots.chain(releases).collect()
}
