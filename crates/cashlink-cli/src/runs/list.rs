//! `cashlink runs list`.

use cashlink::journal::{StoreError, Which};

use super::{SLICE, row::RunRow};
use crate::{
    args::{JournalOptions, Verbosity},
    failure::{self, Failure},
    journal::Settings,
    listing::Listing,
    output,
    variables::Variables,
};

/// Lists runs, the newest last.
pub(super) async fn run(
    options: &JournalOptions,
    which: Which,
    verbosity: &Verbosity,
    variables: &Variables,
) -> failure::Result<()> {
    let settings = Settings::new(options, variables).map_err(|problems| Failure::invalid(problems, None))?;
    let Some(opened) = settings.look().await? else {
        output::note(&settings.nothing_yet());
        return Ok(());
    };
    let failed = |error: StoreError| settings.failure(&error);
    let (mut listing, mut after) = (Listing::new(verbosity), 0);
    'slices: loop {
        let slice = opened.journal.runs().list_runs(which, after, SLICE).await.map_err(&failed)?;
        let Some(last) = slice.last() else { break };
        after = last.sequence;
        for run in &slice {
            let steps = opened.journal.runs().steps(run.new.id).await.map_err(&failed)?;
            if !listing.add(RunRow::of(run, &steps))? {
                break 'slices;
            }
        }
    }
    listing.end(match which {
        Which::Open => "no run is open; --all lists those that are done or abandoned",
        Which::All => "the journal has no run",
    });
    Ok(())
}
