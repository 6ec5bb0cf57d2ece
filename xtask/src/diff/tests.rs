mod cases;
mod inputs;
mod random;
mod rare;
mod told;
mod written;

use super::*;

#[test]
fn the_same_document_has_no_change() {
    let text = include_str!("../../../openapi/cashlink.json");
    let document: Value = serde_json::from_str(text).unwrap();
    assert_eq!(compare(&document, &document), []);
}
