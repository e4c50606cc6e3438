//! The `Deployment`s of predictors, which tell the images that run. Not every user may read them, and no answer needs them.

use kubectl_kserve::kserve::{Deployment, SERVICE_LABEL};

use super::contents::{Services, Wanted};
use super::error::ClusterError;
use super::list;
use super::request::Requests;

const DEPLOYMENTS: &str = "deployments";

/// Those of the services that are wanted.
pub(super) async fn read(requests: &Requests, wanted: &Wanted<'_>) -> Result<Vec<Deployment>, ClusterError> {
    if !wanted.deployments {
        return Ok(Vec::new());
    }
    let path = match wanted.namespace {
        Some(namespace) => format!("/apis/apps/v1/namespaces/{}/{DEPLOYMENTS}", list::escaped(namespace)),
        None => format!("/apis/apps/v1/{DEPLOYMENTS}"),
    };
    let objects = list::list(requests, &path, Some(&selector(wanted)), DEPLOYMENTS).await?;
    Ok(objects.iter().filter_map(Deployment::read).collect())
}

/// KServe's labels, not those of the services that were asked for: a Deployment has these as they once were.
fn selector(wanted: &Wanted<'_>) -> String {
    match wanted.services {
        Services::Named(names) => format!("{SERVICE_LABEL} in ({}),component=predictor", names.join(",")),
        Services::All | Services::None => format!("{SERVICE_LABEL},component=predictor"),
    }
}
