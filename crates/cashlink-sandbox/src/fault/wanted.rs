//! Reads the fault that somebody wants to arm; everything that is wrong with it is told at once.

use std::ops::RangeInclusive;
use std::time::Duration;

use axum::http::HeaderValue;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Fault, LARGEST_BODY, LARGEST_REPLY, LONGEST_DELAY, LONGEST_RETRY_AFTER, MOST_COPIES};
use crate::spec::Spec;
use crate::world::{NON_FIELD, Problems, Refusal, Step};

mod target;

/// The properties of every kind.
const SHARED: [&str; 6] = ["kind", "client_id", "count", "skip", "probability", "seed"];

/// The properties of the kinds that strike calls.
const OF_CALLS: [&str; 4] = ["operation_id", "method", "path", "idempotency_key"];

/// The properties of some kinds.
const STATUS: &str = "status";
const RETRY_AFTER: &str = "retry_after";
const DELAY: &str = "delay_ms";
const BODY: &str = "body";
const CONTENT_TYPE: &str = "content_type";
const BYTES: &str = "bytes";
const PROPERTY: &str = "property";
const COPIES: &str = "copies";
const INVESTMENT_STATUS: &str = "investment_status";

/// How a kind is made, and which properties it has of its own.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Recipe {
    #[serde(rename = "kind")]
    pub(crate) name: &'static str,
    takes: &'static [&'static str],
    strikes: Strikes,
    /// A fault of this kind; none if what it needs is missing or wrong.
    #[serde(skip)]
    make: fn(&mut Reader<'_>) -> Option<Fault>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Strikes {
    Calls,
    Events,
}

const RECIPES: [Recipe; 22] = [
    plain("reply_lost_after_commit", |_| Some(Fault::reply_lost_after_commit())),
    plain("reset_before_commit", |_| Some(Fault::reset_before_commit())),
    with("error_before_commit", &[STATUS, BODY], |reader| {
        let fault = Fault::error_before_commit(reader.status(300, 500));
        Some(reader.with_body(fault))
    }),
    with("error_after_commit", &[STATUS, BODY], |reader| {
        let fault = Fault::error_after_commit(reader.status(300, 500));
        Some(reader.with_body(fault))
    }),
    with("throttle", &[RETRY_AFTER], |reader| {
        let seconds = reader.whole(RETRY_AFTER, 0..=LONGEST_RETRY_AFTER.as_secs());
        Some(Fault::throttle(Duration::from_secs(seconds.unwrap_or(1))))
    }),
    with("delay", &[DELAY], |reader| reader.delay().map(Fault::delay)),
    plain("token_expired", |_| Some(Fault::token_expired())),
    plain("truncated_reply", |_| Some(Fault::truncated_reply())),
    with("html_reply", &[STATUS, BODY], |reader| {
        let fault = Fault::html_reply(reader.status(200, 502));
        Some(reader.with_body(fault))
    }),
    with("reply", &[STATUS, CONTENT_TYPE, BODY], |reader| {
        let content_type = reader.content_type().unwrap_or("application/json");
        let fault = Fault::reply(reader.status(200, 200), content_type, "");
        Some(reader.with_body(fault))
    }),
    with("slow_body", &[DELAY], |reader| reader.delay().map(Fault::slow_body)),
    with("wrong_content_type", &[CONTENT_TYPE], |reader| {
        Some(Fault::wrong_content_type(reader.content_type().unwrap_or("text/html; charset=utf-8")))
    }),
    plain("malformed_json", |_| Some(Fault::malformed_json())),
    with("oversized_reply", &[BYTES], |reader| {
        reader.must_have(BYTES);
        reader.whole(BYTES, 1..=LARGEST_REPLY).map(Fault::oversized_reply)
    }),
    plain("key_in_flight", |_| Some(Fault::key_in_flight())),
    plain("key_mismatch", |_| Some(Fault::key_mismatch())),
    with("unknown_enum_value", &[PROPERTY], |reader| Some(reader.with_property(Fault::unknown_enum_value()))),
    plain("extra_field", |_| Some(Fault::extra_field())),
    with("null_optional", &[PROPERTY], |reader| Some(reader.with_property(Fault::null_optional()))),
    of_events("webhook_duplicate", &[COPIES, INVESTMENT_STATUS], |reader| {
        let copies = reader.whole(COPIES, 1..=MOST_COPIES.into()).and_then(|copies| u32::try_from(copies).ok());
        Some(Fault::webhook_duplicate(copies.unwrap_or(1)))
    }),
    of_events("webhook_reorder", &[INVESTMENT_STATUS], |_| Some(Fault::webhook_reorder())),
    of_events("webhook_delay", &[DELAY, INVESTMENT_STATUS], |reader| reader.delay().map(Fault::webhook_delay)),
];

const fn plain(name: &'static str, make: fn(&mut Reader<'_>) -> Option<Fault>) -> Recipe {
    with(name, &[], make)
}

const fn with(
    name: &'static str,
    takes: &'static [&'static str],
    make: fn(&mut Reader<'_>) -> Option<Fault>,
) -> Recipe {
    Recipe { name, takes, strikes: Strikes::Calls, make }
}

const fn of_events(
    name: &'static str,
    takes: &'static [&'static str],
    make: fn(&mut Reader<'_>) -> Option<Fault>,
) -> Recipe {
    Recipe { name, takes, strikes: Strikes::Events, make }
}

/// The kinds of faults, each with the properties that it has of its own.
pub(crate) fn kinds() -> &'static [Recipe] {
    &RECIPES
}

/// The longest of other texts, in characters.
const LONGEST_TEXT: usize = 255;

/// The fault that `wanted` describes.
///
/// With `spec` it has to be one that a call of the API can take. Without, it may be whatever a program can make.
pub(crate) fn fault(wanted: &Value, spec: Option<&Spec>) -> Result<Fault, Refusal> {
    let Some(properties) = wanted.as_object() else {
        return Err(Refusal::field(NON_FIELD, "A fault is described by an object."));
    };
    let mut reader = Reader { properties, spec, problems: Problems::default() };
    let recipe = reader.recipe();
    let fault = recipe.and_then(|recipe| (recipe.make)(&mut reader));
    let target = reader.target();
    let least = u64::from(spec.is_some());
    let times = reader.whole("count", least..=u64::from(u32::MAX));
    let skip = reader.whole("skip", 0..=u64::from(u32::MAX));
    let probability = reader.probability();
    let seed = reader.whole("seed", 0..=u64::MAX);
    reader.refuse_others(recipe);

    let Reader { problems, .. } = reader;
    problems.into_result()?;
    // There is a kind if there is no problem.
    let mut fault = fault.ok_or_else(|| Refusal::field("kind", "This field is required."))?;
    fault.target = target;
    fault.times = times.map(|times| u32::try_from(times).unwrap_or(u32::MAX));
    fault.skip = skip.map_or(0, |skip| u32::try_from(skip).unwrap_or(u32::MAX));
    fault.seed = seed;
    if let Some(probability) = probability {
        fault = fault.probability(probability);
    }
    match spec {
        Some(spec) if !fault.could_strike(spec) => Err(nothing_to_strike(properties, &fault, spec)),
        _ => Ok(fault),
    }
}

/// Why no call can take the fault, as it seems.
fn nothing_to_strike(properties: &Map<String, Value>, fault: &Fault, spec: &Spec) -> Refusal {
    let may_fit = spec.operations.iter().any(|operation| fault.target.may_fit(operation));
    let is_given = |name: &&str| properties.get(*name).is_some_and(|value| !value.is_null());
    if may_fit {
        let name = Some(PROPERTY).filter(is_given).unwrap_or("kind");
        return Refusal::field(name, "Nothing in these calls or their replies can be struck by it.");
    }
    let name = ["path", "method", "idempotency_key"].iter().find(|name| is_given(name));
    Refusal::field(name.unwrap_or(&NON_FIELD), "No call of the API fits.")
}

pub(crate) struct Reader<'a> {
    properties: &'a Map<String, Value>,
    spec: Option<&'a Spec>,
    problems: Problems,
}

impl<'a> Reader<'a> {
    fn recipe(&mut self) -> Option<Recipe> {
        let Some(value) = self.get("kind") else {
            self.problems.required("kind");
            return None;
        };
        let recipe = RECIPES.into_iter().find(|recipe| value == recipe.name);
        if recipe.is_none() {
            let names = RECIPES.map(|recipe| recipe.name).join(", ");
            self.problems.field("kind", &format!("Must be one of: {names}."));
        }
        recipe
    }

    fn status(&mut self, least: u64, default: u16) -> u16 {
        let status = self.whole(STATUS, least..=599).and_then(|status| u16::try_from(status).ok());
        status.unwrap_or(default)
    }

    fn delay(&mut self) -> Option<Duration> {
        self.must_have(DELAY);
        self.whole(DELAY, 0..=LONGEST_DELAY.as_secs() * 1_000).map(Duration::from_millis)
    }

    fn content_type(&mut self) -> Option<&'a str> {
        let content_type = self.text(CONTENT_TYPE)?;
        if self.spec.is_some() && HeaderValue::from_str(content_type).is_err() {
            self.problems.field(CONTENT_TYPE, "Must be text that a header can hold.");
        }
        Some(content_type)
    }

    fn with_body(&mut self, fault: Fault) -> Fault {
        let Some(value) = self.get(BODY) else {
            return fault;
        };
        let body = value.as_str().filter(|body| body.len() <= LARGEST_BODY);
        if body.is_none() {
            self.problems.field(BODY, &format!("Must be text of at most {LARGEST_BODY} bytes."));
        }
        fault.body(body.unwrap_or_default())
    }

    fn with_property(&mut self, fault: Fault) -> Fault {
        match self.text(PROPERTY) {
            Some(property) => fault.property(property),
            None => fault,
        }
    }

    fn probability(&mut self) -> Option<f64> {
        let Some(value) = self.get("probability") else {
            if self.get("seed").is_some() {
                self.problems.field("seed", "Is only taken together with a probability.");
            }
            return None;
        };
        let probability = value.as_f64().filter(|number| (0.0..=1.0).contains(number));
        if probability.is_none() {
            self.problems.field("probability", "Must be a number from 0 to 1.");
        }
        probability
    }

    fn whole(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let number = self.get(name)?.as_u64().filter(|number| range.contains(number));
        if number.is_none() {
            let rule = format!("Must be a whole number from {} to {}.", range.start(), range.end());
            self.problems.field(name, &rule);
        }
        number
    }

    /// Text that says something.
    fn text(&mut self, name: &str) -> Option<&'a str> {
        let is_bounded = self.spec.is_some();
        let fits = |text: &&str| !is_bounded || (1..=LONGEST_TEXT).contains(&text.chars().count());
        let text = self.get(name)?.as_str().filter(fits);
        if text.is_none() {
            self.problems.field(name, &format!("Must be text of 1 to {LONGEST_TEXT} characters."));
        }
        text
    }

    fn must_have(&mut self, name: &str) {
        if self.get(name).is_none() {
            self.problems.required(name);
        }
    }

    /// Refuses what no fault has, and what this kind does not have. While the kind is unclear, that of any kind may stay.
    fn refuse_others(&mut self, recipe: Option<Recipe>) {
        let properties = self.properties;
        for name in properties.keys().map(String::as_str).filter(|name| !SHARED.contains(name)) {
            let is_of_calls = OF_CALLS.contains(&name);
            // A program can bind a fault to what it never strikes.
            if self.spec.is_none() && (is_of_calls || name == INVESTMENT_STATUS) {
                continue;
            }
            let is_of_some_kind = is_of_calls || RECIPES.iter().any(|recipe| recipe.takes.contains(&name));
            let rule = match recipe {
                Some(recipe) if recipe.takes.contains(&name) => continue,
                Some(recipe) if is_of_calls && recipe.strikes == Strikes::Calls => continue,
                Some(recipe) if is_of_calls => format!("Is not taken by {}, which strikes no calls.", recipe.name),
                Some(recipe) if is_of_some_kind => format!("Is not taken by {}.", recipe.name),
                None if is_of_some_kind => continue,
                _ => "Is no property of a fault.".to_owned(),
            };
            // Not by its path: a name may have dots.
            self.problems.at(&[Step::Key(name.to_owned())], &rule);
        }
    }

    /// A property; `null` is as good as leaving it out.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.properties.get(name).filter(|value| !value.is_null())
    }
}
