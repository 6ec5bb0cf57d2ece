//! What stands for what in the texts of a scenario: `$name`, `${name.property}`, `${n}`.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

/// The number of the round, within a repetition.
const ROUND: &str = "n";

/// The longest name, in characters.
const LONGEST: usize = 100;

/// What was made under a name, in the sandbox's whole life.
pub(crate) type Names = BTreeMap<String, Uuid>;

/// What the texts of a step can refer to.
pub(super) struct Known<'a> {
    /// What was named before the scenario.
    pub(super) names: &'a Names,
    /// What the scenario was answered, by name.
    pub(super) replies: &'a BTreeMap<String, Value>,
    pub(super) round: Option<u32>,
}

/// A part of a text.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Reference(&'a str),
}

/// Whether `name` can be given: letters, digits and underscores, a lower-case letter first.
pub(super) fn is_name(name: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.len() <= LONGEST
        && name != ROUND
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(is_known)
}

impl Known<'_> {
    /// `value` with what its texts refer to in their place.
    pub(super) fn fill(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => self.value(text)?,
            Value::Array(items) => Value::Array(items.iter().map(|item| self.fill(item)).collect::<Result<_, _>>()?),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| Ok((name.clone(), self.fill(value)?)));
                Value::Object(fields.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }

    /// `text` with what it refers to in its place, as text.
    pub(super) fn text(&self, text: &str) -> Result<String, String> {
        Ok(plain(&self.value(text)?))
    }

    /// The id that `text` is or refers to.
    pub(super) fn id(&self, text: &str) -> Result<Uuid, String> {
        let id = self.text(text)?;
        Uuid::parse_str(&id).map_err(|_| format!("\"{id}\" is no id"))
    }

    /// What `text` is; a text that is one reference has the type of what it refers to.
    fn value(&self, text: &str) -> Result<Value, String> {
        let pieces = pieces(text)?;
        if let [Piece::Reference(reference)] = pieces[..] {
            return self.find(reference);
        }
        let mut filled = String::with_capacity(text.len());
        for piece in pieces {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Reference(reference) => filled.push_str(&plain(&self.find(reference)?)),
            }
        }
        Ok(filled.into())
    }

    fn find(&self, reference: &str) -> Result<Value, String> {
        if reference == ROUND {
            return self.round.map(Value::from).ok_or_else(|| "\"${n}\" has a meaning in a repetition only".to_owned());
        }
        let (name, path) = reference.split_once('.').unwrap_or((reference, "id"));
        let unknown = || format!("nothing is called \"{name}\"");
        if let Some(reply) = self.replies.get(name) {
            let pointer = format!("/{}", path.replace('.', "/"));
            return reply.pointer(&pointer).cloned().ok_or_else(|| format!("\"{name}\" has no \"{path}\""));
        }
        let id = self.names.get(name).ok_or_else(unknown)?;
        if path == "id" { Ok(id.to_string().into()) } else { Err(format!("of \"{name}\" only the id is known")) }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The parts of `text`. `$name` is a reference if it is all of the text, `${…}` anywhere, and `$$` means `$`.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    if let Some(name) = text.strip_prefix('$').filter(|name| is_name(name)) {
        return Ok(vec![Piece::Reference(name)]);
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        let after = &rest[start + 1..];
        if let Some(reference) = after.strip_prefix('{') {
            let end = reference.find('}').ok_or_else(|| format!("\"{text}\" has no brace that closes"))?;
            pieces.push(Piece::Text(&rest[..start]));
            pieces.push(Piece::Reference(&reference[..end]));
            rest = &reference[end + 1..];
        } else {
            pieces.push(Piece::Text(&rest[..=start]));
            rest = after.strip_prefix('$').unwrap_or(after);
        }
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_stands_for_what_it_refers_to() {
        check("$max", &Ok(json!(Uuid::from_u128(1))));
        check("${max}", &Ok(json!(Uuid::from_u128(1))));
        check("$seeded", &Ok(json!(Uuid::from_u128(2))));
        check("${max.units}", &Ok(json!(5)));
        check("${max.wallets.1.address}", &Ok(json!("0x1")));
        check("${n}", &Ok(json!(7)));
        check("Max ${n} of ${max.units}", &Ok(json!("Max 7 of 5")));
        check("US$ 5, $max", &Ok(json!("US$ 5, $max")));
        check("$5", &Ok(json!("$5")));
        check("$$max", &Ok(json!("$max")));
        check("$${max}", &Ok(json!("${max}")));
        check("", &Ok(json!("")));
        check("$", &Ok(json!("$")));
    }

    #[test]
    fn what_refers_to_nothing_is_refused() {
        let refused = |message: &str| Err(message.to_owned());
        check("$moritz", &refused("nothing is called \"moritz\""));
        check("${}", &refused("nothing is called \"\""));
        check("${max.height}", &refused("\"max\" has no \"height\""));
        check("${seeded.units}", &refused("of \"seeded\" only the id is known"));
        check("a ${max", &refused("\"a ${max\" has no brace that closes"));
    }

    #[test]
    fn a_name_is_one_that_a_shell_could_have() {
        for name in ["a", "max_2", "n1"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "n", "Max", "2a", "_a", "a-b", "a.b", "ä", &"a".repeat(101)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &Result<Value, String>) {
        let names = Names::from([("seeded".to_owned(), Uuid::from_u128(2))]);
        let reply = json!({"id": Uuid::from_u128(1), "units": 5, "wallets": [{}, {"address": "0x1"}]});
        let replies = BTreeMap::from([("max".to_owned(), reply)]);
        let known = Known { names: &names, replies: &replies, round: Some(7) };
        assert_eq!(&known.value(text), expected, "{text}");
    }
}
