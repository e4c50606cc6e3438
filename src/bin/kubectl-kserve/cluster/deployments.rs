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

/// The label of KServe's predictors. Labels of services are on their Deployments too, but those of other objects may be
/// changed at any time.
fn selector(wanted: &Wanted<'_>) -> String {
    match wanted.services {
        Services::Named(names) => format!("{SERVICE_LABEL} in ({}),component=predictor", names.join(",")),
        Services::All | Services::None => format!("{SERVICE_LABEL},component=predictor"),
    }
}
