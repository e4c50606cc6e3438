//! What was typed after `which`.

use clap::Args;

use super::{Connection, Format, Manifests, Rules, service_name};

/// Tell which runtime each InferenceService gets, and why.
///
/// Exit status: 0 every service gets a runtime; 1 some get none, or it cannot be decided; 2 no answer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  # Explain one service of the cluster
  kubectl kserve which iris -n ml

  # Explain one service, with the runtimes that KServe v0.20 installs
  kubectl kserve which iris -f iris.yaml --runtimes release:v0.20.0

  # One line for each service of a folder, with the runtimes that lie in it
  kubectl kserve which -f manifests/ -R

  # What a service would get in the cluster, with the runtimes that lie beside it applied, too
  kubectl kserve which -f manifests/ --runtimes cluster

  # What a kustomization's services would get under an older release
  kubectl kserve which -k overlays/prod --kserve-version v0.17")]
pub(crate) struct Which {
    /// The services to answer for: NAME, isvc/NAME or inferenceservice/NAME; all of them without
    #[arg(value_name = "NAME", value_parser = service_name)]
    pub(crate) names: Vec<String>,
    #[command(flatten)]
    pub(crate) manifests: Manifests,
    #[command(flatten)]
    pub(crate) rules: Rules,
    /// Output format: wide adds columns, name prints the runtimes only
    #[arg(short, long, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// Explain every service, not only a single one
    #[arg(long, conflicts_with = "output")]
    pub(crate) explain: bool,
    /// List every runtime in explanations, not only those of the model's format
    #[arg(long)]
    pub(crate) all_candidates: bool,
    /// Leave the headings of a table out
    #[arg(long)]
    pub(crate) no_headers: bool,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
