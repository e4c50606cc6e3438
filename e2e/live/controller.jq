# The answers of the real controller, one a line: namespace, name or name/canary, runtime or failure, image; tab between.
# Input: one List of InferenceServices, Deployments and Events.
#
# A canary has no status of its own. That it has a runtime shows in its Deployment, that it has none in an Event.

def deployment($all; $namespace; $name):
  first($all[] | select(.kind == "Deployment" and .metadata.namespace == $namespace and .metadata.name == $name)) // null;

def image: [.spec.template.spec.containers[]? | select(.name == "kserve-container") | .image] | first // "-";

def reason:
  if test("No ServingRuntimes or ClusterServingRuntimes with the name") then "RuntimeNotRecognized"
  elif test("specified runtime .* is disabled") then "RuntimeDisabled"
  elif test("does not support specified|no runtime found") then "NoSupportingRuntime"
  else . end;

# What the status says, all of it: more than one thing would be a contradiction, and is to be seen.
def status_answer:
  [ (.status.servingRuntimeName // "" | select(. != "") | "ServingRuntime/" + .),
    (.status.clusterServingRuntimeName // "" | select(. != "") | "ClusterServingRuntime/" + .),
    (.status.modelStatus.lastFailureInfo // empty | select(.reason != "") | "\(.reason): \(.message)") ]
  | join(" and ");

# The first message of an Event about a service that the condition holds for.
def message($all; condition):
  . as $service
  | first($all[]
      | select(.kind == "Event" and .involvedObject.namespace == $service.metadata.namespace
          and .involvedObject.name == $service.metadata.name)
      | .message | select(condition)) // null;

def predictor_name: [.metadata.name, (.spec.predictor.name // empty), "predictor"] | join("-");

# Nothing at all as long as the controller has not spoken.
def own_line($all):
  deployment($all; .metadata.namespace; predictor_name) as $deployment
  | status_answer as $answer
  | [.metadata.namespace, .metadata.name] +
    if .status.deploymentMode == "ModelMesh" then ["no runtime", "-"]
    elif .spec.predictor.model == null then ["no runtime" | select($deployment != null), "-"] | select(length == 2)
    elif $answer == "" then
      [message($all; startswith("StorageURI not supported")) | strings | sub(":.*"; ""), "-"] | select(length == 2)
    else [$answer, ($deployment | image)] end;

def canary_lines($all):
  . as $service
  | select(status_answer | test("^(Cluster)?ServingRuntime/"))
  | .spec.canary[]?
  | .predictor.name as $canary
  | deployment($all; $service.metadata.namespace; "\($service.metadata.name)-\($canary)-predictor") as $deployment
  | ($service | message($all; contains("canary \($canary): "))) as $failure
  | if $deployment != null then ["some runtime", ($deployment | image)]
    elif $failure != null then [($failure | reason), "-"]
    else empty end
  | [$service.metadata.namespace, "\($service.metadata.name)/\($canary)"] + .;

.items as $all
| $all[] | select(.kind == "InferenceService") | own_line($all), canary_lines($all)
| @tsv
