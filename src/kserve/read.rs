//! From nodes to KServe objects, as strict about types as the API server is: a number where a string belongs is an error
//! with its place, not a guess.

use jiff::Timestamp;

use super::{
    Age, Canary, Container, DEPLOYMENT_MODE, DISABLE_AUTO_UPDATE, Framework, FrameworkPredictor, GROUP, InferenceGraph,
    InferenceService, Model, Origin, Predictor, PredictorExtension, RuntimeId, SERVER_TYPE, STOP, Scope,
    ServingRuntime, SupportedModelFormat,
};
use crate::object::{LOCAL_CONFIG, Source};
use crate::yaml::Node;
use crate::yaml::field::{Field, FieldProblem, Read};

/// An object that bears on the choice of a runtime.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// An `InferenceService`.
    InferenceService(Box<InferenceService>),
    /// A `ServingRuntime` or `ClusterServingRuntime`.
    ServingRuntime(Box<ServingRuntime>),
    /// An `InferenceGraph`.
    InferenceGraph(InferenceGraph),
}

/// An object whose fields are not what the API asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{object}: {problem}", .place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default())]
pub struct ReadError {
    /// The kind and name of the object.
    pub object: String,
    /// The place of the field.
    pub place: Option<Source>,
    /// What is wrong.
    pub problem: FieldProblem,
}

/// Reads `node` when it is a KServe object that bears on the choice; answers none for every other kind.
/// A `ServingRuntime` that names no namespace belongs to `default_namespace`.
pub fn read(node: &Node<'_>, source: Option<Source>, default_namespace: &str) -> Result<Option<Object>, ReadError> {
    let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    if api_version.split_once('/').is_none_or(|(group, _)| group != GROUP) {
        return Ok(None);
    }
    let root = Field::root(node);
    let object = match kind {
        "InferenceService" => require_version(&root, api_version, "serving.kserve.io/v1beta1")
            .and_then(|()| inference_service(&root, source.clone()))
            .map(|service| Object::InferenceService(Box::new(service))),
        "ServingRuntime" | "ClusterServingRuntime" => require_version(&root, api_version, "serving.kserve.io/v1alpha1")
            .and_then(|()| serving_runtime(&root, kind, default_namespace, source.clone()))
            .map(|runtime| Object::ServingRuntime(Box::new(runtime))),
        "InferenceGraph" => inference_graph(&root).map(Object::InferenceGraph),
        _ => return Ok(None),
    };
    object.map(Some).map_err(|misread| ReadError {
        object: name_of(node, kind),
        place: source.map(|source| source.at(misread.position)),
        problem: misread.problem,
    })
}

fn name_of(node: &Node<'_>, kind: &str) -> String {
    let metadata = |key| node.get("metadata")?.get(key)?.as_str();
    match (metadata("namespace").filter(|namespace| !namespace.is_empty()), metadata("name")) {
        (Some(namespace), Some(name)) => format!("{kind} {namespace}/{name}"),
        (None, Some(name)) => format!("{kind} {name}"),
        (_, None) => kind.to_owned(),
    }
}

fn require_version(root: &Field<'_, '_>, found: &str, expected: &str) -> Read<()> {
    if found == expected {
        return Ok(());
    }
    root.required("apiVersion")?.wrong_form(format!("expected {expected}, but found {found}"))
}

fn inference_service(root: &Field<'_, '_>, source: Option<Source>) -> Read<InferenceService> {
    let metadata = root.required("metadata")?;
    let spec = root.required("spec")?;
    let predictor = predictor(&spec.required("predictor")?, Requirement::Complete)?;
    let namespace = namespace(&metadata)?;
    Ok(InferenceService {
        recorded_runtime: recorded_runtime(root, namespace.as_deref())?,
        auto_update_disabled: annotation(&metadata, DISABLE_AUTO_UPDATE)?.is_some_and(|word| word == "true")
            && is_ready(root.node()),
        origin: if root.field("status")?.is_some() { Origin::Copy } else { Origin::Manifest },
        revision: revision(root.node()),
        namespace,
        name: metadata.required("name")?.string()?.value,
        labels: metadata.string_map("labels")?,
        // The controller decides once, and stays with what it wrote into the status.
        deployment_mode: match recorded_mode(root.node()) {
            Some(mode) => Some(mode),
            None => annotation(&metadata, DEPLOYMENT_MODE)?,
        },
        stopped: annotation(&metadata, STOP)?.is_some_and(|stop| stop.eq_ignore_ascii_case("true")),
        predictor,
        transformer: spec.field("transformer")?.is_some(),
        canaries: spec.items("canary")?.iter().map(canary).collect::<Read<_>>()?,
        source,
    })
}

fn inference_graph(root: &Field<'_, '_>) -> Read<InferenceGraph> {
    let metadata = root.required("metadata")?;
    let mut services = Vec::new();
    if let Some(spec) = root.field("spec")?
        && let Some(nodes) = spec.field("nodes")?
    {
        for key in nodes.keys_of()? {
            for step in nodes.required(key)?.items("steps")? {
                let url = step.optional_string("serviceUrl")?.filter(|url| !url.is_empty());
                services.extend(step.optional_string("serviceName")?.filter(|_| url.is_none()));
            }
        }
    }
    Ok(InferenceGraph { namespace: namespace(&metadata)?, name: metadata.required("name")?.string()?.value, services })
}

/// The namespace that an object names. To kubectl and the API server an empty one is none at all.
fn namespace(metadata: &Field<'_, '_>) -> Read<Option<String>> {
    Ok(metadata.optional_string("namespace")?.filter(|namespace| !namespace.is_empty()))
}

fn annotation(metadata: &Field<'_, '_>, key: &'static str) -> Read<Option<String>> {
    match metadata.field("annotations")? {
        Some(annotations) => annotations.optional_string(key),
        None => Ok(None),
    }
}

fn recorded_runtime(root: &Field<'_, '_>, namespace: Option<&str>) -> Read<Option<RuntimeId>> {
    let Some(status) = root.field("status")? else { return Ok(None) };
    let named = |key| status.optional_string(key).map(|name| name.filter(|name| !name.is_empty()));
    let own = named("servingRuntimeName")?.map(|name| RuntimeId::namespaced(namespace.unwrap_or_default(), &name));
    let cluster = named("clusterServingRuntimeName")?.map(|name| RuntimeId::cluster(&name));
    Ok(own.or(cluster))
}

fn recorded_mode(root: &Node<'_>) -> Option<String> {
    let mode = root.get("status")?.get("deploymentMode")?.as_str()?;
    (!mode.is_empty()).then(|| mode.to_owned())
}

fn is_ready(root: &Node<'_>) -> bool {
    let conditions = root.get("status").and_then(|status| status.get("conditions")?.as_sequence());
    let says = |condition: &Node<'_>, key, word| condition.get(key).and_then(Node::as_str) == Some(word);
    let is_ready = |condition: &Node<'_>| says(condition, "type", "Ready") && says(condition, "status", "True");
    conditions.unwrap_or_default().iter().any(is_ready)
}

/// The latest revision that is ready: during a rollout the one that KServe wrote last.
fn revision(root: &Node<'_>) -> Option<String> {
    let predictor = root.get("status")?.get("components")?.get("predictor")?;
    let named = |key| predictor.get(key)?.as_str().filter(|name| !name.is_empty());
    named("latestReadyRevision").or_else(|| named("latestRolledoutRevision")).map(str::to_owned)
}

/// How much of a model has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Requirement {
    /// A service's own predictor names a format.
    Complete,
    /// A canary's names what differs.
    Partial,
}

fn predictor(field: &Field<'_, '_>, requirement: Requirement) -> Read<Predictor> {
    let mut frameworks = Vec::new();
    for framework in Framework::ALL {
        if let Some((key, under)) = field.entry(framework.key())? {
            frameworks.push(FrameworkPredictor { framework, key, extension: extension(&under)? });
        }
    }
    Ok(Predictor {
        name: field.optional_string("name")?.filter(|name| !name.is_empty()),
        model: field.field("model")?.map(|field| model(&field, requirement)).transpose()?,
        frameworks,
        worker_spec: field.field("workerSpec")?.is_some(),
        containers: !field.items("containers")?.is_empty(),
        position: field.position(),
    })
}

fn canary(field: &Field<'_, '_>) -> Read<Canary> {
    let own = field.required("predictor")?;
    Ok(Canary { name: own.required("name")?.string()?.value, predictor: predictor(&own, Requirement::Partial)? })
}

fn model(field: &Field<'_, '_>, requirement: Requirement) -> Read<Model> {
    if requirement == Requirement::Complete {
        field.required("modelFormat")?;
    }
    let (position, format) = field.entry("modelFormat")?.unzip();
    let name = match &format {
        Some(format) if requirement == Requirement::Complete => Some(format.required("name")?.string()?),
        Some(format) => format.optional_placed("name")?,
        None => None,
    };
    Ok(Model {
        position: position.unwrap_or(field.position()),
        format: name.unwrap_or_default(),
        version: format.map(|format| format.optional_placed("version")).transpose()?.flatten(),
        runtime: field.optional_placed("runtime")?,
        extension: extension(field)?,
    })
}

fn extension(field: &Field<'_, '_>) -> Read<PredictorExtension> {
    Ok(PredictorExtension {
        protocol_version: field.optional_placed("protocolVersion")?,
        runtime_version: field.optional_string("runtimeVersion")?,
        container: container(field)?,
        position: field.position(),
    })
}

fn container(field: &Field<'_, '_>) -> Read<Container> {
    let limits = match field.field("resources")? {
        Some(resources) => resources.keys("limits")?,
        None => Vec::new(),
    };
    Ok(Container {
        name: field.optional_string("name")?.unwrap_or_default(),
        image: field.optional_string("image")?,
        limits,
    })
}

fn serving_runtime(
    root: &Field<'_, '_>,
    kind: &str,
    default_namespace: &str,
    source: Option<Source>,
) -> Read<ServingRuntime> {
    let metadata = root.required("metadata")?;
    let spec = root.required("spec")?;
    let name = metadata.required("name")?.string()?.value;
    // A namespace on a cluster-scoped object means nothing; kustomize adds one to kinds it does not know.
    let scope = if kind == "ClusterServingRuntime" {
        Scope::Cluster
    } else {
        Scope::Namespace(namespace(&metadata)?.unwrap_or_else(|| default_namespace.to_owned()))
    };
    Ok(ServingRuntime {
        id: RuntimeId { scope, name },
        age: age(&metadata)?,
        supported_model_formats: spec.items("supportedModelFormats")?.iter().map(supported).collect::<Read<_>>()?,
        protocol_versions: spec.strings("protocolVersions")?,
        disabled: spec.optional_bool("disabled")?.unwrap_or_default(),
        multi_model: spec.optional_bool("multiModel")?.unwrap_or_default(),
        worker_spec: spec.field("workerSpec")?.is_some(),
        server_type: annotation(&metadata, SERVER_TYPE)?,
        containers: spec.items("containers")?.iter().map(container).collect::<Read<_>>()?,
        local_config: annotation(&metadata, LOCAL_CONFIG)?.as_deref() == Some("true"),
        source,
    })
}

fn supported(field: &Field<'_, '_>) -> Read<SupportedModelFormat> {
    Ok(SupportedModelFormat {
        name: field.required("name")?.string()?.value,
        version: field.optional_string("version")?,
        auto_select: field.optional_bool("autoSelect")?.unwrap_or_default(),
        priority: field.optional_int32("priority")?,
    })
}

fn age(metadata: &Field<'_, '_>) -> Read<Age> {
    let Some(field) = metadata.field("creationTimestamp")? else { return Ok(Age::Unknown) };
    let text = field.string_such_as("2026-01-31T12:00:00Z")?;
    match text.parse::<Timestamp>() {
        Ok(timestamp) => Ok(Age::Created(timestamp)),
        Err(_) => field.wrong_form(format!("expected a time such as 2026-01-31T12:00:00Z, but found {text:?}")),
    }
}
