//! What `listen` tells, line by line.

use std::{thread, time::Duration};

use cashlink::time::{Clock as _, SystemClock};
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use crate::{args::Verbosity, output, webhooks::told::Told};

/// How many lines wait for a slow reader before deliveries do.
const WAITING: usize = 1_000;

/// How long a reader is waited for in the end.
const PATIENCE: Duration = Duration::from_secs(5);

/// One thing that is told.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum Line {
    /// What whoever sends events needs.
    Listening { url: String, token: Option<String>, token_url: Option<String> },
    /// A delivery that was taken.
    Received {
        received_at: Timestamp,
        #[serde(flatten)]
        event: Told,
        recorded: &'static str,
    },
    /// A delivery that was not taken.
    Refused { at: Timestamp, reply_status: u16, reason: &'static str },
    /// An event that was sent on.
    Forwarded {
        at: Timestamp,
        #[serde(flatten)]
        event: Told,
        reply_status: u16,
        ms: u128,
    },
    /// An event that could not be sent on yet.
    NotForwarded {
        at: Timestamp,
        #[serde(flatten)]
        event: Told,
        reply_status: Option<u16>,
        reason: String,
        again_in_ms: u128,
    },
}

impl Line {
    /// The line of a person. What went wrong is for stderr.
    fn show(&self) {
        match self {
            Self::Listening { url, token, token_url } => {
                output::result(&format!("CASHLINK_WEBHOOK_URL={url}"));
                if let Some(token) = token {
                    output::result(&format!("CASHLINK_WEBHOOK_TOKEN={token}"));
                }
                if let Some(url) = token_url {
                    output::result(&format!("CASHLINK_WEBHOOK_TOKEN_URL={url}"));
                }
                output::result("READY");
            }
            Self::Received { received_at, event, recorded } => {
                output::result(&format!("{}  {recorded}", event.in_words(*received_at)));
            }
            Self::Forwarded { at, event, reply_status, ms } => {
                output::result(&format!("{}  forwarded: status {reply_status} in {ms} ms", event.in_words(*at)));
            }
            Self::Refused { reply_status, reason, .. } => {
                output::note(&format!("a delivery was refused: {reason} (status {reply_status})"));
            }
            Self::NotForwarded { event, reason, again_in_ms, .. } => {
                let again = humantime::format_duration(Duration::from_millis(u64::try_from(*again_in_ms).unwrap_or(0)));
                output::note(&format!("event {} is not forwarded yet: {reason}; again in {again}", event.event_id));
            }
        }
    }
}

/// Takes lines to be written. A reader who stops to read holds nobody up but those who have something to tell.
#[derive(Clone, Debug)]
pub(super) struct Lines(mpsc::Sender<Line>);

/// Writes the lines.
pub(super) struct Writer {
    done: oneshot::Receiver<()>,
}

impl Lines {
    pub(super) fn new(verbosity: &Verbosity) -> (Self, Writer) {
        let (lines, mut waiting) = mpsc::channel::<Line>(WAITING);
        let (tell, done) = oneshot::channel();
        let is_json = verbosity.json;
        // Writing to a reader who does not read would block the runtime, and the end of the program.
        thread::spawn(move || {
            while let Some(line) = waiting.blocking_recv() {
                match serde_json::to_string(&line) {
                    Ok(text) if is_json => output::result(&text),
                    _ => line.show(),
                }
            }
            // Nobody may be waiting any more.
            let _ = tell.send(());
        });
        (Self(lines), Writer { done })
    }

    /// Tells `line`, as soon as there is room.
    pub(super) async fn tell(&self, line: Line) {
        // It fails only after the thread has ended, which it does last.
        let _ = self.0.send(line).await;
    }

    /// Tells `line` if there is room: strangers may cause any number of it.
    pub(super) fn tell_if_room(&self, line: Line) {
        let _ = self.0.try_send(line);
    }
}

impl Writer {
    /// Waits until all is written, when nobody has anything to tell any more.
    pub(super) async fn end(self) {
        tokio::select! {
            _ = self.done => {}
            () = SystemClock.sleep(PATIENCE) => output::note("warning: nobody reads the last lines"),
        }
    }
}
