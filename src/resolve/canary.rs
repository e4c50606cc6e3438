//! The canaries of a service (since v0.20): the resolved stable predictor with the canary's own fields laid over it.

use std::borrow::Cow;

use crate::kserve::{Canary, Container, Model, PredictorExtension, ServingRuntime};
use crate::object::{Placed, Position};

use super::{Asked, Mode, Outcome, ProtocolFrom, Resolution, Resolver, is_standard_mode, server};

pub(super) fn resolve<'i>(resolver: &Resolver<'i>, stable: &Resolution<'i>) -> Vec<Resolution<'i>> {
    let has_canaries = stable.canary.is_none() && resolver.release.serves_canaries();
    if !has_canaries || !is_standard_mode(stable.service) {
        return Vec::new();
    }
    let Some(asked) = &stable.asked else { return Vec::new() };
    let canaries = stable.service.canaries.iter();
    match &stable.outcome {
        Outcome::Selected(_) => canaries.map(|canary| resolve_one(resolver, stable, asked, canary)).collect(),
        Outcome::Undecided(tied) => {
            canaries.map(|canary| resolve_each(resolver, stable, asked, canary, tied)).collect()
        }
        Outcome::Unknown => {
            canaries.map(|canary| Resolution { canary: Some(&canary.name), ..stable.clone() }).collect()
        }
        Outcome::Failed(_) | Outcome::NotApplicable(_) => Vec::new(),
    }
}

/// What is the same whichever of the `tied` runtimes the stable predictor gets is certain; all else is as open.
fn resolve_each<'i>(
    resolver: &Resolver<'i>,
    stable: &Resolution<'i>,
    asked: &Asked<'i>,
    canary: &'i Canary,
    tied: &[&'i ServingRuntime],
) -> Resolution<'i> {
    let answers = tied.iter().map(|&runtime| {
        let served = Some(server::served(resolver, stable.namespace, asked, runtime));
        let stable = Resolution { outcome: Outcome::Selected(runtime), served, ..stable.clone() };
        resolve_one(resolver, &stable, asked, canary)
    });
    let answers: Vec<Resolution<'i>> = answers.collect();
    let Some(first) = answers.first() else { return Resolution { canary: Some(&canary.name), ..stable.clone() } };
    if answers.iter().all(|one| comes_to_the_same(one, first)) {
        return first.clone();
    }
    let mut open: Vec<&ServingRuntime> = Vec::new();
    for one in &answers {
        if let Outcome::Selected(runtime) = one.outcome
            && !open.iter().any(|known| known.id == runtime.id)
        {
            open.push(runtime);
        }
    }
    Resolution { outcome: Outcome::Undecided(open), served: None, ..first.clone() }
}

fn comes_to_the_same(one: &Resolution<'_>, other: &Resolution<'_>) -> bool {
    match (&one.outcome, &other.outcome) {
        (Outcome::Failed(one), Outcome::Failed(other)) => one.code() == other.code(),
        (outcome, others) => outcome == others && one.served == other.served,
    }
}

fn resolve_one<'i>(
    resolver: &Resolver<'i>,
    stable: &Resolution<'i>,
    asked: &Asked<'i>,
    canary: &'i Canary,
) -> Resolution<'i> {
    let base = resolved_model(stable, asked);
    let model = match &canary.predictor.model {
        Some(own) => overlay(base, own),
        None => base,
    };
    let own_protocol = canary.predictor.model.as_ref().and_then(|model| model.extension.protocol_version.as_ref());
    let protocol_from = match (own_protocol, asked.protocol_from) {
        (Some(_), _) => ProtocolFrom::Spec,
        (None, ProtocolFrom::None) => ProtocolFrom::Default,
        (None, from) => from,
    };
    let asked = Asked { model: Cow::Owned(model), protocol_from, framework: asked.framework, worker_spec: false };
    let resolution = resolver.resolve_asked(stable.service, stable.namespace, Some(&canary.name), asked);
    debug_assert_eq!(resolution.mode, Mode::Explicit, "the stable predictor's runtime is inherited");
    resolution
}

/// The stable model as the controller leaves it in memory: with the selected runtime and protocol written in. Nothing of
/// it stands in the canary's own text.
fn resolved_model(stable: &Resolution<'_>, asked: &Asked<'_>) -> Model {
    let mut model = asked.model.clone().into_owned();
    if let Outcome::Selected(runtime) = stable.outcome
        && model.runtime.is_none()
    {
        model.runtime = Some(Placed::new(runtime.id.name.clone(), Position::default()));
    }
    if let (None, Some(served)) = (&model.extension.protocol_version, &stable.served) {
        model.extension.protocol_version = Some(Placed::new(served.protocol.clone(), Position::default()));
    }
    let placed = [&mut model.version, &mut model.runtime, &mut model.extension.protocol_version];
    for placed in placed.into_iter().flatten() {
        placed.position = Position::default();
    }
    model.format.position = Position::default();
    model
}

/// The merge that KServe does (<https://github.com/darccio/mergo> with override): what is empty in the canary does not
/// count, but an empty string does where the stable predictor has nothing at all.
fn overlay(base: Model, own: &Model) -> Model {
    Model {
        position: own.position,
        format: if own.format.value.is_empty() { base.format } else { own.format.clone() },
        version: overlay_text(base.version, own.version.as_ref()),
        runtime: overlay_text(base.runtime, own.runtime.as_ref()),
        extension: overlay_extension(base.extension, &own.extension),
    }
}

fn overlay_extension(base: PredictorExtension, own: &PredictorExtension) -> PredictorExtension {
    let runtime_version = match &own.runtime_version {
        Some(version) if base.runtime_version.is_none() || !version.is_empty() => Some(version.clone()),
        _ => base.runtime_version,
    };
    PredictorExtension {
        protocol_version: overlay_text(base.protocol_version, own.protocol_version.as_ref()),
        runtime_version,
        container: overlay_container(base.container, &own.container),
        position: own.position,
    }
}

fn overlay_container(base: Container, own: &Container) -> Container {
    let image = own.image.clone().filter(|image| !image.is_empty()).or(base.image);
    Container { name: base.name, image, limits: [base.limits, own.limits.clone()].concat() }
}

fn overlay_text(base: Option<Placed<String>>, own: Option<&Placed<String>>) -> Option<Placed<String>> {
    match own {
        Some(own) if base.is_none() || !own.value.is_empty() => Some(own.clone()),
        _ => base,
    }
}
