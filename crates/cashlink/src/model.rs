//! What is sent and received, generated from the API's OpenAPI document.
//!
//! Names ending in `Create` and `Update` are requests; the others are replies. Requests are made by `new` with what is
//! required, by name in a struct ending in `Required` if that is much, and take the rest by setters. Types may gain
//! optional fields, and enums values, in any later version: they are `#[non_exhaustive]`, and enums keep a value they do
//! not know.
//!
//! Fields that hold personal data are left out of `Debug`.

pub use cashlink_api::types::*;

// The client alone speaks to the token endpoint: these private imports take the place of the public ones.
#[expect(hidden_glob_reexports, unused_imports, reason = "hiding two names of the glob is all they are for")]
use cashlink_api::types::{AccessToken, TokenRequest};
