//! The arguments that say which journal is meant, and how it is read.

use std::path::PathBuf;

/// Where the journal is, and what it is encrypted with.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Journal")]
pub(crate) struct JournalOptions {
    /// File that changes and runs are written down in [env: CASHLINK_JOURNAL]. Unless given, cashlink/journal.db in the
    /// platform's data directory.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// File that holds the key for personal data in the journal, 64 hexadecimal digits [env: CASHLINK_JOURNAL_KEY].
    /// Without a key, personal data are not kept.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal_key_file: Option<PathBuf>,
}

/// A journal that can be done without.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Journal")]
pub(crate) struct OptionalJournal {
    #[command(flatten)]
    pub(crate) options: JournalOptions,
    /// Write nothing down: after a crash only the keys are left, for as long as the API remembers them.
    #[arg(long, conflicts_with_all = ["journal", "journal_key_file"])]
    pub(crate) no_journal: bool,
}

impl OptionalJournal {
    /// The options, unless no journal is wanted.
    pub(crate) fn wanted(&self) -> Option<&JournalOptions> {
        (!self.no_journal).then_some(&self.options)
    }
}
