//! One file a command: gather, call the library, write.

pub(crate) mod argocd;
pub(crate) mod completion;
pub(crate) mod drift;
pub(crate) mod function;
pub(crate) mod pin;
pub(crate) mod runtimes;
#[cfg(feature = "cluster")]
pub(crate) mod snapshot;
pub(crate) mod version;
pub(crate) mod which;

/// What a command says that would ask the cluster.
#[cfg(not(feature = "cluster"))]
pub(crate) fn no_network_code() -> anyhow::Error {
    anyhow::anyhow!(
        "this build has no network code: give manifests with -f or -k, or take the build with the feature `cluster`"
    )
}
