//! `cashlink intents list`.

use cashlink::journal::Which;

use super::row::IntentRow;
use crate::{
    args::{JournalOptions, Verbosity},
    failure::{self, Failure},
    journal::Settings,
    listing::Listing,
    output,
    runs::SLICE,
    variables::Variables,
};

/// Lists intents, the newest last.
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
    let (mut listing, mut after) = (Listing::new(verbosity), 0);
    'slices: loop {
        let slice = opened.journal.intents().list(which, after, SLICE).await;
        let slice = slice.map_err(|error| settings.failure(&error))?;
        let Some(last) = slice.last() else { break };
        after = last.sequence;
        for intent in &slice {
            if !listing.add(IntentRow::of(intent))? {
                break 'slices;
            }
        }
    }
    listing.end(match which {
        Which::Open => "no change is open; --all lists those whose outcome is known",
        Which::All => "the journal has no change",
    });
    Ok(())
}
