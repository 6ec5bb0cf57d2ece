//! The guides, written in another language and sharing no code with us, pass any number of times.

mod client;
mod plain;
mod python;
