//! What an edit may do to bytes, whatever they mean.

use kubectl_kserve::edit::Splice;
use kubectl_kserve::object::Span;
use kubectl_kserve::yaml::Chunk;

use super::candidates::Candidate;

/// What is wrong with the bytes of an edit.
pub(super) fn problem(
    old: &str,
    new: &str,
    chunk: &Chunk,
    candidate: &Candidate,
    splices: &[Splice],
) -> Option<String> {
    let holds = |outer: Span, inner: Span| outer.start <= inner.start && inner.end <= outer.end;
    if !splices.iter().all(|splice| holds(chunk.span, splice.span)) {
        return Some("another document changes".to_owned());
    }
    if let Some(text) = splices.iter().find_map(|splice| too_much(old, splice.span, &candidate.own)) {
        return Some(format!("{text:?} goes"));
    }
    let lone = |text: &str| text.replace("\r\n", "").contains('\n');
    if old.contains("\r\n") && !lone(old) && lone(new) {
        return Some("a line feed has no carriage return".to_owned());
    }
    if !old.contains('\r') && new.contains('\r') {
        return Some("a carriage return is new".to_owned());
    }
    if old.ends_with('\n') != new.ends_with('\n') {
        return Some("the last line feed".to_owned());
    }
    if old.starts_with('\u{FEFF}') != new.starts_with('\u{FEFF}') {
        return Some("the byte order mark".to_owned());
    }
    None
}

/// What goes beside the thing itself and is more than blanks and commas.
fn too_much<'t>(old: &'t str, gone: Span, own: &[Span]) -> Option<&'t str> {
    let mut from = gone.start;
    let mut own: Vec<_> = own.iter().filter(|own| own.start < gone.end && gone.start < own.end).collect();
    own.sort_unstable();
    let mut beside = Vec::new();
    for own in own {
        beside.push(from..own.start.max(from));
        from = from.max(own.end);
    }
    beside.push(from..gone.end.max(from));
    let is_idle =
        |text: &str| text.trim_matches(|character: char| character.is_whitespace() || character == ',').is_empty();
    beside.into_iter().map(|range| &old[range]).find(|text| !is_idle(text))
}
