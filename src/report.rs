//! Answers as text: for people, as JSON, and later as results of a KRM function. It decides nothing.

pub mod human;
pub mod json;
pub mod krm;
mod reason;
