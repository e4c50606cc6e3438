//! What was typed after `version`.

use clap::{Args, ValueEnum};

#[cfg(feature = "cluster")]
use crate::connection::Connection;

/// Tell the versions of this program, of the cluster and of its KServe, and how that was found.
///
/// Exit status: 0 there is an answer; 2 the cluster cannot be asked.
#[derive(Debug, Args)]
pub(crate) struct Version {
    /// Only the version of this program: the cluster is not asked
    #[arg(long)]
    pub(crate) client: bool,
    /// Output format
    #[arg(short, long, value_name = "FORMAT")]
    pub(crate) output: Option<VersionFormat>,
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VersionFormat {
    Json,
    Yaml,
}
