//! Lets everything that a log holds happen again.

use super::{Change, Event, Record, State};
use crate::error::Kind;
use crate::http::App;

impl App {
    /// Lets the events of a log happen again, one after the other.
    pub(crate) fn replay(&self, state: &mut State, records: Vec<Record<'_>>) -> Result<(), Kind> {
        for (index, Record(at, event)) in records.into_iter().enumerate() {
            // The first line says from what all of it follows.
            let line = index + 2;
            match event {
                Event::Call { change, outcome } => {
                    let now = state.redo(&change, at);
                    if now != outcome {
                        return Err(Kind::DataDiffers { line, operation_id: change.operation.id.clone() });
                    }
                }
                Event::Entry(entry) => state.ledger.append(entry.into_owned()),
                Event::Offered(offer) => drop(state.faults.take(&offer.head())),
                Event::Spent(id) => state.faults.spend(id),
                Event::GivenBack(id) => state.faults.give_back(id),
                Event::Issued { token, grant } => state.tokens.add(token.into_owned(), grant.into_owned()),
                Event::Revoked { token } => state.tokens.revoke(&token),
                Event::Action(action) => {
                    let done = self.perform(state, &action, at);
                    done.map_err(|_| Kind::DataDiffers { line, operation_id: "an action".to_owned() })?;
                }
            }
        }
        Ok(())
    }
}

impl State {
    fn redo(&mut self, change: &Change, at: jiff::Timestamp) -> super::event::Fingerprint {
        let decision = self.decide(change, change.body_digest(), at);
        super::event::Fingerprint::of(&decision.verdict)
    }
}
