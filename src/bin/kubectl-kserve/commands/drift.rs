//! `kubectl kserve drift`: which live services KServe would move, and what has changed since a snapshot.

mod against;
mod write;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;
use kubectl_kserve::change::{self, Move, Movement, RuntimeChange, RuntimeDrift, RuntimeObjects};
use kubectl_kserve::inventory::{Inventory, Unread};
use kubectl_kserve::kserve::{InferenceService, Origin, Release, RuntimeId};
use kubectl_kserve::resolve::{Resolution, Resolver};

use super::which;
use crate::cli::{Drift, RuntimesSource};
use crate::input::{self, DEFAULT_NAMESPACE};
#[cfg(feature = "cluster")]
use crate::live;
use crate::output::{self, Ended, counted};
use crate::underlay::Beneath;
use crate::{release, runtimes};
use against::Against;

pub(crate) fn run(arguments: &Drift) -> anyhow::Result<Ended> {
    let namespace = arguments.manifests.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    let against = arguments.against.as_deref().map(|path| Against::read(path, namespace)).transpose()?;
    if arguments.manifests.files.is_empty() && arguments.manifests.kustomize.is_none() {
        return live(arguments, against.as_ref());
    }
    files(arguments, against.as_ref(), namespace)
}

/// What there is now.
struct Now<'a> {
    inventory: &'a Inventory,
    services: Vec<&'a InferenceService>,
    release: Release,
    /// The whole runtimes, where there is something to compare them with.
    objects: RuntimeObjects,
    warnings: Vec<String>,
}

#[cfg(not(feature = "cluster"))]
fn live(_: &Drift, _: Option<&Against>) -> anyhow::Result<Ended> {
    Err(super::no_network_code())
}

#[cfg(feature = "cluster")]
fn live(arguments: &Drift, against: Option<&Against>) -> anyhow::Result<Ended> {
    let asked = live::ask(&live::Question {
        manifests: &arguments.manifests,
        rules: &arguments.rules,
        connection: &arguments.connection,
        services: live::services_named(&arguments.names),
        graphs: false,
        deployments: true,
    })?;
    let services = arguments.manifests.select_live(&asked, &arguments.names)?;
    asked.note_lacking_deployments();
    let mut objects = RuntimeObjects::new(asked.unread.clone());
    for object in &asked.runtime_objects {
        objects.take(object, "");
    }
    let (inventory, release, warnings) = (&asked.inventory, asked.release, asked.warnings.clone());
    answer(arguments, &Now { inventory, services, release, objects, warnings }, against)
}

/// From what kubectl read: services with their status.
fn files(arguments: &Drift, against: Option<&Against>, namespace: &str) -> anyhow::Result<Ended> {
    if arguments.rules.asks_cluster() {
        bail!("drift -f compares what the files hold: leave out --runtimes cluster, or -f to ask for live services");
    }
    let mut objects = RuntimeObjects::default();
    let snapshots = !runtimes::leaves_out_snapshots(&arguments.rules);
    let mut take =
        |text: &input::Text| against.map_or(Ok(()), |_| against::take(&mut objects, text, namespace, snapshots));
    let mut gathered = input::gather_and(&arguments.manifests, namespace, &mut take)?;
    take_as_stored(&mut gathered.contents.services);
    for path in paths(arguments).filter(|_| against.is_some()) {
        if path == Path::new("-") {
            bail!("--against needs to read the runtimes twice: give them as a file instead of --runtimes -");
        }
        input::each_text_at(path, &mut |text| against::take(&mut objects, &text, namespace, true))?;
    }
    let paths = runtimes::read_paths(&arguments.rules, namespace)?;
    runtimes::note_left_out(&arguments.rules, &mut gathered.contents, &paths);
    gathered.passed_over.say(&gathered.contents);
    let snapshot = against.map(|against| &against.contents);
    let release = release::for_comparison(&arguments.rules, &[&gathered.contents, &paths], snapshot);
    let snapshots = [gathered.contents.snapshots.as_slice(), &paths.snapshots].concat();
    let inventory =
        runtimes::inventory(&arguments.rules, gathered.contents, paths, Beneath::default(), release, namespace)?;
    let objects = objects.missing(missing(&inventory, Unread::of(&snapshots), against.is_some()));
    let services = if inventory.services().is_empty() && arguments.names.is_empty() && against.is_some() {
        Vec::new()
    } else {
        arguments.manifests.select(&inventory, &arguments.names)?
    };
    let now = Now { inventory: &inventory, services, release, objects, warnings: Vec::new() };
    answer(arguments, &now, against)
}

/// A copy of what a cluster stores is compared as it stands there: that it could be applied again is not the question.
fn take_as_stored(services: &mut [InferenceService]) {
    for service in services.iter_mut().filter(|service| service.origin == Origin::Copy) {
        service.origin = Origin::Stored;
    }
}

fn paths(arguments: &Drift) -> impl Iterator<Item = &Path> {
    arguments.rules.runtimes.iter().filter_map(|source| match source {
        RuntimesSource::Path(path) => Some(path.as_path()),
        _ => None,
    })
}

/// Of what a release installs only that is known which decides.
fn missing(inventory: &Inventory, unread: Unread, is_compared: bool) -> Unread {
    if inventory.runtimes().all(|runtime| runtime.source.is_some()) {
        return unread;
    }
    if is_compared {
        output::note("what a release installs is not compared with the snapshot field by field");
    }
    Unread { cluster: true, only_namespaces: Some(Vec::new()), ..Unread::default() }
}

/// What was asked, and everything that the answer is made of.
struct Answer<'a> {
    arguments: &'a Drift,
    resolver: Resolver<'a>,
    warnings: Vec<String>,
    drifts: Vec<change::Drift<'a>>,
    /// The services since the snapshot, in the order of `drifts`; none without one.
    moves: Option<Vec<Move<'a>>>,
    changes: Vec<RuntimeChange>,
}

fn answer(arguments: &Drift, now: &Now<'_>, against: Option<&Against>) -> anyhow::Result<Ended> {
    let Now { inventory, services, .. } = now;
    let resolver = Resolver::new(inventory, now.release);
    let mut warnings = now.warnings.clone();
    warnings.extend(which::warnings(inventory, services));
    for warning in &warnings {
        output::warning(warning);
    }
    let before = against.map(|against| against.resolver(now.release));
    let drifts = services.iter().copied();
    let drifts = drifts.map(|service| change::drift(&resolver, service, inventory.running_image(service, None)));
    let mut answer = Answer {
        arguments,
        drifts: drifts.collect(),
        moves: before
            .as_ref()
            .map(|before| services.iter().map(|service| change::movement(before, &resolver, service)).collect()),
        changes: against.map(|against| change::runtime_changes(&against.objects, &now.objects)).unwrap_or_default(),
        resolver,
        warnings,
    };
    answer.leave_what_was_asked_for();
    answer.say();
    output::answer(answer.ended(), |out| write::answer(out, &answer))
}

impl Answer<'_> {
    /// Who asks for some services hears of the runtimes that these had or get, and of no other.
    fn leave_what_was_asked_for(&mut self) {
        if self.arguments.names.is_empty() && self.arguments.manifests.selector.is_none() {
            return;
        }
        let moves = self.moves.iter().flatten().flat_map(|moved| [selected(&moved.before), selected(&moved.now)]);
        let recorded = self.drifts.iter().map(|drift| drift.resolution.service.recorded_runtime.as_ref());
        let theirs: BTreeSet<RuntimeId> = moves.chain(recorded).flatten().cloned().collect();
        self.changes.retain(|change| theirs.contains(&change.runtime));
    }

    /// Says in a line what came of it all.
    fn say(&self) {
        let is_open = |drift: &&change::Drift<'_>| matches!(drift.runtime, RuntimeDrift::Open { .. });
        let open = self.drifts.iter().filter(is_open).count();
        let drifting = self.drifts.iter().filter(|drift| drift.is_finding()).count() - open;
        let same = self.drifts.iter().filter(|drift| drift.runtime == RuntimeDrift::Same).count();
        let all = counted(self.drifts.len(), "InferenceService");
        match (drifting, open, same) {
            (0, 0, 0) => {}
            (0, 0, _) => output::note(&format!("nothing drifts: {} as recorded", counted(same, "InferenceService"))),
            (0, _, _) => output::note(&format!("it is open whether {open} of {all} drift")),
            (_, 0, _) => output::note(&format!("{drifting} of {all} drift")),
            _ => output::note(&format!("{drifting} of {all} drift, and it is open whether {open} more do")),
        }
        self.say_what_is_not_recorded();
        if let Some(moves) = &self.moves {
            let open = moves.iter().filter(|moved| moved.movement == Movement::Open).count();
            let moving = moves.iter().filter(|moved| moved.movement.is_finding()).count() - open;
            let moved =
                if moves.is_empty() { String::new() } else { format!("{} moved, ", counted(moving, "service")) };
            let may_have = if open == 0 { String::new() } else { format!("{open} may have, ") };
            let runtimes = counted(self.changes.len(), "runtime");
            output::note(&format!("since the snapshot: {moved}{may_have}{runtimes} changed"));
        }
    }

    fn say_what_is_not_recorded(&self) {
        let is_unrecorded = |drift: &&change::Drift<'_>| matches!(drift.runtime, RuntimeDrift::NotRecorded);
        let unrecorded = self.drifts.iter().filter(is_unrecorded).count();
        let release = self.resolver.release();
        match unrecorded {
            0 => {}
            _ if !release.reports_runtime() => {
                output::note(&format!("KServe {release} records no runtime: only the images that run tell of drift"));
            }
            _ => output::note(&format!("KServe has recorded no runtime of {}", counted(unrecorded, "service"))),
        }
    }

    fn ended(&self) -> Ended {
        let drifts = self.drifts.iter().any(change::Drift::is_finding);
        let moves = self.moves.iter().flatten().any(|moved| moved.movement.is_finding());
        if drifts || moves || !self.changes.is_empty() { Ended::WithFindings } else { Ended::Well }
    }
}

fn selected<'i>(resolution: &Resolution<'i>) -> Option<&'i RuntimeId> {
    resolution.outcome.selected().map(|runtime| &runtime.id)
}
