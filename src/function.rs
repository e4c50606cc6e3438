//! The KRM function: a `ResourceList` in, the same with its `InferenceService`s pinned out. Everything is decided and
//! checked before the first byte is written, because kustomize and kpt take what a function writes for all there is.

mod items;
mod knowledge;
mod resource_list;
mod services;

use std::borrow::Cow;

use crate::configuration::{PinRuntimes, Results};
use crate::edit::Splice;
use crate::object::Span;
use crate::pin;
use crate::report::krm::{self, KrmResult, Severity};
use crate::resolve::Resolver;
use items::Items;
use knowledge::Knowledge;
use resource_list::ResourceList;
use services::Service;

/// What the function answers.
#[derive(Debug)]
pub struct Reply<'t> {
    /// Standard output, in pieces; empty only when the input was no `ResourceList`.
    pub output: Vec<Cow<'t, str>>,
    /// Standard error: a line that sums up, then what went wrong.
    pub messages: String,
    /// Standard error after that: what changes.
    pub diff: String,
    /// The function failed: its exit code is not zero, and no item was changed.
    pub failed: bool,
}

/// Runs the function on the text of a `ResourceList`.
#[must_use]
pub fn run(text: &str) -> Reply<'_> {
    match ResourceList::read(text) {
        Ok(list) => reply(&list),
        Err(error) => Reply {
            output: Vec::new(),
            messages: services::line(&format!("kubectl-kserve: {error}")),
            diff: String::new(),
            failed: true,
        },
    }
}

fn reply<'t>(list: &ResourceList<'t>) -> Reply<'t> {
    let configuration = match list.function_config().map_or_else(|| Ok(PinRuntimes::default()), PinRuntimes::read) {
        Ok(configuration) => configuration,
        Err(error) => return refuse(list, KrmResult::error(error.to_string())),
    };
    let items = match Items::read(list, configuration.namespace.as_deref().unwrap_or("default")) {
        Ok(items) => items,
        Err(unread) => {
            let result = KrmResult { resource_ref: unread.resource, ..KrmResult::error(unread.error) };
            return refuse(list, result);
        }
    };
    match Knowledge::new(&configuration, &items) {
        Ok(knowledge) => pin_all(list, &configuration, &items, &knowledge),
        Err(error) => refuse(list, KrmResult::error(error.to_string())),
    }
}

/// The input as it was, with one error.
fn refuse<'t>(list: &ResourceList<'t>, error: KrmResult) -> Reply<'t> {
    let messages =
        format!("kubectl-kserve: nothing was pinned\n{}", services::line(&format!("error: {}", error.message)));
    Reply { output: with_results(list, Vec::new(), &[error]), messages, diff: String::new(), failed: true }
}

fn pin_all<'t>(
    list: &ResourceList<'t>,
    configuration: &PinRuntimes,
    items: &Items,
    knowledge: &Knowledge,
) -> Reply<'t> {
    let resolver = knowledge.resolver();
    let known = items.services.iter().zip(resolver.inventory().services());
    let wanted = known.filter(|(_, service)| !configuration.excludes(knowledge.namespace_of(service), service));
    let decide = |(item, service)| Service::decide(&resolver, knowledge, configuration, service, item);
    let mut services: Vec<Service<'_>> = wanted.map(decide).collect();
    carry_out(&resolver, list, &mut services);
    let failed = services.iter().any(|service| service.severity() == Some(Severity::Error));
    if failed {
        services.iter_mut().for_each(Service::write_nothing);
    }
    let mut results: Vec<KrmResult> = services
        .iter()
        .filter(|service| configuration.results == Results::All || service.severity().is_some())
        .filter_map(Service::result)
        .collect();
    krm::sort(&mut results);
    let (messages, diff) = (messages(&services, failed), diff(list, &services));
    let splices = services.into_iter().flat_map(|service| service.splices).collect();
    Reply { output: with_results(list, splices, &results), messages, diff, failed }
}

/// Carries the changes out, or says why not.
fn carry_out(resolver: &Resolver<'_>, list: &ResourceList<'_>, services: &mut [Service<'_>]) {
    let mut wishing = Vec::new();
    for service in services.iter_mut() {
        match (service.change(), service.item.place.cut) {
            (Some(change), Some(lines)) => service.take(pin::rewrite_item(resolver, list.text, &lines, change)),
            (Some(_), None) => wishing.push(service),
            (None, _) => {}
        }
    }
    let wishes: Vec<_> = wishing.iter().filter_map(|service| service.wish(list.document)).collect();
    for (service, written) in wishing.into_iter().zip(pin::rewrite(resolver, list.text, &wishes)) {
        service.take(written);
    }
}

fn messages(services: &[Service<'_>], failed: bool) -> String {
    let mut text = services::summary(services, failed);
    for severity in [Severity::Error, Severity::Warning] {
        let complaints = services.iter().filter(|service| service.severity() == Some(severity));
        text.extend(complaints.map(Service::complaint));
    }
    text
}

fn diff(list: &ResourceList<'_>, services: &[Service<'_>]) -> String {
    let written = services.iter().filter(|service| !service.splices.is_empty());
    written.map(|service| services::diff(list, service)).collect()
}

/// The text in pieces: what stays is borrowed.
fn with_results<'t>(list: &ResourceList<'t>, mut splices: Vec<Splice>, results: &[KrmResult]) -> Vec<Cow<'t, str>> {
    if !results.is_empty() {
        let values: Vec<_> = results.iter().filter_map(|result| serde_json::to_value(result).ok()).collect();
        let (span, text) = list.results_splice(&values);
        splices.push(Splice { span, text });
    }
    splices.sort_by_key(|splice| splice.span);
    let mut pieces = Vec::with_capacity(splices.len() * 2 + 1);
    let mut done = 0;
    for splice in splices {
        pieces.push(Cow::Borrowed(Span::new(done, splice.span.start).of(list.text)));
        pieces.push(Cow::Owned(splice.text));
        done = splice.span.end;
    }
    pieces.push(Cow::Borrowed(&list.text[done..]));
    pieces
}
