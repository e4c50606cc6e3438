//! What Go reads a scalar as: the rules of `sigs.k8s.io/yaml`, and where kustomize's differ.

use super::error::Problem;
use super::{Meaning, ScalarStyle};
use super::{base64, timestamp};

/// A tag as far as it changes what a scalar means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    String,
    Integer,
    Float,
    Boolean,
    Null,
    Timestamp,
    Binary,
    Merge,
    /// Any other tag: Go keeps the text.
    Other,
}

impl Tag {
    /// The tag with this full name.
    pub(super) fn named(name: &str) -> Self {
        match name.strip_prefix("tag:yaml.org,2002:") {
            Some("str") => Self::String,
            Some("int") => Self::Integer,
            Some("float") => Self::Float,
            Some("bool") => Self::Boolean,
            Some("null") => Self::Null,
            Some("timestamp") => Self::Timestamp,
            Some("binary") => Self::Binary,
            Some("merge") => Self::Merge,
            _ => Self::Other,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Integer => "int",
            Self::Float => "float",
            Self::Boolean => "bool",
            Self::Null => "null",
            Self::Timestamp => "timestamp",
            Self::Binary => "binary",
            Self::Merge => "merge",
            Self::String | Self::Other => "str",
        }
    }
}

/// What was found out about a scalar.
#[derive(Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) meaning: Meaning,
    pub(super) disputed: bool,
    /// The text that takes the place of the written one.
    pub(super) decoded: Option<String>,
}

impl From<Meaning> for Reading {
    fn from(meaning: Meaning) -> Self {
        Self { meaning, disputed: false, decoded: None }
    }
}

/// What a scalar means, given its tag.
pub(super) fn read(text: &str, style: ScalarStyle, tag: Option<Tag>) -> Result<Reading, Problem> {
    match tag {
        None if style != ScalarStyle::Plain => Ok(Meaning::String.into()),
        None => Ok(plain(text)),
        Some(Tag::String | Tag::Merge | Tag::Other) => Ok(Meaning::String.into()),
        Some(Tag::Binary) => binary(text),
        Some(tag) => tagged(text, tag),
    }
}

fn plain(text: &str) -> Reading {
    let meaning = resolve(text);
    let disputed = match meaning {
        Meaning::Bool(_) => is_old_boolean(text),
        Meaning::String => timestamp::is_rewritten(text),
        _ => false,
    };
    Reading { meaning, disputed, decoded: None }
}

fn tagged(text: &str, tag: Tag) -> Result<Reading, Problem> {
    let meaning = resolve(text);
    let fitting = match (tag, meaning) {
        (Tag::Integer, Meaning::Integer(_))
        | (Tag::Float, Meaning::Float(_))
        | (Tag::Boolean, Meaning::Bool(_))
        | (Tag::Null, Meaning::Null) => Some(meaning),
        (Tag::Float, Meaning::Integer(whole)) => i64::try_from(whole).ok().map(as_float),
        (Tag::Timestamp, Meaning::String) if timestamp::is_timestamp(text) => Some(meaning),
        _ => None,
    };
    match fitting {
        Some(meaning) => Ok(Reading { disputed: is_old_boolean(text), ..meaning.into() }),
        None => Err(Problem::Tag { tag: tag.name(), found: text.to_owned() }),
    }
}

#[expect(clippy::cast_precision_loss, reason = "Go rounds here as well")]
fn as_float(whole: i64) -> Meaning {
    Meaning::Float(whole as f64)
}

fn is_old_boolean(text: &str) -> bool {
    matches!(word(text), Some(Meaning::Bool(_)))
        && !matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

/// What yaml.v2 takes a plain scalar for.
pub(super) fn resolve(text: &str) -> Meaning {
    if let Some(meaning) = word(text) {
        return meaning;
    }
    match text.as_bytes()[0] {
        b'.' => dotted_float(text),
        b'+' | b'-' | b'0'..=b'9' if timestamp::is_timestamp(text) => None,
        b'+' | b'-' | b'0'..=b'9' => number(&text.replace('_', "")),
        _ => None,
    }
    .unwrap_or(Meaning::String)
}

fn word(text: &str) -> Option<Meaning> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Meaning::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Meaning::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Meaning::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Meaning::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Meaning::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Meaning::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number(text: &str) -> Option<Meaning> {
    if let Some(whole) = integer(text) {
        return Some(Meaning::Integer(whole));
    }
    if is_decimal(text) {
        return float(text);
    }
    signed_binary(text).map(Meaning::Integer)
}

/// Go's `ParseInt` and `ParseUint` with base 0.
fn integer(text: &str) -> Option<i128> {
    let (sign, digits) = match text.as_bytes().first()? {
        sign @ (b'+' | b'-') => (Some(*sign), &text[1..]),
        _ => (None, text),
    };
    let (radix, digits) = radix(digits);
    let magnitude = i128::from(whole(digits, radix)?);
    let value = if sign == Some(b'-') { -magnitude } else { magnitude };
    // Only a number without a sign may need the 64th bit.
    let fits = sign.is_none() || i64::try_from(value).is_ok();
    fits.then_some(value)
}

fn radix(digits: &str) -> (u32, &str) {
    match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    }
}

fn whole(digits: &str, radix: u32) -> Option<u64> {
    let all_digits = digits.chars().all(|digit| digit.is_digit(radix));
    if all_digits { u64::from_str_radix(digits, radix).ok() } else { None }
}

/// `0b-1`: yaml.v2 hands what follows the prefix to a parser that takes a sign.
fn signed_binary(text: &str) -> Option<i128> {
    let digits = text.strip_prefix("0b")?;
    let unsigned = digits.strip_prefix(['+', '-'])?;
    let magnitude = i128::from(whole(unsigned, 2)?);
    let value = if digits.starts_with('-') { -magnitude } else { magnitude };
    i64::try_from(value).is_ok().then_some(value)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(found) => (&text[..found], Some(&text[found + 1..])),
        None => (text, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_fits = digits(before) && digits(after) && !(before.is_empty() && after.is_empty());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    mantissa_fits && exponent_fits
}

/// `.5`, which Go parses as it stands: an underscore must stand between two digits.
fn dotted_float(text: &str) -> Option<Meaning> {
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let between = |index: usize| index > 0 && is_digit(index - 1) && is_digit(index + 1);
    let separated = memchr::memchr_iter(b'_', bytes).all(between);
    let digits = text.replace('_', "");
    if separated && is_decimal(&digits) { float(&digits) } else { None }
}

/// Go refuses a number that would be infinite, so it stays text.
fn float(text: &str) -> Option<Meaning> {
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Meaning::Float(value))
}

/// The text of a `!!binary` value. Go's JSON writer puts U+FFFD where it is not UTF-8.
fn binary(text: &str) -> Result<Reading, Problem> {
    let refused = || Problem::Tag { tag: Tag::Binary.name(), found: text.to_owned() };
    let bytes = base64::decode(text).ok_or_else(refused)?;
    let decoded = String::from_utf8(bytes).map_err(|_| refused())?;
    Ok(Reading { decoded: Some(decoded), ..Meaning::String.into() })
}
