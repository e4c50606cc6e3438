//! Texts made to exhaust a reader: each is answered within a second and without deep recursion.

#![expect(clippy::format_push_string, clippy::format_collect, reason = "a test may be slow and short")]

use std::time::{Duration, Instant};

use super::documents;

/// Reads the text on a small stack and demands an answer in time; says what the error was, if any.
fn read(text: String, limit: Duration) -> Option<String> {
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    let answer = move || {
        let start = Instant::now();
        let error = documents(&text).err().map(|error| error.to_string());
        (start.elapsed(), error)
    };
    let (elapsed, error) = thread.spawn(answer).expect("a thread").join().expect("no overflow");
    // A debug build on a busy machine is many times slower than the product.
    let slack = if cfg!(debug_assertions) { 20 } else { 1 };
    assert!(elapsed < limit * slack, "took {elapsed:?}");
    error
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn deep_texts_are_refused() {
    let blocks: String = (0..5_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    let deep = [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "- ".repeat(200) + &"[".repeat(200) + &"]".repeat(200),
        blocks,
    ];
    for text in deep {
        let start: String = text.chars().take(20).collect();
        let error = read(text, SECOND).unwrap_or_else(|| panic!("{start:?} was read"));
        assert!(error.contains("255 nested levels"), "{start:?}: {error}");
    }
}

#[test]
fn depth_counts_what_aliases_stand_for() {
    let nested = |levels: usize, inner: &str| format!("{}{inner}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(read(nested(255, ""), SECOND), None);
    let text = format!("a: &a {}\nb: {}\n", nested(130, ""), nested(130, "*a"));
    let error = read(text, SECOND).expect("an error");
    assert!(error.contains("255 nested levels"), "{error}");
}

#[test]
fn billion_laughs_are_refused() {
    let mut lists = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    let mut merges = "a0: &a0 {a: x, b: x, c: x}\n".to_owned();
    for level in 1..30 {
        let alias = format!("*a{}", level - 1);
        let items = [alias.as_str(); 10].join(", ");
        lists.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        merges.push_str(&format!("a{level}: &a{level} {{<<: [{items}]}}\n"));
    }
    for text in [lists, merges] {
        let error = read(text, SECOND).expect("an error");
        assert!(error.ends_with("expected aliases to stand for at most 100000 values, but found more"), "{error}");
    }
}

#[test]
fn many_anchors_are_refused() {
    let text: String = (0..20_000).map(|number| format!("- &a{number} x\n")).collect();
    let error = read(text, SECOND).expect("an error");
    assert!(error.starts_with("10001:"), "{error}");
}

#[test]
fn large_texts_are_read() {
    let keys: String = (0..100_000).map(|number| format!("key{number}: {number}\n")).collect();
    let words = format!("a: >\n  {}\n", "word ".repeat(400_000));
    let quoted = format!("a: \"{}\"\n", "\\u00fc".repeat(300_000));
    let documents = "---\n".repeat(100_000);
    let values = "{}".repeat(300_000);
    let ends = format!("a: 1\n{}", "...\n".repeat(300_000));
    for text in [keys, words, quoted, documents, values, ends] {
        assert_eq!(read(text, SECOND), None);
    }
}

#[test]
fn large_nonsense_is_refused() {
    let long_key = format!("{}: 1\n", "k".repeat(2_000_000));
    let quotes = "\"".repeat(1_000_001);
    let colons = "a:".repeat(500_000) + " b: c";
    let separators = format!("a: {}", "\u{2028}".repeat(300_000));
    let explicit_keys = "? ".repeat(50_000);
    for text in [explicit_keys, long_key, quotes, colons, separators] {
        assert!(read(text, SECOND).is_some());
    }
}
