//! The part of a text that a change is about: a document, or an item of a list with its lines to itself. The smaller the
//! part, the less has to be read again to be sure.

use crate::edit;
use crate::object::{FieldPath, Position};
use crate::yaml::{self, Chunk, Content, ItemLines, Node};

use super::Refusal;

/// A text that stands for itself, cut from a larger one.
pub(super) struct Piece {
    /// The text: that of its lines, with blanks where the list's dash is.
    pub(super) text: String,
    /// Where it begins in the larger text.
    pub(super) start: usize,
    /// The place of its first byte there.
    position: Position,
    /// The way from the document's root to the piece's.
    root: FieldPath,
    /// The way from the piece's root to the object.
    pub(super) path: FieldPath,
}

impl Piece {
    /// The lines of `node`, an item of a block list at `path`, or what stands between its braces. None where it cannot be
    /// read without the rest.
    pub(super) fn of_item(text: &str, node: &Node<'_>, path: &FieldPath) -> Option<Self> {
        // What an alias of another item shows cannot be told from the item alone.
        if holds_shared(node) || node.properties || node.as_mapping().is_none() {
            return None;
        }
        let (piece, start, column) = if node.flow {
            (node.span.of(text).to_owned(), node.span.start, node.position.column)
        } else {
            let (lines, start) = Self::lines(text, node)?;
            (lines, start, 1)
        };
        let stands_alone = matches!(yaml::compose(&piece, &Chunk::whole(&piece)), Ok(Some(_)));
        let position = Position::new(node.position.line, column);
        stands_alone.then(|| Self { text: piece, start, position, root: path.clone(), path: FieldPath::root() })
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
        let start = chunk.span.start;
        let position = Position::new(chunk.line, Position::column_of(text, start));
        Self { text: chunk.span.of(text).to_owned(), start, position, root: FieldPath::root(), path: path.clone() }
    }

    /// An item that was cut from a list.
    pub(super) fn of_lines(text: &str, lines: &ItemLines) -> Self {
        let (start, position) = (lines.span.start, Position::new(lines.line, 1));
        Self { text: lines.alone(text), start, position, root: FieldPath::root(), path: FieldPath::root() }
    }

    /// Why the piece cannot be edited, with its place in the larger text.
    pub(super) fn refusal(&self, refusal: edit::Refusal) -> Refusal {
        let (position, refusal) = refusal.within(self.position, &self.root);
        Refusal::Text { position: Some(position), problem: refusal.to_string() }
    }

    /// The same for a piece that cannot be read.
    pub(super) fn unread(&self, error: &yaml::Error) -> Refusal {
        Refusal::Text { position: Some(error.position.within(self.position)), problem: error.problem.to_string() }
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
