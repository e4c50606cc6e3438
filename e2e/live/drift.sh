# shellcheck shell=bash
# `drift` and `snapshot` beside the real controller: what it would do, and what it then does. Sourced by run.
#
# The services are in a namespace of their own, and the runtimes support a format that no other service asks for.

drift_as() {
    local user=$1
    shift
    scrubbed KUBECONFIG="$cluster/kubeconfig.$user" kubectl-kserve drift --kserve-version "$release" "$@"
}

snapshot_as() {
    local user=$1
    shift
    scrubbed KUBECONFIG="$cluster/kubeconfig.$user" kubectl-kserve snapshot "$@"
}

# Without the runtimes, which have a time each.
head_of_snapshot() {
    local text
    text=$(snapshot_as "$@")
    sed '/^---$/,$d' <<<"$text"
}

# runtime_for_drift NAME IMAGE    a runtime of the cluster; the younger of two wins
runtime_for_drift() {
    kubectl_as admin apply -f - >/dev/null <<RUNTIME
apiVersion: serving.kserve.io/v1alpha1
kind: ClusterServingRuntime
metadata: {name: $1}
spec:
  supportedModelFormats: [{name: drifting, version: "1", autoSelect: true}]
  protocolVersions: [v1]
  containers: [{name: kserve-container, image: "$2"}]
RUNTIME
}

# service_for_drift NAME [FIELDS OF THE MODEL]
service_for_drift() {
    kubectl_as admin apply -f - >/dev/null <<SERVICE
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: $1, namespace: drift}
spec: {predictor: {model: {modelFormat: {name: drifting, version: "1"}, storageUri: "gs://bucket/model"${2:-}}}}
SERVICE
}

# NAME<tab>RUNTIME, as the controller recorded it
recorded_in_drift() {
    kubectl_as admin -n drift get inferenceservices -o json |
        jq -r '.items[] | [.metadata.name, .status.clusterServingRuntimeName // "-"] | @tsv'
}

is_recorded() {
    recorded_in_drift | grep -qxF "$1"$'\t'"$2"
}

# The image in the Deployment of a service
runs_image() {
    kubectl_as admin -n drift get deployment "$1-predictor" -o json |
        jq -e --arg image "$2" '.spec.template.spec.containers[] | select(.name == "kserve-container") | .image == $image'
}

# NAME<tab>RUNTIME, as drift says it will be recorded
said_by_drift() {
    local answer code=0
    answer=$(drift_as admin -n drift -o json) || code=$?
    jq -r '.items[] | [.name, .runtime.name // "-"] | @tsv' <<<"$answer"
    return "$code"
}

runtime_names_of() {
    local answer code=0
    answer=$("$@") || code=$?
    jq -r '.items[] | [.namespace, .name, .outcome, .runtime.name // "-"] | @tsv' <<<"$answer"
    return "$code"
}

compare_drift() {
    local release=$1
    kubectl_as admin create namespace drift >/dev/null
    runtime_for_drift drift-older example.com/older:1
    service_for_drift moves
    service_for_drift pinned ', runtime: drift-older'
    wait_for "the answers to the services that will drift" 30 is_recorded moves drift-older
    wait_for "the Deployment of a service that will drift" 30 runs_image pinned example.com/older:1
    wait_for "the Deployment of another service that will drift" 30 runs_image moves example.com/older:1
    check "$release: nothing drifts from what the controller has just written" \
        --stdout /dev/null --stderr-has 'note: nothing drifts: 2 InferenceServices as recorded' --stderr-lacks 'images' \
        -- drift_as admin -n drift
    check "$release: which, live, shows the image that runs" \
        --stdout-has 'running   example.com/older:1 (as now)' --stderr /dev/null \
        -- which_as admin moves -n drift --kserve-version "$release"
    compare_snapshot
    compare_moves
    who_may_take_snapshots
}

compare_snapshot() {
    snapshot_as viewer --kserve-version "$release" >"$scratch/snapshot.yaml"
    check "$release: a snapshot of an unchanged cluster is the same bytes again" \
        --stdout "$scratch/snapshot.yaml" --stdout-has 'complete: true' --stdout-has "kserveVersion: $release" --stderr /dev/null \
        -- snapshot_as viewer --kserve-version "$release"
    check "$release: a snapshot says when it was taken, if that is wanted" \
        --stdout-matches '^  creationTimestamp: "?20[0-9-]+T[0-9:]+Z"?$' --stdout-has '  name: of-today' --stderr /dev/null \
        -- head_of_snapshot viewer --kserve-version "$release" --timestamp --name of-today
    check "$release: nothing has changed since the snapshot" \
        --stdout /dev/null --stderr-has 'since the snapshot: 0 services moved, 0 runtimes changed' \
        -- drift_as viewer -n drift --against "$scratch/snapshot.yaml"
    kubectl_as admin get inferenceservices --all-namespaces -o yaml >"$scratch/live-services.yaml"
    local code=0
    runtime_names_of which_as viewer --kserve-version "$release" -A -o json >"$scratch/live-answers" || code=$?
    check "$release: which, from files and the snapshot, answers as the cluster does" --exit "$code" \
        --stdout "$scratch/live-answers" --stderr /dev/null \
        -- runtime_names_of scrubbed kubectl-kserve which -f "$scratch/live-services.yaml" --runtimes "$scratch/snapshot.yaml" -o json
}

# A younger runtime makes the controller look at no service. When it does, it takes what drift has said.
compare_moves() {
    sleep 1.1
    runtime_for_drift drift-younger example.com/younger:1
    check "$release: a younger runtime would move a service, and no pinned one" --exit 1 \
        --stdout-matches '^drift +moves +drift-older +drift-younger +Moved ' --stdout-lacks pinned \
        --stderr-has 'note: 1 of 2 InferenceServices drift' \
        -- drift_as admin -n drift
    check "$release: the controller has not moved it yet" \
        --stdout-matches $'^moves\tdrift-older$' --stderr /dev/null \
        -- recorded_in_drift
    said_by_drift >"$scratch/said" 2>/dev/null || true
    kubectl_as admin -n drift annotate inferenceservices --all touched=again >/dev/null
    wait_for "the controller to look again" 30 is_recorded moves drift-younger
    check "$release: when the controller looks again, it records what drift said" \
        --stdout "$scratch/said" --stderr /dev/null \
        -- recorded_in_drift

    runtime_for_drift drift-older example.com/older:2
    wait_for "the controller to write the new image" 30 runs_image pinned example.com/older:2
    check "$release: since the snapshot a service has moved, and a runtime has another image" --exit 1 \
        --stdout-matches '^drift +moves +drift-older +drift-younger +Moved ' \
        --stdout-has 'ClusterServingRuntime drift-younger was added' \
        --stdout-has 'spec.containers[0].image (kserve-container): example.com/older:1 -> example.com/older:2' \
        --stderr-has 'since the snapshot: 1 service moved, 2 runtimes changed' \
        -- drift_as viewer -n drift --against "$scratch/snapshot.yaml"
}

who_may_take_snapshots() {
    check "$release: who may not list ClusterServingRuntimes gets a snapshot that says it is not complete" --exit 1 \
        --stdout-has 'complete: false' --stdout-has 'namespaces:' \
        --stderr-has 'User "team-a" cannot list resource "clusterservingruntimes"' --stderr-has 'the snapshot is not complete' \
        -- snapshot_as team-a -n team-a --kserve-version "$release"
    check "$release: who may not list ClusterServingRuntimes hears of no drift that is not certain" --exit 1 \
        --stdout-has ' Open ' --stdout-lacks Vanished --stdout-lacks Moved --stdout-lacks Lost \
        --stderr-has 'User "team-a" cannot list resource "clusterservingruntimes"' \
        -- drift_as team-a
    check "$release: who may list nothing gets no snapshot" --exit 2 --stdout /dev/null \
        --stderr-has 'error: there is nothing to write: no runtimes may be read' \
        -- snapshot_as nobody
    check "$release: a release that is only a guess is not written" \
        --stdout-lacks kserveVersion --stderr-has 'note: no KServe release is written' \
        -- snapshot_as viewer
    check "$release: who may not list Deployments is told what is not known, and no wrong drift" --exit 0 \
        --stdout /dev/null --stderr-has 'note: the images that run are not known: Error from server (Forbidden)' \
        -- drift_as viewer -n drift
}
