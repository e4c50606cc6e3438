//! Which KServe release a cluster runs: its controller's image tells, else the schema that it serves.

use std::path::{Path, PathBuf};

use kubectl_kserve::kserve::Release;
use kubectl_kserve::yaml::Node;
use serde::Deserialize;
use serde_json::Value;

use super::error::ClusterError;
use super::list;
use super::request::{Question, Requests};
use super::{Controller, Detected};

/// The label of KServe's controller, the same in every release.
const CONTROLLER: &str = "control-plane=kserve-controller-manager";

/// The namespace that KServe is usually installed in.
const USUAL_NAMESPACE: &str = "kserve";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServerVersion {
    git_version: String,
}

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
    if by_controller.is_some() {
        return by_controller;
    }
    let release = by_schema(requests, &index?, cache).await?;
    Some(Detected { release, how: How::Schema, controller: None })
}

async fn by_controller(requests: &Requests) -> Option<Detected> {
    let everywhere = list::list(requests, "/apis/apps/v1/deployments", Some(CONTROLLER), "deployments").await;
    let deployments = match everywhere {
        Err(error) if error.is_forbidden() => {
            let path = format!("/apis/apps/v1/namespaces/{USUAL_NAMESPACE}/deployments");
            list::list(requests, &path, Some(CONTROLLER), "deployments").await.ok()?
        }
        answer => answer.ok()?,
    };
    deployments.iter().find_map(detected_in)
}

/// The version of the API server, which everybody may ask for, and the KServe release.
pub(super) async fn versions(
    requests: &Requests,
    cache: Option<&Path>,
) -> Result<(String, Option<Detected>), ClusterError> {
    let question = Question::get("/version", "version");
    let (version, detected) = tokio::join!(requests.ask(&question), detect(requests, cache));
    let version: ServerVersion = list::read(&version?, &question.path)?;
    Ok((version.git_version, detected))
}

/// The release in the image's tag, else in the label of the Deployment. A distribution may carry neither.
fn detected_in(deployment: &Node<'_>) -> Option<Detected> {
    let containers = deployment.get("spec")?.get("template")?.get("spec")?.get("containers")?.as_sequence()?;
    let images = containers.iter().filter_map(image_of_controller);
    let metadata = deployment.get("metadata")?;
    let label = || Release::of_tag(metadata.get("labels")?.get("app.kubernetes.io/version")?.as_str()?);
    let tagged = images.clone().find_map(|image| Some((release_in_tag(image)?, image)));
    let (release, image) = tagged.or_else(|| Some((label()?, images.clone().next().unwrap_or_default())))?;
    let word = |key: &str| metadata.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    let controller = Controller { namespace: word("namespace"), name: word("name"), image: image.to_owned() };
    Some(Detected { release, how: How::Controller, controller: Some(controller) })
}

/// What runs beside the controller, such as a proxy, has releases of its own.
fn image_of_controller<'n>(container: &'n Node<'_>) -> Option<&'n str> {
    let image = container.get("image")?.as_str()?;
    let is_controller = container.get("name").and_then(Node::as_str) == Some("manager");
    (is_controller || image.contains("kserve")).then_some(image)
}

fn release_in_tag(image: &str) -> Option<Release> {
    Release::of_tag(image.split('@').next()?.rsplit_once(':')?.1)
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
