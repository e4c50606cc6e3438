//! What yaml-rust2's events say, as a tree on which operations are done in another way than the editor does them.

use kubectl_kserve::edit::{Operation, Value as New};
use kubectl_kserve::object::{FieldPath, Step};
use yaml_rust2::parser::{Event, Parser, Tag};
use yaml_rust2::scanner::TScalarStyle;

/// A value as it is written, but for its place and the names of anchors.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    Scalar {
        text: String,
        style: TScalarStyle,
        anchored: bool,
        tag: Option<Tag>,
    },
    Sequence {
        items: Vec<Tree>,
        anchored: bool,
        tag: Option<Tag>,
    },
    Mapping {
        entries: Vec<(Tree, Tree)>,
        anchored: bool,
        tag: Option<Tag>,
    },
    Alias,
    /// A string that was not there before.
    New(String),
}

/// The first document of a text, or nothing where yaml-rust2 cannot read it.
pub(super) fn read(text: &str) -> Option<Tree> {
    let mut parser = Parser::new_from_str(text.trim_start_matches('\u{FEFF}'));
    loop {
        match parser.next_token().ok()?.0 {
            Event::StreamEnd => return None,
            Event::StreamStart | Event::DocumentStart | Event::Nothing => {}
            event => return value(event, &mut parser),
        }
    }
}

fn value(event: Event, parser: &mut Parser<std::str::Chars<'_>>) -> Option<Tree> {
    let next = |parser: &mut Parser<std::str::Chars<'_>>| Some(parser.next_token().ok()?.0);
    Some(match event {
        Event::Scalar(text, style, anchor, tag) => Tree::Scalar { text, style, anchored: anchor != 0, tag },
        Event::Alias(_) => Tree::Alias,
        Event::SequenceStart(anchor, tag) => {
            let mut items = Vec::new();
            loop {
                match next(parser)? {
                    Event::SequenceEnd => return Some(Tree::Sequence { items, anchored: anchor != 0, tag }),
                    event => items.push(value(event, parser)?),
                }
            }
        }
        Event::MappingStart(anchor, tag) => {
            let mut entries = Vec::new();
            loop {
                let key = match next(parser)? {
                    Event::MappingEnd => return Some(Tree::Mapping { entries, anchored: anchor != 0, tag }),
                    event => value(event, parser)?,
                };
                let event = next(parser)?;
                entries.push((key, value(event, parser)?));
            }
        }
        _ => return None,
    })
}

/// The tree with the operations done. `above`: last entries go above a block scalar that ends their mapping.
pub(super) fn expected(old: &Tree, operations: &[Operation], above: bool) -> Option<Tree> {
    let mut tree = old.clone();
    let rank = |operation: &&Operation| match operation {
        Operation::ReplaceText { .. } => 2,
        Operation::Remove { .. } => 3,
        Operation::RenameKey { .. } => 4,
        Operation::InsertLast { .. } => 0,
        _ => 1,
    };
    let mut sorted: Vec<_> = operations.iter().collect();
    sorted.sort_by_key(rank);
    let firsts = operations.iter().filter(|operation| rank(operation) == 1).count();
    let mut first = 0;
    for operation in sorted {
        change(&mut tree, operation, above, first)?;
        first = (first + usize::from(rank(&operation) == 1)).min(firsts);
    }
    Some(tree)
}

fn change(root: &mut Tree, operation: &Operation, above: bool, first: usize) -> Option<()> {
    match operation {
        Operation::InsertFirst { path, key, value } => {
            entries(find(root, path)?)?.insert(first, (Tree::New(key.clone()), new(value)));
        }
        Operation::InsertLast { path, key, value } => {
            let mapping = find(root, path)?;
            let is_above = above && ends_with_block(mapping);
            let entries = entries(mapping)?;
            // Of several, each comes behind those before it, above the same block scalar.
            entries.insert(entries.len() - usize::from(is_above), (Tree::New(key.clone()), new(value)));
        }
        Operation::ReplaceText { path, value } => *find(root, path)? = Tree::New(value.clone()),
        Operation::Remove { path } => {
            let (mapping, index) = entry(root, path)?;
            mapping.remove(index);
        }
        Operation::RenameKey { path, key } => {
            let (mapping, index) = entry(root, path)?;
            mapping[index].0 = Tree::New(key.clone());
        }
        _ => return None,
    }
    Some(())
}

fn new(value: &New) -> Tree {
    let text = |text: &String| Tree::New(text.clone());
    match value {
        New::Text(value) => text(value),
        New::Mapping(entries) => {
            let entries = entries.iter().map(|(key, value)| (text(key), text(value))).collect();
            Tree::Mapping { entries, anchored: false, tag: None }
        }
    }
}

fn entries(tree: &mut Tree) -> Option<&mut Vec<(Tree, Tree)>> {
    match tree {
        Tree::Mapping { entries, .. } => Some(entries),
        _ => None,
    }
}

fn ends_with_block(tree: &Tree) -> bool {
    match tree {
        Tree::Scalar { style, .. } => matches!(style, TScalarStyle::Literal | TScalarStyle::Folded),
        Tree::Sequence { items, .. } => items.last().is_some_and(ends_with_block),
        Tree::Mapping { entries, .. } => entries.last().is_some_and(|(_, value)| ends_with_block(value)),
        Tree::Alias | Tree::New(_) => false,
    }
}

fn is_named(key: &Tree, name: &str) -> bool {
    matches!(key, Tree::Scalar { text, .. } if text == name)
}

fn entry<'v>(root: &'v mut Tree, path: &FieldPath) -> Option<(&'v mut Vec<(Tree, Tree)>, usize)> {
    let name = super::values::last_key(path)?;
    let entries = entries(find(root, &path.parent()?)?)?;
    let index = entries.iter().position(|(key, _)| is_named(key, name))?;
    Some((entries, index))
}

fn find<'v>(root: &'v mut Tree, path: &FieldPath) -> Option<&'v mut Tree> {
    path.steps().iter().try_fold(root, |tree, step| match (step, tree) {
        (Step::Key(name), Tree::Mapping { entries, .. }) => {
            entries.iter_mut().find(|(key, _)| is_named(key, name)).map(|(_, value)| value)
        }
        (Step::Index(index), Tree::Sequence { items, .. }) => items.get_mut(*index),
        _ => None,
    })
}

/// Whether a text has what is expected; new strings may have any style that readers agree about.
pub(super) fn fits(expected: &Tree, found: &Tree) -> bool {
    match (expected, found) {
        (Tree::New(new), Tree::Scalar { text, style, anchored: false, tag: None }) => {
            let is_simple = !["on", "null"].contains(&&**new)
                && new.bytes().all(|byte| byte.is_ascii_alphabetic() || b"-".contains(&byte))
                || new == "v1";
            new == text && (is_simple || matches!(style, TScalarStyle::SingleQuoted | TScalarStyle::DoubleQuoted))
        }
        (
            Tree::Sequence { items, anchored, tag },
            Tree::Sequence { items: found, anchored: found_anchored, tag: found_tag },
        ) => {
            (anchored, tag, items.len()) == (found_anchored, found_tag, found.len())
                && items.iter().zip(found).all(|(expected, found)| fits(expected, found))
        }
        (
            Tree::Mapping { entries, anchored, tag },
            Tree::Mapping { entries: found, anchored: found_anchored, tag: found_tag },
        ) => {
            let pairs = entries.iter().zip(found);
            (anchored, tag, entries.len()) == (found_anchored, found_tag, found.len())
                && pairs.into_iter().all(|(expected, found)| fits(&expected.0, &found.0) && fits(&expected.1, &found.1))
        }
        _ => expected == found,
    }
}
