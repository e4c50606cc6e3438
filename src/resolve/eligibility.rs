//! Whether a runtime may serve a model: one function a rule, and the set of those that fail.

use crate::kserve::{Release, ServingRuntime, SupportedModelFormat};

use super::{Asked, ProtocolFrom};

/// A rule that a runtime can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// `spec.disabled` is true.
    Disabled,
    /// `spec.multiModel` is true: the runtime is for `ModelMesh`.
    MultiModel,
    /// No supportedModelFormats entry matches the model's format and version.
    ModelFormat,
    /// An entry matches, but none that does has `autoSelect: true`.
    AutoSelectOff,
    /// The protocol is not among `spec.protocolVersions`.
    ProtocolVersion,
    /// One of the runtime and the service is multi-node, the other is not.
    MultiNode,
}

impl Rule {
    /// Every rule, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Disabled,
        Self::MultiModel,
        Self::ModelFormat,
        Self::AutoSelectOff,
        Self::ProtocolVersion,
        Self::MultiNode,
    ];

    /// The rule's name in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Disabled => "Disabled",
            Self::MultiModel => "MultiModel",
            Self::ModelFormat => "ModelFormat",
            Self::AutoSelectOff => "AutoSelectOff",
            Self::ProtocolVersion => "ProtocolVersion",
            Self::MultiNode => "MultiNode",
        }
    }
}

/// A set of rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules(u8);

impl Rules {
    /// Adds `rule` when `fails`.
    #[must_use]
    fn with(self, rule: Rule, fails: bool) -> Self {
        if fails { Self(self.0 | 1 << rule as u8) } else { self }
    }

    /// Whether no rule is in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `rule` is in it.
    #[must_use]
    pub fn contains(self, rule: Rule) -> bool {
        self.0 & (1 << rule as u8) != 0
    }

    /// Whether `rule` is all there is.
    #[must_use]
    pub fn is_only(self, rule: Rule) -> bool {
        self == Self::default().with(rule, true)
    }

    /// The rules in it, in the order in which they are shown.
    pub fn iter(self) -> impl Iterator<Item = Rule> {
        Rule::ALL.into_iter().filter(move |rule| self.contains(*rule))
    }
}

/// The rules by which `runtime` cannot be selected for a model that names no runtime.
pub(super) fn failed_automatic(runtime: &ServingRuntime, asked: &Asked<'_>, label: &str, release: Release) -> Rules {
    let matching = || runtime.supported_model_formats.iter().filter(|entry| has_label(entry, label));
    let format_matches = matching().next().is_some();
    Rules::default()
        .with(Rule::Disabled, runtime.disabled)
        .with(Rule::MultiModel, runtime.multi_model)
        .with(Rule::ModelFormat, !format_matches)
        .with(Rule::AutoSelectOff, format_matches && !matching().any(|entry| entry.auto_select))
        .with(Rule::ProtocolVersion, !serves_wanted_protocol(runtime, asked, release))
        .with(Rule::MultiNode, release.matches_worker_spec() && runtime.worker_spec != asked.worker_spec)
}

/// Whether a runtime that is known to list the model's label with autoSelect on passes every other rule too.
pub(super) fn serves_labelled(runtime: &ServingRuntime, asked: &Asked<'_>, release: Release) -> bool {
    !runtime.disabled
        && !runtime.multi_model
        && (!release.matches_worker_spec() || runtime.worker_spec == asked.worker_spec)
        && serves_wanted_protocol(runtime, asked, release)
}

/// The rules by which `runtime` cannot serve a model that asks for it by name and for `protocol`.
pub(super) fn failed_explicit(runtime: &ServingRuntime, label: &str, protocol: Option<&str>) -> Rules {
    Rules::default()
        .with(Rule::Disabled, runtime.disabled)
        .with(Rule::ProtocolVersion, protocol.is_some_and(|protocol| !serves_protocol(runtime, protocol)))
        .with(Rule::ModelFormat, !runtime.supported_model_formats.iter().any(|entry| has_label(entry, label)))
}

/// The label that a model wants.
pub(super) fn label_of(asked: &Asked<'_>) -> String {
    label(&asked.model.format.value, asked.model.version.as_ref().map(|version| version.value.as_str()))
}

/// A label: `NAME`, or `NAME:VERSION`. KServe compares these strings, so a name with a colon in it can
/// match a name and a version.
pub(super) fn label(format: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("{format}:{version}"),
        None => format.to_owned(),
    }
}

fn has_label(entry: &SupportedModelFormat, label: &str) -> bool {
    let with_version = |version: &String| {
        label.strip_prefix(entry.name.as_str()).and_then(|rest| rest.strip_prefix(':')) == Some(version.as_str())
    };
    entry.name == label || entry.version.as_ref().is_some_and(with_version)
}

fn serves_wanted_protocol(runtime: &ServingRuntime, asked: &Asked<'_>, release: Release) -> bool {
    wanted_protocol(asked, release).is_none_or(|protocol| serves_protocol(runtime, protocol))
}

/// The protocol that automatic selection looks for; none when every runtime will do.
pub(super) fn wanted_protocol<'a>(asked: &'a Asked<'_>, release: Release) -> Option<&'a str> {
    match &asked.model.extension.protocol_version {
        Some(protocol) => Some(protocol.value.as_str()),
        None if release.takes_unset_protocol_for_v1() => Some(ProtocolFrom::ASSUMED),
        None => None,
    }
}

/// Whether a runtime serves a protocol. An empty protocol asks for nothing; a runtime that lists no protocols serves
/// them all.
#[must_use]
pub fn serves_protocol(runtime: &ServingRuntime, protocol: &str) -> bool {
    protocol.is_empty()
        || runtime.protocol_versions.is_empty()
        || runtime.protocol_versions.iter().any(|served| served == protocol)
}
