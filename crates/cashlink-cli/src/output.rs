//! The two streams: results on stdout, everything else on stderr.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a line of results to stdout.
///
/// A reader that has gone away is no reason to stop: a guide that is under way must still finish.
pub(crate) fn result(text: &str) {
    ignore_failure(write_line(&mut io::stdout().lock(), text));
}

/// Writes one of many lines of results to stdout, and tells whether anybody still reads them.
pub(crate) fn item(text: &str) -> bool {
    let written = write_line(&mut io::stdout().lock(), text);
    let is_read = written.is_ok();
    ignore_failure(written);
    is_read
}

/// Writes a line for the person at the terminal to stderr.
pub(crate) fn note(text: &str) {
    ignore_failure(write_line(&mut io::stderr().lock(), text));
}

/// Writes `document` to stdout as the one JSON document of this run.
///
/// # Errors
///
/// Fails if the document cannot be written as JSON.
pub(crate) fn document(document: &impl Serialize) -> serde_json::Result<()> {
    result(&serde_json::to_string_pretty(document)?);
    Ok(())
}

fn write_line(stream: &mut impl Write, text: &str) -> io::Result<()> {
    // One write, so that lines of parallel steps and of the log do not mix.
    let mut line = String::with_capacity(text.len() + 1);
    line.push_str(text);
    line.push('\n');
    stream.write_all(line.as_bytes())?;
    stream.flush()
}

/// A closed pipe or a full disk under the output changes nothing of what was done.
fn ignore_failure(written: io::Result<()>) {
    if let Err(error) = written {
        tracing::debug!(kind = %error.kind(), "output was not written");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_whole() {
        let mut stream = Vec::new();
        write_line(&mut stream, "READY").unwrap();
        assert_eq!(stream, b"READY\n");
    }
}
