//! What was typed: the commands, their flags and their help.

mod completion;
mod drift;
mod pin;
mod runtimes;
#[cfg(feature = "cluster")]
mod snapshot;
mod switches;
mod version;
mod which;

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, ValueHint};
use kubectl_kserve::kserve::Release;

pub(crate) use completion::Completion;
pub(crate) use drift::Drift;
pub(crate) use pin::{DryRun, Pin, Policy};
pub(crate) use runtimes::{RuntimeName, Runtimes};
#[cfg(feature = "cluster")]
pub(crate) use snapshot::Snapshot;
pub(crate) use version::{Version, VersionFormat};
pub(crate) use which::Which;

#[cfg(feature = "cluster")]
pub(crate) use crate::connection::Connection;
use crate::selector::Selector;

/// A build without network code has no flags for a connection.
#[cfg(not(feature = "cluster"))]
#[derive(Debug, Args)]
pub(crate) struct Connection {}

/// How the program was called.
pub(crate) enum Invocation {
    /// As a KRM function: no arguments, and something on standard input.
    Function,
    /// With a command.
    Command(Box<Cli>),
    /// By kubectl, to complete what was typed so far after `kubectl kserve`; the last word is not finished.
    Complete(Vec<String>),
}

/// Reads the arguments. Help, `--version` and usage errors end the program here, as everywhere with clap.
pub(crate) fn invocation() -> Invocation {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.first().is_some_and(|program| stem(program).starts_with("kubectl_complete-")) {
        return Invocation::Complete(
            arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect(),
        );
    }
    if arguments.len() <= 1 && !std::io::stdin().is_terminal() {
        return Invocation::Function;
    }
    let command = Cli::command().bin_name(bin_name(arguments.first()));
    let matches = if arguments.len() <= 1 {
        command.get_matches_from([arguments.first().cloned().unwrap_or_default(), "--help".into()])
    } else {
        let arguments = switches::without_values(&command, arguments);
        command.get_matches_from(arguments)
    };
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => Invocation::Command(Box::new(cli)),
        Err(error) => error.exit(),
    }
}

/// kubectl runs `kubectl-kserve` for `kubectl kserve`, so that is what usage lines say.
fn bin_name(program: Option<&OsString>) -> String {
    let stem = program.map_or("kubectl-kserve", |program| stem(program));
    match stem.strip_prefix("kubectl-") {
        Some(plugin) => format!("kubectl {}", plugin.replace('_', "-")),
        None => stem.to_owned(),
    }
}

/// The name of the program, without what Windows puts at its end.
fn stem(program: &OsStr) -> &str {
    Path::new(program).file_stem().and_then(OsStr::to_str).unwrap_or("kubectl-kserve")
}

/// Which serving runtime does an InferenceService get, why, and how to keep it that way
#[derive(Debug, Parser)]
#[command(version, max_term_width = 110, disable_help_subcommand = true, args_override_self = true)]
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
    /// Write the runtime that each InferenceService gets into its manifest or the live object
    Pin(Box<Pin>),
    /// List the runtimes that a namespace sees, in the order in which KServe tries them
    Runtimes(Box<Runtimes>),
    /// Tell which live services KServe would move, and what has changed since a snapshot
    Drift(Box<Drift>),
    /// Write the runtimes of the cluster as one YAML file to commit
    #[cfg(feature = "cluster")]
    Snapshot(Box<Snapshot>),
    /// Pin runtimes as a KRM function: a ResourceList on standard input, the same on standard output
    Fn,
    /// Render an application for Argo CD with its runtimes pinned
    #[command(subcommand)]
    Argocd(Argocd),
    /// Tell the versions of this program, of the cluster and of its KServe
    Version(Box<Version>),
    /// Print the script that completes kubectl-kserve in a shell
    Completion(Completion),
}

/// What Argo CD asks a config management plugin.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Argocd {
    /// Print the application's manifests with their runtimes pinned; the working directory is the application's
    Generate,
    /// Announce, as JSON, the parameters that the application's source brings along
    Parameters,
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
    #[arg(short = 'k', long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with_all = ["files", "recursive"])]
    pub(crate) kustomize: Option<PathBuf>,
    /// The namespace of services that name none, and the only one to answer for
    #[arg(short, long, value_name = "NAMESPACE", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) namespace: Option<String>,
    /// Answer for every namespace, whatever -n says
    #[arg(short = 'A', long)]
    pub(crate) all_namespaces: bool,
    /// Only services with these labels, as in kubectl: app=iris, tier!=test, env in (a,b), !canary
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub(crate) selector: Option<Selector>,
}

impl Manifests {
    /// Whether manifests are named, and not the live services meant.
    pub(crate) fn are_given(&self) -> bool {
        !self.files.is_empty() || self.kustomize.is_some()
    }

    /// The only namespace to answer for. Of `-A` and `-n` the first counts, as with kubectl.
    pub(crate) fn only_namespace(&self) -> Option<&str> {
        self.namespace.as_deref().filter(|_| !self.all_namespaces)
    }
}

/// Which runtimes, and by which rules.
#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// The runtimes to choose from: a path, files (those among the manifests), cluster (the live ones, with those of
    /// files laid over them), release or release:vX.Y.Z (what that KServe installs); can be repeated
    #[arg(long, value_name = "SOURCE")]
    pub(crate) runtimes: Vec<RuntimesSource>,
    /// The KServe release whose rules apply: vX.Y, vX.Y.Z, latest or auto
    #[arg(long, value_name = "RELEASE", default_value = "auto")]
    pub(crate) kserve_version: KserveVersion,
}

impl Rules {
    /// Whether the live cluster is among the sources of runtimes.
    pub(crate) fn asks_cluster(&self) -> bool {
        self.runtimes.contains(&RuntimesSource::Cluster)
    }
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
            "" => Err("expected a path, files, cluster or release".to_owned()),
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

/// The words for the kind that kubectl takes before a slash and a name.
pub(crate) const SERVICE_KINDS: [&str; 5] = [
    "isvc",
    "inferenceservice",
    "inferenceservices",
    "inferenceservice.serving.kserve.io",
    "inferenceservices.serving.kserve.io",
];

/// `NAME`, or with the kind before it.
fn service_name(word: &str) -> Result<String, String> {
    match word.split_once('/') {
        None if !word.is_empty() => Ok(word.to_owned()),
        Some((kind, name)) if SERVICE_KINDS.contains(&kind) && !name.is_empty() && !name.contains('/') => {
            Ok(name.to_owned())
        }
        _ => Err("expected NAME, isvc/NAME or inferenceservice/NAME".to_owned()),
    }
}
