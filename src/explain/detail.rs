//! Facts in words: why a rule fails for a runtime, what put one before another, what a model asks for.

use crate::kserve::{Release, ServingRuntime};
use crate::resolve::{Asked, Candidate, NotApplicable, ProtocolFrom, RankReason, Rule};

use super::names_format;

/// Why `rule` fails for `runtime`, in words that follow the runtime's name: `serves protocol v2 only`.
#[must_use]
pub fn detail(rule: Rule, runtime: &ServingRuntime, asked: &Asked<'_>) -> String {
    match rule {
        Rule::Disabled => "is disabled".to_owned(),
        Rule::MultiModel => "is multi-model, for ModelMesh only".to_owned(),
        Rule::ModelFormat => format(runtime, asked),
        Rule::AutoSelectOff => {
            let versions = versions(runtime, &asked.model.format.value);
            let remark = if versions.iter().any(|version| version.ends_with("\"*\"")) { LITERAL_STAR } else { "" };
            format!("supports {}, but autoSelect is not on{remark}", list(&versions, "and"))
        }
        Rule::ProtocolVersion => serves(runtime),
        Rule::MultiNode if runtime.worker_spec => "has workerSpec, which the service has not".to_owned(),
        Rule::MultiNode => "has no workerSpec, which the service has".to_owned(),
    }
}

const LITERAL_STAR: &str = " (\"*\" is a literal version, not a wildcard)";

fn format(runtime: &ServingRuntime, asked: &Asked<'_>) -> String {
    let wanted = &asked.model.format.value;
    if !names_format(runtime, wanted) {
        let other_case = runtime.supported_model_formats.iter().find(|entry| entry.name.eq_ignore_ascii_case(wanted));
        return match other_case {
            Some(entry) => format!("lists {}, not {wanted}: names are case-sensitive", entry.name),
            None => format!("does not list {wanted}"),
        };
    }
    let version = asked.model.version.as_ref().map_or("", |version| version.value.as_str());
    let versions = versions(runtime, wanted);
    let entries = runtime.supported_model_formats.iter().filter(|entry| entry.name == *wanted);
    let listed =
        |wanted: &dyn Fn(&str) -> bool| entries.clone().any(|entry| entry.version.as_deref().is_some_and(wanted));
    let remark = if listed(&|listed| listed == "*") {
        LITERAL_STAR
    } else if listed(&|listed| without_zeros(listed) == without_zeros(version)) {
        " (versions are compared as text)"
    } else {
        ""
    };
    let off = if entries.clone().any(|entry| entry.auto_select) { "" } else { ", and autoSelect is not on" };
    format!("supports {}, not {}{remark}{off}", list(&versions, "and"), version_in_words(version))
}

/// `1.0.0`, `1.0` and `v1` mean `1` to people.
fn without_zeros(version: &str) -> &str {
    let mut version = version.strip_prefix('v').unwrap_or(version);
    while let Some(shorter) = version.strip_suffix(".0") {
        version = shorter;
    }
    version
}

fn version_in_words(version: &str) -> String {
    let is_plain = !version.is_empty() && version.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
    if is_plain { version.to_owned() } else { format!("{version:?}") }
}

/// The entries of a runtime for a format, as `sklearn 1`, or `sklearn without a version`.
fn versions(runtime: &ServingRuntime, format: &str) -> Vec<String> {
    let entries = runtime.supported_model_formats.iter().filter(|entry| entry.name == format);
    let mut versions: Vec<String> = entries
        .map(|entry| match &entry.version {
            Some(version) => format!("{format} {}", version_in_words(version)),
            None => format!("{format} without a version"),
        })
        .collect();
    versions.dedup();
    versions
}

/// The protocols of a runtime, in words that follow its name.
pub(super) fn serves(runtime: &ServingRuntime) -> String {
    match runtime.protocol_versions.as_slice() {
        [only] => format!("serves protocol {only} only"),
        several => format!("serves protocols {} only", list(several, "and")),
    }
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn list<T: AsRef<str>>(items: &[T], word: &str) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// What put the first candidate before the second one.
pub(super) fn ahead(reason: RankReason, first: &Candidate<'_>, second: &Candidate<'_>) -> String {
    let name = &second.runtime.id.name;
    match reason {
        RankReason::Namespace => before_the_clusters(name),
        RankReason::Priority => match (first.priority, second.priority) {
            (Some(first), Some(second)) => format!("priority {first}, before {name} with {second}"),
            (first, _) => format!("priority {}, before {name} with none", first.unwrap_or_default()),
        },
        RankReason::Protocol => format!("its lowest protocol ranks before that of {name}"),
        RankReason::Age => format!("newer than {name}"),
        RankReason::Name => format!("its name comes before {name}"),
        RankReason::UnstableSort => format!("Go's unstable sort puts it before {name}"),
        RankReason::Unresolved => format!("before {name}"),
    }
}

/// What puts a runtime of the namespace before one of the cluster, whatever that one says.
pub(super) fn before_the_clusters(name: &str) -> String {
    format!("of the namespace, before the cluster's {name}")
}

/// A candidate's priority, and where it comes from when that surprises; empty when it has none.
#[must_use]
pub fn priority_in_words(candidate: &Candidate<'_>, asked: &Asked<'_>) -> String {
    let Some(priority) = candidate.priority else { return String::new() };
    let format = &asked.model.format.value;
    let version = asked.model.version.as_ref().map(|version| version.value.as_str());
    let entries = candidate.runtime.supported_model_formats.iter();
    let mut matching = entries.filter(|entry| {
        entry.name == *format && entry.auto_select && (version.is_none() || entry.version.as_deref() == version)
    });
    match matching.find(|entry| entry.priority != Some(priority)).map(|entry| entry.priority) {
        None => format!("priority {priority}"),
        Some(Some(other)) => format!("priority {priority} (of its first {format} entry; a matching one says {other})"),
        Some(None) => format!("priority {priority} (of its first {format} entry; a matching one says none)"),
    }
}

/// Why a candidate stands behind the selected one.
#[must_use]
pub fn behind(reason: RankReason) -> &'static str {
    match reason {
        RankReason::Namespace => "a runtime of the namespace comes first",
        RankReason::Priority => "lower priority",
        RankReason::Protocol => "its lowest protocol ranks later",
        RankReason::Age => "older",
        RankReason::Name => "its name comes later",
        RankReason::UnstableSort => "Go's unstable sort puts it later",
        RankReason::Unresolved => "comes later",
    }
}

pub(super) fn not_applicable(why: NotApplicable) -> &'static str {
    match why {
        NotApplicable::CustomContainers => "no model predictor: the service brings its own containers",
        NotApplicable::ModelMesh => "ModelMesh serves it and selects by rules of its own",
    }
}

/// What a model asks for, and where its protocol comes from.
pub(super) fn asked(release: Release, asked: &Asked<'_>) -> String {
    let model = &asked.model;
    let version = model.version.as_ref().map(|version| format!(" {}", version_in_words(&version.value)));
    let format = format!("{}{}", model.format.value, version.unwrap_or_default());
    let multi_node = if asked.worker_spec && release.matches_worker_spec() { ", multi-node" } else { "" };
    let framework = asked.framework.map(|framework| format!(" (the webhook turns {} into model)", framework.key()));
    format!("{format}{}{multi_node}, {}", framework.unwrap_or_default(), protocol(asked))
}

fn protocol(asked: &Asked<'_>) -> String {
    let set = asked.model.extension.protocol_version.as_ref().map(|protocol| protocol.value.as_str());
    match (asked.protocol_from, set) {
        (ProtocolFrom::Spec, Some("")) => "protocol \"\" (which matches every runtime)".to_owned(),
        (ProtocolFrom::Spec, Some(protocol)) => format!("protocol {protocol}"),
        (ProtocolFrom::Webhook, Some(protocol)) => {
            format!("protocol {protocol} (protocolVersion is unset; KServe's webhook sets {protocol} for this format)")
        }
        (_, Some(protocol)) => format!("protocol {protocol} (inherited)"),
        (ProtocolFrom::Default, None) => "protocol v1 (protocolVersion is unset; KServe assumes v1)".to_owned(),
        (_, None) if asked.model.runtime.is_some() => "protocolVersion unset".to_owned(),
        (_, None) => "any protocol (protocolVersion is unset)".to_owned(),
    }
}
