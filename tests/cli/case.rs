//! The form of a case: a heading, then sections.
//!
//! ```text
//! ##### name: Why it is so, in a sentence.
//! === run
//! which -f iris.yaml
//! === file iris.yaml
//! apiVersion: …
//! === stderr
//! …
//! === exit
//! 2
//! ```
//! The other sections are `program` (another name for the program), `stdin`, `environment` (`NAME=VALUE` lines),
//! `stdout`, and `bytes NAME`: a file or `bytes stdin` whose lines are escaped text, not ended by a line feed, each with a
//! count before it where it is repeated: `100000 * [`. Files below `bin/` can be run. `files NAME` adds the files of another
//! case. `folder` names the folder to run in, and `link NAME` a link, with what it leads to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process;

/// One run of the program.
pub(crate) struct Case {
    heading: String,
    sections: Vec<(String, String)>,
}

/// The sections that are files, by the names of their cases.
pub(crate) type Files = BTreeMap<String, Vec<(String, String)>>;

/// The cases of a file.
pub(crate) fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("##### ") {
            cases.push(Case { heading: heading.to_owned(), sections: Vec::new() });
        } else if let Some(title) = line.strip_prefix("=== ") {
            cases.last_mut().expect("a heading comes first").sections.push((title.to_owned(), String::new()));
        } else {
            let case = cases.last_mut().expect("a heading comes first");
            let body = case.sections.last_mut().map(|(_, body)| body).expect("a section comes first");
            body.push_str(line);
            body.push('\n');
        }
    }
    cases.iter_mut().for_each(Case::drop_gap);
    cases
}

/// The files that the cases bring along.
pub(crate) fn files(cases: &[Case]) -> Files {
    let is_file = |title: &str| ["file ", "bytes ", "link "].iter().any(|kind| title.starts_with(kind));
    let files = |case: &Case| case.sections.iter().filter(|(title, _)| is_file(title)).cloned().collect();
    cases.iter().map(|case| (case.name().to_owned(), files(case))).collect()
}

/// An empty folder for a test.
pub(crate) fn folder(name: &Path) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// The program, under another name where a case asks for one.
#[allow(dead_code)] // For the suites whose cases do.
pub(crate) fn program_named(name: Option<&str>, folder: &Path) -> PathBuf {
    let Some(name) = name else { return process::program() };
    let named = folder.join(name.trim());
    fs::hard_link(process::program(), &named).expect("the program can be linked");
    named
}

/// The text of a file of cases.
pub(crate) fn render(cases: &[Case]) -> String {
    let section = |(title, body): &(String, String)| format!("=== {title}\n{body}");
    let sections = |case: &Case| case.sections.iter().map(section).collect::<Vec<_>>().concat();
    let render_one = |case: &Case| format!("##### {}\n{}", case.heading, sections(case));
    cases.iter().map(render_one).collect::<Vec<_>>().join("\n")
}

/// What a terminal would act on, and a last line that does not end, made visible.
pub(crate) fn visible(text: &str) -> String {
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n\\ No newline at the end\n" };
    text.replace('\x1b', "␛").replace('\r', "␍") + end
}

impl Case {
    pub(crate) fn name(&self) -> &str {
        self.heading.split_once(": ").expect("a heading is NAME: SENTENCE").0
    }

    pub(crate) fn section(&self, title: &str) -> Option<&str> {
        self.sections.iter().find(|(found, _)| found == title).map(|(_, body)| body.as_str())
    }

    #[allow(dead_code)] // For the suite with a server.
    pub(crate) fn sections(&self) -> &[(String, String)] {
        &self.sections
    }

    /// Replaces a section where it stands, or as `set` does.
    #[allow(dead_code)] // For the suite with a server.
    pub(crate) fn set_in_place(&mut self, title: &str, body: String) {
        match self.sections.iter_mut().find(|(found, _)| found == title) {
            Some((_, old)) if !body.is_empty() => *old = body,
            _ => self.set(title, body),
        }
    }

    /// Replaces a section, or adds it at the end; an empty one is left out.
    pub(crate) fn set(&mut self, title: &str, body: String) {
        self.sections.retain(|(found, _)| found != title);
        if !body.is_empty() {
            self.sections.push((title.to_owned(), body));
        }
    }

    /// The sections that say what came of it.
    #[allow(dead_code)] // For the suites that change files.
    pub(crate) fn expected_titles(&self) -> Vec<String> {
        let titles = self.sections.iter().map(|(title, _)| title);
        titles.filter(|title| is_expected(title)).cloned().collect()
    }

    /// Drops what was expected, before it is written anew.
    #[allow(dead_code)] // For the suites that change files.
    pub(crate) fn forget_expected(&mut self) {
        self.sections.retain(|(title, _)| !is_expected(title));
    }

    /// The line between two cases is not part of the one above it.
    fn drop_gap(&mut self) {
        if let Some((_, body)) = self.sections.last_mut()
            && (body.ends_with("\n\n") || body == "\n")
        {
            body.pop();
        }
    }

    pub(crate) fn write_files(&self, folder: &Path, files: &Files) {
        let others = self.sections.iter().filter_map(|(title, _)| files.get(title.strip_prefix("files ")?));
        // A case's own files replace those it takes from another.
        for (title, body) in others.flatten().chain(&files[self.name()]) {
            match title.split_once(' ') {
                Some(("file", name)) => write(folder, name, body.as_bytes()),
                Some(("bytes", name)) if name != "stdin" => write(folder, name, &bytes(body)),
                #[cfg(unix)]
                Some(("link", name)) => link(&folder.join(name), body.trim()),
                _ => {}
            }
        }
    }

    pub(crate) fn input(&self) -> Vec<u8> {
        match self.section("bytes stdin") {
            Some(body) => bytes(body),
            None => self.section("stdin").unwrap_or_default().as_bytes().to_vec(),
        }
    }

    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let lines = self.section("environment").unwrap_or_default().lines();
        lines
            .map(|line| {
                line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).expect("NAME=VALUE")
            })
            .collect()
    }
}

fn is_expected(title: &str) -> bool {
    matches!(title, "stdout" | "stderr" | "exit") || title.starts_with("after ")
}

#[cfg(unix)]
fn link(path: &Path, target: &str) {
    fs::create_dir_all(path.parent().expect("a link lies in a folder")).expect("a folder can be made");
    std::os::unix::fs::symlink(target, path).expect("a link can be made");
}

/// Writes a file; a name with a slash at its end stands for an empty folder.
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    let needed = if name.ends_with('/') { &path } else { path.parent().expect("a file lies in a folder") };
    fs::create_dir_all(needed).expect("a folder can be made");
    if !name.ends_with('/') {
        fs::write(&path, bytes).expect("a file can be written");
        allow_to_run(&path, name);
    }
}

/// The bytes that escaped lines stand for.
fn bytes(body: &str) -> Vec<u8> {
    let counted = |line: &str| {
        let (count, text) = line.split_once(" * ")?;
        Some(unescaped(text).repeat(count.parse().ok()?))
    };
    body.lines().flat_map(|line| counted(line).unwrap_or_else(|| unescaped(line))).collect()
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.bytes());
        let taken = match after.as_bytes().first() {
            Some(b'n') => (1, b'\n'),
            Some(b'r') => (1, b'\r'),
            Some(b't') => (1, b'\t'),
            Some(b'x') => (3, u8::from_str_radix(&after[1..3], 16).expect("two hexadecimal digits")),
            _ => panic!("an unknown escape in {text:?}"),
        };
        bytes.push(taken.1);
        rest = &after[taken.0..];
    }
    bytes.extend(rest.bytes());
    bytes
}

#[cfg(unix)]
fn allow_to_run(path: &Path, name: &str) {
    use std::os::unix::fs::PermissionsExt;
    if name.starts_with("bin/") {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a file can be made runnable");
    }
}

#[cfg(not(unix))]
fn allow_to_run(_: &Path, _: &str) {}
