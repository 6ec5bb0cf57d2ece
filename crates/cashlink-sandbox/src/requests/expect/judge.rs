//! Holds what was expected against what there is.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{CallMatch, Count, Findings, Nearest};
use crate::ledger::LedgerEntry;
use crate::requests::Record;
use crate::requests::criteria::{Criteria, Difference, Facts, Field};

/// How many of those that fit are named.
const NAMED: usize = 20;

/// How many of those that come close are named.
const NEAREST: usize = 3;

impl Facts for Arc<Record> {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn fact(&self, field: Field) -> Value {
        match field {
            Field::OperationId => json!(self.operation_id),
            Field::ClientId => json!(self.client_id),
            Field::IdempotencyKey => json!(self.idempotency_key()),
            Field::Status => json!(self.status()),
            Field::Outcome => json!(self.outcome),
            Field::Method => json!(self.called.method.as_str()),
            Field::Path => json!(self.path()),
            Field::Resource => Value::Null,
            Field::Headers => json!(self.called.fields.shown()),
            Field::Body => {
                let body = self.request().body.unwrap_or_default();
                body.file.map_or_else(|| body.json.unwrap_or_default(), |file| json!(file))
            }
        }
    }
}

impl Facts for LedgerEntry {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn fact(&self, field: Field) -> Value {
        match field {
            Field::OperationId => json!(self.operation_id),
            Field::IdempotencyKey => json!(self.idempotency_key),
            Field::Status => json!(self.status),
            Field::Outcome => json!(self.outcome),
            Field::Method => json!(self.method),
            Field::Path => json!(self.path),
            Field::Resource => json!(self.resource.as_ref().map(|resource| &resource.kind)),
            Field::ClientId | Field::Headers | Field::Body => Value::Null,
        }
    }
}

pub(super) fn counted<T: Facts>(noun: &str, wanted: &Criteria, expected: Count, all: &[T]) -> Findings {
    let fitting: Vec<u64> = all.iter().filter(|one| wanted.fit(*one)).map(Facts::seq).collect();
    let found = fitting.len() as u64;
    let nearest = if found < expected.min { nearest(wanted, all) } else { Vec::new() };
    let with = if wanted.is_empty() { String::new() } else { format!(" with {wanted}") };
    let message = format!("{noun}{with}: expected {expected}, found {found}.{}", in_words(&nearest));
    let matched = fitting.into_iter().take(NAMED).collect();
    Findings { holds: expected.has(found), found, expected, matched, nearest, message }
}

pub(super) fn in_order(wanted: &[CallMatch], calls: &[Arc<Record>]) -> Findings {
    let mut rest = calls;
    let mut matched = Vec::new();
    for step in wanted {
        // Taking the first that fits leaves the most for the steps behind it.
        let Some(index) = rest.iter().position(|call| step.0.fit(call)) else {
            break;
        };
        matched.push(rest[index].seq);
        rest = &rest[index + 1..];
    }
    let found = matched.len() as u64;
    let missing = wanted.get(matched.len());
    let nearest = missing.map(|missing| nearest(&missing.0, rest)).unwrap_or_default();
    let message = match (missing, matched.last()) {
        (None, _) => format!("Found all {found} calls in order."),
        (Some(missing), None) => format!("Found no call 1 with {}.{}", missing.0, in_words(&nearest)),
        (Some(missing), Some(seq)) => {
            format!("Found no call {} behind #{seq} with {}.{}", found + 1, missing.0, in_words(&nearest))
        }
    };
    let expected = Count::exactly(wanted.len() as u64);
    matched.truncate(NAMED);
    Findings { holds: missing.is_none(), found, expected, matched, nearest, message }
}

/// Those that differ least, the newest first among equals.
fn nearest<T: Facts>(wanted: &Criteria, all: &[T]) -> Vec<Nearest> {
    let mut differing: Vec<(_, &T, Difference)> = Vec::new();
    for one in all.iter().rev() {
        let (distance, differences) = wanted.differences(one);
        differing.extend(differences.into_iter().next().map(|first| (distance, one, first)));
    }
    differing.sort_by_key(|(distance, ..)| *distance);
    let nearest = differing.into_iter().take(NEAREST);
    nearest
        .map(|(_, one, difference)| Nearest {
            seq: one.seq(),
            operation_id: one.fact(Field::OperationId).as_str().map(str::to_owned),
            status: one.fact(Field::Status).as_u64().and_then(|status| u16::try_from(status).ok()),
            difference,
        })
        .collect()
}

fn in_words(nearest: &[Nearest]) -> String {
    let words = nearest.iter().map(|near| {
        let operation = near.operation_id.as_deref().unwrap_or("no operation");
        let status = near.status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
        let Difference { place, expected, found } = &near.difference;
        format!(" #{} ({operation}, {status}) has {place} {found}, not {expected}.", near.seq)
    });
    let words: String = words.collect();
    if words.is_empty() { words } else { format!(" Nearest:{words}") }
}
