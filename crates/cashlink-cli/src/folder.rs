//! The platform's data directory.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use crate::problem::Problem;

/// The place of `file` if neither `variable` nor `flag` names one.
///
/// # Errors
///
/// Fails if there is no home directory.
pub(crate) fn in_data(file: &str, variable: &str, flag: &str) -> Result<PathBuf, Problem> {
    let folders = etcetera::base_strategy::choose_native_strategy();
    let folders = folders.map_err(|_| {
        Problem::new(variable, format!("is not set, and there is no home directory: set it or give {flag}"))
    })?;
    Ok(folders.data_dir().join("cashlink").join(file))
}
