//! What was typed: the commands, their flags and their help.

mod runtimes;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use kubectl_kserve::kserve::Release;

pub(crate) use runtimes::{RuntimeName, Runtimes};

#[cfg(feature = "cluster")]
use crate::connection::Connection;
use crate::selector::Selector;

/// How the program was called.
pub(crate) enum Invocation {
    /// As a KRM function: no arguments, and something on standard input.
    Function,
    /// With a command.
    Command(Box<Cli>),
}

/// Reads the arguments. Help, `--version` and usage errors end the program here, as everywhere with clap.
pub(crate) fn invocation() -> Invocation {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.len() <= 1 && !std::io::stdin().is_terminal() {
        return Invocation::Function;
    }
    let command = Cli::command().bin_name(bin_name(arguments.first()));
    let matches = if arguments.len() <= 1 {
        command.get_matches_from([arguments.first().cloned().unwrap_or_default(), "--help".into()])
    } else {
        command.get_matches_from(arguments)
    };
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => Invocation::Command(Box::new(cli)),
        Err(error) => error.exit(),
    }
}

/// kubectl runs `kubectl-kserve` for `kubectl kserve`, so that is what usage lines say.
fn bin_name(program: Option<&OsString>) -> String {
    let stem = program.and_then(|program| Path::new(program).file_stem()?.to_str()).unwrap_or("kubectl-kserve");
    match stem.strip_prefix("kubectl-") {
        Some(plugin) => format!("kubectl {}", plugin.replace('_', "-")),
        None => stem.to_owned(),
    }
}

/// Which serving runtime does an InferenceService get, why, and how to keep it that way
#[derive(Debug, Parser)]
#[command(version, max_term_width = 110, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// When to use colour: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tell which runtime each InferenceService gets, and why
    Which(Box<Which>),
    /// Write the runtime that each InferenceService gets into its manifest
    Pin(Box<Pin>),
    /// List the runtimes that a namespace sees, in the order in which KServe tries them
    Runtimes(Box<Runtimes>),
    /// Pin runtimes as a KRM function: a ResourceList on standard input, the same on standard output
    Fn,
}

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
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    pub(crate) connection: Connection,
}

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
}

/// What to do with a service that cannot be pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// Write nothing at all
    Fail,
    /// Leave it as it is
    Skip,
}

/// Where services come from.
#[derive(Debug, Args)]
pub(crate) struct Manifests {
    /// A file, a folder, or - for standard input; can be repeated
    #[arg(short = 'f', long = "filename", value_name = "PATH")]
    pub(crate) files: Vec<PathBuf>,
    /// Go into the folders within a folder
    #[arg(short = 'R', long, requires = "files")]
    pub(crate) recursive: bool,
    /// Build this kustomization and read what comes out
    #[arg(short = 'k', long, value_name = "DIR", conflicts_with_all = ["files", "recursive"])]
    pub(crate) kustomize: Option<PathBuf>,
    /// The namespace of services that name none, and the only one to answer for
    #[arg(short, long, value_name = "NAMESPACE", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) namespace: Option<String>,
    /// Answer for every namespace
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    pub(crate) all_namespaces: bool,
    /// Only services with these labels, as in kubectl: app=iris, tier!=test, env in (a,b), !canary
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub(crate) selector: Option<Selector>,
}

/// Which runtimes, and by which rules.
#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// The runtimes to choose from: a path, files (those among the manifests), release or release:vX.Y.Z (what that
    /// KServe installs); can be repeated
    #[arg(long, value_name = "SOURCE")]
    pub(crate) runtimes: Vec<RuntimesSource>,
    /// The KServe release whose rules apply: vX.Y, vX.Y.Z, latest or auto
    #[arg(long, value_name = "RELEASE", default_value = "auto")]
    pub(crate) kserve_version: KserveVersion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Wide,
    Json,
    Yaml,
    Name,
}

/// Where runtimes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RuntimesSource {
    /// The runtimes among the manifests are all there are.
    Files,
    /// The live cluster.
    Cluster,
    /// What a release installs; without one, the release whose rules apply.
    Release(Option<Release>),
    /// A file or folder.
    Path(PathBuf),
}

impl std::str::FromStr for RuntimesSource {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "" => Err("expected a path, files or release".to_owned()),
            "files" => Ok(Self::Files),
            "cluster" => Ok(Self::Cluster),
            "release" => Ok(Self::Release(None)),
            _ => match word.strip_prefix("release:") {
                Some(release) => {
                    release.parse().map(|release| Self::Release(Some(release))).map_err(|error| format!("{error}"))
                }
                None => Ok(Self::Path(PathBuf::from(word))),
            },
        }
    }
}

/// The release whose rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KserveVersion {
    /// As the sources say, else the newest known.
    Auto,
    /// This one.
    Given(Release),
}

impl std::str::FromStr for KserveVersion {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "auto" => Ok(Self::Auto),
            _ => word.parse().map(Self::Given).map_err(|error| format!("{error}")),
        }
    }
}

/// `NAME`, or with one of the words that kubectl takes before a slash.
fn service_name(word: &str) -> Result<String, String> {
    match word.split_once('/') {
        None if !word.is_empty() => Ok(word.to_owned()),
        Some((
            "isvc"
            | "inferenceservice"
            | "inferenceservices"
            | "inferenceservice.serving.kserve.io"
            | "inferenceservices.serving.kserve.io",
            name,
        )) if !name.is_empty() && !name.contains('/') => Ok(name.to_owned()),
        _ => Err("expected NAME, isvc/NAME or inferenceservice/NAME".to_owned()),
    }
}
