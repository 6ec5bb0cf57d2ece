//! The place of a change as a person reads it; programs get the JSON pointer.

use super::document::unescaped;

/// `GET /v2/orders/: parameters/0` or `Order.price: maxLength` for the place at `pointer`.
pub(super) fn shown(pointer: &str) -> String {
    let steps: Vec<String> = pointer.split('/').skip(1).map(unescaped).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    match steps.as_slice() {
        [] => "the document".to_owned(),
        ["paths", path, method, rest @ ..] => with(format!("{} {path}", method.to_uppercase()), rest),
        ["x-webhooks", event, _, rest @ ..] => with(format!("event {event}"), rest),
        ["components", "schemas", name, rest @ ..] => {
            let (name, rest) = property((*name).to_owned(), rest);
            with(name, rest)
        }
        ["components", kind, name, rest @ ..] => with(format!("{} {name}", singular(kind)), rest),
        steps => steps.join("/"),
    }
}

/// The property of the schema `name` to which `steps` lead, and what is left of them. Parts of a schema are not told apart.
fn property<'s, 'p>(mut name: String, mut steps: &'s [&'p str]) -> (String, &'s [&'p str]) {
    loop {
        steps = match steps {
            ["properties", property, rest @ ..] => {
                name = format!("{name}.{property}");
                rest
            }
            ["items", rest @ ..] => {
                name.push_str("[]");
                rest
            }
            ["additionalProperties", rest @ ..] if !rest.is_empty() => {
                name.push_str(".*");
                rest
            }
            ["allOf", _, rest @ ..] => rest,
            rest => return (name, rest),
        };
    }
}

/// What one of the components below `kind` is.
fn singular(kind: &str) -> &str {
    match kind {
        "requestBodies" => "body",
        "responses" => "reply",
        "securitySchemes" => "scheme",
        kind => kind.strip_suffix('s').unwrap_or(kind),
    }
}

fn with(name: String, rest: &[&str]) -> String {
    if rest.is_empty() { name } else { format!("{name}: {}", rest.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_as_a_person_would() {
        check("", "the document");
        check("/servers/0", "servers/0");
        check("/paths/~1v2~1orders~1{order_id}~1/get", "GET /v2/orders/{order_id}/");
        check("/paths/~1v2~1orders~1/post/responses/201", "POST /v2/orders/: responses/201");
        check(
            "/paths/~1a~1/post/requestBody/content/multipart~1form-data/schema",
            "POST /a/: requestBody/content/multipart/form-data/schema",
        );
        check("/x-webhooks/order_status/post/requestBody", "event order_status: requestBody");
        check("/components/schemas/Order", "Order");
        check("/components/schemas/Order/properties/price", "Order.price");
        check("/components/schemas/Order/allOf/1/properties/labels/items/maxLength", "Order.labels[]: maxLength");
        check("/components/schemas/Errors/additionalProperties/items", "Errors.*[]");
        check("/components/schemas/Order/additionalProperties", "Order: additionalProperties");
        check("/components/schemas/Price/oneOf/0/properties/unit", "Price: oneOf/0/properties/unit");
        check("/components/schemas/Status/x-extensible-enum/2", "Status: x-extensible-enum/2");
        check("/components/parameters/Page/schema/minimum", "parameter Page: schema/minimum");
        check("/components/requestBodies/Order/required", "body Order: required");
        check("/components/securitySchemes/oauth2/flows", "scheme oauth2: flows");

        #[track_caller]
        fn check(pointer: &str, expected: &str) {
            assert_eq!(shown(pointer), expected);
        }
    }
}
