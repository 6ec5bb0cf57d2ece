//! What a running sandbox can be told to do otherwise: the rules of its world, and how it answers.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::duration;
use crate::world::{Problems, Refusal, Rules, Step};

/// The largest page that is given to those who ask for more.
pub(crate) const MAX_PAGE: usize = 1_000;

/// The longest time that a call can be held up.
const MAX_LATENCY: Duration = Duration::from_secs(3_600);

/// The largest upload that can be allowed.
const MAX_UPLOAD: u64 = 4 * 1024 * 1024 * 1024 - 1;

/// What the HTTP side depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    #[serde(with = "duration")]
    pub(crate) latency: Duration,
    pub(crate) max_body_bytes: u64,
    #[serde(with = "duration")]
    pub(crate) token_lifetime: Duration,
    pub(crate) page_size: usize,
    pub(crate) strict_idempotency: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            latency: Duration::ZERO,
            max_body_bytes: 64 * 1024 * 1024,
            token_lifetime: Duration::from_secs(36_000),
            page_size: 100,
            strict_idempotency: false,
        }
    }
}

/// Everything that can be set, side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) settings: Settings,
    pub(crate) rules: Rules,
}

impl Configuration {
    /// As one flat object.
    pub(crate) fn show(&self) -> Value {
        let mut all = object(&self.settings);
        all.extend(object(&self.rules));
        Value::Object(all)
    }

    /// What is set now, and over it what `wanted` has otherwise than it was at the beginning.
    ///
    /// So what was changed meanwhile stays when a sandbox is started again as before.
    pub(crate) fn overridden(self, beginning: &Self, wanted: &Self) -> Self {
        let (beginning, mut wanted) = (beginning.show(), wanted.show());
        if let (Some(beginning), Some(wanted)) = (beginning.as_object(), wanted.as_object_mut()) {
            wanted.retain(|name, value| beginning.get(name.as_str()) != Some(&*value));
        }
        self.changed(&wanted).unwrap_or(self)
    }

    /// Takes over what `change` names; nothing if any of it makes no sense.
    pub(crate) fn changed(mut self, change: &Value) -> Result<Self, Refusal> {
        let Some(change) = change.as_object() else {
            return Err(Refusal::rule("Must be an object."));
        };
        let mut problems = Problems::default();
        let (settings, rules) = (object(&self.settings), object(&self.rules));
        for (name, value) in change {
            let result = if settings.contains_key(name) {
                with(&self.settings, name, value).map(|settings| self.settings = settings)
            } else if rules.contains_key(name) {
                with(&self.rules, name, value).map(|rules| self.rules = rules)
            } else {
                Err("There is no such setting.")
            };
            if let Err(rule) = result {
                problems.at(&[Step::Key(name.clone())], rule);
            }
        }
        self.settings.check(&mut problems);
        problems.into_result().map(|()| self)
    }
}

impl Settings {
    fn check(&self, problems: &mut Problems) {
        if self.latency > MAX_LATENCY {
            problems.field("latency", "Must be at most an hour.");
        }
        if !(1..=MAX_PAGE).contains(&self.page_size) {
            problems.field("page_size", &format!("Must be from 1 to {MAX_PAGE}."));
        }
        if !(1..=MAX_UPLOAD).contains(&self.max_body_bytes) {
            problems.field("max_body_bytes", &format!("Must be from 1 to {MAX_UPLOAD}."));
        }
    }
}

/// `current` with one member changed.
fn with<T: Serialize + DeserializeOwned>(current: &T, name: &str, value: &Value) -> Result<T, &'static str> {
    let mut all = object(current);
    let rule = match all.insert(name.to_owned(), value.clone()) {
        Some(Value::Bool(_)) => "Must be true or false.",
        Some(Value::Number(_)) => "Must be a whole number that is not negative.",
        _ => "Must be a duration such as \"2s\" or \"P1D\", or whole seconds.",
    };
    serde_json::from_value(Value::Object(all)).map_err(|_| rule)
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::world::Settlement;

    #[test]
    fn a_change_names_what_it_changes_and_leaves_the_rest() {
        let before = Configuration::default();
        let after = before.changed(&json!({"page_size": 10, "settlement": "2s", "issuer_mirror": true})).unwrap();
        assert_eq!(after.settings, Settings { page_size: 10, ..before.settings });
        assert_eq!(after.rules.settlement, Settlement::After(Duration::from_secs(2)));
        assert!(after.rules.issuer_mirror);
        assert_eq!(after.show()["settlement"], "PT2S");
        assert_eq!(after.changed(&after.show()), Ok(after));
    }

    #[test]
    fn every_setting_that_makes_no_sense_is_named_and_nothing_changes() {
        let change =
            json!({"page_size": 0, "latency": "2h", "settlement": "soon", "colour": "red", "max_body_bytes": -1});
        let Err(Refusal::Invalid(problems)) = Configuration::default().changed(&change) else {
            panic!("it was taken");
        };
        let names: Vec<_> = problems.as_object().unwrap().keys().map(String::as_str).collect();
        for name in ["page_size", "latency", "settlement", "colour", "max_body_bytes"] {
            assert!(names.contains(&name), "{name}: {problems}");
        }
    }
}
