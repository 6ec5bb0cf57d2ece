//! Changes a YAML text so that it says something else, and leaves everything that still holds as it was written.

mod emit;
mod lines;
mod spans;
mod weave;

pub(super) use self::{emit::file, lines::Lines, weave::weave};
