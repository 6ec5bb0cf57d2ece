use std::collections::HashMap;

use cashlink_api::operations;

use super::*;

fn path<T: DeserializeOwned>(body: &[u8]) -> Option<String> {
    fault::<T>(body).path
}

#[test]
fn a_path_names_the_field_that_cannot_be_read() {
    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Page {
        results: Vec<Item>,
    }
    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Item {
        units: i64,
    }
    assert_eq!(path::<Page>(br#"{"results":[{"units":1},{"units":"x"}]}"#).as_deref(), Some("results[1].units"));
    assert_eq!(path::<Page>(b"<html>"), None);
}

#[test]
fn a_path_shows_no_name_that_is_not_a_field_name() {
    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Answers {
        answers: Vec<serde_json::Map<String, serde_json::Value>>,
    }
    let cut = br#"{"answers":[{"Erika Mustermann":{"age": 4"#;
    assert_eq!(path::<Answers>(cut).as_deref(), Some("answers[0].?.?"));
    let unknown = format!(r#"{{"{}":{{"x": tru"#, "e".repeat(100_000));
    assert_eq!(path::<Answers>(unknown.as_bytes()).as_deref(), Some("?"));
}

#[test]
fn a_fault_says_what_is_wrong() {
    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Wallet {
        id: String,
        owner: Option<Box<Wallet>>,
        wallets: Option<Vec<Wallet>>,
    }
    check("{}", "a field that must be there is missing", Some("id"));
    check(r#"{"id":"a","owner":{}}"#, "a field that must be there is missing", Some("owner.id"));
    check(r#"{"id":"a","wallets":[{"id":"b"},{}]}"#, "a field that must be there is missing", Some("wallets[1].id"));
    check(r#"{"id":"a","owner":{"id":7}}"#, "not what the API describes", Some("owner.id"));
    check(r#"{"id":"a","id":"a"}"#, "not what the API describes", None);
    check("[]", "not what the API describes", None);
    check(r#"{"id":"a","owner":{"id":"b""#, "JSON that breaks off", Some("owner.?"));
    check("<html>", "not JSON", None);
    check("", "JSON that breaks off", None);
    check(r#"{"id":"a"} {}"#, "more than one JSON value", None);

    #[track_caller]
    fn check(body: &str, reason: &str, path: Option<&str>) {
        let fault = fault::<Wallet>(body.as_bytes());
        assert_eq!((fault.reason, fault.path.as_deref()), (reason, path));
    }
}

#[test]
fn a_number_that_a_machine_word_may_not_hold_becomes_text() {
    check("[18446744073709551615,-9223372036854775808]", "[18446744073709551615,-9223372036854775808]");
    check("[18446744073709551616,-9223372036854775809]", r#"["18446744073709551616","-9223372036854775809"]"#);
    check("[184467440737095516150]", r#"["184467440737095516150"]"#);
    check("184467440737095516150", r#""184467440737095516150""#);
    check("{\"a\":\n-184467440737095516150}", "{\"a\":\n\"-184467440737095516150\"}");
    check("[1,\t184467440737095516150 ]", "[1,\t\"184467440737095516150\" ]");
    check(r#"{"iban":"DE89370400440532013000"}"#, r#"{"iban":"DE89370400440532013000"}"#);
    check(r#"["12, 184467440737095516150"]"#, r#"["12, 184467440737095516150"]"#);
    check(
        r#"{"a":-100000000000000000000,"b":"\"100000000000000000000"}"#,
        r#"{"a":"-100000000000000000000","b":"\"100000000000000000000"}"#,
    );
    check("[1.00000000000001,-9007199254740993]", "[1.00000000000001,-9007199254740993]");
    check("[100.0000000000000000001,-0.1234567890123456]", r#"["100.0000000000000000001","-0.1234567890123456"]"#);
    check(
        "[100000000000000000001e-20, 1e99999999999999999999]",
        r#"["100000000000000000001e-20", 1e99999999999999999999]"#,
    );
    check(r#"["unterminated 100000000000000000000"#, r#"["unterminated 100000000000000000000"#);
    check(r#"["100000000000000000000\"#, r#"["100000000000000000000\"#);
    check("", "");
    for spaces in 0..2 * LONG_NUMBER {
        let spaces = " ".repeat(spaces);
        check(&format!("{spaces}100000000000000000000"), &format!("{spaces}\"100000000000000000000\""));
        check(&format!("{spaces}1.000000000000001"), &format!("{spaces}\"1.000000000000001\""));
    }

    #[track_caller]
    fn check(body: &str, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&with_long_numbers_as_text(body.as_bytes())), expected);
    }
}

#[test]
fn a_price_keeps_the_digits_that_a_binary_float_would_lose() {
    let list = &operations::V2_INVESTORS_LIST;
    let one_form = |number: &str| in_one_form(list, format!("[{number}]").as_bytes()).unwrap();
    let price = |number: &str| {
        let page: HashMap<String, [cashlink_types::Price; 1]> = serde_json::from_slice(&one_form(number)).unwrap();
        page["results"][0].to_string()
    };
    for number in ["100.00000000000000000001", "0.30000000000000004", "18446744073709551617", "2.5"] {
        assert_eq!(price(number), number);
    }
}

#[test]
fn the_forms_of_a_success_become_one() {
    let list = &operations::V2_INVESTORS_LIST;
    let task = &operations::V2_INVESTMENTS_CREDITS_CREATE;
    check(list, " [{}]", Some(r#"{"results": [{}]}"#));
    check(list, r#"{"results":[]}"#, None);
    check(&operations::V2_INVESTORS_CREATE, "[{}]", None);
    check(task, "", task.empty_reply.then_some("{}"));
    check(&operations::V2_INVESTORS_CREATE, "", None);

    #[track_caller]
    fn check(operation: &Operation, body: &str, expected: Option<&str>) {
        let found = in_one_form(operation, body.as_bytes());
        assert_eq!(found.map(|body| String::from_utf8(body).unwrap()).as_deref(), expected);
    }
}
