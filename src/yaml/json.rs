//! Nodes from a cluster's JSON, and nodes as JSON: what the API server would see.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Content, Entry, Mapping, Meaning, Node, Scalar, ScalarStyle};
use crate::object::{Position, Span};

impl<'de> Deserialize<'de> for Node<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

fn node(content: Content<'static>) -> Node<'static> {
    Node {
        content,
        span: Span::default(),
        position: Position::default(),
        flow: false,
        properties: false,
        shared: false,
    }
}

fn scalar(text: String, meaning: Meaning) -> Node<'static> {
    let style = match meaning {
        Meaning::String => ScalarStyle::DoubleQuoted,
        _ => ScalarStyle::Plain,
    };
    node(Content::Scalar(Scalar { text: Cow::Owned(text), style, meaning, disputed: false }))
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Node<'static>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value that JSON can hold")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(scalar("null".to_owned(), Meaning::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(scalar(value.to_string(), Meaning::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(scalar(value.to_string(), Meaning::Integer(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(scalar(value.to_string(), Meaning::Integer(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(scalar(value.to_string(), Meaning::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(scalar(value.to_owned(), Meaning::String))
    }

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(scalar(value, Meaning::String))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut nodes = Vec::new();
        while let Some(item) = items.next_element()? {
            nodes.push(item);
        }
        Ok(node(Content::Sequence(nodes)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            // Half of a live object, and nothing in it is anybody's wish.
            if key == "managedFields" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value::<Node<'static>>()?;
            entries.push(Entry {
                key: Cow::Owned(key),
                key_span: Span::default(),
                key_position: Position::default(),
                key_style: ScalarStyle::DoubleQuoted,
                value,
                merged: false,
            });
        }
        Ok(node(Content::Mapping(Mapping { entries })))
    }
}

/// As the Kubernetes decoder reads it: of several entries with one key the last.
impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.content {
            Content::Scalar(scalar) => serialize_scalar(scalar, serializer),
            Content::Sequence(items) => serializer.collect_seq(items),
            Content::Mapping(mapping) => {
                let mut map = serializer.serialize_map(None)?;
                for entry in mapping.kept() {
                    map.serialize_entry(&entry.key, &entry.value)?;
                }
                map.end()
            }
        }
    }
}

fn serialize_scalar<S: Serializer>(scalar: &Scalar<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    match scalar.meaning {
        Meaning::Null => serializer.serialize_unit(),
        Meaning::Bool(value) => serializer.serialize_bool(value),
        Meaning::Float(value) => serializer.serialize_f64(value),
        Meaning::String => serializer.serialize_str(&scalar.text),
        Meaning::Integer(value) => match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => serializer.serialize_i64(value),
            (_, Ok(value)) => serializer.serialize_u64(value),
            _ => serializer.serialize_i128(value),
        },
    }
}
