//! JSON's escapes that YAML does not know, as the characters that they stand for: Argo CD reads what a plugin prints as
//! YAML, JSON or not.

use std::borrow::Cow;

use serde::de::IgnoredAny;

/// The text without such escapes when it is JSON, else as it is.
#[must_use]
pub fn without_json_escapes(text: &str) -> Cow<'_, str> {
    if !text.trim_start().starts_with('{') || !(text.contains("\\u") || text.contains("\\/")) || !is_json(text) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(backslash) = rest.find('\\') {
        let (before, escape) = rest.split_at(backslash);
        let (character, length) = read(escape);
        written.push_str(before);
        match character {
            Some(character) => written.push(character),
            None => written.push_str(&escape[..length]),
        }
        rest = &escape[length..];
    }
    written.push_str(rest);
    Cow::Owned(written)
}

fn is_json(text: &str) -> bool {
    serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>().all(|value| value.is_ok())
}

/// What to write for an escape, nothing when it is good YAML, and how many bytes it has.
fn read(escape: &str) -> (Option<char>, usize) {
    match (escape.as_bytes().get(1), unit(escape)) {
        (Some(b'/'), _) => (Some('/'), 2),
        (_, Some(high @ 0xD800..0xDC00)) => match unit(&escape[6..]) {
            Some(low @ 0xDC00..0xE000) => (char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 12),
            _ => (Some(char::REPLACEMENT_CHARACTER), 6),
        },
        (_, Some(0xDC00..0xE000)) => (Some(char::REPLACEMENT_CHARACTER), 6),
        _ => (None, 2),
    }
}

/// The number in an escape `\uXXXX`.
fn unit(escape: &str) -> Option<u32> {
    u32::from_str_radix(escape.strip_prefix("\\u")?.get(..4)?, 16).ok()
}
