# shellcheck shell=bash
# `which` on the live cluster: the controller's answers, and what users see who may not see everything. Sourced by run.

# which_as USER ARGUMENT…    as a user with that kubeconfig. What the program remembers of servers stays in the scratch folder.
which_as() {
    local user=$1
    shift
    scrubbed KUBECONFIG="$cluster/kubeconfig.$user" kubectl-kserve which "$@"
}

live_lines() {
    local answers code=0
    answers=$(which_as viewer --kserve-version "$1" --all-namespaces -o json) || code=$?
    jq -r -f "$here/which.jq" <<<"$answers" | grep -vFf "$scratch/open" | sort
    return "$code"
}

compare_live() {
    local release=$1 exit_code
    grep -vFf "$scratch/open" "$scratch/controller.tsv" >"$scratch/expected"
    exit_code=$(exit_code_of "$scratch/expected")
    check "$release: which, live, gives all $(wc -l <"$scratch/expected") answers" \
        --exit "${exit_code:-0}" --stdout "$scratch/expected" --stderr /dev/null \
        -- live_lines "$release"
}

# What users see, each with their own rights, of a service that a runtime of the cluster serves.
who_may_ask() {
    kubectl_as admin apply -f - >/dev/null <<'SERVICE'
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: asked-for, namespace: team-a}
spec: {predictor: {model: {modelFormat: {name: lightgbm}, storageUri: "gs://bucket/model"}}}
SERVICE
    check "the release is found in the schema where no controller runs in the cluster" \
        --stdout-has "InferenceService team-a/asked-for gets ClusterServingRuntime" --stdout-has "KServe v0.20.0" \
        --stderr-has "note: the cluster's schema is that of KServe v0.20.0 or a newer release" \
        -- which_as viewer asked-for -n team-a
    check "users are impersonated as with kubectl" \
        --stdout-matches '^clusterservingruntime.serving.kserve.io/' --stderr-has 'note: ' \
        -- which_as admin asked-for -n team-a --as viewer -o name
    check "who may not list ClusterServingRuntimes gets no wrong answer" --exit 1 \
        --stdout-has 'error[Unknown]' --stdout-has 'not known to be complete: the ClusterServingRuntimes' \
        --stderr-has 'User "team-a" cannot list resource "clusterservingruntimes"' --stderr-has 'ask for a ClusterRole' \
        -- which_as team-a asked-for -n team-a
    check "who may nothing is told so in kubectl's words" --exit 2 --stdout /dev/null \
        --stderr-has 'Error from server (Forbidden): inferenceservices.serving.kserve.io "asked-for" is forbidden: User "nobody"' \
        -- which_as nobody asked-for -n team-a
    check "who is unknown to the server is told so" --exit 2 --stdout /dev/null \
        --stderr-has 'error: You must be logged in to the server (Unauthorized)' \
        -- which_as stranger asked-for -n team-a
    check "no token is ever shown, at -v 9 either" \
        --stdout-has 'asked-for' --stderr-has 'GET https://127.0.0.1:' --stderr-lacks 'viewer-token' \
        -- which_as viewer asked-for -n team-a -v 9
    check "a service that is not there" --exit 2 --stdout /dev/null \
        --stderr-has 'Error from server (NotFound): inferenceservices.serving.kserve.io "gone" not found' \
        -- which_as viewer gone -n team-a
    check "a namespace that is not there" --exit 2 --stdout /dev/null \
        --stderr-has 'Error from server (NotFound): namespaces "gone" not found' \
        -- which_as admin gone -n gone
    check "nothing found is no error" --stdout /dev/null --stderr-has 'No resources found in default namespace.' \
        -- which_as viewer
    check "labels are the server's business" --stdout /dev/null --stderr-has 'No resources found in team-a namespace.' \
        -- which_as viewer -n team-a -l 'no-such in (label)'
    check "nobody listens there" --exit 2 --stdout /dev/null \
        --stderr-has 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?' \
        -- which_as viewer -s https://127.0.0.1:1
    check "a certificate for another name is not trusted" --exit 2 --stdout /dev/null \
        --stderr-has 'Unable to connect to the server: invalid peer certificate' \
        -- which_as viewer --tls-server-name another.example
}
