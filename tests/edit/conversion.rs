//! Every framework becomes a model, in every style a manifest may have.

use kubectl_kserve::edit::{self, Operation};

use super::plan;
use super::script::operation;

const FRAMEWORKS: [&str; 10] =
    ["sklearn", "xgboost", "tensorflow", "pytorch", "triton", "onnx", "huggingface", "pmml", "lightgbm", "paddle"];

/// A predictor before and after; FRAMEWORK stands for the framework's key.
const STYLES: [(&str, &str, &str); 9] = [
    (
        "in a block",
        "spec:\n  predictor:\n    FRAMEWORK:\n      storageUri: a # c\n    # d\n",
        "spec:\n  predictor:\n    model:\n      modelFormat:\n        name: FRAMEWORK\n      storageUri: a # c\n      \
         protocolVersion: v1\n      runtime: r\n    # d\n",
    ),
    (
        "in a block that is indented by four",
        "spec:\n    predictor:\n        FRAMEWORK:\n            storageUri: 'a'",
        "spec:\n    predictor:\n        model:\n            modelFormat:\n                name: 'FRAMEWORK'\n            \
         storageUri: 'a'\n            protocolVersion: 'v1'\n            runtime: 'r'",
    ),
    (
        "above a block scalar without a line feed",
        "spec:\n  predictor:\n    FRAMEWORK:\n      name: |\n        x",
        "spec:\n  predictor:\n    model:\n      modelFormat:\n        name: FRAMEWORK\n      protocolVersion: v1\n      \
         runtime: r\n      name: |\n        x",
    ),
    (
        "in empty braces",
        "spec:\n  predictor:\n    FRAMEWORK: {}\n",
        "spec:\n  predictor:\n    model: {modelFormat: {name: FRAMEWORK}, protocolVersion: v1, runtime: r}\n",
    ),
    (
        "in braces",
        "spec: {predictor: {FRAMEWORK: {storageUri: a}, minReplicas: 1}}\n",
        "spec: {predictor: {model: {modelFormat: {name: FRAMEWORK}, storageUri: a, protocolVersion: v1, runtime: r}, \
         minReplicas: 1}}\n",
    ),
    (
        "in JSON",
        r#"{"spec": {"predictor": {"FRAMEWORK": {"storageUri": "a"}}}}"#,
        r#"{"spec": {"predictor": {"model": {"modelFormat": {"name": "FRAMEWORK"}, "storageUri": "a", "protocolVersion": "v1", "runtime": "r"}}}}"#,
    ),
    (
        "in tight JSON",
        r#"{"spec":{"predictor":{"FRAMEWORK":{"storageUri":"a"}}}}"#,
        r#"{"spec":{"predictor":{"model":{"modelFormat":{"name":"FRAMEWORK"},"storageUri":"a","protocolVersion":"v1","runtime":"r"}}}}"#,
    ),
    (
        "in JSON of many lines",
        "{\r\n \"spec\": {\r\n  \"predictor\": {\r\n   \"FRAMEWORK\": {\r\n    \"storageUri\": \"a\"\r\n   }\r\n  }\r\n \
         }\r\n}\r\n",
        "{\r\n \"spec\": {\r\n  \"predictor\": {\r\n   \"model\": {\r\n    \"modelFormat\": {\"name\": \
         \"FRAMEWORK\"},\r\n    \"storageUri\": \"a\",\r\n    \"protocolVersion\": \"v1\",\r\n    \"runtime\": \
         \"r\"\r\n   }\r\n  }\r\n }\r\n}\r\n",
    ),
    (
        "under quoted keys",
        "\u{FEFF}\"spec\":\n  \"predictor\":\n    \"FRAMEWORK\":\n      \"storageUri\": \"a\"\n",
        "\u{FEFF}\"spec\":\n  \"predictor\":\n    \"model\":\n      \"modelFormat\":\n        \"name\": \"FRAMEWORK\"\n      \
         \"storageUri\": \"a\"\n      \"protocolVersion\": \"v1\"\n      \"runtime\": \"r\"\n",
    ),
];

fn conversion(framework: &str) -> Vec<Operation> {
    let lines = [
        format!("rename spec.predictor.{framework} model"),
        format!("first spec.predictor.{framework} modelFormat {{name: {framework}}}"),
        format!("insert spec.predictor.{framework} protocolVersion v1"),
        format!("insert spec.predictor.{framework} runtime r"),
    ];
    lines.iter().map(|line| operation(line)).collect()
}

#[test]
fn every_framework_becomes_a_model_in_every_style() {
    for framework in FRAMEWORKS {
        let operations = conversion(framework);
        for (style, before, after) in STYLES {
            let [before, after] = [before, after].map(|text| text.replace("FRAMEWORK", framework));
            let splices = plan(&before, &operations).unwrap_or_else(|refusal| panic!("{style}: {refusal}"));
            let found = edit::apply(&before, &splices);
            assert_eq!(found, after, "{framework} {style}");
            assert_eq!(edit::witness(&before, &found, &operations), Ok(()), "{framework} {style}");
        }
    }
}

#[test]
fn the_order_of_the_plan_does_not_matter_where_it_has_no_meaning() {
    let operations = conversion("onnx");
    let orders = [[1, 0, 2, 3], [2, 3, 0, 1], [1, 2, 3, 0]];
    for (style, before, after) in STYLES {
        let [before, after] = [before, after].map(|text| text.replace("FRAMEWORK", "onnx"));
        for order in orders {
            let operations = order.map(|number| operations[number].clone());
            let splices = plan(&before, &operations).unwrap_or_else(|refusal| panic!("{style}: {refusal}"));
            assert_eq!(edit::apply(&before, &splices), after, "{style}");
            assert_eq!(edit::witness(&before, &after, &operations), Ok(()), "{style}");
        }
    }
}
