//! The exact text of every error that people meet, with its place.

use super::documents;
use kubectl_kserve::yaml;

const REFUSED: &[(&str, &str)] = &[
    ("a: b: c\n", "1:5: expected the end of the value, but found `:`; check the indentation, or quote the value"),
    ("a: 1\n b: 2\n", "2:3: expected the end of the value, but found `:`; check the indentation, or quote the value"),
    ("a:\n\t- b\n", "2:2: expected spaces, but found a tab"),
    ("a: @x\n", "1:4: expected a value, but found '@', which must be quoted"),
    ("a: `x`\n", "1:4: expected a value, but found '`', which must be quoted"),
    ("a: %x\n", "1:4: expected a value, but found '%', which must be quoted"),
    ("a: - b\n", "1:4: expected a value, but found the start of a list; write it on its own line"),
    ("a: [1, 2\nb: 3\n", "2:2: expected YAML, but the parser stopped: illegal placement of ':' indicator"),
    ("a: {b: 1\n", "1:4: expected the closing bracket of `{`, but found the end of the document"),
    ("a: \"x\nb: 1\n", "1:4: expected the closing quote, but found the end of the document"),
    ("a: 'x\n", "1:4: expected the closing quote, but found the end of the document"),
    ("a: \"\\q\"\n", "1:4: expected a YAML escape after the backslash, but found something else"),
    ("key\nother: 1\n", "2:6: expected the end of the value, but found `:`; check the indentation, or quote the value"),
    ("a: 1\n--- {b: 2}\n", "2:1: invalid document separator: expected nothing after `---`, but found `{b: 2}`"),
    ("a: 1\n---x: 2\n", "2:1: invalid document separator: expected nothing after `---`, but found `x: 2`"),
    ("%YAML 1.1\n---\na: 1\n", "1:1: expected a document, but found the directive `%YAML 1.1`, which kubectl refuses"),
    ("a: 1\n...\nb: 2\n", "3:1: expected `---` after the end of the document, but found `b: 2`"),
    ("a: 1\n---\n\u{FEFF}b: 2\n", "3:1: expected a byte order mark at the start of the file only, but found one here"),
    ("a: 1\n\u{FEFF}---\nb: 2\n", "2:1: expected a byte order mark at the start of the file only, but found one here"),
    ("a: x\u{2028}y\n", "1:5: expected a line break, but found U+2028, which only some readers take for one"),
    ("# x\u{2028}y\na: 1\n", "1:4: expected a line break, but found U+2028, which only some readers take for one"),
    ("a: \"x\u{85}y\"\n", "1:6: expected a line break, but found U+0085, which only some readers take for one"),
    ("a: *x\n", "1:4: expected an anchor `&x` before this alias, but found none"),
    ("a: &x [1, *x]\n", "1:11: the value of the anchor `&x` contains itself"),
    ("? [a]\n: b\n", "1:3: expected a string as key, but found a list"),
    ("{a: 1}: b\n", "1:1: expected a string as key, but found a mapping"),
    ("a: [x?]\n", "1:5: expected quotes around `x?`, which YAML readers understand differently within brackets"),
    ("a: {b:}\n", "1:5: expected quotes around `b:`, which YAML readers understand differently within brackets"),
    ("a: &x.y z\n", "1:4: expected a name of letters, digits, `-` and `_`, but found `x.y`"),
    ("~: a\n", "1:1: expected a string as key, but found null"),
    ("12345678901234567890: a\n", "1:1: expected a string as key, but found the number 12345678901234567890"),
    ("a: &x {}\n*x : b\n", "2:1: expected a string as key, but found a mapping"),
    ("<<: 3\n", "1:5: expected a mapping or a list of mappings to merge, but found the number 3"),
    ("<<: [{a: 1}, 2]\n", "1:14: expected a mapping or a list of mappings to merge, but found the number 2"),
    ("a: &x [{}]\nb:\n  <<: *x\n", "3:7: expected a mapping or a list of mappings to merge, but found a list"),
    ("a: !!int abc\n", "1:10: expected a value for the tag `!!int`, but found `abc`"),
    ("a: !!null x\n", "1:11: expected a value for the tag `!!null`, but found `x`"),
    ("a: !!binary '%%'\n", "1:13: expected a value for the tag `!!binary`, but found `%%`"),
    ("a: .inf\n", "1:4: expected a finite number, but found `.inf`"),
    ("a: 1\n---\nb: [.nan]\n", "3:5: expected a finite number, but found `.nan`"),
    ("a: |\n  x\n y\n", "3:2: expected a key indented like the keys before it, but found something else"),
    ("a: ]\n", "1:4: expected YAML, but the parser stopped: misplaced bracket"),
    ("a: [}\n", "1:4: expected YAML, but the parser stopped: mismatched bracket '[' closed by '}'"),
    ("a: !x!y z\n", "1:4: expected YAML, but the parser stopped: the handle wasn't declared"),
    ("a: b\n- c\n", "2:3: expected a key indented like the keys before it, but found something else"),
    ("{{ if x }}\na: 1\n", "1:2: expected YAML, but found the template action `{{`; render the template first"),
    ("a: {{ .Values.x }}\n", "1:5: expected YAML, but found the template action `{{`; render the template first"),
    (
        "<<<<<<< HEAD\na: 1\n",
        "2:2: expected the end of the value, but found `:`; check the indentation, or quote the value",
    ),
    (
        "a: |x\n  b\n",
        "1:4: expected YAML, but the parser stopped: while scanning a block scalar, did not find expected comment or line break",
    ),
    ("a: \"x\"y\n", "1:7: expected YAML, but the parser stopped: invalid trailing content after double-quoted scalar"),
    ("- a\nb: c\n", "2:1: expected a key indented like the keys before it, but found something else"),
    ("a:\n  - b\n c: d\n", "3:2: expected a key indented like the keys before it, but found something else"),
    ("a: b\n  c: d\n", "2:4: expected the end of the value, but found `:`; check the indentation, or quote the value"),
    ("a: 1\nb\n", "2:1: expected `:` after the key, but found none"),
    ("a: 1\nb # c\nd: 2\n", "2:1: expected `:` after the key, but found none"),
];

#[test]
fn every_error_names_its_place() {
    let found: Vec<_> = REFUSED
        .iter()
        .map(|(text, _)| (*text, documents(text).err().map(|error| error.to_string()).unwrap_or_default()))
        .collect();
    let differing: Vec<_> = found
        .iter()
        .zip(REFUSED)
        .filter(|(found, expected)| found.1 != expected.1)
        .map(|(found, _)| format!("    ({:?}, {:?}),", found.0, found.1))
        .collect();
    assert!(differing.is_empty(), "\n{}", differing.join("\n"));
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let refused: &[(&[u8], &str)] = &[
        (b"a: \xFF\n", "1:4: expected UTF-8, but found the byte 0xff at offset 3"),
        (b"\xC3\xBC: 1\nb: \xC3", "2:4: expected UTF-8, but found the byte 0xc3 at offset 9"),
        (b"\xFF\xFEa\0", "1:1: expected UTF-8, but found UTF-16; save the file as UTF-8"),
        (b"\xFE\xFF\0a", "1:1: expected UTF-8, but found UTF-16; save the file as UTF-8"),
        (b"a\0:\0 \0b\0", "1:1: expected UTF-8, but found UTF-16; save the file as UTF-8"),
        (b"\0a\0:\0 \0b", "1:1: expected UTF-8, but found UTF-16; save the file as UTF-8"),
        (b"\xFF\xFE\0\0a\0\0\0", "1:1: expected UTF-8, but found UTF-32; save the file as UTF-8"),
        (b"\0\0\0a\0\0\0:", "1:1: expected UTF-8, but found UTF-32; save the file as UTF-8"),
        (b"a: \xC3\xBC\0\n", "1:5: expected text, but found the control character U+0000"),
        (b"a: 1\nb: \x1B[1m\n", "2:4: expected text, but found the control character U+001B"),
        (b"a: \x7F\n", "1:4: expected text, but found the control character U+007F"),
        (b"a: 1\rb: 2\n", "1:5: expected a line feed after the carriage return, but found none"),
    ];
    for (bytes, expected) in refused {
        let error = yaml::decode(bytes).expect_err("an error");
        assert_eq!(error.to_string(), *expected, "{bytes:?}");
    }
}
