use std::fmt;

use super::*;

#[derive(Debug)]
struct Layer(&'static str, Option<Box<Layer>>);

impl fmt::Display for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl StdError for Layer {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.1.as_deref().map(|layer| layer as &dyn StdError)
    }
}

#[test]
fn an_error_is_shown_with_all_its_layers_once_on_one_line() {
    let refused = Layer("connection refused", None);
    let again = Layer("no connection:\nconnection refused", Some(Box::new(refused)));
    let step = Layer("the step failed", Some(Box::new(again)));
    assert_eq!(chain(&step), "the step failed: no connection:; connection refused");
}

#[test]
fn what_is_wrong_with_settings_is_told_by_the_names_of_the_options() {
    let error = cashlink::Cashlink::builder().base_url("http://example.org").build().unwrap_err();
    let failure = Failure::of_call(&error);
    assert_eq!(failure.exit, Exit::Invalid);
    let paths: Vec<_> = failure.fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(
        paths,
        ["--url or CASHLINK_URL", "--client-id or CASHLINK_CLIENT_ID", "--client-secret or CASHLINK_CLIENT_SECRET"]
    );
}

#[test]
fn what_the_api_says_is_masked_and_on_one_line() {
    let said = said(Some("'Max' is known."), [("iban", "\"DE89\"\nis wrong")].into_iter());
    let shown: Vec<_> = said.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["'…' is known.", "iban: \"…\" is wrong"]);
}

#[test]
fn problems_are_shown_one_to_a_line() {
    let problems = vec![Problem::new("units", "must be at least 1"), Problem::new("iban", "is not an IBAN")];
    let failure = Failure::invalid(problems, Some("mend it".to_owned()));
    assert_eq!(
        failure.lines(),
        [
            "error: 2 problems; nothing was sent",
            "  units: must be at least 1",
            "  iban: is not an IBAN",
            "  hint: mend it"
        ]
    );
}

#[test]
fn the_advice_after_a_call_fits_its_outcome_and_its_journal() {
    let operation = Operation::all().find(Operation::takes_key).unwrap();
    let advised = |exit, remedy, key: Option<&str>, reconcile: Option<&str>| {
        let key = key.map(|key| key.parse().unwrap());
        hint::of_call(exit, remedy, &Asked { operation, key, reconcile: reconcile.map(str::to_owned) })
    };
    let (key, reconcile) = (Some("order-1"), Some("cashlink intents reconcile"));
    let both = advised(Exit::Unknown, Remedy::None, key, reconcile);
    assert!(both.starts_with("`cashlink intents reconcile` finds out") && both.contains("--key order-1"), "{both}");
    assert!(!advised(Exit::Unknown, Remedy::None, key, None).contains("reconcile"));
    assert!(!advised(Exit::Unknown, Remedy::None, None, reconcile).contains("--key"));
    assert!(advised(Exit::Unknown, Remedy::None, None, None).starts_with("read what became of it"));
    assert!(advised(Exit::NotSent, Remedy::Journal, key, reconcile).contains("--no-journal; nothing was changed"));
    assert!(advised(Exit::Unknown, Remedy::Journal, key, reconcile).contains("then `cashlink intents reconcile`"));
    assert!(advised(Exit::Invalid, Remedy::KeyTaken, key, None).contains("cashlink intents show order-1"));
    assert!(advised(Exit::Unknown, Remedy::Withheld, key, reconcile).starts_with("look at the API"));
}

#[test]
fn the_way_to_go_on_depends_on_what_was_done() {
    let origin = |again| Origin { guide: "registry", run_id: "r-1".to_owned(), again, mismatch: again };
    let advised = |exit, is_resumable, again| {
        let origin = origin(again);
        Advice { exit, cause: exit, remedy: Remedy::None, is_resumable, origin: &origin }.text()
    };
    let advice = |exit, is_resumable| advised(exit, is_resumable, None);
    assert!(advice(Exit::Unknown, true).contains("--run-id r-1: the same keys"));
    assert!(advice(Exit::Unknown, false).contains("start nothing again"));
    assert!(advice(Exit::PartlyDone, true).contains("--run-id r-1: what was done is not repeated"));
    assert!(advice(Exit::PartlyDone, false).contains("the same answer again"));
    assert!(advice(Exit::Unauthenticated, true).starts_with("check the client id"));
    assert!(advice(Exit::Rejected, false).contains("Take a new run id only if no earlier run had --run-id r-1"));
    assert!(advice(Exit::Rejected, true).contains("--run-id r-1; this run did nothing"));
    assert!(advice(Exit::Invalid, false).contains("cashlink guide registry --template"));

    let recorded = |exit, is_resumable| advised(exit, is_resumable, Some("cashlink runs resume r-1"));
    assert!(recorded(Exit::Unknown, true).contains("`cashlink runs resume r-1` finds out"));
    assert!(recorded(Exit::Unknown, false).contains("start nothing again"));
    assert!(recorded(Exit::PartlyDone, true).contains("resume r-1` goes on from there"));
    assert!(recorded(Exit::PartlyDone, false).contains("resume r-1` takes the step once more"));
    assert!(recorded(Exit::NotSent, true).ends_with("resume r-1` goes on; this run did nothing"));
}
