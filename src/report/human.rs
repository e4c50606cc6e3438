//! The answers for people: an explanation of one, or a line each. Readable without colour.

mod change;
mod drift;
mod explanation;
mod recorded;
mod runtimes;
mod table;

use std::borrow::Cow;
use std::fmt::Write;

pub use change::runtime_changes;
pub use drift::{DriftRow, Since, drift_table};
pub use explanation::explanation;
pub use runtimes::runtimes;
pub use table::{Row, Width, name, table};

/// The escape sequences to use; all of them empty where colour is not wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Palette {
    error: &'static str,
    good: &'static str,
    hint: &'static str,
    quiet: &'static str,
    strong: &'static str,
    reset: &'static str,
}

impl Palette {
    /// No colour at all.
    pub const PLAIN: Self = Self { error: "", good: "", hint: "", quiet: "", strong: "", reset: "" };

    /// The sixteen colours that every terminal has.
    pub const COLOUR: Self = Self {
        error: "\x1b[1;31m",
        good: "\x1b[32m",
        hint: "\x1b[1;36m",
        quiet: "\x1b[2m",
        strong: "\x1b[1m",
        reset: "\x1b[0m",
    };
}

/// Text from an object, with everything that could steer a terminal or turn the direction of writing spelled out.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if steers(character) {
            let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

fn steers(character: char) -> bool {
    character.is_control() && character != '\t'
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
