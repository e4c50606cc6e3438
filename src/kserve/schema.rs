//! What the schema of `InferenceService`, which every signed-in user may read, tells of the release.

use super::release::{Release, release};

/// A field of `InferenceService` v1beta1, and the first release whose schema has it.
const FIRST_SEEN: [(&str, u16); 8] = [
    ("spec.canary", 20),
    ("spec.predictor.logger.batchSize", 17),
    ("status.servingRuntimeName", 16),
    ("spec.predictor.autoScaling", 15),
    ("spec.predictor.workerSpec", 14),
    ("spec.predictor.huggingface", 12),
    ("spec.predictor.annotations", 11),
    ("spec.predictor.os", 10),
];

impl Release {
    /// The oldest release whose schema has the fields that `has` finds: the cluster runs it or a newer one. None when
    /// the schema describes no predictor, as KServe's minimal CRDs do not.
    ///
    /// Compared with the CRDs that each release installs
    /// (<https://github.com/kserve/kserve/tree/master/install>); v0.13 looks like v0.12, v0.18 and v0.19 like v0.17.
    #[must_use]
    pub fn at_least(has: impl Fn(&str) -> bool) -> Option<Self> {
        if !has("spec.predictor") {
            return None;
        }
        let minor = FIRST_SEEN.iter().find(|(field, _)| has(field)).map_or(9, |(_, minor)| *minor);
        Some(release(minor, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::Release;

    #[test]
    fn the_newest_field_tells() {
        let release =
            |fields: &[&str]| Release::at_least(|field| fields.contains(&field)).map(|found| found.to_string());
        assert_eq!(release(&[]), None);
        assert_eq!(release(&["spec.predictor"]).as_deref(), Some("v0.9.0"));
        let seventeen = ["spec.predictor", "spec.predictor.workerSpec", "spec.predictor.logger.batchSize"];
        assert_eq!(release(&seventeen).as_deref(), Some("v0.17.0"));
        assert_eq!(release(&["spec.predictor", "spec.canary"]).as_deref(), Some("v0.20.0"));
    }
}
