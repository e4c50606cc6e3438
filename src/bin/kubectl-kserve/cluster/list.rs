//! Lists, page by page, and single objects.

use kubectl_kserve::yaml::Node;
use serde::Deserialize;

use super::error::ClusterError;
use super::request::{Question, Requests};

/// How many objects a page holds, as with kubectl.
const PAGE: usize = 500;

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    metadata: ListMetadata,
    #[serde(default)]
    items: Option<Vec<Node<'static>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ListMetadata {
    r#continue: String,
}

/// The objects of a list.
pub(super) async fn list(
    requests: &Requests,
    path: &str,
    selector: Option<&str>,
    resource: &'static str,
) -> Result<Vec<Node<'static>>, ClusterError> {
    list_as(requests, path, selector, resource, |object| object).await
}

/// What `read` makes of the objects of a list, so that no more than a page of them is there at once. When the server
/// forgets in between where it was, the list is read again, in one piece.
pub(super) async fn list_as<T>(
    requests: &Requests,
    path: &str,
    selector: Option<&str>,
    resource: &'static str,
    read: impl Fn(Node<'static>) -> T,
) -> Result<Vec<T>, ClusterError> {
    match pages(requests, path, selector, resource, &read).await {
        Err(error) if error.is_expired() => {
            let whole = Question::get(with_query(path, selector, &[]), resource);
            let page = page(requests, &whole).await?;
            Ok(page.items.unwrap_or_default().into_iter().map(read).collect())
        }
        answer => answer,
    }
}

async fn pages<T>(
    requests: &Requests,
    path: &str,
    selector: Option<&str>,
    resource: &'static str,
    read: impl Fn(Node<'static>) -> T,
) -> Result<Vec<T>, ClusterError> {
    let limit = PAGE.to_string();
    let mut objects = Vec::new();
    let mut from = String::new();
    loop {
        let place = [("limit", limit.as_str()), ("continue", from.as_str())];
        let question = Question::get(with_query(path, selector, &place), resource);
        let page = page(requests, &question).await?;
        objects.extend(page.items.unwrap_or_default().into_iter().map(&read));
        from = page.metadata.r#continue;
        requests.note_progress(resource, objects.len());
        if from.is_empty() {
            return Ok(objects);
        }
    }
}

async fn page(requests: &Requests, question: &Question) -> Result<Page, ClusterError> {
    let body = requests.ask(question).await?;
    let page: Page = read(&body, &question.path)?;
    if page.items.iter().flatten().any(|item| item.get("metadata").is_none()) {
        let problem = "an item is no object".to_owned();
        return Err(ClusterError::Answer { request: question.path.clone(), problem });
    }
    Ok(page)
}

/// One object.
pub(super) async fn object(
    requests: &Requests,
    path: &str,
    resource: &'static str,
) -> Result<Node<'static>, ClusterError> {
    let body = requests.ask(&Question::get(path, resource)).await?;
    read(&body, path)
}

/// The body of an answer as what it should be.
pub(super) fn read<T: for<'de> Deserialize<'de>>(body: &[u8], path: &str) -> Result<T, ClusterError> {
    serde_json::from_slice(body)
        .map_err(|error| ClusterError::Answer { request: path.to_owned(), problem: error.to_string() })
}

fn with_query(path: &str, selector: Option<&str>, place: &[(&str, &str)]) -> String {
    let selector = selector.map(|selector| ("labelSelector", selector));
    let parameters: Vec<String> = place
        .iter()
        .copied()
        .chain(selector)
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", escaped(value)))
        .collect();
    if parameters.is_empty() { path.to_owned() } else { format!("{path}?{}", parameters.join("&")) }
}

/// As a value of a query, or a piece of a path.
pub(super) fn escaped(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    value.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
