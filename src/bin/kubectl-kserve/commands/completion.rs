//! `kubectl kserve completion`: the script for a shell.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::{Cli, Completion};
use crate::output::{self, Ended};

const PROGRAM: &str = "kubectl-kserve";

pub(crate) fn run(completion: &Completion) -> anyhow::Result<Ended> {
    let script = match completion.shell {
        Shell::Bash => for_bash()?,
        shell => script(shell, PROGRAM),
    };
    output::answer(Ended::Well, |out| out.write_all(&script))
}

fn script(shell: Shell, program: &str) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), program, &mut script);
    script
}

/// clap takes the hyphen of a program for the start of a subcommand in one half of the script, and not in the other.
fn for_bash() -> anyhow::Result<Vec<u8>> {
    let name = PROGRAM.replace('-', "_");
    let script = String::from_utf8(script(Shell::Bash, &name))?;
    Ok(script.replace(&format!(" {name}\n"), &format!(" {PROGRAM}\n")).into_bytes())
}
