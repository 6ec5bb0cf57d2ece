//! What is sent and received, generated from the API's OpenAPI document.
//!
//! Names ending in `Create` and `Update` are requests; the others are replies. Requests are made by `new` with what is
//! required, by name in a struct ending in `Required` if that is much, and take the rest by setters. Types may gain
//! optional fields, and enums values, in any later version: they are `#[non_exhaustive]`, and enums keep a value they do
//! not know.
//!
//! Fields that hold personal data are left out of `Debug`.

pub use cashlink_api::types::*;

// The client alone speaks to the token endpoint: these hide what the glob would bring, in the documentation too.
#[expect(dead_code, hidden_glob_reexports, reason = "hiding a name is all they are for")]
struct AccessToken;
#[expect(dead_code, hidden_glob_reexports, reason = "hiding a name is all they are for")]
struct TokenRequest;
