//! Makes up for what no event told of while nothing was received.

use cashlink::{
    Cashlink,
    webhook::{CatchUpError, CaughtUp, Inbox, catch_up},
};

/// Has the effects of what was missed happen. It needs the scope `investments:read`, and does no harm if nothing was missed.
pub(crate) async fn make_up(cashlink: &Cashlink, inbox: &dyn Inbox) -> Result<CaughtUp, CatchUpError> {
    let investments = cashlink.platform().investments().list();
    catch_up(investments, inbox).observe(|so_far| tracing::info!(?so_far)).send().await
}
