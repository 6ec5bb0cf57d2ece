//! Sends what an inbox has to a receiver, in the order in which it came.

use cashlink::webhook::{Inbox as _, Received};
use cashlink_sqlite::SqliteInbox;
use jiff::Timestamp;
use serde::Serialize;

use super::{Summary, say};
use crate::{
    args::{self, Verbosity},
    exit::Exit,
    failure::{self, Failure},
    signals::Signals,
    variables::Variables,
    webhooks::{
        address,
        inbox::{self, Place},
        post::Ended,
        sender::{Credentials, Sender},
        told::{Told, word},
    },
};

/// How many events are read at a time.
const SLICE: usize = 100;

/// One event that was sent, or would be.
#[derive(Serialize)]
struct Line {
    what: &'static str,
    received_at: Timestamp,
    #[serde(flatten)]
    event: Told,
    /// What had become of it when it came.
    recorded: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<u128>,
}

pub(super) async fn run(
    args: &args::Replay,
    to: &str,
    verbosity: &Verbosity,
    variables: &Variables,
) -> failure::Result<()> {
    let (url, place) = (address::receiver(to, "--to"), Place::new(&args.inbox, variables));
    // Nothing is sent, so nothing is needed to send it with.
    let credentials = (!args.dry_run).then(|| Credentials::new(&args.sender, variables)).transpose();
    let (url, place, credentials) = match (url, place, credentials) {
        (Ok(url), Ok(place), Ok(credentials)) => (url, place, credentials),
        (url, place, credentials) => {
            let problems = url.err().into_iter().chain(place.err()).chain(credentials.err().into_iter().flatten());
            return Err(Failure::invalid(problems.collect(), None).into());
        }
    };
    let sender = credentials.map(|credentials| Sender::new(url, credentials, args.timeout)).transpose()?;
    let mut signals = Signals::listen()?;
    let opened = place.open_existing().await?;
    let mut replay = Replay { args, verbosity, place: &place, sender, sent: 0 };
    let ended = tokio::select! {
        biased;
        ended = replay.run(&opened) => ended,
        () = signals.received() => Err(interrupted().into()),
    };
    inbox::close(opened).await;
    ended?;
    let (sent, verb) = (replay.sent, if args.dry_run { "would be sent" } else { "sent" });
    say(&Summary { status: Exit::Done.word(), sent }, &format!("{sent} {verb}"), verbosity)
}

struct Replay<'a> {
    args: &'a args::Replay,
    verbosity: &'a Verbosity,
    place: &'a Place,
    /// None if nothing is to be sent.
    sender: Option<Sender>,
    sent: usize,
}

impl Replay<'_> {
    async fn run(&mut self, inbox: &SqliteInbox) -> failure::Result<()> {
        let mut place = 0;
        loop {
            let slice = inbox.list(place, SLICE).await.map_err(|error| self.place.failure(&error))?;
            let Some(last) = slice.last() else { return Ok(()) };
            place = last.place;
            for received in &slice {
                if self.is_wanted(received) {
                    self.send(received).await?;
                }
            }
        }
    }

    fn is_wanted(&self, received: &Received) -> bool {
        let args::Replay { investment, since, until, .. } = self.args;
        investment.is_none_or(|investment| received.event.investment_id() == investment)
            && since.is_none_or(|since| received.received_at >= since)
            && until.is_none_or(|until| received.received_at < until)
    }

    async fn send(&mut self, received: &Received) -> failure::Result<()> {
        let (received_at, event) = (received.received_at, Told::of(&received.event));
        let recorded = word(received.recorded);
        let text = format!("{}  {recorded}", event.in_words(received_at));
        let line = Line { what: "would_send", received_at, event, recorded, reply_status: None, ms: None };
        let Some(sender) = &mut self.sender else {
            self.sent += 1;
            return say(&line, &text, self.verbosity);
        };
        let sent = self.sent;
        match sender.send(&received.event).await.map_err(|failure| failure.after(sent))? {
            Ended::Answered(answer) if answer.is_success() => {
                self.sent += 1;
                let (status, ms) = (answer.status, answer.elapsed.as_millis());
                let line = Line { what: "sent", reply_status: Some(status), ms: Some(ms), ..line };
                say(&line, &format!("{text}, sent: status {status} in {ms} ms"), self.verbosity)
            }
            ended => {
                let again = format!("--since {received_at}");
                Err(Failure::of_delivery(&ended, &again).going_on(&again).after(self.sent).into())
            }
        }
    }
}

fn interrupted() -> Failure {
    let hint = "run it again, with --since and the time of the last line: a receiver counts the same event once";
    Failure::interrupted("interrupted".to_owned(), Some(hint.to_owned()))
}
