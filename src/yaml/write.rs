//! Writes strings so that every reader reads them back, and whole documents in block style.

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::{Map, Value};

use super::scalar::resolve;
use super::{Meaning, ScalarStyle};

/// A string for a YAML text, within brackets or not, in the style of the values beside it.
///
/// Without quotes only when yaml.v2, yaml.v3 and YAML 1.2 all read this very string.
#[must_use]
pub fn scalar(text: &str, style: ScalarStyle) -> String {
    match style {
        ScalarStyle::SingleQuoted if is_printable(text) => single_quoted(text),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => double_quoted(text),
        _ if is_plain(text) => text.to_owned(),
        _ => double_quoted(text),
    }
}

/// A value as a YAML document that ends with a line feed: two spaces a level, keys as they are given.
#[must_use]
pub fn document(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(entries) if !entries.is_empty() => mapping(&mut out, entries, 0),
        Value::Array(items) if !items.is_empty() => sequence(&mut out, items, 0),
        other => {
            out.push_str(&single(other));
            out.push('\n');
        }
    }
    out
}

fn mapping(out: &mut String, entries: &Map<String, Value>, indent: usize) {
    for (index, (key, value)) in entries.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        out.push_str(&scalar(key, ScalarStyle::Plain));
        out.push(':');
        match value {
            Value::Object(entries) if !entries.is_empty() => {
                out.push('\n');
                pad(out, indent + 2);
                mapping(out, entries, indent + 2);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                pad(out, indent);
                sequence(out, items, indent);
            }
            other => inline(out, other, indent + 2),
        }
    }
}

fn sequence(out: &mut String, items: &[Value], indent: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        out.push('-');
        match item {
            Value::Object(entries) if !entries.is_empty() => {
                out.push(' ');
                mapping(out, entries, indent + 2);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push(' ');
                sequence(out, items, indent + 2);
            }
            other => inline(out, other, indent + 2),
        }
    }
}

/// A value that stands on the line of its key or dash, and the end of that line.
fn inline(out: &mut String, value: &Value, indent: usize) {
    out.push(' ');
    match value {
        Value::String(text) if is_literal(text) => literal(out, text, indent),
        other => {
            out.push_str(&single(other));
            out.push('\n');
        }
    }
}

fn single(value: &Value) -> Cow<'static, str> {
    match value {
        Value::Null => Cow::Borrowed("null"),
        Value::Object(_) => Cow::Borrowed("{}"),
        Value::Array(_) => Cow::Borrowed("[]"),
        Value::Bool(value) => Cow::Owned(value.to_string()),
        Value::Number(value) => Cow::Owned(value.to_string()),
        Value::String(text) => Cow::Owned(scalar(text, ScalarStyle::Plain)),
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Several lines that a block scalar holds as they are: no blanks that could be lost or taken for indentation.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let safe_line = |line: &str| line.is_empty() || !line.ends_with([' ', '\t']) && is_printable(line);
    text.contains('\n')
        && !body.starts_with([' ', '\t', '\n'])
        && !body.is_empty()
        && !body.ends_with('\n')
        && body.split('\n').all(safe_line)
}

fn literal(out: &mut String, text: &str, indent: usize) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    out.push('\n');
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// A string that needs no quotes anywhere: it begins like a word and no reader has another use for it.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = bytes.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'/'));
    let ends =
        bytes.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'-' | b'.'));
    let safe = |index: usize| {
        let next = bytes.get(index + 1);
        match bytes[index] {
            b'-' | b'_' | b'.' | b'/' | b'=' | b'+' => true,
            b' ' => next.is_some_and(u8::is_ascii_alphanumeric),
            b':' => next.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'/'),
            byte => byte.is_ascii_alphanumeric(),
        }
    };
    begins && ends && (0..bytes.len()).all(safe) && !is_word(text)
}

/// A word that some reader takes for something else than a string.
fn is_word(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"];
    words.contains(&lower.as_str()) || resolve(text) != Meaning::String
}

/// No character that must be escaped, and none that a reader could take for a line break.
fn is_printable(text: &str) -> bool {
    text.chars().all(|character| !must_escape(character))
}

fn must_escape(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Only escapes that JSON knows too.
fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // All of these lie below U+10000.
            other if must_escape(other) => {
                let _ = write!(out, "\\u{:04x}", u32::from(other));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
