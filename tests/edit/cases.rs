//! One change a case, as people would make it by hand, and every reason to refuse.

use kubectl_kserve::edit::{self, Operation, Refusal, Value};

use super::{insert, path, plan};

/// What the files say about one change.
struct Case {
    why: String,
    operations: Vec<Operation>,
    before: String,
    expected: Expected,
}

enum Expected {
    After(String),
    Refused(String),
}

/// Characters that cannot be seen are written as pictures of themselves.
fn unpicture(text: &str) -> String {
    let text = text.replace("␄\n", "").replace('␍', "\r");
    text.replace('␂', "\u{FEFF}").replace('␉', "\t")
}

fn cases(file: &str) -> Vec<Case> {
    let mut sections = file.split("@@ ").skip(1);
    let mut cases = Vec::new();
    while let (Some(why), Some(insertion), Some(outcome)) = (sections.next(), sections.next(), sections.next()) {
        let (command, before) = insertion.split_once('\n').expect("a line");
        let (word, after) = outcome.split_once('\n').expect("a line");
        cases.push(Case {
            why: why.trim().to_owned(),
            operations: command.split(" ; ").map(operation).collect(),
            before: unpicture(before),
            expected: match word.strip_prefix("refused ") {
                Some(text) => Expected::Refused(text.to_owned()),
                None => Expected::After(unpicture(after)),
            },
        });
    }
    cases
}

/// `insert PATH KEY VALUE`, `first PATH KEY VALUE` (`{KEY: VALUE}` for a mapping), `replace PATH VALUE`,
/// `rename PATH KEY` or `remove PATH`.
fn operation(command: &str) -> Operation {
    let words: Vec<_> = command.splitn(4, ' ').collect();
    match words[..] {
        ["insert", place, key, value] => insert(&path(place), key, value),
        ["first", place, key, value] => {
            Operation::InsertFirst { path: path(place), key: key.to_owned(), value: new_value(value) }
        }
        ["replace", place, value] => Operation::ReplaceText { path: path(place), value: value.to_owned() },
        ["rename", place, key] => Operation::RenameKey { path: path(place), key: key.to_owned() },
        ["remove", place] => Operation::Remove { path: path(place) },
        _ => panic!("{command:?}"),
    }
}

fn new_value(text: &str) -> Value {
    match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')?.split_once(": ")) {
        Some((key, value)) => Value::Mapping(vec![(key.to_owned(), value.to_owned())]),
        None => text.into(),
    }
}

fn all() -> Vec<Case> {
    let files = [
        include_str!("block.txt"),
        include_str!("flow.txt"),
        include_str!("refused.txt"),
        include_str!("operations.txt"),
        include_str!("operations-refused.txt"),
    ];
    let cases: Vec<_> = files.iter().flat_map(|file| cases(file)).collect();
    assert!(cases.len() >= 120);
    cases
}

#[test]
fn every_case_is_as_written() {
    for Case { why, operations, before, expected } in all() {
        let planned = plan(&before, &operations);
        match (expected, planned) {
            (Expected::Refused(expected), planned) => {
                let refusal = planned.expect_err(&why);
                assert_eq!(refusal.to_string(), expected, "{why}");
            }
            (Expected::After(expected), planned) => {
                let after = edit::apply(&before, &planned.unwrap_or_else(|refusal| panic!("{why}: {refusal}")));
                assert_eq!(after, expected, "{why}");
                assert_eq!(edit::witness(&before, &after, &operations), Ok(()), "{why}");
                if let [Operation::InsertLast { .. }] = operations[..] {
                    let again = plan(&after, &operations);
                    assert!(matches!(again, Err(Refusal::AlreadyThere { .. })), "{why}: {again:?}");
                }
            }
        }
    }
}

#[test]
fn line_feeds_and_byte_order_marks_change_nothing_else() {
    let marked = |text: &str| format!("\u{FEFF}{}", text.trim_start_matches('\u{FEFF}'));
    let windows = |text: &str| text.replace("\r\n", "\n").replace('\n', "\r\n");
    for Case { why, operations, before, expected } in all() {
        let Expected::After(after) = expected else {
            continue;
        };
        for (before, after) in [(marked(&before), marked(&after)), (windows(&before), windows(&after))] {
            // A single line has no line feed to copy.
            let after =
                if before.contains("\r\n") || !before.contains('\n') { after } else { after.replace("\r\n", "\n") };
            let splices = plan(&before, &operations).unwrap_or_else(|refusal| panic!("{why}: {refusal}"));
            let found = edit::apply(&before, &splices);
            if before.contains('\n') || !found.contains('\n') {
                assert_eq!(found, after, "{why}");
            }
            assert_eq!(edit::witness(&before, &found, &operations), Ok(()), "{why}");
        }
    }
}
