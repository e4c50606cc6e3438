//! What was typed after `pin`.

use clap::{Args, ValueEnum};

use super::{Connection, Manifests, Rules, service_name};

/// Write the runtime that each InferenceService gets into its manifest, changing nothing else.
///
/// Files are edited in place; the diff goes to standard output. Nothing at all is written when any service fails.
/// Exit status: 0 done; 1 with --check something would change, with --keep-going something failed; 2 nothing was written.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // Independent flags.
#[command(after_help = "Examples:
  # Pin every service of a folder to what KServe v0.20 selects among the runtimes it installs
  kubectl kserve pin -f manifests/ -R --runtimes release:v0.20.0

  # In CI: fail when a rendered service is not pinned, or its pin is broken
  kustomize build overlays/prod | kubectl kserve pin --check -f - --runtimes runtimes.yaml --kserve-version v0.20

  # Show what taking the pins out would change, and do not do it
  kubectl kserve pin --unpin --check -f manifests/ --runtimes runtimes.yaml --kserve-version v0.20")]
pub(crate) struct Pin {
    /// The services to pin: NAME, isvc/NAME or inferenceservice/NAME; all of them without
    #[arg(value_name = "NAME", value_parser = service_name)]
    pub(crate) names: Vec<String>,
    #[command(flatten)]
    pub(crate) manifests: Manifests,
    #[command(flatten)]
    pub(crate) rules: Rules,
    /// Print the diff and write nothing
    #[arg(long, visible_alias = "dry-run", conflicts_with = "stdout")]
    pub(crate) check: bool,
    /// Print every manifest, changed or not, and the diff on standard error, as with -f -
    #[arg(long)]
    pub(crate) stdout: bool,
    /// Resolve services that name a runtime as if they named none
    #[arg(long, conflicts_with = "unpin")]
    pub(crate) repin: bool,
    /// Remove the runtime from the services that name one
    #[arg(long)]
    pub(crate) unpin: bool,
    /// Allow that a service gets another runtime, protocol or image
    #[arg(long)]
    pub(crate) allow_move: bool,
    /// Allow that an InferenceGraph calls a service by another URL
    #[arg(long)]
    pub(crate) allow_graph_change: bool,
    /// What to do with a service that gets no runtime
    #[arg(
        long,
        value_name = "POLICY",
        default_value = "fail",
        hide_possible_values = true,
        help = "What to do with a service that gets no runtime: fail or skip"
    )]
    pub(crate) on_unresolved: Policy,
    /// What to do with a service whose runtime cannot be decided
    #[arg(
        long,
        value_name = "POLICY",
        default_value = "fail",
        hide_possible_values = true,
        help = "What to do with a service whose runtime cannot be decided: fail or skip"
    )]
    pub(crate) on_undecided: Policy,
    /// Write what can be written although some services fail
    #[arg(long)]
    pub(crate) keep_going: bool,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// What to do with a service that cannot be pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// Write nothing at all
    Fail,
    /// Leave it as it is
    Skip,
}
