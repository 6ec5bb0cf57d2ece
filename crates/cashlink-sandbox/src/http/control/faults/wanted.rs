//! Reads the fault that somebody wants to arm; everything that is wrong with it is told at once.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::fault::Fault;
use crate::world::{NON_FIELD, Problems, Refusal, Step};

/// The properties of every kind.
const SHARED: [&str; 5] = ["kind", "operation_id", "count", "probability", "seed"];

/// The properties of some kinds.
const STATUS: &str = "status";
const RETRY_AFTER: &str = "retry_after";
const DELAY: &str = "delay_ms";

/// How a kind is made, and so which property it has of its own.
#[derive(Clone, Copy)]
enum Recipe {
    Plain(fn() -> Fault),
    Status(fn(u16) -> Fault),
    RetryAfter(fn(Duration) -> Fault),
    Delay(fn(Duration) -> Fault),
}

type Kind = (&'static str, Recipe);

const KINDS: [Kind; 8] = [
    ("reply_lost_after_commit", Recipe::Plain(Fault::reply_lost_after_commit)),
    ("reset_before_commit", Recipe::Plain(Fault::reset_before_commit)),
    ("error_before_commit", Recipe::Status(Fault::error_before_commit)),
    ("error_after_commit", Recipe::Status(Fault::error_after_commit)),
    ("throttle", Recipe::RetryAfter(Fault::throttle)),
    ("delay", Recipe::Delay(Fault::delay)),
    ("token_expired", Recipe::Plain(Fault::token_expired)),
    ("truncated_reply", Recipe::Plain(Fault::truncated_reply)),
];

impl Recipe {
    fn own(self) -> Option<&'static str> {
        match self {
            Self::Plain(_) => None,
            Self::Status(_) => Some(STATUS),
            Self::RetryAfter(_) => Some(RETRY_AFTER),
            Self::Delay(_) => Some(DELAY),
        }
    }
}

/// What is answered if no status is named.
const DEFAULT_STATUS: u16 = 500;

/// When a throttled caller is to come back if that is not said, in seconds.
const DEFAULT_RETRY_AFTER: u64 = 1;

/// A day. No client waits longer, and a larger number is a slip.
const LONGEST_RETRY_AFTER: u64 = 24 * 60 * 60;

/// An hour, for the same reason.
const LONGEST_DELAY: u64 = 60 * 60 * 1_000;

/// The fault that `wanted` describes. `is_known` says whether there is an operation of a name.
pub(super) fn fault(wanted: &Value, is_known: impl Fn(&str) -> bool) -> Result<Fault, Refusal> {
    let Some(properties) = wanted.as_object() else {
        return Err(Refusal::field(NON_FIELD, "A fault is described by an object."));
    };
    let mut reader = Reader { properties, problems: Problems::default() };
    let kind = reader.kind();
    let fault = kind.and_then(|(_, recipe)| reader.make(recipe));
    let operation_id = reader.operation_id(is_known);
    let count = reader.whole("count", 1..=u64::from(u32::MAX));
    let probability = reader.probability();
    let seed = reader.whole("seed", 0..=u64::MAX);
    reader.refuse_others(kind);

    let Reader { problems, .. } = reader;
    problems.into_result()?;
    // There is a kind if there is no problem.
    let mut fault = fault.ok_or_else(|| Refusal::field("kind", "This field is required."))?;
    if let Some(operation_id) = operation_id {
        fault = fault.on(operation_id);
    }
    if let Some(count) = count {
        fault = fault.times(u32::try_from(count).unwrap_or(u32::MAX));
    }
    if let Some(probability) = probability {
        fault = fault.probability(probability);
    }
    if let Some(seed) = seed {
        fault = fault.seed(seed);
    }
    Ok(fault)
}

struct Reader<'a> {
    properties: &'a Map<String, Value>,
    problems: Problems,
}

impl<'a> Reader<'a> {
    fn kind(&mut self) -> Option<Kind> {
        let Some(value) = self.get("kind") else {
            self.problems.required("kind");
            return None;
        };
        let kind = KINDS.into_iter().find(|(name, _)| value == name);
        if kind.is_none() {
            let names = KINDS.map(|(name, _)| name).join(", ");
            self.problems.field("kind", &format!("Must be one of: {names}."));
        }
        kind
    }

    /// A fault of this kind; none if what it needs is missing or wrong.
    fn make(&mut self, recipe: Recipe) -> Option<Fault> {
        match recipe {
            Recipe::Plain(make) => Some(make()),
            Recipe::Status(make) => {
                let status = self.whole(STATUS, 400..=599).and_then(|status| u16::try_from(status).ok());
                Some(make(status.unwrap_or(DEFAULT_STATUS)))
            }
            Recipe::RetryAfter(make) => {
                let seconds = self.whole(RETRY_AFTER, 0..=LONGEST_RETRY_AFTER);
                Some(make(Duration::from_secs(seconds.unwrap_or(DEFAULT_RETRY_AFTER))))
            }
            Recipe::Delay(make) => {
                if self.get(DELAY).is_none() {
                    self.problems.required(DELAY);
                }
                Some(make(Duration::from_millis(self.whole(DELAY, 0..=LONGEST_DELAY)?)))
            }
        }
    }

    fn operation_id(&mut self, is_known: impl Fn(&str) -> bool) -> Option<&'a str> {
        let value = self.get("operation_id")?;
        let known = value.as_str().filter(|id| is_known(id));
        if known.is_none() {
            self.problems.field("operation_id", "Must be the operationId of an operation of the API.");
        }
        known
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

    /// Refuses what no fault has, and what this kind does not have. While the kind is unclear, that of any kind may stay.
    fn refuse_others(&mut self, kind: Option<Kind>) {
        for name in self.properties.keys().filter(|name| !SHARED.contains(&name.as_str())) {
            let is_of_some_kind = [STATUS, RETRY_AFTER, DELAY].contains(&name.as_str());
            let rule = match kind {
                Some((_, recipe)) if recipe.own() == Some(name) => continue,
                Some((kind, _)) if is_of_some_kind => format!("Is not taken by {kind}."),
                None if is_of_some_kind => continue,
                _ => "Is no property of a fault.".to_owned(),
            };
            // Not by its path: a name may have dots.
            self.problems.at(&[Step::Key(name.clone())], &rule);
        }
    }

    /// A property; `null` is as good as leaving it out.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.properties.get(name).filter(|value| !value.is_null())
    }
}
