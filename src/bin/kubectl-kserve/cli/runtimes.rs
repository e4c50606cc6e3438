//! What was typed after `runtimes`.

use clap::Args;
use kubectl_kserve::kserve::RuntimeId;

use super::{Connection, Format, Manifests, Rules, service_name};

/// List the runtimes that a namespace sees, in the order in which KServe tries them.
///
/// With --format or --for, those that can be selected come first, by priority, each with what comes of it.
/// Exit status: 0 there is an answer; 1 nothing supports the format or protocol, or it is not certain which runtime a
/// service gets; 2 no answer.
#[derive(Debug, Args)]
#[command(mut_args(help))]
#[command(after_help = "Examples:
  # What namespace ml of the cluster sees
  kubectl kserve runtimes -n ml

  # The live services that would lose their runtime
  kubectl kserve runtimes kserve-sklearnserver --used-by -A

  # What KServe v0.20 installs
  kubectl kserve runtimes --runtimes release:v0.20.0

  # Which runtimes support sklearn 1 over protocol v2, and which of them is selected
  kubectl kserve runtimes --format sklearn:1 --protocol v2 -f runtimes.yaml

  # What becomes of each runtime for a service
  kubectl kserve runtimes --for iris -f manifests/ -R

  # The same among manifests
  kubectl kserve runtimes kserve-sklearnserver --used-by -f manifests/ -R")]
pub(crate) struct Runtimes {
    /// The runtimes to list: NAME, servingruntime/NAME or clusterservingruntime/NAME; all of them without
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<RuntimeName>,
    #[command(flatten)]
    pub(crate) manifests: Manifests,
    #[command(flatten)]
    pub(crate) rules: Rules,
    /// Only runtimes that support this model format, as sklearn or sklearn:1, with what automatic selection makes of
    /// them
    #[arg(long, value_name = "NAME[:VERSION]")]
    pub(crate) format: Option<ModelFormat>,
    /// Only runtimes that serve this protocol; with --format, the protocolVersion of the model
    #[arg(long, value_name = "PROTOCOL", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) protocol: Option<String>,
    /// What comes of each runtime for this service
    #[arg(long = "for", value_name = "SERVICE", value_parser = service_name, conflicts_with_all = ["format", "protocol"])]
    pub(crate) service: Option<String>,
    /// List the services that resolve to the runtimes named
    #[arg(long, requires = "names", conflicts_with_all = ["format", "protocol", "service"])]
    pub(crate) used_by: bool,
    /// Output format: wide adds columns, name prints names only
    #[arg(short, long, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// Leave the headings of a table out
    #[arg(long)]
    pub(crate) no_headers: bool,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// The help of flags that mean something else where runtimes are listed.
fn help(argument: clap::Arg) -> clap::Arg {
    match argument.get_id().as_str() {
        "namespace" => argument.help("The namespace whose runtimes are listed, and that of objects that name none"),
        "all_namespaces" => argument.help("List the runtimes of every namespace"),
        "selector" => argument.help("With --for and --used-by, only services with these labels, as in kubectl"),
        _ => argument,
    }
}

/// A runtime's name, and its kind where that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuntimeName {
    kind: Option<&'static str>,
    name: String,
}

impl RuntimeName {
    /// Whether it names this runtime.
    pub(crate) fn names(&self, id: &RuntimeId) -> bool {
        self.name == id.name && self.kind.is_none_or(|kind| kind == id.kind())
    }
}

impl std::fmt::Display for RuntimeName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            Some(kind) => write!(f, "{}s.serving.kserve.io {:?}", kind.to_ascii_lowercase(), self.name),
            None => write!(f, "runtime {:?}", self.name),
        }
    }
}

impl std::str::FromStr for RuntimeName {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected NAME, servingruntime/NAME or clusterservingruntime/NAME";
        let (kind, name) = match word.split_once('/') {
            None => (None, word),
            Some((resource, name)) => (Some(kind_of(resource).ok_or(EXPECTED)?), name),
        };
        if name.is_empty() || name.contains('/') {
            return Err(EXPECTED);
        }
        Ok(Self { kind, name: name.to_owned() })
    }
}

/// The kind that kubectl understands by one of the words it takes before a slash.
fn kind_of(resource: &str) -> Option<&'static str> {
    match resource.strip_suffix(".serving.kserve.io").unwrap_or(resource) {
        "servingruntime" | "servingruntimes" => Some("ServingRuntime"),
        "clusterservingruntime" | "clusterservingruntimes" => Some("ClusterServingRuntime"),
        _ => None,
    }
}

/// `sklearn` or `sklearn:1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModelFormat {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
}

impl std::fmt::Display for ModelFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{}:{version}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl std::str::FromStr for ModelFormat {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let (name, version) = match word.split_once(':') {
            Some((name, version)) => (name, Some(version.to_owned())),
            None => (word, None),
        };
        if name.is_empty() || version.as_deref() == Some("") {
            return Err("expected a model format such as sklearn, or with a version sklearn:1");
        }
        Ok(Self { name: name.to_owned(), version })
    }
}
