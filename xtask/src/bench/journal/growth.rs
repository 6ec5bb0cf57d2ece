//! One journal that grows, is left as by a crash, and is opened again.

use anyhow::Result;
use serde_json::Value;

use super::{
    Folder, Program,
    rounds::{MEDIAN, RATE, TAIL},
};
use crate::bench::{
    peer::Core,
    progress,
    spread::{Spread, number, per},
    table::{Column, Table},
};

const CALLERS: &str = "64";
const PENDING: &str = "10000";

/// Stops that callers notice, such as when SQLite brings its log into the file.
const LONGEST: Column = Column { title: "longest ms", key: "max_ms", digits: 1 };

/// Times after which something was there, in seconds and by round.
#[derive(Debug, Default)]
struct Recoveries {
    opened: Vec<Option<f64>>,
    first: Vec<Option<f64>>,
    all: Vec<Option<f64>>,
}

#[derive(Debug)]
pub(super) struct Growth {
    rows: u32,
    /// What the program said.
    result: Value,
    cold: Recoveries,
    warm: Recoveries,
    can_forget: bool,
}

/// Lets a journal grow to `rows` finished intents and some pending ones, and then opens it `rounds` times.
pub(super) fn measure(program: &Program, folder: &Folder, rows: u32, rounds: usize) -> Result<Growth> {
    progress::show(&format!("journal: growing to {rows} rows"));
    folder.clear()?;
    let path = folder.as_text()?;
    let result = program.measure(Core::Any, &["journal-growth", path, CALLERS, &rows.to_string(), PENDING])?;
    let (mut cold, mut warm) = (Recoveries::default(), Recoveries::default());
    let mut can_forget = true;
    for round in 0..rounds {
        progress::show(&format!("journal: recovery {} of {rounds}", round + 1));
        let recover = || program.measure(Core::Any, &["journal-recovery", path]);
        can_forget &= folder.forget()?;
        cold.add(&recover()?);
        warm.add(&recover()?);
    }
    progress::show("");
    Ok(Growth { rows, result, cold, warm, can_forget })
}

impl Recoveries {
    fn add(&mut self, result: &Value) {
        let of = |key| number(result, key).and_then(|nanos| per(nanos, 1e9));
        self.opened.push(of("open_ns"));
        self.first.push(of("first_ns"));
        self.all.push(of("all_ns"));
    }

    fn row(&self) -> Vec<Option<Spread>> {
        [&self.opened, &self.first, &self.all].map(|values| Spread::of(values.iter().copied())).to_vec()
    }
}

impl Growth {
    /// Seconds to the first pending intent.
    pub(super) fn first_pending(&self) -> Option<Spread> {
        Spread::of(self.cold.first.iter().copied()).filter(|_| self.can_forget)
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let megabytes = |key| number(&self.result, key).and_then(|bytes| per(bytes, 1e6)).unwrap_or_default();
        let mut notes = vec![format!(
            "{} rows took {:.0} MB when they were begun, {:.0} MB when they were finished",
            self.rows,
            megabytes("bytes"),
            megabytes("bytes_finished")
        )];
        if !self.can_forget {
            notes.push(
                "the system cannot be told to forget a file here (dd of GNU): every recovery found it in memory".into(),
            );
        }
        notes
    }

    pub(super) fn tables(&self) -> [Table; 2] {
        let parts = self.result["parts"].as_array().map(Vec::as_slice).unwrap_or_default();
        let one = |value: Option<&Value>| value.map(|value| sample(std::slice::from_ref(value))).unwrap_or_default();
        let growth = Table {
            title: format!("{} rows, {CALLERS} callers", self.rows),
            columns: vec![RATE, MEDIAN, TAIL, LONGEST],
            rows: vec![
                ("first tenth", one(parts.first())),
                ("last tenth", one(parts.last())),
                ("all tenths", sample(parts)),
                ("finishing", one(self.result.get("finished"))),
            ],
        };
        let seconds = |title, key| Column { title, key, digits: 3 };
        let recovery = Table {
            title: format!("{PENDING} pending, {} finished, s", self.rows),
            columns: vec![seconds("open", "open_s"), seconds("first", "first_s"), seconds("all", "all_s")],
            rows: vec![("from disk", self.cold.row()), ("from memory", self.warm.row())],
        };
        [growth, recovery]
    }
}

/// The columns of the first table, over all `parts`.
fn sample(parts: &[Value]) -> Vec<Option<Spread>> {
    let of = |key, divisor: f64| {
        Spread::of(parts.iter().map(|part| number(part, key).and_then(|nanos| per(nanos, divisor))))
    };
    let rate = Spread::of(parts.iter().map(|part| {
        let seconds = number(part, "total_ns").and_then(|nanos| per(nanos, 1e9))?;
        per(number(part, "intents")?, seconds)
    }));
    vec![rate, of("p50_ns", 1e6), of("p99_ns", 1e6), of("max_ns", 1e6)]
}
