//! Has a sandbox send deliveries of its webhooks again.

use serde::{Deserialize, Serialize};

use super::{Summary, say};
use crate::{
    args::{self, Verbosity},
    exit::Exit,
    failure::{self, Failure},
    mask,
    variables::Variables,
    webhooks::control::Control,
};

const DELIVERIES: &str = "/_sandbox/webhooks/deliveries";

/// A delivery, as far as it matters here.
#[derive(Deserialize)]
struct Delivery {
    id: u64,
    investment_id: String,
    status: String,
    state: String,
}

/// One delivery that the sandbox sends again.
#[derive(Serialize)]
struct Line {
    what: &'static str,
    delivery: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    investment_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
}

pub(super) async fn run(args: &args::Replay, verbosity: &Verbosity, variables: &Variables) -> failure::Result<()> {
    let control = Control::new(&args.sandbox, variables)?;
    let lines = if args.delivery.is_empty() {
        let known = known(&control).await?;
        known.into_iter().filter(|delivery| args.all || delivery.state == "pending").map(Line::of).collect()
    } else {
        args.delivery.iter().map(|id| Line::of_id(*id)).collect::<Vec<_>>()
    };
    let mut sent = 0;
    for line in lines {
        let resent = control.post(&format!("{DELIVERIES}/{}/resend", line.delivery), None).await;
        resent.map_err(|failure| failure.after(sent))?;
        sent += 1;
        say(&line, &line.in_words(), verbosity)?;
    }
    let text = format!("{sent} sent again; GET {DELIVERIES} of the sandbox shows what came of them");
    say(&Summary { status: Exit::Done.word(), sent }, &text, verbosity)
}

/// Everything that the sandbox still knows, oldest first.
async fn known(control: &Control) -> failure::Result<Vec<Delivery>> {
    let (mut known, mut after) = (Vec::new(), 0);
    loop {
        let body = control.get(&format!("{DELIVERIES}?after={after}")).await?;
        let part: Vec<Delivery> = serde_json::from_slice(&body)
            .map_err(|error| Failure::internal("the deliveries of the sandbox cannot be read", &error))?;
        match part.last() {
            Some(last) if last.id > after => after = last.id,
            _ => return Ok(known),
        }
        known.extend(part);
    }
}

impl Line {
    fn of(delivery: Delivery) -> Self {
        let Delivery { id, investment_id, status, .. } = delivery;
        let (investment_id, status) = (Some(mask::plain(&investment_id)), Some(mask::plain(&status)));
        Self { investment_id, status, ..Self::of_id(id) }
    }

    fn of_id(delivery: u64) -> Self {
        Self { what: "resent", delivery, investment_id: None, status: None }
    }

    fn in_words(&self) -> String {
        let words = [self.investment_id.as_deref(), self.status.as_deref()];
        let line = format!("{:>5}  {}", self.delivery, words.map(Option::unwrap_or_default).join("  "));
        line.trim_end().to_owned()
    }
}
