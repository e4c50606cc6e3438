//! What is written is read back, by us and by two other readers.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use kubectl_kserve::yaml::{ScalarStyle, write};

use super::only;

/// Strings that some reader takes for something else.
const NASTY: &[&str] = &[
    "",
    " ",
    "on",
    "y",
    "N",
    "Yes",
    "true",
    "TRUE",
    "null",
    "Null",
    "nUll",
    "~",
    "1",
    "1.0",
    "1e3",
    "1E400",
    "0x1F",
    "0o7",
    "0b1",
    "1_000",
    "0644",
    "09",
    ".5",
    ".inf",
    "-.INF",
    ".nan",
    "inf",
    "NaN",
    "1:30",
    "190:20:30",
    "2024-01-02",
    "2024-01-02T03:04:05Z",
    "=",
    "<<",
    "- a",
    "-",
    "--- a",
    "---",
    "...",
    "? a",
    "?",
    "?a",
    ":",
    ":a",
    "a:",
    "a: b",
    "a:b",
    "a :b",
    "#x",
    "a #b",
    "a#b",
    "&a",
    "*a",
    "!a",
    "!!str a",
    "|",
    ">",
    "|-",
    "'",
    "\"",
    "it's",
    "'a'",
    "\"a\"",
    "[a]",
    "{a}",
    "a]",
    "a,b",
    ", a",
    "%a",
    "@a",
    "`a`",
    "\\",
    "\\n",
    " a",
    "a ",
    "a  b",
    "\ta",
    "a\tb",
    "a\t",
    "\n",
    "a\n",
    "\na",
    "a\nb",
    "a\n\nb\n",
    "a\n\n",
    "a \nb",
    " a\nb",
    "a\n b\n",
    "a\r\nb",
    "\r",
    "ü",
    "日本",
    "🦀",
    "\u{85}",
    "a\u{2028}b",
    "\u{FEFF}",
    "\u{7}",
    "\u{7f}",
    "\u{9f}",
    "\0",
    "\u{FFFF}",
    "gs://bucket/model",
    "kserve-sklearnserver",
    "docker.io/a/b:c",
    "a\n---\nb\n",
    "a\n# b\n",
    "a\n\tb\n",
    "{{.Name}}",
    "--a=b",
    "a=b",
    "+1",
    "+a",
    "v1.2.3",
    "1.2.3",
    "a.",
    "a-",
];

fn pulled(text: &str) -> Vec<(String, bool)> {
    use yaml_rust2::parser::{Event, Parser};
    use yaml_rust2::scanner::TScalarStyle;
    let mut parser = Parser::new_from_str(text);
    let mut scalars = Vec::new();
    loop {
        match parser.next_token().unwrap_or_else(|error| panic!("{text:?}: {error}")).0 {
            Event::Scalar(value, style, ..) => scalars.push((value, style == TScalarStyle::Plain)),
            Event::StreamEnd => return scalars,
            _ => {}
        }
    }
}

/// Every reader reads the string in a block mapping, in brackets and as a key.
fn check(text: &str, style: ScalarStyle) {
    let written = write::scalar(text, style);
    let plain = !written.starts_with(['"', '\'']);
    for document in [
        format!("k: {written}\n"),
        format!("k: {{k: {written}}}\n"),
        format!("k: [{written}]\n"),
        format!("? {written}\n: {written}\n"),
    ] {
        let root = only(&document);
        let entry = &root.as_mapping().expect("a mapping").entries[0];
        let value = entry.value.get("k").or(entry.value.as_sequence().and_then(|items| items.first()));
        let value = value.unwrap_or(&entry.value);
        assert_eq!(value.as_str(), Some(text), "{document:?}");
        assert!(!value.as_scalar().expect("a scalar").disputed, "{document:?}");
        let last = pulled(&document).pop().expect("a scalar");
        assert_eq!(last, (text.to_owned(), plain), "{document:?}");
        let other: serde_yaml::Value =
            serde_yaml::from_str(&document).unwrap_or_else(|error| panic!("{document:?}: {error}"));
        let found = other.as_mapping().expect("a mapping").values().next().expect("a value");
        let found = found.get("k").or(found.get(0)).unwrap_or(found);
        assert_eq!(found.as_str(), Some(text), "{document:?}");
    }
    if plain {
        assert_eq!(yaml_rust2::Yaml::from_str(&written).as_str(), Some(text));
    }
}

#[test]
fn nasty_strings_stay_strings() {
    for text in NASTY {
        for style in [ScalarStyle::Plain, ScalarStyle::SingleQuoted, ScalarStyle::DoubleQuoted, ScalarStyle::Literal] {
            check(text, style);
        }
    }
}

#[test]
fn names_and_addresses_need_no_quotes() {
    for text in ["kserve-sklearnserver", "gs://bucket/model", "a.b/c", "v1", "/mnt/models", "a b", "docker.io/a/b:c"] {
        assert_eq!(write::scalar(text, ScalarStyle::Plain), text);
    }
    assert_eq!(write::scalar("a", ScalarStyle::SingleQuoted), "'a'");
    assert_eq!(write::scalar("it's", ScalarStyle::SingleQuoted), "'it''s'");
    assert_eq!(write::scalar("a\u{7}\"", ScalarStyle::SingleQuoted), r#""a\u0007\"""#);
}

#[test]
fn a_document_is_written_in_block_style() {
    let value = json!({
        "kind": "Snapshot",
        "on": "yes",
        "spec": {"empty": {}, "none": [], "nothing": null, "number": 1.5},
        "items": [{"a": 1, "b": [true]}, [1, [2]], "x: y", "a\nb\n", "a\n\n b"],
    });
    let expected = "kind: Snapshot\n\"on\": \"yes\"\nspec:\n  empty: {}\n  none: []\n  nothing: null\n  number: 1.5\nitems:\n- a: 1\n  b:\n  - true\n- - 1\n  - - 2\n- \"x: y\"\n- |\n  a\n  b\n- |-\n  a\n\n   b\n";
    let written = write::document(&value);
    let sorted = |text: &str| super::json(&only(text));
    assert_eq!(sorted(&written), value);
    assert_eq!(sorted(expected), value);
    assert_eq!(written.lines().count(), expected.lines().count());
    assert_eq!(write::document(&json!({})), "{}\n");
    assert_eq!(write::document(&json!("a\nb")), "\"a\\nb\"\n");
}

fn string() -> impl Strategy<Value = String> {
    let nasty = proptest::sample::select(NASTY).prop_map(str::to_owned);
    let joined = proptest::collection::vec(proptest::sample::select(NASTY), 1..4).prop_map(|parts| parts.concat());
    prop_oneof![nasty, joined, any::<String>(), "[a-z0-9:/.?#,\\- \n]{0,8}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no infinity", |number| number.is_finite()).prop_map(Value::from),
        string().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((string(), inner), 0..5)
                .prop_map(|entries| Value::from(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Go, and we, read a whole number where JSON wrote `1e30` or `-0.0`.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn every_string_stays_itself(text in string()) {
        for style in [ScalarStyle::Plain, ScalarStyle::SingleQuoted, ScalarStyle::DoubleQuoted] {
            check(&text, style);
        }
    }

    #[test]
    fn every_document_is_read_back(value in value()) {
        let written = write::document(&value);
        let ours = super::documents(&written).expect("YAML").pop().flatten();
        let ours = ours.map(|node| super::json(&node)).unwrap_or_default();
        prop_assert!(same(&ours, &value), "{written:?}");
        let other: Value = serde_yaml::from_str(&written).expect("YAML");
        prop_assert!(same(&other, &value), "{written:?}");
        pulled(&written);
    }
}
