//! Operations that are new, with the schemas that they need.

use serde_json::{Map, Value, json};

use super::{
    Merge,
    draft::{Draft, Unknown},
    home::{Home, home},
    names,
};
use crate::{
    import::{
        compare::{Direction, KEY, content, parameters},
        files::put,
        shape::{Kind, Shape, Site},
    },
    spec::{
        bundle::escape,
        lint,
        operations::{Operation, resolve},
    },
};

/// Failures with the names of our replies.
const FAILURES: [(&str, &str); 8] = [
    ("400", "BadRequest"),
    ("401", "Unauthorized"),
    ("403", "Forbidden"),
    ("404", "NotFound"),
    ("409", "Conflict"),
    ("415", "UnsupportedMediaType"),
    ("422", "KeyReused"),
    ("429", "TooManyRequests"),
];

impl<'a> Merge<'a> {
    pub(super) fn operation(&mut self, path: &str, operation: &Operation<'a>) -> Result<(), String> {
        let home = home(&self.files, path)?;
        self.settle(&home)?;
        let pointer = format!("/paths/{}", escape(&home.key));
        let in_path = self.in_path(&home.file, &home.path)?;
        let value = self.draft_operation(&home, operation)?;
        let item = self.files.at(&home.file, &pointer)?;
        if !in_path.is_empty() && !item.contains_key("parameters") {
            item.insert("parameters".to_owned(), Value::Array(in_path));
        }
        let before = ["parameters", "get", "post", "put", "patch", "delete"];
        let index = before.iter().position(|key| *key == operation.method).unwrap_or(before.len());
        put(item, operation.method, value, &before[..index]);
        Ok(())
    }

    fn draft_operation(&mut self, home: &Home, operation: &Operation<'a>) -> Result<Value, String> {
        let file = &home.file;
        let known = parameters(self.upstream, operation);
        let has_key = known.keys().any(|(place, name)| place == "header" && name.eq_ignore_ascii_case(KEY));
        let mark = match (operation.method, has_key) {
            ("post" | "patch", true) => Some("evidenced"),
            ("post", false) => Some("assumed"),
            ("patch", false) => Some("none"),
            _ => None,
        };
        let takes_key = mark.is_some_and(|mark| mark != "none");
        let (scope, is_guessed) = self.scope_of(home, operation)?;

        let mut map = Map::new();
        let id = lint::operation_id(&Operation { path: &home.path, ..*operation });
        map.insert("operationId".to_owned(), json!(id));
        map.insert("tags".to_owned(), json!([home.tag]));
        map.insert("summary".to_owned(), json!(summary(operation, home)));
        let text = operation.text("description").map(names::sentence).filter(|text| !text.is_empty());
        let text = text.unwrap_or_else(|| "The document names this call and does not describe it.".to_owned());
        map.insert("description".to_owned(), json!(text));
        if operation.value.get("deprecated").is_some_and(|value| *value == true) {
            map.insert("deprecated".to_owned(), json!(true));
        }
        let mut listed = Vec::new();
        for ((_, name), site) in known.iter().filter(|((place, _), _)| place == "query") {
            listed.push(self.query(file, name, site)?);
        }
        if takes_key {
            let name = if operation.method == "post" { "IdempotencyKey" } else { "IdempotencyKeyOptional" };
            listed.push(self.shared(file, "parameters", name)?);
        }
        if !listed.is_empty() {
            map.insert("parameters".to_owned(), Value::Array(listed));
        }
        let body = self.request(home, operation)?;
        let has_body = body.is_some();
        map.extend(body.map(|body| ("requestBody".to_owned(), body)));
        let replies = self.replies(home, operation, Needs { has_body, takes_key, token: scope.is_some() })?;
        map.insert("responses".to_owned(), replies);
        let security = scope.as_ref().map_or_else(|| json!([]), |scope| json!([{ "oauth2": [scope] }]));
        map.insert("security".to_owned(), security);
        map.extend(mark.map(|mark| ("x-idempotency".to_owned(), json!(mark))));
        map.insert("x-evidence".to_owned(), self.evidence());
        let mut invented = vec!["Error replies", "examples"];
        if mark == Some("assumed") {
            invented.push("idempotency key");
        }
        if is_guessed {
            invented.push("scope");
        }
        let (last, rest) = invented.split_last().unwrap_or((&"", &[]));
        let note = format!("{} and {last} are not in the document; they are assumed.", rest.join(", "));
        map.insert("x-evidence-note".to_owned(), json!(note));
        Ok(Value::Object(map))
    }

    /// The scope of a new operation, and whether it is guessed from those beside it. None: it needs no token.
    fn scope_of(&mut self, home: &Home, operation: &Operation<'a>) -> Result<(Option<String>, bool), String> {
        let security = operation.value.get("security").or_else(|| self.upstream.get("security"));
        let schemes: Vec<&Map<String, Value>> =
            security.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object).collect();
        let lists = schemes.iter().flat_map(|scheme| scheme.values()).filter_map(Value::as_array).flatten();
        let mut scopes: Vec<&str> = lists.filter_map(Value::as_str).collect();
        scopes.dedup();
        match scopes.as_slice() {
            [scope] => {
                self.declare(scope)?;
                return Ok((Some((*scope).to_owned()), false));
            }
            [] if security.is_some() && schemes.iter().all(|scheme| scheme.is_empty()) => return Ok((None, false)),
            [] => {}
            _ => return Err("it needs several scopes, and ours need one".to_owned()),
        }
        let is_read = operation.method == "get";
        let items = self.files.get(&home.file, "/paths").and_then(Value::as_object).into_iter().flatten();
        let beside = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
        let mut fitting = beside.filter(|(method, _)| (*method == "get") == is_read);
        let scope = fitting.find_map(|(_, value)| value.pointer("/security/0/oauth2/0")?.as_str());
        let scope = scope.ok_or("nothing says which scope it needs")?.to_owned();
        Ok((Some(scope), true))
    }

    fn request(&mut self, home: &Home, operation: &Operation<'a>) -> Result<Option<Value>, String> {
        let Some(value) = operation.value.get("requestBody") else {
            return Ok(None);
        };
        let site = Site { pointer: format!("{}/requestBody", operation.pointer()), value };
        let text = resolve(self.upstream, value).get("description").and_then(Value::as_str).map(names::sentence);
        let Some(content) = content(self.upstream, site) else {
            return Ok(None);
        };
        let named = |wanted: &str| content.iter().find(|(media, _)| *media == wanted);
        let found = named("application/json").or_else(|| named("multipart/form-data")).or_else(|| content.first());
        let Some((media, schema)) = found else {
            return Ok(None);
        };
        let mut draft =
            Draft { merge: self, file: home.file.clone(), direction: Direction::Sent, unknown: Unknown::Text };
        let owner = names::pascal(&names::singular(&home.noun));
        let shape = Shape::new(draft.merge.upstream, schema);
        let is_form = *media == "multipart/form-data" && shape.kind == Kind::Object && shape.owner().is_some();
        let schema = if is_form {
            Value::Object(draft.content(&shape, &owner)?)
        } else {
            draft.part(schema, ("request", &owner))?
        };
        let text = text.filter(|text| !text.is_empty()).unwrap_or_else(|| "What is sent.".to_owned());
        let content = json!({ *media: { "schema": schema } });
        Ok(Some(json!({ "required": true, "description": text, "content": content })))
    }

    fn replies(&mut self, home: &Home, operation: &Operation<'a>, needs: Needs) -> Result<Value, String> {
        let (status, value) = operation.success().ok_or("the document gives it no success reply")?;
        let text = resolve(self.upstream, value).get("description").and_then(Value::as_str).map(names::sentence);
        let text = text.filter(|text| !text.is_empty()).unwrap_or_else(|| "Done.".to_owned());
        let mut reply = json!({ "description": text });
        let site = Site { pointer: format!("{}/responses/{status}", operation.pointer()), value };
        let found = content(self.upstream, site).unwrap_or_default();
        let json = found.iter().find(|(media, _)| *media == "application/json").or_else(|| found.first());
        if let Some((media, schema)) = json {
            let mut draft =
                Draft { merge: self, file: home.file.clone(), direction: Direction::Received, unknown: Unknown::Text };
            let owner = names::pascal(&names::singular(&home.noun));
            let schema = draft.part(schema, ("reply", &owner))?;
            reply["content"] = json!({ *media: { "schema": schema } });
        }
        let mut replies = Map::new();
        replies.insert(status.to_owned(), reply);
        let is_list = operation.method == "get" && !home.path.ends_with("}/");
        for (status, name) in FAILURES {
            let needed = match status {
                "400" | "415" => needs.has_body,
                "401" | "403" => needs.token,
                "404" => home.path.contains('{') || is_list,
                "409" | "422" => needs.takes_key,
                _ => true,
            };
            if needed {
                replies.insert(status.to_owned(), self.shared(&home.file, "responses", name)?);
            }
        }
        replies.insert("5XX".to_owned(), self.shared(&home.file, "responses", "ServerError")?);
        Ok(Value::Object(replies))
    }
}

/// What decides which failures are possible.
#[derive(Clone, Copy)]
struct Needs {
    has_body: bool,
    takes_key: bool,
    token: bool,
}

fn summary(operation: &Operation<'_>, home: &Home) -> String {
    let said = operation.text("summary").map(names::sentence).filter(|text| !text.is_empty());
    if let Some(said) = said {
        return said.trim_end_matches('.').to_owned();
    }
    let words: Vec<&str> = home.path.split('/').filter(|part| !part.is_empty() && !part.starts_with('{')).collect();
    let last = names::words(words.last().copied().unwrap_or_default());
    let on_item = home.path.ends_with("}/");
    match (operation.method, on_item) {
        ("get", false) => format!("List {last}"),
        ("get", true) => format!("Read {}", names::one(&names::singular(&last))),
        ("post", _) => format!("Create {}", names::one(&names::singular(&last))),
        ("delete", _) => format!("Delete {}", names::one(&names::singular(&last))),
        _ => format!("Change {}", names::one(&names::singular(&last))),
    }
}
