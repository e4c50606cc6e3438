//! The part of a text that a change is about: a document, or an item of a list with its lines to itself. The smaller the
//! part, the less has to be read again to be sure.

use crate::object::FieldPath;
use crate::yaml::{self, Chunk, Content, Node};

/// A text that stands for itself, cut from a larger one.
pub(super) struct Piece {
    /// The text: that of its lines, with blanks where the list's dash is.
    pub(super) text: String,
    /// Where it begins in the larger text.
    pub(super) start: usize,
    /// The number of its first line there.
    pub(super) line: u32,
    /// The way from the piece's root to the object.
    pub(super) path: FieldPath,
}

impl Piece {
    /// The lines of `node`, an item of a block list, or what stands between its braces. None where it cannot be read
    /// without the rest.
    pub(super) fn of_item(text: &str, node: &Node<'_>) -> Option<Self> {
        // What an alias of another item shows cannot be told from the item alone.
        if holds_shared(node) || node.properties || node.as_mapping().is_none() {
            return None;
        }
        let (piece, start) =
            if node.flow { (node.span.of(text).to_owned(), node.span.start) } else { Self::lines(text, node)? };
        let stands_alone = matches!(yaml::compose(&piece, &Chunk::whole(&piece)), Ok(Some(_)));
        stands_alone.then(|| Self { text: piece, start, line: node.position.line, path: FieldPath::root() })
    }

    /// The lines of a block mapping, and where they begin; none where something else stands on them.
    fn lines(text: &str, node: &Node<'_>) -> Option<(String, usize)> {
        let start = text[..node.span.start].rfind('\n').map_or(0, |place| place + 1);
        let indent = &text[start..node.span.start];
        let lead = indent.trim_start_matches(' ');
        if !(lead.is_empty() || lead.starts_with("- ") && lead[1..].trim_matches(' ').is_empty()) {
            return None;
        }
        let end = if text[..node.span.end].ends_with('\n') {
            node.span.end
        } else {
            text[node.span.end..].find('\n').map_or(text.len(), |place| node.span.end + place + 1)
        };
        Some(([" ".repeat(indent.len()).as_str(), &text[node.span.start..end]].concat(), start))
    }

    /// A whole document.
    pub(super) fn of_document(text: &str, chunk: &Chunk, path: &FieldPath) -> Self {
        let (text, start) = (chunk.span.of(text).to_owned(), chunk.span.start);
        Self { text, start, line: chunk.line, path: path.clone() }
    }
}

fn holds_shared(node: &Node<'_>) -> bool {
    let below = match &node.content {
        Content::Scalar(_) => false,
        Content::Sequence(items) => items.iter().any(holds_shared),
        Content::Mapping(mapping) => mapping.entries.iter().any(|entry| holds_shared(&entry.value)),
    };
    node.shared || below
}
