//! One file a command: gather, call the library, write.

pub(crate) mod function;
pub(crate) mod pin;
pub(crate) mod runtimes;
pub(crate) mod which;
