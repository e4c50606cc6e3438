// Renders an Application by the code of Argo CD's repo-server, from a folder in place of a git repository: it finds the
// plugin by its socket, makes its environment, sends it the repository, reads its manifests, opens lists and adds the
// tracking annotation.
//
//	ARGOCD_PLUGINSOCKFILEPATH=SOCKETS repo-render -application FILE -repository FOLDER [FLAG…]
//
// The file may hold an ApplicationSet instead: its template is then filled in, by Argo CD's code too, for one cluster.
// The manifests that Argo CD would apply go to standard output. What the Application's status would say of a failure
// goes to standard error, with exit code 1.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	"github.com/argoproj/argo-cd/v3/util/git"
	utilio "github.com/argoproj/argo-cd/v3/util/io"
	"github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

const commit = "0123456789abcdef0123456789abcdef01234567"

func main() {
	file := flag.String("application", "", "file with one Application, or one ApplicationSet")
	cluster := flag.String("cluster", "", "the cluster that the ApplicationSet's generator gives")
	folder := flag.String("repository", ".", "the checked-out repository")
	kubeVersion := flag.String("kube-version", "v1.35.3", "version of the destination cluster")
	apiVersions := flag.String("api-versions", "v1,serving.kserve.io/v1beta1", "what the destination cluster serves")
	timeout := flag.Duration("timeout", 60*time.Second, "controller.repo.server.timeout.seconds")
	onlyPaths := flag.Bool("manifest-generate-paths", false, "reposerver.plugin.use.manifest.generate.paths")
	flag.Parse()
	logrus.SetOutput(io.Discard)

	application, err := read(*file, *cluster)
	if err == nil {
		request := requestFor(application)
		request.KubeVersion = *kubeVersion
		request.ApiVersions = strings.Split(*apiVersions, ",")
		err = render(request, *folder, *timeout, *onlyPaths)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(file, cluster string) (*v1alpha1.Application, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var head metav1.TypeMeta
	if err := yaml.Unmarshal(text, &head); err != nil {
		return nil, err
	}
	if head.Kind == "ApplicationSet" {
		return generated(text, cluster)
	}
	var application v1alpha1.Application
	return &application, yaml.UnmarshalStrict(text, &application)
}

func generated(text []byte, cluster string) (*v1alpha1.Application, error) {
	var set v1alpha1.ApplicationSet
	if err := yaml.UnmarshalStrict(text, &set); err != nil {
		return nil, err
	}
	template := v1alpha1.Application{Spec: set.Spec.Template.Spec}
	meta := set.Spec.Template.ApplicationSetTemplateMeta
	template.ObjectMeta = metav1.ObjectMeta{
		Name: meta.Name, Namespace: set.Namespace, Annotations: meta.Annotations, Labels: meta.Labels,
	}
	parameters := map[string]any{
		"name": cluster, "nameNormalized": cluster, "server": "https://" + cluster + ".example.com",
	}
	var renderer utils.Render
	return renderer.RenderTemplateParams(&template, set.Spec.SyncPolicy, parameters, set.Spec.GoTemplate, set.Spec.GoTemplateOptions)
}

// requestFor is what the application controller asks repo-server for.
func requestFor(application *v1alpha1.Application) *apiclient.ManifestRequest {
	source := application.Spec.GetSource()
	return &apiclient.ManifestRequest{
		AnnotationManifestGeneratePaths: application.Annotations[v1alpha1.AnnotationKeyManifestGeneratePaths],
		AppLabelKey:                     common.LabelKeyAppInstance,
		AppName:                         application.InstanceName("argocd"),
		ApplicationSource:               &source,
		Namespace:                       application.Spec.Destination.Namespace,
		ProjectName:                     application.Spec.Project,
		Repo:                            &v1alpha1.Repository{Repo: source.RepoURL},
		Revision:                        commit,
		TrackingMethod:                  string(v1alpha1.TrackingMethodAnnotation),
	}
}

func render(request *apiclient.ManifestRequest, folder string, timeout time.Duration, onlyPaths bool) error {
	root, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	path := filepath.Join(root, request.ApplicationSource.Path)
	response, err := repository.GenerateManifests(ctx, path, root, commit, request, false, git.NoopCredsStore{},
		resource.MustParse("0"), utilio.NewRandomizedTempPaths(os.TempDir()),
		repository.WithCMPUseManifestGeneratePaths(onlyPaths))
	if err != nil {
		return err
	}
	for _, manifest := range response.Manifests {
		text, err := yaml.JSONToYAML([]byte(manifest))
		if err != nil {
			return err
		}
		fmt.Printf("---\n%s", text)
	}
	return nil
}
