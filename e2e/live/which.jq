# The answers of `kubectl-kserve which -o json` in the lines that controller.jq writes.
.items[]
| (.reportedRuntime // .runtime) as $runtime
| [ .namespace,
    if .canary then "\(.name)/\(.canary)" else .name end,
    if .outcome == "NotApplicable" then "no runtime"
    elif .outcome == "Failed" then if .canary then .failure.reason else "\(.failure.reason): \(.failure.message)" end
    elif .outcome != "Selected" then .outcome
    elif .canary then "some runtime"
    else "\($runtime.kind)/\($runtime.name)" end,
    .image // "-" ]
| @tsv
