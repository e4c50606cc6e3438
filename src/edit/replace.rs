//! Another text in place of a value, another name in place of a key.

use super::Splice;
use super::block::line_end;
use super::locate::{self, Holder};
use super::refusal::Refusal;
use crate::object::FieldPath;
use crate::yaml::{Node, ScalarStyle, write};

/// The new text of the single value at the path, quoted as the old one was.
pub(super) fn text(text: &str, root: &Node<'_>, path: &FieldPath, new: &str) -> Result<Vec<Splice>, Refusal> {
    let holder = locate::entry(text, root, path)?;
    let node = &holder.entry.value;
    let position = node.position;
    let not_text = || Refusal::NotText { position, path: path.clone(), found: node.kind_word() };
    let scalar = node.as_scalar().filter(|_| !node.properties).ok_or_else(not_text)?;
    match scalar.style {
        ScalarStyle::Literal | ScalarStyle::Folded => Err(not_text()),
        ScalarStyle::Plain if node.span.start == node.span.end => behind_colon(text, &holder, new),
        style => Ok(vec![Splice { span: node.span, text: write::scalar(new, style) }]),
    }
}

/// Where nothing stands behind the colon, something is put there.
fn behind_colon(text: &str, holder: &Holder<'_, '_>, new: &str) -> Result<Vec<Splice>, Refusal> {
    let key_end = holder.entry.key_span.end;
    let rest = &text[key_end..line_end(text, key_end)];
    let blanks = rest.len() - rest.trim_start().len();
    if !rest[blanks..].starts_with(':') {
        let position = holder.entry.key_position;
        return Err(Refusal::NotText { position, path: holder.path.clone(), found: "nothing".to_owned() });
    }
    let place = key_end + blanks + 1;
    Ok(vec![Splice::insertion(place, format!(" {}", write::scalar(new, ScalarStyle::Plain)))])
}

/// The new key of the value at the path, quoted as the old one was.
pub(super) fn key(text: &str, root: &Node<'_>, path: &FieldPath, new: &str) -> Result<Vec<Splice>, Refusal> {
    let holder = locate::entry(text, root, path)?;
    if let Some(other) = holder.mapping.entry(new) {
        let path = path.parent().unwrap_or_default().key(new);
        return Err(Refusal::AlreadyThere { position: other.key_position, path });
    }
    Ok(vec![Splice { span: holder.entry.key_span, text: write::scalar(new, holder.entry.key_style) }])
}
