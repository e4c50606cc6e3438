//! Changed runtimes: a line each, and below it a line for every field that differs.

use std::fmt::Write;

use serde_json::Value;

use crate::change::{Change, Difference, FieldChange, RuntimeChange};
use crate::yaml::{ScalarStyle, write};

use super::escaped;
use super::table::NONE;

/// So many characters of a value are shown; JSON has all of them.
const MOST_CHARACTERS: usize = 120;

/// The changes, in the order given.
#[must_use]
pub fn runtime_changes(changes: &[RuntimeChange]) -> String {
    let mut text = String::new();
    for RuntimeChange { runtime, change } in changes {
        let runtime = runtime.to_string();
        let _ = writeln!(text, "{} {}", escaped(&runtime), word(change));
        if let Change::Changed { fields, .. } = change {
            for line in fields.iter().map(field) {
                let _ = writeln!(text, "    {}", escaped(&line));
            }
        }
    }
    text
}

fn word(change: &Change) -> &'static str {
    match change {
        Change::Added => "was added",
        Change::Removed => "was removed",
        Change::Changed { created_again: true, .. } => "was deleted and created again",
        Change::Changed { created_again: false, .. } => "changed",
    }
}

fn field(change: &FieldChange) -> String {
    let entry = if change.entry.is_empty() { String::new() } else { format!(" ({})", change.entry) };
    let (before, now) = match &change.difference {
        Difference::Added(now) => (NONE.to_owned(), value(now)),
        Difference::Removed(before) => (value(before), NONE.to_owned()),
        Difference::Changed { before, now } => (value(before), value(now)),
        Difference::Reordered { before, now } => {
            return format!("{}{entry}: the order was {}, and is {}", change.field, before.join(", "), now.join(", "));
        }
    };
    format!("{}{entry}: {before} -> {now}", change.field)
}

fn value(value: &Value) -> String {
    let text = match value {
        Value::String(text) => write::scalar(text, ScalarStyle::Plain),
        other => other.to_string(),
    };
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
