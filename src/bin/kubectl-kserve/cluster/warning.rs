//! The `Warning` header of an answer: `299 - "text"`, several with commas between them.

/// The texts of the warnings in a header's value. Only code 299 is the API server's.
pub(super) fn texts(value: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((code, text, after)) = first(rest) {
        if code == "299" && !text.is_empty() {
            found.push(text);
        }
        rest = after.trim_start().strip_prefix(',').unwrap_or_default();
    }
    found
}

/// The code, the text and what follows: `code agent "text" ["date"]`.
fn first(value: &str) -> Option<(&str, String, &str)> {
    let (code, rest) = value.trim_start().split_once(' ')?;
    let (_, rest) = rest.split_once(' ')?;
    let quoted = rest.trim_start().strip_prefix('"')?;
    let mut text = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((code, text, after_date(&quoted[at + 1..]))),
            '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => text.push(character),
        }
    }
    None
}

fn after_date(rest: &str) -> &str {
    let date = rest.trim_start().strip_prefix('"').and_then(|date| date.split_once('"'));
    date.map_or(rest, |(_, after)| after)
}

#[cfg(test)]
mod tests {
    use super::texts;

    #[test]
    fn every_text_of_code_299_is_found() {
        let cases: &[(&str, &[&str])] = &[
            ("299 - \"one\"", &["one"]),
            ("299 - \"say \\\"no\\\"\", 299 kube \"two, three\"", &["say \"no\"", "two, three"]),
            ("199 - \"other\", 299 - \"one\" \"Sat, 25 Aug 2012 23:34:45 GMT\", 299 - \"two\"", &["one", "two"]),
            ("nonsense", &[]),
            ("299 - \"never closed", &[]),
            ("", &[]),
        ];
        for (value, expected) in cases {
            assert_eq!(texts(value), *expected, "{value}");
        }
    }
}
