//! Edits of real manifests, judged by three readers on their own: our composer, `serde_yaml` and yaml-rust2.
//!
//! `FIDELITY_DIR=/some/folder cargo test --release --test fidelity -- --nocapture` takes a folder of one's own too.

#[path = "fidelity/bytes.rs"]
mod bytes;
#[path = "fidelity/candidates.rs"]
mod candidates;
#[path = "fidelity/damage.rs"]
mod damage;
#[path = "fidelity/events.rs"]
mod events;
#[path = "fidelity/judge.rs"]
mod judge;
#[path = "fidelity/tally.rs"]
mod tally;
#[path = "fidelity/texts.rs"]
mod texts;
#[path = "fidelity/values.rs"]
mod values;

use std::path::{Path, PathBuf};

use judge::Document;
use kubectl_kserve::yaml;
use tally::Tally;
use texts::{Text, variants};

/// About so many bytes are edited for one document of this repository: of a large one, fewer mappings are tried.
const OWN: usize = 6_000;

/// The same for a document of a folder of one's own.
const OTHERS: usize = 60_000;

#[test]
fn every_edit_changes_what_it_should_and_nothing_else() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tally = Tally::default();
    for folder in ["tests/yaml/styles", "examples"] {
        texts::of_folder(&own.join(folder)).for_each(|text| all_variants(&mut tally, &text, OWN));
    }
    for entry in std::fs::read_dir(own.join("tests/edit")).expect("the folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            for text in texts::of_cases(&path) {
                all_variants(&mut tally, &text, OWN);
            }
        }
    }
    assert!(tally.edits() > 10_000, "only {} edits", tally.edits());
    if let Some(folder) = std::env::var_os("FIDELITY_DIR").map(PathBuf::from) {
        texts::of_folder(&folder).for_each(|text| all_variants(&mut tally, &text, OTHERS));
    }
    println!("{tally}");
    assert!(tally.wrong.is_empty(), "{} wrong edits:\n{}", tally.wrong.len(), tally.first_wrong());
}

fn all_variants(tally: &mut Tally, text: &Text, bytes: usize) {
    tally.files += 1;
    for (number, (variant, varied)) in variants(&text.text).into_iter().enumerate() {
        let name = format!("{}, {variant}", text.name);
        // The text as it is deserves most.
        edit_all(tally, &name, &varied, if number == 0 { bytes } else { bytes / 3 });
    }
}

/// Edits every document of a text.
fn edit_all(tally: &mut Tally, name: &str, text: &str, bytes: usize) {
    let Ok(chunks) = yaml::split(text) else {
        tally.unread += 1;
        return;
    };
    for (position, chunk) in chunks.iter().enumerate() {
        match yaml::compose(text, chunk) {
            Ok(Some(root)) => {
                let most = (bytes / chunk.span.of(text).len().max(1)).clamp(1, 40);
                let document = Document::new(text, &chunks, position, &root);
                for candidate in candidates::candidates(text, &root, most) {
                    document.judge(tally, name, &candidate);
                }
                tally.documents += 1;
            }
            Ok(None) => {}
            Err(_) => tally.unread += 1,
        }
    }
}
