//! Makes the API's messages fit to print: one line, bounded, and without the values they quote.

/// The longest message that is printed, in characters.
const LONGEST: usize = 300;

/// From how many letters and digits in a row on a word with a digit is taken for a token.
const TOKEN: usize = 20;

/// The marks that values are quoted with, opening and closing.
const QUOTES: [(char, char); 6] = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('«', '»')];

/// `message` on one line, with whatever it quotes replaced by `…`.
///
/// A word that looks like an address, a long number, a token or a secret is replaced too, quoted or not.
pub(crate) fn message(message: &str) -> String {
    let without_quotes = hide_quoted(message);
    let words: Vec<&str> = without_quotes.split_whitespace().map(hide_word).collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// `text` without what a terminal might obey instead of showing it.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() || is_invisible(letter) { '·' } else { letter }).collect()
}

fn hide_quoted(message: &str) -> String {
    let mut shown = String::new();
    let mut before = ' ';
    let mut letters = message.chars();
    while let Some(letter) = letters.next() {
        let letter = if letter.is_control() || is_invisible(letter) { ' ' } else { letter };
        shown.push(letter);
        let is_apostrophe = letter == '\'' && before.is_alphanumeric();
        let quote = QUOTES.iter().find(|(open, _)| *open == letter && !is_apostrophe);
        if let Some((_, close)) = quote {
            skip_to_end(&mut letters, *close);
            shown.push('…');
            shown.push(*close);
        }
        before = letter;
    }
    shown
}

/// Skips a quoted value with its closing mark, which no letter follows; without one, everything.
fn skip_to_end(letters: &mut std::str::Chars<'_>, close: char) {
    while let Some(letter) = letters.next() {
        let ends = letters.as_str().chars().next().is_none_or(|next| !next.is_alphanumeric());
        if letter == close && ends {
            return;
        }
    }
}

/// Whether `letter` shows nothing itself but may change how or where others are shown.
pub(crate) fn is_invisible(letter: char) -> bool {
    const RANGES: [std::ops::RangeInclusive<char>; 6] = [
        '\u{ad}'..='\u{ad}',
        '\u{61c}'..='\u{61c}',
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{feff}'..='\u{feff}',
    ];
    RANGES.iter().any(|range| range.contains(&letter))
}

fn hide_word(word: &str) -> &str {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    // The parts of names and of UUIDs are shorter.
    let mut runs = word.split(|letter: char| !letter.is_ascii_alphanumeric());
    if runs.any(|run| run.len() >= TOKEN && run.bytes().any(|byte| byte.is_ascii_digit())) {
        return "…";
    }
    let is_uuid = uuid::Uuid::try_parse(word.trim_matches(|mark: char| !mark.is_ascii_hexdigit())).is_ok();
    if word.contains('@') || (digits >= 8 && !is_uuid) { "…" } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_replaced() {
        assert_eq!(plain("\u{1b}[31mPAID\u{7}\u{202e}\u{9b}2J"), "·[31mPAID···2J");
        assert_eq!(plain("WAITING_FOR_ACCEPTANCE · ü"), "WAITING_FOR_ACCEPTANCE · ü");
    }

    #[test]
    fn quoted_values_are_hidden() {
        check(r#""DE89 3704" is not a valid choice."#, r#""…" is not a valid choice."#);
        check("'Müller' is not allowed.", "'…' is not allowed.");
        check("'O'Hara' is not allowed.", "'…' is not allowed.");
        check("Unknown value `x y`.", "Unknown value `…`.");
        check("“Max” and «Mia» are known.", "“…” and «…» are known.");
        check("The quote is \"open to the end", "The quote is \"…\"");
        check("It doesn't fit the investor's wallet.", "It doesn't fit the investor's wallet.");
        check("A valid integer is required.", "A valid integer is required.");
    }

    #[test]
    fn addresses_and_long_numbers_are_hidden_without_quotes_too() {
        check("max@example.org is taken", "… is taken");
        check("DE89370400440532013000 is wrong", "… is wrong");
        check("born 1980-12-31.", "born …");
        check("units must be at most 1000000.", "units must be at most 1000000.");
        check("no wallet 0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11.", "no wallet 0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11.");
    }

    #[test]
    fn tokens_and_secrets_are_hidden_but_names_are_not() {
        check("token hYk3bXwqLmZpRtVnCsDf expired", "token … expired");
        check("secret=a9XbYcZdAeBfCgDhEiFj.", "…");
        check("self_disclosure_net_worth_100k is missing", "self_disclosure_net_worth_100k is missing");
        check("Kapitalanlagegesellschaft fehlt", "Kapitalanlagegesellschaft fehlt");
    }

    #[test]
    fn a_message_is_one_line_of_bounded_length_without_terminal_codes() {
        check("two\nlines\tand \u{1b}[31mred", "two lines and [31mred");
        check("a\u{202e}b\u{2066}c\u{feff}d\u{200b}e\u{2028}f", "a b c d e f");
        assert_eq!(message(&"x ".repeat(1000)).chars().count(), LONGEST + 1);
        check("", "");
    }

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        assert_eq!(message(raw), expected);
    }
}
