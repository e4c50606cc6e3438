//! What moves: live services against what KServe recorded of them, runtimes and services against a snapshot.

mod drift;
mod field;
mod movement;
mod runtimes;

pub use drift::{Drift, RuntimeDrift, drift};
pub use field::{Difference, FieldChange};
pub use movement::{Move, Movement, movement};
pub use runtimes::{Change, RuntimeChange, RuntimeObjects, runtime_changes};
