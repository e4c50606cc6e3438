//! Every answer of Go's readers in the recorded tables, and the few places where we refuse instead.

use serde::Deserialize;
use serde_json::Value;

use super::{documents, json, only};

/// Texts that Go reads and we refuse.
const REFUSED: &[(&str, &str)] = &[];

#[derive(Deserialize)]
struct Recorded {
    input: String,
    answers: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Converted {
    input: String,
    json: Option<String>,
}

/// What Go reads: JSON values, or nothing when it refuses the text.
type Answer = Option<Vec<Value>>;

fn recorded() -> Vec<(String, Answer)> {
    let table = include_str!("go-meaning.jsonl").lines().map(|line| {
        let recorded: Recorded = serde_json::from_str(line).expect("a line of the table");
        (recorded.input, values(&recorded.answers["k8s.Decoder"]))
    });
    let more = include_str!("go-meaning-more.jsonl").lines().map(|line| {
        let converted: Converted = serde_json::from_str(line).expect("a line of the table");
        (converted.input, converted.json.as_deref().and_then(values))
    });
    table.chain(more).collect()
}

fn values(answer: &str) -> Answer {
    if answer.starts_with("ERR ") {
        return None;
    }
    let values = answer.split(" | ").map(serde_json::from_str);
    Some(values.collect::<Result<_, _>>().expect("JSON"))
}

fn ours(input: &str) -> Answer {
    let documents = documents(input).ok()?;
    Some(documents.iter().map(|document| document.as_ref().map_or(Value::Null, json)).collect())
}

/// Numbers count as numbers: Go writes `1.0` as `1`, and some integers with less digits.
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

#[test]
fn every_text_means_what_go_reads() {
    let mut wrong = Vec::new();
    for (input, go) in recorded() {
        let ours = ours(&input);
        let equal = match (&go, &ours) {
            (Some(go), Some(ours)) => go.len() == ours.len() && go.iter().zip(ours).all(|(go, ours)| same(go, ours)),
            (None, None) => true,
            _ => false,
        };
        let deliberate = REFUSED.iter().any(|(text, _)| *text == input);
        if equal == deliberate || deliberate && ours.is_some() {
            wrong.push(format!("{input:?}: Go {go:?}, we {ours:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn disputes_are_those_of_kustomize() {
    let disputed = ["yes", "on", "Off", "y", "n", "NO", "2024-01-02", "2024-01-02T03:04:05.10Z", "2024-1-2"];
    let agreed = ["true", "False", "null", "~", "0644", "1_000", "1.10", "2024-01-02T03:04:05Z", "'yes'", "2024-02-30"];
    for (values, expected) in [(&disputed[..], true), (&agreed[..], false)] {
        for value in values {
            let text = format!("v: {value}\n");
            let root = only(&text);
            let scalar = root.get("v").and_then(|node| node.as_scalar()).expect("a scalar");
            assert_eq!(scalar.disputed, expected, "{value}");
        }
    }
}

#[test]
fn an_entry_without_colon_is_disputed() {
    let root = only("k: {a: , b, \"c\" :, d:\n , e\n , f}");
    let disputed: Vec<_> = ["a", "b", "c", "d", "e", "f"]
        .into_iter()
        .filter(|key| root.get("k").and_then(|k| k.get(key)).and_then(|v| v.as_scalar()).expect("a scalar").disputed)
        .collect();
    assert_eq!(disputed, ["b", "e", "f"]);
}

#[test]
fn the_last_duplicate_is_kept_and_reported() {
    let root = only("a: 1\na: 2\nb: 3\n");
    assert_eq!(root.get("a").expect("a").kind_word(), "the number 2");
    assert_eq!(root.duplicate("a").expect("a duplicate").key_position.line, 2);
    assert!(root.duplicate("b").is_none());
}

#[test]
fn merges_are_reported_where_kustomize_differs() {
    let first = only("x: &x {a: 1}\nw:\n  <<: *x\n  a: 2\n");
    let w = first.get("w").expect("w");
    assert!(w.duplicate("a").is_none());
    assert_eq!(w.get("a").expect("a").kind_word(), "the number 2");
    let last = only("x: &x {a: 1}\nw:\n  a: 2\n  <<: *x\n");
    let w = last.get("w").expect("w");
    assert!(w.duplicate("a").expect("a duplicate").merged);
    assert_eq!(w.get("a").expect("a").kind_word(), "the number 1");
}

#[test]
fn a_kind_is_named_with_the_text_as_written() {
    let root = only("a: {}\nb: []\nc: 1.10\nd: yes\ne:\nf: \"x\"\n");
    let words: Vec<_> =
        ["a", "b", "c", "d", "e", "f"].into_iter().map(|key| root.get(key).expect("a value").kind_word()).collect();
    assert_eq!(words, ["a mapping", "a list", "the number 1.10", "the boolean yes", "null", "the string \"x\""]);
}

#[test]
fn json_of_a_cluster_becomes_nodes() {
    let text = r#"{"a": [1, -2, 1.5, true, null, "yes"], "b": {"c": {}}, "d": 18446744073709551615}"#;
    let node: kubectl_kserve::yaml::Node<'static> = serde_json::from_str(text).expect("a node");
    let value: Value = serde_json::from_str(text).expect("a value");
    assert_eq!(json(&node), value);
    assert_eq!(json(&only(text)), value);
}
