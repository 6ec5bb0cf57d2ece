//! What an issuer says about a product, and the rules it must keep.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::call::parse;
use super::super::price::{Decimal, Price};
use super::super::refusal::{Problems, unknown};
use super::super::{Owner, Refusal, World};

/// In the order of the reply, by the names of the API.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in super::super) struct Terms {
    pub(in super::super) issuer_id: Uuid,
    pub(in super::super) name: String,
    pub(in super::super) product_type: String,
    /// Whether it is a crypto security, of which the registry makes statements.
    pub(in super::super) ewpg: bool,
    pub(in super::super) isin: Option<String>,
    pub(in super::super) provide_nominal_value: bool,
    pub(in super::super) nominal_value: Option<Price>,
    pub(in super::super) issuance_price: Option<Price>,
    pub(in super::super) max_issuable_amount: u64,
    /// Units are sold in multiples of this.
    pub(in super::super) step_size: u64,
    pub(in super::super) agio_percent: Option<Decimal>,
    pub(in super::super) payment_deadline: u64,
    pub(in super::super) cancellation_deadline: u64,
    pub(in super::super) network: String,
    pub(in super::super) publication_restricted: Option<bool>,
    pub(in super::super) asset_code: Option<String>,
    pub(in super::super) calculation_factor: Option<u64>,
    /// Units cannot be transferred before this day is over.
    pub(in super::super) lock_in_time: Option<Date>,
    pub(in super::super) backup_wallet_address: Option<String>,
    pub(in super::super) issuance_document_id: Option<Uuid>,
}

/// What null clears; anything else may not be null.
const CLEARABLE: [&str; 10] = [
    "isin",
    "nominal_value",
    "issuance_price",
    "agio_percent",
    "publication_restricted",
    "asset_code",
    "calculation_factor",
    "lock_in_time",
    "backup_wallet_address",
    "issuance_document_id",
];

/// What a product can be. Networks are not listed: only those of production are known.
const TYPES: [&str; 9] = [
    "DIGITAL_COMPANY_SHARE",
    "BOND",
    "SUBORDINATED_LOAN",
    "PARTICIPATION_PAPER",
    "PARTICIPATION_RIGHT",
    "AIF",
    "DEBT_SECURITY",
    "CONVERTIBLE_BOND",
    "FUND_SHARE",
];

/// The largest integer of the description, whose integers have 64 bits with a sign.
pub(in super::super) const LARGEST: u64 = i64::MAX.unsigned_abs();

impl Terms {
    pub(super) fn view(&self) -> Map<String, Value> {
        json!(self).as_object().cloned().unwrap_or_default()
    }

    /// The terms with what `body` sets; the issuer stays.
    pub(super) fn changed_by(&self, body: &Value) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let mut terms = self.view();
        for (name, value) in terms.iter_mut().filter(|(name, _)| *name != "issuer_id") {
            match body.get(name) {
                Some(Value::Null) if !CLEARABLE.contains(&name.as_str()) => problems.not_null(name),
                Some(change) => *value = change.clone(),
                None => {}
            }
        }
        problems.into_result()?;
        parse(&Value::Object(terms))
    }

    /// The numbers that no other rule keeps small.
    fn counts(&self) -> [(u64, &'static str); 4] {
        [
            (self.max_issuable_amount, "max_issuable_amount"),
            (self.payment_deadline, "payment_deadline"),
            (self.cancellation_deadline, "cancellation_deadline"),
            (self.calculation_factor.unwrap_or_default(), "calculation_factor"),
        ]
    }

    /// Notes what is wrong with the terms by themselves.
    fn check(&self, problems: &mut Problems) {
        if !TYPES.contains(&self.product_type.as_str()) {
            problems.field("product_type", &format!("\"{}\" is not a valid choice.", self.product_type));
        }
        if self.network.trim().is_empty() {
            problems.field("network", "This field may not be blank.");
        }
        if self.ewpg && self.isin.as_deref().unwrap_or_default().is_empty() {
            problems.required("isin");
        }
        let (price, path) = if self.provide_nominal_value {
            (&self.nominal_value, "nominal_value")
        } else {
            (&self.issuance_price, "issuance_price")
        };
        if price.is_none() {
            problems.required(path);
        }
        for (price, path) in [(&self.nominal_value, "nominal_value"), (&self.issuance_price, "issuance_price")] {
            if price.as_ref().is_some_and(|price| !price.money.is_positive()) {
                problems.field(path, "Ensure this value is greater than 0.");
            }
        }
        if self.max_issuable_amount < self.step_size {
            problems.field("max_issuable_amount", "Ensure this value is not less than the step size.");
        }
        for (value, path) in self.counts() {
            if value > LARGEST {
                problems.field(path, &format!("Ensure this value is less than or equal to {LARGEST}."));
            }
        }
        if self.agio_percent.as_ref().is_some_and(Decimal::is_negative) {
            problems.field("agio_percent", "Ensure this value is greater than or equal to 0.");
        }
        if self.calculation_factor == Some(0) {
            problems.field("calculation_factor", "Ensure this value is greater than or equal to 1.");
        }
        if self.asset_code.as_ref().is_some_and(|code| !is_asset_code(code)) {
            problems.field("asset_code", "Enter letters and digits only, fewer than 12.");
        }
    }
}

impl World {
    /// Checks the terms of a product that is new, or is `id`.
    pub(super) fn check_terms(&self, owner: Owner, id: Option<Uuid>, terms: &Terms) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        if self.issuers.get(owner, terms.issuer_id).is_none() {
            problems.field("issuer_id", &unknown(terms.issuer_id));
        }
        terms.check(&mut problems);
        if let Some(document) = terms.issuance_document_id {
            self.check_document(owner, document, "issuance_document_id", &mut problems);
        }
        if id.is_some_and(|id| u128::from(terms.max_issuable_amount) < self.allocated(id)) {
            problems.field("max_issuable_amount", "Ensure this value is not less than what campaigns offer.");
        }
        problems.into_result()
    }
}

fn is_asset_code(text: &str) -> bool {
    (1..12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_clears_what_a_product_can_do_without_and_the_issuer_stays() {
        check(&json!({"isin": null}), &json!({"isin": null}));
        check(
            &json!({"lock_in_time": "2031-02-03", "agio_percent": 1}),
            &json!({"lock_in_time": "2031-02-03", "agio_percent": "1"}),
        );
        let refused = terms().changed_by(&json!({"name": null, "step_size": null, "isin": null}));
        assert!(refused.is_err());
        check(&json!({"issuer_id": Uuid::max(), "status": "DEPLOYED", "id": Uuid::max()}), &json!({}));

        #[track_caller]
        fn check(change: &Value, differences: &Value) {
            let mut expected = terms().view();
            expected.extend(differences.as_object().unwrap().clone());
            assert_eq!(terms().changed_by(change).unwrap().view(), expected, "{change}");
        }
    }

    #[test]
    fn a_price_is_needed_as_the_product_says_and_a_crypto_security_has_an_isin() {
        check(&json!({}), &[]);
        check(&json!({"provide_nominal_value": false}), &["issuance_price"]);
        check(&json!({"provide_nominal_value": false, "nominal_value": null, "issuance_price": "1"}), &[]);
        check(&json!({"nominal_value": null}), &["nominal_value"]);
        check(&json!({"nominal_value": "0"}), &["nominal_value"]);
        check(&json!({"isin": null}), &["isin"]);
        check(&json!({"isin": null, "ewpg": false}), &[]);
        check(&json!({"max_issuable_amount": 9}), &["max_issuable_amount"]);
        check(&json!({"max_issuable_amount": u64::MAX}), &["max_issuable_amount"]);
        check(&json!({"agio_percent": "-1", "asset_code": ""}), &["agio_percent", "asset_code"]);

        #[track_caller]
        fn check(change: &Value, fields: &[&str]) {
            let mut problems = Problems::default();
            terms().changed_by(change).unwrap().check(&mut problems);
            let found = match problems.into_result() {
                Err(Refusal::Invalid(tree)) => tree,
                _ => json!({}),
            };
            assert_eq!(found.as_object().unwrap().keys().collect::<Vec<_>>(), fields, "{change}");
        }
    }

    fn terms() -> Terms {
        parse(&json!({
            "issuer_id": Uuid::nil(),
            "name": "Probeanleihe",
            "product_type": "BOND",
            "ewpg": true,
            "isin": "DE000A0AAAA8",
            "provide_nominal_value": true,
            "nominal_value": "100.00",
            "max_issuable_amount": 1_000,
            "step_size": 10,
            "agio_percent": "2.50",
            "payment_deadline": 14,
            "cancellation_deadline": 14,
            "network": "POLYGON-AMOY",
        }))
        .unwrap()
    }
}
