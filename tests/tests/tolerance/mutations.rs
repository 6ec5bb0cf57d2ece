//! What a reply may be changed to at each kind of place, and what must come of it.

use serde_json::{Value, json};

use crate::places::{Kind, Path, Place};

/// Stands where raw JSON is to be put, such as a number that no Rust type holds.
const MARK: &str = "put-it-here";

/// A member that no schema has.
const ADDED: &str = "added_later";

/// A reply that was changed at one place.
#[derive(Clone, Debug)]
pub(crate) struct Mutation {
    /// For the message of a failed test.
    pub(crate) name: String,
    /// The changed reply.
    pub(crate) reply: String,
    /// What is read from it, written again; or the path that the error names.
    pub(crate) expected: Result<Value, String>,
}

/// What becomes of a value that is put at a place.
#[derive(Clone, Copy, Debug)]
enum Becomes {
    /// It is read, and written as it came.
    Same,
    /// It is read, and written like this.
    Json(&'static str),
    /// It is read as if nothing were there.
    Nothing,
    /// It is an error that names the place.
    Error,
}

use Becomes::{Error, Json, Nothing, Same};

/// All changes of `reply`, which has `places`.
pub(crate) fn of(reply: &Value, places: &[Place]) -> Vec<Mutation> {
    let mut all = vec![
        Mutation { name: "nothing".to_owned(), reply: reply.to_string(), expected: Ok(reply.clone()) },
        Mutation {
            name: "the order of fields".to_owned(),
            reply: reversed(reply).to_string(),
            expected: Ok(reply.clone()),
        },
    ];
    for place in places {
        all.extend(additions(reply, place));
        all.extend(removal(reply, place));
        // Another whole is another reply.
        if place.path != Path::default() {
            let null = if place.required { Error } else { Nothing };
            let values = std::iter::once(("null", null)).chain(values(place.kind).iter().copied());
            all.extend(values.map(|(raw, becomes)| replacement(reply, place, raw, becomes)));
            all.extend(empty_object(reply, place));
        }
    }
    all
}

/// Values for a place of a kind, all but `null`.
fn values(kind: Kind) -> &'static [(&'static str, Becomes)] {
    match kind {
        Kind::Text => &[
            (r#""""#, Same),
            (r#""ü \"\\ \u0000 100000000000000000000""#, Same),
            ("7", Error),
            ("true", Error),
            ("{}", Error),
            ("[]", Error),
        ],
        Kind::Enum => &[
            (r#""NEVER_HEARD_OF""#, Same),
            (r#""never heard of: ü""#, Same),
            (r#""""#, Same),
            ("7", Error),
            ("{}", Error),
            ("[]", Error),
        ],
        Kind::Id => &[
            (r#""7B0C2F1E-5D0A-4A5E-9A55-0C7F4F1F2D11""#, Json(r#""7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11""#)),
            (r#""""#, Error),
            (r#""4711""#, Error),
            ("4711", Error),
            ("{}", Error),
        ],
        Kind::Date => &[
            (r#""1970-01-01""#, Same),
            (r#""""#, Error),
            (r#""1970-02-30""#, Error),
            (r#""01.02.1970""#, Error),
            ("7", Error),
            ("{}", Error),
        ],
        Kind::Timestamp => TIMESTAMPS,
        Kind::Boolean => &[("false", Same), (r#""true""#, Error), ("1", Error), (r#""""#, Error), ("[]", Error)],
        Kind::Integer => &[
            ("0", Same),
            ("-1", Same),
            ("9007199254740993", Same),
            ("9223372036854775807", Same),
            ("9223372036854775808", Error),
            ("100000000000000000000", Error),
            ("7.5", Error),
            (r#""7""#, Error),
            ("{}", Error),
        ],
        Kind::SmallInteger => &[("3", Same), ("100000000000000000000", Error), (r#""3""#, Error), ("1.5", Error)],
        Kind::Number => &[("0.25", Same), ("7", Same), (r#""7""#, Error), ("{}", Error)],
        Kind::Amount => AMOUNTS,
        Kind::Currency => &[(r#""XTS""#, Same), (r#""""#, Error), (r#""euro""#, Error), ("978", Error)],
        Kind::Price => PRICES,
        Kind::Decimal => DECIMALS,
        Kind::Array => &[("[]", Same), ("{}", Error), (r#""""#, Error), ("7", Error)],
        Kind::Object => &[("[]", Error), (r#""""#, Error), ("7", Error), ("true", Error)],
        Kind::FreeForm => {
            &[("{}", Same), (r#"{"a": [1, 2.5, null, {}]}"#, Same), ("[]", Error), (r#""""#, Error), ("7", Error)]
        }
    }
}

const TIMESTAMPS: &[(&str, Becomes)] = &[
    (r#""2026-03-01T10:00:00Z""#, Same),
    (r#""2026-03-01T10:00:00.123Z""#, Same),
    (r#""2026-03-01T10:00:00.123456Z""#, Same),
    (r#""2026-03-01T10:00:00+00:00""#, Json(r#""2026-03-01T10:00:00Z""#)),
    (r#""2026-03-01T10:00:00.123456+00:00""#, Json(r#""2026-03-01T10:00:00.123456Z""#)),
    (r#""2026-03-01T10:00:00.5+02:00""#, Json(r#""2026-03-01T08:00:00.5Z""#)),
    (r#""2026-03-01 10:00:00+00:00""#, Json(r#""2026-03-01T10:00:00Z""#)),
    (r#""2026-03-01T10:00:00+0000""#, Json(r#""2026-03-01T10:00:00Z""#)),
    // Without a zone it could be any of two dozen moments.
    (r#""2026-03-01T10:00:00""#, Error),
    (r#""2026-03-01""#, Error),
    (r#""""#, Error),
    ("1772359200", Error),
    ("{}", Error),
];

const AMOUNTS: &[(&str, Becomes)] = &[
    (r#""-5""#, Same),
    (r#""99999999999999999999999999999999999999""#, Same),
    ("0", Json(r#""0""#)),
    ("-7", Json(r#""-7""#)),
    ("9007199254740993", Json(r#""9007199254740993""#)),
    ("-9223372036854775808", Json(r#""-9223372036854775808""#)),
    ("18446744073709551615", Json(r#""18446744073709551615""#)),
    ("18446744073709551617", Json(r#""18446744073709551617""#)),
    ("-100000000000000000001", Json(r#""-100000000000000000001""#)),
    ("99999999999999999999999999999999999999", Json(r#""99999999999999999999999999999999999999""#)),
    // More digits than money has.
    ("1000000000000000000000000000000000000000", Error),
    (r#""1000000000000000000000000000000000000000""#, Error),
    // Whole numbers in another form, as servers send them that count in floats.
    ("4200.0", Json(r#""4200""#)),
    ("4.2e3", Json(r#""4200""#)),
    ("42.5", Error),
    // Beyond the digits that a float keeps, nobody knows which number was meant.
    ("9007199254740993.0", Error),
    ("1e30", Error),
    (r#""42.5""#, Error),
    (r#""4.2e3""#, Error),
    (r#""1,000""#, Error),
    (r#""""#, Error),
    ("true", Error),
    ("{}", Error),
];

const DECIMALS: &[(&str, Becomes)] = &[
    (r#""2.50""#, Same),
    (r#""-0.1""#, Same),
    ("7", Json(r#""7""#)),
    ("2.5", Json(r#""2.5""#)),
    ("9007199254740993", Json(r#""9007199254740993""#)),
    ("100000000000000000001", Json(r#""100000000000000000001""#)),
    // More digits than a float keeps, none of which is lost.
    ("9007199254740993.5", Json(r#""9007199254740993.5""#)),
    ("1.00000000000000000001", Json(r#""1.00000000000000000001""#)),
    ("-0.12345678901234567890", Json(r#""-0.12345678901234567890""#)),
    ("100000000000000000001e-20", Error),
    (r#""2,50""#, Error),
    (r#""""#, Error),
    ("true", Error),
    ("[]", Error),
];

const PRICES: &[(&str, Becomes)] = &[
    (r#"{"amount": "10000", "decimals": 2, "currency": "EUR"}"#, Same),
    (r#""2.50""#, Same),
    ("7", Json(r#""7""#)),
    ("2.5", Json(r#""2.5""#)),
    ("100000000000000000001", Json(r#""100000000000000000001""#)),
    ("9007199254740993.5", Json(r#""9007199254740993.5""#)),
    ("1.00000000000000000001", Json(r#""1.00000000000000000001""#)),
    (r#""""#, Error),
    ("true", Error),
    ("[]", Error),
];

fn replacement(reply: &Value, place: &Place, raw: &str, becomes: Becomes) -> Mutation {
    let expected = match becomes {
        Same => Ok(put(reply, &place.path, json(raw))),
        Json(text) => Ok(put(reply, &place.path, json(text))),
        Nothing => Ok(without(reply, &place.path)),
        Error => Err(place.path.to_string()),
    };
    let changed = put(reply, &place.path, json!(MARK)).to_string();
    let reply = changed.replace(&format!("\"{MARK}\""), raw);
    Mutation { name: format!("{} is {raw}", place.path), reply, expected }
}

/// An object of which nothing is left.
fn empty_object(reply: &Value, place: &Place) -> Option<Mutation> {
    let mut mutation = replacement(reply, place, "{}", Same);
    if let Some(first) = place.members.first() {
        mutation.expected = Err(format!("{}.{first}", place.path));
    }
    (place.kind == Kind::Object).then_some(mutation)
}

fn removal(reply: &Value, place: &Place) -> Option<Mutation> {
    place.path.parent().and_then(|(_, name)| name)?;
    let changed = without(reply, &place.path);
    let expected = if place.required { Err(place.path.to_string()) } else { Ok(changed.clone()) };
    Some(Mutation { name: format!("{} is missing", place.path), reply: changed.to_string(), expected })
}

/// A member that was added to an object.
fn additions(reply: &Value, place: &Place) -> Vec<Mutation> {
    let kept = match place.kind {
        Kind::Object => false,
        Kind::FreeForm => true,
        _ => return Vec::new(),
    };
    let values = [json!("more"), json!(7.5), json!({"deep": [1, null, {"deeper": true}]}), json!([[], "x"])];
    let add = |value: Value| {
        let mut changed = reply.clone();
        changed.pointer_mut(&place.path.pointer()).unwrap()[ADDED] = value.clone();
        let expected = if kept { changed.clone() } else { reply.clone() };
        Mutation {
            name: format!("{} also has {value}", place.path),
            reply: changed.to_string(),
            expected: Ok(expected),
        }
    };
    values.into_iter().map(add).collect()
}

fn put(reply: &Value, path: &Path, value: Value) -> Value {
    let mut changed = reply.clone();
    *changed.pointer_mut(&path.pointer()).unwrap() = value;
    changed
}

fn without(reply: &Value, path: &Path) -> Value {
    let mut changed = reply.clone();
    let (parent, name) = path.parent().unwrap();
    let members = changed.pointer_mut(&parent.pointer()).and_then(Value::as_object_mut).unwrap();
    members.remove(name.unwrap());
    changed
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().rev().map(|(name, member)| (name.clone(), reversed(member))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

#[track_caller]
fn json(raw: &str) -> Value {
    serde_json::from_str(raw).unwrap()
}
