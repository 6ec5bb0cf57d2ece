//! A page of a list whose items are left as they are: the API's envelope, or a bare array.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::SeqAccessDeserializer},
};

use crate::{
    Json,
    page::{RawPage, RawParts},
};

/// A page as it was received.
pub(super) struct AnyPage {
    count: Option<i64>,
    next: Option<String>,
    results: Vec<Json>,
}

impl RawPage for AnyPage {
    type Item = Json;

    fn into_parts(self) -> RawParts<Json> {
        (self.results, self.count, self.next)
    }
}

impl<'de> Deserialize<'de> for AnyPage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PageVisitor)
    }
}

struct PageVisitor;

impl<'de> Visitor<'de> for PageVisitor {
    type Value = AnyPage;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a page or an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<AnyPage, A::Error> {
        let results = Vec::deserialize(SeqAccessDeserializer::new(items))?;
        Ok(AnyPage { count: None, next: None, results })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<AnyPage, A::Error> {
        let (mut count, mut next, mut results) = (None, None, None);
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "count" => count = members.next_value()?,
                "next" => next = members.next_value()?,
                "results" => results = Some(members.next_value()?),
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        let results = results.ok_or_else(|| serde::de::Error::missing_field("results"))?;
        Ok(AnyPage { count, next, results })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_and_a_bare_array_are_read_with_their_items_untouched() {
        check(
            r#"{"count":2,"next":"x?page=2","previous":null,"results":[{"b":1.10,"a":[ ]}, 2]}"#,
            Some(2),
            Some("x?page=2"),
        );
        check(r#"{"results":[{"b":1.10,"a":[ ]},2],"next":null}"#, None, None);
        check(r#"[{"b":1.10,"a":[ ]},2]"#, None, None);

        #[track_caller]
        fn check(text: &str, count: Option<i64>, next: Option<&str>) {
            let page: AnyPage = serde_json::from_str(text).unwrap();
            assert_eq!((page.count, page.next.as_deref()), (count, next));
            let items: Vec<_> = page.results.iter().map(Json::text).collect();
            assert_eq!(items, [r#"{"b":1.10,"a":[ ]}"#, "2"]);
        }
    }

    #[test]
    fn what_is_no_page_is_an_error() {
        for text in ["{}", "null", "7", r#"{"results":{}}"#, r#"{"count":"many","results":[]}"#] {
            assert!(serde_json::from_str::<AnyPage>(text).is_err(), "{text}");
        }
    }
}
