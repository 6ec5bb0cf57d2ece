//! Replies that say something else than they should.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::fault::Kind;
use crate::spec::Shape;

/// What no list of the description has.
const UNKNOWN: &str = "UNKNOWN_TO_EVERYBODY";

/// A name that is not described.
const EXTRA: &str = "added_by_a_fault";

/// `body` as the fault has it; none if that is no change.
pub(super) fn altered(kind: &Kind, shape: &Shape, body: &[u8]) -> Option<Bytes> {
    let before: Value = serde_json::from_slice(body).ok()?;
    let mut reply = before.clone();
    match kind {
        Kind::ExtraField => shape.things(&mut reply).into_iter().for_each(extend),
        Kind::NullOptional { .. } => shape.visit(&mut reply, &mut |place, value| {
            if kind.is_about(place) {
                *value = Value::Null;
            }
        }),
        _ => shape.visit(&mut reply, &mut |place, value| {
            if kind.is_about(place) {
                *value = UNKNOWN.into();
            }
        }),
    }
    (reply != before).then(|| Bytes::from(reply.to_string()))
}

/// Adds a property to every object in `value`.
fn extend(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(extend),
        Value::Object(members) => {
            members.values_mut().for_each(extend);
            members.insert(EXTRA.to_owned(), json!({ "deep": [1, 2.5, null] }));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Fault;
    use crate::spec::Spec;

    #[test]
    fn only_what_the_fault_is_about_is_changed() {
        let unknown = Fault::unknown_enum_value;
        check(&unknown(), &json!({"id": "1", "status": "PAID", "cancellation_reason": null}), |reply| {
            reply["status"] = json!(UNKNOWN);
            reply["cancellation_reason"] = json!(UNKNOWN);
        });
        check(&unknown().property("status"), &json!({"status": "PAID", "cancellation_reason": null}), |reply| {
            reply["status"] = json!(UNKNOWN);
        });
        check(&Fault::null_optional(), &json!({"id": "1", "status": "PAID", "units": 3}), |reply| {
            reply["units"] = Value::Null;
        });
        check(&Fault::null_optional().property("disagio.amount"), &json!({"disagio": {"amount": "1"}}), |_| {});
        check(&Fault::null_optional().property("units"), &json!({"units": null, "wallet": "1"}), |_| {});
        check(&Fault::extra_field(), &json!({"disagio": {"amount": "1"}, "z": [{}, 1]}), |reply| {
            let added = json!({"deep": [1, 2.5, null]});
            reply["disagio"][EXTRA] = added.clone();
            reply["z"][0][EXTRA] = added.clone();
            reply[EXTRA] = added;
        });

        #[track_caller]
        fn check(fault: &Fault, thing: &Value, change: impl Fn(&mut Value)) {
            let one = operation("v2_investments_retrieve");
            let mut expected = thing.clone();
            change(&mut expected);
            let expected = Some(expected).filter(|expected| expected != thing);
            assert_eq!(alter(fault, one, thing), expected, "{fault:?}");

            let page = |results: Value| json!({"count": 1, "next": null, "previous": null, "results": results});
            let list = operation("v2_investments_list");
            let on_page = expected.map(|expected| page(json!([expected])));
            assert_eq!(alter(fault, list, &page(json!([thing]))), on_page, "{fault:?}");
            assert_eq!(alter(fault, list, &page(json!([]))), None, "{fault:?}");
        }

        fn alter(fault: &Fault, shape: &Shape, reply: &Value) -> Option<Value> {
            let bytes = altered(&fault.kind, shape, reply.to_string().as_bytes())?;
            Some(serde_json::from_slice(&bytes).unwrap())
        }

        fn operation(id: &str) -> &'static Shape {
            let mut operations = Spec::get().unwrap().operations.iter();
            &operations.find(|operation| operation.id == id).unwrap().shape
        }
    }
}
