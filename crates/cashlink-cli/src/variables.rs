//! Environment variables, as an argument rather than a fact, so that tests can give their own.

use std::{env::VarError, str::FromStr};

use crate::problem::Problem;

/// The environment. A variable that is empty counts as unset.
pub(crate) struct Variables(Box<Lookup>);

type Lookup = dyn Fn(&str) -> Result<String, VarError> + Send + Sync;

impl Variables {
    pub(crate) fn of_process() -> Self {
        Self(Box::new(|name| std::env::var(name)))
    }

    /// An environment without any variable.
    pub(crate) fn none() -> Self {
        Self(Box::new(|_| Err(VarError::NotPresent)))
    }

    /// The value of `name`, if it is set.
    ///
    /// # Errors
    ///
    /// Fails if the value is not UTF-8.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, Problem> {
        match (self.0)(name) {
            Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => Err(Problem::new(name, "is not UTF-8 text")),
        }
    }

    /// The value of `name` as an id, if it is set.
    ///
    /// # Errors
    ///
    /// Fails if the value is not a UUID.
    pub(crate) fn id<Id: FromStr>(&self, name: &str) -> Result<Option<Id>, Problem> {
        let parse = |text: String| text.trim().parse().map_err(|_| Problem::new(name, "is not a UUID"));
        self.get(name)?.map(parse).transpose()
    }

    #[cfg(test)]
    pub(crate) fn of(pairs: &'static [(&'static str, &'static str)]) -> Self {
        Self(Box::new(move |name| {
            let pair = pairs.iter().find(|(known, _)| *known == name);
            pair.map(|(_, value)| (*value).to_owned()).ok_or(VarError::NotPresent)
        }))
    }
}

#[cfg(test)]
mod tests {
    use cashlink::CampaignId;

    use super::*;

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let variables = Variables::of(&[("SET", "x"), ("EMPTY", "")]);
        assert_eq!(variables.get("SET"), Ok(Some("x".to_owned())));
        assert_eq!(variables.get("EMPTY"), Ok(None));
        assert_eq!(variables.get("UNSET"), Ok(None));
        assert_eq!(variables.id::<CampaignId>("EMPTY"), Ok(None));
    }

    #[test]
    fn an_id_that_is_none_is_refused_by_the_name_of_its_variable() {
        let variables = Variables::of(&[("CAMPAIGN", "4711")]);
        let problem = variables.id::<CampaignId>("CAMPAIGN").unwrap_err();
        assert_eq!(problem.to_string(), "CAMPAIGN: is not a UUID");
    }
}
