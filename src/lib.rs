//! Which serving runtime does an `InferenceService` get, why, and how to keep it that way.
//!
//! The library knows KServe's rules and the text of manifests. It opens no file, asks no clock, reads no
//! environment and prints nothing; the binary beside it knows the world. Therefore its core cannot fail: that
//! no runtime serves a model is an answer, not an error.

#![warn(missing_docs)]
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod change;
pub mod configuration;
pub mod diff;
pub mod edit;
pub mod explain;
pub mod function;
pub mod inventory;
pub mod kserve;
pub mod listing;
pub mod manifest;
pub mod object;
pub mod pin;
pub mod rendering;
pub mod report;
pub mod resolve;
pub mod yaml;
