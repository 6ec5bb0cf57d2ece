//! Measurements as a table for people and as records for programs.

use std::fmt;

use serde_json::{Map, Value, json};

use super::spread::Spread;

/// One kind of measurement: how it is called by people and by programs, and how many digits are worth showing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) key: &'static str,
    pub(super) digits: usize,
}

/// Rows of measurements, each under a name.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) title: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<(&'static str, Vec<Option<Spread>>)>,
}

impl Table {
    pub(super) fn as_json(&self) -> Vec<Value> {
        let record = |(name, values): &(&str, Vec<Option<Spread>>)| {
            let mut record = Map::from_iter([("table".into(), json!(self.title)), ("contestant".into(), json!(name))]);
            for (column, value) in self.columns.iter().zip(values) {
                record.insert(column.key.to_owned(), value.map_or(Value::Null, Spread::as_json));
            }
            Value::Object(record)
        };
        self.rows.iter().map(record).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = std::iter::once(self.title.clone()).chain(self.columns.iter().map(|column| column.title.to_owned()));
        let mut lines: Vec<Vec<String>> = vec![head.collect()];
        for (name, values) in &self.rows {
            let cells = self.columns.iter().zip(values).map(|(column, value)| cell(*value, column.digits));
            lines.push(std::iter::once((*name).to_owned()).chain(cells).collect());
        }
        let width =
            |index: usize| lines.iter().filter_map(|line| line.get(index)).map(|cell| cell.chars().count()).max();
        let widths: Vec<usize> = (0..=self.columns.len()).map(|index| width(index).unwrap_or_default()).collect();
        for line in &lines {
            let mut cells = line.iter().zip(&widths);
            if let Some((name, width)) = cells.next() {
                write!(formatter, "  {name:<width$}")?;
            }
            for (cell, width) in cells {
                write!(formatter, "   {cell:>width$}")?;
            }
            writeln!(formatter)?;
        }
        Ok(())
    }
}

fn cell(value: Option<Spread>, digits: usize) -> String {
    match value {
        None => "-".to_owned(),
        Some(Spread { min, median, max }) if min.total_cmp(&max).is_eq() => format!("{median:.digits$}"),
        Some(Spread { min, median, max }) => format!("{min:.digits$} / {median:.digits$} / {max:.digits$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_below_their_titles() {
        let table = Table {
            title: "1 in flight".to_owned(),
            columns: vec![
                Column { title: "p50 µs", key: "p50_us", digits: 1 },
                Column { title: "instructions", key: "instructions", digits: 0 },
            ],
            rows: vec![
                ("facade", vec![Some(Spread { min: 1.0, median: 2.0, max: 3.0 }), None]),
                ("raw", vec![Some(Spread { min: 1.0, median: 1.0, max: 1.0 }), None]),
            ],
        };
        let lines = [
            "  1 in flight            p50 µs   instructions",
            "  facade        1.0 / 2.0 / 3.0              -",
            "  raw                       1.0              -",
            "",
        ];
        assert_eq!(table.to_string(), lines.join("\n"));
        assert_eq!(table.as_json()[0]["p50_us"]["median"], 2.0);
        assert_eq!(table.as_json()[0]["instructions"], Value::Null);
    }
}
