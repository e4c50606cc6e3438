//! What is tried on a document: every kind of operation on its mappings, and plans that combine them.

use kubectl_kserve::edit::{Operation, Value};
use kubectl_kserve::kserve::Framework;
use kubectl_kserve::object::{FieldPath, Span};
use kubectl_kserve::yaml::{Content, Entry, Mapping, Node};

/// A plan, and what of the text it may take away.
pub(super) struct Candidate {
    pub(super) kind: &'static str,
    pub(super) operations: Vec<Operation>,
    /// What is renamed, replaced or removed. Beside it, only blanks and commas may go.
    pub(super) own: Vec<Span>,
}

/// Texts that are plain, that look like something else, and that need escapes.
const TEXTS: [&str; 8] = ["kserve-new", "on", "1e3", "null", "0x1", "a: b # c", "it's \"x\"", "ü\n🎵"];

/// A mapping of a document.
struct Place<'n, 't> {
    path: FieldPath,
    node: &'n Node<'t>,
    mapping: &'n Mapping<'t>,
}

/// At most so many mappings are tried, evenly spread over the document, and all conversions.
pub(super) fn candidates(text: &str, root: &Node<'_>, most: usize) -> Vec<Candidate> {
    let mut places = Vec::new();
    collect(root, &FieldPath::root(), &mut places);
    let mut candidates: Vec<_> = places.iter().flat_map(conversions).collect();
    let step = places.len().div_ceil(most).max(1);
    for (number, place) in places.iter().enumerate().step_by(step) {
        candidates.extend(place.candidates(text, number));
    }
    candidates
}

fn collect<'n, 't>(node: &'n Node<'t>, path: &FieldPath, places: &mut Vec<Place<'n, 't>>) {
    match &node.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => {
            items.iter().enumerate().for_each(|(index, item)| collect(item, &path.clone().index(index), places));
        }
        Content::Mapping(mapping) => {
            places.push(Place { path: path.clone(), node, mapping });
            mapping.entries.iter().for_each(|entry| collect(&entry.value, &path.clone().key(&*entry.key), places));
        }
    }
}

/// A framework under `predictor` becomes a model. One without a value is not set.
fn conversions(place: &Place<'_, '_>) -> Vec<Candidate> {
    let is_predictor = place.path.to_string().ends_with("predictor");
    let frameworks = Framework::ALL.iter().map(|framework| framework.key());
    let is_set = |key: &&str| place.node.get(key).is_some_and(|value| !value.is_null());
    frameworks.filter(is_set).filter(|_| is_predictor).filter_map(|key| conversion(place, key)).collect()
}

fn conversion(place: &Place<'_, '_>, framework: &str) -> Option<Candidate> {
    let path = place.path.clone().key(framework);
    let key = || "model".to_owned();
    let text = |key: &str, value: &str| (key.to_owned(), Value::from(value));
    let format = Value::Mapping(vec![("name".to_owned(), framework.to_owned())]);
    let mut operations = vec![
        Operation::RenameKey { path: path.clone(), key: key() },
        Operation::InsertFirst { path: path.clone(), key: "modelFormat".to_owned(), value: format },
    ];
    for (key, value) in [text("protocolVersion", "v1"), text("runtime", "kserve-new")] {
        if place.node.get(framework)?.get(&key).is_none() {
            operations.push(Operation::InsertLast { path: path.clone(), key, value });
        }
    }
    let own = vec![place.mapping.entry(framework)?.key_span];
    Some(Candidate { kind: "convert", operations, own })
}

impl Place<'_, '_> {
    fn candidates(&self, text: &str, number: usize) -> Vec<Candidate> {
        let new = TEXTS[number % TEXTS.len()];
        let mut candidates =
            vec![self.insertion("insert first", number, new), self.insertion("insert last", number, new)];
        let entries = &self.mapping.entries;
        if entries.is_empty() {
            return candidates;
        }
        let index = number % entries.len();
        candidates.push(self.renaming(index));
        candidates.push(self.removal(text, &[index]));
        if (2..4).contains(&entries.len()) || entries.len() == 1 && number.is_multiple_of(2) {
            let all: Vec<_> = (0..entries.len()).collect();
            candidates.push(Candidate { kind: "remove all", ..self.removal(text, &all) });
        }
        let rotated = (0..entries.len()).map(|offset| (index + offset) % entries.len());
        let scalar = rotated.clone().find(|index| entries[*index].value.as_scalar().is_some());
        candidates.extend(scalar.map(|index| self.replacement(text, index, new)));
        candidates.push(self.combination(text, number, new));
        candidates
    }

    fn path_of(&self, entry: &Entry<'_>) -> FieldPath {
        self.path.clone().key(&*entry.key)
    }

    fn insertion(&self, kind: &'static str, number: usize, new: &str) -> Candidate {
        let entries = || vec![("name".to_owned(), new.to_owned()), ("version".to_owned(), "1".to_owned())];
        let value = if number.is_multiple_of(3) { Value::Mapping(entries()) } else { Value::from(new) };
        let (path, key) = (self.path.clone(), "zzNew".to_owned());
        let operation = match kind {
            "insert first" => Operation::InsertFirst { path, key, value },
            _ => Operation::InsertLast { path, key, value },
        };
        Candidate { kind, operations: vec![operation], own: Vec::new() }
    }

    fn renaming(&self, index: usize) -> Candidate {
        let entry = &self.mapping.entries[index];
        let operation = Operation::RenameKey { path: self.path_of(entry), key: "zzRenamed".to_owned() };
        Candidate { kind: "rename", operations: vec![operation], own: vec![entry.key_span] }
    }

    fn replacement(&self, text: &str, index: usize, new: &str) -> Candidate {
        let entry = &self.mapping.entries[index];
        let operation = Operation::ReplaceText { path: self.path_of(entry), value: new.to_owned() };
        let key_end = entry.key_span.end;
        let line_end = text[key_end..].find('\n').map_or(text.len(), |found| key_end + found);
        let span = Span::new(key_end, entry.value.span.end.max(line_end));
        Candidate { kind: "replace", operations: vec![operation], own: vec![span] }
    }

    fn removal(&self, text: &str, indices: &[usize]) -> Candidate {
        let entries = &self.mapping.entries;
        let path = |index: &usize| Operation::Remove { path: self.path_of(&entries[*index]) };
        let spans = indices.iter().map(|index| self.whole(text, *index));
        Candidate { kind: "remove", operations: indices.iter().map(path).collect(), own: spans.collect() }
    }

    /// The entry, with what is left of its last line.
    fn whole(&self, text: &str, index: usize) -> Span {
        let entry = &self.mapping.entries[index];
        let end = entry.value.span.end.max(entry.key_span.end);
        let rest = if text[..end].ends_with('\n') { "" } else { text[end..].lines().next().unwrap_or_default() };
        // Within braces, other entries may share the line.
        let is_comment = rest.trim_start_matches([' ', '\t', ',']).starts_with('#');
        Span::new(entry.key_span.start, end + if is_comment { rest.len() } else { 0 })
    }

    /// A plan of all kinds, as far as the mapping has entries for it.
    fn combination(&self, text: &str, number: usize, new: &str) -> Candidate {
        let entries = &self.mapping.entries;
        let mut parts = vec![self.insertion("insert last", number, new)];
        let mut insertion = self.insertion("insert first", number + 1, new);
        if let Operation::InsertFirst { key, .. } = &mut insertion.operations[0] {
            "zzFirst".clone_into(key);
        }
        parts.push(insertion);
        let renamed = number % entries.len();
        parts.push(self.renaming(renamed));
        if entries[renamed].value.as_scalar().is_some() {
            parts.push(self.replacement(text, renamed, new));
        }
        if entries.len() > 2 && renamed != 1 {
            parts.push(self.removal(text, &[1]));
        }
        let own = parts.iter().flat_map(|part| part.own.clone()).collect();
        Candidate { kind: "combine", operations: parts.into_iter().flat_map(|part| part.operations).collect(), own }
    }
}
