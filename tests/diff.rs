//! Diffs: what they look like, and that `patch` and `git apply` make the new file of the old one with them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use kubectl_kserve::diff::{Change, unified, unified_at, unified_changes};
use kubectl_kserve::object::Span;
use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert_eq, proptest};

/// Replaces the only occurrence of `from`.
fn change<'t>(text: &str, from: &str, to: &'t str) -> Change<'t> {
    assert_eq!(text.matches(from).count(), 1, "{from:?}");
    let start = text.find(from).expect("it is there");
    Change { span: Span::new(start, start + from.len()), text: to }
}

fn applied(text: &str, changes: &[Change<'_>]) -> String {
    let mut sorted = changes.to_vec();
    sorted.sort_by_key(|change| change.span);
    let mut new = text.to_owned();
    for change in sorted.iter().rev() {
        new.replace_range(change.span.start..change.span.end, change.text);
    }
    new
}

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("diff-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a program makes of the old file.
fn patched(program: &str, arguments: &[&str], name: &str, old: &str, diff: &str) -> String {
    let folder = Folder::new();
    let file = folder.0.join(name);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(&file, old).expect("the old file");
    fs::write(folder.0.join("the.diff"), diff).expect("the diff");
    let mut command = Command::new(program);
    // The folder lies within this repository, which is none of git's business here.
    command.args(arguments).current_dir(&folder.0).env("GIT_CEILING_DIRECTORIES", folder.0.parent().expect("a folder"));
    let output = command.output().unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}\n{diff}");
    assert!(!said.contains("fuzz") && !said.contains("offset"), "{program}: {said}\n{diff}");
    fs::read_to_string(&file).expect("the new file")
}

fn both_programs_make(name: &str, old: &str, new: &str, diff: &str) {
    let patch = patched("patch", &["-p0", "--binary", "--verbose", "-i", "the.diff"], name, old, diff);
    assert_eq!(patch, new, "{diff}");
    let git = patched("git", &["apply", "-p0", "--whitespace=nowarn", "--verbose", "the.diff"], name, old, diff);
    assert_eq!(git, new, "{diff}");
}

fn numbered(count: usize) -> String {
    (1..=count).fold(String::new(), |text, number| text + &format!("line {number}.\n"))
}

#[test]
fn one_change_with_its_context() {
    let old = numbered(9);
    let diff = unified_changes("old.yaml", "new.yaml", &old, &[change(&old, "5.", "five")]);
    let expected = "--- old.yaml\n+++ new.yaml\n@@ -2,7 +2,7 @@\n line 2.\n line 3.\n line 4.\n-line 5.\n+line five\n \
                    line 6.\n line 7.\n line 8.\n";
    assert_eq!(diff, expected);
    assert_eq!(unified("old.yaml", "new.yaml", &old, &old.replace("5.", "five")), expected);
}

#[test]
fn later_hunks_are_shifted_by_earlier_ones() {
    let old = numbered(60);
    let changes = [
        change(&old, "line 50.\n", ""),
        change(&old, "line 30.\n", "line 30.\nmore\nand more\n"),
        change(&old, "line 5.\n", ""),
        change(&old, "line 6.\n", ""),
    ];
    let diff = unified_changes("f", "f", &old, &changes);
    let headers: Vec<_> = diff.lines().filter(|line| line.starts_with("@@")).collect();
    assert_eq!(headers, ["@@ -2,8 +2,6 @@", "@@ -28,6 +26,8 @@", "@@ -47,7 +47,6 @@"]);
    assert_eq!(diff.matches("--- f\n+++ f\n").count(), 1);
    let new = applied(&old, &changes);
    assert_eq!(diff, unified("f", "f", &old, &new));
    both_programs_make("f", &old, &new, &diff);
}

#[test]
fn changes_whose_context_meets_share_a_hunk() {
    let old = numbered(30);
    for (second, hunks) in [("line 17.", 1), ("line 18.", 2)] {
        let changes = [change(&old, "line 10.", "x"), change(&old, second, "y")];
        let diff = unified_changes("f", "f", &old, &changes);
        assert_eq!(diff.matches("@@ -").count(), hunks, "{diff}");
        assert_eq!(diff, unified("f", "f", &old, &applied(&old, &changes)));
        both_programs_make("f", &old, &applied(&old, &changes), &diff);
    }
}

#[test]
fn changes_at_the_edges() {
    let texts = ["a\nb\n", "a\nb", "a", "", "a\r\nb\r\nc", "\n\n\n", "\u{FEFF}a: 1\nb: 2", "a\rb\rc\n", "a\nb\r"];
    for old in texts {
        let starts: Vec<_> = old.char_indices().map(|(at, _)| at).chain([old.len()]).collect();
        for start in &starts {
            for end in starts.iter().filter(|end| *end >= start) {
                for text in ["", "x", "x\n", "\nx", "x\r\n"] {
                    let changes = [Change { span: Span::new(*start, *end), text }];
                    let new = applied(old, &changes);
                    let diff = unified_changes("f", "f", old, &changes);
                    assert_eq!(diff.is_empty(), old == new, "{old:?} {changes:?}");
                    assert_eq!(follow(old, &diff), new, "{old:?} {changes:?}\n{diff}");
                    assert_eq!(follow(old, &unified("f", "f", old, &new)), new, "{old:?} {new:?}");
                }
            }
        }
    }
}

/// A missing last line feed on either side, on both, or on none.
#[test]
fn last_lines_without_a_line_feed() {
    let cases =
        [("a\nb", "a\nc"), ("a\nb", "a\nb\nc"), ("a\nb\n", "a\nb"), ("a\nb", "a\nb\n"), ("a\r\nb", "a\r\nc\r\nd")];
    for (old, new) in cases {
        let diff = unified_changes("f", "f", old, &[Change { span: Span::new(0, old.len()), text: new }]);
        assert!(diff.contains("\n\\ No newline at end of file\n"), "{diff}");
        assert_eq!(diff, unified("f", "f", old, new));
        both_programs_make("f", old, new, &diff);
    }
}

#[test]
fn a_part_of_a_file_has_the_numbers_of_the_file() {
    let old = numbered(100);
    let new = old.replace("line 50.", "fifty");
    let part = |text: &str| text.split_inclusive('\n').skip(39).take(20).collect::<String>();
    assert_eq!(unified_at("f", "f", &part(&old), &part(&new), 40), unified("f", "f", &old, &new));
}

#[test]
fn names_that_programs_could_misread() {
    let old = numbered(3);
    for (name, written) in [
        ("a folder/with blanks.yaml", "a folder/with blanks.yaml\t"),
        ("plain/ü.yaml", "plain/ü.yaml"),
        ("quo\"te\\.yaml", r#""quo\"te\\.yaml""#),
        ("line\nfeed\t\u{1}.yaml", r#""line\nfeed\t\001.yaml""#),
    ] {
        let changes = [change(&old, "2.", "two")];
        let diff = unified_changes(name, name, &old, &changes);
        assert!(diff.starts_with(&format!("--- {written}\n+++ {written}\n@@")), "{diff}");
        both_programs_make(name, &old, &applied(&old, &changes), &diff);
    }
}

#[test]
fn nothing_changes_in_nothing() {
    assert_eq!(unified("a", "b", "x\n", "x\n"), "");
    assert_eq!(unified_changes("a", "b", "x\n", &[]), "");
    assert_eq!(unified_changes("a", "b", "x\n", &[change("x\n", "x", "x")]), "");
}

/// How many lines come before a range; an empty one names the line before it.
fn before(range: &str) -> usize {
    let (start, length) = range.split_once(',').unwrap_or((range, "1"));
    let start: usize = start.parse().expect("a number");
    if length == "0" { start } else { start - 1 }
}

/// Does what a diff says, by the numbers alone.
fn follow(old: &str, diff: &str) -> String {
    let old: Vec<_> = old.split_inclusive('\n').collect();
    let mut new: Vec<String> = Vec::new();
    let mut taken = 0;
    let mut lines = diff.split_inclusive('\n').skip(2).peekable();
    while let Some(line) = lines.next() {
        if let Some(ranges) = line.strip_prefix("@@ -") {
            let (old_range, new_range) =
                ranges.trim_end().trim_end_matches(" @@").split_once(" +").expect("two ranges");
            let (start, new_start) = (before(old_range), before(new_range));
            new.extend(old[taken..start].iter().map(ToString::to_string));
            taken = start;
            assert_eq!(new.len(), new_start, "{diff}");
            continue;
        }
        let (sign, text) = line.split_at(1);
        let mut text = text.to_owned();
        if lines.peek().is_some_and(|next| next.starts_with('\\')) {
            lines.next();
            text.pop();
        }
        if sign != "+" {
            assert_eq!(old[taken], text, "{diff}");
            taken += 1;
        }
        if sign != "-" {
            new.push(text);
        }
    }
    new.extend(old[taken..].iter().map(ToString::to_string));
    new.concat()
}

/// Texts of few different lines, so that changes could slide.
fn text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec!["a\n", "b\n", "a: 1\n", "\n", "c\r\n"]);
    (prop::collection::vec(line, 0..60), any::<bool>()).prop_map(|(lines, is_finished)| {
        let text = lines.concat();
        if is_finished { text } else { text.trim_end_matches('\n').to_owned() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn programs_follow_what_is_written(
        old in text(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..4usize, prop::sample::select(vec!["", "a", "a\n", "\nb", "a: 1\n", "x\ny\n"])), 1..6),
    ) {
        let mut starts: Vec<_> = cuts.iter().map(|(at, length, text)| (at.index(old.len() + 1), *length, *text)).collect();
        starts.sort_unstable();
        let mut done = 0;
        let mut changes = Vec::new();
        for (start, length, text) in starts {
            let start = start.max(done);
            done = (start + length).min(old.len());
            changes.push(Change { span: Span::new(start, done), text });
        }
        let new = changes.iter().rev().fold(old.clone(), |mut new, change| {
            new.replace_range(change.span.start..change.span.end, change.text);
            new
        });
        let diff = unified_changes("f", "f", &old, &changes);
        prop_assert_eq!(follow(&old, &diff), new.clone(), "{}", diff);
        if old != new && !old.is_empty() && !new.is_empty() {
            both_programs_make("f", &old, &new, &diff);
        }
    }
}
