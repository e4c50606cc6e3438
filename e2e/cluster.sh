# shellcheck shell=bash
# A real API server, and in it a real KServe, for the suites that need one. Sourced after lib.sh, not run.
#
#   start_cluster                          etcd and a kube-apiserver with RBAC, on ports of 127.0.0.1 that were free
#   install_crds RELEASE [full|minimal]    KServe's kinds only: nothing defaults, validates or answers
#   install_kserve RELEASE                 the kinds, the release's webhooks, controller and runtimes, in Standard mode
#   kubectl_as USER ARGUMENT…              kubectl with the rights of a user
#   stop_cluster                           ends all of it at once; leaving the shell does the same
#
# The users, each with a file $cluster/kubeconfig.USER:
#   admin    may do everything
#   viewer   may read every KServe kind in every namespace
#   team-a   may read KServe's namespaced kinds in the namespace team-a, which is the file's own, and nothing else
#   nobody   is known, and may do nothing
#   stranger has a token that the server does not know
#
# There is no cluster behind the server: no pod ever runs, nothing owned is collected, and a deleted namespace stays
# behind. A test that needs a clean place takes a namespace that nobody had before.

cluster=$scratch/cluster
cluster_users=(admin viewer team-a nobody stranger)
# Process ids, the first started first. All are children of this shell: see run_server.
servers=()
trap 'stop_cluster; rm -rf "$scratch"' EXIT

start_cluster() {
    local tool attempt
    for tool in kubectl jq curl openssl; do
        command -v "$tool" >/dev/null 2>&1 || die "$tool is missing; CONTRIBUTING.md says what this suite needs"
    done
    local etcd apiserver
    etcd=$("$root/e2e/tools/etcd.sh")
    apiserver=$("$root/e2e/tools/kube-apiserver.sh")
    # A port that was free a moment ago may be taken by another run: then everything is tried again with others.
    for attempt in 1 2 3; do
        rm -rf "$cluster"
        mkdir -p "$cluster/pki"
        make_certificates
        start_servers "$etcd" "$apiserver"
        ! server_is_ready || break
        stop_cluster
        [ "$attempt" != 3 ] || die "the API server did not start: $(tail -n 5 "$cluster"/*.log)"
    done
    give_rights
}

# Killed, not asked to end: nothing that they hold is worth keeping, and kube-apiserver takes its time.
stop_cluster() {
    local running pid
    running=" $(jobs -pr | tr '\n' ' ') "
    for pid in "${servers[@]}"; do
        # The id of a server that ended by itself may be another program's by now.
        [[ $running != *" $pid "* ]] || kill -KILL "$pid"
        wait "$pid" 2>/dev/null || true
    done
    servers=()
}

kubectl_as() {
    local user=$1
    shift
    # What kubectl remembers of a server it files under address and port, and those may be an earlier cluster's.
    kubectl --kubeconfig "$cluster/kubeconfig.$user" --cache-dir "$cluster/kubectl-cache" "$@"
}

install_crds() {
    local release=$1 flavour=${2:-full} manifests
    manifests=$("$root/e2e/tools/kserve-manifests.sh" "$release")
    [ -f "$manifests/crds-$flavour.yaml" ] || die "KServe $release has no $flavour CustomResourceDefinitions"
    apply "$manifests/crds-$flavour.yaml"
    # Established in the object is not yet served by the server.
    wait_for "KServe's kinds" 30 kubectl_as admin get \
        inferenceservices,servingruntimes,clusterservingruntimes,trainedmodels,inferencegraphs --all-namespaces
}

# Every part is the release's own and unchanged but for two things that a cluster would bring: the controller runs on
# this machine, so the webhooks are called by address, and Standard mode needs neither Knative nor Istio.
install_kserve() {
    local release=$1 manifests controller webhook_port probe_port
    manifests=$("$root/e2e/tools/kserve-manifests.sh" "$release")
    controller=$("$root/e2e/tools/kserve-controller.sh" "$release")
    install_crds "$release"
    kubectl_as admin create namespace kserve >/dev/null
    apply "$manifests/config.yaml"
    kubectl_as admin -n kserve patch configmap inferenceservice-config --type merge \
        -p '{"data":{"deploy":"{\"defaultDeploymentMode\":\"Standard\"}"}}' >/dev/null

    webhook_port=$(free_port)
    probe_port=$(free_port)
    # controller-runtime looks for the webhooks' certificate below TMPDIR.
    sign_certificate "$cluster/tmp/k8s-webhook-server/serving-certs/tls"
    KUBECONFIG=$cluster/kubeconfig.admin POD_NAMESPACE=kserve TMPDIR=$cluster/tmp \
        run_server kserve "$controller" --metrics-addr 0 --webhook-port "$webhook_port" \
        --health-probe-addr "127.0.0.1:$probe_port"
    wait_for "KServe's controller" 60 curl --silent --fail --noproxy '*' "http://127.0.0.1:$probe_port/readyz"

    kubectl_as admin create --dry-run=client --validate=false -o json -f "$manifests/webhooks.yaml" |
        jq -c --arg url "https://127.0.0.1:$webhook_port" --arg authority "$(base64 -w0 <"$cluster/pki/ca.crt")" '
            select(.metadata.name | test("^(inferenceservice|servingruntime|clusterservingruntime|trainedmodel|inferencegraph)[.]"))
            | del(.metadata.annotations, .metadata.creationTimestamp)
            | .webhooks |= map(.clientConfig |= {url: ($url + .service.path), caBundle: $authority})' |
        apply -
    wait_for "KServe's webhook" 30 webhook_answers
    apply "$manifests/runtimes.yaml"
}

# The server notices a registration some time after it is stored; until then services would be stored as written.
webhook_answers() {
    local stored
    stored=$(kubectl_as admin create --dry-run=server -o json -f - <<'SERVICE' 2>/dev/null
{"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": {"name": "is-it-there", "namespace": "default"},
 "spec": {"predictor": {"triton": {"storageUri": "gs://bucket/model"}}}}
SERVICE
    ) && jq -e .spec.predictor.model <<<"$stored"
}

# --- what the functions above are made of

# Server-side, because KServe's definitions are too large for the annotation that kubectl keeps otherwise.
apply() {
    kubectl_as admin apply --server-side --force-conflicts -f "$@" >/dev/null
}

# wait_for WHAT SECONDS COMMAND…    until the command succeeds; at once an error when a server has ended
wait_for() {
    local what=$1 end=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        servers_run || die "a server ended while waiting for $what: $(tail -n 5 "$cluster"/*.log)"
        [ "$SECONDS" -lt "$end" ] || die "waited in vain for $what; the last lines of the logs: $(tail -n 5 "$cluster"/*.log)"
        sleep 0.2
    done
}

servers_run() {
    local running pid
    running=" $(jobs -pr | tr '\n' ' ') "
    for pid in "${servers[@]}"; do [[ $running == *" $pid "* ]] || return 1; done
}

# run_server NAME PROGRAM ARGUMENT…    in the background, with its output in $cluster/NAME.log
# Where the system can do it, the kernel ends the server when this shell is gone, even if that was killed.
run_server() {
    local log=$cluster/$1.log leash=()
    shift
    ! setpriv --pdeathsig KILL true 2>/dev/null || leash=(setpriv --pdeathsig KILL)
    "${leash[@]}" "$@" >"$log" 2>&1 </dev/null &
    servers+=("$!")
}

# Below the range that the system itself hands out.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    printf '%s\n' "$port"
}

make_key() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$1"
}

make_certificates() {
    make_key "$cluster/pki/ca.key"
    make_key "$cluster/pki/accounts.key"
    openssl req -x509 -new -key "$cluster/pki/ca.key" -subj /CN=e2e -days 30 -out "$cluster/pki/ca.crt" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
    sign_certificate "$cluster/pki/server"
}

# sign_certificate PATH    makes PATH.key and PATH.crt for servers on this machine
sign_certificate() {
    mkdir -p "$(dirname "$1")"
    make_key "$1.key"
    openssl req -new -key "$1.key" -subj /CN=127.0.0.1 |
        openssl x509 -req -CA "$cluster/pki/ca.crt" -CAkey "$cluster/pki/ca.key" -CAcreateserial -days 30 -out "$1.crt" \
            -extfile <(printf 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc\n') 2>/dev/null
}

# The service account plugin is off because nobody is there to make the accounts that it asks for.
start_servers() {
    local etcd=$1 apiserver=$2 port client peer
    port=$(free_port)
    client=http://127.0.0.1:$(free_port)
    peer=http://127.0.0.1:$(free_port)
    write_users "$port"
    run_server etcd "$etcd" --name e2e --data-dir "$cluster/etcd" --unsafe-no-fsync \
        --listen-client-urls "$client" --advertise-client-urls "$client" \
        --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "e2e=$peer"
    run_server kube-apiserver "$apiserver" --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --secure-port "$port" \
        --etcd-servers "$client" --endpoint-reconciler-type none --service-cluster-ip-range 10.0.0.0/24 \
        --authorization-mode RBAC --token-auth-file "$cluster/tokens.csv" --client-ca-file "$cluster/pki/ca.crt" \
        --tls-cert-file "$cluster/pki/server.crt" --tls-private-key-file "$cluster/pki/server.key" \
        --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$cluster/pki/accounts.key" \
        --service-account-signing-key-file "$cluster/pki/accounts.key" --disable-admission-plugins ServiceAccount
}

server_is_ready() {
    local end=$((SECONDS + 90))
    until kubectl_as admin get --raw /readyz >/dev/null 2>&1; do
        servers_run && [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# A token for every user but the stranger, and a kubeconfig file for each.
write_users() {
    local user namespace
    printf '%s-token,%s,%s\n' viewer viewer 2 team-a team-a 3 nobody nobody 4 >"$cluster/tokens.csv"
    printf 'admin-token,admin,1,"system:masters"\n' >>"$cluster/tokens.csv"
    for user in "${cluster_users[@]}"; do
        namespace=default
        [ "$user" != team-a ] || namespace=team-a
        cat >"$cluster/kubeconfig.$user" <<CONFIG
apiVersion: v1
kind: Config
clusters:
  - name: e2e
    cluster:
      server: https://127.0.0.1:$1
      certificate-authority-data: $(base64 -w0 <"$cluster/pki/ca.crt")
users:
  - name: $user
    user: {token: $user-token}
contexts:
  - name: $user
    context: {cluster: e2e, user: $user, namespace: $namespace}
current-context: $user
CONFIG
        chmod 600 "$cluster/kubeconfig.$user"
    done
}

give_rights() {
    kubectl_as admin apply --server-side -f - >/dev/null <<'RIGHTS'
apiVersion: v1
kind: Namespace
metadata: {name: team-a}
---
apiVersion: v1
kind: Namespace
metadata: {name: team-b}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: kserve-viewer}
rules:
  - apiGroups: [serving.kserve.io]
    resources: ["*"]
    verbs: [get, list, watch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: kserve-viewer}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kserve-viewer}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: viewer}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: kserve-viewer, namespace: team-a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kserve-viewer}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: team-a}]
RIGHTS
}
