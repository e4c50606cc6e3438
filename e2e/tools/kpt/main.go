// kpt's own `fn` and `pkg` commands in a program of their own: the `alpha` and `live` commands need modules that the
// Go module proxy does not serve for this version.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/kptdev/kpt/commands/fn"
	"github.com/kptdev/kpt/commands/pkg"
	"github.com/kptdev/kpt/pkg/printer"
	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{Use: "kpt", SilenceUsage: true, SilenceErrors: true}
	root.PersistentFlags().BoolVar(&printer.TruncateOutput, "truncate-output", true, "")
	ctx := printer.WithContext(context.Background(), printer.New(root.OutOrStdout(), root.ErrOrStderr()))
	root.AddCommand(fn.GetCommand(ctx, "kpt"), pkg.GetCommand(ctx, "kpt"))
	err := root.Execute()
	if err == nil {
		return
	}
	// What kpt's main says of it too. The type of an error that the command has shown already is internal to kpt.
	if err.Error() != "already handled error" {
		fmt.Fprintf(os.Stderr, "Error: %s \n", err)
	}
	os.Exit(1)
}
