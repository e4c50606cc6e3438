# shellcheck shell=bash
# Argo CD's plugin server with the project's own plugin.yaml, and what asks it. Sourced by run.

servers=()

# Killed, because at the first friendlier signal a server takes its socket away and stays.
stop_servers() {
    local server
    for server in "${servers[@]}"; do kill -9 "$server" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$scratch"
}
trap stop_servers EXIT

# start_server NAME [PROGRAM…]    a sidecar with nothing on its PATH but the plugin and these programs (and what a shell
# script needs). Its socket is in $scratch/NAME: what repo-server looks through for plugins.
start_server() {
    local name=$1 folder=$scratch/sidecar-$1 program
    shift
    mkdir -p "$scratch/$name" "$folder/bin" "$folder/configuration" "$folder/tmp"
    cp "$root/plugin.yaml" "$folder/configuration"
    ln -s "$scratch/bin/kubectl-kserve" "$folder/bin"
    for program; do ln -s "$program" "$folder/bin"; done
    env -i PATH="$folder/bin:/bin" HOME="$folder/tmp" TMPDIR="$folder/tmp" SIDECAR_TOKEN=hunter2 \
        HTTPS_PROXY=http://user:hunter2@127.0.0.1:1 \
        ARGOCD_PLUGINSOCKFILEPATH="$scratch/$name" ARGOCD_CMP_WORKDIR="$folder/tmp" \
        "$argocd/argocd-cmp-server" --config-dir-path "$folder/configuration" --loglevel debug --logformat text \
        >"$folder/log" 2>&1 &
    servers+=("$!")
    for _ in $(seq 200); do
        [ ! -S "$scratch/$name/kserve.sock" ] || return 0
        sleep 0.1
    done
    cat "$folder/log" >&2
    die "the server $name did not start"
}

# ask SERVER QUESTION [FLAG…]
ask() {
    local server=$1 question=$2
    shift 2
    scrubbed "$argocd/plugin-client" -socket "$scratch/$server/kserve.sock" "$@" "$question"
}

# render_file SERVER FILE [FLAG…]    an Application of a file
render_file() {
    local server=$1 file=$2
    shift 2
    scrubbed ARGOCD_PLUGINSOCKFILEPATH="$scratch/$server" \
        "$argocd/repo-render" -application "$file" -repository "$repository" "$@"
}

# render SERVER PATH PARAMETERS [ENVIRONMENT [NAMESPACE [FLAG…]]]    an Application of this folder of the repository.
# PARAMETERS are the items of a YAML list, ENVIRONMENT is a whole one, NAMESPACE is where the Application itself lives.
render() {
    local server=$1 path=$2 parameters=$3 environment=${4:-[]} namespace=${5:-argocd} file
    shift $(($# < 5 ? $# : 5))
    file=$(mktemp "$scratch/application.XXXXXX")
    cat >"$file" <<YAML
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: models, namespace: $namespace}
spec:
  project: default
  destination: {server: "https://kubernetes.default.svc", namespace: ml}
  source:
    repoURL: https://git.example.com/ml/models.git
    targetRevision: main
    path: $path
    plugin:
      name: kserve
      env: $environment
      parameters: [$parameters]
YAML
    render_file "$server" "$file" "$@"
}
