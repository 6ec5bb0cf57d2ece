//! Faults as JSON: in the form in which they are armed over HTTP.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Fault, wanted};
use crate::world::Refusal;

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.properties().serialize(serializer)
    }
}

/// Fails with all problems at once. That an operation exists is not asked: that is known where the fault is armed.
impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wanted = Value::deserialize(deserializer)?;
        wanted::fault(&wanted, None).map_err(|refusal| match refusal {
            Refusal::Invalid(problems) => D::Error::custom(problems),
            other => D::Error::custom(format!("{other:?}")),
        })
    }
}

impl Fault {
    fn properties(&self) -> Map<String, Value> {
        let mut properties = Map::from_iter([("kind".to_owned(), self.kind().into())]);
        self.kind.write(&mut properties);
        self.target.write(&mut properties);
        let probability = self.probability.map(super::chance::Probability::as_f64);
        let others = [
            ("body", self.body.as_deref().map(Value::from)),
            ("count", self.times.map(Value::from)),
            ("skip", (self.skip > 0).then(|| self.skip.into())),
            ("probability", probability.map(Value::from)),
            ("seed", self.seed.filter(|_| probability.is_some()).map(Value::from)),
        ];
        let others = others.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        properties.extend(others);
        properties
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_fault_is_read_as_it_was_written() {
        let plain = [
            Fault::reply_lost_after_commit(),
            Fault::reset_before_commit(),
            Fault::error_before_commit(0),
            Fault::error_after_commit(502).body("gone"),
            Fault::throttle(Duration::from_nanos(1)),
            Fault::throttle(Duration::MAX),
            Fault::delay(Duration::from_micros(1_500)),
            Fault::delay(Duration::MAX),
            Fault::token_expired(),
            Fault::truncated_reply(),
            Fault::html_reply(502),
            Fault::reply(99, "text/\n", &"ä".repeat(1_000_000)),
            Fault::slow_body(Duration::MAX),
            Fault::wrong_content_type(""),
            Fault::malformed_json().body("not taken"),
            Fault::oversized_reply(u64::MAX),
            Fault::key_in_flight(),
            Fault::key_mismatch(),
            Fault::unknown_enum_value().property("status"),
            Fault::extra_field().property("not taken"),
            Fault::null_optional().property(&"x".repeat(1_000)),
            Fault::webhook_duplicate(u32::MAX),
            Fault::webhook_reorder(),
            Fault::webhook_delay(Duration::MAX),
        ];
        for fault in plain {
            check(&fault);
            check(&fault.clone().times(0).seed(1));
            check(&fault.clone().on_investment_status("anything").from_client("any"));
            check(&fault.clone().on("a").probability(0.1).seed(u64::MAX).times(u32::MAX).skip(u32::MAX));
            check(&fault.on("a").on("b").on_method("post").on_path("no path").from_client("").with_key("ä"));
        }

        #[track_caller]
        fn check(fault: &Fault) {
            let text = serde_json::to_string(fault).unwrap();
            let read: Fault = serde_json::from_str(&text).unwrap();
            assert_eq!(&read, &fault.clone().without_idle_seed(), "{text}");
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let error = serde_json::from_value::<Fault>(json!({"kind": "delay", "count": -1, "x": 1})).unwrap_err();
        let problems: Value = serde_json::from_str(&error.to_string()).unwrap();
        assert_eq!(problems.as_object().unwrap().len(), 3, "{problems}");
    }

    impl Fault {
        /// A seed without a probability means nothing and is not written.
        fn without_idle_seed(mut self) -> Self {
            self.seed = self.seed.filter(|_| self.probability.is_some());
            self
        }
    }
}
