//! Changes carried out on a text: planned at field paths, read by a second parser, and resolved once more from what was
//! written. Nothing that does not pass all three is given away.

use crate::edit::{self, Splice};
use crate::kserve::{self, Object};
use crate::manifest;
use crate::object::{FieldPath, Step};
use crate::resolve::{Outcome, Resolver};
use crate::yaml::{self, Chunk, ItemLines, Node};

use super::piece::Piece;
use super::{Change, Refusal, operations};

/// A change of one service of a text.
#[derive(Clone, Debug)]
pub struct Wish<'i> {
    /// The number of the document, from zero.
    pub document: usize,
    /// The service's place within it.
    pub path: FieldPath,
    /// What is to be written.
    pub change: Change<'i>,
}

/// What came of each wish, in their order: what to write, or why not.
pub type Written = Vec<Result<Vec<Splice>, Refusal>>;

/// Carries out `wishes`, which stand in the order of the text.
#[must_use]
pub fn rewrite(resolver: &Resolver<'_>, text: &str, wishes: &[Wish<'_>]) -> Written {
    let chunks = yaml::split(text).unwrap_or_default();
    let mut written = Vec::with_capacity(wishes.len());
    for wishes in wishes.chunk_by(|one, other| one.document == other.document) {
        let chunk = chunks.iter().find(|chunk| chunk.index == wishes[0].document);
        let root = chunk.and_then(|chunk| Some((chunk, yaml::compose(text, chunk).ok().flatten()?)));
        match root {
            Some((chunk, root)) => {
                written.extend(wishes.iter().map(|wish| rewrite_one(resolver, text, chunk, &root, wish)));
            }
            None => written.extend(wishes.iter().map(|_| Err(Refusal::text("the document is not there")))),
        }
    }
    written
}

/// Carries out a change of an item that was cut from a list.
pub fn rewrite_item(
    resolver: &Resolver<'_>,
    text: &str,
    lines: &ItemLines,
    change: &Change<'_>,
) -> Result<Vec<Splice>, Refusal> {
    let piece = Piece::of_lines(text, lines);
    let splices = carry_out(resolver, &piece, change)?;
    Ok(splices.into_iter().map(|splice| splice.moved_on(piece.start)).collect())
}

fn rewrite_one(
    resolver: &Resolver<'_>,
    text: &str,
    chunk: &Chunk,
    root: &Node<'_>,
    wish: &Wish<'_>,
) -> Result<Vec<Splice>, Refusal> {
    let node = at(root, &wish.path).ok_or_else(|| Refusal::text(format!("{} is not there", wish.path)))?;
    let item = if wish.path == FieldPath::root() { None } else { Piece::of_item(text, node, &wish.path) };
    let piece = item.unwrap_or_else(|| Piece::of_document(text, chunk, &wish.path));
    let splices = carry_out(resolver, &piece, &wish.change)?;
    Ok(splices.into_iter().map(|splice| splice.moved_on(piece.start)).collect())
}

/// Plans the change, has what would be written read by another parser, then by our own, and resolves it again.
fn carry_out(resolver: &Resolver<'_>, piece: &Piece, change: &Change<'_>) -> Result<Vec<Splice>, Refusal> {
    let root = compose(piece, &piece.text)?;
    let node = at(&root, &piece.path).ok_or_else(|| Refusal::text("the object is not there"))?;
    let operations = operations(change, node, &piece.path);
    let splices = edit::plan(&piece.text, &root, &operations).map_err(|refusal| piece.refusal(refusal))?;
    let new = edit::apply(&piece.text, &splices);
    edit::witness(&piece.text, &new, &operations).map_err(|refusal| piece.refusal(refusal))?;
    let new = compose(piece, &new)?;
    confirm(resolver, at(&new, &piece.path), change)?;
    Ok(splices)
}

/// The old or the new text of a piece.
fn compose<'t>(piece: &Piece, text: &'t str) -> Result<Node<'t>, Refusal> {
    let root = yaml::compose(text, &Chunk::whole(text)).map_err(|error| piece.unread(&error))?;
    root.ok_or_else(|| Refusal::text("the document is empty"))
}

/// The service as it was written gets what was planned.
pub(super) fn confirm(resolver: &Resolver<'_>, node: Option<&Node<'_>>, change: &Change<'_>) -> Result<(), Refusal> {
    if node.is_some_and(|node| is_confirmed(resolver, node, change)) {
        return Ok(());
    }
    Err(Refusal::text("resolved again, it is not what was planned: a bug in kubectl-kserve"))
}

fn is_confirmed(resolver: &Resolver<'_>, node: &Node<'_>, change: &Change<'_>) -> bool {
    // An item of a list need not say what it is.
    let node = manifest::typed(node, "serving.kserve.io/v1beta1", "InferenceService");
    let Ok(Some(Object::InferenceService(service))) = kserve::read(&node, None, "") else { return false };
    let again = resolver.resolve(&service);
    matches!(again.outcome, Outcome::Selected(found) if found.id == change.runtime.id)
        && again.served.is_some_and(|served| change.protocol == served.protocol && change.image == served.image.ok())
}

fn at<'n, 't>(root: &'n Node<'t>, path: &FieldPath) -> Option<&'n Node<'t>> {
    path.steps().iter().try_fold(root, |node, step| match step {
        Step::Key(key) => node.get(key),
        Step::Index(index) => node.as_sequence()?.get(*index),
    })
}
