//! Label selectors as kubectl takes them: `app=iris,tier!=test,env in (a,b),!canary,level>3`.

use std::collections::BTreeMap;
use std::str::FromStr;

/// Requirements that all have to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector {
    /// As it was typed: a server reads it itself.
    pub(crate) text: String,
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Absent(String),
    Above(String, i64),
    Below(String, i64),
}

impl Selector {
    /// Whether an object with these labels is selected.
    pub(crate) fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.requirements.iter().all(|requirement| match requirement {
            Requirement::In(key, values) => labels.get(key).is_some_and(|value| values.contains(value)),
            Requirement::NotIn(key, values) => labels.get(key).is_none_or(|value| !values.contains(value)),
            Requirement::Exists(key) => labels.contains_key(key),
            Requirement::Absent(key) => !labels.contains_key(key),
            Requirement::Above(key, bound) => number(labels, key).is_some_and(|value| value > *bound),
            Requirement::Below(key, bound) => number(labels, key).is_some_and(|value| value < *bound),
        })
    }
}

/// A label that is no whole number is neither above nor below one.
fn number(labels: &BTreeMap<String, String>, key: &str) -> Option<i64> {
    labels.get(key)?.parse().ok()
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self { text: String::new(), requirements: Vec::new() });
        }
        let parts = split_outside_parentheses(text).into_iter();
        let requirements = parts.map(|part| requirement(part.trim())).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), requirements })
    }
}

fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let at_comma = |character: char| {
        depth += i32::from(character == '(') - i32::from(character == ')');
        character == ',' && depth == 0
    };
    text.split(at_comma).collect()
}

fn requirement(part: &str) -> Result<Requirement, String> {
    if let Some(key) = part.strip_prefix('!') {
        return Ok(Requirement::Absent(word(key)?));
    }
    if let Some((key, value)) = part.split_once("!=") {
        return Ok(Requirement::NotIn(word(key)?, vec![value_of(value)?]));
    }
    if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        return Ok(Requirement::In(word(key)?, vec![value_of(value)?]));
    }
    if let Some((key, bound)) = part.split_once('>') {
        return Ok(Requirement::Above(word(key)?, whole_number(bound)?));
    }
    if let Some((key, bound)) = part.split_once('<') {
        return Ok(Requirement::Below(word(key)?, whole_number(bound)?));
    }
    if let Some((head, values)) = part.strip_suffix(')').and_then(|part| part.split_once('(')) {
        let values = values.split(',').map(value_of).collect::<Result<_, _>>()?;
        return match head.trim().rsplit_once(char::is_whitespace) {
            Some((key, "in")) => Ok(Requirement::In(word(key)?, values)),
            Some((key, "notin")) => Ok(Requirement::NotIn(word(key)?, values)),
            _ => Err(unreadable(part)),
        };
    }
    Ok(Requirement::Exists(word(part)?))
}

fn word(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_key = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if text.is_empty() || !text.chars().all(is_key) { Err(unreadable(text)) } else { Ok(text.to_owned()) }
}

fn value_of(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Ok(String::new()) } else { word(text) }
}

fn whole_number(text: &str) -> Result<i64, String> {
    text.trim().parse().map_err(|_| format!("expected a whole number behind > or <, but found {:?}", text.trim()))
}

fn unreadable(text: &str) -> String {
    format!("expected a label selector such as app=iris,tier!=test, but found {text:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selects(selector: &str) -> bool {
        let labels =
            [("app", "iris"), ("tier", "prod"), ("level", "3")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        selector.parse::<Selector>().expect("a selector").matches(&labels.into())
    }

    #[test]
    fn selectors_mean_what_they_mean_to_kubectl() {
        for selector in ["app=iris", "app==iris", "tier!=test", "app", "!canary", "app in (a, iris),tier notin (x)"] {
            assert!(selects(selector), "{selector}");
        }
        for selector in ["none!=x", "", "level>2,level<4", "level > -1"] {
            assert!(selects(selector), "{selector}");
        }
        for selector in ["app=x", "app!=iris", "!app", "canary", "app in (a,b)", "app=iris,tier=test", "none=x"] {
            assert!(!selects(selector), "{selector}");
        }
        for selector in ["level>3", "level<3", "app>1", "app<1", "none>1"] {
            assert!(!selects(selector), "{selector}");
        }
        for selector in ["level>x", "level>=3", "level>", ">3", "=x", "app of (a)", "a b", "app in (a", "app=a=b"] {
            assert!(selector.parse::<Selector>().is_err(), "{selector}");
        }
    }
}
