# shellcheck shell=bash
# A repository, or an Application, that wants what is not its own: files outside the repository, programs, variables of
# the sidecar. Sourced by run.

outside=$scratch/outside
mkdir "$outside"
cp "$repository/clusters/production.yaml" "$outside/runtimes.yaml"
cp -R "$repository/kustomization/base" "$outside/base"
printf 'format: sklearn\n' >"$outside/values.yaml"

# Upwards from the folder of an application in a sidecar, and down again to a file that is there.
way_out=../../../../../outside

for path in "$way_out/runtimes.yaml" "/../../../../outside/runtimes.yaml" "$outside/runtimes.yaml"; do
    check "runtimes are not read from ${path/"$scratch"/…}" \
        --exit 1 --stdout /dev/null --stderr-matches 'the parameter runtimes: .* (leads out of|does not exist in) the repository' \
        -- render usual models "{name: runtimes, array: ['$path']}"
done
for path in "$way_out/values.yaml" "$outside/values.yaml" https://git.example.com/values.yaml; do
    check "values are not read from ${path/"$scratch"/…}" \
        --exit 1 --stdout /dev/null --stderr-matches 'the parameter helm-value-files: .* (leads out of|does not exist in) the repository' \
        -- render usual chart "$production, {name: helm-value-files, array: ['$path']}"
done
for option in --enable-exec --enable-alpha-plugins --enable-helm --load-restrictor=LoadRestrictionsNone --output=/tmp/manifests \
    --helm-command=/bin/sh --network; do
    check "kustomize is not given $option" \
        --exit 1 --stdout /dev/null --stderr-has 'the parameter kustomize-options: expected one of' \
        -- render usual kustomization/prod "$production, {name: kustomize-options, array: [$option]}"
done

# kustomization FIELD FOLDER    an application whose kustomization lists this folder there
kustomization() {
    rm -rf "$repository/wants-out"
    mkdir "$repository/wants-out"
    cp "$repository/models/iris.yaml" "$repository/wants-out"
    printf 'resources: [iris.yaml]\n%s: ["%s"]\n' "$1" "$2" | sed '/^resources: \["/d' >"$repository/wants-out/kustomization.yaml"
    [ "$1" != resources ] || printf 'resources: ["%s"]\n' "$2" >"$repository/wants-out/kustomization.yaml"
}
for field in resources components bases generators transformers validators; do
    for folder in "$way_out/base" "$outside/base"; do
        kustomization "$field" "$folder"
        check "a kustomization's $field do not come from ${folder/"$scratch"/…}" \
            --exit 1 --stdout /dev/null --stderr-has 'which is outside the repository' --stderr-lacks 'kustomize build failed' \
            -- render usual wants-out "$production"
    done
done

# What kustomize reads another way than one would think. The folder is the one that a plain list does not get at.
list_otherwise() {
    rm -rf "$repository/wants-out"
    mkdir "$repository/wants-out"
    printf "$1" "$way_out/base" >"$repository/wants-out/kustomization.yaml"
}
for text in 'resources: [%s]\n---\nfoo: bar\n' 'resources: [%s]\n---\n' 'Resources: [%s]\n' 'reſources: [%s]\n' \
    'resources: [gone/../%s]\n' 'x: &x {resources: [%s]}\n<<: *x\n'; do
    list_otherwise "$text"
    check "a kustomization gets out no other way: ${text//$'\n'/ }" \
        --exit 1 --stdout /dev/null --stderr-has 'which is outside the repository' --stderr-lacks 'kustomize build failed' \
        -- render usual wants-out "$production"
done
list_otherwise 'resources: [%s]\n...\nfoo: [\n'
check "nor by an end of the document" \
    --exit 1 --stdout /dev/null --stderr-has '/wants-out/kustomization.yaml:3:1: expected `---` after the end' \
    -- render usual wants-out "$production"
list_otherwise 'resources: [%s]\n'
iconv -f UTF-8 -t UTF-16 "$repository/wants-out/kustomization.yaml" >"$scratch/utf-16"
mv "$scratch/utf-16" "$repository/wants-out/kustomization.yaml"
check "nor by another encoding" \
    --exit 1 --stdout /dev/null --stderr-has '/wants-out/kustomization.yaml:1:1: expected UTF-8, but found UTF-16' \
    -- render usual wants-out "$production"

# The sidecar has a git: a repository of this machine is no place for a base, and no way to run a program.
git init -q "$outside/git"
cp "$outside"/base/* "$outside/git"
scrubbed git -C "$outside/git" add .
scrubbed git -C "$outside/git" -c user.name=any -c user.email=any@example.com commit -qm any
for url in "file://$outside/git" "file://$outside/git//?ref=HEAD" "git::file://$outside/git" "FILE://$outside/git" \
    "a@../../../$way_out/git//"; do
    list_otherwise "resources: ['$url']\\n"
    check "a kustomization's base is not ${url/"$scratch"/…}" \
        --exit 1 --stdout /dev/null --stderr-matches "transport '.*' not allowed" \
        -- render usual wants-out "$production"
done
# shellcheck disable=SC2016  # for the shell that git would start
run='touch${IFS}'$scratch/it-ran
for url in "file://$outside/git//?ref=--upload-pack=\$($run)git-upload-pack" \
    "file://$outside/git//?ref=%%2dupload-pack=\$($run)git-upload-pack" "https://127.0.0.1:1/a/b?version=--upload-pack=$run"; do
    list_otherwise "resources: ['$url']\\n"
    check "git is given no option: ${url/"$scratch"/…}" \
        --exit 1 --stdout /dev/null --stderr-has 'git would take a part of that for an option' \
        -- render usual wants-out "$production"
done
check "and no program ran" --exit 1 --stdout /dev/null --stderr /dev/null -- test -e "$scratch/it-ran"

mkdir "$repository/runs-programs"
cp "$repository/models/iris.yaml" "$repository/runs-programs"
cat >"$repository/runs-programs/kustomization.yaml" <<YAML
resources: [iris.yaml]
transformers:
- |-
  apiVersion: example.com/v1
  kind: Any
  metadata:
    name: any
    annotations:
      config.kubernetes.io/function: "exec: {path: ./touch.sh}"
YAML
printf '#!/bin/sh\ntouch %s/it-ran\ncat\n' "$scratch" >"$repository/runs-programs/touch.sh"
chmod +x "$repository/runs-programs/touch.sh"
check "a kustomization runs no program of the repository" \
    --exit 1 --stdout /dev/null --stderr-has 'kustomize build failed' --stderr-has 'external plugins disabled' \
    -- render usual runs-programs "$production"
check "and none ran" --exit 1 --stdout /dev/null --stderr /dev/null -- test -e "$scratch/it-ran"

mkdir "$repository/wants-variables"
cp "$repository/models/iris.yaml" "$repository/wants-variables"
printf 'SIDECAR_TOKEN\nHTTPS_PROXY\nARGOCD_APP_NAME\n' >"$repository/wants-variables/names.env"
printf 'resources: [iris.yaml]\nconfigMapGenerator:\n- {name: variables, envs: [names.env]}\n' \
    >"$repository/wants-variables/kustomization.yaml"
check "a kustomization does not get at the sidecar's variables" \
    --stdout-has 'name: variables-' --stdout-has 'SIDECAR_TOKEN: ""' --stdout-lacks hunter2 --stderr /dev/null \
    -- render usual wants-variables "$production"
check "nor does the name of a chart's release, which helm could take for a template" \
    --exit 1 --stdout /dev/null --stderr-has 'helm template failed' --stderr-has 'invalid release name' --stderr-lacks hunter2 \
    -- render usual chart "$production, {name: helm-value-files, array: [values-prod.yaml]},
        {name: helm-release-name, string: '{{ env \"HTTPS_PROXY\" | b64enc | lower | trunc 20 | trimSuffix \"=\" }}'}"
check "nor is that name taken for an option" \
    --exit 1 --stdout /dev/null --stderr-has 'helm template failed' --stderr-has 'invalid release name' \
    -- render usual chart "$production, {name: helm-value-files, array: [values-prod.yaml]}, {name: helm-release-name, string: --debug}"

# repo-server itself refuses a repository with such links, unless it is told not to; the plugin server then takes them for
# links from the repository's root.
ln -s "$outside/runtimes.yaml" "$repository/models/linked.yaml"
check "a manifest that is a link to a file outside is refused" \
    --exit 1 --stdout /dev/null --stderr-has 'linked.yaml' --stderr-has 'leads out of the repository, or nowhere' \
    -- render usual models "$production"
rm "$repository/models/linked.yaml"
ln -s "$outside" "$repository/clusters/linked"
check "runtimes behind a link to a folder outside are not found" \
    --exit 1 --stdout /dev/null --stderr-matches 'the path "/clusters/linked/runtimes.yaml" (does not exist in|leads out of) the repository' \
    -- render usual models '{name: runtimes, array: [/clusters/linked/runtimes.yaml]}'
rm "$repository/clusters/linked"
ln -s "$way_out/runtimes.yaml" "$repository/clusters/linked.yaml"
check "a link that climbs out of the repository does not get as far as the plugin" \
    --exit 1 --stdout /dev/null --stderr-has 'path escapes from parent' \
    -- render usual models "$production"
rm "$repository/clusters/linked.yaml"
ln -s ../clusters/production.yaml "$repository/models/runtimes.link"
check "a link within the repository is followed" \
    --stdout-has 'runtime: kserve-sklearnserver' --stderr /dev/null \
    -- render usual models '{name: runtimes, array: [runtimes.link]}'
rm "$repository/models/runtimes.link"
