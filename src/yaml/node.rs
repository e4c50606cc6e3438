//! Questions about nodes: what they hold, what stands under a key, and how to name them in a message.

use std::borrow::Cow;

use super::{Content, Entry, Mapping, Meaning, Node, Scalar, ScalarStyle};

impl<'t> Node<'t> {
    /// The value under this key, as Go's decoder keeps it; nothing when this is no mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node<'t>> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry with this key that Go's decoder keeps: the last one.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry<'t>> {
        self.as_mapping()?.entry(key)
    }

    /// A second entry with this key that kubectl and kustomize could treat differently.
    #[must_use]
    pub fn duplicate(&self, key: &str) -> Option<&Entry<'t>> {
        self.as_mapping()?.duplicate(key)
    }

    /// The text, when Go reads a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        let scalar = self.as_scalar()?;
        (scalar.meaning == Meaning::String).then_some(&*scalar.text)
    }

    /// The truth value, when Go reads one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.as_scalar()?.meaning {
            Meaning::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The single value.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar<'t>> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Node<'t>]> {
        match &self.content {
            Content::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The object.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping<'t>> {
        match &self.content {
            Content::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// Go reads nothing here: `null`, `~`, or no text at all.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| scalar.meaning == Meaning::Null)
    }

    /// What this is, for a message: "a mapping", "the number 1.10", "the boolean yes", "null".
    #[must_use]
    pub fn kind_word(&self) -> String {
        match &self.content {
            Content::Scalar(scalar) => scalar.words(),
            Content::Sequence(_) => "a list".to_owned(),
            Content::Mapping(_) => "a mapping".to_owned(),
        }
    }
}

impl<'t> Mapping<'t> {
    /// The entry with this key that Go's decoder keeps: the last one.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry<'t>> {
        self.entries.iter().rfind(|entry| entry.key == key)
    }

    /// A second entry with this key that kubectl and kustomize could treat differently.
    ///
    /// kustomize refuses two written entries, and keeps a written entry when a merge key follows it; kubectl
    /// keeps the last in both cases. A written entry that follows a merge wins for both.
    #[must_use]
    pub fn duplicate(&self, key: &str) -> Option<&Entry<'t>> {
        let mut same = self.entries.iter().filter(|entry| entry.key == key);
        same.find(|entry| !entry.merged)?;
        same.next()
    }

    /// The entries that Go's decoder keeps: of several with one key the last.
    pub fn kept(&self) -> impl Iterator<Item = &Entry<'t>> {
        let mut seen = std::collections::HashSet::new();
        let mut kept: Vec<_> = self.entries.iter().rev().filter(|entry| seen.insert(&entry.key)).collect();
        kept.reverse();
        kept.into_iter()
    }
}

impl<'t> Scalar<'t> {
    /// A string that no text was read for.
    #[must_use]
    pub fn string(text: impl Into<Cow<'t, str>>) -> Self {
        let text = text.into();
        Self { text, style: ScalarStyle::DoubleQuoted, meaning: Meaning::String, disputed: false }
    }

    /// What this is, for a message, with the text as written.
    #[must_use]
    pub fn words(&self) -> String {
        match self.meaning {
            Meaning::Null => "null".to_owned(),
            Meaning::Bool(_) => format!("the boolean {}", self.text),
            Meaning::Integer(_) | Meaning::Float(_) => format!("the number {}", self.text),
            Meaning::String => format!("the string {:?}", self.text),
        }
    }
}
