//! What Argo CD's user interface is told of the parameters that only one kind of source has; plugin.yaml tells the rest.

use serde::Serialize;

use super::SourceKind;

/// One parameter, as Argo CD has it announced.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Announced {
    name: &'static str,
    title: &'static str,
    tooltip: &'static str,
    collection_type: &'static str,
}

/// The parameters of a kind of source.
pub(in super::super) fn announced(source: SourceKind) -> Vec<Announced> {
    let announced = |name, title, tooltip, collection_type| Announced { name, title, tooltip, collection_type };
    match source {
        SourceKind::Directory => vec![
            announced("recurse", "Recurse", "true reads the folders within, too", "string"),
            announced("include", "Include", "Only files that match this glob", "string"),
            announced("exclude", "Exclude", "No files that match this glob", "string"),
        ],
        SourceKind::Kustomize => vec![announced(
            "kustomize-options",
            "Options of kustomize build",
            "--reorder=legacy, --reorder=none or --enable-managedby-label",
            "array",
        )],
        SourceKind::Helm => vec![
            announced("helm-value-files", "Values files", "Files of the repository, the last one counts most", "array"),
            announced("helm-release-name", "Release name", "The Application's name where it is not set", "string"),
            announced("helm-set", "Values", "Values that count more than those of any file", "map"),
        ],
    }
}
