{kind: "ConfigMap"}
