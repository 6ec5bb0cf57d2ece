//! What holds of whatever is shown, whoever thinks that it should be otherwise. The book is not asked.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::book::leads_to;
use crate::seen::{Issued, Seen};
use crate::wire::id;

type Law = Result<(), String>;

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Law {
    if holds { Ok(()) } else { Err(message()) }
}

/// What must be so at every moment.
pub(crate) fn check(seen: &Seen, now: Timestamp) -> Law {
    for issued in &seen.products {
        units_are_conserved(seen, issued)?;
        allocations_are_kept(issued)?;
    }
    nobody_promises_more_than_there_is(seen)?;
    times_go_forward(seen, now)
}

/// Units of what was delivered: all of them are on wallets, or were redeemed.
fn units_are_conserved(seen: &Seen, issued: &Issued) -> Law {
    let delivered: Vec<_> = issued.investments.iter().filter(|row| !row["delivered_at"].is_null()).collect();
    let (arrived, credited): (Vec<_>, Vec<_>) = delivered.iter().partition(|row| is_arrival(row));
    let on_wallets: u64 = delivered.iter().map(|row| remaining(row)).sum();
    let sum = |rows: &[&&Value]| rows.iter().map(|row| number(&row["units"])).sum::<u64>();
    let done = |rows: &[Vec<Value>; 2], product: &str, units: &str, word: &str| -> u64 {
        let rows = rows.iter().flatten().filter(|row| id(&row[product]) == Some(issued.id) && row["status"] == word);
        rows.map(|row| number(&row[units])).sum()
    };
    let redeemed = done(&seen.redemptions, "product_id", "units", "success");
    let transferred = done(&seen.transfers, "product", "amount", "succeeded");
    let credited = sum(&credited);
    ensure(credited == on_wallets + redeemed, || {
        format!("{credited} units were credited, {on_wallets} are on wallets and {redeemed} were redeemed")
    })?;
    let arrived = sum(&arrived);
    ensure(arrived == transferred, || format!("{transferred} units were transferred, {arrived} arrived"))?;
    let too_many = issued.investments.iter().find(|row| remaining(row) > number(&row["units"]));
    ensure(too_many.is_none(), || format!("more units remain than there were: {too_many:?}"))
}

/// What is taken of a campaign is no more than it offers, and all campaigns offer no more than can be issued.
fn allocations_are_kept(issued: &Issued) -> Law {
    let mut offered = 0;
    for campaign in &issued.campaigns {
        let of_campaign = issued.investments.iter().filter(|row| row["campaign_id"] == campaign["id"]);
        let is_taken = |row: &&Value| row["cancellation_reason"].is_null() || !row["delivered_at"].is_null();
        let taken: u64 =
            of_campaign.filter(is_taken).filter(|row| !is_arrival(row)).map(|row| number(&row["units"])).sum();
        let allocation = number(&campaign["allocation"]);
        ensure(taken <= allocation, || format!("{taken} units are taken of {allocation}: {campaign}"))?;
        offered += allocation;
    }
    let most = number(&issued.product["max_issuable_amount"]);
    ensure(offered <= most, || format!("campaigns offer {offered} units of {most}: {}", issued.product))
}

/// What is set aside for tasks that have not ended is on the wallet.
fn nobody_promises_more_than_there_is(seen: &Seen) -> Law {
    let mut balances: BTreeMap<(Option<Uuid>, Uuid), (u64, u64)> = BTreeMap::new();
    for issued in &seen.products {
        for row in issued.investments.iter().filter(|row| !row["delivered_at"].is_null()) {
            balances.entry((id(&row["wallet"]), issued.id)).or_default().0 += remaining(row);
        }
    }
    let redemptions = seen.redemptions.iter().flatten().map(|row| (row, "wallet_id", "product_id", "units"));
    let transfers = seen.transfers.iter().flatten().map(|row| (row, "source_wallet", "product", "amount"));
    for (row, wallet, product, units) in redemptions.chain(transfers) {
        if row["status"] == "processing" || row["status"] == "unknown" {
            let holding = (id(&row[wallet]), id(&row[product]).unwrap_or_default());
            balances.entry(holding).or_default().1 += number(&row[units]);
        }
    }
    let broken = balances.iter().find(|(_, (held, reserved))| reserved > held);
    ensure(broken.is_none(), || format!("more is set aside than is there, as (held, set aside): {broken:?}"))
}

/// Lists are in the order in which things were made, and nothing comes from the future.
fn times_go_forward(seen: &Seen, now: Timestamp) -> Law {
    let lists = seen.investors.iter().chain(&seen.redemptions).chain(&seen.transfers);
    let campaigns = seen.products.iter().map(|issued| &issued.campaigns);
    for list in lists.chain(campaigns) {
        let times: Vec<Timestamp> = list.iter().filter_map(|row| time(row, "created_at")).collect();
        ensure(times.len() == list.len() && times.is_sorted(), || format!("the list is not in order: {list:?}"))?;
        ensure(times.last().is_none_or(|last| *last <= now), || format!("made after {now}: {list:?}"))?;
    }
    let mut rows = seen.investments.iter().flatten();
    let later = |row: &&Value| {
        let names = ["accepted_at", "paid_at", "delivered_at", "cancellation_date"];
        names.iter().any(|name| time(row, name).is_some_and(|at| at > now))
    };
    let of_tomorrow = rows.find(later);
    ensure(of_tomorrow.is_none(), || format!("it happens after {now}: {of_tomorrow:?}"))
}

/// What may become of investments in one step: `concerned` is whom the step is about, an investment or an investor.
pub(crate) fn check_step(before: &Seen, after: &Seen, concerned: Option<Uuid>) -> Law {
    for (old, new) in before.investments.iter().zip(&after.investments) {
        ensure(new.len() >= old.len(), || "investments are gone".to_owned())?;
        for (old, new) in old.iter().zip(new) {
            for name in ["id", "investor_id", "campaign_id", "units", "signed_at"] {
                ensure(old[name] == new[name], || format!("{name} changed: {old} to {new}"))?;
            }
            for name in ["delivered_at", "cancellation_date"] {
                ensure(old[name].is_null() || old[name] == new[name], || format!("{name} changed: {old} to {new}"))?;
            }
            ensure(remaining(new) <= remaining(old), || format!("units came back: {old} to {new}"))?;
            let (from, to) = (old["status"].as_str().unwrap_or_default(), new["status"].as_str().unwrap_or_default());
            ensure(leads_to(from, to), || format!("{from} does not lead to {to}: {new}"))?;
            let is_delivery = (from, to) == ("PAID", "DELIVERED");
            let is_concerned = concerned.is_some() && [id(&new["id"]), id(&new["investor_id"])].contains(&concerned);
            ensure(from == to || is_delivery || is_concerned, || {
                format!("{from} became {to} though the step was about something else: {new}")
            })?;
        }
    }
    Ok(())
}

/// What came by a transfer has nothing that is to be paid.
fn is_arrival(row: &Value) -> bool {
    row["payment_details"].is_null()
}

fn remaining(row: &Value) -> u64 {
    // A unit costs one euro here.
    let cents = row["remaining_amount"]["amount"].as_str().and_then(|amount| amount.parse::<u64>().ok());
    cents.map_or(u64::MAX / 1_000_000, |cents| cents / 100)
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

fn time(row: &Value, name: &str) -> Option<Timestamp> {
    row[name].as_str()?.parse().ok()
}
