//! What is issued.

use serde::{Deserialize, Serialize};

use crate::{
    Decimal, IssuerId, Money,
    guides::input::sample,
    model,
    model::{Network, ProductType},
    validation::Checks,
};

/// A security to issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Name of the product. It appears everywhere, also in the contract on the ledger.
    pub name: String,
    /// Kind of security, such as `BOND`.
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub product_type: ProductType,
    /// Whether it is a crypto security under the German act on electronic securities (true) or a digital security
    /// (false).
    pub ewpg: bool,
    /// ISIN. A crypto security needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isin: Option<String>,
    /// Whether the product has a nominal value (true) or an issuance price (false).
    pub provide_nominal_value: bool,
    /// Nominal value of one unit, if `provide_nominal_value` is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nominal_value: Option<Money>,
    /// Price of one unit when issued, if `provide_nominal_value` is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuance_price: Option<Money>,
    /// Number of units that can be issued at most.
    #[cfg_attr(feature = "schemars", schemars(range(min = 1)))]
    pub max_issuable_amount: i64,
    /// An investment must be a multiple of this number of units.
    #[cfg_attr(feature = "schemars", schemars(range(min = 1)))]
    pub step_size: i64,
    /// Premium on the price, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agio_percent: Option<Decimal>,
    /// Days that an investor has to pay.
    #[cfg_attr(feature = "schemars", schemars(range(min = 0)))]
    pub payment_deadline: i64,
    /// Days in which an investor may withdraw.
    #[cfg_attr(feature = "schemars", schemars(range(min = 0)))]
    pub cancellation_deadline: i64,
    /// Ledger on which the units are kept, such as `POLYGON-MAINNET`.
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub network: Network,
}

impl Product {
    pub(crate) fn sample() -> Self {
        Self {
            name: "Beispielanleihe 2030".to_owned(),
            product_type: ProductType::from("BOND"),
            ewpg: false,
            isin: None,
            provide_nominal_value: true,
            nominal_value: Some(sample::unit_price()),
            issuance_price: None,
            max_issuable_amount: 50_000,
            step_size: 10,
            agio_percent: Decimal::new(250, 2).ok(),
            payment_deadline: 14,
            cancellation_deadline: 14,
            network: Network::from("POLYGON-AMOY"),
        }
    }

    pub(super) fn check(&self, checks: &mut Checks) {
        checks.text("name", &self.name);
        checks.text("product_type", self.product_type.as_str());
        match &self.isin {
            Some(isin) => checks.isin("isin", isin),
            None => checks.require("isin", !self.ewpg, "is missing: a crypto security has one"),
        }
        let (has_nominal_value, nominal, issuance) =
            (self.provide_nominal_value, self.nominal_value.as_ref(), self.issuance_price.as_ref());
        only_if("nominal_value", nominal, has_nominal_value, ["true", "false"], checks);
        only_if("issuance_price", issuance, !has_nominal_value, ["false", "true"], checks);
        checks.units("max_issuable_amount", self.max_issuable_amount);
        checks.units("step_size", self.step_size);
        checks.at_most("step_size", self.step_size, "max_issuable_amount", self.max_issuable_amount);
        let is_a_premium = self.agio_percent.is_none_or(|percent| percent.digits() >= 0);
        checks.require("agio_percent", is_a_premium, "must not be negative");
        checks.require("payment_deadline", self.payment_deadline >= 0, "must not be negative");
        checks.require("cancellation_deadline", self.cancellation_deadline >= 0, "must not be negative");
        checks.text("network", self.network.as_str());
    }

    pub(in crate::guides::issuance) fn to_model(&self, issuer_id: IssuerId) -> model::ProductCreate {
        let mut model = model::ProductCreate::new(model::ProductCreateRequired {
            issuer_id,
            name: self.name.clone(),
            product_type: self.product_type.clone(),
            ewpg: self.ewpg,
            provide_nominal_value: self.provide_nominal_value,
            max_issuable_amount: self.max_issuable_amount,
            step_size: self.step_size,
            payment_deadline: self.payment_deadline,
            cancellation_deadline: self.cancellation_deadline,
            network: self.network.clone(),
        });
        model.isin.clone_from(&self.isin);
        model.nominal_value = self.nominal_value.map(Into::into);
        model.issuance_price = self.issuance_price.map(Into::into);
        model.agio_percent = self.agio_percent;
        model
    }
}

/// Requires the price `name` if it `is_wanted`, and no such price otherwise. `flags` are the values of
/// `provide_nominal_value` with and without it.
fn only_if(name: &str, price: Option<&Money>, is_wanted: bool, flags: [&str; 2], checks: &mut Checks) {
    let [with, without] = flags;
    match price {
        Some(price) if is_wanted => checks.price(name, price),
        Some(_) => checks.problem(name, format!("must be left out while provide_nominal_value is {without}")),
        None if is_wanted => checks.problem(name, format!("is missing: provide_nominal_value is {with}")),
        None => {}
    }
}
