//! What each KServe release installs: one small embedded file a release, and only the one asked for is read.

use super::{Age, Object, Release, ServingRuntime, read};
use crate::yaml;

/// The `ClusterServingRuntime`s that `release` installs, or the known release nearest below it: the fields that decide a
/// selection and the image. They are as old as one another, and of no known age beside other runtimes.
#[must_use]
pub fn catalogue(release: Release) -> Vec<ServingRuntime> {
    let text = text(release.nearest_known());
    let chunks = yaml::split(text).unwrap_or_default();
    let nodes = chunks.iter().filter_map(|chunk| yaml::compose(text, chunk).ok().flatten());
    let objects = nodes.filter_map(|node| read(&node, None, "").ok().flatten());
    objects
        .filter_map(|object| match object {
            Object::ServingRuntime(runtime) => Some(ServingRuntime { age: Age::Release, ..*runtime }),
            Object::InferenceService(_) | Object::InferenceGraph(_) => None,
        })
        .collect()
}

/// Pairs each known release with its file.
macro_rules! catalogues {
    ($($release:literal),* $(,)?) => {
        const CATALOGUES: [(&str, &str); Release::KNOWN.len()] =
            [$(($release, include_str!(concat!("catalogue/", $release, ".yaml")))),*];
    };
}

catalogues!(
    "v0.9.0", "v0.10.0", "v0.10.1", "v0.10.2", "v0.11.0", "v0.11.1", "v0.11.2", "v0.12.0", "v0.12.1", "v0.13.0",
    "v0.13.1", "v0.14.0", "v0.14.1", "v0.15.0", "v0.15.1", "v0.15.2", "v0.16.0", "v0.17.0", "v0.17.1", "v0.18.0",
    "v0.18.1", "v0.19.0", "v0.20.0",
);

fn text(release: Release) -> &'static str {
    let name = release.to_string();
    CATALOGUES.iter().find(|(release, _)| *release == name).map_or("", |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_release_has_a_catalogue_that_can_be_read_whole() {
        for release in Release::KNOWN {
            let documents = text(release).matches("\n---\n").count();
            assert!(documents >= 9, "{release}");
            assert_eq!(catalogue(release).len(), documents, "{release}");
        }
    }
}
