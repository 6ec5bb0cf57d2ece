//! Lists: a table for a person, one JSON document to a line for a script.

use serde::Serialize;

use crate::{
    args::Verbosity,
    failure::{self, Failure},
    mask, output, table,
};

/// One line of a list.
pub(crate) trait Line: Serialize {
    const HEADER: &'static [&'static str];
    /// The columns that are there to be copied, and so are never folded.
    const WHOLE: &'static [usize];

    /// The cells below the header.
    fn cells(&self) -> Vec<String>;
}

/// A list that is being shown.
pub(crate) struct Listing<L> {
    is_json: bool,
    /// What is waiting for the table. Its widths depend on all of it.
    lines: Vec<L>,
}

impl<L: Line> Listing<L> {
    pub(crate) fn new(verbosity: &Verbosity) -> Self {
        Self { is_json: verbosity.json, lines: Vec::new() }
    }

    /// Shows `line`, and tells whether anybody wants more.
    ///
    /// # Errors
    ///
    /// Fails if the line cannot be written.
    pub(crate) fn add(&mut self, line: L) -> failure::Result<bool> {
        if self.is_json {
            return item(&line);
        }
        self.lines.push(line);
        Ok(true)
    }

    /// Shows the rest. An empty list says `nothing` to a person.
    pub(crate) fn end(self, nothing: &str) {
        match self.lines.as_slice() {
            [] if self.is_json => {}
            [] => output::note(nothing),
            lines => output::result(&rendered(lines)),
        }
    }
}

/// Writes `line` as JSON, and tells whether anybody still reads.
///
/// # Errors
///
/// Fails if it cannot be written.
fn item(line: &impl Serialize) -> failure::Result<bool> {
    let text = serde_json::to_string(line).map_err(|error| Failure::internal("the list cannot be written", &error))?;
    Ok(output::item(&text).map_err(|error| Failure::internal("the list cannot be written", &error))?)
}

/// The lines as a table.
pub(crate) fn rendered<L: Line>(lines: &[L]) -> String {
    let rows = lines.iter().map(|line| line.cells().iter().map(|cell| plain(cell)).collect());
    table::render(L::HEADER, L::WHOLE, rows)
}

/// A cell without what a terminal might obey; it may have several lines.
fn plain(cell: &str) -> String {
    cell.lines().map(mask::plain).collect::<Vec<_>>().join("\n")
}

/// `time` to the second, which is enough for a person.
pub(crate) fn to_the_second(time: &str) -> String {
    time.split_once('.').map_or_else(|| time.to_owned(), |(seconds, _)| format!("{seconds}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_keeps_its_lines_and_nothing_that_a_terminal_obeys() {
        assert_eq!(plain("0192\n\u{1b}[31mPAID"), "0192\n·[31mPAID");
    }

    #[test]
    fn a_time_is_cut_to_the_second() {
        assert_eq!(to_the_second("2026-11-21T16:29:18.514044383Z"), "2026-11-21T16:29:18Z");
        assert_eq!(to_the_second("2026-11-21T16:29:18Z"), "2026-11-21T16:29:18Z");
    }
}
