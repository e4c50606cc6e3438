//! The `Deployment` that serves a predictor, as far as it tells which image runs.

use super::InferenceService;
use crate::yaml::Node;

/// The label that names the service of a `Deployment`, the same in every release and in every mode.
pub const SERVICE_LABEL: &str = "serving.kserve.io/inferenceservice";

/// The label that tells a predictor from a transformer or an explainer.
const COMPONENT_LABEL: &str = "component";

/// The label that Knative puts on the `Deployment` of a revision.
const REVISION_LABEL: &str = "serving.knative.dev/revision";

/// The container that serves the model.
const MODEL_CONTAINER: &str = "kserve-container";

/// A `Deployment` that KServe, or Knative for KServe, made for a predictor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The namespace, when the object names one.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The service that it belongs to.
    pub service: String,
    /// Knative's revision; none in Standard mode.
    pub revision: Option<String>,
    /// The image of `kserve-container`.
    pub image: String,
}

/// The image that runs against the one that KServe would write now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageDrift {
    /// One of them is not known, or they cannot be compared.
    Unknown,
    /// The same one.
    Same,
    /// Another one.
    Differs,
}

impl Deployment {
    /// Reads `node` when it is a predictor's. The kind is not looked at: the items of the API server's lists name none.
    #[must_use]
    pub fn read(node: &Node<'_>) -> Option<Self> {
        let metadata = node.get("metadata")?;
        let text = |key| Some(metadata.get(key)?.as_str()?.to_owned());
        let label = |key| Some(metadata.get("labels")?.get(key)?.as_str()?.to_owned());
        if label(COMPONENT_LABEL)? != "predictor" {
            return None;
        }
        Some(Self {
            namespace: text("namespace").filter(|namespace| !namespace.is_empty()),
            name: text("name")?,
            service: label(SERVICE_LABEL)?,
            revision: label(REVISION_LABEL),
            image: image(node)?,
        })
    }

    /// Whether it runs the predictor of `service`, or one of its canaries. Multi-node workers have one of their own.
    #[must_use]
    pub fn runs(&self, service: &InferenceService, canary: Option<&str>) -> bool {
        if self.service != service.name {
            return false;
        }
        match &self.revision {
            Some(revision) => canary.is_none() && service.revision.as_ref() == Some(revision),
            None => names(service, canary).contains(&self.name),
        }
    }
}

/// The image that runs against the one that KServe would write now.
#[must_use]
pub fn compare_images(running: Option<&str>, now: Option<&str>) -> ImageDrift {
    match (running, now) {
        (Some(running), Some(now)) if running == now => ImageDrift::Same,
        // Knative writes a digest into the Deployment where KServe wrote a tag.
        (Some(running), Some(now)) if running.contains('@') && !now.contains('@') => ImageDrift::Unknown,
        (Some(_), Some(_)) => ImageDrift::Differs,
        _ => ImageDrift::Unknown,
    }
}

fn image(node: &Node<'_>) -> Option<String> {
    let containers = node.get("spec")?.get("template")?.get("spec")?.get("containers")?.as_sequence()?;
    let is_of_model = |container: &&Node<'_>| container.get("name").and_then(Node::as_str) == Some(MODEL_CONTAINER);
    Some(containers.iter().find(is_of_model)?.get("image")?.as_str()?.to_owned())
}

/// What KServe calls the `Deployment`: v0.10 and older say `-default` (`PredictorServiceName` in
/// <https://github.com/kserve/kserve/blob/v0.20.0/pkg/constants/constants.go>).
fn names(service: &InferenceService, canary: Option<&str>) -> Vec<String> {
    let named = |name: &str| format!("{}-{name}-predictor", service.name);
    match canary.or(service.predictor.name.as_deref()) {
        Some(name) => vec![named(name)],
        None => vec![format!("{}-predictor", service.name), format!("{}-predictor-default", service.name)],
    }
}
