//! A `ResourceList` as it came: its items and functionConfig with their places, and where results go.

use crate::object::Span;
use crate::yaml::{self, Node};

/// A list that was read, and the text it was read from.
#[derive(Debug)]
pub(super) struct ResourceList<'t> {
    pub(super) text: &'t str,
    pub(super) root: Node<'t>,
    /// The number of the document that the list is.
    pub(super) document: usize,
}

/// A text that is no `ResourceList`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotAResourceList {
    /// Nothing at all.
    #[error("expected a ResourceList on standard input, but found nothing")]
    Empty,
    /// It cannot be read.
    #[error("<standard input>:{0}")]
    Yaml(#[from] yaml::Error),
    /// More than one document.
    #[error("<standard input>: expected one ResourceList, but found {0} documents")]
    Documents(usize),
    /// Another kind of object, or none.
    #[error("<standard input>: expected kind ResourceList of config.kubernetes.io, but found {found}")]
    Kind {
        /// What stands there.
        found: String,
    },
    /// The items are no list.
    #[error("<standard input>: items: expected a list, but found {found}")]
    Items {
        /// What stands there.
        found: String,
    },
}

const API_VERSIONS: [&str; 3] =
    ["config.kubernetes.io/v1", "config.kubernetes.io/v1beta1", "config.kubernetes.io/v1alpha1"];

impl<'t> ResourceList<'t> {
    pub(super) fn read(text: &'t str) -> Result<Self, NotAResourceList> {
        let mut roots = Vec::new();
        for chunk in yaml::split(text)? {
            roots.extend(yaml::compose(text, &chunk)?.map(|root| (chunk.index, root)));
        }
        let documents = roots.len();
        match (documents, roots.pop()) {
            (1, Some((document, root))) => Self::of(text, root, document),
            (0, _) => Err(NotAResourceList::Empty),
            _ => Err(NotAResourceList::Documents(documents)),
        }
    }

    fn of(text: &'t str, root: Node<'t>, document: usize) -> Result<Self, NotAResourceList> {
        let field = |key| root.get(key).and_then(Node::as_str);
        let found = match (field("apiVersion"), field("kind")) {
            (Some(api_version), Some("ResourceList")) if API_VERSIONS.contains(&api_version) => None,
            (Some(api_version), Some(kind)) => Some(format!("{kind} of {api_version}")),
            _ => Some(root.kind_word()),
        };
        if let Some(found) = found {
            return Err(NotAResourceList::Kind { found });
        }
        match root.get("items").filter(|items| !items.is_null()) {
            Some(items) if items.as_sequence().is_none() => Err(NotAResourceList::Items { found: items.kind_word() }),
            _ => Ok(Self { text, root, document }),
        }
    }

    pub(super) fn items(&self) -> &[Node<'t>] {
        self.root.get("items").and_then(Node::as_sequence).unwrap_or_default()
    }

    /// The whole lines that an item stands on.
    pub(super) fn lines_of(&self, item: &Node<'_>) -> Span {
        let start = memchr::memrchr(b'\n', &self.text.as_bytes()[..item.span.start]).map_or(0, |place| place + 1);
        Span::new(start, line_after(self.text, item.span.end))
    }

    pub(super) fn function_config(&self) -> Option<&Node<'t>> {
        self.root.get("functionConfig").filter(|config| !config.is_null())
    }

    /// What writes `results`, a YAML or JSON list, into the list: the place and the text. Results of functions that ran
    /// before are kept.
    pub(super) fn results_splice(&self, results: &[serde_json::Value]) -> (Span, String) {
        let before = self.root.entry("results").filter(|entry| !entry.value.is_null());
        match before {
            Some(entry) if entry.value.flow => self.inside_brackets(&entry.value, results),
            Some(entry) => self.after_block(&entry.value, results),
            None if self.root.flow => self.inside_brackets(&self.root, results),
            None => self.at_the_end(results),
        }
    }

    /// Before the closing bracket.
    fn inside_brackets(&self, node: &Node<'_>, results: &[serde_json::Value]) -> (Span, String) {
        let (is_list, is_empty) = match node.as_sequence() {
            Some(items) => (true, items.is_empty()),
            None => (false, node.as_mapping().is_none_or(|mapping| mapping.entries.is_empty())),
        };
        let place = node.span.end - 1;
        let written = self.text[..place].trim_end();
        let comma = if is_empty || written.ends_with(',') { "" } else { "," };
        let json: Vec<String> = results.iter().map(ToString::to_string).collect();
        let json = json.join(",");
        let text = if is_list { format!("{comma}{json}") } else { format!("{comma}\"results\":[{json}]") };
        (Span::new(place, place), text)
    }

    /// Behind the last of the results that are there.
    fn after_block(&self, before: &Node<'_>, results: &[serde_json::Value]) -> (Span, String) {
        let place = line_after(self.text, before.span.end);
        let column = before.position.column.saturating_sub(1) as usize;
        (Span::new(place, place), self.block(results, column, place))
    }

    /// Behind the last line of the list. Where that has no line break, before the first: a block scalar at the very end
    /// would gain one.
    fn at_the_end(&self, results: &[serde_json::Value]) -> (Span, String) {
        let end = line_after(self.text, self.root.span.end);
        let has_break = self.text[..end].ends_with('\n');
        let place = if has_break { end } else { self.root.span.start };
        let line_break = self.line_break();
        (Span::new(place, place), format!("results:{line_break}{}", self.block(results, 0, place)))
    }

    fn block(&self, results: &[serde_json::Value], column: usize, place: usize) -> String {
        let line_break = self.line_break();
        let first_break = if place > 0 && !self.text[..place].ends_with('\n') { line_break } else { "" };
        let mut text = first_break.to_owned();
        for result in results {
            let written = yaml::write::document(result);
            for (index, line) in written.lines().enumerate() {
                let dash = if index == 0 { "- " } else { "  " };
                text.push_str(&" ".repeat(column));
                text.push_str(dash);
                text.push_str(line);
                text.push_str(line_break);
            }
        }
        text
    }

    fn line_break(&self) -> &'static str {
        match memchr::memchr(b'\n', self.text.as_bytes()) {
            Some(place) if place > 0 && self.text.as_bytes()[place - 1] == b'\r' => "\r\n",
            _ => "\n",
        }
    }
}

/// The beginning of the line after the one that holds `place`, or `place` when it begins a line itself.
fn line_after(text: &str, place: usize) -> usize {
    if place > 0 && text.as_bytes()[place - 1] == b'\n' {
        return place;
    }
    memchr::memchr(b'\n', &text.as_bytes()[place..]).map_or(text.len(), |line| place + line + 1)
}
