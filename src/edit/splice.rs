//! Pieces of text to be put into another, and putting them there.

use crate::object::Span;

/// A text that takes the place of some bytes of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Splice {
    /// The bytes that are replaced; none for an insertion.
    pub span: Span,
    /// What takes their place.
    pub text: String,
}

impl Splice {
    /// An insertion before the byte at this offset.
    pub(super) fn insertion(offset: usize, text: String) -> Self {
        Self { span: Span::new(offset, offset), text }
    }

    /// The same in a text that begins so many bytes later.
    #[must_use]
    pub fn moved_back(&self, by: usize) -> Self {
        Self { span: Span::new(self.span.start - by, self.span.end - by), text: self.text.clone() }
    }

    /// The same in a text that begins so many bytes earlier.
    #[must_use]
    pub fn moved_on(self, by: usize) -> Self {
        Self { span: Span::new(self.span.start + by, self.span.end + by), text: self.text }
    }
}

/// The text with all splices done; those at one place stay in their order.
///
/// # Panics
/// When two splices overlap, or one lies outside the text.
#[must_use]
pub fn apply(text: &str, splices: &[Splice]) -> String {
    let mut sorted: Vec<&Splice> = splices.iter().collect();
    sorted.sort_by_key(|splice| splice.span);
    let added: usize = sorted.iter().map(|splice| splice.text.len()).sum();
    let mut result = String::with_capacity(text.len() + added);
    let mut copied = 0;
    for splice in sorted {
        result.push_str(&text[copied..splice.span.start]);
        result.push_str(&splice.text);
        copied = splice.span.end;
    }
    result.push_str(&text[copied..]);
    result
}
