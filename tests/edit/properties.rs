//! What holds for every change of every text: checked on generated manifests in mixed styles.

use kubectl_kserve::edit::{self, Operation, Refusal, Value};
use kubectl_kserve::object::FieldPath;
use kubectl_kserve::yaml::{self, Content, Node};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::plan;

/// A part of a manifest as it is written.
#[derive(Clone, Debug)]
enum Part {
    /// What follows a key or a dash on its line.
    Inline(&'static str),
    /// The lines of a block scalar below its header.
    Lines(&'static str, &'static [&'static str]),
    Mapping(Vec<(Part, &'static str)>),
    List(Vec<Part>, bool),
}

const INLINE: &[&str] = &[
    "",
    "a",
    "b c",
    "'d'",
    "\"e\"",
    "1",
    "yes",
    "~",
    "[]",
    "{}",
    "[a, {b: c}]",
    "{a: b}",
    "{ a: b, }",
    "{\"a\": \"b\"}",
    "&x a",
    "!!str",
    "{a, b: }",
    "a  # c",
    "# c",
    "\"a\n        b\"",
    "a\n        b",
    "{a: b,\n        c: d\n        }",
    "{\n        a: b, # c\n        c: d\n        }",
];

const COMMENTS: &[&str] = &["", "", "", "# c\n", "\n", "    # deep\n"];

fn part() -> impl Strategy<Value = Part> {
    let inline = proptest::sample::select(INLINE).prop_map(Part::Inline);
    let lines = prop_oneof![
        Just(Part::Lines("|", &["a", "", " b"])),
        Just(Part::Lines("|-", &["a: b", "# c"])),
        Just(Part::Lines("|+", &["a", ""])),
        Just(Part::Lines(">", &["a", "b"])),
        Just(Part::Lines("|", &[])),
    ];
    prop_oneof![4 => inline, 1 => lines].prop_recursive(4, 24, 4, |inner| {
        let entry = (inner.clone(), proptest::sample::select(COMMENTS));
        prop_oneof![
            3 => proptest::collection::vec(entry, 1..4).prop_map(Part::Mapping),
            1 => (proptest::collection::vec(inner, 1..3), any::<bool>()).prop_map(|(items, indented)| Part::List(items, indented)),
        ]
    })
}

fn manifest() -> impl Strategy<Value = Vec<(Part, &'static str)>> {
    proptest::collection::vec((part(), proptest::sample::select(COMMENTS)), 1..5)
}

/// Writes the entries of a mapping whose first key follows what is written already.
fn mapping(out: &mut String, entries: &[(Part, &str)], indent: usize) {
    for (number, (part, comment)) in entries.iter().enumerate() {
        if number > 0 {
            out.push_str(comment);
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(&format!("k{number}:"));
        value(out, part, indent);
    }
}

fn value(out: &mut String, part: &Part, indent: usize) {
    match part {
        // Generated continuation lines are indented by eight; deeper places need more.
        Part::Inline(text) => {
            out.push_str(&format!(" {}\n", text.replace("\n        ", &format!("\n{}", " ".repeat(indent + 4)))));
        }
        Part::Lines(header, lines) => {
            out.push_str(&format!(" {header}\n"));
            for line in *lines {
                let blanks = if line.is_empty() { 0 } else { indent + 2 };
                out.push_str(&format!("{}{line}\n", " ".repeat(blanks)));
            }
        }
        Part::Mapping(entries) => {
            out.push_str(&format!("\n{}", " ".repeat(indent + 2)));
            mapping(out, entries, indent + 2);
        }
        Part::List(items, indented) => list(out, items, if *indented { indent + 2 } else { indent }),
    }
}

fn list(out: &mut String, items: &[Part], indent: usize) {
    out.push('\n');
    for item in items {
        out.push_str(&format!("{}-", " ".repeat(indent)));
        match item {
            Part::Mapping(entries) => {
                out.push(' ');
                mapping(out, entries, indent + 2);
            }
            other => value(out, other, indent + 2),
        }
    }
}

fn render(entries: &[(Part, &str)], number: usize) -> String {
    let mut text = String::new();
    mapping(&mut text, entries, 0);
    match number {
        0 => text,
        1 => text.replace('\n', "\r\n"),
        2 => format!("\u{FEFF}{text}"),
        _ => text.trim_end().to_owned(),
    }
}

/// The paths of everything that can be changed in some way.
#[derive(Default)]
struct Paths {
    mappings: Vec<FieldPath>,
    scalars: Vec<FieldPath>,
    entries: Vec<FieldPath>,
}

impl Paths {
    fn of(text: &str) -> Self {
        let chunks = yaml::split(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        let root = yaml::compose(text, &chunks[0]).unwrap_or_else(|error| panic!("{text}\n{error}")).expect("a value");
        let mut paths = Self::default();
        paths.collect(&root, &FieldPath::root());
        paths
    }

    fn collect(&mut self, node: &Node<'_>, path: &FieldPath) {
        match &node.content {
            Content::Scalar(_) => self.scalars.push(path.clone()),
            Content::Sequence(items) => {
                items.iter().enumerate().for_each(|(index, item)| self.collect(item, &path.clone().index(index)));
            }
            Content::Mapping(mapping) => {
                self.mappings.push(path.clone());
                for entry in &mapping.entries {
                    let path = path.clone().key(&*entry.key);
                    self.entries.push(path.clone());
                    self.collect(&entry.value, &path);
                }
            }
        }
    }
}

/// Which operation, at which of the possible places.
#[derive(Clone, Debug)]
struct Choice {
    kind: usize,
    place: prop::sample::Index,
    text: String,
}

fn choice(text: &'static str) -> impl Strategy<Value = Choice> {
    (0..6usize, any::<prop::sample::Index>(), text).prop_map(|(kind, place, text)| Choice { kind, place, text })
}

const TEXT: &str = "[a-z]{1,3}|on|1|a b|é: #";

impl Choice {
    fn operation(&self, paths: &Paths) -> Operation {
        let text = self.text.as_str();
        let (key, value) = ("new".to_owned(), Value::from(text));
        match self.kind {
            // The only entry may be gone.
            kind if kind == 0 || paths.entries.is_empty() => {
                Operation::InsertLast { path: self.place.get(&paths.mappings).clone(), key, value }
            }
            1 => Operation::InsertFirst { path: self.place.get(&paths.mappings).clone(), key, value },
            2 => {
                let value =
                    Value::Mapping(vec![("a".to_owned(), text.to_owned()), (format!("b{text}"), "c".to_owned())]);
                Operation::InsertLast { path: self.place.get(&paths.mappings).clone(), key, value }
            }
            3 if !paths.scalars.is_empty() => {
                Operation::ReplaceText { path: self.place.get(&paths.scalars).clone(), value: text.to_owned() }
            }
            4 => Operation::Remove { path: self.place.get(&paths.entries).clone() },
            _ => Operation::RenameKey { path: self.place.get(&paths.entries).clone(), key },
        }
    }
}

/// Reasons that a generated text can give; it has no shared values, merge keys or explicit keys.
fn is_expected(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Properties { .. }
            | Refusal::NoPlace { .. }
            | Refusal::BlockScalarAbove { .. }
            | Refusal::Conflict { .. }
            | Refusal::AlreadyThere { .. }
    )
}

/// The text with the operations done, when they are not refused.
fn changed(before: &str, operations: &[Operation]) -> Option<String> {
    match plan(before, operations) {
        Ok(splices) => {
            assert!(splices.is_sorted_by(|one, next| one.span.end <= next.span.start), "{before}\n{splices:?}");
            Some(edit::apply(before, &splices))
        }
        Err(refusal) => {
            assert!(is_expected(&refusal), "{before}\n{operations:?}\n{refusal}");
            None
        }
    }
}

/// What every change keeps.
fn keeps_its_shape(before: &str, after: &str) {
    assert_eq!(before.ends_with('\n'), after.ends_with('\n'), "{before}\n---\n{after}");
    assert_eq!(before.starts_with('\u{FEFF}'), after.starts_with('\u{FEFF}'));
    if before.contains("\r\n") {
        assert!(!after.replace("\r\n", "").contains('\n'), "{after:?}");
    } else if before.contains('\n') {
        assert!(!after.contains('\r'));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn a_change_changes_nothing_else(entries in manifest(), number in 0..4usize, choice in choice(TEXT)) {
        let before = render(&entries, number);
        let operations = [choice.operation(&Paths::of(&before))];
        if let Some(after) = changed(&before, &operations) {
            prop_assert_eq!(edit::witness(&before, &after, &operations), Ok(()), "{}\n---\n{}\n{:?}", before, after, operations);
            keeps_its_shape(&before, &after);
        } else {
            let may_be_refused = matches!(operations[0], Operation::ReplaceText { .. } | Operation::Remove { .. });
            prop_assert!(may_be_refused, "{}\n{:?}", before, operations);
        }
    }

    #[test]
    fn several_changes_change_nothing_else(entries in manifest(), number in 0..4usize, choices in proptest::collection::vec(choice(TEXT), 2..6)) {
        let before = render(&entries, number);
        let paths = Paths::of(&before);
        let operations: Vec<_> = choices.iter().map(|choice| choice.operation(&paths)).collect();
        if let Some(after) = changed(&before, &operations) {
            prop_assert_eq!(edit::witness(&before, &after, &operations), Ok(()), "{}\n---\n{}\n{:?}", before, after, operations);
            keeps_its_shape(&before, &after);
        }
    }

    #[test]
    fn one_change_too_many_is_rejected(entries in manifest(), number in 0..4usize, wanted in choice(TEXT), more in choice("[A-Z]{4}")) {
        let before = render(&entries, number);
        let wanted = [wanted.operation(&Paths::of(&before))];
        let Some(after) = changed(&before, &wanted) else { return Ok(()) };
        let mut more = more.operation(&Paths::of(&after));
        if let Operation::InsertFirst { key, .. } | Operation::InsertLast { key, .. } | Operation::RenameKey { key, .. } = &mut more {
            "more".clone_into(key);
        }
        let Some(wrong) = changed(&after, &[more]) else { return Ok(()) };
        let judgement = edit::witness(&before, &wrong, &wanted);
        let is_rejected = matches!(judgement, Err(Refusal::Disagreement { .. } | Refusal::NoWitness { .. }));
        prop_assert!(is_rejected, "{}\n---\n{}", before, wrong);
        let judgement = edit::witness(&before, &before, &wanted);
        prop_assert!(judgement.is_err() || after == before, "{}", before);
    }

    #[test]
    fn what_was_added_can_be_removed(entries in manifest(), number in 0..4usize, choice in choice(TEXT)) {
        let before = render(&entries, number);
        let paths = Paths::of(&before);
        let operation = Choice { kind: choice.kind % 3, ..choice }.operation(&paths);
        let (Operation::InsertFirst { path, key, .. } | Operation::InsertLast { path, key, .. }) = &operation else { unreachable!() };
        let removal = Operation::Remove { path: path.clone().key(key) };
        let after = changed(&before, &[operation]).expect("a change");
        if let Some(again) = changed(&after, &[removal]) {
            prop_assert_eq!(again, before, "{}", after);
        }
    }
}
