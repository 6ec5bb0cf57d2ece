//! Checksums of rows: what was written is what is read.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// Adds up the fields of a row, each with its length, into 64 bits of SHA-256.
#[derive(Default)]
pub(crate) struct Sum(Sha256);

impl Sum {
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update(bytes.len().to_le_bytes());
        self.0.update(bytes);
        self
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    pub(crate) fn number(mut self, number: i64) -> Self {
        self.0.update(number.to_le_bytes());
        self
    }

    pub(crate) fn time(self, at: Timestamp) -> Self {
        let (seconds, nanoseconds) = (at.as_second(), at.subsec_nanosecond());
        self.number(seconds).number(nanoseconds.into())
    }

    /// A field that may be absent, which is not the same as empty.
    pub(crate) fn maybe<T: AsRef<[u8]>>(self, field: Option<T>) -> Self {
        match field {
            Some(field) => self.number(1).bytes(field.as_ref()),
            None => self.number(0),
        }
    }

    pub(crate) fn finish(self) -> i64 {
        let digest = self.0.finalize();
        i64::from_le_bytes(std::array::from_fn(|index| digest[index]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_into_each_other() {
        let sums = [
            Sum::default().text("ab").text("c").finish(),
            Sum::default().text("a").text("bc").finish(),
            Sum::default().text("abc").finish(),
            Sum::default().maybe(Some("abc")).finish(),
            Sum::default().maybe(Some("")).finish(),
            Sum::default().maybe(None::<&str>).finish(),
        ];
        for (index, sum) in sums.iter().enumerate() {
            assert!(!sums[..index].contains(sum));
        }
    }
}
