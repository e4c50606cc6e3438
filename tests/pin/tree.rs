//! All files of a folder with their bytes, to compare before and after.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// What a folder holds, by the path within it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tree(BTreeMap<String, Vec<u8>>);

impl Tree {
    pub(crate) fn read(folder: &Path) -> Self {
        let entries = WalkDir::new(folder).into_iter().map(|entry| entry.expect("a folder can be walked"));
        let files = entries.filter(|entry| !entry.file_type().is_dir());
        let named = files.map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("it lies in the folder").display().to_string();
            (name, fs::read(entry.path()).expect("a file can be read"))
        });
        Self(named.collect())
    }

    /// The files that were added or hold something else now; a file that is gone says so.
    pub(crate) fn changed_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let gone = before.0.keys().filter(|name| !self.0.contains_key(*name)).map(|name| (name.as_str(), &b"gone"[..]));
        let changed = self.0.iter().filter(|(name, bytes)| before.0.get(*name) != Some(*bytes));
        changed.map(|(name, bytes)| (name.as_str(), bytes.as_slice())).chain(gone)
    }

    /// Writes it all into a folder.
    pub(crate) fn write(&self, folder: &Path) {
        for (name, bytes) in &self.0 {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder can be made");
            fs::write(path, bytes).expect("a file can be written");
        }
    }
}
