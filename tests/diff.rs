//! Diffs: their exact text, and that `patch` and `git apply` make the new file of the old one.

#[path = "diff/edges.rs"]
mod edges;

use std::path::Path;
use std::process::{Command, Stdio};

use kubectl_kserve::diff::{Change, unified};
use kubectl_kserve::object::Span;
use proptest::prelude::*;

/// The span of the first place where the text holds this.
fn change<'t>(old: &str, from: &str, to: &'t str) -> Change<'t> {
    let start = old.find(from).expect("a part of the text");
    Change { span: Span::new(start, start + from.len()), text: to }
}

fn changed(old: &str, changes: &[Change<'_>]) -> String {
    let mut new = old.to_owned();
    let mut sorted: Vec<_> = changes.iter().collect();
    sorted.sort_by_key(|change| std::cmp::Reverse(change.span));
    for change in sorted {
        new.replace_range(change.span.start..change.span.end, change.text);
    }
    new
}

/// Has `patch` and `git apply` make the new text of the old one.
fn apply(old: &str, new: &str, diff: &str, name: &str) {
    for command in
        [&["patch", "-p0", "--quiet", "--binary", "-i", "change.diff"][..], &["git", "apply", "-p0", "change.diff"][..]]
    {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), name, old);
        write(folder.path(), "change.diff", diff);
        let output = Command::new(command[0])
            .args(&command[1..])
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("GIT_CEILING_DIRECTORIES", "/")
            .stdin(Stdio::null())
            .output()
            .expect("patch and git are installed");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {errors}{}\n{diff}", String::from_utf8_lossy(&output.stdout));
        let found = std::fs::read_to_string(folder.path().join(name)).expect("the file");
        assert_eq!(found, new, "{command:?}\n{diff}");
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("a file");
}

fn numbered(count: usize) -> String {
    (1..=count).map(|number| number.to_string() + "\n").collect()
}

#[test]
fn a_change_is_shown_with_three_lines_around_it() {
    let old = numbered(20);
    let changes = [change(&old, "10\n", "10\nnew\n")];
    let diff = unified("a.yaml", "a.yaml", &old, &changes);
    assert_eq!(diff, "--- a.yaml\n+++ a.yaml\n@@ -8,6 +8,7 @@\n 8\n 9\n 10\n+new\n 11\n 12\n 13\n");
    apply(&old, &changed(&old, &changes), &diff, "a.yaml");
}

#[test]
fn only_the_lines_that_differ_within_a_document_are_shown() {
    let old = format!("---\n{}---\nother: 1\n", numbered(20));
    let document = numbered(20);
    let text = document.replace("\n5\n", "\n5\nfive\n").replace("\n18\n", "\n");
    let changes = [change(&old, &document, &text)];
    let diff = unified("a", "b", &old, &changes);
    assert_eq!(
        diff,
        "--- a\n+++ b\n@@ -4,6 +4,7 @@\n 3\n 4\n 5\n+five\n 6\n 7\n 8\n@@ -16,7 +17,6 @@\n 15\n 16\n 17\n-18\n 19\n 20\n ---\n"
    );
}

#[test]
fn hunks_whose_contexts_touch_become_one() {
    let old = numbered(20);
    let insert = |line: usize| format!("{line}\nnew\n");
    for (second, hunks) in [(11, 1), (12, 2)] {
        let (left, right) = (insert(5), insert(second));
        let changes = [change(&old, "5\n", &left), change(&old, &format!("{second}\n"), &right)];
        let diff = unified("a", "a", &old, &changes);
        assert_eq!(diff.matches("@@ -").count(), hunks, "{diff}");
        apply(&old, &changed(&old, &changes), &diff, "a");
    }
}

#[test]
fn a_missing_line_feed_at_the_end_is_marked() {
    let old = "a\nb";
    let cases = [
        (
            change(old, "b", "b\nc"),
            "@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+c\n\\ No newline at end of file\n",
        ),
        (change(old, "a\n", "x\n"), "@@ -1,2 +1,2 @@\n-a\n+x\n b\n\\ No newline at end of file\n"),
        (change(old, "b", "b\n"), "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"),
    ];
    for (change, expected) in cases {
        let diff = unified("a", "a", old, &[change]);
        assert_eq!(diff, format!("--- a\n+++ a\n{expected}"));
        apply(old, &changed(old, &[change]), &diff, "a");
    }
}

#[test]
fn carriage_returns_are_kept() {
    let old = "a\r\nb\r\nc\r\n";
    let changes = [change(old, "b\r\n", "b\r\nx\r\n")];
    let diff = unified("a", "a", old, &changes);
    assert_eq!(diff, "--- a\n+++ a\n@@ -1,3 +1,4 @@\n a\r\n b\r\n+x\r\n c\r\n");
    apply(old, &changed(old, &changes), &diff, "a");
}

#[test]
fn changes_on_one_line_are_shown_as_one() {
    let old = "{\"a\": 1}{\"b\": 2}\n";
    let changes = [change(old, "{\"b\": 2}", "{\"b\": 3}"), change(old, "{\"a\": 1}", "{\"a\": 4}")];
    let diff = unified("a", "a", old, &changes);
    assert_eq!(diff, "--- a\n+++ a\n@@ -1 +1 @@\n-{\"a\": 1}{\"b\": 2}\n+{\"a\": 4}{\"b\": 3}\n");
    apply(old, &changed(old, &changes), &diff, "a");
}

#[test]
fn nothing_is_said_about_nothing() {
    assert_eq!(unified("a", "a", "a\n", &[]), "");
    assert_eq!(unified("a", "a", "a\n", &[change("a\n", "a", "a")]), "");
    assert_eq!(unified("a", "a", "", &[]), "");
}

#[test]
fn names_are_written_as_patch_reads_them() {
    let old = "a\n";
    for (name, written) in [("a b.yaml", "a b.yaml\t"), ("a\"b", "\"a\\\"b\""), ("ü.yaml", "ü.yaml")] {
        let changes = [change(old, "a", "b")];
        let diff = unified(name, name, old, &changes);
        assert!(diff.starts_with(&format!("--- {written}\n+++ {written}\n")), "{diff}");
        apply(old, "b\n", &diff, name);
    }
}

#[test]
fn a_large_file_costs_little() {
    let old = numbered(1_000_000);
    let changes = [change(&old, "500000\n", "500000\nnew\n"), change(&old, "999999\n", "")];
    let diff = unified("a", "a", &old, &changes);
    assert!(diff.contains("@@ -499998,6 +499998,7 @@\n"), "{diff}");
    assert!(diff.contains("@@ -999996,5 +999997,4 @@\n"), "{diff}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Short lines repeat, so that hunks are easily put at a wrong place.
    #[test]
    fn patch_and_git_accept_every_diff(
        lines in proptest::collection::vec("[ab]?", 0..30),
        unfinished in any::<bool>(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), "[ab\n]{0,4}"), 0..8),
    ) {
        let mut old: String = lines.iter().map(String::as_str).flat_map(|line| [line, "\n"]).collect();
        if unfinished {
            old.push('x');
        }
        let mut places: Vec<_> = cuts.iter().map(|(index, _)| index.index(old.len() + 1)).collect();
        places.sort_unstable();
        let changes: Vec<_> = places
            .chunks_exact(2)
            .zip(&cuts)
            .map(|(pair, (_, text))| Change { span: Span::new(pair[0], pair[1]), text })
            .collect();
        // Two insertions at one place have no order of their own.
        prop_assume!(changes.windows(2).all(|pair| pair[0].span.end < pair[1].span.start));
        let new = changed(&old, &changes);
        let diff = unified("a", "a", &old, &changes);
        prop_assert!(!diff.is_empty() || old == new);
        // An empty file is not made by a change of a document, and git would want to delete it.
        if !diff.is_empty() && !old.is_empty() && !new.is_empty() {
            apply(&old, &new, &diff, "a");
        }
    }
}
