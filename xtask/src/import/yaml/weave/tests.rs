use serde_json::json;

use super::*;

const TEXT: &str = r"# A file.

schemas:
  # About a thing.
  Thing:
    type: object   # open
    description: >-
      A thing, which is described in so many words that they do not fit into
      a single line.
    required: [id]
    properties:
      id: {type: string}

      # Behind an empty line.
      kind:
        type: string
        x-evidence: {level: I, refs: []}
    examples:
      - a: 1
        b: 2
      - a: 3

  Other:
    tags:
      - One
";

fn read(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// Changes `TEXT` by `edit` and compares the lines that go away, and those that come, with `expected`.
#[track_caller]
fn check(edit: impl Fn(&mut Value), expected: &str) {
    let old = read(TEXT);
    let mut new = old.clone();
    edit(&mut new);
    let woven = weave(TEXT, &old, &new).unwrap();
    assert_eq!(changed_lines(TEXT, &woven), expected.trim_matches('\n'), "{woven}");
    assert_eq!(weave(&TEXT.replace('\n', "\r\n"), &old, &new).unwrap(), woven.replace('\n', "\r\n"));
}

/// Lines of one text only, without the common ones before and behind them.
fn changed_lines(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let before = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = old.len().min(new.len()) - before;
    let behind = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(old, new)| old == new).count();
    let gone = old[before..old.len() - behind].iter().map(|line| format!("-{line}"));
    let come = new[before..new.len() - behind].iter().map(|line| format!("+{line}"));
    gone.chain(come).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_did_not_change_stays_as_it_was_written() {
    check(|_| {}, "");
    check(
        |value| value["schemas"]["Thing"]["type"] = json!("array"),
        "-    type: object   # open\n+    type: array   # open",
    );
    check(
        |value| value["schemas"]["Thing"]["required"] = json!(["id", "kind"]),
        "-    required: [id]\n+    required: [id, kind]",
    );
    check(
        |value| {
            value["schemas"]["Thing"]["properties"]["kind"]["x-evidence"] = json!({ "level": "D", "refs": ["a(A)"] });
        },
        "-        x-evidence: {level: I, refs: []}\n+        x-evidence: {level: D, refs: [a(A)]}",
    );
    check(|value| value["schemas"]["Thing"]["properties"]["kind"]["format"] = json!("uuid"), "+        format: uuid");
    check(
        |value| value["schemas"]["Thing"]["description"] = json!("Short: it is."),
        concat!(
            "-    description: >-\n-      A thing, which is described in so many words that they do not fit into\n-      a single line.\n",
            "+    description: \"Short: it is.\""
        ),
    );
}

#[test]
fn words_that_are_added_leave_the_lines_before_them_alone() {
    check(
        |value| {
            let text = value["schemas"]["Thing"]["description"].as_str().unwrap();
            value["schemas"]["Thing"]["description"] = json!(format!("{text} More: {}end.", "words ".repeat(20)));
        },
        &format!(
            "-      a single line.\n+      a single line. More: {0}\n+      {1}end.",
            "words ".repeat(16).trim(),
            "words ".repeat(4)
        ),
    );
}

#[test]
fn new_entries_stand_where_the_new_value_has_them() {
    check(
        |value| {
            let schemas = value["schemas"].as_object_mut().unwrap();
            schemas.shift_insert(1, "New".to_owned(), json!({ "type": "string", "enum": ["a", "true", "1"] }));
        },
        "+  New:\n+    type: string\n+    enum: [a, \"true\", \"1\"]\n+",
    );
    check(
        |value| {
            let thing = value["schemas"]["Thing"].as_object_mut().unwrap();
            thing.shift_insert(0, "nullable".to_owned(), json!(true));
        },
        "+    nullable: true",
    );
    check(
        |value| value["schemas"]["Thing"]["properties"]["id"]["x-evidence"] = json!({ "level": "D", "refs": ["a"] }),
        "-      id: {type: string}\n+      id: {type: string, x-evidence: {level: D, refs: [a]}}",
    );
    check(
        |value| {
            value["schemas"]["Thing"]["properties"]["file"] =
                json!({ "allOf": [{ "$ref": "#/a" }], "list": [[1], {}] });
        },
        "+\n+      file:\n+        allOf:\n+          - {$ref: \"#/a\"}\n+        list:\n+          - [1]\n+          - {}",
    );
    check(|value| value["schemas"]["Other"]["tags"] = json!(["Zero", "One"]), "+      - Zero");
    check(
        |value| value["schemas"]["Other"]["tags"] = json!(["One", "words ".repeat(30).trim()]),
        &format!("+      - >-\n+        {}\n+        {}", "words ".repeat(19).trim(), "words ".repeat(11).trim()),
    );
    check(|value| value["schemas"]["Other"]["tags"] = json!(["One", "Two"]), "+      - Two");
    check(|value| value["schemas"]["Thing"]["examples"][0]["c"] = json!("a #b\n"), "+        c: \"a #b\\n\"");
}

#[test]
fn what_is_gone_leaves_its_neighbours_alone() {
    check(
        |value| {
            value["schemas"]["Thing"]["properties"]["kind"].as_object_mut().unwrap().shift_remove("type");
        },
        "-        type: string",
    );
    check(
        |value| {
            value["schemas"]["Thing"]["examples"][0].as_object_mut().unwrap().shift_remove("a");
        },
        "-      - a: 1\n-        b: 2\n+      - b: 2",
    );
    check(
        |value| {
            let kind = value["schemas"]["Thing"]["properties"]["kind"].as_object_mut().unwrap();
            kind.shift_remove("type");
            kind.shift_insert(0, "allOf".to_owned(), json!([{ "$ref": "a.yaml#/b" }]));
        },
        "-        type: string\n+        allOf:\n+          - {$ref: a.yaml#/b}",
    );
    check(|value| value["schemas"]["Thing"]["examples"] = json!([{ "a": 3 }]), "-      - a: 1\n-        b: 2");
    check(|value| value["schemas"]["Other"]["tags"] = json!([]), "-    tags:\n-      - One\n+    tags: []");
}

#[test]
fn a_key_with_another_name_keeps_its_content_as_written() {
    check(
        |value| {
            let schemas = value["schemas"].as_object_mut().unwrap();
            let other = schemas.shift_remove("Other").unwrap();
            schemas.insert("201".to_owned(), other);
        },
        "-  Other:\n+  \"201\":",
    );
}

#[test]
fn long_lists_are_continued_on_the_next_line() {
    let text = format!("a: [{}]\n", ["value_of_a_list"; 7].join(", "));
    let old = read(&text);
    let mut new = old.clone();
    new["a"].as_array_mut().unwrap().push(json!("another_value"));
    let woven = weave(&text, &old, &new).unwrap();
    assert_eq!(woven, text.replace(']', ",\n  another_value]"));
}

#[test]
fn what_cannot_be_edited_safely_is_refused() {
    let old = json!({ "a": { "x": 1 }, "b": { "x": 1 } });
    let error = weave("a: &a {x: 1}\nb: *a\n", &old, &json!({ "a": { "x": 1 } })).unwrap_err();
    assert!(error.to_string().starts_with("line 1: anchors, aliases and tags are not edited"), "{error}");
}

#[test]
fn any_change_of_our_own_files_is_written_and_keeps_comments() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let files = ["cashlink.yaml", "components/person.yaml", "issuer/listings.yaml", "platform/documents.yaml"];
    for round in 0..120 {
        let file = files[round % files.len()];
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let old = read(&text);
        let mut new = old.clone();
        for _ in 0..random.usize(1..6) {
            let sections: Vec<String> = new.as_object().unwrap().keys().cloned().collect();
            mutate(&mut new[random.choice(&sections).unwrap()], &mut random);
        }
        let woven = weave(&text, &old, &new).unwrap_or_else(|error| panic!("{file}: {error:#}"));
        let first = text.lines().next().unwrap();
        assert!(woven.starts_with(first), "{file}");
    }
}

/// Changes one place of `value`, somewhere inside.
fn mutate(value: &mut Value, random: &mut fastrand::Rng) {
    let fresh = [
        json!("x: y"),
        json!(null),
        json!(-1.5),
        json!("Words. ".repeat(30).trim()),
        json!({ "a": [1, { "b": {} }], "$ref": "#/x" }),
        json!(["a", "b"]),
        json!("two\nlines\n"),
        json!(" \u{7f}\u{2028}"),
    ];
    let new = random.choice(fresh.iter()).unwrap().clone();
    match value {
        Value::Object(map) if !map.is_empty() => {
            let index = random.usize(..map.len());
            let key = map.keys().nth(index).unwrap().clone();
            match random.u8(..10) {
                0 if map.len() > 1 => drop(map.shift_remove(&key)),
                1 => drop(map.shift_insert(index, format!("new {}", random.u8(..)), new)),
                2 => drop(map.insert(key, new)),
                _ => mutate(&mut map[&key], random),
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let index = random.usize(..items.len());
            match random.u8(..6) {
                0 => drop(items.remove(index)),
                1 => items.insert(index, new),
                2 => items.push(new),
                _ => mutate(&mut items[index], random),
            }
        }
        other => *other = new,
    }
}

#[test]
fn items_between_new_ones_stay_as_they_were_written() {
    let text = "a:\n  - x: 1 # one\n  # About two.\n  - x:   2\n  - x: 3\n  - x: 4\n";
    let old = read(text);
    let new = json!({ "a": [{ "x": 1 }, { "x": 5 }, { "x": 2 }, { "x": 4 }, { "x": 6 }] });
    let woven = "a:\n  - x: 1 # one\n  - x: 5\n  # About two.\n  - x:   2\n  - x: 4\n  - x: 6\n";
    assert_eq!(weave(text, &old, &new).unwrap(), woven);
}

#[test]
fn a_comment_behind_a_text_stays_a_comment() {
    let long = "words ".repeat(30).trim().to_owned();
    for comment in [" # One.", "\n      # One.", "\n\n    # One."] {
        let text = format!("a:\n  b: text{comment}\n  c: 1\nd:\n  - e{comment}\nf:\n  g: 1{comment}\n");
        let old = read(&text);
        let new = json!({ "a": { "b": long, "c": 1 }, "d": ["e", long], "f": { "g": 1, "h": long } });
        let woven = weave(&text, &old, &new).unwrap();
        assert_eq!(woven.matches("# One.").count(), 3, "{woven}");
    }
}

#[test]
fn what_comes_behind_something_that_goes_has_a_line_of_its_own() {
    let text = "a:\n  - b: 1\n    c: 2\n  - d: 3\ne: {f: 1}\n";
    let new = json!({ "a": [{ "b": 1 }, "new", { "d": 3 }], "e": { "f": 1 } });
    assert_eq!(weave(text, &read(text), &new).unwrap(), "a:\n  - b: 1\n  - new\n  - d: 3\ne: {f: 1}\n");
}
