//! The built-in catalogues against the data they were made from: what each release's install manifest holds.

use kubectl_kserve::kserve::catalogue::catalogue;
use kubectl_kserve::kserve::{Age, Release, ServingRuntime};
use serde_json::{Value, json};

#[test]
fn every_catalogue_equals_the_data_of_its_release() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/catalogue/releases.json");
    let text = std::fs::read_to_string(path).expect("the data is there");
    let data: serde_json::Map<String, Value> = serde_json::from_str(&text).expect("the data is JSON");
    assert_eq!(data.len(), Release::KNOWN.len());
    for (name, entry) in &data {
        let release: Release = name.parse().expect("a known release");
        assert!(release.is_known(), "{name}");
        let found: Vec<Value> = catalogue(release).iter().map(facts).collect();
        let expected: Vec<Value> = entry["runtimes"].as_array().expect("runtimes").iter().map(expected_facts).collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_release_that_is_not_known_has_the_catalogue_of_the_nearest_one_below() {
    let newer = catalogue("v0.21.0".parse().expect("a release"));
    assert_eq!(newer, catalogue(Release::LATEST));
}

/// Absent booleans mean false to KServe, and absent lists are empty.
fn expected_facts(data: &Value) -> Value {
    let formats = data["supportedModelFormats"].as_array().expect("formats").iter();
    let formats: Vec<Value> = formats
        .map(|format| json!([format["name"], format["version"], format["autoSelect"] == true, format["priority"]]))
        .collect();
    json!({
        "kind": data["kind"], "name": data["name"], "serverType": data["serverType"],
        "protocolVersions": data["protocolVersions"].as_array().cloned().unwrap_or_default(),
        "multiModel": data["multiModel"] == true, "disabled": data["disabled"] == true,
        "workerSpec": data["workerSpec"], "formats": formats, "image": data["image"],
    })
}

fn facts(runtime: &ServingRuntime) -> Value {
    assert_eq!(runtime.age, Age::Release);
    let formats: Vec<Value> = runtime
        .supported_model_formats
        .iter()
        .map(|format| json!([format.name, format.version, format.auto_select, format.priority]))
        .collect();
    json!({
        "kind": runtime.id.kind(), "name": runtime.id.name, "serverType": runtime.server_type,
        "protocolVersions": runtime.protocol_versions, "multiModel": runtime.multi_model,
        "disabled": runtime.disabled, "workerSpec": runtime.worker_spec, "formats": formats,
        "image": runtime.containers[0].image,
    })
}
