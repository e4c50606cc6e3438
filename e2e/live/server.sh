# shellcheck shell=bash
# Versions and completion from a real server, and a server that stops answering. Sourced by run.

kserve_as() {
    local user=$1
    shift
    scrubbed KUBECONFIG="$cluster/kubeconfig.$user" kubectl kserve "$@"
}

# Words as a shell hands them to kubectl, the last one not finished.
completed_as() {
    local user=$1
    shift
    scrubbed KUBECONFIG="$cluster/kubeconfig.$user" kubectl __complete kserve "$@"
}

versions_and_completion() {
    check "version tells the server's, and KServe's by its schema" \
        --stdout-matches '^Server Version: v1\.' --stdout-has 'KServe Version: v0.20.0 or newer' --stderr /dev/null \
        -- kserve_as viewer version
    ln -s kubectl-kserve "$scratch/bin/kubectl_complete-kserve"
    check "the real kubectl completes commands" --stdout-has 'which' --stdout-lacks 'error' --stderr-has 'Completion ended' \
        -- completed_as viewer ''
    check "the real kubectl completes the names of services" --stdout-has 'asked-for' --stdout-has ':4' --stderr-has 'Completion ended' \
        -- completed_as viewer which -n team-a asked
    check "the real kubectl completes the values of flags" --stdout-has 'json' --stderr-has 'Completion ended' \
        -- completed_as viewer which -o j
    check "who may list nothing is offered nothing" --stdout-lacks 'asked-for' --stdout-has ':4' --stderr-has 'Completion ended' \
        -- completed_as nobody which -n team-a ''
}

# The API server is the second that was started.
server_in_trouble() {
    local server=${servers[1]}
    kill -STOP "$server"
    check "a server that hangs is given up" --exit 2 --stdout /dev/null \
        --stderr-has 'Unable to connect to the server: no answer within 1 s' \
        -- kserve_as viewer which -n team-a --request-timeout 1s
    check "completion does not wait for it" --stdout-has ':4' --stderr-has 'Completion ended' \
        -- completed_as viewer which -n team-a ''
    kill -CONT "$server"
    check "when it goes on, there is an answer" --stdout-has 'clusterservingruntime' --stderr-has 'note: ' \
        -- kserve_as viewer which asked-for -n team-a -o name
    kill -KILL "$server"
    wait "$server" 2>/dev/null || true
    check "a server that is gone is said to be, in kubectl's words" --exit 2 --stdout /dev/null \
        --stderr-matches '^The connection to the server 127.0.0.1:[0-9]+ was refused' \
        -- kserve_as viewer which -n team-a
    check "the program tells its own version all the same" --exit 2 \
        --stdout-matches '^Client Version: v' --stderr-has 'was refused' \
        -- kserve_as viewer version
}

# KServe's minimal kinds show no field in the schema.
minimal_kinds() {
    start_cluster
    install_crds v0.20.0 minimal
    kubectl_as admin apply --server-side -f - >/dev/null <<'OBJECTS'
apiVersion: serving.kserve.io/v1alpha1
kind: ClusterServingRuntime
metadata: {name: only}
spec:
  supportedModelFormats: [{name: sklearn, version: "1", autoSelect: true}]
  containers: [{name: kserve-container, image: "only/sklearn:1"}]
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: iris, namespace: team-a}
spec: {predictor: {model: {modelFormat: {name: sklearn}, storageUri: "gs://bucket/model"}}}
OBJECTS
    check "minimal kinds: which answers by the newest known release, and says so" \
        --stdout-matches '^clusterservingruntime.serving.kserve.io/only$' \
        --stderr-has 'note: no KServe release was given: the rules of the newest known apply, v0.20.0' \
        -- kserve_as viewer which iris -n team-a -o name
    check "minimal kinds: version does not guess" --stdout-has 'KServe Version: unknown' --stderr /dev/null \
        -- kserve_as viewer version
    stop_cluster
}
