//! The arguments of `cashlink webhooks trigger`.

use std::time::Duration;

use cashlink::{InvestmentId, model::InvestmentStatus};
use cashlink_sandbox::InvestmentEvent;
use jiff::Timestamp;
use serde_json::Value;

use super::{SandboxOptions, SenderOptions};
use crate::{args::sandbox::time, duration};

/// The longest status that is sent, in bytes; receivers take no longer one.
const LONGEST_STATUS: usize = 64;

/// What can happen to an investment of a sandbox.
const EVENTS: [&str; 10] = [
    "kyc_cleared",
    "kyc_insufficient",
    "abort",
    "reviewed",
    "accept",
    "reject",
    "pay",
    "payment_missing",
    "cancel",
    "deliver",
];

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("kind").required(true).args(["to", "event"])))]
pub(crate) struct Trigger {
    /// Address of a receiver, to send an event of your own to; https, except on this machine.
    #[arg(long, value_name = "URL", requires = "status", conflicts_with_all = ["sandbox", "control_token_file"])]
    pub(crate) to: Option<String>,
    /// What is to happen to an investment of a sandbox.
    #[arg(long, value_name = "EVENT", value_parser = event, requires = "investment", help = events_in_words(),
        conflicts_with_all = ["status", "changed_at", "count", "timeout", "token", "token_file", "token_url"])]
    pub(crate) event: Option<InvestmentEvent>,
    /// The investment; a random one unless given, with --event one that the sandbox has.
    #[arg(long, value_name = "ID")]
    pub(crate) investment: Option<InvestmentId>,

    /// Status that the event tells, such as PAID. One that is not known is sent, too.
    #[arg(long, value_name = "STATUS", value_parser = status, help_heading = "Event of your own")]
    pub(crate) status: Option<InvestmentStatus>,
    /// When the status is said to have changed, such as 2030-01-01T00:00:00Z; now unless given.
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "Event of your own")]
    pub(crate) changed_at: Option<Timestamp>,
    /// How often the event is delivered, one delivery after the other. A receiver has to count it once.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..),
        help_heading = "Event of your own")]
    pub(crate) count: u32,
    /// How long a reply is waited for.
    #[arg(long, value_name = "DUR", default_value = "10s", value_parser = duration::timeout,
        help_heading = "Event of your own")]
    pub(crate) timeout: Duration,

    #[command(flatten)]
    pub(crate) sender: SenderOptions,
    #[command(flatten)]
    pub(crate) sandbox: SandboxOptions,
}

fn status(text: &str) -> Result<InvestmentStatus, String> {
    let is_one_word = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.is_empty() || text.len() > LONGEST_STATUS || !is_one_word {
        return Err(format!("must have 1 to {LONGEST_STATUS} visible characters of ASCII"));
    }
    Ok(text.into())
}

fn event(text: &str) -> Result<InvestmentEvent, String> {
    let named = Value::String(text.replace('-', "_"));
    serde_json::from_value(named).map_err(|_| format!("there is no such event; there are: {}", EVENTS.join(", ")))
}

fn events_in_words() -> String {
    format!("What is to happen to an investment of a sandbox: {}", EVENTS.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_events_are_those_of_the_sandbox() {
        let all = serde_json::from_str::<InvestmentEvent>("\"nothing\"").unwrap_err().to_string();
        assert_eq!(all.matches('`').count(), 2 * (EVENTS.len() + 1), "{all}");
        for name in EVENTS {
            assert_eq!(serde_json::to_value(event(name).unwrap()).unwrap(), name);
        }
        assert_eq!(event("payment-missing"), Ok(InvestmentEvent::PaymentMissing));
    }
}
