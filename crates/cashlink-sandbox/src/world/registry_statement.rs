//! Registry statements: what the registry holds, stated whenever a remaining amount changes and once a year.

use jiff::civil::date;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ids::derived;
use super::investment::Investment;
use super::{Answer, Call, World};

/// A statement about a change of the remaining amount.
#[derive(Clone, Debug)]
pub(super) struct RegistryStatement {
    id: Uuid,
    created_at: Timestamp,
}

/// Those about changes, and one for each year that began while units remained: these are kept nowhere.
pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let investment = world.investment_in_path(call)?;
    let is_crypto = world.products.find(investment.product).is_some_and(|product| product.terms.ewpg);
    let changes = investment.statements.iter().map(|statement| (statement.created_at, Some(statement.id)));
    let mut statements: Vec<_> = changes.collect();
    if is_crypto {
        statements.extend(investment.years_begun(call.now).map(|begin| (begin, None)));
        statements.sort_by_key(|(created_at, _)| *created_at);
    }
    call.page_of(statements.into_iter(), |(created_at, id)| {
        view(id.unwrap_or_else(|| investment.id_of_year(created_at)), created_at)
    })
}

fn view(id: Uuid, created_at: Timestamp) -> Value {
    json!({
        "id": id,
        "created_at": created_at,
        "url": format!("https://sandbox.invalid/registry-statements/{id}.pdf"),
    })
}

fn year(at: Timestamp) -> i16 {
    at.to_zoned(TimeZone::UTC).year()
}

impl Investment {
    /// Adds a statement about the amount that remains.
    pub(super) fn state_remaining(&mut self, at: Timestamp) {
        let id = derived("registry statement", &format!("{} {}", self.id, self.statements.len() + 1));
        self.statements.push(RegistryStatement { id, created_at: at });
    }

    /// When each year began, in UTC, that began after delivery and by `now` while units remained.
    fn years_begun(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> {
        let emptied_at = self.emptied_at;
        let years = self.delivered_at.map(|delivered_at| year(delivered_at).saturating_add(1)..=year(now));
        let begins =
            years.into_iter().flatten().filter_map(|year| TimeZone::UTC.to_timestamp(date(year, 1, 1).into()).ok());
        begins.filter(move |begin| emptied_at.is_none_or(|emptied_at| emptied_at > *begin))
    }

    fn id_of_year(&self, begin: Timestamp) -> Uuid {
        derived("registry statement", &format!("{} of {}", self.id, year(begin)))
    }
}
