//! Durations on the command line: `20ms`, `2s`, `1m 30s`.

use std::time::Duration;

/// The longest settlement; a longer one is a slip.
const LONGEST_SETTLEMENT: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest latency. A client gives up before it.
const LONGEST_LATENCY: Duration = Duration::from_secs(60);

/// The longest that a token is valid.
const LONGEST_TOKEN: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The longest time that a call or another process is waited for.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest time that a key is trusted for; a longer one is a slip.
const LONGEST_WINDOW: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The furthest in the future that an event may be; more is a slip.
const LONGEST_AHEAD: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

/// Reads the time that work on the ledger takes.
pub(crate) fn settlement(text: &str) -> Result<Duration, String> {
    parse(text, LONGEST_SETTLEMENT)
}

/// Reads the time that every call takes.
pub(crate) fn latency(text: &str) -> Result<Duration, String> {
    parse(text, LONGEST_LATENCY)
}

/// Reads how long a token is valid, which clients are told in whole seconds.
pub(crate) fn token_lifetime(text: &str) -> Result<Duration, String> {
    let duration = parse(text, LONGEST_TOKEN)?;
    let is_whole = duration.subsec_nanos() == 0 && !duration.is_zero();
    if is_whole { Ok(duration) } else { Err("must be a number of whole seconds, and at least one".to_owned()) }
}

/// Reads the time that a call may take.
pub(crate) fn timeout(text: &str) -> Result<Duration, String> {
    positive(text, LONGEST_TIMEOUT)
}

/// Reads for how long a key is trusted to be remembered.
pub(crate) fn key_window(text: &str) -> Result<Duration, String> {
    positive(text, LONGEST_WINDOW)
}

/// Reads how long another process is waited for.
pub(crate) fn wait(text: &str) -> Result<Duration, String> {
    parse(text, LONGEST_TIMEOUT)
}

/// Reads how far in the future an event may be.
pub(crate) fn ahead(text: &str) -> Result<Duration, String> {
    parse(text, LONGEST_AHEAD)
}

fn positive(text: &str, longest: Duration) -> Result<Duration, String> {
    let duration = parse(text, longest)?;
    if duration.is_zero() { Err("must be longer than nothing".to_owned()) } else { Ok(duration) }
}

fn parse(text: &str, longest: Duration) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text)
        .map_err(|_| "must be a number with a unit, such as 20ms, 2s or 1m".to_owned())?;
    if duration > longest {
        return Err(format!("must not be longer than {}", humantime::format_duration(longest)));
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_with_a_unit_within_bounds() {
        check("20ms", Some(Duration::from_millis(20)));
        check("2s", Some(Duration::from_secs(2)));
        check("1m 30s", Some(Duration::from_secs(90)));
        check("0s", Some(Duration::ZERO));
        check("24h", Some(LONGEST_SETTLEMENT));
        check("25h", None);
        check("20", None);
        check("-1s", None);
        check("1.5", None);
        check("soon", None);
        check("", None);
        check("99999999999999999999s", None);

        #[track_caller]
        fn check(text: &str, expected: Option<Duration>) {
            assert_eq!(settlement(text).ok(), expected);
        }
    }

    #[test]
    fn a_call_that_may_take_no_time_is_refused() {
        assert_eq!(timeout("1m"), Ok(Duration::from_secs(60)));
        assert!(timeout("0s").is_err());
    }

    #[test]
    fn a_token_is_valid_for_whole_seconds() {
        assert_eq!(token_lifetime("1h"), Ok(Duration::from_secs(3_600)));
        assert!(token_lifetime("0s").is_err());
        assert!(token_lifetime("1s 500ms").is_err());
    }

    #[test]
    fn a_latency_longer_than_a_client_waits_is_refused() {
        assert!(latency("60s").is_ok());
        assert_eq!(latency("61s"), Err("must not be longer than 1m".to_owned()));
    }
}
