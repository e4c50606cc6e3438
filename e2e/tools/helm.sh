#!/usr/bin/env bash
# Builds a real helm, once, and prints the path of the program on standard output. It is kept in a folder named after
# the version, so that another version never answers for this one.
# usage: e2e/tools/helm.sh VERSION, of helm 3 or helm 4
set -euo pipefail
# shellcheck source=e2e/tools/build-once.sh
. "$(dirname "${BASH_SOURCE[0]}")/build-once.sh"

version=${1:?usage: e2e/tools/helm.sh VERSION}
major=${version%%.*}
needs="Go 1.26 or newer"
program=$cache_root/helm-$version/helm

# Built by go install it knows no more of its version than v3.19 or v4.3: the folder says the rest.
is_wanted() {
    [ -x "$1" ] && [[ $("$1" version --template '{{.Version}}' 2>/dev/null) == "${version%.*}" ]]
}

build() {
    GOBIN=$1 CGO_ENABLED=0 go install "helm.sh/helm/$major/cmd/helm@$version"
}

build_once "helm $version" "helm $version" "about two minutes"
