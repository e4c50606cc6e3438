//! The characters that Go takes for line breaks and YAML 1.2 for text: U+0085, U+2028, U+2029.

use serde::de::IgnoredAny;

use super::error::{Error, Problem};
use crate::object::{Position, Span};

const SEPARATORS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

/// Some reader may see a line break where another sees none.
pub(super) fn may_hold(text: &str) -> bool {
    SEPARATORS.iter().any(|separator| {
        let mut bytes = [0; 4];
        let needle = separator.encode_utf8(&mut bytes);
        memchr::memmem::find(text.as_bytes(), needle.as_bytes()).is_some()
    })
}

/// Refuses them where they change what is read: outside quotes, and beside blanks within them.
pub(super) fn check(text: &str, span: Span, quoted: &[Span]) -> Result<(), Error> {
    let document = span.of(text);
    if !may_hold(document) || is_json(document) {
        return Ok(());
    }
    for (found, separator) in document.match_indices(SEPARATORS) {
        let offset = span.start + found;
        let after = offset + separator.len();
        let quote = quoted.partition_point(|quote| quote.end < after);
        let inside = quoted.get(quote).is_some_and(|quote| quote.start < offset);
        let beside_blank =
            text[..offset].ends_with(char::is_whitespace) || text[after..].starts_with(char::is_whitespace);
        // U+0085 is folded to a space even within quotes.
        if !inside || beside_blank || separator == "\u{85}" {
            let character = separator.chars().next().unwrap_or_default();
            return Err(Error::new(Position::of(text, offset), Problem::LineSeparator { character }));
        }
    }
    Ok(())
}

/// JSON is read by a JSON reader, to which they are characters like any other.
fn is_json(document: &str) -> bool {
    document.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(document).is_ok()
}
