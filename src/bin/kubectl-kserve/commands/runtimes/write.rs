//! The forms in which runtimes are listed, and the services that use them.

use std::io::{self, Write};

use kubectl_kserve::report::human::{self, Row, Width};
use kubectl_kserve::report::json::{About, RuntimeList};
use kubectl_kserve::resolve::{Outcome, Resolution};

use super::Answer;
use crate::cli::Format;
use crate::output;

pub(super) fn answer(out: &mut dyn Write, answer: &Answer<'_>, warnings: Vec<String>) -> io::Result<()> {
    match answer.arguments.output {
        Some(Format::Name) => out.write_all(names(answer).as_bytes()),
        Some(Format::Json) => output::json(out, &list(answer, warnings)),
        Some(Format::Yaml) => output::yaml(out, &list(answer, warnings)),
        Some(Format::Wide) => out.write_all(table(answer, Width::Wide).as_bytes()),
        Some(Format::Table) | None => out.write_all(table(answer, Width::Normal).as_bytes()),
    }
}

fn table(answer: &Answer<'_>, width: Width) -> String {
    let headings = !answer.arguments.no_headers;
    match &answer.users {
        Some(users) => table_of_users(answer, users, width, headings),
        None if answer.is_empty() => String::new(),
        None => human::runtimes(answer.resolver, &answer.groups, width, headings),
    }
}

fn table_of_users(answer: &Answer<'_>, users: &[Resolution<'_>], width: Width, headings: bool) -> String {
    let rows: Vec<Row> = certain(users).map(|user| Row::new(answer.resolver, user, width)).collect();
    if rows.is_empty() { String::new() } else { human::table(&rows, width, headings) }
}

/// Those of which it is known that they use one of the runtimes.
fn certain<'u, 'i>(users: &'u [Resolution<'i>]) -> impl Iterator<Item = &'u Resolution<'i>> {
    users.iter().filter(|user| matches!(user.outcome, Outcome::Selected(_)))
}

fn list(answer: &Answer<'_>, warnings: Vec<String>) -> RuntimeList {
    let about = About {
        namespace: answer.namespace,
        service: answer.arguments.service.is_some(),
        users: answer.users.as_deref(),
        complete: answer.is_complete(),
        warnings,
    };
    RuntimeList::new(answer.resolver, &answer.groups, about)
}

fn names(answer: &Answer<'_>) -> String {
    match &answer.users {
        Some(users) => names_of_users(users),
        None => answer.listed().map(|listed| line(listed.runtime.id.kind(), &listed.runtime.id.name)).collect(),
    }
}

/// A service once, whatever its canaries use.
fn names_of_users(users: &[Resolution<'_>]) -> String {
    let mut services: Vec<_> = certain(users).map(|user| (user.namespace, &user.service.name)).collect();
    services.dedup();
    services.into_iter().map(|(_, name)| line("InferenceService", name)).collect()
}

fn line(kind: &str, name: &str) -> String {
    format!("{}.serving.kserve.io/{}\n", kind.to_ascii_lowercase(), human::escaped(name))
}
