//! Calls to the sandbox and to who stands beside it: how many a second, and how long it takes until there is one.

mod connection;
mod load;
mod start;
mod target;
mod work;

use anyhow::Result;
use cashlink_sandbox::Sandbox;
use serde_json::Value;

pub(crate) use self::{
    connection::Connection,
    load::{Load, measure},
    start::{start, start_many},
    target::{Target, prepare},
    work::Work,
};

/// Measures a sandbox in this process and on this thread, as a test has it.
pub(crate) async fn measure_inside(load: Load) -> Result<Value> {
    let sandbox = Sandbox::start().await?;
    let (campaign, investor) = (sandbox.campaign_id().to_string(), sandbox.investor_id().to_string());
    let target = prepare(sandbox.url(), &campaign, &investor).await?;
    measure(&target, load).await
}
