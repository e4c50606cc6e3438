//! Which KServe release a cluster runs: its controller's image tells, else the schema that it serves.

use std::path::{Path, PathBuf};

use kubectl_kserve::kserve::Release;
use kubectl_kserve::yaml::Node;
use serde_json::Value;

use super::Detected;
use super::error::ClusterError;
use super::list;
use super::request::{Question, Requests};

/// The label of KServe's controller, the same in every release.
const CONTROLLER: &str = "control-plane=kserve-controller-manager";

/// The namespace that KServe is usually installed in.
const USUAL_NAMESPACE: &str = "kserve";

/// How a release was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The tag of the controller's image, or the version label of its Deployment.
    Controller,
    /// The fields of the served schema: this release, or a newer one.
    Schema,
}

/// The release; none when neither the controller nor a telling schema may be read.
pub(super) async fn detect(requests: &Requests, cache: Option<&Path>) -> Option<Detected> {
    let (by_controller, index) = tokio::join!(by_controller(requests), index(requests));
    if let Some(release) = by_controller {
        return Some(Detected { release, how: How::Controller });
    }
    let release = by_schema(requests, &index?, cache).await?;
    Some(Detected { release, how: How::Schema })
}

async fn by_controller(requests: &Requests) -> Option<Release> {
    let everywhere = list::list(requests, "/apis/apps/v1/deployments", Some(CONTROLLER), "deployments").await;
    let deployments = match everywhere {
        Err(error) if error.is_forbidden() => {
            let path = format!("/apis/apps/v1/namespaces/{USUAL_NAMESPACE}/deployments");
            list::list(requests, &path, Some(CONTROLLER), "deployments").await.ok()?
        }
        answer => answer.ok()?,
    };
    deployments.iter().find_map(release_of)
}

/// The release in the image's tag, else in the label of the Deployment. A distribution may carry neither.
fn release_of(deployment: &Node<'_>) -> Option<Release> {
    let containers = deployment.get("spec")?.get("template")?.get("spec")?.get("containers")?.as_sequence()?;
    let images = containers.iter().filter_map(|container| container.get("image")?.as_str());
    let tags = images.filter_map(|image| image.split('@').next()?.rsplit_once(':').map(|(_, tag)| tag));
    let label = || deployment.get("metadata")?.get("labels")?.get("app.kubernetes.io/version")?.as_str();
    tags.chain(label()).find_map(|word| word.parse().ok())
}

/// Where the schema is served. The address changes with the schema, so what is remembered under it stays true.
async fn index(requests: &Requests) -> Option<String> {
    let body = requests.ask(&Question::get("/openapi/v3", "openapi")).await.ok()?;
    let index: Value = list::read(&body, "/openapi/v3").ok()?;
    let served = index.get("paths")?.get("apis/serving.kserve.io/v1beta1")?;
    served.get("serverRelativeURL")?.as_str().map(str::to_owned)
}

async fn by_schema(requests: &Requests, address: &str, cache: Option<&Path>) -> Option<Release> {
    let remembered = cache.map(|folder| folder.join(file_name(requests, address)));
    if let Some(release) = remembered.as_deref().and_then(recall) {
        return Some(release);
    }
    let release = ask_schema(requests, address).await.ok()??;
    if let Some(file) = &remembered {
        remember(file, release);
    }
    Some(release)
}

async fn ask_schema(requests: &Requests, address: &str) -> Result<Option<Release>, ClusterError> {
    let body = requests.ask(&Question::get(address, "openapi")).await?;
    let document: Value = list::read(&body, address)?;
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let service = schemas.and_then(|schemas| {
        schemas.iter().find(|(name, _)| name.ends_with(".serving.v1beta1.InferenceService")).map(|(_, schema)| schema)
    });
    Ok(service.and_then(|schema| Release::at_least(|field| has(schema, field))))
}

fn has(schema: &Value, field: &str) -> bool {
    field.split('.').try_fold(schema, |schema, key| schema.get("properties")?.get(key)).is_some()
}

/// `--cache-dir`, else `$KUBECACHEDIR`, else kubectl's own.
pub(super) fn cache_folder(given: Option<&Path>) -> Option<PathBuf> {
    let named = std::env::var_os("KUBECACHEDIR").filter(|value| !value.is_empty()).map(PathBuf::from);
    let usual = || Some(std::env::home_dir()?.join(".kube").join("cache"));
    let folder = given.map(Path::to_owned).or(named).or_else(usual)?;
    Some(folder.join("kubectl-kserve"))
}

fn file_name(requests: &Requests, address: &str) -> String {
    let words = format!("{}{address}", requests.server());
    words.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).take(200).collect()
}

fn recall(file: &Path) -> Option<Release> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// A cache that cannot be written costs time, nothing else.
fn remember(file: &Path, release: Release) {
    let temporary = file.with_extension(std::process::id().to_string());
    let _ = file.parent().map(std::fs::create_dir_all);
    let _ = std::fs::write(&temporary, release.to_string()).and_then(|()| std::fs::rename(&temporary, file));
}
