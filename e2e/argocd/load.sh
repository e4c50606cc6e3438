# shellcheck shell=bash
# Children that take too long, large applications, and several at once. Sourced by run.

check "a kustomize that takes too long is stopped, and the status says what to do" \
    --exit 1 --stdout /dev/null --stderr-has 'kustomize build did not end within 1 s' --stderr-has 'the parameter timeout' \
    -- render slow kustomization/prod "$production, {name: timeout, string: 1s}"
check "that is said before Argo CD's own time is up" \
    --exit 1 --stdout /dev/null --stderr-has 'kustomize build did not end within 2 s' --stderr-lacks 'signal: killed' \
    -- render slow kustomization/prod "$production, {name: timeout, string: 2s}" "[]" argocd -timeout 20s
# Not a wish but a warning: the documentation tells to keep the one below the other.
check "trap: where Argo CD's own time is up first it says nothing" \
    --exit 1 --stdout /dev/null --stderr-matches 'signal: (killed|terminated)|DeadlineExceeded' --stderr-lacks 'did not end within' \
    -- render slow kustomization/prod "$production" "[]" argocd -timeout 2s

# The plugin server ends all of a plugin's children some seconds later, at most.
no_child_is_left() {
    for _ in $(seq 200); do
        pgrep -f '^sleep 98765$' >/dev/null || return 0
        sleep 0.1
    done
    return 1
}
check "no child is left behind" --stdout /dev/null --stderr /dev/null -- no_child_is_left

# services FIRST LAST    manifests in the manner of those that users have, half of them services
services() {
    local number
    for number in $(seq "$1" "$2"); do
        cat <<YAML
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: model-$number
spec:
  predictor:
    model:
      modelFormat:
        name: sklearn
      storageUri: gs://example-models/$number
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: model-$number
data:
  owner: team-$((number % 7))
YAML
    done
}
mkdir "$repository/large" "$repository/large-kustomization" "$repository/large-chart" "$repository/large-chart/templates"
for hundred in $(seq 0 9); do
    services $((hundred * 100 + 1)) $((hundred * 100 + 100)) >"$repository/large/services-$hundred.yaml"
done
cp "$repository"/large/* "$repository/large-chart/templates"
cp "$repository/chart/Chart.yaml" "$repository/large-chart"
# kustomize itself takes four times as long for twice as many.
services 1 200 >"$repository/large-kustomization/services.yaml"
printf 'namePrefix: prod-\nresources: [services.yaml]\n' >"$repository/large-kustomization/kustomization.yaml"

# How many manifests and pins come out.
counted() {
    local output
    output=$(render "$@")
    printf '%s manifests, %s pins\n' "$(grep -c '^kind: ' <<<"$output")" "$(grep -c '^ *runtime: kserve-sklearnserver$' <<<"$output")"
}
printf '2000 manifests, 1000 pins\n' >"$scratch/counts"
check "an application of 2000 manifests comes out whole" \
    --stdout "$scratch/counts" --stderr /dev/null \
    -- counted usual large "$production"
check "and a chart of as many" \
    --stdout "$scratch/counts" --stderr /dev/null \
    -- counted usual large-chart "$production"
printf '400 manifests, 200 pins\n' >"$scratch/counts"
check "and a kustomization of 400" \
    --stdout "$scratch/counts" --stderr /dev/null \
    -- counted usual large-kustomization "$production"

check "the same commit gives the same bytes: first" --stdout-has '"runtime":"kserve-sklearnserver"' --stderr /dev/null \
    -- ask usual manifests -repository "$repository" -path large -env ARGOCD_APP_SOURCE_PATH=large \
    -env ARGOCD_ENV_RUNTIMES=/clusters/production.yaml
cp "$scratch/stdout" "$scratch/first"
check "the same commit gives the same bytes: second, another day in another cluster" --stdout "$scratch/first" --stderr /dev/null \
    -- ask usual manifests -repository "$repository" -path large -env ARGOCD_APP_SOURCE_PATH=large \
    -env ARGOCD_ENV_RUNTIMES=/clusters/production.yaml -env KUBE_VERSION=1.36.0 -env KUBE_API_VERSIONS=v1

# Two of each kind at once, each with parameters of its own, and one that fails among them.
at_once() {
    local number
    for number in 1 2; do
        render usual large "$production" >"$scratch/large-$number" 2>&1 &
        render usual models '{name: runtimes, array: [/clusters/staging.yaml]}' >"$scratch/staging-$number" 2>&1 &
        render usual kustomization/prod "$production, {name: kustomize-options, array: [--enable-managedby-label]}" \
            >"$scratch/kustomization-$number" 2>&1 &
        render usual unsupported "$production" >"$scratch/unsupported-$number" 2>&1 &
    done
    # Not `wait`: the servers are children of this shell, too.
    for number in $(jobs -p); do
        [[ " ${servers[*]} " == *" $number "* ]] || wait "$number" || true
    done
    for number in 1 2; do
        grep -c '^ *runtime: kserve-sklearnserver$' "$scratch/large-$number"
        grep -c '^ *runtime: sklearn-candidate$' "$scratch/staging-$number"
        diff "$here/expected/kustomization.yaml" "$scratch/kustomization-$number"
        diff "$here/expected/unsupported.txt" "$scratch/unsupported-$number"
    done
}
printf '1000\n1\n1000\n1\n' >"$scratch/counts"
check "several applications at once do not disturb each other" --stdout "$scratch/counts" --stderr /dev/null -- at_once
