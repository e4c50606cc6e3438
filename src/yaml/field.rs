//! A field of an object with the way that led to it, so that every complaint names the whole path.

use std::collections::BTreeMap;

use super::{Content, Meaning, Node, Scalar, ScalarStyle};
use crate::object::{Placed, Position};

/// A field that is not what it should be, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The place.
    pub position: Position,
    /// What is wrong.
    pub problem: FieldProblem,
}

/// What a field holds, or what is wrong with it.
pub type Read<T> = Result<T, Box<Misread>>;

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldProblem {
    /// A required field is not there.
    #[error("{path} is missing")]
    Missing {
        /// The field.
        path: String,
    },
    /// A field is of another type.
    #[error("{path}: expected {expected}, but found {found}")]
    Type {
        /// The field.
        path: String,
        /// What the API asks for.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A string is written so that it is read as something else.
    #[error("{path}: expected a string, but found {found}; write {quoted}")]
    Unquoted {
        /// The field.
        path: String,
        /// What stands there.
        found: String,
        /// What to write instead.
        quoted: String,
    },
    /// kubectl and kustomize would send different values to the API server.
    #[error("{path}: kubectl and kustomize read {found} differently; write {instead}")]
    Disputed {
        /// The field.
        path: String,
        /// As written.
        found: String,
        /// What to write instead.
        instead: String,
    },
    /// A key stands twice, or beside a merge key that brings it too.
    #[error("{path} is set twice: kubectl takes the last one, kustomize refuses it")]
    Duplicate {
        /// The field.
        path: String,
    },
    /// A whole number that the field cannot hold.
    #[error("{path}: expected a whole number of 32 bits, but found {found}")]
    Range {
        /// The field.
        path: String,
        /// As written.
        found: String,
    },
    /// A string that is not of the form asked for.
    #[error("{path}: {problem}")]
    Form {
        /// The field.
        path: String,
        /// What was expected and found.
        problem: String,
    },
    /// A key that nobody reads.
    #[error("{path} is not known; known here: {known}")]
    UnknownKey {
        /// The key, with the way that leads to it.
        path: String,
        /// The keys that are.
        known: String,
    },
}

/// A node, and the fields above it.
#[derive(Clone, Copy, Debug)]
pub struct Field<'p, 't> {
    node: &'p Node<'t>,
    step: Step<'p>,
    parent: Option<&'p Field<'p, 't>>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Item(&'p str, usize),
}

impl<'p, 't> Field<'p, 't> {
    /// The root of an object.
    #[must_use]
    pub fn root(node: &'p Node<'t>) -> Self {
        Self { node, step: Step::Root, parent: None }
    }

    /// The place of the value.
    #[must_use]
    pub fn position(&self) -> Position {
        self.node.position
    }

    fn path(&self) -> String {
        let above = self.parent.map(Field::path).unwrap_or_default();
        match self.step {
            Step::Root => above,
            Step::Key(key) => Self::path_with(&above, key),
            Step::Item(key, index) => format!("{}[{index}]", Self::path_with(&above, key)),
        }
    }

    fn path_with(above: &str, key: &str) -> String {
        let key = if key.contains(['.', '/']) { format!("[{key}]") } else { key.to_owned() };
        if above.is_empty() || key.starts_with('[') { format!("{above}{key}") } else { format!("{above}.{key}") }
    }

    fn misread<T>(&self, problem: impl FnOnce(String) -> FieldProblem) -> Read<T> {
        Err(Box::new(Misread { position: self.position(), problem: problem(self.path()) }))
    }

    /// The complaint that a string is not of the form asked for.
    pub fn wrong_form<T>(&self, problem: String) -> Read<T> {
        self.misread(|path| FieldProblem::Form { path, problem })
    }

    /// The complaint about a key that is not among `known`, if there is one.
    pub fn only_keys(&self, known: &[&str]) -> Read<()> {
        let Some(mapping) = self.node.as_mapping() else { return self.wrong_type("a mapping") };
        match mapping.entries.iter().find(|entry| !known.contains(&&*entry.key)) {
            None => Ok(()),
            Some(entry) => Err(Box::new(Misread {
                position: entry.key_position,
                problem: FieldProblem::UnknownKey {
                    path: Self::path_with(&self.path(), &entry.key),
                    known: known.join(", "),
                },
            })),
        }
    }

    /// The complaint that a value is of another type than `expected`.
    pub fn wrong_type<T>(&self, expected: &'static str) -> Read<T> {
        self.misread(|path| FieldProblem::Type { path, expected, found: self.node.kind_word() })
    }

    /// The field under `key`; none when it is absent or null.
    pub fn field<'q>(&'q self, key: &'q str) -> Read<Option<Field<'q, 't>>> {
        Ok(self.entry(key)?.map(|(_, field)| field))
    }

    /// The place of `key`, and the field under it; none when it is absent or null.
    pub fn entry<'q>(&'q self, key: &'q str) -> Read<Option<(Position, Field<'q, 't>)>> {
        if self.node.as_mapping().is_none() {
            return self.wrong_type("a mapping");
        }
        if let Some(second) = self.node.duplicate(key) {
            let path = Self::path_with(&self.path(), key);
            return Err(Box::new(Misread { position: second.key_position, problem: FieldProblem::Duplicate { path } }));
        }
        let entry = self.node.entry(key).filter(|entry| !entry.value.is_null());
        Ok(entry
            .map(|entry| (entry.key_position, Field { node: &entry.value, step: Step::Key(key), parent: Some(self) })))
    }

    /// The field under `key`, which must be there.
    pub fn required<'q>(&'q self, key: &'q str) -> Read<Field<'q, 't>> {
        match self.field(key)? {
            Some(field) => Ok(field),
            None => self.misread(|path| FieldProblem::Missing { path: Self::path_with(&path, key) }),
        }
    }

    /// The items of the list under `key`; none of them when it is absent or null.
    pub fn items<'q>(&'q self, key: &'q str) -> Read<Vec<Field<'q, 't>>> {
        let Some(list) = self.field(key)? else { return Ok(Vec::new()) };
        let Some(items) = list.node.as_sequence() else { return list.wrong_type("a list") };
        let field = |(index, node)| Field { node, step: Step::Item(key, index), parent: Some(self) };
        Ok(items.iter().enumerate().map(field).collect())
    }

    /// The strings of the list under `key`.
    pub fn strings(&self, key: &str) -> Read<Vec<String>> {
        self.items(key)?.iter().map(|field| Ok(field.string()?.value)).collect()
    }

    /// The keys of the mapping under `key`.
    pub fn keys(&self, key: &str) -> Read<Vec<String>> {
        let Some(field) = self.field(key)? else { return Ok(Vec::new()) };
        match field.node.as_mapping() {
            Some(mapping) => Ok(mapping.entries.iter().map(|entry| entry.key.clone().into_owned()).collect()),
            None => field.wrong_type("a mapping"),
        }
    }

    /// The strings under `key`, by their keys.
    pub fn string_map(&self, key: &str) -> Read<BTreeMap<String, String>> {
        let Some(field) = self.field(key)? else { return Ok(BTreeMap::new()) };
        let mut map = BTreeMap::new();
        for key in field.keys_of()? {
            if let Some(value) = field.optional_string(key)? {
                map.insert(key.to_owned(), value);
            }
        }
        Ok(map)
    }

    /// The keys of this mapping.
    pub fn keys_of(&self) -> Read<Vec<&'p str>> {
        match self.node.as_mapping() {
            Some(mapping) => Ok(mapping.entries.iter().map(|entry| &*entry.key).collect()),
            None => self.wrong_type("a mapping"),
        }
    }

    /// The string under `key`, and its place.
    pub fn optional_placed(&self, key: &str) -> Read<Option<Placed<String>>> {
        self.field(key)?.map(|field| field.string()).transpose()
    }

    /// The string under `key`.
    pub fn optional_string(&self, key: &str) -> Read<Option<String>> {
        Ok(self.optional_placed(key)?.map(|placed| placed.value))
    }

    /// The boolean under `key`.
    pub fn optional_bool(&self, key: &str) -> Read<Option<bool>> {
        self.field(key)?.map(|field| field.bool()).transpose()
    }

    /// The whole number under `key`.
    pub fn optional_int32(&self, key: &str) -> Read<Option<i32>> {
        self.field(key)?.map(|field| field.int32()).transpose()
    }

    /// The string that this field is.
    pub fn string(&self) -> Read<Placed<String>> {
        let Content::Scalar(scalar) = &self.node.content else { return self.wrong_type("a string") };
        let quoted = || serde_json::Value::from(scalar.text.as_ref()).to_string();
        match scalar.meaning {
            Meaning::String if scalar.disputed => {
                self.misread(|path| FieldProblem::Disputed { path, found: scalar.text.to_string(), instead: quoted() })
            }
            Meaning::String => Ok(Placed::new(scalar.text.to_string(), self.position())),
            _ if scalar.style == ScalarStyle::Plain => {
                self.misread(|path| FieldProblem::Unquoted { path, found: self.node.kind_word(), quoted: quoted() })
            }
            _ => self.wrong_type("a string"),
        }
    }

    /// The string that this field is. Where it lacks its quotes, the complaint shows what is meant, since what stands there
    /// could be refused with them too: 0.20 has become 0.2 in kustomize's hands.
    pub fn string_such_as(&self, example: &str) -> Read<String> {
        let misread = match self.string() {
            Ok(string) => return Ok(string.value),
            Err(misread) => misread,
        };
        match &misread.problem {
            FieldProblem::Unquoted { found, .. } | FieldProblem::Disputed { found, .. } => {
                self.wrong_form(format!("expected a string such as {example:?}, in quotes, but found {found}"))
            }
            _ => Err(misread),
        }
    }

    /// The node itself.
    #[must_use]
    pub fn node(&self) -> &'p Node<'t> {
        self.node
    }

    fn bool(&self) -> Read<bool> {
        match &self.node.content {
            Content::Scalar(Scalar { meaning: Meaning::Bool(value), disputed, text, .. }) => {
                if !disputed {
                    return Ok(*value);
                }
                self.misread(|path| FieldProblem::Disputed {
                    path,
                    found: text.to_string(),
                    instead: value.to_string(),
                })
            }
            _ => self.wrong_type("true or false"),
        }
    }

    fn int32(&self) -> Read<i32> {
        match &self.node.content {
            Content::Scalar(Scalar { meaning: Meaning::Integer(value), text, .. }) => self.in_range(*value, text),
            // Go writes 1.0 as 1 when it turns YAML into JSON. Beyond 2^53 a float is out of range anyway.
            #[allow(clippy::cast_possible_truncation)]
            Content::Scalar(Scalar { meaning: Meaning::Float(value), text, .. }) if value.fract() == 0.0 => {
                self.in_range(*value as i128, text)
            }
            _ => self.wrong_type("a whole number"),
        }
    }

    fn in_range(&self, value: i128, text: &str) -> Read<i32> {
        match i32::try_from(value) {
            Ok(value) => Ok(value),
            Err(_) => self.misread(|path| FieldProblem::Range { path, found: text.to_owned() }),
        }
    }
}
