//! Manifests in odd styles: two readers that share no code with ours must see the same.

use std::path::PathBuf;

use kubectl_kserve::yaml::{Content, Node, ScalarStyle};
use serde::Deserialize;
use serde_json::Value;
use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::TScalarStyle;

use super::{documents, json};

fn styles() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/yaml/styles");
    let entries = std::fs::read_dir(folder).expect("the folder");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    files.sort();
    assert!(files.len() >= 30);
    files
}

/// What `serde_yaml` reads, empty documents left out.
fn values(name: &str, text: &str) -> Vec<Value> {
    let text = text.trim_start_matches('\u{FEFF}');
    serde_yaml::Deserializer::from_str(text)
        .map(|document| {
            let value = serde_yaml::Value::deserialize(document);
            let mut value = value.unwrap_or_else(|error| panic!("{name}: {error}"));
            value.apply_merge().expect("merge keys");
            serde_json::to_value(value).expect("JSON")
        })
        .filter(|value| !value.is_null())
        .collect()
}

#[test]
fn serde_yaml_reads_the_same_values() {
    for (name, text) in styles() {
        // Concatenated JSON is no YAML stream.
        if name == "stream-json-lines" {
            continue;
        }
        let ours: Vec<_> = documents(&text).expect(&name).iter().flatten().map(json).collect();
        assert_eq!(ours, values(&name, &text), "{name}");
    }
}

/// One line for each value, in the order of the text.
fn pulled(text: &str) -> Vec<String> {
    let mut parser = Parser::new_from_str(text);
    let mut lines = Vec::new();
    loop {
        let (event, _) = parser.next_token().expect("YAML");
        lines.push(match event {
            Event::Scalar(text, style, ..) => {
                let empty = text == "~" && style == TScalarStyle::Plain;
                format!("{style:?} {:?}", if empty { "" } else { &text })
            }
            Event::SequenceStart(..) => "[".to_owned(),
            Event::MappingStart(..) => "{".to_owned(),
            Event::SequenceEnd => "]".to_owned(),
            Event::MappingEnd => "}".to_owned(),
            Event::Alias(_) => "*".to_owned(),
            Event::StreamEnd => return lines,
            _ => continue,
        });
    }
}

fn line(text: &str, style: ScalarStyle) -> String {
    format!("{style:?} {:?}", if text == "~" { "" } else { text })
}

fn walk(node: &Node<'_>, text: &str, lines: &mut Vec<String>) {
    if node.shared && node.span.of(text).starts_with('*') {
        lines.push("*".to_owned());
        return;
    }
    match &node.content {
        Content::Scalar(scalar) => lines.push(line(&scalar.text, scalar.style)),
        Content::Sequence(items) => {
            lines.push("[".to_owned());
            for item in items {
                walk(item, text, lines);
            }
            lines.push("]".to_owned());
        }
        Content::Mapping(mapping) => {
            lines.push("{".to_owned());
            for entry in &mapping.entries {
                lines.push(line(&entry.key, entry.key_style));
                walk(&entry.value, text, lines);
            }
            lines.push("}".to_owned());
        }
    }
}

#[test]
fn yaml_rust2_reads_the_same_events() {
    for (name, text) in styles() {
        // Our tree holds merged entries in the place of merge keys.
        if name == "isvc-merge-keys" || name == "stream-json-lines" {
            continue;
        }
        let text = text.trim_start_matches('\u{FEFF}');
        let mut lines = Vec::new();
        for document in documents(text).expect(&name).iter().flatten() {
            walk(document, text, &mut lines);
        }
        let mut pulled = pulled(text);
        if name.starts_with("stream") || name.contains("markers") {
            let empty = line("", ScalarStyle::Plain);
            pulled.retain(|pulled| *pulled != empty);
        }
        assert_eq!(lines, pulled, "{name}");
    }
}
