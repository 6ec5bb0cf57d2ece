//! What can go wrong with what webhooks are told, as data.

use std::time::Duration;

use crate::world::Status;

/// What goes wrong with one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// It is told so many times more.
    Duplicate(u32),
    /// It is told after the next one of its investment.
    Reorder,
    /// It is told only after so long by the sandbox's clock, and what comes after it of its investment waits.
    Delay(Duration),
}

impl Mishap {
    /// As it is called over HTTP.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Duplicate(_) => "webhook_duplicate",
            Self::Reorder => "webhook_reorder",
            Self::Delay(_) => "webhook_delay",
        }
    }
}

/// What is known of an event before it is put into any line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventHead<'a> {
    /// Whose investment it is about.
    pub(crate) client_id: &'a str,
    /// What the investment became.
    pub(crate) status: Status,
}
