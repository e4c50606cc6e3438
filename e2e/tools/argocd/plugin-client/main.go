// Asks a config management plugin what Argo CD's repo-server asks of it, by Argo CD's own client, over its socket.
//
//	plugin-client -socket SOCKET configuration|parameters|manifests [-repository FOLDER] [-path FOLDER] [-env NAME=VALUE]…
//
// Answers are JSON: of `manifests` one a line, which is what the plugin server makes of the plugin's output.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/argoproj/argo-cd/v3/cmpserver/apiclient"
	"github.com/argoproj/argo-cd/v3/util/cmp"
	"github.com/sirupsen/logrus"
	"google.golang.org/protobuf/types/known/emptypb"
)

type question struct {
	repository, path string
	environment      []string
}

func main() {
	var asked question
	socket := flag.String("socket", "", "the plugin's socket")
	flag.StringVar(&asked.repository, "repository", ".", "folder of the checked-out repository")
	flag.StringVar(&asked.path, "path", ".", "the application's path within it")
	flag.Func("env", "NAME=VALUE, may be repeated", func(variable string) error {
		asked.environment = append(asked.environment, variable)
		return nil
	})
	flag.Parse()
	logrus.SetOutput(io.Discard)
	if err := run(*socket, flag.Arg(0), asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(socket, kind string, asked question) error {
	connection, client, err := apiclient.NewConfigManagementPluginClientSet(socket).NewConfigManagementPluginClient()
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	switch kind {
	case "configuration":
		answer, err := client.CheckPluginConfiguration(ctx, &emptypb.Empty{})
		return printed(answer, err)
	case "parameters":
		stream, err := client.GetParametersAnnouncement(ctx)
		if err != nil {
			return err
		}
		if err := send(ctx, asked, stream); err != nil {
			return err
		}
		answer, err := stream.CloseAndRecv()
		return printed(answer, err)
	case "manifests":
		stream, err := client.GenerateManifest(ctx)
		if err != nil {
			return err
		}
		if err := send(ctx, asked, stream); err != nil {
			return err
		}
		answer, err := stream.CloseAndRecv()
		if err == nil {
			fmt.Println(strings.Join(answer.Manifests, "\n"))
		}
		return err
	}
	return fmt.Errorf("expected configuration, parameters or manifests, but found %q", kind)
}

// send hands the whole repository over, as an archive.
func send(ctx context.Context, asked question, stream cmp.StreamSender) error {
	root, err := filepath.Abs(asked.repository)
	if err != nil {
		return err
	}
	return cmp.SendRepoStream(ctx, filepath.Join(root, asked.path), root, stream, asked.environment, nil)
}

func printed(answer any, err error) error {
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(answer)
}
