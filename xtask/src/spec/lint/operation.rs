//! Rules for operations.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Report, evidence};
use crate::spec::{
    bundle::escape,
    operations::{self, Operation, resolve},
};

/// The one path that has neither slash, scope nor key.
const TOKEN_PATH: &str = "/oauth/token";

pub(super) fn check_all(report: &mut Report<'_>) {
    let bundle = report.bundle;
    for operation in operations::all(bundle.document()) {
        let check = Check { operation, pointer: operation.pointer(), document: bundle.document() };
        check.naming(report);
        check.scope(report);
        check.idempotency(report);
        check.repetition(report);
        check.path(report);
        check.replies(report);
        check.examples(report);
        evidence::must_have(report, &check.pointer, operation.value);
    }
    for event in operations::events(bundle.document()) {
        let pointer = format!("/x-webhooks/{}/{}", escape(event.path), event.method);
        let check = Check { operation: event, pointer, document: bundle.document() };
        check.examples(report);
        evidence::must_have(report, &check.pointer, event.value);
    }
}

struct Check<'a> {
    operation: Operation<'a>,
    pointer: String,
    document: &'a Value,
}

impl Check<'_> {
    fn naming(&self, report: &mut Report<'_>) {
        let expected = operation_id(&self.operation);
        let found = self.operation.text("operationId").unwrap_or_default();
        if found != expected {
            report.add(&self.pointer, "operation-id", format!("`{found}` must be `{expected}`"));
        }
        if self.operation.text("summary").is_none_or(|summary| summary.trim().is_empty()) {
            report.add(&self.pointer, "operation-summary", "a summary is missing");
        }
        let declared: Vec<&Value> = list(self.document, "tags").filter_map(|tag| tag.get("name")).collect();
        let tags: Vec<&Value> = list(self.operation.value, "tags").collect();
        if tags.len() != 1 || !declared.contains(&tags[0]) {
            report.add(&self.pointer, "operation-tag", "exactly one tag that the entry declares is needed");
        }
    }

    fn scope(&self, report: &mut Report<'_>) {
        let security = self.operation.value.get("security");
        if self.operation.path == TOKEN_PATH && security == Some(&json!([])) {
            return;
        }
        let scopes = self.operation.scopes();
        let flow = self.document.pointer("/components/securitySchemes/oauth2/flows/clientCredentials/scopes");
        let declared = |scope: &str| flow.is_some_and(|flow| flow.get(scope).is_some());
        // Whatever stands beside it would be another way in.
        let is_alone = security == Some(&json!([{ "oauth2": scopes }]));
        if !is_alone || scopes.len() != 1 || !declared(scopes[0]) {
            let problem = "`security` must be `[{oauth2: [<one declared scope>]}]`; only the token's is `[]`";
            return report.add(&self.pointer, "operation-scope", problem);
        }
        let right = if self.operation.method == "get" { "read" } else { "write" };
        if scopes[0].rsplit_once(':').is_none_or(|(_, given)| given != right) {
            let problem =
                format!("`{}` does not end in `:{right}`, as what `{}` needs", scopes[0], self.operation.method);
            report.add(&self.pointer, "operation-scope", problem);
        }
    }

    fn idempotency(&self, report: &mut Report<'_>) {
        let mark = self.operation.text("x-idempotency");
        let changes = matches!(self.operation.method, "post" | "patch");
        match mark {
            Some("none") if self.operation.method == "post" && self.operation.path != TOKEN_PATH => {
                report.add(
                    &self.pointer,
                    "idempotency-marked",
                    "a POST that creates takes a key: `evidenced` or `assumed`",
                );
            }
            Some("evidenced" | "assumed" | "none") if changes => {}
            None if !changes => {}
            Some(mark) if changes => {
                let problem = format!("`{mark}` is none of evidenced, assumed and none");
                report.add(&self.pointer, "idempotency-marked", problem);
            }
            Some(_) => report.add(&self.pointer, "idempotency-marked", "an operation that only reads takes no mark"),
            None => report.add(&self.pointer, "idempotency-marked", "`x-idempotency` is missing"),
        }
        let takes_key = changes && matches!(mark, Some("evidenced" | "assumed"));
        let key = self.parameters().find(|parameter| {
            parameter
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(|name| name.eq_ignore_ascii_case("X-Idempotency-Key"))
        });
        let required = key.map(|key| key.get("required") == Some(&Value::Bool(true)));
        let is_header = key.is_none_or(|key| key["in"] == "header");
        let problem = match (takes_key, required) {
            (true, Some(_)) if !is_header => "the key must be a header parameter",
            (true, None) => "the header parameter `X-Idempotency-Key` is missing",
            (false, Some(_)) => "an operation without `x-idempotency` takes no key",
            (true, Some(false)) if self.operation.method == "post" => "the key must be required on a POST",
            (true, Some(true)) if self.operation.method == "patch" => "the key must be optional on a PATCH",
            _ => return,
        };
        report.add(&self.pointer, "idempotency-key", problem);
    }

    /// What the marks for repeating and for leaving out a body may say, and where.
    fn repetition(&self, report: &mut Report<'_>) {
        let value = self.operation.value;
        if value.get("x-repeatable").is_some_and(|mark| *mark != true || self.operation.method != "patch") {
            report.add(&self.pointer, "repeatable", "`x-repeatable` is `true`, on a PATCH");
        }
        let body = value.get("requestBody").map(|body| resolve(self.document, body));
        let is_optional = body.is_some_and(|body| body.get("required") != Some(&Value::Bool(true)));
        if let Some(mark) = value.get("x-client-body")
            && (mark != "omit" || !is_optional)
        {
            report.add(&self.pointer, "client-body", "`x-client-body` is `omit`, where the body is optional");
        }
        if self.operation.method == "get" && body.is_some() {
            report.add(&self.pointer, "client-body", "a GET has no body");
        }
    }

    fn path(&self, report: &mut Report<'_>) {
        let path = self.operation.path;
        if path != TOKEN_PATH && !path.ends_with('/') {
            report.add(&self.pointer, "path-slash", format!("`{path}` must end with a slash"));
        }
        for name in path_parameters(path) {
            let declared = |parameter: &Value| {
                parameter["name"] == name && parameter["in"] == "path" && parameter["required"] == true
            };
            if !self.parameters().any(declared) {
                let problem = format!("`{name}` must be declared as a required path parameter");
                report.add(&self.pointer, "path-parameters", problem);
            }
        }
        let mut seen = BTreeSet::new();
        for parameter in self.parameters() {
            let [name, place] =
                ["name", "in"].map(|key| parameter.get(key).and_then(Value::as_str).unwrap_or_default());
            if place == "path" && !path_parameters(path).any(|part| part == name) {
                report.add(&self.pointer, "path-parameters", format!("`{name}` is not in the path"));
            }
            if !seen.insert((place, name.to_ascii_lowercase())) {
                report.add(&self.pointer, "path-parameters", format!("`{name}` is declared twice"));
            }
        }
    }

    fn replies(&self, report: &mut Report<'_>) {
        let value = self.operation.value;
        let Some(replies) = value.get("responses").and_then(Value::as_object) else {
            return report.add(&self.pointer, "operation-replies", "`responses` is missing");
        };
        let successes: Vec<&String> = replies.keys().filter(|status| status.starts_with('2')).collect();
        if successes.len() != 1 || successes[0].parse::<u16>().is_err() {
            report.add(&self.pointer, "operation-replies", "exactly one success status is needed, and no range");
        }
        let token = !self.operation.scopes().is_empty();
        let needed = [
            ("400", value.get("requestBody").is_some()),
            ("401", token),
            ("403", token),
            ("404", path_parameters(self.operation.path).next().is_some()),
        ];
        for (status, _) in needed.into_iter().filter(|(status, needed)| *needed && !replies.contains_key(*status)) {
            report.add(&self.pointer, "operation-replies", format!("the reply {status} is missing"));
        }
    }

    fn examples(&self, report: &mut Report<'_>) {
        let body = self.operation.value.get("requestBody").map(|body| ("requestBody", resolve(self.document, body)));
        let reply = self.operation.success().map(|(_, reply)| ("success reply", resolve(self.document, reply)));
        for (what, part) in body.into_iter().chain(reply) {
            let content = part.get("content").and_then(Value::as_object).into_iter().flatten();
            for (media, content) in content.filter(|(media, _)| media.as_str() != "multipart/form-data") {
                if content.get("example").is_none() && content.get("examples").is_none() {
                    let problem = format!("the {what} ({media}) has no example");
                    report.add(&self.pointer, "operation-examples", problem);
                }
            }
        }
    }

    /// Parameters of the operation and of the path item around it.
    fn parameters(&self) -> impl Iterator<Item = &Value> {
        let own = list(self.operation.value, "parameters");
        let shared = list(self.operation.item, "parameters");
        own.chain(shared).map(|parameter| resolve(self.document, parameter))
    }
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// The id that follows from path and method.
pub(crate) fn operation_id(operation: &Operation<'_>) -> String {
    let parts: Vec<&str> = operation.path.split('/').filter(|part| !part.is_empty()).collect();
    let on_item = parts.last().is_some_and(|part| part.starts_with('{'));
    let action = match (operation.method, on_item) {
        ("get", false) => "list",
        ("get", true) => "retrieve",
        ("post", _) => "create",
        ("patch", _) => "partial_update",
        ("put", _) => "update",
        _ => "destroy",
    };
    let words = parts.into_iter().filter(|part| !part.starts_with('{')).chain([action]);
    words.collect::<Vec<_>>().join("_").replace('-', "_")
}
