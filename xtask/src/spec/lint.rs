//! Our own rules for the spec.

use super::{bundle::Bundle, finding::Finding};

/// Every broken rule of `bundle`.
pub(crate) fn lint(_bundle: &Bundle) -> Vec<Finding> {
    Vec::new()
}
