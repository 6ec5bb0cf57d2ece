//! How often each operation ended how.

use std::{collections::BTreeMap, fmt};

use cashlink::Outcome;

use super::judge::Said;

/// How often each operation ended how.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    by_operation: BTreeMap<&'static str, Row>,
    settled: Row,
}

/// Applied, rejected, not sent, unknown.
type Row = [u64; 4];

impl Tally {
    /// The calls so far.
    pub fn calls(&self) -> u64 {
        self.by_operation.values().flatten().sum()
    }

    /// The operations that at least one call was made of.
    pub fn operations(&self) -> usize {
        self.by_operation.len()
    }

    /// How often each outcome was met: applied, rejected, not sent, unknown.
    pub fn outcomes(&self) -> [u64; 4] {
        self.by_operation.values().fold(Row::default(), |sum, row| added(&sum, row))
    }

    /// How the intents stood after all was settled: applied, rejected, not sent, unknown.
    pub fn settled(&self) -> [u64; 4] {
        self.settled
    }

    /// Adds what another tally has.
    pub fn add(&mut self, other: &Self) {
        for (operation, row) in &other.by_operation {
            let sum = self.by_operation.entry(operation).or_default();
            *sum = added(sum, row);
        }
        self.settled = added(&self.settled, &other.settled);
    }

    pub(super) fn count(&mut self, operation: &'static str, said: Said) {
        self.by_operation.entry(operation).or_default()[column(said)] += 1;
    }

    pub(super) fn count_settled(&mut self, said: Said) {
        self.settled[column(said)] += 1;
    }
}

fn column(said: Said) -> usize {
    match said {
        Said::Applied => 0,
        Said::Failed(Outcome::Rejected, _) => 1,
        Said::Failed(Outcome::NotSent, _) => 2,
        Said::Failed(Outcome::Unknown, _) => 3,
    }
}

fn added(one: &Row, other: &Row) -> Row {
    std::array::from_fn(|column| one[column] + other[column])
}

/// A table.
impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, [applied, rejected, not_sent, unknown]: Row| {
            let calls = applied + rejected + not_sent + unknown;
            writeln!(formatter, "{name:<52}{calls:>9}{applied:>9}{rejected:>10}{not_sent:>10}{unknown:>9}")
        };
        for (operation, row) in &self.by_operation {
            line(operation, *row)?;
        }
        line("all calls", self.outcomes())?;
        line("all intents, when settled", self.settled)
    }
}

impl Tally {
    /// The line above the table.
    pub fn title() -> String {
        format!("{:<52}{:>9}{:>9}{:>10}{:>10}{:>9}", "", "calls", "applied", "rejected", "not sent", "unknown")
    }
}
