//! The witness can fail: it rejects every change that is not exactly the wanted one.

use kubectl_kserve::edit::{self, Refusal};

use super::{insert, path, placed, plan};

const BEFORE: &str =
    "# c\nspec:\n  model: &m\n    name: \"a\"\n    args: [b]\n    script: |\n      x\n  other: *m\n  tag: !t c\n";

fn judge(before: &str, after: &str) -> Result<(), Refusal> {
    edit::witness(before, after, &[insert(&path("spec"), "runtime", "r")])
}

#[test]
fn the_wanted_change_is_confirmed() {
    assert_eq!(judge(BEFORE, &format!("{BEFORE}  runtime: r\n")), Ok(()));
    assert_eq!(judge(BEFORE, &format!("{BEFORE}  \"runtime\": 'r' # c\n")), Ok(()));
    assert_eq!(judge(BEFORE, &format!("\u{FEFF}{BEFORE}\n  runtime: r")), Ok(()));
}

#[test]
fn every_other_change_is_rejected() {
    let after = format!("{BEFORE}  runtime: r\n");
    let replaced = [
        ("runtime: r", "runtime: s"),
        ("runtime: r", "runtimes: r"),
        ("runtime: r", "runtime: r\n  more: s"),
        ("  runtime: r\n", "runtime: r\n"),
        ("  runtime: r\n", ""),
        ("runtime: r", "runtime: !t r"),
        ("runtime: r", "runtime: &r r"),
        ("runtime: r", "runtime: [r]"),
        ("\"a\"", "a"),
        ("\"a\"", "\"b\""),
        ("[b]", "[b, c]"),
        ("[b]", "{b}"),
        ("|", ">"),
        ("      x", "      y"),
        ("*m", "a"),
        ("&m", ""),
        ("!t c", "c"),
        ("!t", "!u"),
        ("  tag: !t c\n", ""),
        ("spec:", "specs:"),
        ("tag: !t c\n  runtime: r", "runtime: r\n  tag: !t c"),
        ("runtime: r", "runtime: r\n---\n"),
        ("runtime: r", "runtime: \"r"),
        ("# c\n", "\t- "),
    ];
    for (from, to) in replaced {
        let wrong = after.replace(from, to);
        assert_ne!(wrong, after, "{from:?}");
        let judgement = judge(BEFORE, &wrong);
        assert!(matches!(judgement, Err(Refusal::Disagreement { .. })), "{to:?}: {judgement:?}");
    }
}

#[test]
fn a_string_must_not_become_something_else() {
    let operations = [insert(&path(""), "b", "on")];
    let judge = |after: &str| edit::witness("a: 1\n", after, &operations);
    assert_eq!(judge("a: 1\nb: \"on\"\n"), Ok(()));
    assert_eq!(judge("a: 1\nb: on\n"), Err(Refusal::Disagreement { line: 2 }));
}

#[test]
fn a_rejection_names_the_line() {
    let wrong = BEFORE.replace("[b]", "[b, c]") + "  runtime: r\n";
    let refusal = judge(BEFORE, &wrong).expect_err("a refusal");
    assert_eq!(
        placed(refusal),
        "5:1: a second YAML reader does not see the wanted change there; this is a bug in kubectl-kserve"
    );
}

/// yaml-rust2 refuses a tab behind a colon.
const ODD: &str = "a:\tb\nc:\n  d: e\n";

#[test]
fn another_witness_reads_what_the_first_cannot() {
    let operations = [insert(&path("c"), "f", "g")];
    let splices = plan(ODD, &operations).expect("a change");
    let after = edit::apply(ODD, &splices);
    assert_eq!(after, "a:\tb\nc:\n  d: e\n  f: g\n");
    assert_eq!(edit::witness(ODD, &after, &operations), Ok(()));
    let wrong = after.replace("d: e", "d: x");
    assert!(matches!(edit::witness(ODD, &wrong, &operations), Err(Refusal::Disagreement { .. })));
}

#[test]
fn a_text_without_witness_is_refused() {
    // Neither reader takes a second document here.
    let text = "a:\tb\n---\nc: d\n";
    let refusal = edit::witness(text, text, &[]).expect_err("a refusal");
    assert_eq!(placed(refusal), "1:1: no second YAML reader can read this text, so the change cannot be verified");
}

#[test]
fn several_changes_are_confirmed_together() {
    for (before, expected) in [
        ("a: {}\nb:\n  c: d\n", "a: {x: v, z: w}\nb:\n  c: d\n  x: v\n"),
        ("a: {k: v}\nb: {c: d}", "a: {k: v, x: v, z: w}\nb: {c: d, x: v}"),
        ("a:\n  k: v\nb:\n  c: |\n    d", "a:\n  k: v\n  x: v\n  z: w\nb:\n  x: v\n  c: |\n    d"),
    ] {
        let operations = [insert(&path("a"), "x", "v"), insert(&path("a"), "z", "w"), insert(&path("b"), "x", "v")];
        let splices = plan(before, &operations).expect("a change");
        let after = edit::apply(before, &splices);
        assert_eq!(after, expected);
        assert_eq!(edit::witness(before, &after, &operations), Ok(()), "{after}");
    }
    let twice = [insert(&path("a"), "x", "v"), insert(&path("a"), "x", "z")];
    assert!(matches!(plan("a: {}\n", &twice), Err(Refusal::AlreadyThere { .. })));
}
