//! One plan a case, as people would carry it out by hand, and every reason to refuse.

use kubectl_kserve::edit::{self, Operation, Refusal};

use super::script::operation;
use super::{path, placed, plan};

/// What the files say about one plan.
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

/// A sentence, the operations with the text below them, and what is expected.
fn cases(file: &str) -> Vec<Case> {
    let mut sections = file.split("@@ ").skip(1);
    let mut cases = Vec::new();
    while let (Some(why), Some(commands), Some(outcome)) = (sections.next(), sections.next(), sections.next()) {
        let (commands, before) = commands.split_once('\n').expect("a line");
        let (word, after) = outcome.split_once('\n').expect("a line");
        cases.push(Case {
            why: why.trim().to_owned(),
            operations: commands.split(" ; ").map(operation).collect(),
            before: unpicture(before),
            expected: match word.strip_prefix("refused ") {
                Some(text) => Expected::Refused(text.to_owned()),
                None => Expected::After(unpicture(after)),
            },
        });
    }
    cases
}

fn all() -> Vec<Case> {
    let files = [
        include_str!("block.txt"),
        include_str!("flow.txt"),
        include_str!("refused.txt"),
        include_str!("operations.txt"),
        include_str!("operations-refused.txt"),
        include_str!("first.txt"),
        include_str!("replace.txt"),
        include_str!("remove.txt"),
        include_str!("rename.txt"),
        include_str!("plans.txt"),
    ];
    let cases: Vec<_> = files.iter().flat_map(|file| cases(file)).collect();
    assert!(cases.len() >= 270, "{}", cases.len());
    cases
}

#[test]
fn every_case_is_as_written() {
    for Case { why, operations, before, expected } in all() {
        let planned = plan(&before, &operations);
        match (expected, planned) {
            (Expected::Refused(expected), planned) => {
                let refusal = planned.expect_err(&why);
                assert_eq!(placed(refusal), expected, "{why}");
            }
            (Expected::After(expected), planned) => {
                let after = edit::apply(&before, &planned.unwrap_or_else(|refusal| panic!("{why}: {refusal}")));
                assert_eq!(after, expected, "{why}");
                assert_eq!(edit::witness(&before, &after, &operations), Ok(()), "{why}");
                if let [operation] = &operations[..] {
                    is_done(&after, operation, &why);
                }
            }
        }
    }
}

/// Doing the same again is refused, or changes nothing.
fn is_done(after: &str, operation: &Operation, why: &str) {
    let again = plan(after, std::slice::from_ref(operation));
    let fits = match operation {
        Operation::InsertFirst { .. } | Operation::InsertLast { .. } => {
            matches!(again, Err(Refusal::AlreadyThere { .. }))
        }
        Operation::Remove { .. } => matches!(again, Err(Refusal::NotFound { .. })),
        Operation::RenameKey { path: old, key } if *old == path(key) => again == Ok(Vec::new()),
        Operation::RenameKey { .. } => matches!(again, Err(Refusal::NotFound { .. })),
        _ => again == Ok(Vec::new()),
    };
    assert!(fits, "{why}: {again:?}");
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

/// The same text as a document between others: spans are those of the whole.
#[test]
fn other_documents_change_nothing() {
    for Case { why, operations, before, expected } in all() {
        let Expected::After(after) = expected else {
            continue;
        };
        let is_alone = before.starts_with(['{', '[', '\u{FEFF}']) || before.contains("---") || before.contains("...");
        if is_alone || !before.ends_with('\n') {
            continue;
        }
        let around = |text: &str| format!("x: &x |\n  y\n---\n{text}---\n? z\n");
        let text = around(&before);
        let chunks = kubectl_kserve::yaml::split(&text).expect("three documents");
        let root = kubectl_kserve::yaml::compose(&text, &chunks[1]).expect("a document").expect("a value");
        let splices = edit::plan(&text, &root, &operations).unwrap_or_else(|refusal| panic!("{why}: {refusal}"));
        assert_eq!(edit::apply(&text, &splices), around(&after), "{why}");
    }
}
