//! What a check found: where, which rule, what is wrong.

use std::fmt;

/// One broken rule at one place of the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// File below `openapi/`.
    pub(crate) file: String,
    /// JSON pointer inside the file.
    pub(crate) pointer: String,
    /// Name of the rule.
    pub(crate) rule: &'static str,
    /// What is wrong, and what would be right.
    pub(crate) problem: String,
}

impl Finding {
    /// Whether an example is missing or wrong.
    pub(crate) fn is_about_examples(&self) -> bool {
        matches!(self.rule, "example-valid" | "operation-examples")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, pointer, rule, problem } = self;
        write!(formatter, "openapi/{file}: {pointer}: {rule}: {problem}")
    }
}
