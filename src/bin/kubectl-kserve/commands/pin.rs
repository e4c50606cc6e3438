//! `kubectl kserve pin`: writes runtimes into the manifests, or says why not. Nothing is written before all is decided.

#[cfg(feature = "cluster")]
mod live;
mod plan;
mod write;

use std::collections::HashMap;

use anyhow::bail;
use kubectl_kserve::explain;
use kubectl_kserve::inventory::{Contents, Inventory};
use kubectl_kserve::kserve::InferenceService;
use kubectl_kserve::pin::{self, Change, Decision, Ground, Permission, Refusal, Terms, Wanted};
use kubectl_kserve::report::human::{self, Palette};
use kubectl_kserve::resolve::{Outcome, Resolution, Resolver};

use crate::cli::{DryRun, Pin, Policy};
use crate::input::{self, PassedOver, Text};
use crate::kustomization::Overlay;
use crate::output::{self, Ended};
use crate::underlay::Underlay;
use crate::{release, runtimes};
use plan::{Fate, Plan};

const NAMESPACE_FLAG: &str = "say which with -n";

pub(crate) fn run(pin: &Pin) -> anyhow::Result<Ended> {
    if pin.manifests.files.is_empty() && pin.manifests.kustomize.is_none() {
        return live(pin);
    }
    if pin.dry_run == DryRun::Server {
        bail!("--dry-run=server is for live services, since no server sees manifests: use --dry-run=client or --check");
    }
    let underlay = Underlay::connect(&pin.rules, &pin.connection)?;
    let namespace = &underlay.namespace(&pin.manifests);
    let (texts, mut contents, passed_over) = read(pin, namespace)?;
    let paths = runtimes::read_paths(&pin.rules, namespace)?;
    runtimes::note_left_out(&pin.rules, &mut contents, &paths);
    let only_namespace = only_namespace(pin, &contents, namespace).map(str::to_owned);
    let mut beneath = underlay.read(only_namespace.as_deref(), true)?;
    let release = release::for_writing(&pin.rules, &[&contents, &paths], beneath.told.as_ref())?;
    beneath.settle(release);
    for warning in &beneath.warnings {
        output::warning(warning);
    }
    runtimes::require_declared(&pin.rules, &[&contents, &paths])?;
    let inventory = runtimes::inventory(&pin.rules, contents, paths, beneath, release, namespace)?;
    runtimes::require_read(&pin.rules, &inventory, only_namespace.as_deref())?;
    let resolver = Resolver::new(&inventory, release);
    let mut plan = decide(pin, &resolver, &passed_over)?;
    plan.carry_out(&resolver, &texts);
    tell(&plan);
    write::write(pin, &texts, &plan)
}

#[cfg(not(feature = "cluster"))]
fn live(_: &Pin) -> anyhow::Result<Ended> {
    Err(super::no_network_code())
}

#[cfg(feature = "cluster")]
fn live(pin: &Pin) -> anyhow::Result<Ended> {
    live::run(pin)
}

fn read(pin: &Pin, namespace: &str) -> anyhow::Result<(Vec<Text>, Contents, PassedOver)> {
    let mut texts = Vec::new();
    let mut contents = Contents::default();
    let passed_over = input::each_text(&pin.manifests, &mut |text| {
        input::take(&mut contents, &text, namespace)?;
        texts.push(text);
        Ok(())
    })?;
    passed_over.say(&contents);
    if contents.services.is_empty() {
        bail!("no InferenceService among the manifests");
    }
    Ok((texts, contents, passed_over))
}

/// The one namespace whose runtimes matter; none when there are more, or when a service may come to live in any.
fn only_namespace<'n>(pin: &Pin, contents: &'n Contents, default: &'n str) -> Option<&'n str> {
    const ANYWHERE: &str = "";
    let default = if pin.manifests.namespace.is_some() { default } else { ANYWHERE };
    let namespaces = pin.manifests.namespaces(&contents.services, &pin.names, default);
    runtimes::only(namespaces.into_iter(), default).filter(|namespace| *namespace != ANYWHERE)
}

fn decide<'i>(pin: &Pin, resolver: &Resolver<'i>, passed_over: &PassedOver) -> anyhow::Result<Plan<'i>> {
    let inventory = resolver.inventory();
    let selected: Vec<_> = pin.manifests.select(inventory, &pin.names)?;
    let twice = given_twice(inventory);
    let mut plan = Plan::default();
    for service in selected {
        let fate = fate(pin, resolver, service, passed_over, &twice);
        plan.add(service, inventory.namespace_of(service), fate);
    }
    Ok(plan)
}

/// How often each service is given.
fn given_twice(inventory: &Inventory) -> HashMap<(&str, &str), usize> {
    let mut times = HashMap::new();
    for service in inventory.services() {
        *times.entry((inventory.namespace_of(service), service.name.as_str())).or_default() += 1;
    }
    times
}

fn fate<'i>(
    pin: &Pin,
    resolver: &Resolver<'i>,
    service: &'i InferenceService,
    passed_over: &PassedOver,
    twice: &HashMap<(&str, &str), usize>,
) -> Fate<'i> {
    let resolution = resolver.resolve(service);
    let decision = if service.namespace.is_none() && pin.manifests.namespace.is_none() {
        pin::decide_in_any_namespace(resolver, &resolution, pin.terms(), NAMESPACE_FLAG)
    } else {
        pin::decide(resolver, &resolution, pin.terms())
    };
    let decision = guard(resolver, &resolution, passed_over, twice, decision);
    fate_of(pin, resolver, resolution, decision)
}

fn fate_of<'i>(pin: &Pin, resolver: &Resolver<'i>, resolution: Resolution<'i>, decision: Decision<'i>) -> Fate<'i> {
    match decision {
        Decision::Write(change) => Fate::Write(Box::new(change)),
        Decision::Settled(_) | Decision::NotApplicable(_) => Fate::Settled,
        Decision::Broken(pin) => Fate::Broken(pin),
        Decision::Refused(refusal) => {
            let skipped = refusal.policy(pin.on_unresolved, pin.on_undecided) == Some(Policy::Skip);
            let is_open = matches!(resolution.outcome, Outcome::Failed(_) | Outcome::Undecided(_) | Outcome::Unknown);
            let text = if is_open && refusal.ground() != Ground::Guard {
                human::explanation(resolver, &explain::explain(resolver, resolution, false), false, Palette::PLAIN)
            } else {
                String::new()
            };
            Fate::Refused { refusal, skipped, explanation: text }
        }
    }
}

/// What only the command knows: other inputs that would undo the change.
fn guard<'i>(
    resolver: &Resolver<'i>,
    resolution: &Resolution<'i>,
    passed_over: &PassedOver,
    twice: &HashMap<(&str, &str), usize>,
    decision: Decision<'i>,
) -> Decision<'i> {
    let Decision::Write(change) = &decision else { return decision };
    let service = resolution.service;
    let mut overlays = passed_over.patches.overlays(&service.name);
    if let Some(overlay) = overlays.find(|overlay| !change.removes && moves(resolver, resolution, change, overlay)) {
        let (patch, fields, runtime) = (overlay.places(), overlay.fields(), change.runtime.id.name.clone());
        return Decision::Refused(Refusal::Overlaid { patch, fields, runtime });
    }
    let Some((framework, _)) = change.framework else { return decision };
    let patch = passed_over.patches.puts_back(framework, &service.name).map(str::to_owned);
    let times = twice.get(&(resolver.inventory().namespace_of(service), service.name.as_str()));
    let other = patch.or_else(|| times.filter(|times| **times > 1).map(|_| "another manifest".to_owned()));
    match other {
        Some(other) => Decision::Refused(Refusal::PutBack { framework, other }),
        None => decision,
    }
}

/// Whether the service, with a kustomization's patches laid over it, would not get the runtime that is to be written.
fn moves(resolver: &Resolver<'_>, resolution: &Resolution<'_>, change: &Change<'_>, overlay: &Overlay<'_>) -> bool {
    let laid_over = resolver.resolve_changed(resolution, |model| {
        model.runtime = None;
        overlay.lay_over(model);
    });
    let worker_spec = resolution.asked.as_ref().is_some_and(|asked| asked.worker_spec);
    let other_nodes = overlay.worker_spec().is_some_and(|set| set != worker_spec);
    other_nodes && resolver.release().matches_worker_spec()
        || laid_over.outcome.selected().is_none_or(|runtime| runtime.id != change.runtime.id)
}

impl Pin {
    fn terms(&self) -> Terms {
        let wanted = match (self.repin, self.unpin) {
            (true, _) => Wanted::Repin,
            (_, true) => Wanted::Unpin,
            _ => Wanted::Pin,
        };
        Terms { wanted, allow_graph_change: self.allow_graph_change, allow_move: self.allow_move }
    }
}

/// A refusal, and the flag that would lift it.
fn in_words(refusal: &Refusal) -> String {
    match refusal.permission() {
        Some(Permission::Move) => format!("{refusal}; --allow-move permits it"),
        Some(Permission::GraphChange) => format!("{refusal}; --allow-graph-change permits it"),
        None if matches!(refusal, Refusal::Overlaid { .. }) => format!(
            "{refusal}; pin what kustomize builds (-k, or -f - behind it), or set runtime in that kustomization's patches; \
             --keep-going leaves this one as it is"
        ),
        None => refusal.to_string(),
    }
}

/// Says on standard error what went wrong and what to know.
fn tell(plan: &Plan<'_>) {
    for service in &plan.services {
        let called = service.called();
        match &service.fate {
            Fate::Refused { skipped: true, refusal, .. } => {
                output::warning(&format!("{called} is left as it is: {refusal}"));
            }
            Fate::Refused { explanation, .. } if !explanation.is_empty() => output::say_lines(explanation),
            Fate::Refused { refusal, .. } => output::say(&format!("error: {called}: {}", in_words(refusal))),
            Fate::Broken(problem) => output::warning(&format!("{called}: {problem}")),
            Fate::Write(change) if change.restarts => {
                output::note(&format!(
                    "{called} is multi-node: any change of its spec, this one too, restarts its pods"
                ));
            }
            Fate::Write(_) | Fate::Settled => {}
        }
    }
}
