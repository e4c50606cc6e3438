//! The values that a flag or an argument can have: words that clap knows, releases, paths, and names from the cluster.

use clap::{Arg, ValueHint};
use kubectl_kserve::kserve::Release;

use super::words::Typed;

/// The ways to go on.
pub(super) struct Offer {
    /// Each with what it means.
    pub(super) words: Vec<(String, String)>,
    pub(super) shell: Shell,
}

/// What the shell adds of its own.
#[derive(Clone, Copy)]
pub(super) enum Shell {
    Nothing,
    Files,
    Folders,
}

impl Offer {
    pub(super) fn of_words(words: Vec<(String, String)>) -> Self {
        Self { words, shell: Shell::Nothing }
    }

    /// The same, each with this kind before it.
    pub(super) fn of_kind(mut self, kind: &str) -> Self {
        for (name, _) in &mut self.words {
            *name = format!("{kind}/{name}");
        }
        self
    }

    fn of_names(names: impl IntoIterator<Item = String>) -> Self {
        let mut words: Vec<_> = names.into_iter().map(|name| (name, String::new())).collect();
        words.sort();
        words.dedup();
        Self::of_words(words)
    }
}

/// What `value` of the command typed can be.
pub(super) fn of(value: &Arg, typed: &Typed, finished: &[String]) -> Offer {
    let possible = value.get_possible_values();
    if !possible.is_empty() {
        let meaning = |value: &clap::builder::PossibleValue| value.get_help().map(ToString::to_string);
        let word =
            |value: &clap::builder::PossibleValue| (value.get_name().to_owned(), meaning(value).unwrap_or_default());
        return Offer::of_words(possible.iter().map(word).collect());
    }
    let nothing = || Offer::of_words(Vec::new());
    match value.get_value_hint() {
        ValueHint::DirPath => Offer { shell: Shell::Folders, ..nothing() },
        ValueHint::AnyPath | ValueHint::FilePath => Offer { shell: Shell::Files, ..nothing() },
        _ => match value.get_id().as_str() {
            "runtimes" => runtimes(),
            "kserve_version" => kserve_versions(),
            "protocol" => Offer::of_names(["v1", "v2", "grpc-v1", "grpc-v2"].map(str::to_owned)),
            _ => from_cluster(value, typed, finished),
        },
    }
}

/// The words of `--runtimes`, which can be a path as well.
fn runtimes() -> Offer {
    let words = [
        ("cluster", "those of the live cluster"),
        ("files", "those among the manifests are all there are"),
        ("release", "what the KServe release installs whose rules apply"),
    ];
    let words = words.map(|(word, meaning)| (word.to_owned(), meaning.to_owned())).into_iter();
    let releases = newest_first().map(|release| (format!("release:{release}"), String::new()));
    Offer { words: words.chain(releases).collect(), shell: Shell::Files }
}

fn kserve_versions() -> Offer {
    let words = ["auto".to_owned(), "latest".to_owned()].into_iter();
    let words = words.chain(newest_first().map(|release| release.to_string()));
    Offer::of_words(words.map(|word| (word, String::new())).collect())
}

fn newest_first() -> impl Iterator<Item = Release> {
    Release::KNOWN.into_iter().rev()
}

#[cfg(not(feature = "cluster"))]
fn from_cluster(_: &Arg, _: &Typed, _: &[String]) -> Offer {
    Offer::of_words(Vec::new())
}

#[cfg(feature = "cluster")]
use live::from_cluster;

#[cfg(feature = "cluster")]
mod live {
    //! Names from the kubeconfig and from the cluster that it names.

    use std::sync::mpsc;
    use std::time::Duration;

    use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches};

    use super::{Offer, Typed};
    use crate::cli::Cli;
    use crate::cluster::{self, Cluster, Entry, Named};
    use crate::connection::{Connection, RequestTimeout};

    /// Nobody waits longer for the shell to go on.
    const PATIENCE: Duration = Duration::from_secs(3);

    pub(super) fn from_cluster(value: &Arg, typed: &Typed, finished: &[String]) -> Offer {
        let id = value.get_id().as_str();
        let matches = matches(finished);
        let connection = connection(&matches);
        let entries = |entry| Offer::of_names(cluster::kubeconfig_names(&connection, entry));
        match id {
            "context" => entries(Entry::Context),
            "cluster" => entries(Entry::Cluster),
            "user" => entries(Entry::User),
            "namespace" => ask(connection, |_| Named::Namespaces),
            // With manifests, the names are not the cluster's.
            "names" | "service" if is_given(&matches, "files") || is_given(&matches, "kustomize") => {
                Offer::of_names(Vec::new())
            }
            "names" | "service" => {
                let place = Place::of(&matches);
                let of_services = typed.names_services(value);
                let mut offer = ask(connection, move |usual| match place.namespace(usual) {
                    namespace if of_services => Named::Services(namespace),
                    namespace => Named::Runtimes(namespace),
                });
                offer.words.retain(|(name, _)| id != "names" || !typed.arguments.contains(name));
                offer
            }
            _ => Offer::of_names(Vec::new()),
        }
    }

    /// What clap makes of words that need not be complete.
    fn matches(finished: &[String]) -> ArgMatches {
        let words = ["kubectl-kserve"].into_iter().chain(finished.iter().map(String::as_str));
        let matches = Cli::command().ignore_errors(true).try_get_matches_from(words).unwrap_or_default();
        matches.subcommand().map(|(_, within)| within.clone()).unwrap_or_default()
    }

    fn is_given(matches: &ArgMatches, id: &str) -> bool {
        matches.try_contains_id(id).unwrap_or(false)
            && matches.value_source(id) == Some(clap::parser::ValueSource::CommandLine)
    }

    /// A command without such flags, or words that make no sense yet, name the usual cluster.
    fn connection(matches: &ArgMatches) -> Connection {
        let has_flags = matches.try_contains_id("kubeconfig").is_ok();
        let given = has_flags.then(|| Connection::from_arg_matches(matches).ok()).flatten().unwrap_or_default();
        Connection { request_timeout: RequestTimeout(Some(PATIENCE)), v: 0, ..given }
    }

    /// Where the names are looked for.
    struct Place {
        namespace: Option<String>,
        everywhere: bool,
    }

    impl Place {
        fn of(matches: &ArgMatches) -> Self {
            let namespace = matches.try_get_one::<String>("namespace").ok().flatten().cloned();
            Self { namespace, everywhere: matches.try_get_one("all_namespaces").ok().flatten() == Some(&true) }
        }

        fn namespace(self, usual: &str) -> Option<String> {
            (!self.everywhere).then(|| self.namespace.unwrap_or_else(|| usual.to_owned()))
        }
    }

    /// Asks aside: a credential plugin or a server that takes too long is not waited for.
    fn ask(connection: Connection, kind: impl FnOnce(&str) -> Named + Send + 'static) -> Offer {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let names = Cluster::connect(&connection).map(|cluster| cluster.names(&kind(cluster.namespace())));
            let _ = sender.send(names.unwrap_or_default());
        });
        Offer::of_names(receiver.recv_timeout(PATIENCE).unwrap_or_default())
    }
}
