//! The image of the model's container after a release's rules: runtimeVersion, `-gpu`, `-cpu`, digests.

use crate::kserve::release::ImageRules;
use crate::kserve::{Container, Release, ServingRuntime};

use super::{Asked, server_type};

const GPU: &str = "nvidia.com/gpu";
const GPU_SLICE: &str = "nvidia.com/mig";

/// The servers that publish a GPU build as the same image with `-gpu` behind the tag.
const WITH_GPU_SUFFIX: [&str; 2] = ["tensorflow-serving", "torchserve"];

/// Why the image is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoImage {
    /// The runtime has no `kserve-container`, and KServe fails.
    NoContainer,
    /// Neither the runtime nor the service names one.
    NoneNamed,
    /// It holds a placeholder that KServe fills in.
    Placeholder,
    /// The cluster's `inferenceservice-config` decides.
    Configuration,
}

/// The image that runs.
pub(super) fn image(
    rules: ImageRules,
    release: Release,
    asked: &Asked<'_>,
    runtime: &ServingRuntime,
    looked_up: &ServingRuntime,
) -> Result<String, NoImage> {
    let container = runtime.model_container(release).ok_or(NoImage::NoContainer)?;
    let own = &asked.model.extension.container;
    let image = own.image.as_deref().filter(|image| !image.is_empty()).or(container.image.as_deref());
    let image = image.filter(|image| !image.is_empty()).ok_or(NoImage::NoneNamed)?;
    if image.contains("{{") {
        return Err(NoImage::Placeholder);
    }
    if rules.leaves_digests && image.contains("@sha256:") {
        return Ok(image.to_owned());
    }
    if let Some(version) = &asked.model.extension.runtime_version {
        return Ok(format!("{}:{version}", without_tag(image)));
    }
    let gpu = has_gpu(rules, container) || has_gpu(rules, own);
    if rules.gpu_images_from_configuration {
        return if gpu { Err(NoImage::Configuration) } else { Ok(image.to_owned()) };
    }
    Ok(for_server(rules, image, gpu, image_server_type(rules, looked_up)))
}

/// Since v0.20 the annotation counts here too, and unlike for the defaults an empty one does not.
fn image_server_type(rules: ImageRules, looked_up: &ServingRuntime) -> Option<&'static str> {
    match looked_up.server_type.as_deref() {
        Some(annotated) if rules.reads_server_type && !annotated.is_empty() => server_type::known(annotated),
        _ => server_type::by_name(&looked_up.id.name),
    }
}

fn for_server(rules: ImageRules, image: &str, gpu: bool, server_type: Option<&str>) -> String {
    let repository = without_tag(image);
    let Some(server_type) = server_type.filter(|_| repository != image) else { return image.to_owned() };
    let suffixed = WITH_GPU_SUFFIX.contains(&server_type)
        || (rules.huggingface_has_gpu_suffix && server_type == "huggingfaceserver");
    if gpu && suffixed && (rules.gpu_suffix_twice || !image.ends_with("-gpu")) {
        format!("{image}-gpu")
    } else if rules.reads_server_type && !gpu && server_type == "vllmserver" && !repository.ends_with("-cpu") {
        format!("{repository}-cpu{}", &image[repository.len()..])
    } else {
        image.to_owned()
    }
}

/// The image without `:TAG`. As in KServe a tag is what follows the last colon when no slash does, so that
/// `registry:5000/image` has none.
fn without_tag(image: &str) -> &str {
    match image.rsplit_once(':') {
        Some((repository, tag)) if tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)) => {
            repository
        }
        _ => image,
    }
}

/// Only limits count, and only by their names.
fn has_gpu(rules: ImageRules, container: &Container) -> bool {
    container.limits.iter().any(|name| name == GPU || (rules.counts_gpu_slices && name.starts_with(GPU_SLICE)))
}
