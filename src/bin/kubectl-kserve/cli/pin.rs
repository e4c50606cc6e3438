//! What was typed after `pin`.

use clap::{Args, ValueEnum};

use super::{Connection, Manifests, Rules, service_name};

/// Write the runtime that each InferenceService gets into its manifest or the live object, changing nothing else.
///
/// Files are edited in place, live objects are patched; the diff goes to standard output. Nothing at all is written when
/// any service fails.
/// Exit status: 0 done; 1 with --check something would change, with --keep-going something failed; 2 nothing was written,
/// or it is said which live services were, before one failed.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // Independent flags.
#[command(mut_args(help))]
#[command(after_help = "Examples:
  # Pin every service of a folder to what KServe v0.20 selects among the runtimes it installs
  kubectl kserve pin -f manifests/ -R --runtimes release:v0.20.0

  # In CI: fail when a rendered service is not pinned, or its pin is broken
  kustomize build overlays/prod | kubectl kserve pin --check -f - --runtimes runtimes.yaml --kserve-version v0.20

  # Pin two services of the cluster, after a look at what would change
  kubectl kserve pin iris wine -n ml --dry-run=server
  kubectl kserve pin iris wine -n ml

  # Show what taking the pins out would change, and do not do it
  kubectl kserve pin --unpin --check -f manifests/ --runtimes runtimes.yaml --kserve-version v0.20")]
pub(crate) struct Pin {
    /// The services to pin: NAME, isvc/NAME or inferenceservice/NAME; all of the manifests without
    #[arg(value_name = "NAME", value_parser = service_name)]
    pub(crate) names: Vec<String>,
    #[command(flatten)]
    pub(crate) manifests: Manifests,
    #[command(flatten)]
    pub(crate) rules: Rules,
    /// Pin every live service of the namespace
    #[cfg(feature = "cluster")]
    #[arg(long, conflicts_with_all = ["names", "files", "kustomize"])]
    pub(crate) all: bool,
    /// Print the diff and write nothing
    #[arg(long, conflicts_with_all = ["stdout", "dry_run"])]
    pub(crate) check: bool,
    /// Where it is tried
    #[arg(
        long,
        value_name = "STRATEGY",
        num_args = 0..=1,
        require_equals = true,
        default_value = "none",
        default_missing_value = "client",
        hide_possible_values = true,
        hide_default_value = true,
        conflicts_with = "stdout",
        help = "The same, spelled as in kubectl: none, client or server, which has the API server try it"
    )]
    pub(crate) dry_run: DryRun,
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
    /// Allow that the webhooks of the cluster change more of a live service than the runtime
    #[cfg(feature = "cluster")]
    #[arg(long, conflicts_with_all = ["files", "kustomize"])]
    pub(crate) allow_webhook_changes: bool,
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

/// The help of flags that mean more where something is written.
fn help(argument: clap::Arg) -> clap::Arg {
    match argument.get_id().as_str() {
        "namespace" => argument.help("The namespace of services that name none, and the only one to pin in"),
        "all_namespaces" => argument.help("Pin in every namespace; without manifests, every live service there is"),
        "selector" => argument.help("Only services with these labels, as in kubectl; without manifests, the live ones"),
        _ => argument,
    }
}

impl Pin {
    /// Whether it only looks.
    pub(crate) fn writes_nothing(&self) -> bool {
        self.check || self.dry_run != DryRun::None
    }
}

/// What is tried, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DryRun {
    /// It is done
    None,
    /// Only the diff is printed
    Client,
    /// The API server is asked what would come of it
    Server,
}

/// What to do with a service that cannot be pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// Write nothing at all
    Fail,
    /// Leave it as it is
    Skip,
}
