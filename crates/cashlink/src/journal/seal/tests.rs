use super::*;

fn key(byte: u8) -> SealingKey {
    SealingKey::from_bytes([byte; 32])
}

#[test]
fn what_is_sealed_is_opened_for_the_same_purpose_only() {
    let keys = SealingKeys::new(key(1));
    let sealed = keys.seal("request 4711", b"Beispiel").unwrap();
    assert_eq!(keys.open("request 4711", &sealed).unwrap(), b"Beispiel");
    assert!(keys.open("request 4712", &sealed).is_err());
    assert!(!sealed.windows(8).any(|window| window == b"Beispiel"));
    assert_ne!(keys.seal("request 4711", b"Beispiel").unwrap(), sealed);
}

#[test]
fn an_older_key_opens_what_it_sealed_and_the_current_one_seals() {
    let sealed = SealingKeys::new(key(1)).seal("p", b"x").unwrap();
    let rotated = SealingKeys::new(key(2)).or(key(1));
    assert_eq!(rotated.open("p", &sealed).unwrap(), b"x");
    let anew = rotated.seal("p", b"x").unwrap();
    assert!(SealingKeys::new(key(1)).open("p", &anew).is_err());

    let looked_up = SealingKeys::new(key(2)).or_else(|id| [key(1), key(3)].into_iter().find(|key| key.id() == id));
    assert_eq!(looked_up.open("p", &sealed).unwrap(), b"x");
    let wrong = SealingKeys::new(key(2)).or_else(|_| Some(key(3)));
    assert!(wrong.open("p", &sealed).unwrap_err().to_string().contains(&key(1).id()));
}

#[test]
fn no_byte_of_what_is_sealed_can_be_changed_or_left_out() {
    let keys = SealingKeys::new(key(1));
    let sealed = keys.seal("p", b"text").unwrap();
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert!(keys.open("p", &changed).is_err(), "byte {place}");
        assert!(keys.open("p", &sealed[..place]).is_err(), "length {place}");
    }
}

#[test]
fn a_key_is_64_hexadecimal_digits() {
    let text = key(0xab).to_hex();
    assert_eq!(text.expose_secret().parse::<SealingKey>().unwrap().id(), key(0xab).id());
    for wrong in ["", "ab", &"g".repeat(64), &"ab".repeat(33), &format!("+{}", "a".repeat(63))] {
        assert!(wrong.parse::<SealingKey>().is_err(), "{wrong}");
    }
}

#[test]
fn a_key_comes_from_a_file_and_is_shown_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let digits = "0123456789abcdef".repeat(4);
    std::fs::write(&path, format!("{digits}\n")).unwrap();
    let key = SealingKey::from_file(&path).unwrap();
    assert_eq!(key.to_hex().expose_secret(), digits);
    assert!(!format!("{key:?} {:?}", SealingKeys::new(key.clone())).contains("0123456789"));

    std::fs::write(&path, &digits[1..]).unwrap();
    let error = SealingKey::from_file(&path).unwrap_err().to_string();
    assert!(error.contains("64 hexadecimal digits") && !error.contains("123456789"), "{error}");
    assert!(SealingKey::from_file(folder.path().join("none")).unwrap_err().to_string().contains("cannot be read"));
    assert!(SealingKey::from_env("CASHLINK_NO_SUCH_VARIABLE").is_err());
}
