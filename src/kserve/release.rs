//! A KServe release as a value, and the rules that changed from one to the next, each under a name.

use std::fmt;
use std::str::FromStr;

use super::Framework;

/// A KServe release. Its methods are the rules that differ between releases, read from KServe's source at each tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Release {
    major: u16,
    minor: u16,
    patch: u16,
}

/// Why a word is not the name of a release that this tool can answer for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// Not of the shape of a version.
    #[error("expected a KServe release such as v0.17 or v0.17.1, but found {word:?}")]
    NotARelease {
        /// What was given.
        word: String,
    },
    /// v0.8 and older select by other rules altogether.
    #[error(
        "KServe {word} is too old: it selects runtimes by other rules; this tool knows {} to {}",
        Release::OLDEST,
        Release::LATEST
    )]
    TooOld {
        /// What was given.
        word: String,
    },
}

pub(super) const fn release(minor: u16, patch: u16) -> Release {
    Release { major: 0, minor, patch }
}

impl Release {
    /// The oldest release whose rules are known.
    pub const OLDEST: Self = release(9, 0);
    /// The newest release whose rules are known.
    pub const LATEST: Self = release(20, 0);

    /// Every known release, oldest first.
    pub const KNOWN: [Self; 23] = [
        release(9, 0),
        release(10, 0),
        release(10, 1),
        release(10, 2),
        release(11, 0),
        release(11, 1),
        release(11, 2),
        release(12, 0),
        release(12, 1),
        release(13, 0),
        release(13, 1),
        release(14, 0),
        release(14, 1),
        release(15, 0),
        release(15, 1),
        release(15, 2),
        release(16, 0),
        release(17, 0),
        release(17, 1),
        release(18, 0),
        release(18, 1),
        release(19, 0),
        release(20, 0),
    ];

    /// Whether this very release was read, and not only its neighbours.
    #[must_use]
    pub fn is_known(self) -> bool {
        Self::KNOWN.contains(&self)
    }

    /// The known release nearest below this one: the one whose catalogue is closest.
    #[must_use]
    pub fn nearest_known(self) -> Self {
        Self::KNOWN.into_iter().rfind(|known| *known <= self).unwrap_or(Self::OLDEST)
    }

    /// The release that the tag of an image or a version label names. A word such as `latest` names none, and so does a
    /// vendor's own count of versions: every release of KServe begins with 0.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let release: Self = Some(tag).filter(|tag| *tag != "latest")?.parse().ok()?;
        (release.major == 0).then_some(release)
    }

    fn newest_patch_of(major: u16, minor: u16) -> Self {
        Self::KNOWN.into_iter().rfind(|known| known.major == major && known.minor == minor).unwrap_or(Self {
            major,
            minor,
            patch: 0,
        })
    }

    /// The framework keys this release has: `huggingface` came with v0.12.
    #[must_use]
    pub fn knows_framework(self, framework: Framework) -> bool {
        framework != Framework::Huggingface || self >= release(12, 0)
    }

    /// The model formats that the webhook gives protocol v2 when `model` sets none.
    #[must_use]
    pub fn formats_defaulted_to_v2(self) -> &'static [&'static str] {
        if self >= release(20, 0) {
            &["triton", "vLLM"]
        } else if self >= release(11, 2) {
            &["triton"]
        } else {
            &[]
        }
    }

    /// An unset protocolVersion counts as v1 in automatic selection; before v0.11.1 it matched every runtime.
    #[must_use]
    pub fn takes_unset_protocol_for_v1(self) -> bool {
        self >= release(11, 1)
    }

    /// Priorities order the candidates.
    #[must_use]
    pub fn orders_by_priority(self) -> bool {
        self >= release(11, 1)
    }

    /// The order by priority keeps ties as they were. Up to v0.20.0 it is Go's unstable `sort.Slice`
    /// (<https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/predictor_model.go>).
    #[must_use]
    pub fn keeps_ties_in_order(self) -> bool {
        self > release(20, 0)
    }

    /// A multi-node service takes only multi-node runtimes, and the reverse.
    #[must_use]
    pub fn matches_worker_spec(self) -> bool {
        self >= release(15, 0)
    }

    /// A service can be stopped in every deployment mode: its runtime is selected all the same, and then none of its pods
    /// is run. v0.15.1 could do so in Knative's mode only
    /// (<https://github.com/kserve/kserve/blob/v0.16.0/pkg/controller/v1beta1/inferenceservice/components/predictor.go>,
    /// `GetForceStopRuntime`).
    #[must_use]
    pub fn stops_services(self) -> bool {
        self >= release(16, 0)
    }

    /// A server's own default protocol is set before an explicit runtime is checked, and by the runtime's name alone.
    #[must_use]
    pub fn sets_server_defaults_before_checks(self) -> bool {
        self < release(17, 0)
    }

    /// The status names the runtime.
    #[must_use]
    pub fn reports_runtime(self) -> bool {
        self >= release(16, 0)
    }

    /// The controller leaves a ready service alone that is annotated `serving.kserve.io/disable-auto-update: "true"`
    /// (<https://github.com/kserve/kserve/blob/v0.16.0/pkg/controller/v1beta1/inferenceservice/controller.go#L204-L211>).
    #[must_use]
    pub fn leaves_disabled_auto_update_alone(self) -> bool {
        self >= release(16, 0)
    }

    /// A cluster without the kind `ClusterServingRuntime` counts as one without cluster runtimes; before, listing them
    /// fails, and the selection with it.
    #[must_use]
    pub fn serves_without_cluster_runtimes(self) -> bool {
        self >= release(19, 0)
    }

    /// `spec.canary` exists.
    #[must_use]
    pub fn serves_canaries(self) -> bool {
        self >= release(20, 0)
    }

    /// An InferenceGraph's step calls a service that names its runtime by the runtime's first protocol, whatever the
    /// service's own is (`GetPredictorEndpoint` in `pkg/controller/v1beta1/inferenceservice/utils/utils.go`).
    #[must_use]
    pub fn graphs_follow_named_runtime(self) -> bool {
        self >= release(16, 0)
    }

    /// The model's container is the one named `kserve-container`; before, it is the first one.
    #[must_use]
    pub fn finds_container_by_name(self) -> bool {
        self >= release(11, 0)
    }

    /// The image rules of this release.
    #[must_use]
    pub fn image_rules(self) -> ImageRules {
        ImageRules {
            gpu_images_from_configuration: self < release(10, 0),
            gpu_suffix_twice: self < release(10, 1),
            huggingface_has_gpu_suffix: self >= release(15, 0),
            leaves_digests: self >= release(16, 0),
            counts_gpu_slices: self >= release(16, 0),
            reads_server_type: self >= release(20, 0),
        }
    }
}

/// How a release turns the image of a runtime into the image that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Independent facts of a release.
pub struct ImageRules {
    /// The tag of a GPU image comes from the cluster's `inferenceservice-config`, which files do not tell.
    pub gpu_images_from_configuration: bool,
    /// `-gpu` is appended even to a tag that ends so.
    pub gpu_suffix_twice: bool,
    /// `kserve-huggingfaceserver` has a `-gpu` image too.
    pub huggingface_has_gpu_suffix: bool,
    /// An image with a digest stays as it is.
    pub leaves_digests: bool,
    /// Limits on `nvidia.com/mig…` count as a GPU.
    pub counts_gpu_slices: bool,
    /// The server is known by its annotation first, and vLLM without a GPU runs a `-cpu` image.
    pub reads_server_type: bool,
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Release {
    type Err = ReleaseError;

    /// Reads `v0.17`, `0.17.1`, `v0.17.0-rc1` (as v0.17.0) or `latest`. A release without a patch number is the newest patch known.
    fn from_str(word: &str) -> Result<Self, ReleaseError> {
        if word == "latest" {
            return Ok(Self::LATEST);
        }
        let not_a_release = || ReleaseError::NotARelease { word: word.to_owned() };
        let numbers = word.strip_prefix('v').unwrap_or(word);
        let numbers = numbers.split_once(['-', '+']).map_or(numbers, |(numbers, _)| numbers);
        let numbers: Vec<u16> =
            numbers.split('.').map(|number| number.parse().map_err(|_| not_a_release())).collect::<Result<_, _>>()?;
        let release = match numbers[..] {
            [major, minor] => Self::newest_patch_of(major, minor),
            [major, minor, patch] => Self { major, minor, patch },
            _ => return Err(not_a_release()),
        };
        if release < Self::OLDEST {
            return Err(ReleaseError::TooOld { word: word.to_owned() });
        }
        Ok(release)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minor_release_means_its_newest_patch() {
        assert_eq!("v0.11".parse(), Ok(release(11, 2)));
        assert_eq!("0.11.0".parse(), Ok(release(11, 0)));
        assert_eq!("latest".parse(), Ok(Release::LATEST));
        assert_eq!("v0.17.0-rc1".parse(), Ok(release(17, 0)));
    }

    #[test]
    fn a_tag_that_names_no_release_tells_none() {
        assert_eq!(Release::of_tag("v0.17.0-rc1"), Some(release(17, 0)));
        assert_eq!(Release::of_tag("0.21.0"), Some(release(21, 0)));
        for tag in ["latest", "v2.35.0", "main", "v0.8.0", ""] {
            assert_eq!(Release::of_tag(tag), None, "{tag}");
        }
    }

    #[test]
    fn newer_releases_are_taken_and_older_ones_refused_by_name() {
        assert_eq!("v0.21".parse(), Ok(release(21, 0)));
        assert_eq!(release(21, 3).nearest_known(), Release::LATEST);
        assert_eq!(
            "v0.8.0".parse::<Release>().map_err(|error| error.to_string()),
            Err("KServe v0.8.0 is too old: it selects runtimes by other rules; this tool knows v0.9.0 to v0.20.0"
                .to_owned())
        );
        assert_eq!(
            "0.x".parse::<Release>().map_err(|error| error.to_string()),
            Err("expected a KServe release such as v0.17 or v0.17.1, but found \"0.x\"".to_owned())
        );
    }

    #[test]
    fn known_releases_are_in_order() {
        assert!(Release::KNOWN.is_sorted());
    }
}
