//! The process that is killed, where the command line is not built.

use std::{path::Path, time::Duration};

use cashlink_sandbox::{Sandbox, Settlement};

use super::Result;

/// The argument that makes the program a sandbox; the folder follows.
pub const CHILD: &str = "serve";

/// Serves a sandbox with its data in `folder` until it is killed, and prints what the command line would.
///
/// # Errors
///
/// Fails if it cannot start.
#[expect(clippy::print_stdout, reason = "whoever started it reads this")]
pub async fn run(folder: &Path) -> Result<()> {
    let settlement = Settlement::After(Duration::from_secs(24 * 60 * 60));
    let sandbox = Sandbox::builder().data(folder).settlement(settlement).start().await?;
    let partner = sandbox.clients().into_iter().nth(1).ok_or("there is no second client")?;
    for (name, value) in [
        ("CASHLINK_SANDBOX", sandbox.origin().to_owned()),
        ("CASHLINK_CLIENT_ID", sandbox.client_id().to_owned()),
        ("CASHLINK_CLIENT_SECRET", sandbox.client_secret().to_owned()),
        ("CASHLINK_PARTNER_CLIENT_ID", partner.id),
        ("CASHLINK_PARTNER_CLIENT_SECRET", partner.secret),
        ("CASHLINK_CAMPAIGN_ID", sandbox.campaign_id().to_string()),
        ("CASHLINK_PRODUCT_ID", sandbox.product_id().to_string()),
        ("CASHLINK_INVESTOR_ID", sandbox.investor_id().to_string()),
        ("CASHLINK_ISSUER_ID", sandbox.issuer_id().to_string()),
        ("CASHLINK_DISTRIBUTION_PLATFORM_ID", sandbox.platform_id().to_string()),
    ] {
        println!("{name}={value}");
    }
    println!("READY");
    std::future::pending().await
}
