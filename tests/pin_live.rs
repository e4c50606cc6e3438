//! `pin` on live services where other people write at the same time, and where the server gives up in between.

#[allow(dead_code, reason = "the other suites split command lines too")]
mod process;
#[path = "pin_live/server.rs"]
mod server;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use process::Ended;
use server::{Before, Instead, Server, deployment, service, status, touch};

const PINNED: &str = "pinned: 1 of 1 InferenceService\n";

/// Pins what is named with the KServe release given, and keeps the server for questions.
fn pin(services: Vec<Value>, before: Before, arguments: &[&str]) -> (Ended, Server) {
    let server = Server::start(services, before);
    (pin_on(&server, arguments), server)
}

fn pin_on(server: &Server, arguments: &[&str]) -> Ended {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pin_live");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let home = ("HOME".to_owned(), folder.display().to_string());
    let address = format!("http://{}", server.address);
    let fixed = ["pin", "-n", "ml", "--kserve-version", "v0.20.0", "-s", &address];
    let arguments: Vec<&str> = fixed.iter().chain(arguments).copied().collect();
    process::run(&process::program(), &arguments, &folder, &[home], b"")
}

fn nobody(_: usize, _: &mut [Value]) -> Option<Instead> {
    None
}

fn pins(names: &[&str]) -> Vec<Option<String>> {
    names.iter().map(|name| (!name.is_empty()).then(|| (*name).to_owned())).collect()
}

#[test]
fn every_service_is_tried_before_the_first_is_written() {
    let (ended, server) = pin(vec![service("iris", "sklearn"), service("wine", "xgboost")], nobody, &["--all"]);
    assert_eq!(ended.stderr, "pinned: 2 of 2 InferenceServices\n");
    assert_eq!(ended.code, Some(0));
    assert_eq!(server.patches(), ["try iris", "try wine", "write iris", "write wine"]);
    assert_eq!(server.pins(), pins(&["learned", "boosted"]));
}

#[test]
fn a_service_that_is_named_twice_is_pinned_once() {
    let (ended, server) = pin(vec![service("iris", "sklearn")], nobody, &["iris", "isvc/iris"]);
    assert_eq!(ended.stderr, PINNED);
    assert_eq!(server.patches(), ["try iris", "write iris"]);
}

#[test]
fn a_service_that_changed_meanwhile_is_resolved_again() {
    let other_format = |number: usize, services: &mut [Value]| {
        if number == 1 {
            services[0]["spec"]["predictor"]["model"]["modelFormat"]["name"] = "xgboost".into();
            touch(&mut services[0]);
        }
        None
    };
    let (ended, server) = pin(vec![service("iris", "sklearn")], other_format, &["iris"]);
    assert_eq!(ended.stderr, PINNED);
    assert_eq!(server.patches(), ["try iris", "try iris", "write iris"]);
    assert_eq!(server.pins(), pins(&["boosted"]));
    // Whoever looks sees what is written in the end, too.
    let added: Vec<&str> = ended.stdout.lines().filter(|line| line.starts_with("+ ")).collect();
    assert_eq!(added, ["+      runtime: learned", "+      runtime: boosted"]);
}

#[test]
fn a_service_that_changed_after_it_was_tried_is_tried_again() {
    let touched = |number: usize, services: &mut [Value]| {
        if number == 2 {
            touch(&mut services[0]);
        }
        None
    };
    let (ended, server) = pin(vec![service("iris", "sklearn")], touched, &["iris"]);
    assert_eq!((ended.stderr.as_str(), ended.code), (PINNED, Some(0)));
    assert_eq!(server.patches(), ["try iris", "write iris", "try iris", "write iris"]);
    // The same diff is shown once.
    assert_eq!(ended.stdout.matches("runtime: learned").count(), 1);
}

#[test]
fn a_service_that_somebody_else_pinned_meanwhile_is_as_it_should_be() {
    let pinned = |number: usize, services: &mut [Value]| {
        if number == 1 {
            services[0]["spec"]["predictor"]["model"]["runtime"] = "learned".into();
            touch(&mut services[0]);
        }
        None
    };
    let (ended, server) = pin(vec![service("iris", "sklearn")], pinned, &["iris"]);
    assert_eq!(ended.stderr, "pinned: 0 of 1 InferenceService, 1 as it should be\n");
    assert_eq!((ended.code, server.patches()), (Some(0), vec!["try iris".to_owned()]));
}

#[test]
fn a_service_that_cannot_be_pinned_any_more_is_refused() {
    let other_format = |number: usize, services: &mut [Value]| {
        if number == 1 {
            services[0]["spec"]["predictor"]["model"]["modelFormat"]["name"] = "onnx".into();
            touch(&mut services[0]);
        }
        None
    };
    let (ended, server) = pin(vec![service("iris", "sklearn")], other_format, &["iris"]);
    let refusal =
        "no runtime supports it (NoSupportingRuntime: No runtime found to support specified framework/version)";
    let lines = [
        format!("error: InferenceService ml/iris: {refusal}"),
        "error: 1 of 1 InferenceService could not be pinned: nothing was written".to_owned(),
    ];
    assert_eq!(ended.stderr.lines().collect::<Vec<_>>(), lines);
    assert_eq!((ended.code, server.pins()), (Some(2), pins(&[""])));
}

#[test]
fn a_service_that_never_rests_is_given_up() {
    let always = |_: usize, services: &mut [Value]| {
        touch(&mut services[0]);
        None
    };
    let (ended, server) = pin(vec![service("iris", "sklearn")], always, &["iris"]);
    assert!(ended.stderr.starts_with("error: InferenceService ml/iris: others changed it 5 times"), "{}", ended.stderr);
    assert_eq!((ended.code, server.pins()), (Some(2), pins(&[""])));
    assert_eq!(server.patches(), ["try iris"; 5]);
}

#[test]
fn what_was_written_before_a_failure_is_said() {
    let denied = |number: usize, _: &mut [Value]| {
        (number == 5).then(|| Instead::Answer(403, "", status("Forbidden", "the quota is used up")))
    };
    let services = || vec![service("iris", "sklearn"), service("rose", "sklearn"), service("wine", "xgboost")];
    let (ended, server) = pin(services(), denied, &["--all"]);
    let lines = [
        "Error from server (Forbidden): the quota is used up",
        "error: 1 of 3 InferenceServices could not be pinned; written were: ml/iris",
    ];
    assert_eq!(ended.stderr.lines().collect::<Vec<_>>(), lines);
    assert_eq!((ended.code, server.pins()), (Some(2), pins(&["learned", "", ""])));

    let (ended, server) = pin(services(), denied, &["--all", "--keep-going"]);
    assert!(ended.stderr.ends_with("pinned: 2 of 3 InferenceServices, 1 left as it is\n"), "{}", ended.stderr);
    assert_eq!((ended.code, server.pins()), (Some(1), pins(&["learned", "", "boosted"])));
}

#[test]
fn a_service_that_the_server_refuses_to_try_keeps_the_others_from_being_written() {
    let denied = |number: usize, _: &mut [Value]| {
        (number == 2).then(|| Instead::Answer(403, "", status("Forbidden", "no patch of \u{1b}[31mwine")))
    };
    let (ended, server) = pin(vec![service("iris", "sklearn"), service("wine", "xgboost")], denied, &["--all"]);
    let lines = [
        "Error from server (Forbidden): no patch of \\u{1b}[31mwine",
        "error: 1 of 2 InferenceServices could not be pinned: nothing was written",
    ];
    assert_eq!(ended.stderr.lines().collect::<Vec<_>>(), lines);
    assert_eq!((ended.code, server.pins()), (Some(2), pins(&["", ""])));
}

#[test]
fn a_server_that_goes_away_leaves_a_doubt_that_is_said() {
    let gone = |number: usize, _: &mut [Value]| (number == 4).then_some(Instead::HangUp);
    let services = vec![service("iris", "sklearn"), service("wine", "xgboost")];
    let (ended, server) = pin(services, gone, &["--all", "--keep-going"]);
    let end = "error: it is not known whether InferenceService ml/wine was written; written were: ml/iris\n";
    assert!(ended.stderr.starts_with("Unable to connect to the server: "), "{}", ended.stderr);
    assert!(ended.stderr.ends_with(end), "{}", ended.stderr);
    assert_eq!((ended.code, server.pins()), (Some(2), pins(&["learned", ""])));
}

#[test]
fn warnings_of_the_server_can_be_taken_for_errors_before_anything_is_written() {
    let warned = |number: usize, services: &mut [Value]| {
        let answer =
            || Instead::Answer(200, "Warning: 299 - \"think twice\"\r\n", with_runtime(&services[0], "learned"));
        (number == 1).then(answer)
    };
    let (ended, server) = pin(vec![service("iris", "sklearn")], warned, &["iris", "--warnings-as-errors"]);
    assert_eq!(ended.stderr, "Warning: think twice\nerror: nothing was written: 1 warning received\n");
    assert_eq!((ended.code, server.patches()), (Some(2), vec!["try iris".to_owned()]));

    let (ended, server) = pin(vec![service("iris", "sklearn")], warned, &["iris"]);
    assert_eq!(ended.stderr, format!("Warning: think twice\n{PINNED}"));
    assert_eq!((ended.code, server.pins()), (Some(0), pins(&["learned"])));
}

#[test]
fn warnings_that_come_with_the_write_are_errors_after_it() {
    let warned = |number: usize, services: &mut [Value]| {
        let answer = || Instead::Answer(200, "Warning: 299 - \"too late\"\r\n", with_runtime(&services[0], "learned"));
        (number == 2).then(answer)
    };
    let (ended, _) = pin(vec![service("iris", "sklearn")], warned, &["iris", "--warnings-as-errors"]);
    assert_eq!(ended.stderr, format!("Warning: too late\n{PINNED}error: 1 warning received\n"));
    assert_eq!(ended.code, Some(2));
}

fn with_runtime(service: &Value, runtime: &str) -> Value {
    let mut service = service.clone();
    service["spec"]["predictor"]["model"]["runtime"] = runtime.into();
    service
}

#[test]
fn a_service_that_has_drifted_is_not_moved_unasked() {
    let drifted = || {
        let mut service = service("iris", "sklearn");
        service["status"] = json!({"clusterServingRuntimeName": "boosted"});
        vec![service]
    };
    let (ended, server) = pin(drifted(), nobody, &["iris"]);
    let refusal = "KServe runs it on ClusterServingRuntime boosted; written now, it would move to \
                   ClusterServingRuntime learned; --allow-move permits it";
    assert!(ended.stderr.starts_with(&format!("error: InferenceService ml/iris: {refusal}\n")), "{}", ended.stderr);
    assert_eq!((ended.code, server.patches().len()), (Some(2), 0));

    let (ended, server) = pin(drifted(), nobody, &["iris", "--allow-move"]);
    assert_eq!((ended.stderr.as_str(), ended.code), (PINNED, Some(0)));
    assert_eq!(server.pins(), pins(&["learned"]));
}

/// A runtime's image was changed since KServe looked at the service: any write would roll the new one out.
#[test]
fn a_service_that_runs_another_image_is_not_moved_unasked() {
    let server = Server::start(vec![service("iris", "sklearn")], nobody)
        .with_deployments(Some(vec![deployment("iris", "example.com/server:0")]));
    let ended = pin_on(&server, &["iris"]);
    let refusal = "KServe runs it on image example.com/server:0; written now, it would move to image \
                   example.com/server:1; --allow-move permits it";
    assert!(ended.stderr.starts_with(&format!("error: InferenceService ml/iris: {refusal}\n")), "{}", ended.stderr);
    assert_eq!((ended.code, server.patches().len()), (Some(2), 0));

    let ended = pin_on(&server, &["iris", "--allow-move"]);
    assert_eq!((ended.stderr.as_str(), ended.code), (PINNED, Some(0)));
    assert_eq!(server.pins(), pins(&["learned"]));
}

/// Whoever may not list Deployments can pin all the same, and hears what was not looked at.
#[test]
fn images_that_may_not_be_read_are_told_and_stop_nothing() {
    let server = Server::start(vec![service("iris", "sklearn")], nobody).with_deployments(None);
    let ended = pin_on(&server, &["iris"]);
    assert_eq!(
        ended.stderr,
        format!(
            "note: the images that run are not known: Error from server (Forbidden): no deployments for you\n{PINNED}"
        )
    );
    assert_eq!((ended.code, server.pins()), (Some(0), pins(&["learned"])));
}

#[test]
fn graphs_that_may_not_be_read_matter_where_they_could_call_otherwise() {
    let mut over_v2 = service("iris", "sklearn");
    over_v2["spec"]["predictor"]["model"]["protocolVersion"] = "v2".into();
    let server = Server::start(vec![over_v2, service("wine", "xgboost")], nobody).hiding_graphs();
    let ended = pin_on(&server, &["--all", "--keep-going"]);
    let refusal = "the InferenceGraphs could not be read, and one that calls it would call /v1/models/…:predict \
                   instead of /v2/models/…/infer; --allow-graph-change permits it";
    assert!(ended.stderr.contains(&format!("error: InferenceService ml/iris: {refusal}\n")), "{}", ended.stderr);
    assert_eq!((ended.code, server.pins()), (Some(1), pins(&["", "boosted"])));

    let ended = pin_on(&server, &["iris", "--allow-graph-change"]);
    assert_eq!((ended.stderr.as_str(), ended.code), (PINNED, Some(0)));
    assert_eq!(server.pins(), pins(&["learned", "boosted"]));
}

#[test]
fn what_the_server_changes_beside_the_pin_is_shown_and_refused() {
    let more = |_: usize, services: &mut [Value]| {
        let mut answer = with_runtime(&services[0], "learned");
        answer["spec"]["predictor"]["minReplicas"] = 1.into();
        Some(Instead::Answer(200, "", answer))
    };
    let (ended, server) = pin(vec![service("iris", "sklearn")], more, &["iris"]);
    let problem = "error: InferenceService ml/iris: the server would change more than the runtime";
    assert!(ended.stderr.starts_with(problem), "{}", ended.stderr);
    let second = "--- pinned/ml/iris.yaml\n+++ stored/ml/iris.yaml\n";
    let (_, after) = ended.stdout.split_once(second).expect("there is a second diff");
    assert!(after.contains("+    minReplicas: 1\n"), "{after}");
    assert_eq!((ended.code, server.patches()), (Some(2), vec!["try iris".to_owned()]));

    let (ended, server) = pin(vec![service("iris", "sklearn")], more, &["iris", "--allow-webhook-changes"]);
    assert_eq!((ended.code, server.patches()), (Some(0), vec!["try iris".to_owned(), "write iris".to_owned()]));
    assert!(ended.stdout.contains(second), "{}", ended.stdout);
}

#[test]
fn a_dry_run_on_the_server_tries_everything_and_writes_nothing() {
    let services = || vec![service("iris", "sklearn"), service("wine", "xgboost")];
    let (ended, server) = pin(services(), nobody, &["--all", "--dry-run=server"]);
    assert_eq!(ended.stderr, "would be pinned: 2 of 2 InferenceServices\n");
    assert_eq!((ended.code, server.patches()), (Some(1), vec!["try iris".to_owned(), "try wine".to_owned()]));
    for looks in ["--dry-run=client", "--dry-run", "--check"] {
        let (ended, server) = pin(services(), nobody, &["--all", looks]);
        assert_eq!(ended.stderr, "would be pinned: 2 of 2 InferenceServices\n");
        assert_eq!((ended.code, server.patches().len()), (Some(1), 0), "{looks}");
    }
}
