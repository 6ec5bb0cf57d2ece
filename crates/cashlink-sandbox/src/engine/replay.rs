//! Lets everything that a log holds happen again.

use jiff::Timestamp;

use super::event::Outcome;
use super::log::Reader;
use super::{Event, Record, State};
use crate::error::Kind;
use crate::http::App;

/// What was asked in a line of the log, and what came of it now.
struct Redone {
    line: usize,
    what: String,
    outcome: Outcome,
}

impl App {
    /// Lets the events of a log happen again, one after the other.
    pub(super) fn replay(&self, state: &mut State, log: &mut Reader) -> Result<(), Kind> {
        let mut last: Option<Redone> = None;
        while let Some(Record(at, event)) = log.record()? {
            if let Event::Outcome(before) = event {
                match last.take() {
                    Some(Redone { line, what, outcome }) if outcome != before => {
                        return Err(log.differs(line, what));
                    }
                    _ => continue,
                }
            }
            let redone = self.redo(state, at, event);
            last = redone.map(|(what, outcome)| Redone { line: log.lines(), what, outcome });
        }
        Ok(())
    }

    /// Lets `event` happen as it did; what was asked and what came of it, if that was asked of the world.
    fn redo(&self, state: &mut State, at: Timestamp, event: Event<'_>) -> Option<(String, Outcome)> {
        match event {
            Event::Call(change) => {
                let decision = state.do_change(&change, change.body_digest(), at);
                return Some((change.operation.id.clone(), Outcome::of(&decision.verdict)));
            }
            Event::Action(action) => {
                let outcome = Outcome::of_action(&self.perform(state, &action, at));
                return Some(("an action".to_owned(), outcome));
            }
            Event::Outcome(_) => {}
            Event::Entry(entry) => state.ledger.append(entry.into_owned()),
            Event::Offered(offer) => drop(state.faults.take(&offer.head())),
            Event::Spent(id) => state.faults.spend(id),
            Event::GivenBack(id) => state.faults.give_back(id),
            Event::AllGivenBack => drop(state.faults.give_all_back()),
            Event::Issued { token, grant } => state.tokens.add(token.into_owned(), grant.into_owned(), at),
            Event::Revoked { token } => state.tokens.revoke(&token),
            Event::Attempted(attempted) => state.take_attempt(&attempted, at),
        }
        None
    }
}
