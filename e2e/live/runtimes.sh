# shellcheck shell=bash
# `runtimes` on the live cluster, and files laid over its runtimes with `--runtimes cluster`. Sourced by run.

# ask_as USER COMMAND ARGUMENT…    any command of the program, with the rights of a user
ask_as() {
    local user=$1
    shift
    scrubbed KUBECONFIG="$cluster/kubeconfig.$user" kubectl-kserve "$@"
}

# Services and canaries by the runtime that they use, where the controller says which.
users_of() {
    local users code=0
    users=$(ask_as viewer runtimes "clusterservingruntime/$2" --used-by --all-namespaces --kserve-version "$1" -o json) || code=$?
    jq -r '.items[].usedBy[] | select(.canary == null) | "\(.namespace)\t\(.name)"' <<<"$users" | sort
    return "$code"
}

sorted() {
    "$@" | sort
}

list_runtimes() {
    local release=$1
    kubectl_as viewer get clusterservingruntimes,servingruntimes --all-namespaces -o name | sort >"$scratch/expected"
    check "$release: runtimes, live, are the $(wc -l <"$scratch/expected") that kubectl lists" \
        --stdout "$scratch/expected" --stderr /dev/null \
        -- sorted ask_as viewer runtimes --all-namespaces --kserve-version "$release" -o name
    awk -F '\t' '$3 == "ClusterServingRuntime/kserve-paddleserver" && $2 !~ "/" { print $1 "\t" $2 }' "$scratch/controller.tsv" \
        >"$scratch/expected"
    check "$release: the $(wc -l <"$scratch/expected") services that use kserve-paddleserver, live, are the controller's" \
        --stdout "$scratch/expected" --stdout-has paddle --stderr /dev/null \
        -- users_of "$release" kserve-paddleserver
}

# What the runtimes of a file would change is asked before they are applied, and the controller has the last word.
lay_files_over() {
    local laid=$scratch/laid
    mkdir "$laid"
    cat >"$laid/services.yaml" <<'SERVICES'
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: gets-the-new-one, namespace: team-a}
spec: {predictor: {model: {modelFormat: {name: lightgbm}, storageUri: "gs://bucket/model"}}}
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: keeps-the-other, namespace: team-a}
spec: {predictor: {model: {modelFormat: {name: paddle}, storageUri: "gs://bucket/model"}}}
SERVICES
    cat >"$laid/new.yaml" <<'RUNTIME'
apiVersion: serving.kserve.io/v1alpha1
kind: ClusterServingRuntime
metadata: {name: z-new}
spec:
  protocolVersions: [v1]
  supportedModelFormats: [{name: lightgbm, autoSelect: true, priority: 1}, {name: paddle, autoSelect: true}]
  containers: [{name: kserve-container, image: "registry.example/new:1.0"}]
RUNTIME
    # What it is in the cluster, but for a format: it keeps its age, so that the newer one stays before it.
    kubectl_as viewer get clusterservingruntime kserve-lgbserver -o json |
        jq 'del(.metadata.creationTimestamp, .metadata.managedFields) | .spec.supportedModelFormats[0].name = "boost"' >"$laid/changed.json"

    printf 'clusterservingruntime.serving.kserve.io/%s\n' kserve-lgbserver kserve-paddleserver >"$scratch/expected"
    check "files are answered from the cluster's runtimes" --stdout "$scratch/expected" --stderr /dev/null \
        -- ask_as viewer which -f "$laid/services.yaml" --runtimes cluster --kserve-version v0.20.0 -o name
    check "a runtime that a file changes is not what the cluster has" --exit 1 --stdout-matches 'gets-the-new-one.*<none>' --stderr /dev/null \
        -- ask_as viewer which -f "$laid/services.yaml" --runtimes "$laid/changed.json" --runtimes cluster --kserve-version v0.20.0
    rm "$laid/changed.json"
    ask_as viewer which -f "$laid" --runtimes cluster --kserve-version v0.20.0 -o json |
        jq -r '.items[] | "\(.namespace)\t\(.name)\tClusterServingRuntime/\(.runtime.name)"' >"$scratch/foretold"

    kubectl_as admin apply -f "$laid/new.yaml" >/dev/null
    sleep 1.1
    kubectl_as admin apply --openapi-patch=false -f "$laid/services.yaml" >/dev/null
    wait_for_answers
    grep -E 'gets-the-new-one|keeps-the-other' "$scratch/controller.tsv" | cut -f 1-3 >"$scratch/expected"
    check "a runtime that only a file has counts as new: the controller agrees once it is there" \
        --stdout "$scratch/expected" --stdout-has z-new --stdout-has kserve-paddleserver --stderr /dev/null \
        -- cat "$scratch/foretold"
    kubectl_as admin delete -f "$laid/new.yaml" -f "$laid/services.yaml" --wait=false >/dev/null
}

# A user who may read the runtimes that a namespace sees, and nothing else.
make_deployer() {
    kubectl_as admin apply --server-side -f - >/dev/null <<'RIGHTS'
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: runtime-reader}
rules:
  - apiGroups: [serving.kserve.io]
    resources: [servingruntimes, clusterservingruntimes]
    verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cluster-runtime-reader}
rules:
  - apiGroups: [serving.kserve.io]
    resources: [clusterservingruntimes]
    verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: cluster-runtime-reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-runtime-reader}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: deployer}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: runtime-reader, namespace: team-b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: runtime-reader}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: deployer}]
RIGHTS
}

# pin_files_as USER FILE ARGUMENT…
pin_files_as() {
    local user=$1 file=$2
    shift 2
    ask_as "$user" pin --check -f "$file" --runtimes cluster "$@"
}

who_may_pin_files() {
    local folder=$scratch/to-pin release=(--kserve-version v0.20.0)
    mkdir "$folder"
    make_deployer
    cat >"$folder/plain.yaml" <<'SERVICE'
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: plain, namespace: team-b}
spec: {predictor: {model: {modelFormat: {name: lightgbm}, storageUri: "gs://bucket/model"}}}
SERVICE
    # Pinned, a graph would call it over v2: the first protocol that its runtime lists.
    sed 's/plain/called/; s/lightgbm/huggingface/' "$folder/plain.yaml" >"$folder/called.yaml"
    sed 's/, namespace: team-b//' "$folder/plain.yaml" >"$folder/homeless.yaml"

    check "by the schema alone nothing is pinned" --exit 2 --stdout /dev/null \
        --stderr-has "the cluster's schema only tells that it is v0.20.0 or newer: say it with --kserve-version" \
        -- pin_files_as viewer "$folder/plain.yaml"
    check "from a part of the runtimes nothing is pinned" --exit 2 --stdout /dev/null \
        --stderr-has 'User "team-a" cannot list resource "clusterservingruntimes"' --stderr-has 'nothing is pinned to a part of' \
        -- pin_files_as team-a "$folder/plain.yaml" "${release[@]}"
    check "who may read one namespace pins what lies in it" --exit 1 --stdout-has 'runtime: "kserve-lgbserver"' \
        --stderr-has 'cannot list resource "inferencegraphs"' \
        -- pin_files_as admin "$folder/plain.yaml" "${release[@]}" --as deployer
    check "what may lie in any namespace needs all of them" --exit 2 --stdout /dev/null \
        --stderr-has 'the ServingRuntimes of every namespace' \
        -- pin_files_as admin "$folder/homeless.yaml" "${release[@]}" --as deployer
    check "a graph that may not be read could change its URL" --exit 1 --stdout /dev/null \
        --stderr-has 'the InferenceGraphs could not be read, and one that calls it would call /v2/models' --stderr-has '--allow-graph-change permits it' \
        -- pin_files_as admin "$folder/called.yaml" "${release[@]}" --as deployer
    check "where graphs may be read, there is none" --exit 1 --stdout-has 'runtime: "kserve-huggingfaceserver"' --stderr-lacks Graph \
        -- pin_files_as viewer "$folder/called.yaml" "${release[@]}"
    kubectl_as admin apply -f - >/dev/null <<'GRAPH'
apiVersion: serving.kserve.io/v1alpha1
kind: InferenceGraph
metadata: {name: caller, namespace: team-b}
spec: {nodes: {root: {routerType: Sequence, steps: [{serviceName: called}]}}}
GRAPH
    check "a live graph guards a pin in a file" --exit 1 --stdout /dev/null \
        --stderr-has 'InferenceGraph caller would call /v2/models' \
        -- pin_files_as viewer "$folder/called.yaml" "${release[@]}"
    kubectl_as admin -n team-b delete inferencegraph caller --wait=false >/dev/null
}

# readme_yaml KIND    the object of this kind that README.md shows
readme_yaml() {
    awk -v kind="kind: $1\n" '/^```yaml/ { block = ""; inside = 1; next }
        /^```/ { if (inside && index(block, kind)) printf "%s", block; inside = 0 }
        inside { block = block $0 "\n" }' "$root/README.md"
}

# A user with what README.md says to ask for.
make_reader() {
    readme_yaml ClusterRole | kubectl_as admin apply -f - >/dev/null
    readme_yaml Role | kubectl_as admin apply -f - >/dev/null
    kubectl_as admin create clusterrolebinding reader --clusterrole kserve-runtime-reader --user reader >/dev/null
    kubectl_as admin -n kserve create rolebinding reader --role kserve-release-reader --user reader >/dev/null
}

# The controller of this suite runs beside the cluster. Its Deployment is what a cluster would have.
release_by_controller() {
    make_reader
    kubectl_as admin apply -f - >/dev/null <<'CONTROLLER'
apiVersion: apps/v1
kind: Deployment
metadata: {name: kserve-controller-manager, namespace: kserve, labels: {control-plane: kserve-controller-manager}}
spec:
  selector: {matchLabels: {control-plane: kserve-controller-manager}}
  template:
    metadata: {labels: {control-plane: kserve-controller-manager}}
    spec: {containers: [{name: manager, image: "kserve/kserve-controller:v0.20.0"}]}
CONTROLLER
    check "with what README.md asks for, the controller's image names the release, and all can be read" --exit 1 \
        --stdout-has 'runtime: "kserve-lgbserver"' --stderr-lacks warning --stderr-lacks note \
        -- pin_files_as admin "$scratch/to-pin/plain.yaml" --as reader
    kubectl_as admin -n kserve delete deployment kserve-controller-manager >/dev/null
}

who_may_list() {
    check "who may not list ClusterServingRuntimes sees what is missing from the list" \
        --stdout-has '"complete": false' --stdout-has 'cannot list resource \"clusterservingruntimes\"' \
        --stderr-has 'not known to be complete: the ClusterServingRuntimes' \
        -- ask_as team-a runtimes -o json
    check "from a part of the runtimes it is not said that none fits" --exit 1 \
        --stdout /dev/null --stderr-has 'note: no runtime that was read supports paddle' \
        -- ask_as team-a runtimes --format paddle
    check "no service uses it" --stdout /dev/null --stderr-has 'No resources found in default namespace.' \
        -- ask_as viewer runtimes kserve-lgbserver --used-by
    check "what comes of a runtime for a service that is not there" --exit 2 --stdout /dev/null \
        --stderr-has 'Error from server (NotFound): inferenceservices.serving.kserve.io "gone" not found' \
        -- ask_as viewer runtimes --for gone
}

live_runtimes() {
    who_may_list
    lay_files_over
    who_may_pin_files
    release_by_controller
}
