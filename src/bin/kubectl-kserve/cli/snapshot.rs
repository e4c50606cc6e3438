//! What was typed after `snapshot`.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::KserveVersion;
use crate::connection::Connection;

/// Write the runtimes of the cluster as one YAML file to commit.
///
/// The file is input for `--runtimes` and `drift --against`, with the ages that decide ties; it is not to be applied.
/// An unchanged cluster gives the same bytes again.
/// Exit status: 0 the snapshot is complete; 1 some runtimes may not be read, and it says so; 2 there is none.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  # All runtimes of the cluster
  kubectl kserve snapshot >runtimes.yaml

  # What the services of one namespace see
  kubectl kserve snapshot -n ml >runtimes.yaml

  # Pin by them, and see later what has changed
  kubectl kserve pin -f manifests/ -R --runtimes runtimes.yaml
  kubectl kserve drift -A --against runtimes.yaml")]
pub(crate) struct Snapshot {
    /// Only what this namespace sees: its own runtimes and those of the cluster
    #[arg(short, long, value_name = "NAMESPACE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) namespace: Option<String>,
    /// The runtimes of every namespace, which is the default, whatever -n says
    #[arg(short = 'A', long)]
    pub(crate) all_namespaces: bool,
    /// The name of the Snapshot object
    #[arg(long, value_name = "NAME", default_value = "runtimes", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) name: String,
    /// Say when the snapshot was taken, which makes each differ from the one before
    #[arg(long)]
    pub(crate) timestamp: bool,
    /// The KServe release of the cluster: vX.Y, vX.Y.Z, latest or auto (what the controller tells)
    #[arg(long, value_name = "RELEASE", default_value = "auto")]
    pub(crate) kserve_version: KserveVersion,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
