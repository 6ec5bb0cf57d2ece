//! The command that lets a run go on, to be copied from what is printed.

use std::path::Path;

use crate::{
    args::{ConnectionOptions, EnvironmentName, Ids},
    journal,
    run_id::RunId,
    shell,
};

/// What the command depends on.
pub(crate) struct Again<'a> {
    pub(crate) run_id: RunId,
    pub(crate) journal: &'a journal::Settings,
    /// The input file; none for the sample data.
    pub(crate) file: Option<&'a Path>,
    pub(crate) ids: &'a Ids,
    pub(crate) connection: &'a ConnectionOptions,
}

impl Again<'_> {
    /// The command, with every option that is not a default or a secret.
    pub(crate) fn command(&self) -> String {
        let mut words = vec!["cashlink runs resume".to_owned(), self.run_id.to_string()];
        // A journal that has the input needs no file. The documents among the sample data are in no journal.
        let keeps_input = self.journal.is_sealed() && self.file.is_some();
        if !keeps_input {
            words.extend(self.input());
        }
        words.extend(self.journal.flags());
        words.extend(self.connection());
        words.join(" ")
    }

    fn input(&self) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(file) = self.file {
            let is_stdin = file == Path::new("-");
            let file = if is_stdin { "INPUT.yaml".to_owned() } else { shell::quoted_path(file) };
            words.extend(["--file".to_owned(), file]);
        }
        for (flag, value) in self.ids.given() {
            words.push(flag.to_owned());
            words.extend(value);
        }
        words
    }

    fn connection(&self) -> Vec<String> {
        let ConnectionOptions { env, url, client_id, client_secret_file, .. } = self.connection;
        let env = env.map(|env| match env {
            EnvironmentName::Demo => "demo".to_owned(),
            EnvironmentName::Production => "production".to_owned(),
        });
        let pairs = [
            ("--env", env),
            ("--url", url.as_deref().map(shell::quoted)),
            ("--client-id", client_id.as_deref().map(shell::quoted)),
            ("--client-secret-file", client_secret_file.as_deref().map(shell::quoted_path)),
        ];
        let given = pairs.into_iter().filter_map(|(flag, value)| Some([flag.to_owned(), value?]));
        given.flatten().collect()
    }
}
