# shellcheck shell=bash
# What examples/argocd/GITOPS.md says of drift, by Argo CD's own comparison. drift/ holds what git has and what KServe
# v0.20 made of it: `kubectl apply --dry-run=server -o json` in a cluster of e2e/hold-cluster. Sourced by run.

# live_diff NAME [FLAG…]
live_diff() {
    local name=$1
    shift
    scrubbed "$argocd/live-diff" -git "$here/drift/$name.yaml" -live "$here/drift/$name.json" "$@"
}

printf '%s\n' '+ triton:' >"$scratch/framework"
check "drift: a framework predictor is never in sync with what the webhook makes of it" \
    --exit 1 --stdout "$scratch/framework" --stderr /dev/null -- live_diff framework
printf '%s: %s\n' '- serving.kserve.io/deploymentMode' Standard '+ serving.kserve.io/deploymentMode' RawDeployment >"$scratch/mode"
check "drift: nor is the former name of a deployment mode" \
    --exit 1 --stdout "$scratch/mode" --stderr /dev/null -- live_diff deployment-mode
printf '%s\n' '- cpu: "1"' '- memory: 1Gi' '+ cpu: 1000m' '+ memory: 1024Mi' >"$scratch/quantities"
check "drift: nor are quantities that are not written as Kubernetes writes them" \
    --exit 1 --stdout "$scratch/quantities" --stderr /dev/null -- live_diff quantities
check "no drift: a port's protocol, an annotation, an empty name that the cluster adds" \
    --stdout /dev/null --stderr /dev/null -- live_diff port-protocol

mkdir "$repository/flowers"
cp "$here/drift/framework.yaml" "$repository/flowers"
check "the plugin gives the framework predictor the form that the webhook stores" \
    --stdout-has '"runtime":"kserve-tritonserver"' --stdout-lacks '"triton":' --stderr /dev/null \
    -- ask usual manifests -repository "$repository" -path flowers -env ARGOCD_APP_SOURCE_PATH=flowers \
    -env ARGOCD_ENV_RUNTIMES=release:v0.20.0
cp "$scratch/stdout" "$scratch/flowers.json"
check "and that is in sync" \
    --stdout /dev/null --stderr /dev/null \
    -- scrubbed "$argocd/live-diff" -git "$scratch/flowers.json" -live "$here/drift/framework-pinned.json"

sed -n '/^```yaml$/,/^```$/p' "$example/GITOPS.md" | grep -v '^```' >"$scratch/ignoring.yaml"
for name in framework deployment-mode quantities; do
    check "the page's ignoreDifferences leave nothing of it: $name" \
        --stdout /dev/null --stderr /dev/null -- live_diff "$name" -application "$scratch/ignoring.yaml"
done
