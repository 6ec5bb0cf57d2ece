//! Catches everything that is logged, at the finest level and from every library.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use tracing_subscriber::{
    Layer as _, filter::LevelFilter, fmt::MakeWriter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// What has been logged by this process since [`Log::catch`].
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Catches everything from now on, for the whole process. Only one test of a program can do so.
    pub fn catch() -> Self {
        let log = Self::default();
        let spans = tracing_subscriber::fmt::format::FmtSpan::FULL;
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_span_events(spans).with_writer(log.clone());
        tracing_subscriber::registry().with(layer.with_filter(LevelFilter::TRACE)).init();
        log
    }

    /// Everything that has been logged so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
