//! Spans and positions: every scalar's bytes, read alone, say the same; collections end with their content.

use kubectl_kserve::object::{Position, Span};
use kubectl_kserve::yaml::{self, Content, Node, ScalarStyle};

use super::{documents, json, only};

const TEXTS: &[&str] = &[
    "a: 1\nb: two words\n  and more # c\nc: 'it''s'\nd: \"x\\ty\"   # c\ne:\nf: [1, {g: h}, ]\n",
    "# ü\n- ä: ö\n- - x\n  - &a y\n- *a\n- ? k\n  : v\n",
    "a: |\n  x\n  y\n\nb: >-\n  z\n  z\nc:\n  d: |+\n    e\n\n  f: |2\n     g\n",
    "{\n\t\"a\": [1, true, null],\n\t\"b\": {\"c\": \"\\/\"}\n}\n",
    "a: &x {b: 1, c: [2]}\nd:\n  <<: *x\n  e: !!str 3\n",
];

fn walk<'n, 't>(node: &'n Node<'t>, visit: &mut impl FnMut(&'n Node<'t>)) {
    visit(node);
    match &node.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter().for_each(|item| walk(item, visit)),
        Content::Mapping(mapping) => mapping.entries.iter().for_each(|entry| walk(&entry.value, visit)),
    }
}

fn variants(text: &str) -> [String; 4] {
    let unfinished = text.trim_end_matches('\n').to_owned();
    [text.to_owned(), text.replace('\n', "\r\n"), format!("\u{FEFF}{text}"), unfinished]
}

#[test]
fn every_scalar_read_alone_says_the_same() {
    for text in TEXTS.iter().flat_map(|text| variants(text)) {
        let root = only(&text);
        walk(&root, &mut |node| {
            let written = node.span.of(&text);
            let Content::Scalar(scalar) = &node.content else {
                return;
            };
            if node.shared && written.starts_with('*') {
                return;
            }
            match scalar.style {
                ScalarStyle::Literal | ScalarStyle::Folded => {
                    let last = written.rsplit('\n').next().expect("a line");
                    assert!(last.is_empty() || !last.trim().is_empty(), "{written:?} of {text:?}");
                }
                _ if node.properties => assert_eq!(written, scalar.text),
                _ => {
                    let alone = documents(written).expect("YAML").pop().flatten();
                    assert_eq!(
                        alone.map(|node| json(&node)).unwrap_or_default(),
                        json(node),
                        "{written:?} of {text:?}"
                    );
                }
            }
        });
    }
}

#[test]
fn a_block_scalar_ends_before_the_indentation_of_the_next_line() {
    let text =
        "- a:\n    b: |-\n      x\n    c: >-\n      y\n\n    d: |+\n      z\n\n  e: |\n      \n       \n  f: 1\n";
    let root = only(text);
    let item = &root.as_sequence().expect("a list")[0];
    let inner = item.get("a").expect("a");
    let written = |node: &Node<'_>| node.span.of(text).to_owned();
    assert_eq!(written(inner.get("b").expect("b")), "x\n");
    assert_eq!(written(inner.get("c").expect("c")), "y\n\n");
    assert_eq!(written(inner.get("d").expect("d")), "z\n\n");
}

#[test]
fn positions_are_those_of_the_spans() {
    for text in TEXTS.iter().flat_map(|text| variants(text)) {
        let root = only(&text);
        walk(&root, &mut |node| {
            let is_block_scalar = node
                .as_scalar()
                .is_some_and(|scalar| matches!(scalar.style, ScalarStyle::Literal | ScalarStyle::Folded));
            if !is_block_scalar {
                assert_eq!(
                    node.position,
                    Position::of(&text, node.span.start),
                    "{:?} of {text:?}",
                    node.span.of(&text)
                );
            }
        });
    }
}

#[test]
fn collections_end_with_their_content() {
    let text = "a:\n  b: [1,\n    2 ] # c\n  c:\n    d: x\n    e:   # c\n\nf:\n- g\n- h\n# c\n";
    let root = only(text);
    let written = |path: &[&str]| {
        let node = path.iter().fold(&root, |node, key| node.get(key).expect("a value"));
        node.span.of(text)
    };
    assert_eq!(written(&["a"]), "b: [1,\n    2 ] # c\n  c:\n    d: x\n    e:");
    assert_eq!(written(&["a", "b"]), "[1,\n    2 ]");
    assert_eq!(written(&["a", "c"]), "d: x\n    e:");
    assert_eq!(written(&["f"]), "- g\n- h");
}

#[test]
fn aliases_share_their_target() {
    let text = "a: &x {b: [1]}\nc: *x\nd: {b: [1]}\n";
    let root = only(text);
    let mut shared = Vec::new();
    walk(&root, &mut |node| {
        shared.push((node.span.of(text), node.shared));
    });
    let expected = [
        (&text[..text.len() - 1], false),
        ("{b: [1]}", true),
        ("[1]", true),
        ("1", true),
        ("*x", true),
        ("[1]", true),
        ("1", true),
        ("{b: [1]}", false),
        ("[1]", false),
        ("1", false),
    ];
    assert_eq!(shared, expected);
}

#[test]
fn documents_are_cut_as_the_kubernetes_decoder_does() {
    let cases: &[(&str, &[(&str, u32)])] = &[
        ("", &[]),
        ("\n", &[("\n", 1)]),
        ("a\n---\nb\n", &[("a\n", 1), ("b\n", 3)]),
        ("a\n---\n---\nb", &[("a\n", 1), ("---\nb", 3)]),
        ("---\n---\na\n", &[("---\n", 1), ("a\n", 3)]),
        ("---\r\na\r\n--- # c\r\nb", &[("---\r\na\r\n", 1), ("b", 4)]),
        ("a\n---", &[("a\n", 1)]),
        ("a\n---\n", &[("a\n", 1)]),
        ("a\n...\n# c\n---\nb\n...\n", &[("a\n...\n# c\n", 1), ("b\n...\n", 5)]),
        ("\u{FEFF}a\n---\nb", &[("a\n", 1), ("b", 3)]),
        ("a: |\n  ---\n ---\n", &[("a: |\n  ---\n ---\n", 1)]),
        ("{\"a\":1}\n {\"b\":2}{}", &[("{\"a\":1}", 1), ("{\"b\":2}", 2), ("{}", 2)]),
        ("{a: 1}\n---\n{\"b\": 2}\n", &[("{a: 1}\n", 1), ("{\"b\": 2}\n", 3)]),
    ];
    for (text, expected) in cases {
        let chunks = yaml::split(text).expect("documents");
        let cut: Vec<_> = chunks.iter().map(|chunk| (chunk.span.of(text), chunk.line)).collect();
        assert_eq!(cut, *expected, "{text:?}");
        assert!(chunks.iter().enumerate().all(|(index, chunk)| chunk.index == index));
    }
}

#[test]
fn places_count_from_the_start_of_the_text() {
    let text = "\u{FEFF}# ü\n---\na: 1\n---\nb: {c: ü, d: e}\n";
    let documents = documents(text).expect("documents");
    let d = documents[2].as_ref().and_then(|root| root.get("b")?.entry("d")).expect("an entry");
    assert_eq!((d.key_position, d.value.position), (Position::new(5, 11), Position::new(5, 14)));
    assert_eq!(d.value.span, Span::new(text.find("e}").expect("e"), text.find('}').expect("a brace")));
    let concatenated = "{\"a\": 1} {\"b\": 2}";
    let second = super::documents(concatenated).expect("documents").pop().flatten().expect("an object");
    assert_eq!(second.get("b").expect("b").position, Position::new(1, 16));
}

#[test]
fn a_list_begins_with_its_dash() {
    for text in
        ["e:\n-\n  x", "e:\n# c\n-   # ü\n  - x", "e: !!seq\n- - x", "e:\n- -\n  - x", "- e:\n  - x", "e:\n  - - x"]
    {
        let root = only(text);
        let list = root.get("e").unwrap_or_else(|| root.as_sequence().expect("a list")[0].get("e").expect("e"));
        let start = text[2..].find('-').expect("a dash") + 2;
        assert_eq!((list.span.start, list.position), (start, Position::of(text, start)), "{text:?}");
    }
}
