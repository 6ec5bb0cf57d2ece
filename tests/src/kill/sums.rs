//! What must hold of everything that is there, whoever asked for it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Result, call::Answer, ensure, wire::Wire};

/// Nouns of the overview, and what the ledger calls one of them.
const NOUNS: [(&str, &str); 9] = [
    ("investors", "investor"),
    ("wallets", "wallet"),
    ("invitations", "invitation"),
    ("products", "product"),
    ("campaigns", "campaign"),
    ("listings", "listing"),
    ("redemptions", "redemption"),
    ("transfers", "transfer"),
    ("documents", "document"),
];

/// How many there are of each noun.
pub(super) type Counts = BTreeMap<&'static str, u64>;

pub(super) async fn counts(wire: &Wire) -> Result<Counts> {
    let state = wire.shown("/state").await?;
    Ok(NOUNS.map(|(noun, _)| (noun, state[noun]["count"].as_u64().unwrap_or_default())).into())
}

/// Whether there is as much of each noun as there was at first, and as the ledger says was made since.
pub(super) async fn check_counts(wire: &Wire, at_first: &Counts, ledger: &[Value]) -> Result<()> {
    let now = counts(wire).await?;
    for (noun, kind) in NOUNS {
        let is_made = |entry: &&Value| {
            entry["outcome"] == "applied" && entry["status"] == 201 && entry["resource"]["kind"] == kind
        };
        let made = ledger.iter().filter(is_made).count() as u64;
        ensure(now[noun] == at_first[noun] + made, || {
            format!("there are {} {noun}, at first there were {}, and {made} were made", now[noun], at_first[noun])
        })?;
    }
    let mut ids = BTreeSet::new();
    let applied = ledger.iter().filter(|entry| entry["outcome"] == "applied");
    let created = applied.flat_map(|entry| entry["created"].as_array().into_iter().flatten());
    let twice: Vec<_> = created.filter(|id| !ids.insert(id.to_string())).collect();
    ensure(twice.is_empty(), || format!("ids were given out twice: {twice:?}"))
}

/// Whether units are neither lost nor made: what was delivered is on wallets or was redeemed, and a campaign has given away
/// what is invested in it.
pub(super) async fn check_units(wire: &Wire, campaign: &str) -> Result<()> {
    let investments = list(wire, "/v2/investments/").await?;
    let of_campaign = || investments.iter().filter(|row| row["campaign_id"] == campaign);
    let (arrived, bought): (Vec<_>, Vec<_>) = of_campaign().partition(|row| row["signed_at"].is_null());
    let taken: u64 = bought.iter().map(|row| number(&row["units"])).sum();
    let state = wire.shown("/state").await?;
    let campaigns = state["campaigns"]["newest"].as_array().into_iter().flatten();
    let shown = campaigns.filter(|row| row["id"] == campaign).map(|row| number(&row["taken"])).next();
    ensure(shown == Some(taken), || format!("{taken} units were bought, and {shown:?} are taken"))?;

    let delivered = bought.iter().filter(|row| row["status"] == "DELIVERED");
    let delivered: u64 = delivered.map(|row| number(&row["units"])).sum();
    let is_there = |row: &&Value| row["status"] == "DELIVERED";
    let cents: u64 = of_campaign().filter(is_there).map(|row| number(&row["remaining_amount"]["amount"])).sum();
    let redemptions = list(wire, "/v2/redemptions/").await?;
    let redeemed = redemptions.iter().filter(|row| row["status"] == "success");
    let redeemed: u64 = redeemed.map(|row| number(&row["units"])).sum();
    ensure(delivered * 100 == cents + redeemed * 100, || {
        format!("{delivered} units were delivered, {cents}/100 are on wallets, {redeemed} were redeemed")
    })?;

    let transfers = list(wire, "/distributor/v2/transfers/").await?;
    let moved = transfers.iter().filter(|row| row["status"] == "succeeded").map(|row| number(&row["amount"]));
    let (moved, arrived) = (moved.sum::<u64>(), arrived.iter().map(|row| number(&row["units"])).sum::<u64>());
    ensure(moved == arrived, || format!("{moved} units were transferred, {arrived} arrived"))
}

/// All pages of a list.
async fn list(wire: &Wire, path: &str) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for page in 1.. {
        let answer = wire.get(&format!("{path}?page_size=1000&page={page}")).await;
        let page = answer.as_ref().map(Answer::json).ok_or_else(|| format!("{path} is not answered"))?;
        let results = page["results"].as_array().ok_or_else(|| format!("{path} has no results: {page}"))?;
        rows.extend(results.iter().cloned());
        if page["next"].is_null() {
            break;
        }
    }
    Ok(rows)
}

/// A number, or a number as text.
fn number(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_default()
}
