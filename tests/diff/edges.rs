//! Every small change of small texts, by the numbers of the diff alone: edges of lines and files, with and without line
//! feeds.

use kubectl_kserve::diff::{Change, unified};
use kubectl_kserve::object::Span;

use super::changed;

/// How many lines come before a range; an empty one names the line before it.
fn before(range: &str) -> usize {
    let (start, length) = range.split_once(',').unwrap_or((range, "1"));
    let start: usize = start.parse().expect("a number");
    if length == "0" { start } else { start - 1 }
}

/// Does what a diff says, as `patch` would.
fn follow(old: &str, diff: &str) -> String {
    let old: Vec<_> = old.split_inclusive('\n').collect();
    let mut new: Vec<&str> = Vec::new();
    let mut taken = 0;
    let mut lines = diff.split_inclusive('\n').skip(2).peekable();
    while let Some(line) = lines.next() {
        if let Some(ranges) = line.strip_prefix("@@ -") {
            let (from, to) = ranges.trim_end().trim_end_matches(" @@").split_once(" +").expect("two ranges");
            new.extend(&old[taken..before(from)]);
            taken = before(from);
            assert_eq!(new.len(), before(to), "{diff}");
            continue;
        }
        let (sign, mut text) = line.split_at(1);
        if lines.next_if(|next| next.starts_with('\\')).is_some() {
            text = &text[..text.len() - 1];
        }
        if sign != "+" {
            assert_eq!(old[taken], text, "{diff}");
            taken += 1;
        }
        if sign != "-" {
            new.push(text);
        }
    }
    new.extend(&old[taken..]);
    new.concat()
}

#[test]
fn a_diff_says_what_changes() {
    let texts =
        ["a\nb\n", "a\nb", "a", "", "a\r\nb\r\nc", "\n\n\n", "\u{FEFF}a: 1\nb: 2", "a\rb\rc\n", "a\nb\r", "a\na\na\na"];
    for old in texts {
        let places: Vec<_> = old.char_indices().map(|(at, _)| at).chain([old.len()]).collect();
        for (number, start) in places.iter().enumerate() {
            for (end, text) in
                places[number..].iter().flat_map(|end| ["", "x", "x\n", "\nx", "a\r\n"].map(|text| (end, text)))
            {
                let changes = [Change { span: Span::new(*start, *end), text }];
                let new = changed(old, &changes);
                let diff = unified("f", "f", old, &changes);
                assert_eq!(diff.is_empty(), old == new, "{old:?} {changes:?}");
                assert_eq!(follow(old, &diff), new, "{old:?} {changes:?}\n{diff}");
            }
        }
    }
}

/// Insertions at one place stand in their order, beside changes of what lies around.
#[test]
fn several_changes_of_one_line() {
    let old = "one two\nthree\nfour";
    let [first, second] = ["x", "y\n"].map(|text| Change { span: Span::new(4, 4), text });
    let around = [Change { span: Span::new(0, 3), text: "1" }, Change { span: Span::new(7, 8), text: "" }];
    let diff = unified("f", "f", old, &[around[0], first, second, around[1]]);
    assert_eq!(follow(old, &diff), "1 xy\ntwothree\nfour");
}
