//! What is wrong with an input: every problem at once, each by the path of its field.

use std::fmt;

use serde::Serialize;

mod checks;
mod rules;
#[cfg(test)]
mod tests;

pub(crate) use checks::Checks;

/// One thing that is wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// Where the field is, such as `natural_person.birth_date` or `signed_documents[1].category`.
    pub path: String,
    /// The rule that it breaks. The value itself is never quoted.
    pub rule: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.rule)
    }
}

/// Everything that is wrong with an input, in the order of its fields.
///
/// Nothing has been sent when a call fails with problems. `Display` prints one per line.
///
/// ```
/// let mut input = cashlink::guides::registry::Input::sample();
/// input.investment.units = 0;
/// input.investor.natural_person.country = "Germany".to_owned();
///
/// let problems = input.validate().unwrap_err();
/// let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
/// assert_eq!(paths, ["investor.natural_person.country", "investment.campaign_id", "investment.units"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn one(path: &str, rule: &str) -> Self {
        let mut problems = Self::default();
        problems.add(path, rule);
        problems
    }

    pub(crate) fn add(&mut self, path: impl Into<String>, rule: impl Into<String>) {
        self.0.push(Problem { path: path.into(), rule: rule.into() });
    }

    /// The problems, in the order of the fields.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none; never so for the problems of an error.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            fmt::Display::fmt(problem, formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
