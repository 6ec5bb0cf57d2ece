//! Prints, for each guide, its longest chain of dependent calls, what that costs at 20 ms per call, and what it took.
//!
//! `cargo run --package cashlink-tests --example critical_path`

#![expect(clippy::print_stdout, reason = "this program prints a table")]

use std::{error::Error, future::Future, time::Duration};

use cashlink::{
    Cashlink,
    guides::{self, Direct, distributor, issuance, platform, registry},
    time::{Clock as _, SystemClock},
};
use cashlink_sandbox::Sandbox;
use cashlink_tests::{rounds::Rounds, session};
use uuid::Uuid;

const LATENCY: Duration = Duration::from_millis(20);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let plain = Sandbox::start().await?;
    let distant = Sandbox::builder().latency(LATENCY).start().await?;
    println!(
        "{:<26}{:>6}{:>14}{:>7}{:>14}{:>9}",
        "20 ms per call", "calls", "one by one", "chain", "chain alone", "took"
    );

    let redeeming = |sandbox: &Sandbox| {
        let mut input = registry_input(sandbox);
        input.redemption.product_id = Some(sandbox.product_id().into());
        input
    };
    let counted = Rounds::new(Uuid::new_v4());
    counted.drive(registry::import(&client(&plain)?, &counted, &registry_input(&plain))).await?;
    let (client_, steps, input) = (client(&distant)?, Direct::new(Uuid::new_v4()), registry_input(&distant));
    report("registry", &counted, registry::import(&client_, &steps, &input)).await?;

    let counted = Rounds::new(Uuid::new_v4());
    counted.drive(registry::import(&client(&plain)?, &counted, &redeeming(&plain))).await?;
    let (client_, steps, input) = (client(&distant)?, Direct::new(Uuid::new_v4()), redeeming(&distant));
    report("registry with redemption", &counted, registry::import(&client_, &steps, &input)).await?;

    let (counted, input) = (Rounds::new(Uuid::new_v4()), distributor::Input::sample());
    counted.drive(distributor::onboard(&client(&plain)?, &counted, &input)).await?;
    let (client_, steps) = (client(&distant)?, Direct::new(Uuid::new_v4()));
    report("distributor", &counted, distributor::onboard(&client_, &steps, &input)).await?;

    let counted = Rounds::new(Uuid::new_v4());
    counted.drive(platform::invest(&client(&plain)?, &counted, &platform_input(&plain))).await?;
    let (client_, steps, input) = (client(&distant)?, Direct::new(Uuid::new_v4()), platform_input(&distant));
    report("platform", &counted, platform::invest(&client_, &steps, &input)).await?;

    let counted = Rounds::new(Uuid::new_v4());
    counted.drive(issuance::issue(&client(&plain)?, &counted, &issuance_input(&plain))).await?;
    let (client_, steps, input) = (client(&distant)?, Direct::new(Uuid::new_v4()), issuance_input(&distant));
    report("issuance", &counted, issuance::issue(&client_, &steps, &input)).await
}

/// Runs a guide for its time and prints it beside what its chain costs, the token call included.
async fn report<T>(
    name: &str,
    counted: &Rounds,
    guide: impl Future<Output = Result<T, guides::Error>>,
) -> Result<(), Box<dyn Error>> {
    let begin = SystemClock.now();
    guide.await?;
    let took = SystemClock.now().duration_since(begin);
    let rounds = counted.rounds();
    let calls = u32::try_from(1 + rounds.iter().map(Vec::len).sum::<usize>())?;
    let chain = u32::try_from(1 + rounds.len())?;
    let [one_by_one, alone, took] = [LATENCY * calls, LATENCY * chain, took].map(|time| time.as_millis());
    println!("{name:<26}{calls:>6}{one_by_one:>11} ms{chain:>7}{alone:>11} ms{took:>6} ms");
    Ok(())
}

fn client(sandbox: &Sandbox) -> cashlink::Result<Cashlink> {
    session::builder(sandbox).build()
}

fn registry_input(sandbox: &Sandbox) -> registry::Input {
    let mut input = registry::Input::sample();
    input.investment.campaign_id = Some(sandbox.campaign_id().into());
    input
}

fn platform_input(sandbox: &Sandbox) -> platform::Input {
    let mut input = platform::Input::sample();
    input.campaign_id = Some(sandbox.campaign_id().into());
    input.investor_id = Some(sandbox.investor_id().into());
    input
}

fn issuance_input(sandbox: &Sandbox) -> issuance::Input {
    let mut input = issuance::Input::sample();
    input.investment.investor_id = Some(sandbox.investor_id().into());
    input
}
