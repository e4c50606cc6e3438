//! `kubectl kserve version`: of this program, of the cluster, and of the KServe in it.

use std::io::{self, Write};

use kubectl_kserve::report::human::escaped;
use serde::Serialize;

use crate::cli::{Version, VersionFormat};
#[cfg(feature = "cluster")]
use crate::cluster::{Cluster, Detected};
#[cfg(feature = "cluster")]
use crate::live;
use crate::output::{self, Ended};

/// What there is to tell, with the words of `kubectl version`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Versions {
    client_version: GitVersion,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_version: Option<GitVersion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kserve: Option<Kserve>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GitVersion {
    git_version: String,
}

/// The KServe of the cluster.
#[derive(Serialize)]
struct Kserve {
    /// None when nothing told it.
    version: Option<String>,
    /// `controller`, `schema` or `unknown`.
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller: Option<Controller>,
}

/// The Deployment that told the release.
#[derive(Serialize)]
struct Controller {
    namespace: String,
    name: String,
    image: String,
}

/// The version of this program is told even when the cluster cannot be asked, as `kubectl version` does.
pub(crate) fn run(version: &Version) -> anyhow::Result<Ended> {
    let client_version = GitVersion { git_version: concat!("v", env!("CARGO_PKG_VERSION")).to_owned() };
    let mut versions = Versions { client_version, server_version: None, kserve: None };
    let asked = if version.client { Ok(()) } else { ask(version, &mut versions) };
    let ended = output::answer(Ended::Well, |out| tell(out, &versions, version.output))?;
    asked.map(|()| ended)
}

#[cfg(not(feature = "cluster"))]
fn ask(_: &Version, _: &mut Versions) -> anyhow::Result<()> {
    Err(anyhow::anyhow!("this build has no network code: give --client, or take the build with the feature `cluster`"))
}

#[cfg(feature = "cluster")]
fn ask(version: &Version, versions: &mut Versions) -> anyhow::Result<()> {
    let cluster = Cluster::connect(&version.connection)?;
    let (server, detected) = cluster.versions()?;
    versions.server_version = Some(GitVersion { git_version: server });
    versions.kserve = Some(Kserve::new(detected));
    live::refuse_warnings(&cluster)
}

#[cfg(feature = "cluster")]
impl Kserve {
    fn new(detected: Option<Detected>) -> Self {
        let Some(detected) = detected else { return Self { version: None, from: "unknown", controller: None } };
        let controller = detected.controller.map(|found| Controller {
            namespace: found.namespace,
            name: found.name,
            image: found.image,
        });
        let from = if controller.is_some() { "controller" } else { "schema" };
        Self { version: Some(detected.release.to_string()), from, controller }
    }
}

fn tell(out: &mut dyn Write, versions: &Versions, format: Option<VersionFormat>) -> io::Result<()> {
    match format {
        Some(VersionFormat::Json) => output::json(out, versions),
        Some(VersionFormat::Yaml) => output::yaml(out, versions),
        None => {
            writeln!(out, "Client Version: {}", versions.client_version.git_version)?;
            if let Some(server) = &versions.server_version {
                writeln!(out, "Server Version: {}", escaped(&server.git_version))?;
            }
            versions.kserve.iter().try_for_each(|kserve| writeln!(out, "KServe Version: {}", in_words(kserve)))
        }
    }
}

fn in_words(kserve: &Kserve) -> String {
    match (&kserve.version, &kserve.controller) {
        (Some(version), Some(Controller { namespace, name, image })) => {
            let deployment = format!("{namespace}/{name}");
            format!("{version} (the controller, Deployment {} with {})", escaped(&deployment), escaped(image))
        }
        (Some(version), None) => format!("{version} or newer (the schema that the cluster serves)"),
        (None, _) => "unknown (neither a controller nor a schema that tells it may be read)".to_owned(),
    }
}
