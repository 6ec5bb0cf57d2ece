//! Commands as text, to be copied into a shell.

use std::path::Path;

/// Marks that a shell takes as they are.
const HARMLESS: &str = "-_./:=@,+%";

/// `word` as a shell reads it back.
pub(crate) fn quoted(word: &str) -> String {
    let is_harmless = |letter: char| letter.is_ascii_alphanumeric() || HARMLESS.contains(letter);
    if !word.is_empty() && word.chars().all(is_harmless) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// `path` as a shell reads it back.
pub(crate) fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_only_if_a_shell_would_take_it_for_something_else() {
        check("/var/lib/cashlink/journal.db", "/var/lib/cashlink/journal.db");
        check("https://demo.example.org/api", "https://demo.example.org/api");
        check("my journal.db", "'my journal.db'");
        check("it's", r"'it'\''s'");
        check("$HOME", "'$HOME'");
        check("", "''");

        #[track_caller]
        fn check(word: &str, expected: &str) {
            assert_eq!(quoted(word), expected);
        }
    }
}
