//! The text of `!!binary` values, decoded as Go does.

/// The bytes, or nothing when the text is no base64; line breaks do not count.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let clean: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let padding = clean.iter().rev().take_while(|byte| **byte == b'=').count();
    if !clean.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(clean.len() / 4 * 3);
    for group in clean.chunks(4) {
        let mut bits = 0u32;
        for byte in group.iter().map(|byte| if *byte == b'=' { b'A' } else { *byte }) {
            bits = bits << 6 | sextet(byte)?;
        }
        bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
    let misplaced = clean[..clean.len() - padding].contains(&b'=');
    bytes.truncate(bytes.len() - padding);
    if misplaced { None } else { Some(bytes) }
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
