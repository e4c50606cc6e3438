//! What our parser reads and Go refuses or reads otherwise: refused, before anyone relies on it.

use super::error::{Error, Problem};
use super::{Content, Meaning, Node};

/// Go ends the name of an anchor at the first character that is no letter, digit, dash or underscore.
pub(super) fn anchor(name: &str) -> Result<(), Problem> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.bytes().all(known) {
        return Ok(());
    }
    let found = name.to_owned();
    Err(Problem::AnchorName { found })
}

/// Go ends plain text within brackets at a question mark, and keeps a colon before a closing bracket.
pub(super) fn plain_in_brackets(text: &str, rest: &str) -> Result<(), Problem> {
    let rest = rest.trim_start();
    let tight_colon = !text.is_empty() && rest.starts_with(':') && rest[1..].starts_with([',', ']', '}']);
    let found = match (text, tight_colon) {
        (_, true) => format!("{text}:"),
        _ if text.contains('?') || text.starts_with(':') => text.to_owned(),
        _ => return Ok(()),
    };
    Err(Problem::Unquoted { found })
}

/// JSON holds no infinity: the API server never sees such a value. As a key it is text.
pub(super) fn infinite(node: &Node<'_>) -> Result<(), Error> {
    match &node.content {
        Content::Sequence(items) => items.iter().try_for_each(infinite),
        Content::Mapping(mapping) => mapping.entries.iter().map(|entry| &entry.value).try_for_each(infinite),
        Content::Scalar(scalar) => match scalar.meaning {
            Meaning::Float(value) if !value.is_finite() => {
                let found = scalar.text.clone().into_owned();
                Err(Error::new(node.position, Problem::NotFinite { found }))
            }
            _ => Ok(()),
        },
    }
}
