//! The credential plugin of a kubeconfig, run once for a command and by kubectl's rules.
//! <https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins>

use std::io::{ErrorKind, IsTerminal};
use std::process::{Command, Output, Stdio};

use k8s_openapi::ByteString;
use kube::config::{AuthInfo, ExecConfig, ExecInteractiveMode};
use serde::Deserialize;
use serde_json::json;

use super::error::ClusterError;

/// What a plugin prints.
#[derive(Deserialize)]
struct Printed {
    status: Option<Credentials>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credentials {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// Asks the plugin, where the user has one, and puts what it answers in its place.
pub(super) fn replace(user: &mut AuthInfo) -> Result<(), ClusterError> {
    let Some(plugin) = user.exec.take() else { return Ok(()) };
    if user.token.is_some() || user.username.is_some() {
        return Ok(());
    }
    let failed = |problem: String| ClusterError::Unreachable(format!("getting credentials: {problem}"));
    let credentials = ask(&plugin).map_err(failed)?;
    user.token = credentials.token.map(Into::into);
    if let (Some(certificate), Some(key)) = (credentials.client_certificate_data, credentials.client_key_data) {
        user.client_certificate_data = Some(base64(certificate));
        user.client_key_data = Some(base64(key).into());
    }
    Ok(())
}

fn ask(plugin: &ExecConfig) -> Result<Credentials, String> {
    let name = plugin.command.as_deref().unwrap_or_default();
    let interactive = is_interactive(plugin)?;
    let output = command(plugin, name, interactive).output().map_err(|error| not_started(plugin, name, &error))?;
    if !output.status.success() {
        return Err(failure(name, &output));
    }
    let printed: Printed = serde_yaml::from_slice(&output.stdout)
        .map_err(|_| format!("exec: what executable {name} printed is no ExecCredential"))?;
    Ok(usable(printed.status.ok_or("exec plugin didn't return a status field")?)?)
}

/// Whether the plugin may ask people. What a command reads from standard input is not for the plugin.
fn is_interactive(plugin: &ExecConfig) -> Result<bool, &'static str> {
    let is_terminal = std::io::stdin().is_terminal();
    match plugin.interactive_mode {
        Some(ExecInteractiveMode::Never) => Ok(false),
        Some(ExecInteractiveMode::Always) if !is_terminal => {
            Err("exec plugin cannot support interactive mode: standard input is not a terminal")
        }
        _ => Ok(is_terminal),
    }
}

fn command(plugin: &ExecConfig, name: &str, interactive: bool) -> Command {
    let mut command = Command::new(name);
    command.args(plugin.args.iter().flatten());
    let pairs = plugin.env.iter().flatten().filter_map(|pair| Some((pair.get("name")?, pair.get("value")?)));
    command.envs(pairs);
    let cluster = plugin.cluster.as_ref().filter(|_| plugin.provide_cluster_info);
    let mut spec = json!({ "interactive": interactive });
    if let Some(cluster) = cluster {
        spec["cluster"] = json!(cluster);
    }
    let told = json!({ "apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": spec });
    command.env("KUBERNETES_EXEC_INFO", told.to_string());
    command.stdin(if interactive { Stdio::inherit() } else { Stdio::null() });
    if plugin.interactive_mode != Some(ExecInteractiveMode::Never) {
        // It may have to say where to log in.
        command.stderr(Stdio::inherit());
    }
    command
}

/// A credential that is empty is none.
fn usable(credentials: Credentials) -> Result<Credentials, &'static str> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let credentials = Credentials {
        token: given(credentials.token),
        client_certificate_data: given(credentials.client_certificate_data),
        client_key_data: given(credentials.client_key_data),
    };
    match (&credentials.token, &credentials.client_certificate_data, &credentials.client_key_data) {
        (_, Some(_), None) | (_, None, Some(_)) => Err("exec plugin returned only certificate or key, not both"),
        (None, None, None) => Err("exec plugin didn't return a token or cert/key pair"),
        _ => Ok(credentials),
    }
}

fn base64(text: String) -> String {
    match json!(ByteString(text.into_bytes())) {
        serde_json::Value::String(encoded) => encoded,
        other => other.to_string(),
    }
}

fn not_started(plugin: &ExecConfig, name: &str, error: &std::io::Error) -> String {
    if error.kind() != ErrorKind::NotFound {
        return format!("exec: executable {name} cannot be started: {error}");
    }
    let hint = plugin.install_hint.as_deref().unwrap_or_default().trim();
    let gap = if hint.is_empty() { "" } else { "\n\n" };
    format!("exec: executable {name} not found{gap}{hint}")
}

/// What a plugin said, without what it may have printed of its secrets on standard output. Neither its arguments nor its
/// environment: those may hold secrets, too.
fn failure(name: &str, output: &Output) -> String {
    let ended = match output.status.code() {
        Some(code) => format!("exec: executable {name} failed with exit code {code}"),
        None => format!("exec: executable {name} failed with {}", output.status),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if said.trim().is_empty() { ended } else { format!("{ended}: {}", said.trim()) }
}
