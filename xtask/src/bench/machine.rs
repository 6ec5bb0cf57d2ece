//! On what, and beside what else, something was measured.

use std::{fmt, fs};

/// The machine at one moment.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    processor: String,
    cores: usize,
    /// Over 1, 5 and 15 minutes, or a word where the system does not say.
    pub(super) load: String,
}

impl Machine {
    pub(super) fn now() -> Self {
        let model = |text: String| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let load = |text: String| text.split(' ').take(3).collect::<Vec<_>>().join(" ");
        Self {
            processor: fs::read_to_string("/proc/cpuinfo").ok().and_then(model).unwrap_or_else(|| "unknown".to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            load: fs::read_to_string("/proc/loadavg").map_or_else(|_| "unknown".to_owned(), load),
        }
    }

    pub(super) fn description(&self) -> String {
        let (os, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
        format!("{os} {architecture}, {} ({} cores)", self.processor, self.cores)
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, load average before: {}", self.description(), self.load)
    }
}
