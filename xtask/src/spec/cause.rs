//! What is really wrong with a value that its schema refuses: of several alternatives, only the one that was meant is told.

use std::cmp::Reverse;

use jsonschema::{ValidationError, error::ValidationErrorKind};

/// Longest value that is shown.
const SHOWN: usize = 60;

/// What is wrong, with its place.
pub(super) fn of(error: &ValidationError<'_>) -> Vec<(String, String)> {
    let alternatives = match error.kind() {
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => context.as_slice(),
        _ => &[],
    };
    let is_reference = error.instance().get("$ref").is_some();
    let fitting = alternatives.iter().filter(|errors| wants_reference(errors) == is_reference);
    // The one that got furthest, and of equals the one that finds least.
    let meant = fitting.max_by_key(|errors| (errors.iter().map(depth).max(), Reverse(errors.len())));
    meant.map_or_else(
        || vec![(error.instance_path().to_string(), problem(error))],
        |errors| errors.iter().flat_map(of).collect(),
    )
}

/// Whether these are the errors of the alternative that a reference be there.
fn wants_reference(errors: &[ValidationError<'_>]) -> bool {
    errors.iter().all(|error| error.schema_path().as_str().starts_with("/definitions/Reference"))
}

fn depth(error: &ValidationError<'_>) -> usize {
    of(error).iter().map(|(place, _)| place.matches('/').count()).max().unwrap_or_default()
}

fn problem(error: &ValidationError<'_>) -> String {
    if error.instance().to_string().len() > SHOWN { error.masked_with("this").to_string() } else { error.to_string() }
}
