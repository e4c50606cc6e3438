//! What was typed after `completion`.

use clap::Args;

/// Print the script that completes `kubectl-kserve` in a shell.
///
/// For `kubectl kserve` link `kubectl_complete-kserve` to this program instead, anywhere on the PATH: kubectl calls it
/// for its own completion.
#[derive(Debug, Args)]
pub(crate) struct Completion {
    /// The shell to print it for
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
