//! A `ResourceList` as it came: its items and functionConfig with their places, and where results go.

use crate::manifest::may_matter;
use crate::object::Span;
use crate::yaml::{self, Chunk, Entry, ItemLines, Items, Node};

/// A list that was read, and the text it was read from.
#[derive(Debug)]
pub(super) struct ResourceList<'t> {
    pub(super) text: &'t str,
    /// The number of the document that the list is.
    pub(super) document: usize,
    form: Form<'t>,
}

/// How the list was read.
#[derive(Debug)]
enum Form<'t> {
    /// As a whole.
    Whole(Box<Node<'t>>),
    /// Cut into its items, with the keys before and after them.
    Cut { items: Items, around: Vec<Node<'t>> },
}

/// Where an item stands.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The number of the item, from zero.
    pub(super) index: usize,
    /// Its whole lines; where they hold something else too, as in JSON, its own text: a diff shows no others.
    pub(super) lines: Span,
    /// The number of the first of them.
    pub(super) line: u32,
    /// The same, when the list was cut.
    pub(super) cut: Option<ItemLines>,
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
    /// The items or the results are no list.
    #[error("<standard input>: {key}: expected a list, but found {found}")]
    List {
        /// `items` or `results`.
        key: &'static str,
        /// What stands there.
        found: String,
    },
}

const API_VERSIONS: [&str; 3] =
    ["config.kubernetes.io/v1", "config.kubernetes.io/v1beta1", "config.kubernetes.io/v1alpha1"];

impl<'t> ResourceList<'t> {
    pub(super) fn read(text: &'t str) -> Result<Self, NotAResourceList> {
        let chunks = yaml::split(text)?;
        if let [chunk] = chunks[..]
            && let Some(list) = Self::cut(text, &chunk)?
        {
            return Ok(list);
        }
        let mut roots = Vec::new();
        for chunk in chunks {
            roots.extend(yaml::compose(text, &chunk)?.map(|root| (chunk.index, root)));
        }
        let documents = roots.len();
        match (documents, roots.pop()) {
            (1, Some((document, root))) => Self { text, document, form: Form::Whole(Box::new(root)) }.checked(),
            (0, _) => Err(NotAResourceList::Empty),
            _ => Err(NotAResourceList::Documents(documents)),
        }
    }

    /// The list cut into its items, when that can be done for certain.
    fn cut(text: &'t str, chunk: &Chunk) -> Result<Option<Self>, NotAResourceList> {
        let Some(items) = yaml::items(text, chunk) else { return Ok(None) };
        let mut around = Vec::new();
        for part in [Some(items.before), items.after].into_iter().flatten() {
            around.extend(yaml::compose(text, &part)?);
        }
        let keys = around.iter().filter_map(Node::as_mapping).flat_map(|mapping| &mapping.entries);
        let mut keys: Vec<&str> = keys.map(|entry| &*entry.key).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair[0] == pair[1]) {
            return Ok(None);
        }
        Self { text, document: chunk.index, form: Form::Cut { items, around } }.checked().map(Some)
    }

    fn checked(self) -> Result<Self, NotAResourceList> {
        let field = |key| self.get(key).and_then(Node::as_str);
        let found = match (field("apiVersion"), field("kind")) {
            (Some(api_version), Some("ResourceList")) if API_VERSIONS.contains(&api_version) => None,
            (Some(api_version), Some(kind)) => Some(format!("{kind} of {api_version}")),
            _ => Some(self.first().map_or_else(|| "nothing".to_owned(), Node::kind_word)),
        };
        if let Some(found) = found {
            return Err(NotAResourceList::Kind { found });
        }
        for key in ["items", "results"] {
            let value = self.get(key).filter(|value| !value.is_null());
            if let Some(other) = value.filter(|value| value.as_sequence().is_none()) {
                return Err(NotAResourceList::List { key, found: other.kind_word() });
            }
        }
        Ok(self)
    }

    fn around(&self) -> &[Node<'t>] {
        match &self.form {
            Form::Whole(root) => std::slice::from_ref(root),
            Form::Cut { around, .. } => around,
        }
    }

    fn first(&self) -> Option<&Node<'t>> {
        self.around().first()
    }

    fn entry(&self, key: &str) -> Option<&Entry<'t>> {
        self.around().iter().find_map(|node| node.entry(key))
    }

    fn get(&self, key: &str) -> Option<&Node<'t>> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Calls `visit` with every item that may matter, and its place.
    pub(super) fn each_item<E>(
        &self,
        visit: &mut dyn FnMut(&Node<'_>, Place) -> Result<(), E>,
    ) -> Result<Result<(), E>, NotAResourceList> {
        match &self.form {
            Form::Whole(root) => {
                let items = root.get("items").and_then(Node::as_sequence).unwrap_or_default();
                let mut items = items.iter().enumerate();
                Ok(items.try_for_each(|(index, node)| visit(node, self.place(index, node))))
            }
            Form::Cut { items, .. } => self.each_cut(&items.items, visit),
        }
    }

    fn each_cut<E>(
        &self,
        items: &[ItemLines],
        visit: &mut dyn FnMut(&Node<'_>, Place) -> Result<(), E>,
    ) -> Result<Result<(), E>, NotAResourceList> {
        for (index, lines) in items.iter().enumerate() {
            if !may_matter(lines.span.of(self.text).as_bytes()) {
                continue;
            }
            let alone = lines.alone(self.text);
            let chunk = Chunk { line: lines.line, ..Chunk::whole(&alone) };
            let Some(node) = yaml::compose(&alone, &chunk)? else { continue };
            let place = Place { index, lines: lines.span, line: lines.line, cut: Some(*lines) };
            if let Err(error) = visit(&node, place) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    fn place(&self, index: usize, item: &Node<'_>) -> Place {
        let Span { start, end } = item.span;
        let line = memchr::memrchr(b'\n', &self.text.as_bytes()[..start]).map_or(0, |place| place + 1);
        let lines = Span::new(line, line_after(self.text, end));
        let (before, after) = (&self.text[line..start], self.text[end..lines.end].trim_start());
        let is_alone = before.trim_matches([' ', '-']).is_empty() && (after.is_empty() || after.starts_with('#'));
        let lines = if is_alone { lines } else { item.span };
        Place { index, lines, line: item.position.line, cut: None }
    }

    pub(super) fn function_config(&self) -> Option<&Node<'t>> {
        self.get("functionConfig").filter(|config| !config.is_null())
    }

    /// Where the list's content begins and ends.
    fn content(&self) -> Span {
        let start = self.first().map_or(0, |node| node.span.start);
        let end = match &self.form {
            Form::Cut { items: Items { after: None, items, .. }, .. } => {
                items.last().map_or(start, |last| last.span.start + last.span.of(self.text).trim_end().len())
            }
            _ => self.around().last().map_or(start, |node| node.span.end),
        };
        Span::new(start, end)
    }

    /// What writes `results`, a YAML or JSON list, into the list: the place and the text. Results of functions that ran
    /// before are kept.
    pub(super) fn results_splice(&self, results: &[serde_json::Value]) -> (Span, String) {
        let in_brackets = matches!(&self.form, Form::Whole(root) if root.flow);
        match self.entry("results") {
            Some(Entry { value, .. }) if value.is_null() && in_brackets => {
                (value.span, serde_json::json!(results).to_string())
            }
            Some(entry) if entry.value.is_null() => self.instead_of_null(&entry.value, results),
            Some(entry) if entry.value.flow => self.inside_brackets(&entry.value, results),
            Some(entry) => self.after_block(&entry.value, results),
            None => match &self.form {
                Form::Whole(root) if root.flow => self.inside_brackets(root, results),
                _ => self.at_the_end(results),
            },
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

    /// Below the key, which keeps what is said behind it. The word goes: with it there would be two values.
    fn instead_of_null(&self, null: &Node<'_>, results: &[serde_json::Value]) -> (Span, String) {
        let start = self.text[..null.span.start].trim_end_matches(' ').len();
        let end = line_after(self.text, null.span.end);
        let comment = &self.text[null.span.end..end];
        (Span::new(start, end), format!("{comment}{}", self.block(results, 0, end)))
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
        let content = self.content();
        let end = line_after(self.text, content.end);
        let has_break = self.text[..end].ends_with('\n');
        let place = if has_break { end } else { content.start };
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
