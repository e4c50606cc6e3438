//! From kubectl's flags, kubeconfig files and the pod's own account to a connection, by kubectl's rules.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use k8s_openapi::ByteString;
use kube::Config;
use kube::config::{AuthInfo, Cluster, Context, ExecAuthCluster, Kubeconfig, KubeconfigError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::ClusterError;
use super::{plugin, pod, proxy};
use crate::connection::Connection;

/// The connection that the flags and the kubeconfig describe; inside a pod without a kubeconfig, the pod's own.
pub(super) fn config(connection: &Connection) -> Result<Config, ClusterError> {
    let connection = &connection.without_empty();
    let kubeconfig = read(connection)?;
    let is_open = is_empty(&kubeconfig) && connection.server.is_none();
    let kubeconfig = if is_open { pod::kubeconfig().unwrap_or(kubeconfig) } else { kubeconfig };
    let context = context(&kubeconfig, connection)?;
    let cluster = cluster(&kubeconfig, &context, connection)?;
    let mut user = user(&kubeconfig, &context, connection)?;
    let told = ExecAuthCluster::try_from(&cluster).map_err(|error| unusable(&error))?;
    let mut config = Config::new(address(&cluster)?);
    config.root_cert = told.certificate_authority_data.as_deref().map(certificates).transpose()?;
    if let Some(plugin) = &mut user.exec {
        plugin.cluster = Some(told);
    }
    plugin::replace(&mut user)?;
    require_sendable_token(&user)?;
    config.auth_info = user;
    config.default_namespace =
        context.namespace.filter(|name| !name.is_empty()).unwrap_or_else(|| "default".to_owned());
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or(false);
    config.disable_compression = cluster.disable_compression.unwrap_or(false);
    config.tls_server_name = cluster.tls_server_name;
    with_proxy(as_asked(config, connection), cluster.proxy_url)
}

fn unusable(error: &KubeconfigError) -> ClusterError {
    ClusterError::Configuration(error.to_string())
}

fn address(cluster: &Cluster) -> Result<http::Uri, ClusterError> {
    let server = cluster.server.as_ref().ok_or_else(|| unusable(&KubeconfigError::MissingClusterUrl))?;
    with_scheme(server).parse().map_err(|error| unusable(&KubeconfigError::ParseClusterUrl(error)))
}

/// The certificates of a PEM file.
fn certificates(pem: &[u8]) -> Result<Vec<Vec<u8>>, ClusterError> {
    let text = String::from_utf8_lossy(pem);
    let one = |block: &str| {
        let (body, _) = block.split_once("-----END CERTIFICATE-----")?;
        let body: String = body.split_whitespace().collect();
        serde_json::from_value(serde_json::Value::String(body)).ok().map(|ByteString(bytes)| bytes)
    };
    let found: Option<Vec<_>> = text.split("-----BEGIN CERTIFICATE-----").skip(1).map(one).collect();
    found.ok_or_else(|| ClusterError::Configuration("failed to parse PEM-encoded certificates".to_owned()))
}

/// In kubectl's words. The client would not survive it.
fn require_sendable_token(user: &AuthInfo) -> Result<(), ClusterError> {
    let user = serde_json::to_value(user).unwrap_or_default();
    match user.get("token").and_then(serde_json::Value::as_str).map(http::HeaderValue::from_str) {
        Some(Err(_)) => {
            Err(ClusterError::Unreachable("net/http: invalid header field value for \"Authorization\"".to_owned()))
        }
        _ => Ok(()),
    }
}

/// `--kubeconfig` alone, else the files of `$KUBECONFIG` that are there, else `~/.kube/config` when it is there.
fn read(connection: &Connection) -> Result<Kubeconfig, ClusterError> {
    let files = match &connection.kubeconfig {
        Some(path) => {
            std::fs::metadata(path).map_err(|error| {
                ClusterError::Configuration(format!("stat {}: {}", path.display(), in_words(&error)))
            })?;
            vec![path.clone()]
        }
        None => usual_files(),
    };
    let unreadable =
        |error: kube::config::KubeconfigError| ClusterError::Configuration(format!("loading config: {error}"));
    files.into_iter().filter(|file| file.exists()).try_fold(Kubeconfig::default(), |merged, file| {
        let mut next = Kubeconfig::read_from(&file).map_err(|error| unreadable_file(&file, &error))?;
        next.current_context = next.current_context.filter(|context| !context.is_empty());
        merged.merge(next).map_err(unreadable)
    })
}

/// What the parser says may show a piece of the file, and with it a secret.
fn unreadable_file(file: &Path, error: &KubeconfigError) -> ClusterError {
    let problem = match error {
        KubeconfigError::ReadConfig(error, _) => in_words(error),
        _ => "it is not valid".to_owned(),
    };
    ClusterError::Configuration(format!("loading config: the kubeconfig {}: {problem}", file.display()))
}

fn in_words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        _ => error.to_string(),
    }
}

fn usual_files() -> Vec<PathBuf> {
    let named: Option<OsString> = std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty());
    match named {
        Some(value) => std::env::split_paths(&value).filter(|path| !path.as_os_str().is_empty()).collect(),
        None => std::env::home_dir().map(|home| home.join(".kube").join("config")).into_iter().collect(),
    }
}

/// A kind of entry in a kubeconfig.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Entry {
    Context,
    Cluster,
    User,
}

/// The names of the kubeconfig's entries; none when it cannot be read.
pub(super) fn names(connection: &Connection, entry: Entry) -> Vec<String> {
    let Ok(kubeconfig) = read(&connection.without_empty()) else { return Vec::new() };
    match entry {
        Entry::Context => kubeconfig.contexts.into_iter().map(|context| context.name).collect(),
        Entry::Cluster => kubeconfig.clusters.into_iter().map(|cluster| cluster.name).collect(),
        Entry::User => kubeconfig.auth_infos.into_iter().map(|user| user.name).collect(),
    }
}

fn is_empty(kubeconfig: &Kubeconfig) -> bool {
    kubeconfig.clusters.is_empty() && kubeconfig.contexts.is_empty() && kubeconfig.current_context.is_none()
}

fn context(kubeconfig: &Kubeconfig, connection: &Connection) -> Result<Context, ClusterError> {
    let name = connection.context.as_ref().or(kubeconfig.current_context.as_ref());
    let Some(name) = name else { return Ok(Context::default()) };
    let found = kubeconfig.contexts.iter().find(|context| context.name == *name);
    match found.and_then(|context| context.context.clone()) {
        Some(context) => Ok(context),
        None => Err(ClusterError::Configuration(format!("context {name:?} does not exist"))),
    }
}

fn cluster(kubeconfig: &Kubeconfig, context: &Context, connection: &Connection) -> Result<Cluster, ClusterError> {
    let name = connection.cluster.as_ref().unwrap_or(&context.cluster);
    let found = kubeconfig.clusters.iter().find(|cluster| cluster.name == *name);
    let mut cluster = match found.and_then(|cluster| cluster.cluster.clone()) {
        Some(cluster) => without_empty(cluster)?,
        None if connection.server.is_some() => Cluster::default(),
        None if name.is_empty() => {
            let advice = "no cluster was named: give --server, --kubeconfig or --context, or set $KUBECONFIG";
            return Err(ClusterError::Configuration(advice.to_owned()));
        }
        None => return Err(ClusterError::Configuration(format!("cluster {name:?} does not exist"))),
    };
    if let Some(server) = &connection.server {
        cluster.server = Some(server.clone());
        // It belongs to the server of the kubeconfig.
        cluster.tls_server_name = None;
    }
    if connection.insecure_skip_tls_verify {
        cluster.insecure_skip_tls_verify = Some(true);
        cluster.certificate_authority = None;
        cluster.certificate_authority_data = None;
    }
    if let Some(file) = &connection.certificate_authority {
        cluster.certificate_authority = Some(file.display().to_string());
        cluster.certificate_authority_data = None;
    }
    cluster.tls_server_name = connection.tls_server_name.clone().or(cluster.tls_server_name);
    Ok(cluster)
}

/// An entry without its empty values, which count as not given. A path that is empty has been put below the folder of
/// the kubeconfig by now, and ends there.
fn without_empty<E: Serialize + DeserializeOwned>(entry: E) -> Result<E, ClusterError> {
    const PATHS: [&str; 4] = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];
    let unreadable = |error: serde_json::Error| ClusterError::Configuration(error.to_string());
    let mut value = serde_json::to_value(entry).map_err(unreadable)?;
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, value| {
            let is_empty = |text: &str| text.is_empty() || PATHS.contains(&name.as_str()) && text.ends_with('/');
            !value.as_str().is_some_and(is_empty)
        });
    }
    serde_json::from_value(value).map_err(unreadable)
}

/// kubectl takes an address without a scheme for one with TLS when a port says so, else without.
fn with_scheme(server: &str) -> String {
    if server.contains("://") { server.to_owned() } else { format!("http://{server}") }
}

fn user(kubeconfig: &Kubeconfig, context: &Context, connection: &Connection) -> Result<AuthInfo, ClusterError> {
    let name = connection.user.as_ref().or(context.user.as_ref());
    let found = name.and_then(|name| kubeconfig.auth_infos.iter().find(|user| user.name == *name));
    if let (Some(name), None) = (&connection.user, found) {
        return Err(ClusterError::Configuration(format!("auth info {name:?} does not exist")));
    }
    let mut user = without_empty(found.and_then(|user| user.auth_info.clone()).unwrap_or_default())?;
    lay_credentials_over(&mut user, connection);
    read_token(&mut user)?;
    lay_impersonation_over(&mut user, connection);
    Ok(user)
}

/// A credential given by a flag stands alone: what the kubeconfig has beside it is not asked.
fn lay_credentials_over(user: &mut AuthInfo, connection: &Connection) {
    let given = connection.token.is_some() || connection.username.is_some();
    if given {
        (user.exec, user.auth_provider, user.token, user.token_file) = (None, None, None, None);
        (user.username, user.password) = (None, None);
    }
    if let Some(token) = &connection.token {
        user.token = Some(token.clone().into());
    } else if let Some(username) = &connection.username {
        user.username = Some(username.clone());
        user.password = Some(connection.password.clone().unwrap_or_default().into());
    }
    if let Some(file) = &connection.client_certificate {
        user.client_certificate = Some(file.display().to_string());
        user.client_certificate_data = None;
    }
    if let Some(file) = &connection.client_key {
        user.client_key = Some(file.display().to_string());
        user.client_key_data = None;
    }
}

/// As kubectl reads the file of a token: it stands above a token in the kubeconfig, and space around it does not count.
fn read_token(user: &mut AuthInfo) -> Result<(), ClusterError> {
    let Some(file) = user.token_file.take() else { return Ok(()) };
    let text = std::fs::read_to_string(&file)
        .map_err(|error| ClusterError::Configuration(format!("reading the token file {file}: {}", in_words(&error))))?;
    user.token = Some(text.trim().to_owned().into());
    Ok(())
}

fn lay_impersonation_over(user: &mut AuthInfo, connection: &Connection) {
    if let Some(name) = &connection.impersonate {
        user.impersonate = Some(name.clone());
    }
    if let Some(uid) = &connection.impersonate_uid {
        user.impersonate_uid = Some(uid.clone());
    }
    if !connection.impersonate_group.is_empty() {
        user.impersonate_groups = Some(connection.impersonate_group.clone());
    }
    for (key, value) in &connection.impersonate_user_extra {
        user.impersonate_user_extra.get_or_insert_default().entry(key.clone()).or_default().push(value.clone());
    }
}

/// How long to wait for a connection where any wait for an answer is allowed, as with kubectl.
const LONGEST_CONNECTING: Duration = Duration::from_secs(30);

/// Waiting and trying again are decided for each request, not by the client.
fn as_asked(mut config: Config, connection: &Connection) -> Config {
    config.default_retry = false;
    config.connect_timeout = connection.request_timeout.0.is_none().then_some(LONGEST_CONNECTING);
    config.write_timeout = None;
    config.disable_compression |= connection.disable_compression;
    config
}

/// The kubeconfig's proxy, else the environment's where `NO_PROXY` does not exempt the server.
fn with_proxy(mut config: Config, named: Option<String>) -> Result<Config, ClusterError> {
    let address = named.or_else(|| proxy::of_environment(&config.cluster_url));
    config.proxy_url = address.as_deref().map(parsed_proxy).transpose()?;
    Ok(config)
}

/// The address of a proxy may hold a password: it is not repeated.
fn parsed_proxy(address: &str) -> Result<http::Uri, ClusterError> {
    let wrong = |problem: String| ClusterError::Configuration(format!("the address of the proxy: {problem}"));
    let address = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let parsed: http::Uri = address.parse().map_err(|error| wrong(format!("{error}")))?;
    match parsed.scheme_str() {
        Some("http" | "https" | "socks5") => Ok(parsed),
        scheme => Err(wrong(format!("expected http, https or socks5, but found {}", scheme.unwrap_or_default()))),
    }
}
