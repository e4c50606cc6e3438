//! What a patch of a kustomization sets that bears on the runtime: a strategic merge patch by its fields, a JSON patch
//! (RFC 6902) by its operations.

use kubectl_kserve::kserve::Framework;
use kubectl_kserve::yaml::Node;

const PREDICTOR: [&str; 2] = ["spec", "predictor"];

/// What a patch with a target is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    kind: Option<String>,
    name: Option<String>,
}

impl Target {
    pub(super) fn read(node: &Node<'_>) -> Self {
        let text = |key| node.get(key).and_then(Node::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
        Self { kind: text("kind"), name: text("name") }
    }

    /// What a strategic merge patch without a target is for.
    fn of_merge(patch: &Node<'_>) -> Self {
        let text = |node: &Node<'_>, key| node.get(key).and_then(Node::as_str).map(str::to_owned);
        Self { kind: text(patch, "kind"), name: patch.get("metadata").and_then(|metadata| text(metadata, "name")) }
    }

    /// Whether it may be for this service. The rest of a target (namespace, labels, annotations) is not looked at: it may.
    pub(super) fn may_be(&self, service: &str) -> bool {
        may_match(self.kind.as_deref(), "InferenceService") && may_match(self.name.as_deref(), service)
    }
}

/// Kustomize takes the names of a target for regular expressions. One that is more than a word may match anything.
fn may_match(pattern: Option<&str>, found: &str) -> bool {
    let is_word = |pattern: &str| pattern.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    pattern.is_none_or(|pattern| !is_word(pattern) || pattern == found)
}

/// A field of a service that decides which runtime it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deciding {
    Format,
    Version,
    Protocol,
    WorkerSpec,
    Runtime,
}

impl Deciding {
    const ALL: [Self; 5] = [Self::Format, Self::Version, Self::Protocol, Self::WorkerSpec, Self::Runtime];

    fn path(self) -> &'static [&'static str] {
        match self {
            Self::Format => &["spec", "predictor", "model", "modelFormat", "name"],
            Self::Version => &["spec", "predictor", "model", "modelFormat", "version"],
            Self::Protocol => &["spec", "predictor", "model", "protocolVersion"],
            Self::WorkerSpec => &["spec", "predictor", "workerSpec"],
            Self::Runtime => &["spec", "predictor", "model", "runtime"],
        }
    }

    /// How it is called in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Format | Self::Version => "modelFormat",
            Self::Protocol => "protocolVersion",
            Self::WorkerSpec => "workerSpec",
            Self::Runtime => "runtime",
        }
    }
}

/// A deciding field that a patch sets.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) field: Deciding,
    /// None when it is taken away. The value of what is no string does not matter.
    pub(super) value: Option<String>,
    pub(super) target: Target,
}

/// The deciding fields that a patch sets. A target counts, whatever the patch calls itself.
pub(super) fn settings(patch: &Node<'_>, target: Option<&Target>) -> Vec<Setting> {
    let target = target.cloned().unwrap_or_else(|| Target::of_merge(patch));
    let setting = |field: Deciding| {
        let value = match patch.as_sequence() {
            Some(operations) => {
                operations.iter().filter_map(|operation| set_by_operation(operation, field.path())).next_back()
            }
            None => set_below(patch, field.path()),
        };
        let Value(value) = value?;
        Some(Setting { field, value, target: target.clone() })
    };
    Deciding::ALL.into_iter().filter_map(setting).collect()
}

/// What a field is set to; none when it is taken away.
struct Value(Option<String>);

/// What a strategic merge patch sets at `steps`.
fn set_below(merge: &Node<'_>, steps: &[&str]) -> Option<Value> {
    let mut node = merge;
    for key in steps {
        node = node.get(key)?;
        if node.is_null() {
            return Some(Value(None));
        }
    }
    Some(Value(Some(node.as_str().unwrap_or_default().to_owned())))
}

/// What an operation of a JSON patch sets at `path`. What is put around it replaces it.
fn set_by_operation(operation: &Node<'_>, path: &[&str]) -> Option<Value> {
    let at = operation.get("path").and_then(Node::as_str)?;
    let steps: Vec<&str> = at.split('/').skip(1).collect();
    let below = path.strip_prefix(steps.as_slice())?;
    match operation.get("op").and_then(Node::as_str)? {
        "add" | "replace" => operation.get("value").and_then(|value| set_below(value, below)).or(Some(Value(None))),
        "remove" => Some(Value(None)),
        _ => None,
    }
}

/// The framework keys that a patch sets, each with what it is for. A target counts, whatever the patch calls itself.
pub(super) fn framework_keys(patch: &Node<'_>, target: Option<&Target>) -> Vec<(Framework, Target)> {
    let sets = |framework: &Framework| match patch.as_sequence() {
        Some(operations) => operations.iter().any(|operation| sets_by_path(operation, *framework)),
        None => holds(patch, &PREDICTOR, *framework),
    };
    let target = target.cloned().unwrap_or_else(|| Target::of_merge(patch));
    Framework::ALL.into_iter().filter(sets).map(|framework| (framework, target.clone())).collect()
}

/// Whether an operation of a JSON patch touches the key, or puts something around it that has the key.
fn sets_by_path(operation: &Node<'_>, framework: Framework) -> bool {
    let Some(path) = operation.get("path").and_then(Node::as_str) else { return false };
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    if let Some([key, ..]) = steps.strip_prefix(&PREDICTOR) {
        // To remove or to test what has become model is an error of kustomize.
        return *key == framework.key();
    }
    let below = PREDICTOR.strip_prefix(steps.as_slice());
    operation.get("value").zip(below).is_some_and(|(value, below)| holds(value, below, framework))
}

/// Whether the predictor that lies so deep below `node` has the framework's key; null is no value.
fn holds(node: &Node<'_>, below: &[&str], framework: Framework) -> bool {
    let predictor = below.iter().try_fold(node, |node, key| node.get(key));
    predictor.and_then(|predictor| predictor.get(framework.key())).is_some_and(|value| !value.is_null())
}
