use super::*;

#[test]
fn retry_after_is_seconds_or_a_date() {
    check("0", Some(0));
    check("120", Some(120));
    check(" 7 ", Some(7));
    check("Sun, 06 Nov 1994 08:50:37 GMT", Some(60));
    check("Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
    check("-1", None);
    check("soon", None);

    #[track_caller]
    fn check(value: &str, seconds: Option<u64>) {
        let now = "1994-11-06T08:49:37Z".parse().unwrap();
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, value.parse().unwrap())]);
        assert_eq!(retry_after(&headers, now), seconds.map(Duration::from_secs));
    }
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
    assert_eq!(json_path::<Page>(br#"{"results":[{"units":1},{"units":"x"}]}"#).as_deref(), Some("results[1].units"));
    assert_eq!(json_path::<Page>(b"<html>"), None);
}

#[test]
fn a_path_shows_no_name_that_is_not_a_field_name() {
    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Answers {
        answers: Vec<serde_json::Map<String, serde_json::Value>>,
    }
    let cut = br#"{"answers":[{"Erika Mustermann":{"age": 4"#;
    assert_eq!(json_path::<Answers>(cut).as_deref(), Some("answers[0].?.?"));
    let unknown = format!(r#"{{"{}":{{"x": tru"#, "e".repeat(100_000));
    assert_eq!(json_path::<Answers>(unknown.as_bytes()).as_deref(), Some("?"));
}
