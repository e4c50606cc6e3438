//! The KServe objects that decide which runtime serves a model: only the fields that matter, spelled as the API spells them.

pub mod catalogue;
mod deployment;
mod read;
pub mod release;
mod schema;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

pub use deployment::{Deployment, ImageDrift, SERVICE_LABEL, compare_images};
pub use read::{Object, ReadError, read};
pub use release::Release;

use crate::object::{Placed, Position, Source};

/// The API group of every KServe object.
pub const GROUP: &str = "serving.kserve.io";

/// The annotation that chooses a deployment mode; `ModelMesh` there takes the service out of KServe's hands.
pub const DEPLOYMENT_MODE: &str = "serving.kserve.io/deploymentMode";

/// The annotation that stops a service.
pub const STOP: &str = "serving.kserve.io/stop";
/// The annotation that keeps the controller away from a service that is ready (read since v0.16).
pub const DISABLE_AUTO_UPDATE: &str = "serving.kserve.io/disable-auto-update";

/// The annotation on a runtime that says which server it runs (read since v0.17).
pub const SERVER_TYPE: &str = "serving.kserve.io/server-type";

/// An `InferenceService`: which model to serve, and what was recorded about it.
#[derive(Clone, Debug, PartialEq)]
pub struct InferenceService {
    /// The namespace, when the object names one.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The labels, for selectors.
    pub labels: BTreeMap<String, String>,
    /// The deployment mode that the status names, else the annotation `serving.kserve.io/deploymentMode`.
    pub deployment_mode: Option<String>,
    /// The annotation `serving.kserve.io/stop` is true.
    pub stopped: bool,
    /// `spec.predictor`.
    pub predictor: Predictor,
    /// `spec.transformer` is set: graphs then call the transformer.
    pub transformer: bool,
    /// `spec.canary`: known to KServe since v0.20.
    pub canaries: Vec<Canary>,
    /// The runtime that the controller wrote into the status (since v0.16).
    pub recorded_runtime: Option<RuntimeId>,
    /// It is ready, and the annotation `serving.kserve.io/disable-auto-update` is `"true"`.
    pub auto_update_disabled: bool,
    /// Whether KServe's webhook has run.
    pub origin: Origin,
    /// The revision of the predictor that Knative serves.
    pub revision: Option<String>,
    /// Where it was read; none for an object of a cluster.
    pub source: Option<Source>,
}

/// Where a service comes from, and so whether KServe's webhook has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A manifest: the webhook runs when it is applied.
    Manifest,
    /// A file with a status, as kubectl prints objects of a cluster. Applied again, it goes through the webhook again.
    Copy,
    /// A cluster: it is resolved as it stands, because the webhook ran when it was written, perhaps under an older release.
    Stored,
}

/// `spec.predictor`, as far as it bears on the runtime.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictor {
    /// `name` (since v0.20), where it is not empty.
    pub name: Option<String>,
    /// `model`.
    pub model: Option<Model>,
    /// The framework keys (`sklearn`, `triton` …) that are set, in the order in which KServe looks at them.
    pub frameworks: Vec<FrameworkPredictor>,
    /// `workerSpec` is set: a multi-node service.
    pub worker_spec: bool,
    /// `containers` is set: the service brings its own.
    pub containers: bool,
    /// The place of the predictor's first field.
    pub position: Position,
}

impl Predictor {
    /// The framework key that KServe's webhook serves, and what it ignores beside it: `model`, or another framework.
    #[must_use]
    pub fn contradiction(&self) -> Option<(Framework, &'static str)> {
        let (kept, others) = self.frameworks.split_first()?;
        let dropped = match (&self.model, others.first()) {
            (Some(_), _) => "model",
            (None, Some(other)) => other.framework.key(),
            (None, None) => return None,
        };
        Some((kept.framework, dropped))
    }
}

/// An entry of `spec.canary`: a name, and what differs from the stable predictor.
#[derive(Clone, Debug, PartialEq)]
pub struct Canary {
    /// `predictor.name`.
    pub name: String,
    /// The canary's own fields.
    pub predictor: Predictor,
}

/// `spec.predictor.model`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// The place of `modelFormat`, or of the framework's key.
    pub position: Position,
    /// `modelFormat.name`; empty only in a canary that names none.
    pub format: Placed<String>,
    /// `modelFormat.version`.
    pub version: Option<Placed<String>>,
    /// `runtime`: the runtime asked for by name.
    pub runtime: Option<Placed<String>>,
    /// What a model has in common with a framework predictor.
    pub extension: PredictorExtension,
}

/// What a model and a framework predictor have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PredictorExtension {
    /// `protocolVersion`.
    pub protocol_version: Option<Placed<String>>,
    /// `runtimeVersion`: replaces the image's tag.
    pub runtime_version: Option<String>,
    /// The container fields written beside the model.
    pub container: Container,
    /// The place of `model` or of the framework key's content.
    pub position: Position,
}

/// A predictor under a framework's own key, which KServe's webhook turns into `model`.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameworkPredictor {
    /// The key.
    pub framework: Framework,
    /// The place of the key.
    pub key: Position,
    /// What stands under it.
    pub extension: PredictorExtension,
}

/// The fields of a container that KServe's image rules read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Container {
    /// `name`; empty beside a model.
    pub name: String,
    /// `image`.
    pub image: Option<String>,
    /// The names under `resources.limits`.
    pub limits: Vec<String>,
}

/// The framework keys of a predictor, in the order in which KServe looks at them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Framework {
    Sklearn,
    Tensorflow,
    Xgboost,
    Pytorch,
    Triton,
    Onnx,
    Huggingface,
    Pmml,
    Lightgbm,
    Paddle,
}

impl Framework {
    /// Every framework, in KServe's order: the first one set wins.
    pub const ALL: [Self; 10] = [
        Self::Sklearn,
        Self::Tensorflow,
        Self::Xgboost,
        Self::Pytorch,
        Self::Triton,
        Self::Onnx,
        Self::Huggingface,
        Self::Pmml,
        Self::Lightgbm,
        Self::Paddle,
    ];

    /// The key in the predictor, which is also the name of the model format.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Sklearn => "sklearn",
            Self::Tensorflow => "tensorflow",
            Self::Xgboost => "xgboost",
            Self::Pytorch => "pytorch",
            Self::Triton => "triton",
            Self::Onnx => "onnx",
            Self::Huggingface => "huggingface",
            Self::Pmml => "pmml",
            Self::Lightgbm => "lightgbm",
            Self::Paddle => "paddle",
        }
    }
}

/// An `InferenceGraph`, as far as it calls services whose URL KServe makes up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InferenceGraph {
    /// The namespace, when the object names one.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The services that its steps name without a `serviceUrl` of their own.
    pub services: Vec<String>,
}

/// A `ServingRuntime` or `ClusterServingRuntime`.
#[allow(clippy::struct_excessive_bools)] // Each is a field of the API.
#[derive(Clone, Debug, PartialEq)]
pub struct ServingRuntime {
    /// Kind, namespace and name.
    pub id: RuntimeId,
    /// How old it is.
    pub age: Age,
    /// `spec.supportedModelFormats`.
    pub supported_model_formats: Vec<SupportedModelFormat>,
    /// `spec.protocolVersions`; empty means that it serves every protocol.
    pub protocol_versions: Vec<String>,
    /// `spec.disabled`.
    pub disabled: bool,
    /// `spec.multiModel`: a runtime for `ModelMesh`.
    pub multi_model: bool,
    /// `spec.workerSpec` is set: a runtime for multi-node services.
    pub worker_spec: bool,
    /// The annotation `serving.kserve.io/server-type`.
    pub server_type: Option<String>,
    /// `spec.containers`.
    pub containers: Vec<Container>,
    /// It is annotated `config.kubernetes.io/local-config: "true"`: it is never applied.
    pub local_config: bool,
    /// Where it was read; none for an object of a cluster or of a release's catalogue.
    pub source: Option<Source>,
}

impl ServingRuntime {
    /// Whether it tells what a cluster has, as in a snapshot, and is no manifest to apply: those have no age yet.
    #[must_use]
    pub fn describes_cluster(&self) -> bool {
        self.local_config || matches!(self.age, Age::Created(_))
    }
}

/// An entry of `spec.supportedModelFormats`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SupportedModelFormat {
    /// `name`.
    pub name: String,
    /// `version`.
    pub version: Option<String>,
    /// `autoSelect` is true: the entry counts when no runtime is asked for by name.
    pub auto_select: bool,
    /// `priority`.
    pub priority: Option<i32>,
}

/// What names a runtime. Ordered by kind (`ServingRuntime` first), namespace, name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuntimeId {
    /// The namespace of a `ServingRuntime`; none for a `ClusterServingRuntime`.
    pub scope: Scope,
    /// The name.
    pub name: String,
}

/// Who sees a runtime.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// The services of one namespace: a `ServingRuntime`.
    Namespace(String),
    /// Every service: a `ClusterServingRuntime`.
    Cluster,
}

impl RuntimeId {
    /// A `ClusterServingRuntime` of this name.
    #[must_use]
    pub fn cluster(name: &str) -> Self {
        Self { scope: Scope::Cluster, name: name.to_owned() }
    }

    /// A `ServingRuntime` of this namespace and name.
    #[must_use]
    pub fn namespaced(namespace: &str, name: &str) -> Self {
        Self { scope: Scope::Namespace(namespace.to_owned()), name: name.to_owned() }
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.scope {
            Scope::Namespace(_) => "ServingRuntime",
            Scope::Cluster => "ClusterServingRuntime",
        }
    }

    /// The namespace, when it has one.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        match &self.scope {
            Scope::Namespace(namespace) => Some(namespace),
            Scope::Cluster => None,
        }
    }
}

impl fmt::Display for RuntimeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.scope {
            Scope::Namespace(namespace) => write!(f, "ServingRuntime {namespace}/{}", self.name),
            Scope::Cluster => write!(f, "ClusterServingRuntime {}", self.name),
        }
    }
}

/// How old a runtime is. KServe tries newer runtimes first, so an unknown age can leave an answer open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// `metadata.creationTimestamp`.
    Created(Timestamp),
    /// Installed with a release: as old as the others of that release, and of no known age beside any other.
    Release,
    /// In a file, and known not to be in the cluster: once it is there, newer than all that is.
    NotCreated,
    /// A manifest that no cluster has seen.
    Unknown,
}

impl ServingRuntime {
    /// The container whose image serves the model: `kserve-container`, by name since v0.11, the first one before.
    #[must_use]
    pub fn model_container(&self, release: Release) -> Option<&Container> {
        if release.finds_container_by_name() {
            self.containers.iter().find(|container| container.name == "kserve-container")
        } else {
            self.containers.first()
        }
    }
}
