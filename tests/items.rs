//! Cutting a list into its items without parsing it, held against the parser: wherever the cutter answers, the parser
//! must see the same items in the same places.

use kubectl_kserve::yaml::{self, Chunk, Node};

/// Why, a list, and how many items the cutter finds; none where it must not answer.
const CASES: [(&str, &str, Option<usize>); 27] = [
    ("the usual list", "kind: List\nitems:\n- a: 1\n- b: 2\n", Some(2)),
    ("dashes further right", "items:\n  - a: 1\n    b: 2\n  - c: 3\nkind: List\n", Some(2)),
    ("what follows the items", "items:\n- a: 1\nfunctionConfig:\n  a: b\n", Some(1)),
    ("comments and blank lines belong to the item before", "items:\n- a: 1\n\n# b\n- b: 2\n", Some(2)),
    ("a dash alone on its line", "items:\n-\n  a: 1\n- b: 2\n", Some(2)),
    ("a comment behind a dash", "items:\n- # one\n  a: 1\n- b: 2\n", Some(2)),
    ("a block scalar holds what looks like items", "items:\n- a: |\n    - b\n    \"open\n  c: 1\n- d: 2\n", Some(2)),
    ("a block scalar in a list of an item", "items:\n- a:\n  - |\n   - x\n  - y\n- d: 2\n", Some(2)),
    ("quotes that close on their line", "items:\n- a: \"x # y\" # z\n  'k: ''l': 'it''s'\n", Some(1)),
    ("brackets that close on their line", "items:\n- a: {b: [c, \"}\"], d: 'e'} # f\n", Some(1)),
    ("Windows line ends", "items:\r\n- a: 1\r\n- b: 2\r\n", Some(2)),
    ("no last line feed", "items:\n- a: 1\n- b: 2", Some(2)),
    ("no items", "kind: List\n", None),
    ("an empty list", "items: []\n", None),
    ("quotes over two lines", "items:\n- a: \"x\n- y\"\n", None),
    ("brackets over two lines", "items:\n- a: [x,\n- y]\n", None),
    ("an anchor", "items:\n- a: &x 1\n", None),
    ("an alias", "x: &x {a: 1}\nitems:\n- *x\n", None),
    ("a tag", "items:\n- !a {b: 1}\n", None),
    ("an explicit key", "items:\n- ? a\n  : b\n", None),
    ("items twice", "items:\n- a: 1\nkind: b\nitems:\n- c: 2\n", None),
    ("items once more, within brackets", "items:\n- a: 1\nitems: [b]\n", None),
    ("a quoted key on the left edge", "items:\n- a: 1\n\"ite\\x6ds\": [b]\n", None),
    ("a tab behind a dash", "items:\n- a: 1\n-\tb: 2\n", None),
    ("a tab before a key", "items:\n- a: 1\n\tb: 2\n", None),
    ("a block scalar with an indentation of its own", "items:\n- a: |1\n   x\n", None),
    ("a list on the left edge before the items", "a:\n- items:\n- b\nitems:\n- c: 1\n", None),
];

#[test]
fn every_case_is_cut_or_left_alone() {
    for (why, text, expected) in CASES {
        let items = yaml::items(text, &Chunk::whole(text));
        assert_eq!(items.map(|items| items.items.len()), expected, "{why}");
        assert_eq!(differs(text), None, "{why}");
    }
}

/// How the cutter's answer differs from the parser's, if both answer.
fn differs(text: &str) -> Option<String> {
    let chunk = Chunk::whole(text);
    let cut = yaml::items(text, &chunk)?;
    let root = yaml::compose(text, &chunk).ok()??;
    let Some(parsed) = root.get("items").and_then(Node::as_sequence) else { return Some("no list".to_owned()) };
    if parsed.len() != cut.items.len() {
        return Some(format!("{} items instead of {}", cut.items.len(), parsed.len()));
    }
    for (lines, node) in cut.items.iter().zip(parsed) {
        let end = node.span.start + node.span.of(text).trim_end().len();
        if node.span.start < lines.span.start || end > lines.span.end {
            return Some(format!("{:?} does not hold {:?}", lines.span, node.span));
        }
        let alone = lines.alone(text);
        let value = |node: &Node<'_>| serde_json::to_string(node).expect("JSON");
        match yaml::compose(&alone, &Chunk::whole(&alone)) {
            Ok(Some(item)) if value(&item) == value(node) => {}
            Ok(None) if node.is_null() => {}
            other => return Some(format!("{alone:?} is {other:?} instead of {node:?}")),
        }
    }
    let rest = [Some(cut.before), cut.after].into_iter().flatten().map(|chunk| yaml::compose(text, &chunk));
    let keys: usize = rest.map(|node| node.ok().flatten().map_or(0, |node| entries(&node))).sum();
    (keys != entries(&root)).then(|| format!("{keys} keys around the items instead of {}", entries(&root)))
}

fn entries(node: &Node<'_>) -> usize {
    node.as_mapping().map_or(0, |mapping| mapping.entries.len())
}

/// A generator whose numbers follow from its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("a small number")
    }
}

/// The documents that lists are made of: those of the other tests, whose styles are odd on purpose.
fn documents() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/yaml/styles");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("styles").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let texts = files.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    let edits = [include_str!("edit/block.txt"), include_str!("edit/flow.txt"), include_str!("edit/operations.txt")];
    let edits = edits
        .iter()
        .flat_map(|file| file.split("@@ ").map(|part| part.split_once('\n').map_or("", |(_, text)| text).to_owned()));
    let documents = texts.flat_map(|text| {
        let chunks = yaml::split(&text).unwrap_or_default();
        chunks.iter().map(|chunk| chunk.span.of(&text).to_owned()).collect::<Vec<_>>()
    });
    documents.chain(edits).filter(|text| !text.trim().is_empty() && text.len() < 4_000).collect()
}

fn list(random: &mut Random, documents: &[String]) -> String {
    let indent = ["", "  "][random.below(2)];
    let mut text = "apiVersion: v1\nkind: List\nitems:\n".to_owned();
    for _ in 0..=random.below(3) {
        for (number, line) in documents[random.below(documents.len())].lines().enumerate() {
            let lead = if number == 0 { "- " } else { "  " };
            text.push_str(&if line.is_empty() { "\n".to_owned() } else { format!("{indent}{lead}{line}\n") });
        }
    }
    if random.below(2) == 0 {
        text.push_str("functionConfig:\n  kind: ConfigMap\n");
    }
    text
}

fn mutated(random: &mut Random, text: String) -> Option<String> {
    const BYTES: &[u8] = b"\"'\n :-#{}[]|>&*!?\\\t,a%.";
    let mut bytes = text.into_bytes();
    for _ in 0..random.below(4) {
        let (place, byte) = (random.below(bytes.len()), BYTES[random.below(BYTES.len())]);
        match random.below(3) {
            0 => bytes[place] = byte,
            1 => bytes.insert(place, byte),
            _ => drop(bytes.remove(place)),
        }
    }
    String::from_utf8(bytes).ok()
}

/// `ITEMS_ROUNDS` asks for more rounds than a test run should take.
#[test]
fn the_cutter_agrees_with_the_parser_on_damaged_lists() {
    let rounds = std::env::var("ITEMS_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(4_000);
    let documents = documents();
    assert!(documents.len() > 100, "{}", documents.len());
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let (mut cut, mut left) = (0, 0);
    for _ in 0..rounds {
        let text = list(&mut random, &documents);
        let Some(text) = mutated(&mut random, text) else { continue };
        match yaml::items(&text, &Chunk::whole(&text)) {
            Some(_) => cut += 1,
            None => left += 1,
        }
        if let Some(difference) = differs(&text) {
            panic!("{difference}\n{text}");
        }
    }
    assert!(cut > rounds / 4, "only {cut} of {rounds} lists were cut, {left} were left to the parser");
    println!("{cut} lists cut, {left} left to the parser");
}
