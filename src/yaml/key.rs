//! How Go spells a mapping's key, which JSON wants to be a string.

use std::borrow::Cow;

use super::error::Problem;
use super::{Meaning, Scalar};

/// The key as `sigs.k8s.io/yaml` spells it: `on` is `true`, `1.0` is `1`.
pub(super) fn spell<'t>(scalar: &Scalar<'t>) -> Result<Cow<'t, str>, Problem> {
    let spelt = match scalar.meaning {
        Meaning::String => return Ok(scalar.text.clone()),
        Meaning::Bool(value) => value.to_string(),
        Meaning::Integer(value) if i64::try_from(value).is_ok() => value.to_string(),
        Meaning::Float(value) => spell_float(value),
        Meaning::Null | Meaning::Integer(_) => {
            return Err(Problem::Key { found: scalar.words() });
        }
    };
    Ok(Cow::Owned(spelt))
}

/// Go's `FormatFloat(value, 'g', -1, 32)`, in YAML's words where there is no number.
#[expect(clippy::cast_possible_truncation, reason = "Go rounds to 32 bits here")]
fn spell_float(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}
