//! Rules that can be switched: where sources differ, or where a rule holds for some customers only.

use serde::{Deserialize, Serialize};

use super::Settlement;

/// What the rules depend on. They may change while the world is used: each is asked when it matters, and nothing that
/// has happened is judged anew.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, and any combination makes sense")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub(crate) struct Rules {
    /// How long work on the ledger takes.
    pub(crate) settlement: Settlement,
    /// Whether an investment may be made before it is signed.
    pub(crate) web_subscription: bool,
    /// Whether an issuer needs an investor with the same company data.
    pub(crate) issuer_mirror: bool,
    /// Whether crypto securities can be redeemed through the API.
    pub(crate) crypto_redemption: bool,
    /// Whether investments wait in `REVIEW_PENDING` after the identification until the event `Reviewed`.
    pub(crate) review: bool,
    /// Whether an investor must have agreed to the documents of the account before investing in the `/v2` family.
    pub(crate) account_setup_required: bool,
    /// Whether the costs document of an invitation must be there before it is turned into an investment.
    pub(crate) costs_document_required: bool,
    /// Whether the limit of a self-disclosure covers all that an investor invested in a product by invitations.
    pub(crate) cumulative_self_disclosure: bool,
    /// Whether people check benefiting persons who are politically exposed before the company may invest.
    pub(crate) pep_check: bool,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_that_is_not_named_is_off_and_one_that_nobody_knows_is_refused() {
        let rules: Rules = serde_json::from_value(json!({"review": true})).unwrap();
        assert_eq!(rules, Rules { review: true, ..Rules::default() });
        assert!(serde_json::from_value::<Rules>(json!({"reviews": true})).is_err());
        let written = serde_json::to_value(rules).unwrap();
        assert_eq!(serde_json::from_value::<Rules>(written).unwrap(), rules);
    }
}
