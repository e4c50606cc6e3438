// The command of Argo CD's `argocd` binary that a plugin's sidecar runs. The binary has eleven more, and needs sources
// that are in no module.
package main

import (
	"os"

	"github.com/argoproj/argo-cd/v3/cmd/argocd-cmp-server/commands"
)

func main() {
	// The command prints its own errors.
	if commands.NewCommand().Execute() != nil {
		os.Exit(1)
	}
}
