//! The scenarios that come with the sandbox.

use super::{Scenario, from_yaml};
use crate::world::Refusal;

/// Each by its name, which the file has too.
pub(super) const SHIPPED: [(&str, &str); 10] = [
    ("default", include_str!("../../scenarios/default.yaml")),
    ("cumulative-self-disclosure", include_str!("../../scenarios/cumulative-self-disclosure.yaml")),
    ("issuer-mirror", include_str!("../../scenarios/issuer-mirror.yaml")),
    ("review", include_str!("../../scenarios/review.yaml")),
    ("crypto-security", include_str!("../../scenarios/crypto-security.yaml")),
    ("every-status", include_str!("../../scenarios/every-status.yaml")),
    ("many-investors", include_str!("../../scenarios/many-investors.yaml")),
    ("two-clients", include_str!("../../scenarios/two-clients.yaml")),
    ("slow-ledger", include_str!("../../scenarios/slow-ledger.yaml")),
    ("strict", include_str!("../../scenarios/strict.yaml")),
];

/// All of them, in the order of this list.
pub(super) fn all() -> impl ExactSizeIterator<Item = Scenario> {
    // None is left out: a test reads each.
    SHIPPED.iter().filter_map(|(_, text)| from_yaml(text).ok()).collect::<Vec<_>>().into_iter()
}

/// The one that is called `name`.
pub(crate) fn find(name: &str) -> Result<Scenario, Refusal> {
    let text = SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    let unknown = || Refusal::field("scenario", &format!("There is none of this name, but {}.", names.join(", ")));
    from_yaml(text.ok_or_else(unknown)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_a_scenario_of_its_name_that_says_what_it_is_for() {
        let names: Vec<String> = all().map(|scenario| scenario.name().to_owned()).collect();
        assert_eq!(names, SHIPPED.map(|(name, _)| name));
        assert!(all().all(|scenario| !scenario.description().is_empty()));
    }
}
