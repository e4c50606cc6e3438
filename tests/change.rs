//! What moves and drifts, a scenario a file, as people see it. What is expected was written from KServe's source, not from
//! what this program says.
//!
//! A scenario names the objects of now (`given`), those of a snapshot (`before`), the images of Deployments (`images`)
//! and what was not read; expected are the lines of the tables, without headings.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubectl_kserve::change::{self, Drift, Move, RuntimeObjects};
use kubectl_kserve::inventory::{Contents, Inventory, Unread};
use kubectl_kserve::manifest::Item;
use kubectl_kserve::object::{FieldPath, Source};
use kubectl_kserve::report::human::{DriftRow, Since, Width, drift_table, runtime_changes};
use kubectl_kserve::report::json::drift::{DriftItem, DriftList};
use kubectl_kserve::resolve::Resolver;
use kubectl_kserve::yaml::{self, Node};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Scenario {
    why: String,
    #[serde(default = "latest")]
    release: String,
    #[serde(default)]
    before: Vec<serde_yaml::Value>,
    #[serde(rename = "given")]
    _given: IgnoredAny,
    #[serde(default)]
    images: BTreeMap<String, String>,
    #[serde(default)]
    unread: Missing,
    #[serde(default)]
    unread_before: Missing,
    #[serde(default)]
    drift: Vec<String>,
    #[serde(default)]
    since: Vec<String>,
    #[serde(default)]
    runtimes: Vec<String>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Missing {
    #[serde(default)]
    cluster: bool,
    only_namespaces: Option<Vec<String>>,
}

impl Missing {
    fn unread(&self) -> Unread {
        Unread { cluster: self.cluster, only_namespaces: self.only_namespaces.clone(), ..Unread::default() }
    }
}

fn latest() -> String {
    "v0.20.0".to_owned()
}

fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/change");
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("can be read").path());
    let mut paths: Vec<_> = entries.collect();
    paths.sort();
    paths
}

/// The objects under a key: what decides, and the whole runtimes.
fn objects(root: &Node<'_>, key: &str, missing: &Missing) -> (Inventory, RuntimeObjects) {
    let source = Source { file: Arc::from(key), document: 0, path: FieldPath::root(), position: root.position };
    let mut contents = Contents::default();
    let mut objects = RuntimeObjects::new(missing.unread());
    for node in root.get(key).and_then(Node::as_sequence).unwrap_or_default() {
        let item = Item { node, source: source.clone() };
        contents.take(&item, "default").unwrap_or_else(|error| panic!("{error}"));
        objects.take(node, "default");
    }
    let mut inventory = Inventory::new(contents.services, "default", missing.unread());
    inventory.add_runtimes(contents.runtimes).expect("no runtime is given twice");
    (inventory, objects)
}

/// The lines of a table with bars between the cells, as scenarios write them.
fn lines(text: &str) -> Vec<String> {
    let with_bars = |line: &str| {
        let cells = line.split("   ").map(str::trim).filter(|cell| !cell.is_empty());
        cells.collect::<Vec<_>>().join(" | ")
    };
    text.lines().map(with_bars).collect()
}

struct World<'i> {
    now: Resolver<'i>,
    drifts: Vec<Drift<'i>>,
    moves: Vec<Move<'i>>,
    changes: Vec<change::RuntimeChange>,
}

/// Reads a scenario and shows what became of its services.
fn with_world<T>(text: &str, see: impl FnOnce(&Scenario, World<'_>) -> T) -> T {
    let scenario: Scenario = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"));
    let chunks = yaml::split(text).expect("a stream");
    let root = yaml::compose(text, &chunks[0]).expect("YAML").expect("a document");
    let (inventory_before, objects_before) = objects(&root, "before", &scenario.unread_before);
    let (inventory, objects) = objects(&root, "given", &scenario.unread);
    let release = scenario.release.parse().expect("a release");
    let (before, now) = (Resolver::new(&inventory_before, release), Resolver::new(&inventory, release));
    let services = inventory.services().iter();
    let image = |name: &String| scenario.images.get(name).map(String::as_str);
    let drifts = services.clone().map(|service| change::drift(&now, service, image(&service.name))).collect();
    let moves = services.map(|service| change::movement(&before, &now, service)).collect();
    let changes = change::runtime_changes(&objects_before, &objects);
    see(&scenario, World { now: Resolver::new(&inventory, release), drifts, moves, changes })
}

/// What does not come out as expected.
fn differences(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("a scenario can be read");
    with_world(&text, |scenario, World { now, drifts, moves, changes }| {
        let name = path.file_stem().expect("a file has a name").display();
        assert!(scenario.why.ends_with('.'), "{name}: why is a sentence");
        let drifts: Vec<_> = drifts.iter().map(|drift| DriftRow::of_drift(&now, drift, Width::Normal)).collect();
        let moves: Vec<_> = moves.iter().map(|moved| DriftRow::of_move(&now, moved, Width::Normal)).collect();
        let found = [
            (!scenario.drift.is_empty(), drift_table(&drifts, Since::Record, Width::Normal, false), &scenario.drift),
            (!scenario.since.is_empty(), drift_table(&moves, Since::Snapshot, Width::Normal, false), &scenario.since),
            (!scenario.before.is_empty(), runtime_changes(&changes), &scenario.runtimes),
        ];
        let wrong = found.iter().filter(|(is_expected, text, lines)| *is_expected && self::lines(text) != **lines);
        wrong.map(|(_, text, lines)| format!("{name}: expected {lines:#?}, but found\n{text}")).collect()
    })
}

#[test]
fn every_scenario_comes_out_as_expected() {
    let paths = scenarios();
    assert!(paths.len() >= 15, "only {} scenarios were found", paths.len());
    let wrong: Vec<_> = paths.iter().flat_map(|path| differences(path)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_scenarios_reach_every_word() {
    let mut missing: Vec<&str> = vec![
        "| Same |",
        "| NotRecorded |",
        "| Moved |",
        "| Vanished |",
        "| Lost |",
        "| Open |",
        "| NotApplicable |",
        "| ImageDiffers |",
        "| Appeared |",
        "| NoRuntime |",
        "was added",
        "was removed",
        "was deleted and",
        "changed",
    ];
    for path in scenarios() {
        let text = fs::read_to_string(path).expect("a scenario can be read");
        missing.retain(|word| !text.contains(word));
    }
    assert!(missing.is_empty(), "no scenario expects {missing:?}");
}

#[test]
fn a_drift_is_told_as_data() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/change/snapshot-fields.yaml");
    let text = fs::read_to_string(path).expect("a scenario can be read");
    let list = with_world(&text, |_, world| {
        let item = DriftItem::new(&world.now, &world.drifts[0], Some(&world.moves[0]));
        serde_json::to_value(DriftList::new(&world.now, true, Vec::new(), vec![item], &world.changes)).expect("JSON")
    });
    let runtime = json!({"kind": "ClusterServingRuntime", "namespace": null, "name": "a"});
    let told = [&list["kind"], &list["items"][0]["drift"], &list["items"][0]["sinceSnapshot"]["movement"]];
    assert_eq!(told, ["DriftList", "Same", "Same"]);
    assert_eq!(list["items"][0]["recordedRuntime"], runtime);
    assert_eq!(list["items"][0]["runtime"], runtime);
    let image = json!({
        "field": "spec.containers[1].image", "entry": "kserve-container", "difference": "Changed",
        "before": "kserve/a:v1", "now": "kserve/a:v2",
    });
    let fields = list["runtimes"][0]["fields"].as_array().expect("a list");
    assert!(fields.contains(&image), "{fields:#?}");
    assert_eq!(list["runtimes"][0]["createdAgain"], Value::Bool(false));
}

#[test]
fn a_table_has_headings() {
    let headings = |since| drift_table(&[], since, Width::Normal, true);
    assert_eq!(headings(Since::Record), "NAMESPACE   NAME   RECORDED   NOW   STATE   WHY\n");
    assert_eq!(headings(Since::Snapshot), "NAMESPACE   NAME   SNAPSHOT   NOW   STATE   WHY\n");
}
