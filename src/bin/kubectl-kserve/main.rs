//! `kubectl kserve`: which serving runtime an `InferenceService` gets, and why.

fn main() {}
