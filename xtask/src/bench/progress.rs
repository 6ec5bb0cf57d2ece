//! What a person who waits gets to see, on standard error: standard output is for results.

use std::io::{IsTerminal, Write};

/// Replaces the last line of a terminal by `text`; an empty one clears it. Elsewhere each text is a line.
pub(super) fn show(text: &str) {
    let mut output = std::io::stderr();
    // A terminal that went away is no reason to stop measuring.
    let _ = if output.is_terminal() {
        write!(output, "\r\x1b[2K{text}").and_then(|()| output.flush())
    } else if text.is_empty() {
        Ok(())
    } else {
        writeln!(output, "{text}")
    };
}
