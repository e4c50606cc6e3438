//! The texts that are edited: manifests of folders, and the cases of the other tests, each in five variants.

use std::path::{Path, PathBuf};

/// Larger files say nothing that smaller ones do not.
const LARGEST: u64 = 400_000;

/// A text, and what a failure calls it.
pub(super) struct Text {
    pub(super) name: String,
    pub(super) text: String,
}

/// Every manifest below a folder, in the order of their names.
pub(super) fn of_folder(folder: &Path) -> impl Iterator<Item = Text> {
    let is_manifest = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| ["yaml", "yml", "json"].contains(&extension))
    };
    let is_small = |path: &PathBuf| path.metadata().is_ok_and(|data| data.is_file() && data.len() <= LARGEST);
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(move |path| is_manifest(path) && is_small(path))
        .filter_map(|path| Some(Text { name: path.display().to_string(), text: std::fs::read_to_string(&path).ok()? }))
}

/// What stands before the change in every case of a file of tests/edit/.
pub(super) fn of_cases(path: &Path) -> Vec<Text> {
    let file = std::fs::read_to_string(path).expect("cases");
    let sections: Vec<_> = file.split("@@ ").skip(1).collect();
    let case = |section: &[&str]| {
        let (_, before) = section[1].split_once('\n').expect("a line");
        let text = before.replace("␄\n", "").replace('␍', "\r").replace('␂', "\u{FEFF}").replace('␉', "\t");
        Text { name: format!("{}: {}", path.display(), section[0].trim()), text }
    };
    sections.chunks_exact(3).map(case).collect()
}

/// The text as it is and in four disguises.
pub(super) fn variants(text: &str) -> [(&'static str, String); 5] {
    let bare = text.trim_start_matches('\u{FEFF}');
    [
        ("as it is", text.to_owned()),
        ("with carriage returns", text.replace("\r\n", "\n").replace('\n', "\r\n")),
        ("with a byte order mark", format!("\u{FEFF}{bare}")),
        ("below a comment", format!("# Grüße, 世界 🎵\n{bare}")),
        ("without its last line feed", text.trim_end_matches(['\r', '\n', ' ']).to_owned()),
    ]
}
