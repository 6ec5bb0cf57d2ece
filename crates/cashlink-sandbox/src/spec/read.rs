//! Reads operations out of the description.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::schema::{Library, Schema};
use super::shape::Shape;
use super::{Operation, Request, Spec, family, handler};

impl Spec {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let library = Arc::new(Library::read(&document)?);
        let paths = document["paths"].as_object().ok_or("it has no paths")?;
        let mut operations = Vec::new();
        for (path, item) in paths {
            let item = item.as_object().ok_or_else(|| format!("{path} is not an object"))?;
            for (method, operation) in item {
                let Some(method) = mapped_method(method) else {
                    continue;
                };
                let reader = Reader { document: &document, library: &library, operation };
                operations.push(reader.read(path, method)?);
            }
        }
        Ok(Self { operations })
    }
}

fn mapped_method(key: &str) -> Option<Method> {
    match key {
        "get" => Some(Method::GET),
        "post" => Some(Method::POST),
        "put" => Some(Method::PUT),
        "patch" => Some(Method::PATCH),
        "delete" => Some(Method::DELETE),
        _ => None,
    }
}

struct Reader<'a> {
    document: &'a Value,
    library: &'a Arc<Library>,
    operation: &'a Value,
}

impl Reader<'_> {
    fn read(&self, path: &str, method: Method) -> Result<Operation, String> {
        let id = self.operation["operationId"].as_str();
        let id = id.ok_or_else(|| format!("{method} {path} has no operation id"))?;
        let replies = self.replies();
        let success = replies.keys().copied().find(|status| (200..300).contains(status));
        let success = success.and_then(|status| StatusCode::from_u16(status).ok());
        let success = success.ok_or_else(|| format!("{id} has no successful reply"))?;
        Ok(Operation {
            id: id.to_owned(),
            method,
            path: path.to_owned(),
            family: family(path),
            scopes: self.scopes(),
            request: self.request(),
            success,
            shape: self.shape(success),
            has_product_filter: self.has_query("product_id"),
            handler: handler(id),
            replies: replies.into_iter().filter_map(|(status, schema)| Some((status, schema?))).collect(),
        })
    }

    fn scopes(&self) -> Vec<String> {
        let requirements = self.operation["security"].as_array().into_iter().flatten();
        let scopes = requirements.filter_map(|requirement| requirement["oauth2"].as_array()).flatten();
        scopes.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn request(&self) -> Request {
        let body = self.resolve(&self.operation["requestBody"]);
        let content = body["content"].as_object();
        let Some(media_type) = content.and_then(|content| content.keys().next()) else {
            return Request::None;
        };
        match media_type.as_str() {
            "multipart/form-data" => Request::Upload,
            "application/x-www-form-urlencoded" => Request::Form,
            _ => Request::Json {
                schema: Schema::new(&body["content"][media_type]["schema"], self.library),
                is_required: body["required"] == Value::Bool(true),
            },
        }
    }

    /// The schema of each reply that has a status of its own, `None` for one without a body.
    fn replies(&self) -> BTreeMap<u16, Option<Schema>> {
        let no_replies = Map::new();
        let replies = self.operation["responses"].as_object().unwrap_or(&no_replies);
        replies
            .iter()
            .filter_map(|(status, reply)| {
                let schema = &self.resolve(reply)["content"]["application/json"]["schema"];
                let schema = (!schema.is_null()).then(|| Schema::new(schema, self.library));
                Some((status.parse().ok()?, schema))
            })
            .collect()
    }

    fn shape(&self, status: StatusCode) -> Shape {
        let reply = self.resolve(&self.operation["responses"][status.as_str()]);
        Shape::read(self.document, &reply["content"]["application/json"]["schema"])
    }

    fn has_query(&self, name: &str) -> bool {
        let parameters = self.operation["parameters"].as_array().into_iter().flatten();
        let mut parameters = parameters.map(|parameter| self.resolve(parameter));
        parameters.any(|parameter| parameter["in"] == "query" && parameter["name"] == name)
    }

    /// `node`, or what it refers to.
    fn resolve<'b>(&'b self, node: &'b Value) -> &'b Value {
        let pointer = node["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        pointer.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(node)
    }
}
