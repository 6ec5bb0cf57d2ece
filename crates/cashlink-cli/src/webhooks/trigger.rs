//! `cashlink webhooks trigger`.

use cashlink::{
    InvestmentId,
    model::InvestmentStatus,
    time::{Clock as _, SystemClock},
    webhook::Event,
};
use cashlink_sandbox::InvestmentEvent;
use jiff::{Timestamp, Unit};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    address,
    control::Control,
    post::Ended,
    sender::{Credentials, Sender},
};
use crate::{
    args::{self, Verbosity},
    exit::Exit,
    failure::{self, Failure},
    output,
    signals::Signals,
    variables::Variables,
};

/// One delivery that was answered.
#[derive(Serialize)]
struct Delivered<'a> {
    /// Counted from 1.
    delivery: u32,
    event_id: Uuid,
    #[serde(flatten)]
    event: &'a Event,
    /// Of HTTP.
    reply_status: u16,
    ms: u128,
}

/// Something that happened in a sandbox.
#[derive(Serialize)]
struct Happened {
    status: &'static str,
    investment_id: InvestmentId,
    event: InvestmentEvent,
}

/// Sends an event of the user's own, or has a sandbox send one.
pub(super) async fn run(args: &args::Trigger, verbosity: &Verbosity, variables: &Variables) -> failure::Result<()> {
    match (&args.to, &args.status, args.event, args.investment) {
        (Some(to), Some(status), ..) => deliver(args, to, status, verbosity, variables).await,
        (_, _, Some(event), Some(investment)) => happen(args, investment, event, verbosity, variables).await,
        _ => Err(Failure::usage("--to with --status is needed, or --event with --investment").into()),
    }
}

async fn happen(
    args: &args::Trigger,
    investment_id: InvestmentId,
    event: InvestmentEvent,
    verbosity: &Verbosity,
    variables: &Variables,
) -> failure::Result<()> {
    let control = Control::new(&args.sandbox, variables)?;
    let path = format!("/_sandbox/investments/{investment_id}/events");
    control.post(&path, Some(&json!({ "event": event }))).await?;
    let happened = Happened { status: Exit::Done.word(), investment_id, event };
    if verbosity.json {
        let written = output::document(&happened);
        return Ok(written.map_err(|error| Failure::internal("the result cannot be written", &error))?);
    }
    output::result(&format!("done: investment {investment_id}; webhooks of its client are told if its status changed"));
    Ok(())
}

async fn deliver(
    args: &args::Trigger,
    to: &str,
    status: &InvestmentStatus,
    verbosity: &Verbosity,
    variables: &Variables,
) -> failure::Result<()> {
    let (url, credentials) = match (address::receiver(to, "--to"), Credentials::new(&args.sender, variables)) {
        (Ok(url), Ok(credentials)) => (url, credentials),
        (url, credentials) => {
            let problems = url.err().into_iter().chain(credentials.err().into_iter().flatten()).collect();
            return Err(Failure::invalid(problems, None).into());
        }
    };
    let investment = args.investment.unwrap_or_else(|| InvestmentId::new(Uuid::new_v4()));
    let event = Event::new(investment, status.clone(), args.changed_at.unwrap_or_else(now));
    if status.is_unknown() && !verbosity.quiet {
        output::note("this status is none that is known; receivers have to take it all the same");
    }
    let mut sender = Sender::new(url, credentials, args.timeout)?;
    let mut signals = Signals::listen()?;
    if !verbosity.quiet {
        output::note(&format!("event {}: {}", event.id(), in_words(&event)));
    }
    for (delivery, done) in (1..=args.count).zip(0..) {
        let ended = tokio::select! {
            biased;
            ended = sender.send(&event) => ended.map_err(|failure| failure.after(done))?,
            () = signals.received() => return Err(interrupted(delivery, &event).into()),
        };
        match ended {
            Ended::Answered(answer) if answer.is_success() => {
                let (reply_status, ms) = (answer.status, answer.elapsed.as_millis());
                show(&Delivered { delivery, event_id: event.id(), event: &event, reply_status, ms }, verbosity)?;
            }
            ended => {
                return Err(Failure::of_delivery(&ended, &again(&event)).after(done).into());
            }
        }
    }
    Ok(())
}

fn show(delivered: &Delivered<'_>, verbosity: &Verbosity) -> failure::Result<()> {
    let Delivered { delivery, reply_status, ms, .. } = delivered;
    let line = if verbosity.json {
        serde_json::to_string(delivered).map_err(|error| Failure::internal("the line cannot be written", &error))?
    } else {
        format!("{delivery:>5}  status {reply_status}  {ms} ms")
    };
    output::result(&line);
    Ok(())
}

/// The time as the API writes it, to the microsecond.
fn now() -> Timestamp {
    let now = SystemClock.wall();
    // Rounding fails only at the end of time.
    now.round(Unit::Microsecond).unwrap_or(now)
}

fn in_words(event: &Event) -> String {
    let changed_at = event.changed_at().map(|time| format!(" at {time}")).unwrap_or_default();
    format!("investment {} is {}{changed_at}", event.investment_id(), event.status())
}

/// The options that name the same event.
fn again(event: &Event) -> String {
    let changed_at = event.changed_at().map(|time| format!(" --changed-at {time}")).unwrap_or_default();
    format!("--status {} --investment {}{changed_at}", event.status(), event.investment_id())
}

fn interrupted(delivery: u32, event: &Event) -> Failure {
    let hint = format!("send it again by `{}`: a receiver counts the same event once", again(event));
    Failure::interrupted(format!("interrupted at delivery {delivery}, which may have arrived"), Some(hint))
}
