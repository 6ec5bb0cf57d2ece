//! `cashlink intents show`.

use cashlink::{
    IdempotencyKey,
    journal::{Content, Intent, IntentState},
};
use serde::Serialize;

use super::{
    row::IntentRow,
    shown::{Reveal, Shown},
};
use crate::{
    args::{JournalOptions, Verbosity},
    failure::{self, Failure},
    journal::{Opened, Settings},
    output,
    problem::Problem,
    variables::Variables,
};

/// All that the journal has of an intent.
#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    intent: IntentRow,
    /// A later change has set the same.
    overtaken: bool,
    digest: String,
    body: Shown,
    reply: Shown,
}

/// Shows one intent.
pub(super) async fn run(
    options: &JournalOptions,
    key: &IdempotencyKey,
    reveal: Reveal,
    verbosity: &Verbosity,
    variables: &Variables,
) -> failure::Result<()> {
    let settings = Settings::new(options, variables).map_err(|problems| Failure::invalid(problems, None))?;
    let opened = settings.look().await?.ok_or_else(|| missing(&settings))?;
    let found = opened.journal.intents().find(key).await.map_err(|error| settings.failure(&error))?;
    let document = Document::of(&found.ok_or_else(|| missing(&settings))?, &opened, reveal);
    if verbosity.json {
        let written = output::document(&document);
        return Ok(written.map_err(|error| Failure::internal("the change cannot be written", &error))?);
    }
    document.lines().iter().for_each(|line| output::result(line));
    Ok(())
}

fn missing(settings: &Settings) -> Failure {
    let rule = format!("the journal {} has no such key", settings.path().display());
    let hint = "`cashlink intents list --all` lists all".to_owned();
    Failure::invalid(vec![Problem::new("KEY", rule)], Some(hint))
}

impl Document {
    fn of(intent: &Intent, opened: &Opened, reveal: Reveal) -> Self {
        let no_body = match intent.new.content {
            Content::Document => "a document, which is not kept",
            Content::Withheld => "not kept, as the journal had no key",
            Content::None | Content::Sealed(_) => "none",
        };
        let no_reply = match intent.state {
            IntentState::Applied => "not kept",
            _ => "none",
        };
        Self {
            intent: IntentRow::of(intent),
            overtaken: intent.is_overtaken,
            digest: intent.new.digest.to_string(),
            body: Shown::of(opened.journal.request(intent), reveal, no_body),
            reply: Shown::of(opened.journal.reply(intent), reveal, no_reply),
        }
    }

    fn lines(&self) -> Vec<String> {
        let row = &self.intent;
        let ids = row.ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let fields = [
            ("key", Some(row.key.clone())),
            ("operation", Some(row.operation_id.clone())),
            ("address", Some(row.address.clone())),
            ("state", Some(row.state.to_owned())),
            ("begun", Some(row.begun_at.clone())),
            ("known since", row.at.clone()),
            ("run", row.run_id.map(|id| id.to_string())),
            ("step", row.step.clone()),
            ("ids", Some(ids).filter(|ids| !ids.is_empty())),
            ("status", row.status.clone()),
            ("HTTP status", row.http_status.map(|status| status.to_string())),
            ("overtaken", self.overtaken.then(|| "by a later change of the same".to_owned())),
            ("note", row.note.clone()),
            ("digest", Some(self.digest.clone())),
        ];
        let given = fields.into_iter().filter_map(|(name, value)| Some(format!("{name:<12} {}", value?)));
        given.chain(self.body.lines("body")).chain(self.reply.lines("reply")).collect()
    }
}
