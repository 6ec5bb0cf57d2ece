//! The body of a call: JSON or YAML, from the arguments, a file or stdin.

use std::path::Path;

use cashlink::Json;

use crate::{
    input::InputFile,
    problem::{Position, Problem},
};

const OPTION: &str = "--data";

/// Reads what `--data` gives: JSON, `@FILE` or `-`. JSON is sent as it is written, YAML as the JSON that it means.
///
/// # Errors
///
/// Fails if a file cannot be read or does not hold JSON, with line and column.
pub(super) fn read(data: &str) -> Result<Json, Problem> {
    let path = match data.strip_prefix('@') {
        Some(path) => Path::new(path),
        None if data == "-" => Path::new(data),
        None => return json(data),
    };
    let file = InputFile::read(path).map_err(|problem| Problem { path: OPTION.to_owned(), ..problem })?;
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    if extension == "yaml" || extension == "yml" {
        file.value().map(Json::from).map_err(|problem| Problem { path: OPTION.to_owned(), ..problem })
    } else {
        json(file.text())
    }
}

fn json(text: &str) -> Result<Json, Problem> {
    // Editors on Windows begin a file with it.
    text.trim_start_matches('\u{feff}').parse().map_err(|error: serde_json::Error| {
        let position = Position { line: error.line() as u64, column: error.column() as u64 };
        let message = error.to_string();
        let rule = message.split(" at line ").next().unwrap_or_default();
        Problem::new(OPTION, format!("is not valid JSON: {rule}")).at(Some(position))
    })
}
