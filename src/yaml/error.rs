//! What can be wrong with a YAML text, where, and in which words.

use thiserror::Error;

use crate::object::Position;

/// A text that is refused, and the place that is the reason.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{position}: {problem}")]
pub struct Error {
    /// Where it was found.
    pub position: Position,
    /// What was found.
    pub problem: Problem,
}

impl Error {
    /// This problem at this place.
    #[must_use]
    pub fn new(position: Position, problem: Problem) -> Self {
        Self { position, problem }
    }
}

/// Why a text is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// The bytes are not UTF-8.
    #[error("expected UTF-8, but found the byte {value:#04x} at offset {offset}")]
    NotUtf8 {
        /// Its offset in the file.
        offset: usize,
        /// The first byte that cannot be read.
        value: u8,
    },
    /// The bytes are text in another encoding.
    #[error("expected UTF-8, but found {encoding}; save the file as UTF-8")]
    OtherEncoding {
        /// Its usual name.
        encoding: &'static str,
    },
    /// A character that no YAML text may hold.
    #[error("expected text, but found the control character U+{:04X}", u32::from(*character))]
    ControlCharacter {
        /// The character.
        character: char,
    },
    /// A carriage return that ends no line.
    #[error("expected a line feed after the carriage return, but found none")]
    LoneCarriageReturn,
    /// A character that Go takes for a line break and YAML 1.2 does not.
    #[error("expected a line break, but found U+{:04X}, which only some readers take for one", u32::from(*character))]
    LineSeparator {
        /// The character.
        character: char,
    },
    /// A byte order mark that does not begin the file.
    #[error("expected a byte order mark at the start of the file only, but found one here")]
    ByteOrderMark,
    /// Text after `---`.
    #[error("invalid document separator: expected nothing after `---`, but found `{found}`")]
    Separator {
        /// What stands after it.
        found: String,
    },
    /// A `%` line before a document, which the Kubernetes decoder cuts off.
    #[error("expected a document, but found the directive `{found}`, which kubectl refuses")]
    Directive {
        /// The line.
        found: String,
    },
    /// Text between `...` and the next `---`, which the Kubernetes decoder drops.
    #[error("expected `---` after the end of the document, but found `{found}`")]
    AfterDocumentEnd {
        /// The line.
        found: String,
    },
    /// Too many levels.
    #[error("expected at most {limit} nested levels, but found more")]
    TooDeep {
        /// How many are read.
        limit: usize,
    },
    /// Too many anchors.
    #[error("expected at most {limit} anchors in a document, but found more")]
    TooManyAnchors {
        /// How many are read.
        limit: usize,
    },
    /// Aliases that stand for more values than anyone writes on purpose.
    #[error("expected aliases to stand for at most {limit} values, but found more")]
    TooManyAliases {
        /// How many values are read.
        limit: usize,
    },
    /// An alias without an anchor before it.
    #[error("expected an anchor `&{name}` before this alias, but found none")]
    UnknownAnchor {
        /// The alias, without its star.
        name: String,
    },
    /// An alias within the value of its own anchor.
    #[error("the value of the anchor `&{name}` contains itself")]
    SelfContaining {
        /// The alias, without its star.
        name: String,
    },
    /// A list or mapping as key, or null, or a number too large for Go.
    #[error("expected a string as key, but found {found}")]
    Key {
        /// What stands there.
        found: String,
    },
    /// Text within brackets that Go and YAML 1.2 take apart differently.
    #[error("expected quotes around `{found}`, which YAML readers understand differently within brackets")]
    Unquoted {
        /// The text.
        found: String,
    },
    /// The name of an anchor or alias that Go would cut short.
    #[error("expected a name of letters, digits, `-` and `_`, but found `{found}`")]
    AnchorName {
        /// The name.
        found: String,
    },
    /// `{{`, which begins a mapping as key in YAML, and an action in a template.
    #[error("expected YAML, but found the template action `{{{{`; render the template first")]
    Template,
    /// A merge key whose value is neither a mapping nor a list of mappings.
    #[error("expected a mapping or a list of mappings to merge, but found {found}")]
    Merge {
        /// What stands there.
        found: String,
    },
    /// A tag that the text does not fit.
    #[error("expected a value for the tag `!!{tag}`, but found `{found}`")]
    Tag {
        /// The tag, without its exclamation marks.
        tag: &'static str,
        /// The text.
        found: String,
    },
    /// A number that JSON, and so the API server, cannot hold.
    #[error("expected a finite number, but found `{found}`")]
    NotFinite {
        /// The text.
        found: String,
    },
    /// A tab where YAML wants spaces.
    #[error("expected spaces, but found a tab")]
    Tab,
    /// A second `: ` on a line, or a key that is indented unlike its siblings.
    #[error("expected the end of the value, but found `:`; check the indentation, or quote the value")]
    Colon,
    /// A dash where no list can begin.
    #[error("expected a value, but found the start of a list; write it on its own line")]
    ListInline,
    /// Indentation that fits nothing around it.
    #[error("expected a key indented like the keys before it, but found something else")]
    Indentation,
    /// A line that should be `key: value`.
    #[error("expected `:` after the key, but found none")]
    MissingColon,
    /// A bracket that is never closed.
    #[error("expected the closing bracket of `{open}`, but found the end of the document")]
    Unclosed {
        /// The opening bracket.
        open: char,
    },
    /// A quote that is never closed.
    #[error("expected the closing quote, but found the end of the document")]
    UnclosedQuote,
    /// An escape that YAML does not know.
    #[error("expected a YAML escape after the backslash, but found something else")]
    Escape,
    /// A character that cannot begin a value.
    #[error("expected a value, but found {character:?}, which must be quoted")]
    Character {
        /// The character.
        character: char,
    },
    /// Anything else; the parser's own words.
    #[error("expected YAML, but the parser stopped: {message}")]
    Syntax {
        /// What the parser says.
        message: String,
    },
}
