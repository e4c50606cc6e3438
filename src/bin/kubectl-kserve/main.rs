//! `kubectl kserve`: which serving runtime an `InferenceService` gets, why, and how to keep it that way.

mod cli;
#[cfg(feature = "cluster")]
mod cluster;
mod commands;
mod completion;
#[cfg(feature = "cluster")]
mod connection;
mod input;
mod kustomization;
#[cfg(feature = "cluster")]
mod live;
mod output;
mod release;
mod replacement;
mod runtimes;
mod selection;
mod selector;
mod underlay;

use std::process::ExitCode;

use cli::Invocation;

/// A panic has been told of by then, and ends as what it is: no answer.
fn main() -> ExitCode {
    output::blame_panics_on_this_program();
    std::panic::catch_unwind(run).unwrap_or(ExitCode::from(2))
}

fn run() -> ExitCode {
    let ended = match cli::invocation() {
        Invocation::Function => Ok(commands::function::run()),
        Invocation::Complete(words) => completion::run(&words),
        Invocation::Command(cli) => match cli.command {
            cli::Command::Which(which) => commands::which::run(&which, output::palette(cli.color)),
            cli::Command::Pin(pin) => commands::pin::run(&pin),
            cli::Command::Runtimes(runtimes) => commands::runtimes::run(&runtimes),
            cli::Command::Drift(drift) => commands::drift::run(&drift),
            #[cfg(feature = "cluster")]
            cli::Command::Snapshot(snapshot) => commands::snapshot::run(&snapshot),
            cli::Command::Version(version) => commands::version::run(&version),
            cli::Command::Completion(completion) => commands::completion::run(&completion),
            cli::Command::Fn => Ok(commands::function::run()),
            cli::Command::Argocd(cli::Argocd::Generate) => Ok(commands::argocd::generate()),
            cli::Command::Argocd(cli::Argocd::Parameters) => Ok(commands::argocd::parameters()),
        },
    };
    output::exit_code(ended)
}
