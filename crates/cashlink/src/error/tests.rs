use bytes::Bytes;
use http::StatusCode;

use super::*;

fn without_token(failure: AuthFailure) -> Error {
    let intent = Intent { operation_id: "v2_things_create", key: None, attempts: 0, outcome: Outcome::NotSent };
    Error::from_auth(failure, intent)
}

#[test]
fn only_a_refusal_of_the_credentials_is_a_failure_of_authentication() {
    check(refused(400), true, false);
    check(refused(401), true, false);
    check(refused(403), true, false);
    check(refused(404), false, false);
    check(refused(302), false, false);
    check(refused(429), false, true);
    check(refused(503), false, true);
    check(AuthFailure::TimedOut, false, true);
    check(AuthFailure::Unreadable, false, false);

    #[track_caller]
    fn check(failure: AuthFailure, is_auth: bool, is_transient: bool) {
        let error = without_token(failure);
        assert_eq!((error.is_auth(), error.is_transient()), (is_auth, is_transient));
        assert_eq!(error.outcome(), Outcome::NotSent);
    }

    fn refused(status: u16) -> AuthFailure {
        let reply = ApiError::new(StatusCode::from_u16(status).unwrap(), &Bytes::new());
        AuthFailure::Refused { reply, code: None }
    }
}

#[test]
fn a_token_that_does_not_come_in_time_is_a_timeout() {
    assert!(without_token(AuthFailure::TimedOut).is_timeout());
    assert!(!without_token(AuthFailure::Unreadable).is_timeout());
}
