#!/usr/bin/env bash
# Takes a KServe release's install manifests apart, once, and prints the path of the folder on standard output:
#   crds-full.yaml, crds-minimal.yaml   the CustomResourceDefinitions; the latter only where the release has them
#   config.yaml                         the ConfigMap inferenceservice-config
#   webhooks.yaml                       the webhook registrations, which name services that only run inside a cluster
#   runtimes.yaml                       the ClusterServingRuntimes, ClusterStorageContainers
# usage: e2e/tools/kserve-manifests.sh RELEASE
#
# The sources are Go modules: the zip of one release holds the install manifests of all before it, but often not its own.
set -euo pipefail

newest=v0.20.0
needs="Go 1.25 or newer"
release=${1:?usage: e2e/tools/kserve-manifests.sh RELEASE}
hash=$(sha256sum <"${BASH_SOURCE[0]}" | cut -c1-12)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-kserve-e2e/kserve-manifests-$release-$hash
files=(crds-full.yaml config.yaml webhooks.yaml runtimes.yaml)

fail() {
    printf 'e2e/tools/kserve-manifests.sh: %s\n' "$*" >&2
    exit 1
}

is_complete() {
    local file
    for file in "${files[@]}"; do [ -s "$1/$file" ] || return 1; done
}

# The folder of a release's sources, fetched when it is not there.
module() {
    go mod download -json "github.com/kserve/kserve@$1" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p'
}

# The documents of one kind (an extended regular expression) in some files.
documents() {
    local kind=$1
    shift
    awk -v kind="$kind" 'BEGIN { RS = "(^|\n)---\n"; ORS = "\n---\n" } ("\n" $0) ~ ("\nkind: " kind " *(\n|$)")' "$@"
}

# LLMInferenceService is left out: its kinds are served by another controller, and convert by a webhook of that one.
without_llm() {
    awk 'BEGIN { RS = "\n---\n"; ORS = RS } !/\n  name: (llminference|localmodel)/'
}

take_apart() {
    local from=$1/install/$release crds resources
    [ -f "$from/kserve.yaml" ] || fail "KServe $newest holds no install manifests of $release"
    crds=$from/kserve-crds.yaml
    [ -f "$crds" ] || crds=$from/kserve.yaml
    resources=$from/kserve-cluster-resources.yaml
    [ -f "$resources" ] || resources=$from/kserve-runtimes.yaml
    documents CustomResourceDefinition "$crds" | without_llm >"$2/crds-full.yaml"
    documents ConfigMap "$from/kserve.yaml" >"$2/config.yaml"
    documents '(Mutating|Validating)WebhookConfiguration' "$from/kserve.yaml" | without_llm >"$2/webhooks.yaml"
    documents '(ClusterServingRuntime|ClusterStorageContainer)' "$resources" "$from/kserve.yaml" >"$2/runtimes.yaml"
}

# The minimal ones are in no install manifest: they are the release's own source files.
take_minimal_crds() {
    local from file
    from=$(module "$release")/config/crd/minimal
    [ -d "$from" ] || return 0
    for file in "$from"/serving.kserve.io_*.yaml "$from"/clusterstoragecontainer/serving.kserve.io_*.yaml; do
        [ ! -f "$file" ] || { cat "$file"; printf '\n---\n'; }
    done | without_llm >"$1/crds-minimal.yaml"
}

if ! is_complete "$cache"; then
    command -v go >/dev/null 2>&1 ||
        fail "go is missing; install $needs (https://go.dev/doc/install), it fetches KServe's manifests"
    # Made beside its final place and then renamed: an interrupted or a second run never leaves half a folder.
    mkdir -p "$(dirname "$cache")"
    making=$(mktemp -d "$cache.XXXXXX")
    trap 'rm -rf "$making"' EXIT
    printf 'fetching the manifests of KServe %s (once)\n' "$release" >&2
    newest_module=$(module "$newest")
    [ -d "$newest_module" ] || fail "go mod download of KServe $newest failed"
    take_apart "$newest_module" "$making"
    take_minimal_crds "$making"
    is_complete "$making" || fail "found too little in the manifests of KServe $release"
    chmod 755 "$making"
    mv -T "$making" "$cache" 2>/dev/null || is_complete "$cache" || fail "cannot write $cache"
fi
printf '%s\n' "$cache"
