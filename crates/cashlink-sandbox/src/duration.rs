//! Durations as text: `2s`, `1h 30m`, `1d`, or as ISO 8601 has them, `PT2S`, `P1D`.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::ser::Serializer;

/// `text` as a duration that is not negative; a day has 24 hours, a week 7 days.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let span: Span = text.trim().parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(duration).ok()
}

pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&SignedDuration::try_from(*duration).unwrap_or(SignedDuration::MAX))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    deserializer.deserialize_any(Reader)
}

/// Takes text, or whole seconds as a number.
struct Reader;

impl Visitor<'_> for Reader {
    type Value = Duration;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a duration such as \"2s\" or \"P1D\", or whole seconds")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
        parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Duration, E> {
        let is_known = i64::try_from(seconds).is_ok();
        if is_known {
            Ok(Duration::from_secs(seconds))
        } else {
            Err(E::invalid_value(Unexpected::Unsigned(seconds), &self))
        }
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Duration, E> {
        u64::try_from(seconds)
            .map_err(|_| E::invalid_value(Unexpected::Signed(seconds), &self))
            .and_then(|seconds| self.visit_u64(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_units_and_is_not_negative() {
        check("2s", Some(2_000));
        check("1h 30m", Some(5_400_000));
        check("1d", Some(86_400_000));
        check("2 weeks", Some(1_209_600_000));
        check("P1DT1S", Some(86_401_000));
        check("250ms", Some(250));
        check("0s", Some(0));
        check("-2s", None);
        check("1 month", None);
        check("2", None);
        check("soon", None);
        check("", None);

        #[track_caller]
        fn check(text: &str, milliseconds: Option<u64>) {
            assert_eq!(parse(text), milliseconds.map(Duration::from_millis), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        #[derive(serde::Serialize, serde::Deserialize)]
        struct Wait(#[serde(with = "super")] Duration);

        for milliseconds in [0, 1, 1_500, 86_400_000, u64::from(u32::MAX)] {
            let wait = Wait(Duration::from_millis(milliseconds));
            let text = serde_json::to_string(&wait).unwrap();
            assert_eq!(serde_json::from_str::<Wait>(&text).unwrap().0, wait.0, "{text}");
        }
        assert_eq!(serde_json::from_str::<Wait>("90").unwrap().0, Duration::from_secs(90));
        assert!(serde_json::from_str::<Wait>("-1").is_err());
        assert!(serde_json::from_str::<Wait>("18446744073709551615").is_err());
    }
}
