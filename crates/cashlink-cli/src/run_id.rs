//! Run ids: a UUID, or any short text that becomes one.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// The namespace of run ids that are given as text. It must never change: the idempotency keys follow from it.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_0c3b_7a52_4e0e_9b61_2f84_c05d_3ae7);

/// The longest text, in characters.
const LONGEST: usize = 64;

/// What all idempotency keys of a run are derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunId(Uuid);

impl RunId {
    pub(crate) fn random() -> Self {
        Self(Uuid::new_v4())
    }

    pub(crate) fn uuid(self) -> Uuid {
        self.0
    }
}

impl FromStr for RunId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(id) = Uuid::parse_str(text) {
            return Ok(Self(id));
        }
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err("must be a UUID or 1 to 64 characters");
        }
        if text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
            return Err("must be a UUID or text without spaces and control characters");
        }
        if is_damaged_uuid(text) {
            // Taken as text it would name another run, and everything would happen a second time.
            return Err("looks like a UUID with a slip in it");
        }
        Ok(Self(Uuid::new_v5(&NAMESPACE, text.as_bytes())))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

fn is_damaged_uuid(text: &str) -> bool {
    let groups = text.split('-').count();
    let long_as_one = (24..=40).contains(&text.len());
    let mostly_hex = text.bytes().filter(u8::is_ascii_hexdigit).count() + 4 >= text.len().saturating_sub(groups - 1);
    long_as_one && mostly_hex && (groups == 1 || (4..=6).contains(&groups))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_taken_as_it_is() {
        let id = "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11";
        assert_eq!(id.parse::<RunId>().unwrap().to_string(), id);
    }

    #[test]
    fn a_text_gives_the_same_id_every_time() {
        assert_eq!("import-2026-11-04711".parse(), "import-2026-11-04711".parse::<RunId>());
        assert_ne!("import-1".parse(), "import-2".parse::<RunId>());
        assert_eq!("import-1".parse::<RunId>().unwrap().to_string(), "ee0cdb8a-e554-598c-aac9-218cffe1c36f");
    }

    #[test]
    fn the_id_that_is_printed_for_a_text_names_the_same_run() {
        let id: RunId = "order-7".parse().unwrap();
        assert_eq!(id.to_string().parse::<RunId>().unwrap(), id);
    }

    #[test]
    fn what_cannot_be_a_run_id_is_refused() {
        check("", false);
        check("two words", false);
        check("line\nbreak", false);
        check(&"x".repeat(65), false);
        check(&"ü".repeat(64), true);
        check("0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b1", false);
        check("0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b1g", false);
        check("0192f0c1-7c5a-4a61-8d5b", true);
        check("0192f0c17c5a4a618d5b3c8f3a4c2b1", false);
        check("import-2026-11-21-of-the-whole-fund", true);

        #[track_caller]
        fn check(text: &str, valid: bool) {
            assert_eq!(text.parse::<RunId>().is_ok(), valid, "{text}");
        }
    }
}
