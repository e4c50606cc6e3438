//! What holds for every change of every text: checked on generated manifests in mixed styles.

#![expect(clippy::format_push_string, reason = "a test may be slow and short")]

use kubectl_kserve::edit::{self, Refusal};
use kubectl_kserve::object::FieldPath;
use proptest::prelude::*;

use super::{insert, plan};

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

/// Writes the entries, and notes the path of every mapping.
fn mapping(out: &mut String, entries: &[(Part, &str)], indent: usize, path: &FieldPath, mappings: &mut Vec<FieldPath>) {
    mappings.push(path.clone());
    for (number, (part, comment)) in entries.iter().enumerate() {
        if number > 0 {
            out.push_str(comment);
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(&format!("k{number}:"));
        value(out, part, indent, &path.clone().key(format!("k{number}")), mappings);
    }
}

fn value(out: &mut String, part: &Part, indent: usize, path: &FieldPath, mappings: &mut Vec<FieldPath>) {
    match part {
        Part::Inline(text) => {
            // Generated continuation lines are indented by eight; deeper places need more.
            let text = text.replace("\n        ", &format!("\n{}", " ".repeat(indent + 4)));
            if text.starts_with('{') {
                mappings.push(path.clone());
            }
            out.push_str(&format!(" {text}\n"));
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
            mapping(out, entries, indent + 2, path, mappings);
        }
        Part::List(items, indented) => {
            let indent = if *indented { indent + 2 } else { indent };
            out.push('\n');
            for (number, item) in items.iter().enumerate() {
                out.push_str(&format!("{}-", " ".repeat(indent)));
                let path = path.clone().index(number);
                match item {
                    Part::Mapping(entries) => {
                        out.push(' ');
                        mapping(out, entries, indent + 2, &path, mappings);
                    }
                    other => value(out, other, indent + 2, &path, mappings),
                }
            }
        }
    }
}

fn render(entries: &[(Part, &str)]) -> (String, Vec<FieldPath>) {
    let mut text = String::new();
    let mut mappings = Vec::new();
    mapping(&mut text, entries, 0, &FieldPath::root(), &mut mappings);
    (text, mappings)
}

fn variant(text: String, number: usize) -> String {
    match number {
        0 => text,
        1 => text.replace('\n', "\r\n"),
        2 => format!("\u{FEFF}{text}"),
        _ => text.trim_end().to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn a_change_changes_nothing_else(entries in manifest(), chosen in any::<prop::sample::Index>(), number in 0..4usize, text in "[a-z]{1,3}|on|1|a b|é: #") {
        let (before, mappings) = render(&entries);
        let before = variant(before, number);
        let path = chosen.get(&mappings);
        let operations = [insert(path, "new", &text)];
        // An anchor may be defined twice, but nothing refers to it: every generated text can be changed.
        let splices = plan(&before, &operations).unwrap_or_else(|refusal| panic!("{before}\n{refusal}"));
        prop_assert!(splices.iter().all(|splice| splice.span.start == splice.span.end));
        let after = edit::apply(&before, &splices);
        prop_assert_eq!(edit::witness(&before, &after, &operations), Ok(()), "{}\n---\n{}", before, after);
        prop_assert_eq!(before.ends_with('\n'), after.ends_with('\n'), "{}\n---\n{}", before, after);
        prop_assert_eq!(before.starts_with('\u{FEFF}'), after.starts_with('\u{FEFF}'));
        if number == 1 {
            prop_assert!(!after.replace("\r\n", "").contains('\n'), "{after:?}");
        } else {
            prop_assert!(!after.contains('\r'));
        }
        let again = plan(&after, &operations);
        prop_assert!(matches!(again, Err(Refusal::AlreadyThere { .. })), "{after}\n{again:?}");
    }
}
