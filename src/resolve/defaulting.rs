//! What KServe's mutating webhook makes of a predictor before a runtime is looked for. An object of a cluster has been
//! through it already, perhaps under an older release that set less, and the controller sets nothing more.

use std::borrow::Cow;

use crate::kserve::{Framework, FrameworkPredictor, InferenceService, Model, Origin, Release};
use crate::object::{Placed, Position};

use super::Asked;

/// Where a model's protocolVersion comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolFrom {
    /// The manifest.
    Spec,
    /// The webhook, for a framework or format that it knows to speak v2.
    Webhook,
    /// KServe's assumption or the server's own default.
    Default,
    /// Nowhere: none was set, and none is checked.
    None,
}

impl ProtocolFrom {
    /// What an unset protocolVersion counts as in automatic selection since v0.11.1.
    pub const ASSUMED: &'static str = "v1";
}

/// What the webhook sets where it knows a server to speak no other protocol.
pub(super) const WEBHOOK_PROTOCOL: &str = "v2";

/// The model that `service` asks for under `release`; none when it brings containers of its own. A framework's key that is
/// still stored becomes `model` at the next write.
pub(super) fn default_predictor(service: &InferenceService, release: Release) -> Option<Asked<'_>> {
    let predictor = &service.predictor;
    let framework = predictor.frameworks.iter().find(|predictor| release.knows_framework(predictor.framework));
    let model = match framework {
        Some(framework) => Cow::Owned(model_of(framework)),
        None => Cow::Borrowed(predictor.model.as_ref()?),
    };
    let mut asked = Asked {
        protocol_from: ProtocolFrom::None,
        framework: framework.map(|predictor| predictor.framework),
        worker_spec: predictor.worker_spec,
        model,
    };
    let webhook_ran = service.origin == Origin::Stored && framework.is_none();
    default_protocol(&mut asked, release, webhook_ran);
    Some(asked)
}

/// `sklearn: {…}` becomes `model: {modelFormat: {name: sklearn}, …}`, whatever stood under `model`.
fn model_of(predictor: &FrameworkPredictor) -> Model {
    Model {
        position: predictor.key,
        format: Placed::new(predictor.framework.key().to_owned(), predictor.key),
        version: None,
        runtime: None,
        extension: predictor.extension.clone(),
    }
}

/// Defaults a model that was changed after it had been defaulted: what the webhook set before does not count.
pub(super) fn default_again(asked: &mut Asked<'_>, release: Release) {
    let set_by_webhook = asked.model.extension.protocol_version.as_ref().is_some_and(|protocol| {
        asked.protocol_from == ProtocolFrom::Webhook
            && protocol.value == WEBHOOK_PROTOCOL
            && protocol.position == Position::default()
    });
    if set_by_webhook {
        asked.model.to_mut().extension.protocol_version = None;
    }
    asked.protocol_from = ProtocolFrom::None;
    default_protocol(asked, release, false);
}

fn default_protocol(asked: &mut Asked<'_>, release: Release, webhook_ran: bool) {
    if asked.model.extension.protocol_version.is_some() {
        asked.protocol_from = ProtocolFrom::Spec;
    } else if !webhook_ran && is_defaulted_to_v2(asked, release) {
        asked.model.to_mut().extension.protocol_version =
            Some(Placed::new(WEBHOOK_PROTOCOL.to_owned(), Position::default()));
        asked.protocol_from = ProtocolFrom::Webhook;
    } else if asked.model.runtime.is_none() && release.takes_unset_protocol_for_v1() {
        asked.protocol_from = ProtocolFrom::Default;
    }
}

fn is_defaulted_to_v2(asked: &Asked<'_>, release: Release) -> bool {
    let by_framework = matches!(asked.framework, Some(Framework::Triton | Framework::Onnx | Framework::Huggingface));
    by_framework || release.formats_defaulted_to_v2().contains(&asked.model.format.value.as_str())
}
