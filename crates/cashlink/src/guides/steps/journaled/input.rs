//! What a run was given: enough to recognize it, and to name what differs, without keeping it in clear text.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    Error,
    error::is_field_name,
    journal::{Digest, InputRecord, SealingKeys},
};

/// Digits of a tag that needs the sealing key to be computed.
const KEYED: usize = 32;

/// Digits of a tag that anybody can compute. One byte tells a wrong guess from the value 255 times of 256, which finds
/// a field that differs; and it leaves one of 256 guesses standing, which does not give the value away.
const OPEN: usize = 2;

/// Where the tag of the account stands among those of the fields. No field has such a path.
const ACCOUNT: &str = "@account";

/// The fields of an input in their order: path and JSON text of each. It is personal, so there is no `Debug`.
pub(super) struct Given {
    /// The API and the client.
    account: String,
    text: String,
    fields: Fields,
}

/// Pairs in their order, whatever they are: path and JSON text, or path and tag.
struct Fields(Vec<(String, String)>);

impl Given {
    /// Writes down `input`, and `account`, for which it is.
    pub(super) fn new<I: Serialize>(account: &str, input: &I) -> Result<Self, Error> {
        let text = serde_json::to_string(input).map_err(|_| Error::invalid_field("input", "cannot be written as JSON"));
        Self::read(account, text?).ok_or_else(|| Error::invalid_field("input", "cannot be read as JSON"))
    }

    fn read(account: &str, text: String) -> Option<Self> {
        let mut fields = Vec::new();
        flatten(serde_json::from_str(&text).ok()?, String::new(), &mut fields).ok()?;
        Some(Self { account: account.to_owned(), text, fields: Fields(fields) })
    }

    /// What the journal keeps of it for the run `run`.
    pub(super) fn record(&self, run: Uuid, keys: Option<&SealingKeys>) -> Result<InputRecord, Error> {
        let sealed = keys.map(|keys| keys.seal(&purpose(run), self.text.as_bytes())).transpose();
        let sealed = sealed.map_err(|_| Error::invalid_field("input", "cannot be encrypted"))?;
        let account = (ACCOUNT.to_owned(), self.account_tag(run));
        let tags = Fields(std::iter::once(account).chain(self.tags(run, keys)).collect());
        let fields = serde_json::to_string(&tags);
        let fields = fields.map_err(|_| Error::invalid_field("input", "cannot be written as JSON"))?;
        Ok(InputRecord { digest: self.digest(run), fields, sealed })
    }

    /// Checks that the run `run` was begun with this.
    ///
    /// Values are compared if the journal has them and they can be opened, and tags of them otherwise.
    pub(super) fn check(&self, run: Uuid, stored: &InputRecord, keys: Option<&SealingKeys>) -> Result<(), Error> {
        if stored.digest == self.digest(run) {
            return Ok(());
        }
        let mut before = serde_json::from_str(&stored.fields).map_or(Vec::new(), |fields: Fields| fields.0);
        let account = before.iter().position(|(path, _)| path == ACCOUNT).map(|place| before.remove(place).1);
        if account != Some(self.account_tag(run)) {
            let rule = "is not the one that the run was begun at: give that address and client id, or use a new run id";
            return Err(Error::invalid_field("api", rule));
        }
        let opened = keys.zip(stored.sealed.as_ref()).and_then(|(keys, sealed)| keys.open(&purpose(run), sealed).ok());
        let opened = opened.and_then(|text| Self::read(&self.account, String::from_utf8(text).ok()?));
        let difference = match opened {
            Some(opened) => match difference(&opened.fields.0, &self.fields.0, true) {
                Some(difference) => difference,
                None => return Ok(()),
            },
            None => self.difference_by_tags(run, &before, keys).unwrap_or_else(Difference::somewhere),
        };
        Err(Error::invalid_field(&difference.path, difference.rule))
    }

    fn difference_by_tags(
        &self,
        run: Uuid,
        before: &[(String, String)],
        keys: Option<&SealingKeys>,
    ) -> Option<Difference> {
        let has_open_tags = before.iter().all(|(_, tag)| tag.len() == OPEN);
        let now = self.tags(run, keys.filter(|_| !has_open_tags));
        // Tags of another key all differ, and tell nothing.
        let is_comparable = has_open_tags || before.iter().any(|field| now.contains(field));
        difference(before, &now, is_comparable)
    }

    /// A digest of API and client, which are not personal and not easily guessed.
    fn account_tag(&self, run: Uuid) -> String {
        let mut account = Vec::from(run.as_bytes());
        put(&mut account, &self.account);
        digits(Sha256::digest(&account).into(), KEYED)
    }

    fn tags(&self, run: Uuid, keys: Option<&SealingKeys>) -> Vec<(String, String)> {
        let tag = |(path, value): &(String, String)| {
            let mut field = Vec::from(run.as_bytes());
            put(&mut field, path);
            put(&mut field, value);
            let keyed = keys.and_then(|keys| keys.tag(&field)).map(|tag| digits(tag, KEYED));
            (path.clone(), keyed.unwrap_or_else(|| digits(Sha256::digest(&field).into(), OPEN)))
        };
        self.fields.0.iter().map(tag).collect()
    }

    /// A digest that does not depend on the order of the fields.
    fn digest(&self, run: Uuid) -> Digest {
        let mut fields: Vec<_> = self.fields.0.iter().collect();
        fields.sort_unstable();
        let mut all = Vec::from(run.as_bytes());
        put(&mut all, &self.account);
        for (path, value) in fields {
            put(&mut all, path);
            put(&mut all, value);
        }
        Digest::from_bytes(Sha256::digest(&all).into())
    }
}

fn purpose(run: Uuid) -> String {
    format!("run {run} input")
}

/// Appends `text` so that where it ends is plain.
fn put(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}

/// The first digits of a digest.
fn digits(bytes: [u8; 32], count: usize) -> String {
    let mut digits = Digest::from_bytes(bytes).to_string();
    digits.truncate(count);
    digits
}

/// A field that is not as it was.
struct Difference {
    path: String,
    rule: &'static str,
}

impl Difference {
    fn of(path: &str, rule: &'static str) -> Self {
        Self { path: path.to_owned(), rule }
    }

    /// It is known that there is one, and not where.
    fn somewhere() -> Self {
        Self::of("input", "differs from what the run was begun with; where cannot be told from what the journal keeps")
    }
}

/// The first difference in the order of the fields.
fn difference(before: &[(String, String)], now: &[(String, String)], has_values: bool) -> Option<Difference> {
    let in_now = |path: &str| now.iter().find(|(other, _)| other == path);
    let was = |path: &str| before.iter().any(|(other, _)| other == path);
    let mut now_in_order = now.iter();
    for (path, value) in before {
        let Some((_, given)) = in_now(path) else {
            return Some(Difference::of(path, "is missing: the run was begun with it"));
        };
        // What comes before this field now was there before it then, or is new.
        for (given_path, _) in now_in_order.by_ref().take_while(|(given_path, _)| given_path != path) {
            if !was(given_path) {
                return Some(Difference::of(given_path, "is new: the run was begun without it"));
            }
        }
        if has_values && given != value {
            return Some(Difference::of(path, "differs from what the run was begun with"));
        }
    }
    let new = now.iter().find(|(path, _)| !was(path));
    new.map(|(path, _)| Difference::of(path, "is new: the run was begun without it"))
}

/// Adds the fields of `value`, which is at `path`. Empty arrays and objects count as fields.
///
/// An object with a member whose name is none of ours is a field as a whole: a path must not show what a caller made up.
fn flatten(value: &RawValue, path: String, fields: &mut Vec<(String, String)>) -> serde_json::Result<()> {
    let text = value.get();
    if text.starts_with('{') {
        let members: Vec<(String, &RawValue)> = in_order(&mut serde_json::Deserializer::from_str(text))?;
        if !members.is_empty() && members.iter().all(|(name, _)| is_field_name(name)) {
            for (name, member) in members {
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                flatten(member, path, fields)?;
            }
            return Ok(());
        }
    } else if text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text)?;
        if !items.is_empty() {
            return items
                .into_iter()
                .enumerate()
                .try_for_each(|(index, item)| flatten(item, format!("{path}[{index}]"), fields));
        }
    }
    fields.push((path, text.to_owned()));
    Ok(())
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        in_order(deserializer).map(Self)
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(path, value)| (path, value)))
    }
}

/// The members of an object in their order, which a map of the JSON library may not keep.
fn in_order<'de, V, D>(deserializer: D) -> Result<Vec<(String, V)>, D::Error>
where
    V: Deserialize<'de>,
    D: Deserializer<'de>,
{
    struct InOrder<V>(std::marker::PhantomData<V>);

    impl<'de, V: Deserialize<'de>> Visitor<'de> for InOrder<V> {
        type Value = Vec<(String, V)>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    deserializer.deserialize_map(InOrder(std::marker::PhantomData))
}

#[cfg(test)]
mod tests;
