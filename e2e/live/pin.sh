# shellcheck shell=bash
# `pin` on live services: what it writes, what the controller makes of that, and what it refuses. Sourced by run.

# pin_as USER ARGUMENT…    in the namespace of this theme
pin_as() {
    local user=$1
    shift
    scrubbed KUBECONFIG="$cluster/kubeconfig.$user" kubectl-kserve pin -n to-pin "$@"
}

apply_to_pin() {
    kubectl_as admin -n to-pin apply -f - >/dev/null
}

make_services_to_pin() {
    kubectl_as admin create namespace to-pin >/dev/null
    apply_to_pin <<'SERVICES'
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: iris, labels: {to: pin}}
spec: {predictor: {model: {modelFormat: {name: sklearn}, storageUri: "gs://bucket/model"}}}
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: framework, labels: {to: pin}}
spec: {predictor: {triton: {storageUri: "gs://bucket/model"}}}
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: unsupported}
spec: {predictor: {model: {modelFormat: {name: no-such-format}, storageUri: "gs://bucket/model"}}}
SERVICES
    wait_for_answers
}

# The specs, and what the program is written down as having set.
stored_specs() {
    kubectl_as admin -n to-pin get inferenceservices -l to=pin --show-managed-fields -o json | jq -Sc '.items[]
        | [.metadata.name, .spec, (.metadata.managedFields[] | select(.manager == "kubectl-kserve") | .fieldsV1)]'
}

with_pins() {
    jq -Sc '(if .[0] == "iris" then "kserve-sklearnserver" else "kserve-tritonserver" end) as $runtime
        | .[1].predictor.model.runtime = $runtime
        | .[2] = {"f:spec": {"f:predictor": {"f:model": {"f:runtime": {}}}}}' "$1"
}

pin_live() {
    local release=$1
    make_services_to_pin
    stored_specs >"$scratch/unpinned"
    with_pins "$scratch/unpinned" >"$scratch/pinned-specs"
    pod_templates >"$scratch/templates"

    check "$release: pin, live, writes nothing at all when one service gets no runtime" --exit 2 --stdout /dev/null \
        --stderr-has 'error[NoSupportingRuntime]: no runtime supports InferenceService to-pin/unsupported' \
        --stderr-has 'error: 1 of 3 InferenceServices could not be pinned: nothing was written' \
        -- pin_as admin --kserve-version "$release" --all
    check "$release: pin --dry-run=server has the real webhook agree, and changes nothing" --exit 1 \
        --stdout-has '+      runtime: kserve-sklearnserver' --stdout-lacks 'stored/' \
        --stderr-has 'would be pinned: 2 of 2 InferenceServices' \
        -- pin_as admin --kserve-version "$release" -l to=pin --dry-run=server
    check "$release: nothing is stored by then" --stdout "$scratch/unpinned" --stderr /dev/null -- stored_specs
    check "$release: pin, live, writes" \
        --stdout-has '+++ pinned/to-pin/framework.yaml' --stdout-has '+      runtime: kserve-tritonserver' \
        --stderr-has 'pinned: 2 of 2 InferenceServices' \
        -- pin_as admin --kserve-version "$release" iris isvc/framework
    check "$release: the pins are stored, nothing else, and who set them" \
        --stdout "$scratch/pinned-specs" --stderr /dev/null -- stored_specs
    check "$release: a second pin has nothing to do" --stdout /dev/null \
        --stderr-has 'pinned: 0 of 2 InferenceServices, 2 as they should be' \
        -- pin_as admin --kserve-version "$release" -l to=pin
    wait_for_changes after-pins
    check "$release: live pins change no pod template of $(wc -l <"$scratch/templates") Deployments" \
        --stdout "$scratch/templates" --stderr /dev/null -- pod_templates
    check "$release: pin --unpin, live, takes the pins out" \
        --stdout-has '-      runtime: kserve-sklearnserver' --stderr-has 'unpinned: 2 of 2 InferenceServices' \
        -- pin_as admin --kserve-version "$release" -l to=pin --unpin
    check "$release: all is as it was" --stdout "$scratch/unpinned" --stderr /dev/null -- stored_specs
    pin_as_stored_without_webhook "$release"
}

# An object from before the webhook is one that the webhook will change with any write.
pin_as_stored_without_webhook() {
    local release=$1
    kubectl_as admin get mutatingwebhookconfigurations -o json |
        jq 'del(.items[].metadata["resourceVersion", "uid"])' >"$scratch/webhooks.json"
    kubectl_as admin delete mutatingwebhookconfigurations inferenceservice.serving.kserve.io >/dev/null
    wait_for "the webhook to be gone" 30 webhook_is_gone
    apply_to_pin <<'SERVICE'
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: ancient}
spec: {predictor: {triton: {storageUri: "gs://bucket/model"}}}
SERVICE
    kubectl_as admin create -f "$scratch/webhooks.json" >/dev/null
    wait_for "KServe's webhook" 30 webhook_answers
    # The controller writes such a service, too, before it has given up on it.
    check "$release: what the webhook changes beside a pin is shown and refused" --exit 2 \
        --stdout-has '--- live/to-pin/ancient.yaml' --stdout-has '-    triton:' --stdout-has '+++ stored/to-pin/ancient.yaml' \
        --stdout-has '+      resources: {}' --stderr-has 'the server would change more than the runtime' \
        --stderr-has '--allow-webhook-changes permits it' --stderr-has 'nothing was written' \
        -- pin_as admin --kserve-version "$release" ancient
    check "$release: … unless that is allowed" --stdout-has '+      resources: {}' \
        --stderr-has 'pinned: 1 of 1 InferenceService' \
        -- pin_as admin --kserve-version "$release" ancient --allow-webhook-changes
    printf '{"name":"","protocolVersion":"v2","resources":{},"runtime":"kserve-tritonserver","storageUri":"gs://bucket/model"}\n' >"$scratch/expected"
    check "$release: a framework predictor is stored as the webhook would store it" \
        --stdout "$scratch/expected" --stderr /dev/null -- stored_model ancient
}

webhook_is_gone() {
    ! webhook_answers
}

# stored_model NAME    without its format, which the release may write down with more than a name
stored_model() {
    kubectl_as admin -n to-pin get inferenceservice "$1" -o json | jq -Sc '.spec.predictor | del(.triton) | .model | del(.modelFormat)'
}

# What users see, each with their own rights, of services that they pin.
who_may_pin() {
    check "who writes has to say the release, where only the schema tells" --exit 2 --stdout /dev/null \
        --stderr-has "error: the KServe release is not known, the cluster's schema only tells that it is v0.20.0 or newer" \
        -- pin_as admin iris
    check "who may only read can check" --exit 1 --stdout-has '+      runtime: kserve-sklearnserver' \
        --stderr-has 'would be pinned: 1 of 1 InferenceService' \
        -- pin_as viewer --kserve-version v0.20.0 iris --check
    check "who may not write is told so in kubectl's words" --exit 2 --stdout-has '+      runtime: kserve-sklearnserver' \
        --stderr-has 'Error from server (Forbidden): inferenceservices.serving.kserve.io "iris" is forbidden: User "viewer" cannot patch resource "inferenceservices"' \
        --stderr-has 'nothing was written' \
        -- pin_as viewer --kserve-version v0.20.0 iris
    check "who may not list ClusterServingRuntimes pins nothing" --exit 2 --stdout /dev/null \
        --stderr-has 'User "pinner" cannot list resource "clusterservingruntimes"' --stderr-has 'nothing was written' \
        -- pin_without_rights pinner iris
    kubectl_as admin create clusterrolebinding pinner --clusterrole reads-runtimes --user pinner >/dev/null
    check "who may not list InferenceGraphs pins what no graph can call otherwise" --exit 1 \
        --stdout-has '+      runtime: kserve-sklearnserver' --stderr-has 'User "pinner" cannot list resource "inferencegraphs"' \
        -- pin_without_rights pinner iris --check
    check "… and not what one could" --exit 2 --stdout /dev/null \
        --stderr-has 'the InferenceGraphs could not be read, and one that calls it would call /v2/models/…/infer instead of /v1/models/…:predict; --allow-graph-change permits it' \
        -- pin_without_rights pinner called
    check "… unless that is allowed" --stdout-has '+      runtime: second-first' --stderr-has 'pinned: 1 of 1 InferenceService' \
        --stderr-lacks inferencegraphs \
        -- pin_without_rights pinner called --allow-graph-change
    kubectl_as admin -n kserve create deployment the-controller --image kserve/kserve-controller:v0.20.0 >/dev/null
    kubectl_as admin -n kserve label deployment the-controller control-plane=kserve-controller-manager >/dev/null
    check "the controller's Deployment tells the release" --exit 1 --stdout-has '+      runtime: kserve-sklearnserver' \
        --stderr-has 'would be pinned: 1 of 1 InferenceService' \
        -- pin_as admin iris --dry-run=server
    kubectl_as admin -n kserve delete deployment the-controller >/dev/null
}

pin_without_rights() {
    local user=$1
    shift
    pin_as admin --as "$user" --kserve-version v0.20.0 "$@"
}

# A user who may write services, and a service that graphs would call otherwise once it is pinned.
prepare_who_may_pin() {
    apply_to_pin <<'OBJECTS'
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: pinner}
rules:
  - {apiGroups: [serving.kserve.io], resources: [inferenceservices], verbs: [get, list, patch]}
  - {apiGroups: [serving.kserve.io], resources: [servingruntimes], verbs: [get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: pinner}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: pinner}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: pinner}]
---
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: second-first}
spec:
  protocolVersions: [v2, v1]
  supportedModelFormats: [{name: called, autoSelect: true}]
  containers: [{name: kserve-container, image: "example.com/second-first:1"}]
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: called}
spec: {predictor: {model: {modelFormat: {name: called}, storageUri: "gs://bucket/model"}}}
OBJECTS
    kubectl_as admin create clusterrole reads-runtimes --verb get,list --resource clusterservingruntimes.serving.kserve.io >/dev/null
    wait_for_answers
}

# KServe's minimal definitions know no fields, and no webhook runs here.
pin_minimal() {
    start_cluster
    install_crds v0.20.0 minimal
    apply "$("$root/e2e/tools/kserve-manifests.sh" v0.20.0)/runtimes.yaml"
    kubectl_as admin create namespace to-pin >/dev/null
    apply_to_pin <<'SERVICE'
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: framework}
spec: {predictor: {minReplicas: 1, triton: {storageUri: "gs://bucket/model", resources: {limits: {cpu: "1"}}}}}
SERVICE
    check "under minimal definitions the release has to be said" --exit 2 --stdout /dev/null \
        --stderr-has 'error: the KServe release is not known' \
        -- pin_as admin framework
    check "under minimal definitions a framework predictor becomes a model" \
        --stdout-has '-    triton:' --stdout-has '+      runtime: kserve-tritonserver' --stderr-has 'pinned: 1 of 1 InferenceService' \
        -- pin_as admin --kserve-version v0.20.0 framework
    printf '{"protocolVersion":"v2","resources":{"limits":{"cpu":"1"}},"runtime":"kserve-tritonserver","storageUri":"gs://bucket/model"}\n' >"$scratch/expected"
    check "… and is stored so" --stdout "$scratch/expected" --stderr /dev/null -- stored_model framework
    check "… for good" --stdout /dev/null --stderr-has 'pinned: 0 of 1 InferenceService, 1 as it should be' \
        -- pin_as admin --kserve-version v0.20.0 --all
    stop_cluster
}
