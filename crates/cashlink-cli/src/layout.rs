//! JSON text laid out anew, token by token: no number is read, so none loses a digit, and members keep their order.

use crate::mask;

const INDENT: &str = "  ";

/// Deeper levels are not moved further to the right: the space before them would be larger than any text.
const DEEPEST: usize = 50;

/// `json`, which is valid, over several lines.
pub(crate) fn pretty(json: &str) -> String {
    let (mut shown, mut depth) = (String::with_capacity(json.len() * 2), 0);
    let mut tokens = Tokens(json).peekable();
    while let Some(token) = tokens.next() {
        match token {
            "{" | "[" if tokens.peek().is_some_and(|next| matches!(*next, "}" | "]")) => {
                shown.push_str(token);
                shown.extend(tokens.next());
            }
            "{" | "[" => {
                depth += 1;
                shown.push_str(token);
                break_line(&mut shown, depth);
            }
            "}" | "]" => {
                depth = depth.saturating_sub(1);
                break_line(&mut shown, depth);
                shown.push_str(token);
            }
            "," => {
                shown.push(',');
                break_line(&mut shown, depth);
            }
            ":" => shown.push_str(": "),
            other => push(&mut shown, other),
        }
    }
    shown
}

/// `json`, which is valid, on one line.
pub(crate) fn compact(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    Tokens(json).for_each(|token| push(&mut shown, token));
    shown
}

fn break_line(shown: &mut String, depth: usize) {
    shown.push('\n');
    shown.extend(std::iter::repeat_n(INDENT, depth.min(DEEPEST)));
}

/// Adds a token. What a terminal might obey instead of showing it is escaped, which means the same in JSON.
fn push(shown: &mut String, token: &str) {
    for letter in token.chars() {
        if letter.is_control() || mask::is_invisible(letter) {
            let mut units = [0; 2];
            shown.extend(letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(letter);
        }
    }
}

/// The tokens of a JSON text, without the space between them.
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0.trim_start_matches([' ', '\t', '\n', '\r']);
        let first = rest.chars().next()?;
        let length = match first {
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            '"' => string_length(rest),
            _ => rest.find(|letter: char| ",:]} \t\n\r".contains(letter)).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        self.0 = after;
        Some(token)
    }
}

/// The bytes of the string at the beginning of `json`, its quotes included.
fn string_length(json: &str) -> usize {
    let mut is_escaped = false;
    let end = json.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(json.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_text_is_indented_and_keeps_its_order_and_digits() {
        let json = r#"{"b":[1.10,12345678901234567890123,{}],"a":{"x":null,"y":[ ]},"c":"a: {b,\" [c]\\"}"#;
        let expected = "{\n  \"b\": [\n    1.10,\n    12345678901234567890123,\n    {}\n  ],\n  \"a\": {\n    \"x\": null,\n    \
                        \"y\": []\n  },\n  \"c\": \"a: {b,\\\" [c]\\\\\"\n}";
        assert_eq!(pretty(json), expected);
        assert_eq!(compact(&pretty(json)), json.replace("[ ]", "[]"));
    }

    #[test]
    fn what_is_nested_deeply_does_not_grow_beyond_bounds() {
        let json = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(pretty(&json).len() < 30_000 * (1 + 2 * DEEPEST));
        assert_eq!(compact(&pretty(&json)), json);
    }

    #[test]
    fn a_value_that_is_no_list_and_no_object_stands_by_itself() {
        for json in ["null", "1e400", "\"\"", "true", "[]", "{}"] {
            assert_eq!((pretty(json).as_str(), compact(&format!(" {json}\n")).as_str()), (json, json));
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_means_the_same() {
        let json = "{\"a\u{9b}31m\":\"b\u{202e}\u{7f}ü\"}";
        assert_eq!(compact(json), r#"{"a\u009b31m":"b\u202e\u007fü"}"#);
        assert_eq!(read(&compact(json)), read(json));
    }

    #[test]
    fn laid_out_anew_it_is_the_same_value() {
        let json = "\t[ {\"a\" : [ true , false ] , \"b\":{\"c\":{\"d\":[[],[1]]}}} ,\r\n -0.5e-7 ]\n";
        assert_eq!(read(&pretty(json)), read(json));
        assert_eq!(read(&compact(json)), read(json));
    }

    fn read(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }
}
