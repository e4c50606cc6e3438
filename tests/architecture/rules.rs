//! The rules of the house, applied to what source files mention.

use std::collections::BTreeSet;

use crate::mentions::{self, Mention, Mentions};

/// A source file: its path below `src/`, with `/`, and its text.
pub(crate) type SourceFile = (String, String);

/// Every module of the library and the modules it may use. Not in the table: not allowed.
pub(crate) type Table<'t> = &'t [(&'t str, &'t [&'t str])];

const STANDARD_OUTPUT_OWNER: &str = "bin/kubectl-kserve/output.rs";
const PRINTING: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];
const ASK_THE_BINARY: &str = "take the value as an argument and let src/bin/kubectl-kserve get it";

/// All breaches in these files, as `src/FILE:LINE: WHAT; WHAT TO DO`.
pub(crate) fn breaches(files: &[SourceFile], table: Table<'_>) -> Vec<String> {
    let mut found = BTreeSet::new();
    let read: Vec<_> = files.iter().map(|(path, text)| (path, text, mentions::read(text, &module_of(path)))).collect();
    let test_modules: BTreeSet<Vec<String>> =
        read.iter().flat_map(|(_, _, read)| read.iter().flat_map(|read| read.test_modules.clone())).collect();
    for (path, text, read) in read {
        let mut report = |line: usize, breach: String| found.insert((path.clone(), line, breach));
        if !text.starts_with("//!") {
            report(1, "no sentence that says what this file is for; begin it with a `//!` comment".to_owned());
        }
        match read {
            Err(error) => drop(report(error.span().start().line, format!("not valid Rust: {error}"))),
            Ok(read) if path.starts_with("bin/") => binary(path, &read, &mut report),
            Ok(_) if is_test_module(&module_of(path), &test_modules) => {}
            Ok(read) => library(path, &read, table, &mut report),
        }
    }
    found.into_iter().map(|(path, line, breach)| format!("src/{path}:{line}: {breach}")).collect()
}

/// The module that a file is: `yaml/scalar.rs` is `yaml::scalar`, `lib.rs` is the crate's root.
fn module_of(path: &str) -> Vec<String> {
    let mut words: Vec<String> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(words.last().map(String::as_str), Some("lib" | "mod" | "main")) {
        words.pop();
    }
    words
}

fn is_test_module(module: &[String], test_modules: &BTreeSet<Vec<String>>) -> bool {
    test_modules.iter().any(|test| module.starts_with(test))
}

fn library(path: &str, read: &Mentions, table: Table<'_>, report: &mut impl FnMut(usize, String) -> bool) {
    for (module, line) in strangers(path, read, table) {
        let advice = "add it there and to ARCHITECTURE.md, with the modules it may use";
        report(line, format!("module `{module}` is not in the table of tests/architecture.rs; {advice}"));
    }
    for (name, line) in read.macros.iter().filter(|(name, _)| PRINTING.contains(&name.as_str())) {
        report(*line, format!("`{name}!`: the library prints nothing; return the text or write into a `fmt::Write`"));
    }
    let judge = |scope: &[String], segments: &[String]| {
        outside_world(segments).or_else(|| wrong_way(scope.first()?, segments, table))
    };
    for mention in &read.paths {
        report_once(mention, |segments| judge(&mention.scope, segments), report);
    }
}

/// Modules that this file is or declares and the table does not know.
fn strangers(path: &str, read: &Mentions, table: Table<'_>) -> Vec<(String, usize)> {
    let declared = if path == "lib.rs" { read.modules.clone() } else { Vec::new() };
    let own = module_of(path).first().map(|module| (module.clone(), 1));
    declared.into_iter().chain(own).filter(|(module, _)| allowed(table, module).is_none()).collect()
}

/// Reports a path, unless what was imported is a breach by itself: then the `use` has been reported.
fn report_once(
    mention: &Mention,
    judge: impl Fn(&[String]) -> Option<String>,
    report: &mut impl FnMut(usize, String) -> bool,
) {
    if judge(&mention.segments[..mention.imported]).is_none() {
        judge(&mention.segments).map(|breach| report(mention.line, breach));
    }
}

/// Paths that leave the library for files, clocks, the environment or a terminal.
fn outside_world(segments: &[String]) -> Option<String> {
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    let written = words.join("::");
    match words[..] {
        ["std", module @ ("fs" | "net" | "env" | "process" | "thread"), ..] => {
            Some(format!("`{written}`: the library uses nothing of std::{module}; {ASK_THE_BINARY}"))
        }
        ["std", "io", "stdin" | "stdout" | "stderr" | "Stdin" | "Stdout" | "Stderr", ..] => {
            Some(format!("`{written}`: the library has no standard streams; take text, write into a `fmt::Write`"))
        }
        ["std", "time", "SystemTime" | "Instant", ..] | [.., "Timestamp" | "Zoned", "now"] => {
            Some(format!("`{written}`: the library asks no clock; {ASK_THE_BINARY}"))
        }
        [.., "File", "open" | "create" | "create_new" | "options"] => {
            Some(format!("`{written}`: the library opens no file; {ASK_THE_BINARY}"))
        }
        ["std", "*"] | ["std", "io" | "time", "*"] => {
            Some(format!("`{written}` could bring in files, clocks or streams unseen; import the names that are used"))
        }
        _ => None,
    }
}

/// Paths into a module of the crate that the module `from` may not use.
fn wrong_way(from: &str, segments: &[String], table: Table<'_>) -> Option<String> {
    let may_use = allowed(table, from)?;
    if segments.first()? != "crate" {
        return None;
    }
    match segments.get(1).map(String::as_str) {
        Some(to) if to == from || may_use.contains(&to) => None,
        Some(to) if allowed(table, to).is_some() => Some(format!(
            "`{}`: `{from}` may use {}, not `{to}`; \
             move what is needed down, or change the table of tests/architecture.rs and ARCHITECTURE.md",
            segments.join("::"),
            if may_use.is_empty() { "no other module".to_owned() } else { may_use.join(", ") },
        )),
        _ => Some(format!(
            "`{}` does not say which module it uses; \
             write `crate::MODULE::NAME` with a module of the table in tests/architecture.rs",
            segments.join("::"),
        )),
    }
}

fn allowed<'t>(table: Table<'t>, module: &str) -> Option<&'t [&'t str]> {
    table.iter().find(|(name, _)| *name == module).map(|(_, allowed)| *allowed)
}

fn binary(path: &str, read: &Mentions, report: &mut impl FnMut(usize, String) -> bool) {
    if path == STANDARD_OUTPUT_OWNER {
        return;
    }
    let advice = format!("only src/{STANDARD_OUTPUT_OWNER} writes to standard output; hand it the text");
    for (name, line) in read.macros.iter().filter(|(name, _)| name == "print" || name == "println") {
        report(*line, format!("`{name}!`: {advice}"));
    }
    let judge =
        |segments: &[String]| names_standard_output(segments).then(|| format!("`{}`: {advice}", segments.join("::")));
    for mention in &read.paths {
        report_once(mention, judge, report);
    }
}

/// A single word is a local name, such as a child process's `stdout`.
fn names_standard_output(segments: &[String]) -> bool {
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    matches!(
        words[..],
        [_, .., "stdout" | "Stdout"] | [_, .., "stdout" | "Stdout", _] | ["std", "*"] | ["std", "io", "*"]
    )
}
