//! `pin` on live services. All of them are decided and tried on the server before the first is written.

mod target;

use std::collections::HashMap;

use anyhow::{Context, bail};
use kubectl_kserve::kserve::InferenceService;
use kubectl_kserve::pin;
use kubectl_kserve::resolve::Resolver;
use kubectl_kserve::yaml::Node;

use super::plan::{Counts, Fate, Plan};
use super::{fate_of, tell, write};
use crate::cli::{DryRun, Pin};
use crate::cluster::ClusterError;
use crate::live::{self, Answered};
use crate::output::{self, Ended};
use target::{Sent, Server, Target};

/// The stored objects of services, by namespace and name.
type Objects<'a> = HashMap<(&'a str, &'a str), &'a Node<'static>>;

pub(super) fn run(pin: &Pin) -> anyhow::Result<Ended> {
    require_services(pin)?;
    let asked = live::ask_to_write(&question(pin))?;
    asked.warnings.iter().for_each(|warning| output::warning(warning));
    asked.note_lacking_deployments();
    let services = pin.manifests.select_live(&asked, &pin.names)?;
    if services.is_empty() {
        return Ok(Ended::Well);
    }
    let resolver = Resolver::new(&asked.inventory, asked.release);
    let (plan, targets) = decide(pin, &resolver, &objects(&asked), &services);
    tell(&plan);
    let mut counts = plan.counts();
    write::refuse_failures(pin, &counts)?;
    output::diff(&targets.iter().map(|target| target.diff.as_str()).collect::<String>())?;
    if !pin.writes_nothing() || pin.dry_run == DryRun::Server {
        carry_out(&Server { pin, asked: &asked }, targets, &mut counts)?;
    }
    let ended = write::end(pin, &counts, "");
    live::refuse_warnings(&asked.cluster)?;
    Ok(ended)
}

/// What is to be written has to be said, as with kubectl.
fn require_services(pin: &Pin) -> anyhow::Result<()> {
    if pin.stdout {
        bail!("--stdout prints manifests: give them with -f or -k");
    }
    let selector = pin.manifests.selector.as_ref().is_some_and(|selector| !selector.text.is_empty());
    match (pin.names.is_empty(), pin.manifests.all_namespaces) {
        (false, true) => bail!("a resource cannot be retrieved by name across all namespaces"),
        (true, false) if !pin.all && !selector => bail!(
            "which live services to pin was not said: give their names, --all for those of the namespace, -A, or -l with labels; or give manifests with -f or -k"
        ),
        _ => Ok(()),
    }
}

fn question(pin: &Pin) -> live::Question<'_> {
    live::Question {
        manifests: &pin.manifests,
        rules: &pin.rules,
        connection: &pin.connection,
        services: live::services_named(&pin.names),
        graphs: !pin.allow_graph_change,
        deployments: true,
    }
}

fn objects(asked: &Answered) -> Objects<'_> {
    let place = |object| Some(((metadata(object, "namespace")?, metadata(object, "name")?), object));
    asked.service_objects.iter().filter_map(place).collect()
}

fn metadata<'a>(object: &'a Node<'static>, key: &str) -> Option<&'a str> {
    object.get("metadata")?.get(key)?.as_str()
}

fn decide<'i>(
    pin: &Pin,
    resolver: &Resolver<'i>,
    objects: &Objects<'_>,
    services: &[&'i InferenceService],
) -> (Plan<'i>, Vec<Target>) {
    let (mut plan, mut targets) = (Plan::default(), Vec::new());
    for service in services {
        let namespace = resolver.inventory().namespace_of(service);
        let object = objects[&(namespace, service.name.as_str())];
        let (fate, target) = aim(pin, resolver, service, object);
        plan.add(service, namespace, fate);
        targets.extend(target);
    }
    (plan, targets)
}

/// What comes of a service, and the patch for one that is to be written.
fn aim<'i>(
    pin: &Pin,
    resolver: &Resolver<'i>,
    service: &'i InferenceService,
    object: &Node<'_>,
) -> (Fate<'i>, Option<Target>) {
    let resolution = resolver.resolve(service);
    let decision = pin::decide_live(resolver, &resolution, pin.terms());
    let fate = fate_of(pin, resolver, resolution, decision);
    let Fate::Write(change) = &fate else { return (fate, None) };
    match pin::patch(resolver, object, change) {
        Ok(patch) => {
            let target = Target::new(pin, resolver.inventory().namespace_of(service), &service.name, object, patch);
            (fate, Some(target))
        }
        Err(refusal) => (Fate::Refused { refusal, skipped: false, explanation: String::new() }, None),
    }
}

/// Tries all of them on the server, then writes them.
fn carry_out(server: &Server<'_>, targets: Vec<Target>, counts: &mut Counts) -> anyhow::Result<()> {
    let mut tried = Vec::with_capacity(targets.len());
    for mut target in targets {
        match server.try_out(&mut target) {
            Ok(Sent::Done) => tried.push(target),
            Ok(Sent::Needless) => counts.is_settled(),
            Err(error) if ends_all(&error) => return Err(error),
            Err(error) => {
                output::failure(&error);
                counts.has_failed();
            }
        }
    }
    write::refuse_failures(server.pin, counts)?;
    live::refuse_warnings(&server.asked.cluster).context("nothing was written")?;
    if server.pin.writes_nothing() {
        return Ok(());
    }
    write_all(server, tried, counts)
}

/// No transaction spans several objects: when one cannot be written, it is said which were.
fn write_all(server: &Server<'_>, targets: Vec<Target>, counts: &mut Counts) -> anyhow::Result<()> {
    let mut written = Vec::new();
    for mut target in targets {
        match server.write(&mut target) {
            Ok(Sent::Done) => written.push(target.place()),
            Ok(Sent::Needless) => counts.is_settled(),
            Err(error) => {
                output::failure(&error);
                counts.has_failed();
                if ends_all(&error) {
                    bail!(
                        "it is not known whether InferenceService {} was written; {}",
                        target.place(),
                        list(&written)
                    );
                }
                if !server.pin.keep_going {
                    bail!("{} could not be {}; {}", write::failures(counts), write::verb(server.pin), list(&written));
                }
            }
        }
    }
    Ok(())
}

fn list(written: &[String]) -> String {
    match written {
        [] => "nothing else was written".to_owned(),
        _ => format!("written were: {}", written.join(", ")),
    }
}

/// The connection is the problem, not a service: the next request would fare no better.
fn ends_all(error: &anyhow::Error) -> bool {
    error.downcast_ref::<ClusterError>().is_some_and(|error| !error.is_answer())
}
