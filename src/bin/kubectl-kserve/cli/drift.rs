//! What was typed after `drift`.

use std::path::PathBuf;

use clap::Args;

use super::{Format, Manifests, Rules, service_name};
#[cfg(feature = "cluster")]
use crate::connection::Connection;

/// Tell which live services KServe would move to another runtime or image, and what has changed since a snapshot.
///
/// A new runtime makes KServe look at no service again: those that would take it do so later, when a pod restarts or the
/// controller does. Shown are the services whose status names another runtime than KServe would select now, and those
/// whose Deployment runs another image than it would write.
/// Exit status: 0 nothing drifts; 1 something does, or it cannot be decided; 2 no answer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  # What would move in the whole cluster
  kubectl kserve drift -A

  # One service, with all that is known of it
  kubectl kserve drift iris -n ml -o json

  # What has changed since a snapshot was taken
  kubectl kserve drift -A --against runtimes.yaml

  # The same from what kubectl read, without a cluster
  kubectl get inferenceservices,deployments -A -o yaml >live.yaml
  kubectl kserve drift -f live.yaml --runtimes runtimes.yaml")]
pub(crate) struct Drift {
    /// The services to answer for: NAME, isvc/NAME or inferenceservice/NAME; all of them without
    #[arg(value_name = "NAME", value_parser = service_name)]
    pub(crate) names: Vec<String>,
    #[command(flatten)]
    pub(crate) manifests: Manifests,
    #[command(flatten)]
    pub(crate) rules: Rules,
    /// Compare with the runtimes of this snapshot, too
    #[arg(long, value_name = "PATH")]
    pub(crate) against: Option<PathBuf>,
    /// Show the services that do not drift, too (json and yaml always hold them)
    #[arg(long)]
    pub(crate) all: bool,
    /// Output format: wide adds the images, name prints the services that drift or move
    #[arg(short, long, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// Leave the headings of tables out
    #[arg(long)]
    pub(crate) no_headers: bool,
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    pub(crate) connection: Connection,
}
