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
