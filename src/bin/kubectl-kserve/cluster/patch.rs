//! Changes one service, or asks what would come of the change.

use http::Method;
use kubectl_kserve::yaml::Node;
use serde_json::Value;

use super::contents::{SERVICES, path};
use super::error::ClusterError;
use super::request::Question;
use super::{Cluster, list};

/// Who the server writes down as the one that set the fields.
const FIELD_MANAGER: &str = "kubectl-kserve";

/// A JSON merge patch of one service. Never an apply: `KServe`'s minimal definitions make all of `spec` one field, which
/// then would have one owner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServicePatch<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    pub(crate) body: &'a Value,
}

impl Cluster {
    /// The service as it is afterwards.
    pub(crate) fn patch(&self, patch: &ServicePatch<'_>) -> Result<Node<'static>, ClusterError> {
        self.send(patch, "")
    }

    /// The service as it would be afterwards, webhooks included. Nothing is stored.
    pub(crate) fn try_patch(&self, patch: &ServicePatch<'_>) -> Result<Node<'static>, ClusterError> {
        self.send(patch, "&dryRun=All")
    }

    fn send(&self, patch: &ServicePatch<'_>, query: &str) -> Result<Node<'static>, ClusterError> {
        let services = path("v1beta1", Some(patch.namespace), SERVICES);
        let question = Question {
            method: Method::PATCH,
            path: format!("{services}/{}?fieldManager={FIELD_MANAGER}{query}", list::escaped(patch.name)),
            resource: SERVICES,
            body: Some(("application/merge-patch+json", patch.body.to_string().into_bytes())),
        };
        let answer = self.runtime.block_on(self.requests.ask(&question))?;
        list::read(&answer, &question.path)
    }
}
