//! `kubectl-kserve fn`: the KRM function of Kustomize and kpt.

use crate::output::Ended;

pub(crate) fn run() -> anyhow::Result<Ended> {
    anyhow::bail!("the function is not built yet")
}
