//! Inside a pod: the API server and the account that every pod is given, as a kubeconfig, so that flags are laid over them
//! as over any other. <https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/>

use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Cluster, Context, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext};

const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The name of its entries.
const POD: &str = "pod";

/// None outside of a pod.
pub(super) fn kubeconfig() -> Option<Kubeconfig> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (host, port) = (variable("KUBERNETES_SERVICE_HOST")?, variable("KUBERNETES_SERVICE_PORT")?);
    let user = AuthInfo { token_file: Some(there("token")?), ..AuthInfo::default() };
    let server = Some(server(&host, &port));
    let cluster = Cluster { server, certificate_authority: there("ca.crt"), ..Cluster::default() };
    let namespace = variable("POD_NAMESPACE").or_else(namespace_of_account);
    let name = || POD.to_owned();
    let context = Context { cluster: name(), user: Some(name()), namespace, ..Context::default() };
    Some(Kubeconfig {
        clusters: vec![NamedCluster { name: name(), cluster: Some(cluster), ..NamedCluster::default() }],
        auth_infos: vec![NamedAuthInfo { name: name(), auth_info: Some(user), ..NamedAuthInfo::default() }],
        contexts: vec![NamedContext { name: name(), context: Some(context), ..NamedContext::default() }],
        current_context: Some(name()),
        ..Kubeconfig::default()
    })
}

/// A file of the account that is there.
fn there(file: &str) -> Option<String> {
    let path: PathBuf = Path::new(ACCOUNT).join(file);
    path.is_file().then(|| path.display().to_string())
}

fn namespace_of_account() -> Option<String> {
    let text = std::fs::read_to_string(there("namespace")?).ok()?;
    Some(text.trim().to_owned()).filter(|namespace| !namespace.is_empty())
}

fn server(host: &str, port: &str) -> String {
    if host.contains(':') { format!("https://[{host}]:{port}") } else { format!("https://{host}:{port}") }
}
