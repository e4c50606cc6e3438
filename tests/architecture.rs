//! The house stays as drawn: who may use whom, and a library that cannot reach the world.
//!
//! Lints cannot hold this: clippy.toml binds the binary too. So the source is parsed and held against the table below.

#[path = "architecture/mentions.rs"]
mod mentions;
#[path = "architecture/rules.rs"]
mod rules;

use std::fs;
use std::path::Path;

use rules::{SourceFile, Table, breaches};

/// Who may use whom: the same table as in ARCHITECTURE.md.
const MAY_USE: Table<'_> = &[
    ("object", &[]),
    ("yaml", &["object"]),
    ("manifest", &["object", "yaml"]),
    ("kserve", &["object", "yaml"]),
    ("inventory", &["object", "yaml", "manifest", "kserve"]),
    ("resolve", &["object", "kserve", "inventory"]),
    ("explain", &["object", "yaml", "manifest", "kserve", "inventory", "resolve"]),
    ("listing", &["object", "kserve", "inventory", "resolve"]),
    ("edit", &["object", "yaml", "manifest"]),
    ("pin", &["object", "yaml", "manifest", "kserve", "inventory", "resolve", "edit"]),
    ("change", &["object", "yaml", "manifest", "kserve", "inventory", "resolve"]),
    ("configuration", &["object", "yaml", "kserve"]),
    ("diff", &["object"]),
    ("rendering", &["object", "yaml", "manifest", "inventory"]),
    (
        "report",
        &[
            "object",
            "yaml",
            "manifest",
            "kserve",
            "inventory",
            "resolve",
            "explain",
            "listing",
            "edit",
            "pin",
            "change",
            "configuration",
            "diff",
        ],
    ),
    (
        "function",
        &[
            "object",
            "yaml",
            "manifest",
            "kserve",
            "inventory",
            "resolve",
            "explain",
            "edit",
            "pin",
            "change",
            "configuration",
            "diff",
            "report",
        ],
    ),
];

#[test]
fn the_house_is_as_drawn() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source, &source, &mut files);
    assert!(files.iter().any(|(path, _)| path == "lib.rs"), "no src/lib.rs among {} files", files.len());
    let found = breaches(&files, MAY_USE);
    assert!(found.is_empty(), "{} breaches of the architecture:\n{}\n", found.len(), found.join("\n"));
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).expect("src/ can be listed") {
        let path = entry.expect("src/ can be listed").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below = path.strip_prefix(root).expect("walked from the root").to_string_lossy().replace('\\', "/");
            files.push((below, fs::read_to_string(&path).expect("a source file is UTF-8 text")));
        }
    }
}

#[test]
fn the_table_has_no_circles_and_no_strangers() {
    for (place, (module, may_use)) in MAY_USE.iter().enumerate() {
        for used in *may_use {
            let below = MAY_USE[..place].iter().any(|(earlier, _)| earlier == used);
            assert!(below, "{module} may use {used}, which does not stand above it in the table");
        }
    }
}

/// The breaches in one file, with the file's opening sentence put before `code`, so that it begins in line 2.
fn in_file(path: &str, code: &str) -> Vec<String> {
    breaches(&[(path.to_owned(), format!("//! For a test.\n{code}"))], MAY_USE)
}

/// `code` in the file breaks the rules exactly once, in line 2, and is told so with these words.
#[track_caller]
fn rejects(path: &str, code: &str, words: &str) {
    let found = in_file(path, code);
    let [breach] = &found[..] else { panic!("expected one breach in {code:?}, but found {found:#?}") };
    assert!(breach.starts_with(&format!("src/{path}:2: ")), "expected line 2 of {path}, but found {breach}");
    assert!(breach.contains(words), "expected {words:?} in {breach}");
}

#[track_caller]
fn accepts(path: &str, code: &str) {
    assert_eq!(in_file(path, code), Vec::<String>::new(), "in {code:?}");
}

#[test]
fn the_library_may_not_touch_the_world() {
    rejects("yaml.rs", "use std::fs;", "nothing of std::fs");
    rejects("yaml.rs", "use ::std::fs as disk;", "nothing of std::fs");
    rejects("yaml.rs", "use std::{fmt, net::TcpStream};", "`std::net::TcpStream`");
    rejects("yaml.rs", "fn f() { let _ = std::env::var(\"HOME\"); }", "`std::env::var`");
    rejects("yaml.rs", "fn f(_: Vec<std::process::Child>) {}", "nothing of std::process");
    rejects("yaml.rs", "fn f() { std::thread::yield_now(); }", "nothing of std::thread");
    rejects("yaml.rs", "fn f() -> bool { File::open(\"x\").is_ok() }", "opens no file");
    rejects("yaml/scalar.rs", "use std::fs;", "nothing of std::fs");
    rejects("lib.rs", "use std::fs;", "nothing of std::fs");
}

#[test]
fn the_library_has_no_streams_and_no_clock() {
    rejects("yaml.rs", "use std::io::stdout;", "no standard streams");
    rejects("yaml.rs", "fn f() { drop(std::io::stdin()); }", "no standard streams");
    rejects("yaml.rs", "use std::io; fn f() { drop(io::stderr()); }", "`std::io::stderr`");
    rejects("yaml.rs", "use std::io::{self as streams}; fn f() { drop(streams::stderr()); }", "`std::io::stderr`");
    rejects("yaml.rs", "fn f() { std::time::Instant::now(); }", "asks no clock");
    rejects("yaml.rs", "use std::time; fn f(_: time::SystemTime) {}", "asks no clock");
    rejects("yaml.rs", "fn f() { jiff::Timestamp::now(); }", "asks no clock");
    rejects("yaml.rs", "use std::io::*;", "unseen");
    accepts("yaml.rs", "use std::io::{self, Write}; use std::time::Duration; fn f(_: io::Error, _: Duration) {}");
}

#[test]
fn the_library_prints_nothing() {
    for name in ["print", "println", "eprint", "eprintln", "dbg", "std::println"] {
        rejects("yaml.rs", &format!("fn f() {{ {name}!(\"x\"); }}"), "the library prints nothing");
    }
    rejects("yaml.rs", "fn f() { let _ = vec![{ println!(); 1 }]; }", "`println!`");
    accepts("yaml.rs", "fn f() { assert!(1 != 2, \"println!\"); } // println!(\"x\")");
}

#[test]
fn detours_are_followed() {
    rejects("yaml.rs", "fn f() { let _ = format!(\"{:?}\", std::env::args()); }", "`std::env::args`");
    rejects("yaml.rs", "use std as s; fn f() { drop(s::fs::read(\"x\")); }", "`std::fs::read`");
    rejects("yaml.rs", "use std as s; use s::io as streams; fn f() { drop(streams::stdin()); }", "`std::io::stdin`");
    rejects("yaml.rs", "extern crate std as s; fn f() { s::process::abort(); }", "`std::process::abort`");
    rejects("yaml.rs", "macro_rules! m { () => { $crate::edit::f() }; }", "`crate::edit::f`");
    rejects("yaml.rs", "macro_rules! m { () => { use crate::{object::Span, edit::f}; }; }", "`crate::edit::f`");
}

#[test]
fn a_forbidden_import_is_reported_where_it_is_imported() {
    rejects("yaml.rs", "use std::fs;\nfn f() { drop(fs::read(\"x\")); }", "`std::fs`");
    rejects("yaml.rs", "use crate::edit::Edit;\nfn f(_: Edit) -> Edit { Edit::new() }", "not `edit`");
    rejects("bin/kubectl-kserve/main.rs", "use std::io::stdout;\nfn f() { drop(stdout().lock()); }", "output.rs");
}

#[test]
fn modules_use_only_what_the_table_allows() {
    rejects("yaml.rs", "use crate::edit::Edit;", "`yaml` may use object, not `edit`");
    rejects("object.rs", "use crate::yaml;", "`object` may use no other module, not `yaml`");
    rejects("yaml.rs", "use crate::{object::Span, pin};", "not `pin`");
    rejects("yaml/scalar.rs", "use super::super::resolve::Outcome;", "not `resolve`");
    rejects("yaml.rs", "use super::{object, kserve as other};", "not `kserve`");
    rejects("resolve.rs", "fn f(_: &crate::yaml::Node<'_>) {}", "not `yaml`");
    rejects("resolve.rs", "use crate as all;", "does not say which module");
    rejects("report.rs", "mod krm { use super::super::function; }", "not `function`");
    accepts("yaml/scalar.rs", "use super::{Node, split}; use crate::object::Span; pub(crate) fn f() {}");
    accepts("yaml.rs", "mod inner { use super::Node; use self::super::Scalar; } pub(in crate::yaml) fn f() {}");
    accepts("function.rs", "use crate::{pin, report::krm::{self, Results}};");
    accepts("lib.rs", "pub mod object; pub mod function; pub use function::run; pub use crate::object::Span;");
}

#[test]
fn the_crate_as_a_whole_is_no_module() {
    rejects("yaml.rs", "use crate::*;", "does not say which module");
    rejects("yaml.rs", "use super::*;", "does not say which module");
    rejects("yaml.rs", "use crate::Shortcut;", "does not say which module");
    accepts("yaml/scalar.rs", "use super::*;");
}

#[test]
fn every_module_stands_in_the_table() {
    rejects("lib.rs", "pub mod utilities;", "`utilities` is not in the table");
    let file = in_file("utilities/text.rs", "");
    assert_eq!(file.len(), 1, "{file:#?}");
    assert!(file[0].starts_with("src/utilities/text.rs:1: module `utilities` is not in the table"), "{file:#?}");
}

#[test]
fn every_file_says_what_it_is_for() {
    for path in ["yaml.rs", "bin/kubectl-kserve/main.rs"] {
        let found = breaches(&[(path.to_owned(), "fn main() {}\n".to_owned())], MAY_USE);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(&format!("src/{path}:1: no sentence")), "{found:#?}");
    }
}

#[test]
fn only_output_writes_to_standard_output() {
    let main = "bin/kubectl-kserve/main.rs";
    rejects(main, "fn f() { drop(std::io::stdout()); }", "output.rs");
    rejects(main, "use std::io; fn f() { drop(io::stdout().lock()); }", "`std::io::stdout`");
    rejects(main, "fn f(_: &mut std::io::Stdout) {}", "output.rs");
    rejects(main, "fn f() { println!(\"x\"); }", "`println!`");
    rejects(main, "fn f() { drop(anstream::AutoStream::auto(anstream::stdout())); }", "`anstream::stdout`");
    accepts(main, "use std::fs; fn f() { let stdout = fs::read(\"x\"); drop(stdout); eprintln!(\"x\"); }");
    accepts(main, "fn f(c: &mut std::process::Command) { c.stdout(std::process::Stdio::piped()); }");
    accepts("bin/kubectl-kserve/output.rs", "fn f() { drop(std::io::stdout()); }");
}

#[test]
fn the_tests_of_the_library_are_not_the_library() {
    accepts("yaml.rs", "#[cfg(test)] mod tests { use std::fs; use crate::pin; fn f() { println!(); } }");
    rejects("yaml.rs", "#[cfg(unix)] mod tests { use std::fs; }", "nothing of std::fs");
    let text = |text: &str| format!("//! For a test.\n{text}");
    let declared = ("yaml.rs".to_owned(), text("#[cfg(test)] mod tests;"));
    let tests = ("yaml/tests.rs".to_owned(), text("use std::fs;"));
    assert_eq!(breaches(&[declared, tests.clone()], MAY_USE), Vec::<String>::new());
    assert_eq!(breaches(&[("yaml.rs".to_owned(), text("mod tests;")), tests], MAY_USE).len(), 1);
}

#[test]
fn what_cannot_be_parsed_is_a_breach() {
    assert!(in_file("yaml.rs", "fn (").first().is_some_and(|found| found.contains("not valid Rust")));
}
