// Compares what git wants with what is in the cluster, by the code with which Argo CD decides whether an object is in sync.
//
//	live-diff -git FILE -live FILE [-application FILE]
//
// The Application is read for its ignoreDifferences. Out of sync is exit code 1; standard output then holds the lines in
// which the live object and what a sync would make of it differ.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/diff"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

func main() {
	git := flag.String("git", "", "file with the object as it is in git")
	live := flag.String("live", "", "file with the object as it is in the cluster")
	application := flag.String("application", "", "file with an Application")
	flag.Parse()

	result, err := compared(*git, *live, *application)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if result.Modified {
		show(result)
		os.Exit(1)
	}
}

func compared(git, live, file string) (*diff.DiffResult, error) {
	var wanted, found unstructured.Unstructured
	var application v1alpha1.Application
	if err := read(git, &wanted.Object); err != nil {
		return nil, err
	}
	if err := read(live, &found.Object); err != nil {
		return nil, err
	}
	if file != "" {
		if err := read(file, &application); err != nil {
			return nil, err
		}
	}
	normalizer, err := normalizers.NewIgnoreNormalizer(application.Spec.IgnoreDifferences, nil, normalizers.IgnoreNormalizerOpts{})
	if err != nil {
		return nil, err
	}
	return diff.Diff(context.Background(), &wanted, &found, diff.WithNormalizer(normalizer))
}

func read(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(text, into)
}

func show(result *diff.DiffResult) {
	before, after := lines(result.NormalizedLive), lines(result.PredictedLive)
	for _, line := range before {
		if !slices.Contains(after, line) {
			fmt.Println("- " + line)
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			fmt.Println("+ " + line)
		}
	}
}

// lines of YAML, without their indentation.
func lines(object []byte) []string {
	var value any
	if err := json.Unmarshal(object, &value); err != nil {
		return []string{err.Error()}
	}
	text, err := yaml.Marshal(value)
	if err != nil {
		return []string{err.Error()}
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for number, line := range lines {
		lines[number] = strings.TrimSpace(line)
	}
	return lines
}
