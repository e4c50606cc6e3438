//! `kubectl kserve completion`: the script for a shell.

use clap::CommandFactory;

use crate::cli::{Cli, Completion};
use crate::output::{self, Ended};

pub(crate) fn run(completion: &Completion) -> anyhow::Result<Ended> {
    let mut script = Vec::new();
    clap_complete::generate(completion.shell, &mut Cli::command(), "kubectl-kserve", &mut script);
    output::answer(Ended::Well, |out| out.write_all(&script))
}
