//! What is written before a value, and how: tags, anchors, styles.

use super::ScalarStyle;
use super::scalar::Tag;

/// What stands before a node.
pub(super) struct Properties {
    pub(super) anchor: usize,
    pub(super) tag: Option<Tag>,
}

impl Properties {
    pub(super) fn new(anchor: usize, tag: Option<&granit_parser::Tag>) -> Self {
        let tag = tag.map(|tag| {
            let (handle, suffix) = tag.parts();
            // A lone `!` means: whatever this looks like, it is a string.
            if handle.is_empty() && suffix == "!" { Tag::String } else { Tag::named(&format!("{handle}{suffix}")) }
        });
        Self { anchor, tag }
    }

    pub(super) fn any(&self) -> bool {
        self.anchor != 0 || self.tag.is_some()
    }
}

impl From<granit_parser::ScalarStyle> for ScalarStyle {
    fn from(style: granit_parser::ScalarStyle) -> Self {
        match style {
            granit_parser::ScalarStyle::Plain => Self::Plain,
            granit_parser::ScalarStyle::SingleQuoted => Self::SingleQuoted,
            granit_parser::ScalarStyle::DoubleQuoted => Self::DoubleQuoted,
            granit_parser::ScalarStyle::Literal => Self::Literal,
            granit_parser::ScalarStyle::Folded => Self::Folded,
        }
    }
}
