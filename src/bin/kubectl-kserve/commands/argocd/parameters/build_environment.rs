//! Argo CD's build environment in a parameter of a chart: `$ARGOCD_APP_NAME`, as Argo CD fills it in for charts of its own.

use crate::commands::argocd::application::variable;

/// A value with Argo CD's variables filled in, by the rules of Go's `os.Expand`: `$$` is a dollar, and what is not known is
/// nothing (<https://argo-cd.readthedocs.io/en/stable/user-guide/build-environment/>).
pub(super) fn filled_in(value: &str) -> String {
    let mut filled = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        let (name, length) = name(after);
        match name {
            Some("$") => filled.push('$'),
            Some(name) => filled.push_str(&known(name)),
            None if length == 0 => filled.push('$'),
            None => {}
        }
        rest = &after[length..];
    }
    filled + rest
}

/// Nothing of the sidecar's own, and for charts Argo CD knows no `KUBE_VERSION`, which only plugins are told.
fn known(name: &str) -> String {
    let is_known = name.starts_with("ARGOCD_APP_") && name != "ARGOCD_APP_PARAMETERS";
    is_known.then(|| variable(name)).flatten().unwrap_or_default()
}

/// The name after a dollar, and how many bytes it takes; braces without a name in them are dropped.
fn name(after: &str) -> (Option<&str>, usize) {
    if let Some(braced) = after.strip_prefix('{') {
        return match braced.find('}') {
            None => (None, 1),
            Some(0) => (None, 2),
            Some(end) => (Some(&braced[..end]), end + 2),
        };
    }
    let is_special = |letter: char| "*#$@!?-0123456789".contains(letter);
    let is_of_name = |letter: char| letter == '_' || letter.is_ascii_alphanumeric();
    let end = match after.chars().next() {
        Some(letter) if is_special(letter) => 1,
        _ => after.find(|letter| !is_of_name(letter)).unwrap_or(after.len()),
    };
    ((end > 0).then_some(&after[..end]), end)
}
