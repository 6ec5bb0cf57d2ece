//! How an investment is shown.

use serde_json::Map;

use super::{Investment, Money, Value, json};
use crate::world::call::members;

impl Investment {
    pub(in super::super) fn view(&self) -> Value {
        let amount = self.price.times(self.units);
        let total = amount.as_ref().filter(|_| self.account.is_some());
        let total = total.and_then(|amount| to_pay(amount, self.agio.as_ref(), self.disagio.as_ref()));
        let cancellation_reason = self.status.is_cancelled().then_some(self.status);
        let mut view = Map::with_capacity(32);
        let mut put = |name: &str, value: Value| view.insert(name.to_owned(), value);
        put("id", json!(self.id));
        put("status", json!(self.status));
        put("investor_id", json!(self.investor));
        put("campaign_id", json!(self.campaign));
        put("wallet", json!(self.wallet));
        put("units", json!(self.units));
        put("disagio", money(self.disagio.as_ref()));
        put("accrued_interest", Money::cents(0).to_json());
        put("investment_amount", money(amount.as_ref()));
        put("payment_total", money(total.as_ref()));
        put("remaining_amount", money(self.price.times(self.remaining).as_ref()));
        put("exemption_order_amount", Value::Null);
        put("signed_at", json!(self.signed_at));
        put("accepted_at", json!(self.accepted_at));
        put("paid_at", json!(self.paid_at));
        put("delivered_at", json!(self.delivered_at));
        put("cancellation_date", json!(self.cancelled_at));
        put("cancellation_reason", json!(cancellation_reason));
        put("payment_details", self.payment_details(total.as_ref()));
        view.extend(self.profile.parts());
        view.insert("start_url".to_owned(), self.start_url());
        Value::Object(view)
    }

    fn payment_details(&self, total: Option<&Money>) -> Value {
        let Some(account) = &self.account else {
            return Value::Null;
        };
        let id = self.id.simple().to_string();
        let mut details = members(account, &["account_holder", "iban", "bic"]);
        details.insert("reference".to_owned(), format!("CL-{}", id[..12].to_uppercase()).into());
        details.insert("amount".to_owned(), money(total));
        Value::Object(details)
    }

    /// Where an investor who has not signed yet goes on.
    fn start_url(&self) -> Value {
        if self.signed_at.is_some() || self.account.is_none() {
            return Value::Null;
        }
        Value::from(format!("https://sandbox.invalid/subscriptions/{}", self.id))
    }
}

/// An amount with what is added to it and taken from it; none if that is too large to hold.
pub(super) fn to_pay(amount: &Money, agio: Option<&Money>, disagio: Option<&Money>) -> Option<Money> {
    let gross = agio.map_or_else(|| Some(amount.clone()), |agio| amount.plus(agio))?;
    disagio.map_or_else(|| Some(gross.clone()), |disagio| gross.minus(disagio))
}

fn money(money: Option<&Money>) -> Value {
    money.map_or(Value::Null, Money::to_json)
}
