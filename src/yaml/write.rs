//! placeholder until the writer lands
use super::ScalarStyle;
/// x
#[must_use]
pub fn scalar(text: &str, _: ScalarStyle) -> String {
    text.to_owned()
}
/// x
#[must_use]
pub fn document(value: &serde_json::Value) -> String {
    value.to_string()
}
