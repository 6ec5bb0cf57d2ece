//! Kills a process that runs a guide over a journal, wherever it is, and compares what came of it with an undisturbed run.
//!
//! A child process runs one guide with a journal in a file. It stops before, amid and after each write to the journal and
//! goes on when it is told to; a relay between it and the sandbox sees each request and each reply whole. So there is
//! always a boundary to kill it at, by SIGKILL. A child that is born afterwards goes on with the same run id, input and
//! journal. In the end the sandbox's ledger says what was done, and it shares no code with the SDK.

mod boundary;
mod child;
mod difference;
mod gate;
mod guide;
mod handle;
mod job;
mod life;
mod matrix;
mod relay;
mod rivals;
mod scene;
mod schedule;
mod setup;
mod stage;
mod truth;
mod wire;

pub use boundary::{Boundary, Counts, Kind};
pub use child::run as be_child;
pub use difference::Difference;
pub use guide::Guide;
pub use handle::CHILD;
pub use life::{Fate, Lives};
pub use matrix::{Finding, Matrix};
pub use rivals::{Rivals, rivals};
pub use schedule::Schedule;
pub use setup::Setup;
