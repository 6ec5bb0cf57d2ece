//! What a guide is given: an input file, what the journal has of a run, or the sample data.

use std::path::Path;

use cashlink::Json;

use super::{Guide, ids};
use crate::{failure, input::InputFile, problem::Problem, variables::Variables};

/// Reads the input from `file`, or takes the sample data.
///
/// # Errors
///
/// Returns everything that is wrong with it.
pub(super) fn read<G: Guide>(guide: &G, file: Option<&Path>, variables: &Variables) -> Result<G::Input, Vec<Problem>> {
    if let Some(file) = file {
        return in_file(guide, file, variables);
    }
    let mut input = G::sample();
    guide.fill(&mut input, variables)?;
    checked::<G>(input)
}

/// The input that a run was begun with, as the journal has it. None if it is not whole there: documents in memory, such
/// as those of the sample data, are in no journal.
///
/// # Errors
///
/// Returns everything that is wrong with it now, such as a document that has gone.
pub(super) fn recorded<G: Guide>(guide: &G, input: &Json) -> Result<Option<G::Input>, Vec<Problem>> {
    let Ok(mut input) = serde_json::from_str(input.text()) else {
        return Ok(None);
    };
    // What came from the environment then is in it already.
    guide.fill(&mut input, &Variables::none())?;
    checked::<G>(input).map(Some)
}

fn checked<G: Guide>(input: G::Input) -> Result<G::Input, Vec<Problem>> {
    match G::check(&input) {
        Ok(()) => Ok(input),
        Err(problems) => Err(failure::listed(&problems).into_iter().map(ids::explain).collect()),
    }
}

fn in_file<G: Guide>(guide: &G, path: &Path, variables: &Variables) -> Result<G::Input, Vec<Problem>> {
    let file = InputFile::read(path).map_err(|problem| vec![problem])?;
    // Another folder may be the current one when the run goes on.
    let folder = std::env::current_dir().unwrap_or_default().join(file.folder());
    let mut parsed = file.parse::<G::Input>(G::TEMPLATE);
    if let Some(input) = &mut parsed.input {
        G::resolve(input, &folder);
        let filled = guide.fill(input, variables);
        let problems = G::check(input).err();
        for problem in problems.iter().flatten() {
            let explained = ids::explain(Problem::new(&problem.path, &problem.rule));
            parsed.add(&explained.path, &explained.message);
        }
        for problem in filled.err().into_iter().flatten() {
            parsed.add_setting(problem);
        }
    }
    parsed.finish()
}
