//! What the function knows: the runtimes that were declared to be all there are, and the release whose rules apply.
//! Commands that write do not guess either.

use crate::configuration::{DeclaredRuntimes, PinRuntimes};
use crate::inventory::{Inventory, TwoRuntimes, Unread};
use crate::kserve::catalogue::catalogue;
use crate::kserve::{InferenceService, Release};
use crate::resolve::Resolver;

use super::items::Items;

/// Services, runtimes and a release.
#[derive(Debug)]
pub(super) struct Knowledge {
    inventory: Inventory,
    release: Release,
    namespace_was_given: bool,
}

/// Why the function does not know enough to pin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotEnough {
    /// Nobody said that the runtimes are all there are.
    #[error(
        "the runtimes to choose from were not declared complete: list a complete snapshot under resources:, or set \
         runtimes in the functionConfig to items, {{release: vX.Y.Z}} or {{inline: […]}}{}",
        if *.among_items { "" } else { " (no runtimes are among the items; a selector on the function hides them)" }
    )]
    Undeclared {
        /// Whether there are runtimes among the items.
        among_items: bool,
    },
    /// The runtimes among the items were declared complete, and there are none.
    #[error("runtimes is set to items, but no runtimes are among them; a selector on the function hides them")]
    NoItems,
    /// Nobody said which release's rules apply.
    #[error(
        "the KServe release is not known: set kserveVersion in the functionConfig (it would change with every upgrade of kubectl-kserve)"
    )]
    NoRelease,
    /// The same runtime twice.
    #[error(transparent)]
    TwoRuntimes(#[from] TwoRuntimes),
}

impl Knowledge {
    pub(super) fn new(configuration: &PinRuntimes, items: &Items) -> Result<Self, NotEnough> {
        let contents = items.contents();
        let complete = contents.snapshots.iter().any(|snapshot| snapshot.complete);
        match &configuration.runtimes {
            Some(DeclaredRuntimes::Items) if items.runtimes.is_empty() => return Err(NotEnough::NoItems),
            None if !complete => return Err(NotEnough::Undeclared { among_items: !items.runtimes.is_empty() }),
            _ => {}
        }
        let release = release(configuration, items).ok_or(NotEnough::NoRelease)?;
        let namespace = configuration.namespace.as_deref();
        let unread = Unread::of(&contents.snapshots);
        let mut inventory = Inventory::new(contents.services, namespace.unwrap_or("default"), unread);
        inventory.add_graphs(contents.graphs);
        inventory.add_runtimes(contents.runtimes)?;
        match &configuration.runtimes {
            Some(DeclaredRuntimes::Release(named)) => inventory.add_runtimes(catalogue(named.unwrap_or(release)))?,
            Some(DeclaredRuntimes::Inline(runtimes)) => inventory.add_runtimes(runtimes.iter().cloned())?,
            Some(DeclaredRuntimes::Items) | None => {}
        }
        Ok(Self { inventory, release, namespace_was_given: namespace.is_some() })
    }

    pub(super) fn resolver(&self) -> Resolver<'_> {
        Resolver::new(&self.inventory, self.release)
    }

    pub(super) fn namespace_of<'a>(&'a self, service: &'a InferenceService) -> &'a str {
        self.inventory.namespace_of(service)
    }

    /// Whether nobody said in which namespace a service will live.
    pub(super) fn lacks_namespace(&self, service: &InferenceService) -> bool {
        service.namespace.is_none() && !self.namespace_was_given
    }
}

fn release(configuration: &PinRuntimes, items: &Items) -> Option<Release> {
    let of_snapshot = || items.snapshots.iter().find_map(|snapshot| snapshot.kserve_version);
    let of_runtimes = || match &configuration.runtimes {
        Some(DeclaredRuntimes::Release(named)) => *named,
        _ => None,
    };
    configuration.kserve_version.or_else(of_snapshot).or_else(of_runtimes)
}
