//! The KRM function without its peers: what it answers to a `ResourceList`, case by case, and what holds of all answers.
//!
//! A case is a file of `tests/function/`: why, what goes in, what comes out, what is said, how it ends.
//! `UPDATE_EXPECTED=1` writes what is found: read the difference before committing it.

#[path = "function/case.rs"]
mod case;
#[path = "function/ends.rs"]
mod ends;
#[allow(dead_code, reason = "the other suites split command lines too")]
mod process;

use std::borrow::Cow;

use case::Case;
use kubectl_kserve::function::{self, Reply};
use kubectl_kserve::yaml;
use serde::Deserialize;
use serde_yaml::Value;

/// The cases in which a word of the input has to go. Their own expectations show which.
const REPLACED: [&str; 9] = [
    "form-null-runtime",
    "framework",
    "framework-unquoted",
    "repin",
    "results-null-before-items",
    "results-null-comment",
    "results-null-json",
    "results-null-word",
    "results-null",
];

#[test]
fn every_case_comes_out_as_expected() {
    let cases = case::all();
    assert!(cases.len() >= 120, "only {} cases were found", cases.len());
    let problems: Vec<String> = cases.iter().filter_map(check).collect();
    assert!(problems.is_empty(), "{}\nUPDATE_EXPECTED=1 writes the files anew", problems.join("\n"));
}

fn check(case: &Case) -> Option<String> {
    let found = case.found();
    if process::updating() {
        case.write(&found);
        return None;
    }
    process::difference(&format!("{}: {}", case.path.display(), case.why), &case.expected, &found)
}

/// What the library answers to a case. Only inputs that are no text at all are the program's own business.
fn answer(case: &Case) -> (String, Reply<'_>) {
    let reply = function::run(yaml::decode(case.input.as_bytes()).expect("a case is UTF-8"));
    (reply.output.concat(), reply)
}

/// The answers that another reader can judge: the inputs that it can read, as they were and as they came out.
fn judged() -> Vec<(Case, Value, Value, bool)> {
    let mut judged = Vec::new();
    for case in case::all() {
        let (output, reply) = answer(&case);
        let failed = reply.failed;
        if let (false, Some(given)) = (output.is_empty(), semantics(&case.input)) {
            let found =
                semantics(&output).unwrap_or_else(|| panic!("{}: no other reader can read {output}", case.name()));
            judged.push((case, given, found, failed));
        }
    }
    assert!(judged.len() >= 80, "only {} answers can be judged", judged.len());
    judged
}

fn semantics(text: &str) -> Option<Value> {
    let document = serde_yaml::Deserializer::from_str(text).next()?;
    Value::deserialize(document).ok()
}

fn without_results(mut list: Value) -> Value {
    list.as_mapping_mut().expect("a ResourceList is a mapping").remove("results");
    list
}

/// Every answer is empty, or all of the input with something between.
#[test]
fn nothing_of_the_input_is_lost() {
    for case in case::all().iter().filter(|case| !REPLACED.contains(&case.name().as_str())) {
        let (_, reply) = answer(case);
        if reply.output.is_empty() {
            assert!(reply.failed, "{}: an empty answer must not look like a good one", case.name());
            continue;
        }
        let kept = reply.output.iter().filter(|piece| matches!(piece, Cow::Borrowed(_)));
        let kept: String = kept.map(AsRef::as_ref).collect();
        assert_eq!(kept, case.input, "{}", case.name());
    }
}

/// Read by another reader, the answer is the input with some runtimes, and nothing else.
#[test]
fn only_runtimes_are_added_to_the_items() {
    for (case, given, mut found, failed) in judged() {
        if REPLACED.contains(&case.name().as_str()) {
            continue;
        }
        let pins = take_pins_out(&given, &mut found);
        assert_eq!(without_results(found), without_results(given), "{}", case.name());
        assert!(!failed || pins == 0, "{}: a failing function must not write pins", case.name());
    }
}

#[test]
fn a_failure_leaves_every_item_as_it_came() {
    for (case, given, found, failed) in judged() {
        let (output, reply) = answer(&case);
        if failed || reply.diff.is_empty() {
            assert_eq!(without_results(found), without_results(given), "{}", case.name());
            let before_results = |text: &str| text.split("results").next().map(str::to_owned);
            assert_eq!(before_results(&output), before_results(&case.input), "{}", case.name());
        }
    }
}

/// Removes the runtimes that `given` does not have, and counts them.
fn take_pins_out(given: &Value, found: &mut Value) -> usize {
    let mut pins = 0;
    let Some(items) = found.get_mut("items").and_then(Value::as_sequence_mut) else { return pins };
    for (index, item) in items.iter_mut().enumerate() {
        let before = &given["items"][index]["spec"]["predictor"]["model"];
        let Some(model) = item.get_mut("spec").and_then(|spec| spec.get_mut("predictor")?.get_mut("model")) else {
            continue;
        };
        if before.get("runtime").is_none()
            && let Some(model) = model.as_mapping_mut()
        {
            pins += usize::from(model.remove("runtime").is_some());
        }
    }
    pins
}

/// A pipe may break anywhere. kpt and kustomize write the functionConfig behind the items, so a list that lost items has
/// lost that too; what still looks whole must be answered with every item or with an error.
#[test]
fn a_list_that_was_cut_anywhere_is_not_answered_with_fewer_items() {
    let case = case::all().into_iter().find(|case| case.name() == "form-v1").expect("the case is there");
    let whole = semantics(&case.input).expect("another reader can read it");
    let mut answered = 0;
    for cut in 0..case.input.len() {
        let reply = function::run(&case.input[..cut]);
        if !reply.failed {
            let answer = semantics(&reply.output.concat()).expect("another reader can read it");
            let items = |list: &Value| list["items"].as_sequence().map(Vec::len);
            assert_eq!(items(&answer), items(&whole), "cut at {cut}");
            answered += 1;
        }
    }
    assert!(answered < 20, "{answered} cut lists were answered; only the end of the configuration can be missed");
}

#[test]
fn what_came_out_fed_in_again_is_not_edited() {
    for (case, _, once, failed) in judged() {
        if failed {
            continue;
        }
        let (text, _) = answer(&case);
        let again = function::run(&text);
        let twice = semantics(&again.output.concat()).expect("another reader can read it");
        assert!(!again.failed, "{}: {}", case.name(), again.messages);
        assert_eq!(without_results(twice), without_results(once), "{}", case.name());
        assert!(!again.messages.contains("@@"), "{}: a second run shows a diff: {}", case.name(), again.messages);
    }
}

/// The specification's own words on results; that they come errors first is kpt's, which shows four.
#[test]
fn results_are_as_the_specification_has_them() {
    let mut seen = 0;
    for (case, given, found, failed) in judged() {
        let (given, found) = (results(&given), results(&found));
        assert_eq!(found[..given.len()], given, "{}: results of other functions stay in front", case.name());
        let ours = &found[given.len()..];
        seen += ours.len();
        let severities: Vec<&str> = ours.iter().map(|result| text(result, "severity")).collect();
        let rank = |severity: &&str| ["error", "warning", "info"].iter().position(|known| known == severity);
        assert!(severities.iter().all(|severity| rank(severity).is_some()), "{}: {severities:?}", case.name());
        assert!(severities.is_sorted_by_key(rank), "{}: {severities:?}", case.name());
        assert_eq!(severities.contains(&"error"), failed, "{}: errors and exit code disagree", case.name());
        for result in ours {
            judge(&case.name(), result);
        }
    }
    assert!(seen >= 60, "only {seen} results were seen");
}

fn results(list: &Value) -> Vec<Value> {
    list.get("results").and_then(Value::as_sequence).cloned().unwrap_or_default()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn judge(case: &str, result: &Value) {
    assert!(!text(result, "message").is_empty(), "{case}: a result needs a message");
    assert!(!text(result, "message").contains('\n'), "{case}: kpt shows a result on one line");
    if let Some(reference) = result.get("resourceRef") {
        for key in ["apiVersion", "kind", "name"] {
            assert!(!text(reference, key).is_empty(), "{case}: a resourceRef needs {key}");
        }
    }
    if let Some(field) = result.get("field") {
        assert!(result.get("resourceRef").is_some(), "{case}: a field needs a resourceRef");
        assert!(!text(field, "path").is_empty(), "{case}: a field needs a path");
    }
    if let Some(file) = result.get("file") {
        let path = text(file, "path");
        assert!(!path.is_empty() && !path.starts_with('/'), "{case}: {path:?} is no relative path");
    }
}
