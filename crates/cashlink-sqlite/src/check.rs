//! Looking at every row: whether the journal is whole, and taking it as it is if it is not.

use rusqlite::{Connection, Row};

use crate::{
    failure::{Failure, Result},
    file::Noted,
    intents,
    ledger::Ledger,
    runs, steps,
};

/// A table, what is read of its rows, and how a row is checked. The first column is the place, and there is a `sum`.
struct Table {
    name: &'static str,
    columns: &'static str,
    check: fn(&Row<'_>) -> Result<()>,
}

const TABLES: [Table; 3] = [
    Table { name: "intents", columns: intents::COLUMNS, check: intents::check },
    Table { name: "runs", columns: runs::COLUMNS, check: runs::check },
    Table { name: "steps", columns: steps::COLUMNS, check: steps::check },
];

/// Checks that pages, indices and rows are whole, and that the rows add up to `ledger`.
pub(crate) fn check(connection: &Connection, ledger: &Ledger) -> Result<()> {
    structure(connection)?;
    let mut found = Ledger { rows: 0, total: 0, ..*ledger };
    for table in &TABLES {
        each(connection, table, |row, sum| {
            (table.check)(row)?;
            found.add(sum);
            Ok(())
        })?;
    }
    if found == *ledger { Ok(()) } else { Err(Failure::damaged("it lacks entries that it had, or has old ones")) }
}

/// Takes the journal as it is: removes rows that cannot be read, and counts the others. It goes on behind what was
/// `noted`, so that no place is used twice.
pub(crate) fn accept(connection: &Connection, noted: Option<Noted>) -> Result<Ledger> {
    structure(connection)?;
    let noted = noted.unwrap_or_default();
    let before = Ledger::read(connection).unwrap_or_default();
    let mut ledger = Ledger {
        generation: noted.generation.max(before.generation).saturating_add(1),
        last_intent: noted.last_intent.max(last(connection, "intents")?).max(before.last_intent),
        last_run: last(connection, "runs")?.max(before.last_run),
        ..Ledger::default()
    };
    let transaction = connection.unchecked_transaction()?;
    for table in &TABLES {
        let mut lost = Vec::new();
        each(connection, table, |row, sum| {
            match (table.check)(row) {
                Ok(()) => ledger.add(sum),
                Err(_) => lost.push(row.get::<_, i64>(0)?),
            }
            Ok(())
        })?;
        for sequence in lost {
            connection.execute(&format!("DELETE FROM {} WHERE sequence = ?1", table.name), [sequence])?;
        }
    }
    ledger.write(connection)?;
    transaction.commit()?;
    Ok(ledger)
}

fn structure(connection: &Connection) -> Result<()> {
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(Failure::damaged("its pages or indices are damaged")) }
}

fn last(connection: &Connection, table: &str) -> Result<i64> {
    let sql = format!("SELECT coalesce(max(sequence), 0) FROM {table}");
    Ok(connection.query_row(&sql, [], |row| row.get(0))?)
}

fn each(connection: &Connection, table: &Table, mut row: impl FnMut(&Row<'_>, i64) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {} FROM {} ORDER BY sequence", table.columns, table.name);
    let mut statement = connection.prepare(&sql)?;
    let column = statement.column_index("sum")?;
    let mut rows = statement.query([])?;
    while let Some(found) = rows.next()? {
        row(found, found.get(column)?)?;
    }
    Ok(())
}
