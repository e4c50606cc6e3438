//! `kubectl-kserve fn`: the KRM function of Kustomize and kpt, from standard input to standard output.

use std::io::Read;

use anyhow::Context;
use kubectl_kserve::function;
use kubectl_kserve::yaml;

use crate::output::{self, Ended};

/// Any end but a good one is 1: kustomize and kpt know no other.
pub(crate) fn run() -> Ended {
    answer().unwrap_or_else(|error| {
        output::say(&format!("kubectl-kserve: {error:#}"));
        Ended::WithFindings
    })
}

fn answer() -> anyhow::Result<Ended> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
    let text = yaml::decode(&bytes).map_err(|error| anyhow::anyhow!("<standard input>:{error}"))?;
    let reply = function::run(text);
    output::say_lines(&reply.messages);
    output::say_diff(&reply.diff);
    output::write_pipeline(reply.output.iter().map(AsRef::as_ref)).context("cannot write standard output")?;
    Ok(if reply.failed { Ended::WithFindings } else { Ended::Well })
}
