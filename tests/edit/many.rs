//! Many changes of one text: the cost grows with their number, not with its square.

use std::fmt::Write;

use kubectl_kserve::edit::{self, Operation};
use kubectl_kserve::yaml::{self, Chunk};

use super::script::operation;

/// Enough for a walk through the whole text at each change to be felt.
const SERVICES: usize = 2_000;

fn operations() -> Vec<Operation> {
    let lines = (0..SERVICES).flat_map(|number| {
        let model = format!("items[{number}].spec.predictor.sklearn");
        [format!("rename {model} model"), format!("first {model} f {{name: s}}"), format!("insert {model} runtime r")]
    });
    lines.map(|line| operation(&line)).collect()
}

fn check(before: &str, after: &str) {
    let root = yaml::compose(before, &Chunk::whole(before)).expect("a document").expect("a value");
    let operations = operations();
    let together = edit::plan(before, &root, &operations).expect("a plan");
    assert_eq!(edit::apply(before, &together), after);
    // One plan a service is how the function goes about it.
    let alone = |operations| edit::plan(before, &root, operations).expect("a plan");
    let alone: Vec<_> = operations.chunks(3).flat_map(alone).collect();
    assert_eq!(alone, together);
    assert_eq!(edit::witness(before, after, &operations), Ok(()));
}

#[test]
fn many_services_of_a_block_list() {
    let (mut before, mut after) = ("items:\n".to_owned(), "items:\n".to_owned());
    for number in 0..SERVICES {
        let head = format!("- name: s{number}\n  spec:\n    predictor:\n");
        let _ = write!(before, "{head}      sklearn:\n        uri: a\n");
        let _ =
            write!(after, "{head}      model:\n        f:\n          name: s\n        uri: a\n        runtime: r\n");
    }
    check(&before, &after);
}

#[test]
fn many_services_on_one_line_of_json() {
    let write = |model: &str| {
        let item = format!(r#"{{"spec":{{"predictor":{{{model}}}}}}}"#);
        format!(r#"{{"items":[{}]}}"#, vec![item; SERVICES].join(","))
    };
    let before = write(r#""sklearn":{"uri":"a"}"#);
    check(&before, &write(r#""model":{"f":{"name":"s"},"uri":"a","runtime":"r"}"#));
}
