#!/usr/bin/env bash
# Builds parts of the real Argo CD, once, and prints the path of the folder that holds them on standard output:
#   argocd-cmp-server   what runs a config management plugin, in the sidecar
#   repo-render         an Application rendered by the code of repo-server (e2e/tools/argocd/repo-render)
#   plugin-client       single questions to a plugin (e2e/tools/argocd/plugin-client)
#   live-diff           whether an object counts as in sync (e2e/tools/argocd/live-diff)
#   repo-server.yaml    the Deployment of repo-server that Argo CD installs
#
# They are kept under the hash of their sources, so that another version never answers for this one.
set -euo pipefail

version=v3.6.1
needs="Go 1.27, which an older go fetches by itself"
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/argocd" && pwd)
hash=$(cat "${BASH_SOURCE[0]}" "$source"/go.mod "$source"/go.sum "$source"/*/main.go | sha256sum | cut -c1-12)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-kserve-e2e/argocd-$version-$hash
export GOTOOLCHAIN=auto

fail() {
    printf 'e2e/tools/argocd.sh: %s\n' "$*" >&2
    exit 1
}

is_wanted() {
    [ -x "$1/repo-render" ] && [ -x "$1/plugin-client" ] && [ -x "$1/live-diff" ] && [ -s "$1/repo-server.yaml" ] && [ -x "$1/argocd-cmp-server" ] &&
        [[ $("$1/argocd-cmp-server" version 2>&1) == *"$version"* ]]
}

# build FOLDER    everything in one go, because nearly all of it is common to the programs.
build() {
    local module
    (cd "$source" && CGO_ENABLED=0 go build -mod=readonly -trimpath \
        -ldflags "-s -w -X github.com/argoproj/argo-cd/v3/common.version=${version#v}" -o "$1/" ./...) >&2 || return 1
    module=$(cd "$source" && go list -m -f '{{.Dir}}' github.com/argoproj/argo-cd/v3)
    cp "$module/manifests/base/repo-server/argocd-repo-server-deployment.yaml" "$1/repo-server.yaml"
    chmod 755 "$1"
}

if ! is_wanted "$cache"; then
    command -v go >/dev/null 2>&1 ||
        fail "go is missing; install $needs (https://go.dev/doc/install), it builds Argo CD $version"
    mkdir -p "$(dirname "$cache")"
    # Built beside its final place and then renamed: an interrupted or a second build never leaves half a folder.
    building=$(mktemp -d "$cache.XXXXXX")
    trap 'rm -rf "$building"' EXIT
    printf 'building the plugin server of Argo CD %s (once, ten minutes or more)\n' "$version" >&2
    build "$building" || fail "go build failed; Argo CD $version needs $needs, this is $(go version)"
    is_wanted "$building" || fail "built a program that does not call itself argocd-cmp-server $version"
    mv -T "$building" "$cache" 2>/dev/null || is_wanted "$cache" || fail "cannot write $cache"
fi
printf '%s\n' "$cache"
