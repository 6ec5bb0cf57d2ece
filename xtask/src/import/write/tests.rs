use super::*;

fn change(file: &str, old: Option<&str>) -> Change {
    Change { file: file.to_owned(), old: old.map(str::to_owned), new: "new\n".to_owned() }
}

/// Paths below `folder`, folders excepted.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn files_are_written_all_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = |file: &str| folder.path().join(file);
    fs::write(path("a.yaml"), "a: 1\n").unwrap();
    // A folder stands where the last file would have to be.
    fs::create_dir_all(path("c.yaml/inside")).unwrap();
    let changes = [change("a.yaml", Some("a: 1\n")), change("new/b.yaml", None), change("c.yaml", Some(""))];

    let error = write(folder.path(), &changes).unwrap_err();
    assert_eq!(error.to_string(), "openapi/c.yaml: cannot be written");
    assert_eq!(fs::read_to_string(path("a.yaml")).unwrap(), "a: 1\n");
    assert_eq!(files(folder.path()), ["a.yaml"]);
    assert!(!path("new").exists());

    write(folder.path(), &changes[..2]).unwrap();
    assert_eq!(fs::read_to_string(path("a.yaml")).unwrap(), "new\n");
    assert_eq!(fs::read_to_string(path("new/b.yaml")).unwrap(), "new\n");
    assert_eq!(files(folder.path()), ["a.yaml", "new/b.yaml"]);
}

#[test]
fn what_a_killed_import_has_written_is_undone() {
    let changes = [change("a.yaml", Some("a: 1\n")), change("b.yaml", Some("b: 1\n")), change("new/c.yaml", None)];
    // Killed after so many steps: each file is prepared, then each takes its place.
    for steps in 0..=2 * changes.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = |file: &str| folder.path().join(file);
        fs::write(path("a.yaml"), "a: 1\n").unwrap();
        fs::write(path("b.yaml"), "b: 1\n").unwrap();
        Journal::begin(folder.path(), &changes).unwrap();
        changes.iter().take(steps).for_each(|change| prepare(folder.path(), change, &change.new).unwrap());
        let placed = steps.saturating_sub(changes.len());
        changes.iter().take(placed).for_each(|change| take_place(folder.path(), change).unwrap());
        assert!(is_cut_off(folder.path()));

        recover(folder.path()).unwrap();
        assert_eq!(files(folder.path()), ["a.yaml", "b.yaml"], "after {steps} steps");
        assert_eq!(fs::read_to_string(path("a.yaml")).unwrap(), "a: 1\n");
        assert_eq!(fs::read_to_string(path("b.yaml")).unwrap(), "b: 1\n");
        assert!(!is_cut_off(folder.path()));
    }
}

#[test]
fn what_was_edited_after_an_import_was_killed_is_left_to_its_author() {
    let folder = tempfile::tempdir().unwrap();
    let path = |file: &str| folder.path().join(file);
    let changes = [change("a.yaml", Some("a: 1\n")), change("b.yaml", Some("b: 1\n"))];
    fs::write(path("a.yaml"), "new\n").unwrap();
    fs::write(path("b.yaml"), "b: mine\n").unwrap();
    Journal::begin(folder.path(), &changes).unwrap();

    let error = recover(folder.path()).unwrap_err().to_string();
    assert!(error.starts_with("an import was cut off, and openapi/b.yaml has been edited since: "), "{error}");
    assert_eq!(fs::read_to_string(path("a.yaml")).unwrap(), "new\n");
    assert_eq!(fs::read_to_string(path("b.yaml")).unwrap(), "b: mine\n");
}
