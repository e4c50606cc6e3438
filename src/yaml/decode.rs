//! Bytes to text: UTF-8 and nothing else, without the characters that no YAML reader takes.

use super::error::{Error, Problem};
use crate::object::Position;

/// The bytes as text, or the first place that is not.
pub fn decode(bytes: &[u8]) -> Result<&str, Error> {
    if let Some(encoding) = other_encoding(bytes) {
        let problem = Problem::OtherEncoding { encoding };
        return Err(Error::new(Position::new(1, 1), problem));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    match forbidden(text) {
        None => Ok(text),
        Some((offset, problem)) => Err(Error::new(Position::of(text, offset), problem)),
    }
}

fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match *bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] | [_, 0, 0, 0, ..] | [0, 0, 0, _, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
        [first, 0, second, 0, ..] | [0, first, 0, second, ..] if first != 0 && second != 0 => Some("UTF-16"),
        _ => None,
    }
}

fn not_utf8(bytes: &[u8], offset: usize) -> Error {
    let valid = std::str::from_utf8(&bytes[..offset]).unwrap_or_default();
    let value = bytes[offset];
    Error::new(Position::of(valid, offset), Problem::NotUtf8 { offset, value })
}

fn forbidden(text: &str) -> Option<(usize, Problem)> {
    let mut from = 0;
    while let Some(found) = suspicious(&text.as_bytes()[from..]) {
        let offset = from + found;
        let character = text[offset..].chars().next()?;
        if let Some(problem) = judge(character, &text[offset..]) {
            return Some((offset, problem));
        }
        from = offset + character.len_utf8();
    }
    None
}

/// The first byte that could begin a character to judge. Blocks are looked at without a branch a byte, since nearly all
/// of them hold none.
fn suspicious(bytes: &[u8]) -> Option<usize> {
    const BLOCK: usize = 64;
    let is = |byte: &u8| *byte < 0x20 && *byte != b'\n' || matches!(*byte, 0x7F | 0xC2 | 0xEF);
    let blocks = bytes.chunks(BLOCK).enumerate();
    let mut found = blocks.filter(|(_, block)| block.iter().fold(false, |any, byte| any | is(byte)));
    found.find_map(|(number, block)| Some(number * BLOCK + block.iter().position(is)?))
}

fn judge(character: char, rest: &str) -> Option<Problem> {
    match character {
        '\t' | '\n' | '\u{85}' => None,
        '\r' if rest.starts_with("\r\n") => None,
        '\r' => Some(Problem::LoneCarriageReturn),
        '\u{FFFE}' | '\u{FFFF}' => Some(Problem::ControlCharacter { character }),
        _ if character.is_control() => Some(Problem::ControlCharacter { character }),
        _ => None,
    }
}
