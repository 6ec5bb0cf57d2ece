use super::*;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const OLDER: &str = "f00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, a00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn options(journal: Option<&str>) -> JournalOptions {
    JournalOptions { journal: journal.map(PathBuf::from), journal_key_file: None }
}

#[test]
fn a_flag_beats_the_environment_and_is_told_again() {
    let variables = || Variables::of(&[(VARIABLE, "b c.db"), (KEY_VARIABLE, KEY), (OLD_KEYS_VARIABLE, OLDER)]);
    let by_flag = Settings::new(&options(Some("a.db")), &variables()).unwrap();
    assert_eq!((by_flag.path(), by_flag.flags().join(" ").as_str()), (Path::new("a.db"), "--journal a.db"));
    let by_variable = Settings::new(&options(None), &variables()).unwrap();
    assert_eq!(by_variable.flags().join(" "), "--journal 'b c.db'");
    assert!(by_variable.is_sealed());
}

#[test]
fn a_key_that_is_none_is_refused_by_the_name_of_its_setting() {
    check(&[(VARIABLE, "a.db"), (KEY_VARIABLE, "secret")], &["CASHLINK_JOURNAL_KEY: must hold 64 hexadecimal digits"]);
    check(&[(VARIABLE, "a.db"), (OLD_KEYS_VARIABLE, KEY)], &["CASHLINK_JOURNAL_OLD_KEYS: is of no use without a key"]);
    check(
        &[(VARIABLE, "a.db"), (KEY_VARIABLE, "x"), (OLD_KEYS_VARIABLE, "y,z")],
        &["CASHLINK_JOURNAL_KEY: ", "CASHLINK_JOURNAL_OLD_KEYS: ", "CASHLINK_JOURNAL_OLD_KEYS: "],
    );

    #[track_caller]
    fn check(variables: &'static [(&'static str, &'static str)], expected: &[&str]) {
        let problems = Settings::new(&options(None), &Variables::of(variables)).err().unwrap();
        assert_eq!(problems.len(), expected.len());
        for (problem, expected) in problems.iter().zip(expected) {
            assert!(problem.to_string().starts_with(expected), "{problem}");
        }
    }
}

#[test]
fn what_is_kept_whole_can_be_sent_again_without_the_caller() {
    let sealed = Settings::new(&options(Some("a.db")), &Variables::of(&[(KEY_VARIABLE, KEY)])).unwrap();
    let open = Settings::new(&options(Some("a.db")), &Variables::none()).unwrap();
    let keeps = |operation: &str| {
        let operation = Operation::all().find(|known| known.id() == operation).unwrap();
        (sealed.keeps(operation), open.keeps(operation))
    };
    assert_eq!(keeps("v2_investors_create"), (true, false));
    assert_eq!(keeps("v2_documents_create"), (false, false));
    assert_eq!(keeps("v2_investments_credits_create"), (true, true));
}
