//! How a thing is named and where it stands: spans of a text, positions a person can find, objects, fields.

use std::fmt;
use std::sync::Arc;

/// The apiVersion of the objects that are this tool's own.
pub const API_VERSION: &str = "kubectl-kserve/v1";

/// The annotation that makes kustomize and kpt hand an object to functions, but never put it out.
pub const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// A range of bytes of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// The range from `start` up to, but without, `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The text of this range.
    ///
    /// # Panics
    /// When the range is not one of `text`.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }
}

/// A place in a text as editors show it: lines and columns count from one, columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line, from one. Zero stands for "not from a text", as in an object read from a cluster.
    pub line: u32,
    /// The column in characters, from one.
    pub column: u32,
}

impl Position {
    /// The place with these numbers.
    #[must_use]
    pub fn new(line: u32, column: u32) -> Self {
        Self { line, column }
    }

    /// The place of the byte at `offset` of a text; a byte order mark takes no column.
    ///
    /// # Panics
    /// When `offset` does not lie between two characters of the text.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let line = text[..offset].bytes().filter(|byte| *byte == b'\n').count() + 1;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        Self::new(line, Self::column_of(text, offset))
    }

    /// This place of a text as a place of a larger one, in which the text begins at `start`.
    #[must_use]
    pub fn within(self, start: Self) -> Self {
        let column = if self.line == 1 { (start.column + self.column).saturating_sub(1) } else { self.column };
        Self::new((start.line + self.line).saturating_sub(1), column)
    }

    /// The column alone, which does not cost a walk through the whole text.
    pub(crate) fn column_of(text: &str, offset: usize) -> u32 {
        let before = &text[..offset];
        let start = before.rfind('\n').map_or(0, |found| found + 1);
        let line = before[start..].trim_start_matches('\u{FEFF}');
        u32::try_from(line.chars().count() + 1).unwrap_or(u32::MAX)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A value, and the place where it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// The place; the default when the value was not written anywhere.
    pub position: Position,
}

impl<T> Placed<T> {
    /// `value`, written at `position`.
    pub fn new(value: T, position: Position) -> Self {
        Self { value, position }
    }
}

/// The way from the root of a document to a value, as in `spec.predictor.model` or `items[3]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath {
    steps: Vec<Step>,
}

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The value under this key of an object.
    Key(String),
    /// The item of a list, counted from zero.
    Index(usize),
}

impl FieldPath {
    /// The root itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The path of these keys.
    #[must_use]
    pub fn of_keys(keys: &[&str]) -> Self {
        keys.iter().fold(Self::root(), |path, key| path.key(*key))
    }

    /// One step further, to the value under a key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.steps.push(Step::Key(key.into()));
        self
    }

    /// One step further, to an item.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.steps.push(Step::Index(index));
        self
    }

    /// On to what lies at `path` below.
    #[must_use]
    pub fn join(mut self, path: &Self) -> Self {
        self.steps.extend_from_slice(&path.steps);
        self
    }

    /// One step back; none at the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, before) = self.steps.split_last()?;
        Some(Self { steps: before.to_vec() })
    }

    /// Every step, from the root on.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return f.write_str("the document");
        }
        for (number, step) in self.steps.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) if !is_name(key) => write!(f, "[{key:?}]")?,
                Step::Key(key) if number == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

/// A key that reads well between two dots.
fn is_name(key: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !key.is_empty() && key.bytes().all(known)
}

/// Where an object was read: the file, the document within it, and the place of the object's first key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file as the user named it, or a word such as `<standard input>`.
    pub file: Arc<str>,
    /// The number of the document within the file, from zero.
    pub document: usize,
    /// The object's way from the document's root, when it is an item of a list.
    pub path: FieldPath,
    /// Where the object begins.
    pub position: Position,
}

impl Source {
    /// The same file and document, at another place.
    #[must_use]
    pub fn at(&self, position: Position) -> Self {
        Self { position, ..self.clone() }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.position)
    }
}
