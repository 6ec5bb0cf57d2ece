//! An intent as a row of its table, and its checksums.
//!
//! There are two of them, so that finishing an intent need not read its body: one of what was begun, and one of that
//! checksum with the place, the state and the ending. The second stands for the row.

use cashlink::{
    IdempotencyKey,
    journal::{Content, Digest, Ending, Facts, Intent, IntentState, NewIntent},
};
use rusqlite::Row;

use crate::{
    column::{json, time, uuid},
    failure::{Failure, Result},
    sum::Sum,
};

/// What [`intent`] reads.
pub(crate) const COLUMNS: &str = "sequence, key, operation_id, address, digest, content, body, run_id, step, begun_at, \
    begun_sum, state, ended_at, status, facts, reply, note, sum, EXISTS (SELECT 1 FROM intents AS later \
    WHERE later.place = intents.place AND later.sequence > intents.sequence \
    AND later.operation_id = intents.operation_id AND later.address = intents.address)";

pub(super) fn intent(row: &Row<'_>) -> Result<Intent> {
    let (begun_sum, sum): (i64, i64) = (row.get(10)?, row.get(17)?);
    let (sequence, state): (i64, IntentState) = (row.get(0)?, row.get_ref(11)?.as_str()?.parse()?);
    let (new, ending) = (new_intent(row)?, ending(row, state)?);
    if self::begun_sum(&new) != begun_sum || ended_sum(begun_sum, sequence, state, ending.as_ref()) != sum {
        return Err(Failure::damaged(format!("intent {sequence} is damaged")));
    }
    Ok(Intent { sequence: sequence.cast_unsigned(), new, state, ending, is_overtaken: row.get(18)? })
}

/// Reads an intent only to see that it is whole.
pub(crate) fn check(row: &Row<'_>) -> Result<()> {
    intent(row).map(|_| ())
}

fn new_intent(row: &Row<'_>) -> Result<NewIntent> {
    let key = IdempotencyKey::new(row.get::<_, String>(1)?);
    let content = match (row.get_ref(5)?.as_str()?, row.get(6)?) {
        ("none", None) => Content::None,
        ("sealed", Some(body)) => Content::Sealed(body),
        ("withheld", None) => Content::Withheld,
        ("document", None) => Content::Document,
        _ => return Err(Failure::damaged("an intent has content of an unknown kind")),
    };
    let step = match (row.get_ref(7)?.as_blob_or_null()?, row.get(8)?) {
        (Some(run), Some(step)) => Some((uuid(run)?, step)),
        (None, None) => None,
        _ => return Err(Failure::damaged("an intent has half a step")),
    };
    Ok(NewIntent {
        key: key.map_err(|_| Failure::damaged("an intent has no valid key"))?,
        operation_id: row.get(2)?,
        address: row.get(3)?,
        digest: Digest::from_bytes(row.get(4)?),
        content,
        step,
        begun_at: time(row, 9)?,
    })
}

fn ending(row: &Row<'_>, state: IntentState) -> Result<Option<Ending>> {
    if row.get_ref(12)?.as_str_or_null()?.is_none() {
        return Ok(None);
    }
    Ok(Some(Ending {
        state,
        at: time(row, 12)?,
        status: row.get(13)?,
        facts: json(row.get_ref(14)?.as_str()?)?,
        reply: row.get(15)?,
        note: row.get(16)?,
    }))
}

/// The word for a kind of content, and the content.
pub(super) fn content(content: &Content) -> (&'static str, Option<&[u8]>) {
    match content {
        Content::None => ("none", None),
        Content::Sealed(body) => ("sealed", Some(body)),
        Content::Withheld => ("withheld", None),
        Content::Document => ("document", None),
    }
}

/// Facts as JSON.
pub(super) fn facts(facts: &Facts) -> String {
    // Ids and a text: nothing of this can fail to be JSON.
    serde_json::to_string(facts).unwrap_or_default()
}

/// The checksum of what was begun.
pub(super) fn begun_sum(new: &NewIntent) -> i64 {
    let (kind, body) = content(&new.content);
    let sum = Sum::default().text(new.key.as_str()).text(&new.operation_id).text(&new.address);
    let sum = sum.bytes(new.digest.as_bytes()).text(kind).maybe(body);
    let sum = sum.maybe(new.step.as_ref().map(|(run, _)| run.as_bytes()));
    sum.maybe(new.step.as_ref().map(|(_, step)| step)).time(new.begun_at).finish()
}

/// The checksum of the row.
pub(super) fn ended_sum(begun_sum: i64, sequence: i64, state: IntentState, ending: Option<&Ending>) -> i64 {
    let sum = Sum::default().number(begun_sum).number(sequence).text(state.as_str());
    let Some(ending) = ending else {
        return sum.number(0).finish();
    };
    let sum = sum.number(1).time(ending.at).number(ending.status.map_or(-1, i64::from)).text(&facts(&ending.facts));
    sum.maybe(ending.reply.as_ref()).maybe(ending.note.as_ref()).finish()
}
