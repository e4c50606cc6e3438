//! Where lines begin and end; none of these walks further than the line at hand.

/// The first byte of the line, after a byte order mark.
pub(super) fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or_else(|| byte_order_mark(text), |found| found + 1)
}

fn byte_order_mark(text: &str) -> usize {
    if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 }
}

/// The end of the line without its line feed and carriage return.
pub(super) fn line_end(text: &str, offset: usize) -> usize {
    let end = text[offset..].find('\n').map_or(text.len(), |found| offset + found);
    if text[offset..end].ends_with('\r') { end - 1 } else { end }
}

/// The first byte of the next line, or the end of the text.
pub(super) fn next_line(text: &str, offset: usize) -> usize {
    text[offset..].find('\n').map_or(text.len(), |found| offset + found + 1)
}

/// The end of the last line before this one that is not empty.
pub(super) fn end_of_text_before(text: &str, line: usize) -> usize {
    text[..line].trim_end_matches(['\n', '\r']).len()
}

/// The offset without a line feed and carriage return right before it.
pub(super) fn without_line_feed(text: &str, offset: usize) -> usize {
    let Some(before) = text[..offset].strip_suffix('\n') else {
        return offset;
    };
    before.strip_suffix('\r').unwrap_or(before).len()
}

/// How the line at this place ends, or the line before it.
pub(super) fn line_feed(text: &str, offset: usize) -> &'static str {
    let after = text[offset..].find('\n').map(|found| offset + found);
    match after.or_else(|| text[..offset].rfind('\n')) {
        Some(found) if text[..found].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The blanks before this place, when nothing else stands before it on its line.
pub(super) fn indentation(text: &str, offset: usize) -> Option<&str> {
    let before = text[..offset].trim_end_matches([' ', '\t']).len();
    let begins = before == 0 || text[..before].ends_with(['\n', '\u{FEFF}']);
    begins.then(|| &text[before..offset])
}

/// Nothing but blanks, and maybe a comment, stands on the rest of the line.
pub(super) fn is_idle(text: &str, offset: usize) -> bool {
    let rest = text[offset..].trim_start_matches([' ', '\t']);
    rest.is_empty() || rest.starts_with(['\r', '\n', '#'])
}
