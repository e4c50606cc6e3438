//! Edits of real manifests, judged by readers that share no code with the editor. Every mapping and every entry of every
//! document is a candidate; each file is taken as it is and in four disguises.
//!
//! `FIDELITY_DIR=/some/folder cargo test --release --test fidelity -- --nocapture` takes a folder of one's own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kubectl_kserve::edit::{self, Operation};
use kubectl_kserve::object::{FieldPath, Step};
use kubectl_kserve::yaml::{self, Chunk, Node};
use serde_json::Value;

/// So many entries of a document are tried at most; larger documents are sampled evenly.
const MOST_A_DOCUMENT: usize = 60;
const LARGEST: usize = 300_000;

#[derive(Default)]
struct Tally {
    files: usize,
    edits: usize,
    refused: BTreeMap<String, usize>,
    unread: usize,
    wrong: Vec<String>,
}

#[test]
fn every_edit_changes_what_it_should_and_nothing_else() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![own.join("tests/yaml/styles"), own.join("examples")];
    folders.extend(std::env::var_os("FIDELITY_DIR").map(PathBuf::from));
    let mut tally = Tally::default();
    for path in folders.iter().flat_map(|folder| manifests(folder)) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if text.len() <= LARGEST {
            tally.files += 1;
            for (name, text) in disguises(&text) {
                tally.judge_text(&format!("{} {name}", path.display()), &text);
            }
        }
    }
    println!("{} files, {} edits, {} texts not read; refused:", tally.files, tally.edits, tally.unread);
    for (reason, count) in &tally.refused {
        println!("{count:8} {reason}");
    }
    assert!(
        tally.wrong.is_empty(),
        "{} wrong edits:\n{}",
        tally.wrong.len(),
        tally.wrong[..tally.wrong.len().min(20)].join("\n")
    );
    assert!(tally.edits > 2_000, "only {} edits", tally.edits);
}

fn manifests(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let is_manifest = |path: &Path| {
        matches!(path.extension().and_then(|extension| extension.to_str()), Some("yaml" | "yml" | "json"))
            && path.is_file()
    };
    entries.map(walkdir::DirEntry::into_path).filter(|path| is_manifest(path)).collect()
}

fn disguises(text: &str) -> [(&'static str, String); 5] {
    let unix = text.replace("\r\n", "\n");
    [
        ("as it is", text.to_owned()),
        ("with CRLF", unix.replace('\n', "\r\n")),
        ("with a BOM", format!("\u{FEFF}{}", text.trim_start_matches('\u{FEFF}'))),
        ("after a comment", format!("# Grüße, 世界 😀\n{}", text.trim_start_matches('\u{FEFF}'))),
        ("without its last line feed", text.trim_end_matches(['\r', '\n']).to_owned()),
    ]
}

impl Tally {
    fn judge_text(&mut self, name: &str, text: &str) {
        let Ok(chunks) = yaml::split(text) else {
            self.unread += 1;
            return;
        };
        for chunk in &chunks {
            let Ok(Some(root)) = yaml::compose(text, chunk) else {
                self.unread += 1;
                continue;
            };
            let operations = operations(&root);
            let step = operations.len().div_ceil(MOST_A_DOCUMENT).max(1);
            for operation in operations.iter().step_by(step) {
                self.judge(name, text, chunk, &root, operation);
            }
        }
    }

    fn judge(&mut self, name: &str, text: &str, chunk: &Chunk, root: &Node<'_>, operation: &Operation) {
        let operations = std::slice::from_ref(operation);
        let splices = match edit::plan(text, root, operations) {
            Ok(splices) => splices,
            Err(refusal) => {
                let reason = format!("{refusal:?}");
                let reason = reason.split([' ', '{']).next().unwrap_or_default().to_owned();
                *self.refused.entry(reason).or_default() += 1;
                return;
            }
        };
        let within: Vec<_> = splices.iter().map(|splice| splice.moved_back(chunk.span.start)).collect();
        let old = chunk.span.of(text);
        let new = edit::apply(old, &within);
        self.edits += 1;
        if let Some(problem) =
            problem(old, &new, operation, splices.iter().map(|splice| splice.span.end - splice.span.start).sum())
        {
            self.wrong.push(format!("{name}: {operation:?}: {problem}"));
        }
    }
}

/// What is wrong with an edit, as other readers see it.
fn problem(old: &str, new: &str, operation: &Operation, removed: usize) -> Option<String> {
    if let Err(refusal) = edit::witness(old, new, std::slice::from_ref(operation)) {
        return Some(refusal.to_string());
    }
    let lone = |text: &str| text.replace("\r\n", "").contains('\n');
    if old.contains("\r\n") && !lone(old) && lone(new) {
        return Some("a line feed without a carriage return".to_owned());
    }
    let kept = old.len() - removed;
    if new.len() < kept {
        return Some("bytes outside the edit are gone".to_owned());
    }
    let read = |text: &str| serde_yaml::from_str::<Value>(text.trim_start_matches('\u{FEFF}')).ok();
    let (mut expected, found) = (read(old)?, read(new));
    apply(&mut expected, operation)?;
    (found.as_ref() != Some(&expected)).then(|| "serde_yaml reads something else".to_owned())
}

/// The operation on a value; none where `serde_yaml` spells a key otherwise.
fn apply(root: &mut Value, operation: &Operation) -> Option<()> {
    match operation {
        Operation::InsertFirst { path, key, value: edit::Value::Mapping(entries) } => {
            let value = entries.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect();
            find(root, path)?.as_object_mut()?.insert(key.clone(), value);
        }
        Operation::InsertFirst { path, key, value: edit::Value::Text(text) }
        | Operation::InsertLast { path, key, value: edit::Value::Text(text) } => {
            find(root, path)?.as_object_mut()?.insert(key.clone(), Value::from(text.as_str()));
        }
        Operation::ReplaceText { path, value } => *find(root, path)? = Value::from(value.as_str()),
        Operation::RenameKey { path, key } => {
            let mapping = find(root, &path.parent()?)?.as_object_mut()?;
            let value = mapping.remove(last_key(path)?)?;
            mapping.insert(key.clone(), value);
        }
        Operation::Remove { path } => {
            find(root, &path.parent()?)?.as_object_mut()?.remove(last_key(path)?)?;
        }
        _ => return None,
    }
    Some(())
}

fn last_key(path: &FieldPath) -> Option<&str> {
    match path.steps().last()? {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

fn find<'v>(root: &'v mut Value, path: &FieldPath) -> Option<&'v mut Value> {
    path.steps().iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}

/// Every operation on every mapping and entry of a document.
fn operations(root: &Node<'_>) -> Vec<Operation> {
    let mut operations = Vec::new();
    collect(root, &FieldPath::root(), &mut operations);
    operations
}

fn collect(node: &Node<'_>, path: &FieldPath, operations: &mut Vec<Operation>) {
    if let Some(items) = node.as_sequence() {
        items.iter().enumerate().for_each(|(index, item)| collect(item, &path.clone().index(index), operations));
    }
    let Some(mapping) = node.as_mapping() else { return };
    let format = edit::Value::Mapping(vec![("name".to_owned(), "on".to_owned())]);
    operations.push(Operation::InsertLast {
        path: path.clone(),
        key: "zz-runtime".to_owned(),
        value: "kserve-x".into(),
    });
    operations.push(Operation::InsertFirst { path: path.clone(), key: "zz-format".to_owned(), value: format });
    for entry in &mapping.entries {
        let below = path.clone().key(&*entry.key);
        operations.push(Operation::RenameKey { path: below.clone(), key: "zz-model".to_owned() });
        operations.push(Operation::Remove { path: below.clone() });
        if entry.value.as_scalar().is_some() {
            operations.push(Operation::ReplaceText { path: below.clone(), value: "1e3".to_owned() });
        }
        collect(&entry.value, &below, operations);
    }
}
