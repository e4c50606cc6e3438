//! The judges can fail: they reject edits that were damaged on purpose.

use std::path::Path;

use kubectl_kserve::edit::{self, Splice};
use kubectl_kserve::object::Span;
use kubectl_kserve::yaml;

use super::candidates::{self, Candidate};
use super::judge::Document;
use super::texts;

/// The splices of a plan, each damaged in one way.
fn damages(text: &str, splices: &[Splice]) -> Vec<Vec<Splice>> {
    let mut damages = Vec::new();
    for (index, splice) in splices.iter().enumerate() {
        let mut without = splices.to_vec();
        without.remove(index);
        damages.push(without);
        if let Some(shorter) = splice.text.rfind(|character: char| character.is_ascii_alphanumeric()) {
            let mut other = splices.to_vec();
            other[index].text.remove(shorter);
            damages.push(other);
        }
    }
    damages.extend(lines(text).filter_map(|line| without_line(splices, line)));
    damages
}

/// Every line with a key that no quotes or brackets hold together with others.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let span = Span::new(start, start + line.len());
        start = span.end;
        let is_entry = line.contains(": ") && !line.contains(['"', '\'', '{', '}', '#', '&', '*']);
        is_entry.then_some(span)
    })
}

fn without_line(splices: &[Splice], line: Span) -> Option<Vec<Splice>> {
    let is_apart = |splice: &Splice| splice.span.end < line.start || line.end < splice.span.start;
    let gone = Splice { span: line, text: String::new() };
    splices.iter().all(is_apart).then(|| [splices, &[gone]].concat())
}

#[test]
fn the_judges_reject_damaged_edits() {
    let styles = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/yaml/styles");
    let mut rejected = 0;
    for text in texts::of_folder(&styles) {
        let Ok(chunks) = yaml::split(&text.text) else { continue };
        for (position, chunk) in chunks.iter().enumerate() {
            let Ok(Some(root)) = yaml::compose(&text.text, chunk) else { continue };
            let document = Document::new(&text.text, &chunks, position, &root);
            for candidate in candidates::candidates(&text.text, &root, 4) {
                rejected +=
                    reject(&text.text, &document, &candidate, &edit::plan(&text.text, &root, &candidate.operations));
            }
        }
    }
    assert!(rejected > 2_000, "only {rejected} damaged edits");
}

fn reject<E>(
    text: &str,
    document: &Document<'_, '_>,
    candidate: &Candidate,
    planned: &Result<Vec<Splice>, E>,
) -> usize {
    let Ok(splices) = planned else { return 0 };
    let damages = damages(text, splices);
    for damaged in &damages {
        let within = damaged.iter().all(|splice| document.holds(splice.span));
        let judgement =
            if within { document.hold(&document.apply(damaged), candidate, damaged) } else { Err(String::new()) };
        assert!(judgement.is_err(), "{:?}\n{damaged:?}\n{}", candidate.operations, document.apply(damaged));
    }
    damages.len()
}
