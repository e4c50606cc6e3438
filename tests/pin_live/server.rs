//! An API server with the services of one namespace, two runtimes, and other people who write at the worst moment.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

const SERVICES: &str = "/apis/serving.kserve.io/v1beta1/namespaces/ml/inferenceservices";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/ml/deployments";
const RUNTIMES: &str = "/apis/serving.kserve.io/v1alpha1/clusterservingruntimes";

/// What the server does instead of carrying a patch out.
pub(crate) enum Instead {
    /// It answers so: status, headers, body.
    Answer(u16, &'static str, Value),
    /// It goes away without a word.
    HangUp,
}

/// What happens right before a patch is looked at: its number, from one, and the services.
pub(crate) type Before = fn(usize, &mut [Value]) -> Option<Instead>;

/// The server's view of the world.
pub(crate) struct World {
    services: Vec<Value>,
    before: Before,
    hides_graphs: bool,
    deployments: Option<Vec<Value>>,
    /// Which services were to be changed: `try iris`, `write iris`.
    patches: Vec<String>,
}

/// A server that runs until the test is over.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    world: Arc<Mutex<World>>,
}

impl Server {
    pub(crate) fn start(services: Vec<Value>, before: Before) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let world = Arc::new(Mutex::new(World {
            services,
            before,
            hides_graphs: false,
            deployments: Some(Vec::new()),
            patches: Vec::new(),
        }));
        let shared = Arc::clone(&world);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let world = Arc::clone(&shared);
                std::thread::spawn(move || answer(&stream, &world));
            }
        });
        Self { address, world }
    }

    /// The same server for a user who may not list `InferenceGraphs`.
    pub(crate) fn hiding_graphs(self) -> Self {
        lock(&self.world).hides_graphs = true;
        self
    }

    /// The same server with these `Deployments`; none for a user who may not list them.
    pub(crate) fn with_deployments(self, deployments: Option<Vec<Value>>) -> Self {
        lock(&self.world).deployments = deployments;
        self
    }

    /// The runtime that each service names in the end.
    pub(crate) fn pins(&self) -> Vec<Option<String>> {
        let runtime = |service: &Value| Some(service.pointer("/spec/predictor/model/runtime")?.as_str()?.to_owned());
        lock(&self.world).services.iter().map(runtime).collect()
    }

    /// The patches, in the order in which they came.
    pub(crate) fn patches(&self) -> Vec<String> {
        lock(&self.world).patches.clone()
    }
}

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads one request and answers it.
fn answer(stream: &TcpStream, world: &Mutex<World>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let (mut length, mut content_type) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        match header.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().ok()?,
            Some((name, value)) if name.eq_ignore_ascii_case("content-type") => value.clone_into(&mut content_type),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (code, headers, body) = match method {
        "PATCH" => {
            assert_eq!(content_type, "application/merge-patch+json");
            assert!(query.starts_with("fieldManager=kubectl-kserve"), "{query}");
            patch(&mut lock(world), path.strip_prefix(SERVICES)?.trim_start_matches('/'), query, &body)?
        }
        _ => get(&lock(world), path),
    };
    let body = body.to_string();
    let head = format!("HTTP/1.1 {code} Answer\r\nContent-Type: application/json\r\n{headers}Connection: close\r\n");
    let mut stream = stream;
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).ok()
}

type Answer = (u16, &'static str, Value);

fn get(world: &World, path: &str) -> Answer {
    let list = |items: Vec<Value>| (200, "", json!({"kind": "List", "metadata": {}, "items": items}));
    match path.strip_prefix(SERVICES) {
        Some("") => list(world.services.clone()),
        Some(name) => {
            let found = world.services.iter().find(|service| service["metadata"]["name"] == name[1..]);
            (200, "", found.expect("only services that are there are asked for").clone())
        }
        None if path == RUNTIMES => list(vec![runtime("learned", "sklearn"), runtime("boosted", "xgboost")]),
        None if world.hides_graphs && path.ends_with("/inferencegraphs") => {
            (403, "", status("Forbidden", "no inferencegraphs for you"))
        }
        None if path == DEPLOYMENTS => match &world.deployments {
            Some(deployments) => list(deployments.clone()),
            None => (403, "", status("Forbidden", "no deployments for you")),
        },
        None if path.starts_with("/apis/serving.kserve.io/") => list(Vec::new()),
        None => (404, "", Value::Null),
    }
}

/// As the API server does it: a patch that names another resourceVersion than the stored one is a conflict.
fn patch(world: &mut World, name: &str, query: &str, body: &[u8]) -> Option<Answer> {
    let tries = query.ends_with("&dryRun=All");
    world.patches.push(if tries { format!("try {name}") } else { format!("write {name}") });
    match (world.before)(world.patches.len(), &mut world.services) {
        Some(Instead::Answer(code, headers, body)) => return Some((code, headers, body)),
        Some(Instead::HangUp) => return None,
        None => {}
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    let service = world.services.iter_mut().find(|service| service["metadata"]["name"] == name)?;
    if service["metadata"]["resourceVersion"] != body["metadata"]["resourceVersion"] {
        return Some((409, "", status("Conflict", "the object has been modified")));
    }
    let mut changed = service.clone();
    merge(&mut changed, &body);
    touch(&mut changed);
    if !tries {
        *service = changed.clone();
    }
    Some((200, "", changed))
}

fn merge(target: &mut Value, patch: &Value) {
    for (key, change) in patch.as_object().expect("an object is patched with an object") {
        match change {
            Value::Null => drop(target.as_object_mut().and_then(|fields| fields.remove(key))),
            Value::Object(_) => merge(&mut target[key], change),
            _ => target[key] = change.clone(),
        }
    }
}

/// Another version of the object.
pub(crate) fn touch(service: &mut Value) {
    let version: u32 = service["metadata"]["resourceVersion"].as_str().and_then(|text| text.parse().ok()).unwrap_or(0);
    service["metadata"]["resourceVersion"] = (version + 1).to_string().into();
}

/// The body of a failure.
pub(crate) fn status(reason: &str, message: &str) -> Value {
    json!({"kind": "Status", "reason": reason, "message": message})
}

/// A service of the namespace ml.
pub(crate) fn service(name: &str, format: &str) -> Value {
    json!({
        "apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
        "metadata": {"name": name, "namespace": "ml", "resourceVersion": "1"},
        "spec": {"predictor": {"model": {"modelFormat": {"name": format}}}}
    })
}

/// The `Deployment` of a service's predictor.
pub(crate) fn deployment(service: &str, image: &str) -> Value {
    json!({
        "metadata": {
            "name": format!("{service}-predictor"), "namespace": "ml",
            "labels": {"serving.kserve.io/inferenceservice": service, "component": "predictor"}
        },
        "spec": {"template": {"spec": {"containers": [{"name": "kserve-container", "image": image}]}}}
    })
}

fn runtime(name: &str, format: &str) -> Value {
    json!({
        "apiVersion": "serving.kserve.io/v1alpha1", "kind": "ClusterServingRuntime",
        "metadata": {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {
            "supportedModelFormats": [{"name": format, "autoSelect": true}], "protocolVersions": ["v1", "v2"],
            "containers": [{"name": "kserve-container", "image": "example.com/server:1"}]
        }
    })
}
