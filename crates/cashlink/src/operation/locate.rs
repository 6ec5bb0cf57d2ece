//! Finds the operation that a method and a path belong to, and says what is wrong where there is none.

use std::borrow::Cow;

use reqwest::Url;
use uuid::Uuid;

use super::Operation;
use crate::Method;

/// The longest path with its query, in bytes.
const LONGEST: usize = 4096;

/// An operation with what its path and query were filled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) operation: Operation,
    /// The path below the API's address; nothing in it needs to be encoded.
    pub(crate) path: String,
    pub(crate) query: Query,
}

/// The parameters of a query, not encoded.
pub(crate) type Query = Vec<(String, String)>;

/// How a path and the template of an operation go together.
enum Fit {
    /// Entirely; the path as it is to be sent.
    Whole(String),
    /// But for the parameter of this name, which is no UUID.
    But(&'static str),
    No,
}

/// Finds the operation of `method` whose path `text` is. The error is the rule that `text` breaks; ids in it are not
/// quoted.
pub(crate) fn locate(method: Method, text: &str) -> Result<Located, String> {
    let (path, query) = split(text)?;
    let mut with_other_method = Vec::new();
    let mut misfit = None;
    for operation in Operation::all() {
        match fit(operation, path) {
            Fit::Whole(path) if operation.method() == method => return Ok(Located { operation, path, query }),
            Fit::Whole(_) => with_other_method.push(operation),
            Fit::But(parameter) if misfit.is_none() || operation.method() == method => {
                misfit = Some((operation, parameter));
            }
            Fit::But(_) | Fit::No => {}
        }
    }
    if let Some(first) = with_other_method.first() {
        let allowed: Vec<_> = with_other_method.iter().map(|operation| operation.method().as_str()).collect();
        return Err(format!("{} allows {}, not {method}", first.path(), allowed.join(" and ")));
    }
    let near = nearest(method, path);
    if let Some((operation, parameter)) = misfit {
        // What stands in the place of an id may also be a word with a slip in it.
        let is_slip = operation.method() != method && near.is_some_and(|near| near.method() == method);
        if !is_slip {
            return Err(format!("needs a UUID for {parameter}: {operation}"));
        }
    } else if let Some(operation) = with_slash(method, path) {
        return Err(format!("needs a slash at its end: {operation}"));
    }
    Err(match near {
        Some(operation) => format!("is no path of the API; the nearest is {operation}"),
        None => "is no path of the API".to_owned(),
    })
}

/// The path and the decoded query of `text`.
fn split(text: &str) -> Result<(&str, Query), String> {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let is_hidden = |letter: char| letter.is_control() || letter.is_whitespace() || letter == '\\';
    let has_dots = |part: &str| matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    let rule = if text.len() > LONGEST {
        "is too long"
    } else if path.starts_with("//") || path.contains("://") {
        "must be a path such as /v2/investors/, not an address: the client knows where the API is"
    } else if !path.starts_with('/') {
        "must begin with a slash"
    } else if text.contains('#') {
        "must not have a fragment"
    } else if text.contains(is_hidden) {
        "must have no space, backslash or control character"
    } else if path.split('/').any(has_dots) {
        "must not lead up by `.` or `..`"
    } else {
        return Ok((path, decoded(query)));
    };
    Err(rule.to_owned())
}

fn decoded(query: &str) -> Query {
    let Ok(mut url) = Url::parse("http://localhost/") else {
        return Vec::new();
    };
    url.set_query(Some(query));
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

fn fit(operation: Operation, path: &str) -> Fit {
    let template = operation.path();
    if template.split('/').count() != path.split('/').count() {
        return Fit::No;
    }
    let mut parts: Vec<Cow<'_, str>> = Vec::new();
    let mut misfit = None;
    for (expected, part) in template.split('/').zip(path.split('/')) {
        let filled = match parameter(expected) {
            None if expected == part => Some(Cow::Borrowed(part)),
            Some(name) if operation.raw().uuids.contains(&name) => {
                let id = Uuid::try_parse(part).ok();
                misfit = misfit.or(id.is_none().then_some(name));
                Some(id.map_or_else(Cow::default, |id| Cow::Owned(id.to_string())))
            }
            Some(_) if is_plain(part) => Some(Cow::Borrowed(part)),
            _ => None,
        };
        match filled {
            Some(filled) => parts.push(filled),
            None => return Fit::No,
        }
    }
    match misfit {
        Some(parameter) => Fit::But(parameter),
        None => Fit::Whole(parts.join("/")),
    }
}

/// The name of the parameter that a part of a template is, if it is one.
fn parameter(part: &'static str) -> Option<&'static str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// Whether `part` means the same encoded or not.
fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte))
}

/// The operation that `path` lacks nothing but a slash at the end for.
fn with_slash(method: Method, path: &str) -> Option<Operation> {
    let path = format!("{path}/");
    let fitting = || Operation::all().filter(|operation| !matches!(fit(*operation, &path), Fit::No));
    fitting().find(|operation| operation.method() == method).or_else(|| fitting().next())
}

/// The operation whose path is most like `path`, if any is.
fn nearest(method: Method, path: &str) -> Option<Operation> {
    let given = shape(path);
    let rank = |operation: &Operation| {
        let distance = distance(&shape(operation.path()), &given);
        (distance, operation.method() != method)
    };
    let operation = Operation::all().min_by_key(rank)?;
    (rank(&operation).0 * 2 <= given.len()).then_some(operation)
}

/// `path` with a mark in the place of each id.
fn shape(path: &str) -> Vec<u8> {
    let is_id = |part: &str| part.starts_with('{') || part.bytes().filter(u8::is_ascii_digit).count() > 2;
    let parts: Vec<_> =
        path.trim_end_matches('/').split('/').map(|part| if is_id(part) { "*" } else { part }).collect();
    parts.join("/").into_bytes()
}

/// How many letters have to be put in, left out or changed to make one of the other (Levenshtein).
fn distance(left: &[u8], right: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, other) in right.iter().enumerate() {
            let changed = diagonal + usize::from(letter != other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests;
