//! The values as Argo CD hands them over: `ARGOCD_APP_PARAMETERS` holds the parameters as JSON, `ARGOCD_ENV_*` the
//! environment of the Application.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::build_environment::filled_in;
use crate::commands::argocd::application::variable;

/// One parameter of an Application
/// (<https://argo-cd.readthedocs.io/en/stable/operator-manual/config-management-plugins/#using-environment-variables-in-your-plugin>).
#[derive(Debug, Deserialize)]
struct Parameter {
    name: String,
    string: Option<String>,
    array: Option<Vec<String>>,
    map: Option<BTreeMap<String, String>>,
}

/// What was given.
#[derive(Debug)]
pub(super) struct Given {
    parameters: Vec<Parameter>,
}

impl Given {
    /// `known` are the names of all parameters there are.
    pub(super) fn of_environment(known: &[&str]) -> anyhow::Result<Self> {
        let json = variable("ARGOCD_APP_PARAMETERS").unwrap_or_else(|| "null".to_owned());
        let parameters: Option<Vec<Parameter>> =
            serde_json::from_str(&json).context("ARGOCD_APP_PARAMETERS cannot be read")?;
        let parameters = parameters.unwrap_or_default();
        if let Some(unknown) = parameters.iter().find(|parameter| !known.contains(&parameter.name.as_str())) {
            bail!("there is no parameter {:?}; expected one of: {}", unknown.name, known.join(", "));
        }
        Ok(Self { parameters })
    }

    /// A single value. An empty one is none.
    pub(super) fn text(&self, name: &str) -> anyhow::Result<Option<String>> {
        let value = match self.named(name) {
            Some(Parameter { string: Some(text), .. }) => Some(text.clone()),
            Some(_) => bail!("the parameter {name}: expected a single value, as string"),
            None => variable(&variable_name(name)),
        };
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// A single value that `expected` describes.
    pub(super) fn parsed<T: std::str::FromStr>(&self, name: &str, expected: &str) -> anyhow::Result<Option<T>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => bail!("the parameter {name}: expected {expected}, but found {text:?}"),
        }
    }

    /// Several values. In the environment, and in a string, commas stand between them.
    pub(super) fn list(&self, name: &str) -> anyhow::Result<Vec<String>> {
        match self.named(name) {
            Some(Parameter { array: Some(array), .. }) => Ok(array.clone()),
            Some(Parameter { string: Some(text), .. }) => Ok(separated(text)),
            Some(_) => bail!("the parameter {name}: expected several values, as array"),
            None => Ok(separated(&variable(&variable_name(name)).unwrap_or_default())),
        }
    }

    /// Names and values. In the environment it is `a=b,c=d`.
    pub(super) fn map(&self, name: &str) -> anyhow::Result<Vec<(String, String)>> {
        match self.named(name) {
            Some(Parameter { map: Some(map), .. }) => Ok(map.clone().into_iter().collect()),
            Some(_) => bail!("the parameter {name}: expected names and values, as map"),
            None => pairs(name, &variable(&variable_name(name)).unwrap_or_default()),
        }
    }

    /// Several values for a chart. Argo CD fills in its variables in the environment, and here in place of it.
    pub(super) fn list_for_chart(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let fill = |value: String| if self.named(name).is_some() { filled_in(&value) } else { value };
        Ok(self.list(name)?.into_iter().map(fill).collect())
    }

    /// Names and values for a chart, likewise.
    pub(super) fn map_for_chart(&self, name: &str) -> anyhow::Result<Vec<(String, String)>> {
        let fill = |value: String| if self.named(name).is_some() { filled_in(&value) } else { value };
        Ok(self.map(name)?.into_iter().map(|(key, value)| (key, fill(value))).collect())
    }

    /// The last one of that name, as Argo CD lays overrides over what is there.
    fn named(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().rev().find(|parameter| parameter.name == name)
    }
}

fn variable_name(name: &str) -> String {
    format!("ARGOCD_ENV_{}", name.replace('-', "_").to_ascii_uppercase())
}

fn separated(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn pairs(name: &str, text: &str) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |word: String| match word.split_once('=') {
        Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
        None => bail!("{}: expected NAME=VALUE, but found {word:?}", variable_name(name)),
    };
    separated(text).into_iter().map(pair).collect()
}
