//! What the KRM function is told to do: `kind: PinRuntimes`, or a `ConfigMap` with the same keys in kebab case.

use crate::kserve::{self, Object, Release, ServingRuntime};
use crate::object::{API_VERSION, Position};
use crate::yaml::Node;
use crate::yaml::field::{Field, FieldProblem, Read};

/// The function's configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PinRuntimes {
    /// The release whose rules apply; the snapshot's, or that of `runtimes: {release: …}`, when it is not said.
    pub kserve_version: Option<Release>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// The runtimes that are declared to be all there are.
    pub runtimes: Option<DeclaredRuntimes>,
    /// What to do with a service that gets no runtime.
    pub on_unresolved: Policy,
    /// What to do with a service whose runtime cannot be decided.
    pub on_undecided: Policy,
    /// Resolve services that name a runtime as if they named none.
    pub repin: bool,
    /// A graph's step may call another URL.
    pub allow_graph_change: bool,
    /// With `repin`: a service may get another runtime, protocol or image.
    pub allow_move: bool,
    /// Whether to write pins or only to look for what would be written.
    pub mode: Mode,
    /// The services to leave alone.
    pub exclude: Vec<Exclusion>,
    /// Which results to report.
    pub results: Results,
}

/// The runtimes that are declared to be all there are.
#[derive(Clone, Debug, PartialEq)]
pub enum DeclaredRuntimes {
    /// Those among the items.
    Items,
    /// What a release installs; without a name the release whose rules apply.
    Release(Option<Release>),
    /// These.
    Inline(Vec<ServingRuntime>),
}

/// What to do with a service that cannot be pinned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Fail, and write nothing at all.
    #[default]
    Fail,
    /// Leave it as it is, with a warning.
    Skip,
}

/// Whether to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Write the pins.
    #[default]
    Pin,
    /// Write nothing; fail when a pin is missing or broken.
    Check,
}

/// Which results to report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Results {
    /// Services that were pinned, skipped or failed.
    #[default]
    Changes,
    /// Those that were pinned already too.
    All,
}

/// Services to leave alone: all that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exclusion {
    name: Option<String>,
    namespace: Option<String>,
    labels: Vec<(String, String)>,
}

/// A configuration that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("functionConfig at {position}: {problem}")]
pub struct ConfigurationError {
    /// The place in the `ResourceList`.
    pub position: Position,
    /// What is wrong.
    pub problem: FieldProblem,
}

const KEYS: [&str; 11] = [
    "kserveVersion",
    "namespace",
    "runtimes",
    "onUnresolved",
    "onUndecided",
    "repin",
    "allowGraphChange",
    "allowMove",
    "mode",
    "exclude",
    "results",
];
const CONFIG_MAP_KEYS: [&str; 11] = [
    "kserve-version",
    "namespace",
    "runtimes",
    "on-unresolved",
    "on-undecided",
    "repin",
    "allow-graph-change",
    "allow-move",
    "mode",
    "exclude",
    "results",
];

impl PinRuntimes {
    /// Reads a functionConfig.
    pub fn read(node: &Node<'_>) -> Result<Self, ConfigurationError> {
        let wrong = |misread: Box<crate::yaml::field::Misread>| ConfigurationError {
            position: misread.position,
            problem: misread.problem,
        };
        Self::read_kind(&Field::root(node)).map_err(wrong)
    }

    fn read_kind(root: &Field<'_, '_>) -> Read<Self> {
        let api_version = root.required("apiVersion")?.string()?.value;
        let kind = root.required("kind")?.string()?.value;
        match (api_version.as_str(), kind.as_str()) {
            (API_VERSION, "PinRuntimes") => {
                root.only_keys(&["apiVersion", "kind", "metadata", "spec"])?;
                root.field("spec")?.map_or_else(|| Ok(Self::default()), |spec| Self::read_spec(&spec))
            }
            ("v1", "ConfigMap") => {
                root.only_keys(&["apiVersion", "kind", "metadata", "data", "immutable"])?;
                root.field("data")?.map_or_else(|| Ok(Self::default()), |data| Self::read_data(&data))
            }
            _ => root.required("kind")?.wrong_form(format!(
                "expected PinRuntimes of {API_VERSION} or a ConfigMap, but found {kind} of {api_version}"
            )),
        }
    }

    fn read_spec(spec: &Field<'_, '_>) -> Read<Self> {
        spec.only_keys(&KEYS)?;
        Ok(Self {
            kserve_version: spec.field("kserveVersion")?.map(|field| release(&field)).transpose()?,
            namespace: spec.optional_string("namespace")?,
            runtimes: spec.field("runtimes")?.map(|field| runtimes(&field)).transpose()?,
            on_unresolved: policy(spec, "onUnresolved")?,
            on_undecided: policy(spec, "onUndecided")?,
            repin: spec.optional_bool("repin")?.unwrap_or_default(),
            allow_graph_change: spec.optional_bool("allowGraphChange")?.unwrap_or_default(),
            allow_move: spec.optional_bool("allowMove")?.unwrap_or_default(),
            mode: mode(spec)?,
            exclude: spec.items("exclude")?.iter().map(exclusion).collect::<Read<_>>()?,
            results: results(spec)?,
        })
    }

    fn read_data(data: &Field<'_, '_>) -> Read<Self> {
        data.only_keys(&CONFIG_MAP_KEYS)?;
        Ok(Self {
            kserve_version: data.field("kserve-version")?.map(|field| release(&field)).transpose()?,
            namespace: data.optional_string("namespace")?,
            runtimes: data.field("runtimes")?.map(|field| runtimes_word(&field)).transpose()?,
            on_unresolved: policy(data, "on-unresolved")?,
            on_undecided: policy(data, "on-undecided")?,
            repin: flag(data, "repin")?,
            allow_graph_change: flag(data, "allow-graph-change")?,
            allow_move: flag(data, "allow-move")?,
            mode: mode(data)?,
            exclude: names(data.optional_string("exclude")?),
            results: results(data)?,
        })
    }

    /// Whether a service is to be left alone.
    #[must_use]
    pub fn excludes(&self, namespace: &str, service: &kserve::InferenceService) -> bool {
        self.exclude.iter().any(|exclusion| {
            exclusion.name.as_ref().is_none_or(|name| *name == service.name)
                && exclusion.namespace.as_ref().is_none_or(|excluded| excluded == namespace)
                && exclusion.labels.iter().all(|(key, value)| service.labels.get(key) == Some(value))
        })
    }
}

fn release(field: &Field<'_, '_>) -> Read<Release> {
    let word = field.string_such_as("v0.20")?;
    word.parse().or_else(|error: kserve::release::ReleaseError| field.wrong_form(error.to_string()))
}

/// `items`, `{release: v0.17.0}` or `{inline: […]}`.
fn runtimes(field: &Field<'_, '_>) -> Read<DeclaredRuntimes> {
    if field.node().as_mapping().is_none() {
        return runtimes_word(field);
    }
    field.only_keys(&["release", "inline"])?;
    match (field.field("release")?, field.field("inline")?) {
        (Some(named), None) => Ok(DeclaredRuntimes::Release(Some(release(&named)?))),
        (None, Some(_)) => {
            let runtimes = field.items("inline")?.iter().map(inline).collect::<Read<_>>()?;
            Ok(DeclaredRuntimes::Inline(runtimes))
        }
        _ => field.wrong_form("expected one of release and inline".to_owned()),
    }
}

/// `items`, `release` or `release:v0.17.0`.
fn runtimes_word(field: &Field<'_, '_>) -> Read<DeclaredRuntimes> {
    let word = field.string()?.value;
    match (word.as_str(), word.strip_prefix("release:")) {
        ("items", _) => Ok(DeclaredRuntimes::Items),
        ("release", _) => Ok(DeclaredRuntimes::Release(None)),
        (_, Some(release)) => match release.parse() {
            Ok(release) => Ok(DeclaredRuntimes::Release(Some(release))),
            Err(error) => field.wrong_form(format!("{error}")),
        },
        _ => field.wrong_form(format!("expected items or release:vX.Y.Z, but found {word:?}")),
    }
}

fn inline(field: &Field<'_, '_>) -> Read<ServingRuntime> {
    match kserve::read(field.node(), None, "") {
        Ok(Some(Object::ServingRuntime(runtime))) => Ok(*runtime),
        Ok(_) => field.wrong_form("expected a ServingRuntime or ClusterServingRuntime".to_owned()),
        Err(error) => field.wrong_form(error.to_string()),
    }
}

fn word<T>(parent: &Field<'_, '_>, key: &str, words: &[(&str, T)]) -> Read<T>
where
    T: Copy + Default,
{
    let Some(field) = parent.field(key)? else { return Ok(T::default()) };
    let found = field.string()?.value;
    if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == found) {
        return Ok(*meaning);
    }
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    field.wrong_form(format!("expected {}, but found {found:?}", known.join(" or ")))
}

fn policy(parent: &Field<'_, '_>, key: &str) -> Read<Policy> {
    word(parent, key, &[("fail", Policy::Fail), ("skip", Policy::Skip)])
}

/// A ConfigMap holds strings only.
fn flag(parent: &Field<'_, '_>, key: &str) -> Read<bool> {
    word(parent, key, &[("false", false), ("true", true)])
}

fn mode(parent: &Field<'_, '_>) -> Read<Mode> {
    word(parent, "mode", &[("pin", Mode::Pin), ("check", Mode::Check)])
}

fn results(parent: &Field<'_, '_>) -> Read<Results> {
    word(parent, "results", &[("changes", Results::Changes), ("all", Results::All)])
}

fn exclusion(field: &Field<'_, '_>) -> Read<Exclusion> {
    field.only_keys(&["name", "namespace", "labels"])?;
    let labels = field.string_map("labels")?.into_iter().collect();
    let exclusion =
        Exclusion { name: field.optional_string("name")?, namespace: field.optional_string("namespace")?, labels };
    if exclusion == Exclusion::default() {
        return field.wrong_form("expected name, namespace or labels".to_owned());
    }
    Ok(exclusion)
}

fn names(list: Option<String>) -> Vec<Exclusion> {
    let list = list.unwrap_or_default();
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| Exclusion { name: Some(name.to_owned()), ..Exclusion::default() }).collect()
}
