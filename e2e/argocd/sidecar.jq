# What the sidecar of a patched repo-server is, and with whom it shares each of its folders.
.spec.template.spec as $pod
| ($pod.containers[] | select(.name == "kserve")) as $sidecar
| "image \($sidecar.image)",
  "command \($sidecar.command | join(" "))",
  "user \($sidecar.securityContext.runAsUser)",
  "token \($pod.automountServiceAccountToken)",
  ($sidecar.volumeMounts[] as $mount
    | "\($mount.mountPath) \($pod.volumes[] | select(.name == $mount.name) | keys - ["name"] | join(" ")), shared with: \(
        [($pod.containers + $pod.initContainers)[] | select(.name != "kserve")
          | .name as $other | .volumeMounts[] | select(.name == $mount.name) | "\($other) \(.mountPath)"]
        | if . == [] then "nobody" else join(", ") end)")
