# shellcheck shell=bash
# Inside a pod, with the pod's own account. Sourced by run.

# Runs the program as in a pod of the namespace team-a: the account's files are at their fixed place, which they can be for
# these processes alone. Nothing but the environment and those files tells of the cluster.
in_pod() {
    local address
    address=$(kubectl_as admin config view --minify -o 'jsonpath={.clusters[0].cluster.server}')
    # shellcheck disable=SC2016  # the variables are for the inner shell
    scrubbed KUBERNETES_SERVICE_HOST=127.0.0.1 KUBERNETES_SERVICE_PORT="${address##*:}" ACCOUNT="$scratch/account" \
        unshare --map-root-user --mount sh -ec '
            mount -t tmpfs tmpfs /var/run
            mkdir -p /var/run/secrets/kubernetes.io
            cp -R "$ACCOUNT" /var/run/secrets/kubernetes.io/serviceaccount
            exec "$@"' sh kubectl-kserve "$@"
}

the_pods_own_account() {
    if ! unshare --map-root-user --mount mount -t tmpfs tmpfs /var/run 2>/dev/null; then
        printf 'skipped inside a pod: this machine gives no process mounts of its own\n'
        return
    fi
    kubectl_as admin -n team-a create serviceaccount pod >/dev/null
    kubectl_as admin create clusterrolebinding pod --clusterrole kserve-viewer --serviceaccount team-a:pod >/dev/null
    mkdir "$scratch/account"
    cp "$cluster/pki/ca.crt" "$scratch/account"
    kubectl_as admin -n team-a create token pod >"$scratch/account/token"
    printf 'team-a\n' >"$scratch/account/namespace"
    check "inside a pod the cluster is the pod's, the namespace too, and the rights are those of its account" \
        --stdout-has 'InferenceService team-a/asked-for gets' --stderr-has 'note: the cluster' \
        -- in_pod which asked-for
    check "a token that is given counts more than the account's" --exit 2 --stdout /dev/null \
        --stderr-has 'User "nobody" cannot get resource "inferenceservices"' \
        -- in_pod which asked-for --token nobody-token
    check "whom it acts as is not forgotten" --exit 2 --stdout /dev/null \
        --stderr-has 'User "system:serviceaccount:team-a:pod" cannot impersonate resource "users"' \
        -- in_pod which asked-for --as somebody
    rm "$scratch/account/ca.crt"
    check "a server that cannot be verified is not believed" --exit 2 --stdout /dev/null \
        --stderr-has 'Unable to connect to the server: invalid peer certificate' \
        -- in_pod which asked-for
}
