//! One line of plain block style: how far right it stands, and whether its value ends with it.

/// A line, its indentation apart.
pub(super) struct Line<'t> {
    /// How many blanks stand before it.
    pub(super) indent: usize,
    /// What stands behind them, without the line feed.
    rest: &'t str,
}

/// What follows from the value that a line holds.
pub(super) enum Value {
    /// It is over with the line, or goes on further right.
    OnItsLine,
    /// A block scalar follows: its lines stand further right than this column.
    BlockScalar(usize),
}

impl<'t> Line<'t> {
    /// None for a line that begins with a tab, a byte order mark or a marker, or has a tab behind its dash.
    pub(super) fn new(text: &'t str) -> Option<Self> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let rest = text.trim_start_matches(' ');
        let is_marker = rest.len() == text.len() && (rest.starts_with("...") || rest.starts_with("---"));
        let strange = rest.starts_with(['\t', '\u{FEFF}']) || rest.starts_with("-\t") || is_marker;
        (!strange).then(|| Self { indent: text.len() - rest.len(), rest })
    }

    pub(super) fn is_blank(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn is_comment(&self) -> bool {
        self.rest.starts_with('#')
    }

    pub(super) fn has_dash(&self) -> bool {
        self.rest == "-" || self.rest.starts_with("- ")
    }

    /// `items:` on the left edge, with nothing behind it but a comment.
    pub(super) fn is_items_key(&self) -> bool {
        let value = self.rest.strip_prefix("items:").map(str::trim_start);
        self.indent == 0 && value.is_some_and(|value| value.is_empty() || value.starts_with('#'))
    }

    /// A key on the left edge that is, or could be spelling, `items`.
    pub(super) fn may_be_items_key(&self) -> bool {
        self.indent == 0
            && self.rest.starts_with(['"', '\'', 'i'])
            && (!self.rest.starts_with('i') || self.rest.starts_with("items"))
    }

    /// What the line's value is; none when that cannot be told from the line alone.
    pub(super) fn value(&self) -> Option<Value> {
        let (mut column, mut rest) = (self.indent, self.rest);
        while let Some(behind) = rest.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
            let trimmed = behind.trim_start_matches(' ');
            if let Some(value) = block_scalar(trimmed) {
                return value.then_some(Value::BlockScalar(column));
            }
            column += rest.len() - trimmed.len();
            rest = trimmed;
        }
        let value = match rest.bytes().next() {
            None | Some(b'#') => return Some(Value::OnItsLine),
            Some(b'"' | b'\'') => match behind_quotes(rest)?.trim_start_matches(' ') {
                behind if is_over(behind) => return Some(Value::OnItsLine),
                behind => behind.strip_prefix(':')?,
            },
            Some(b'{' | b'[') => return ends_with_brackets(rest).then_some(Value::OnItsLine),
            Some(first) if INDICATORS.contains(&first) => return None,
            Some(b'?') if rest == "?" || rest.starts_with("? ") => return None,
            Some(_) => match behind_key(rest) {
                Some(value) => value,
                None => return Some(Value::OnItsLine),
            },
        };
        of_key(value, column)
    }
}

/// What begins something that this reader does not follow.
const INDICATORS: [u8; 9] = *b"&*!|>%@`,";

/// The value of a key that stands in `column`.
fn of_key(value: &str, column: usize) -> Option<Value> {
    let value = value.trim_start_matches(' ');
    if let Some(is_plain) = block_scalar(value) {
        return is_plain.then_some(Value::BlockScalar(column));
    }
    match value.bytes().next() {
        None | Some(b'#') => Some(Value::OnItsLine),
        Some(b'"' | b'\'') => is_over(behind_quotes(value)?.trim_start_matches(' ')).then_some(Value::OnItsLine),
        Some(b'{' | b'[') => ends_with_brackets(value).then_some(Value::OnItsLine),
        Some(b'\t') => None,
        Some(first) if INDICATORS.contains(&first) => None,
        Some(_) => Some(Value::OnItsLine),
    }
}

/// Whether this is the head of a block scalar, and one without an indentation of its own; none when it is no head.
fn block_scalar(value: &str) -> Option<bool> {
    let head = value.strip_prefix(['|', '>'])?;
    let head = head.trim_start_matches(['+', '-']);
    Some(is_over(head.trim_start_matches(' ')) && (head.is_empty() || head.starts_with(' ')))
}

/// Nothing, or a comment.
fn is_over(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('#')
}

/// What stands behind the colon of a plain key.
fn behind_key(rest: &str) -> Option<&str> {
    let bytes = rest.as_bytes();
    let comment = memchr::memmem::find(bytes, b" #").unwrap_or(bytes.len());
    let colon = memchr::memchr_iter(b':', &bytes[..comment]);
    let mut ends = colon.filter(|place| bytes.get(place + 1).is_none_or(|next| matches!(next, b' ' | b'\t')));
    ends.next().map(|place| &rest[place + 1..])
}

/// What stands behind a quoted text that begins here; none when it goes on below.
fn behind_quotes(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let quote = bytes[0];
    let mut at = 1;
    loop {
        let found = at + memchr::memchr2(quote, b'\\', &bytes[at..])?;
        match (bytes[found], bytes.get(found + 1)) {
            (b'\\', _) if quote == b'"' => at = found + 2,
            (b'\\', _) => at = found + 1,
            (_, Some(next)) if quote == b'\'' && *next == b'\'' => at = found + 2,
            _ => return text.get(found + 1..),
        }
        if at > bytes.len() {
            return None;
        }
    }
}

/// Whether the brackets that begin here close on the line, with nothing behind them but a comment.
fn ends_with_brackets(text: &str) -> bool {
    let (mut depth, mut rest, mut before) = (0_usize, text, ',');
    while let Some(first) = rest.chars().next() {
        let at_token = matches!(before, '{' | '[' | ',' | ':');
        rest = match first {
            '"' | '\'' if at_token => match behind_quotes(rest) {
                Some(behind) => behind,
                None => return false,
            },
            '&' | '*' | '!' | '?' | '|' | '>' | '%' | '@' | '`' if at_token => return false,
            '#' if text[..text.len() - rest.len()].ends_with(' ') => return false,
            _ => &rest[first.len_utf8()..],
        };
        match first {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return is_over(rest.trim_start_matches(' '));
        }
        if first != ' ' {
            before = first;
        }
    }
    false
}
