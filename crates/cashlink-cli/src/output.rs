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
///
/// # Errors
///
/// Fails if a line is lost to a reader who still waits for it, such as on a full disk.
pub(crate) fn item(text: &str) -> io::Result<bool> {
    match write_line(&mut io::stdout().lock(), text) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
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

/// What becomes of the output changes nothing of what was done. A reader that has gone away knows that it has; anything
/// else, such as a full disk, is said.
fn ignore_failure(written: io::Result<()>) {
    let Err(error) = written else {
        return;
    };
    if error.kind() != io::ErrorKind::BrokenPipe {
        // Nothing is left to be done if this fails, too.
        let _ = writeln!(io::stderr().lock(), "warning: the output is not complete: {}", error.kind());
    }
    tracing::debug!(kind = %error.kind(), "output was not written");
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
