//! The snapshot that the runtimes of now are compared with.

use std::path::Path;

use anyhow::bail;
use kubectl_kserve::change::RuntimeObjects;
use kubectl_kserve::inventory::{Contents, Inventory, Unread};
use kubectl_kserve::kserve::Release;
use kubectl_kserve::manifest::{self, ManifestError};
use kubectl_kserve::rendering;
use kubectl_kserve::resolve::Resolver;

use crate::input::{self, Text};

/// What `--against` names.
pub(super) struct Against {
    /// What the file holds, but for the runtimes that decide.
    pub(super) contents: Contents,
    inventory: Inventory,
    /// The whole runtimes.
    pub(super) objects: RuntimeObjects,
}

impl Against {
    /// Reads a snapshot, or any other file with runtimes.
    pub(super) fn read(path: &Path, namespace: &str) -> anyhow::Result<Self> {
        let (mut contents, mut objects) = (Contents::default(), RuntimeObjects::default());
        input::each_text_at(path, &mut |text| {
            take(&mut objects, &text, namespace, true)?;
            input::take(&mut contents, &text, namespace)
        })?;
        if contents.runtimes.is_empty() && contents.snapshots.is_empty() && contents.empty_lists == 0 {
            bail!("{}: expected a snapshot or runtimes to compare with, but found none", path.display());
        }
        let unread = Unread::of(&contents.snapshots);
        let mut inventory = Inventory::new(Vec::new(), namespace, unread.clone());
        inventory.add_runtimes(std::mem::take(&mut contents.runtimes))?;
        Ok(Self { contents, inventory, objects: objects.missing(unread) })
    }

    /// What KServe would have selected then: by the rules of the release that the snapshot names.
    pub(super) fn resolver(&self, release: Release) -> Resolver<'_> {
        let told = self.contents.snapshots.iter().find_map(|snapshot| snapshot.kserve_version);
        Resolver::new(&self.inventory, told.unwrap_or(release))
    }
}

/// Adds the runtimes of a text, those of snapshots where they count.
pub(super) fn take(objects: &mut RuntimeObjects, text: &Text, namespace: &str, snapshots: bool) -> anyhow::Result<()> {
    manifest::visit::<ManifestError>(&text.name, &text.content, text.reading, &mut |item| {
        if snapshots || !rendering::is_local(item.node) {
            objects.take(item.node, namespace);
        }
        Ok(())
    })
    .map(drop)
    .map_err(|error| anyhow::anyhow!("{error}"))
}
