//! Which KServe release's rules apply, when several sources could tell.

use anyhow::bail;
use kubectl_kserve::inventory::{Contents, Unread};
use kubectl_kserve::kserve::Release;

use crate::cli::{KserveVersion, Rules, RuntimesSource};
#[cfg(feature = "cluster")]
use crate::cluster::{Detected, How};
use crate::output;

/// A release, and who told it.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) release: Release,
    pub(crate) by: String,
    /// It may be a newer one as well.
    pub(crate) at_least: bool,
}

/// The release given, else a snapshot's, else that of the one `release:vX`, else the cluster's, else the newest known.
pub(crate) fn for_question(rules: &Rules, contents: &[&Contents], cluster: Option<&Told>) -> Release {
    decide(rules, &told_by_sources(rules, contents, cluster))
}

/// The same; where nothing tells, the release of the snapshot that is compared with.
pub(crate) fn for_comparison(rules: &Rules, contents: &[&Contents], against: Option<&Contents>) -> Release {
    let told = told_by_sources(rules, contents, None);
    match against {
        Some(against) if told.is_empty() && rules.kserve_version == KserveVersion::Auto => {
            decide(rules, &told_by_sources(rules, &[against], None))
        }
        _ => decide(rules, &told),
    }
}

/// The release for a snapshot, which others write by: the one given, or the controller's, but never a guess.
#[cfg(feature = "cluster")]
pub(crate) fn for_snapshot(given: KserveVersion, detected: Option<&Detected>) -> Option<Release> {
    let told = detected.map(Told::by_cluster);
    match (given, told) {
        (KserveVersion::Given(release), told) => {
            if let Some(told) = told.filter(|told| told.contradicts(release)) {
                output::warning(&format!("{told}, but {release} is written"));
            }
            Some(release)
        }
        (KserveVersion::Auto, Some(Told { release, at_least: false, .. })) => Some(release),
        (KserveVersion::Auto, Some(Told { release, .. })) => {
            output::note(&format!(
                "no KServe release is written: the cluster's schema is that of {release} or a newer release (--kserve-version)"
            ));
            None
        }
        (KserveVersion::Auto, None) => {
            output::note("no KServe release is written: the cluster does not tell it (--kserve-version)");
            None
        }
    }
}

/// The release given, else the cluster's, else the newest known.
#[cfg(feature = "cluster")]
pub(crate) fn of_cluster(rules: &Rules, detected: Option<&Detected>) -> Release {
    decide(rules, detected.map(Told::by_cluster).as_slice())
}

/// The same for a command that writes: a schema tells only how old the release is at most.
#[cfg(feature = "cluster")]
pub(crate) fn of_cluster_for_writing(rules: &Rules, detected: Option<&Detected>) -> anyhow::Result<Release> {
    if detected.is_none() && rules.kserve_version == KserveVersion::Auto {
        bail!(
            "the KServe release is not known, because no Deployment of KServe's controller can be read: say it with --kserve-version"
        );
    }
    for_writing(rules, &[], detected.map(Told::by_cluster).as_ref())
}

impl Told {
    /// A schema says how old the release can be at most, which contradicts no newer one.
    fn contradicts(&self, release: Release) -> bool {
        if self.at_least { release < self.release } else { release != self.release }
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { release, by, at_least } = self;
        write!(f, "{by} is of KServe {release}{}", if *at_least { " or newer" } else { "" })
    }
}

#[cfg(feature = "cluster")]
impl Told {
    pub(crate) fn by_cluster(Detected { release, how, .. }: &Detected) -> Self {
        let (by, at_least) = match how {
            How::Controller => ("the controller of the cluster", false),
            How::Schema => ("the schema of the cluster", true),
        };
        Self { release: *release, by: by.to_owned(), at_least }
    }
}

/// Takes down that a cluster has no kind `ClusterServingRuntime`, which some releases cannot do without.
pub(crate) fn lack_cluster_runtimes(release: Release, unread: &mut Unread, warnings: &mut Vec<String>) {
    if !release.serves_without_cluster_runtimes() {
        unread.cluster = true;
        warnings.push(format!(
            "the cluster has no kind ClusterServingRuntime; KServe {release} cannot select a runtime without it"
        ));
    }
}

fn decide(rules: &Rules, told: &[Told]) -> Release {
    let release = match rules.kserve_version {
        KserveVersion::Given(release) => release,
        KserveVersion::Auto => best(told),
    };
    for told in told.iter().filter(|told| told.contradicts(release)) {
        output::warning(&format!("{told}, but the rules of {release} apply"));
    }
    if !release.is_known() {
        let nearest = release.nearest_known();
        output::warning(&format!(
            "KServe {release} is not known to this version of kubectl-kserve: the rules of {nearest}, with what changed right after it, are assumed to hold"
        ));
    }
    release
}

/// The first that is certain, else the oldest that it can be, else the newest known.
fn best(told: &[Told]) -> Release {
    let certain = told.iter().find(|told| !told.at_least);
    match certain.or(told.first()) {
        Some(Told { release, at_least: false, .. }) => *release,
        Some(Told { release, .. }) => {
            output::note(&format!(
                "the cluster's schema is that of KServe {release} or a newer release: the rules of {release} apply (--kserve-version)"
            ));
            *release
        }
        None => {
            output::note(&format!(
                "no KServe release was given: the rules of the newest known apply, {} (--kserve-version)",
                Release::LATEST
            ));
            Release::LATEST
        }
    }
}

/// The release for a command that writes: never a guess, which would change with every upgrade of this program.
pub(crate) fn for_writing(rules: &Rules, contents: &[&Contents], cluster: Option<&Told>) -> anyhow::Result<Release> {
    let told = told_by_sources(rules, contents, cluster);
    if rules.kserve_version == KserveVersion::Auto && told.iter().all(|told| told.at_least) {
        bail!("{}", unknown(told.first()));
    }
    Ok(decide(rules, &told))
}

fn unknown(at_least: Option<&Told>) -> String {
    match at_least {
        Some(Told { release, .. }) => format!(
            "the KServe release is not known, the cluster's schema only tells that it is {release} or newer: say it with --kserve-version"
        ),
        None => {
            "the KServe release is not known: say it with --kserve-version, or give a snapshot or --runtimes release:vX.Y.Z"
                .to_owned()
        }
    }
}

fn told_by_sources(rules: &Rules, contents: &[&Contents], cluster: Option<&Told>) -> Vec<Told> {
    let told = |release, by| Told { release, by, at_least: false };
    let snapshots = contents.iter().flat_map(|contents| &contents.snapshots);
    let snapshots = snapshots
        .filter_map(|snapshot| Some(told(snapshot.kserve_version?, format!("the snapshot at {}", snapshot.source))));
    let releases = rules.runtimes.iter().filter_map(|source| match source {
        RuntimesSource::Release(Some(release)) => Some(told(*release, format!("--runtimes release:{release}"))),
        _ => None,
    });
    snapshots.chain(releases).chain(cluster.cloned()).collect()
}
