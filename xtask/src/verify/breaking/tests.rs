use tempfile::TempDir;

use super::*;
use crate::workspace::Workspace;

const SURFACE: &str =
    "# rustc 1.95.0, rustdoc JSON format 57\npub mod cashlink\npub fn cashlink::Money::amount(&self)\n";

/// A checkout with the committed files, without a release.
fn checkout() -> (TempDir, Cargo) {
    let folder = tempfile::tempdir().unwrap();
    let own = Workspace::find().unwrap();
    for below in ["openapi", "docs"] {
        fs::create_dir(folder.path().join(below)).unwrap();
    }
    fs::copy(own.root().join(DOCUMENT), folder.path().join(DOCUMENT)).unwrap();
    fs::write(folder.path().join(snapshot::PATH), SURFACE).unwrap();
    fs::write(folder.path().join(CHANGELOG), "# Changelog\n\n## Unreleased\n\n### Changed\n\n- `Money`: old news\n")
        .unwrap();
    git(folder.path(), &["init", "--quiet"]);
    commit(folder.path());
    let cargo = Cargo::new(Workspace::at(folder.path()));
    (folder, cargo)
}

fn commit(folder: &Path) {
    git(folder, &["add", "."]);
    let author = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    git(folder, &[&author[..], &["commit", "--quiet", "--message", "a", "--allow-empty"]].concat());
}

#[track_caller]
fn git(folder: &Path, arguments: &[&str]) {
    release::git(folder, arguments).unwrap();
}

/// Replaces text in a file.
#[track_caller]
fn edit(folder: &TempDir, file: &str, old: &str, new: &str) {
    let file = folder.path().join(file);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(old), "{old}");
    fs::write(file, text.replacen(old, new, 1)).unwrap();
}

/// Takes the property `name` out of the schema `Listing`.
fn remove_property(folder: &TempDir, name: &str) {
    let file = folder.path().join(DOCUMENT);
    let mut document: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let properties = document.pointer_mut("/components/schemas/Listing/properties").unwrap();
    assert!(properties.as_object_mut().unwrap().shift_remove(name).is_some());
    fs::write(file, document.to_string()).unwrap();
}

fn release(folder: &Path, tag: &str) {
    commit(folder);
    git(folder, &["-c", "tag.gpgsign=false", "tag", tag]);
}

#[test]
fn what_breaks_since_the_release_has_to_be_named_in_the_changelog() {
    let (folder, cargo) = checkout();
    release(folder.path(), "v0.1.0");
    assert_eq!(run(&cargo).text(), "breaking since v0.1.0: 0, each named in CHANGELOG.md");

    // Neither a work tree that differs nor commits after the tag are in the way.
    remove_property(&folder, "created_at");
    edit(&folder, snapshot::PATH, "pub fn cashlink::Money::amount(&self)\n", "");
    commit(folder.path());
    edit(&folder, CHANGELOG, "- `Money`: old news", "- nothing yet");
    let verdict = run(&cargo);
    assert_eq!(verdict.word(), "failed");
    let lines: Vec<&str> = verdict.text().lines().skip(2).collect();
    assert_eq!(lines[0], "- `Listing.created_at`: …");
    assert!(
        lines[1].starts_with("    property-removed at /components/schemas/Listing/properties/created_at: "),
        "{lines:?}"
    );
    assert_eq!(lines[2..], ["- `Money::amount`: …", "    removed:  pub fn cashlink::Money::amount(&self)"]);

    edit(&folder, CHANGELOG, "- nothing yet", "- `Listing.created_at`: gone. `Money::amount()` too.");
    assert_eq!(run(&cargo).text(), "breaking since v0.1.0: 2, each named in CHANGELOG.md");
    edit(&folder, CHANGELOG, "### Changed", "### Fixed");
    assert_eq!(run(&cargo).word(), "failed");
    edit(&folder, CHANGELOG, "### Fixed", "### Removed");
    edit(&folder, CHANGELOG, "## Unreleased", "## Unreleased\n\n## 0.1.0");
    assert_eq!(run(&cargo).word(), "failed");
}

#[test]
fn a_new_release_begins_anew() {
    let (folder, cargo) = checkout();
    release(folder.path(), "v0.1.0");
    edit(&folder, snapshot::PATH, "pub fn cashlink::Money::amount(&self)\n", "");
    edit(&folder, CHANGELOG, "`Money`", "`Wallet`");
    assert_eq!(run(&cargo).word(), "failed");
    release(folder.path(), "v0.2.0-rc.1");
    assert_eq!(run(&cargo).text(), "breaking since v0.2.0-rc.1: 0, each named in CHANGELOG.md");
    git(folder.path(), &["checkout", "--quiet", "-b", "older", "v0.1.0"]);
    assert_eq!(run(&cargo).text(), "breaking since v0.1.0: 0, each named in CHANGELOG.md");
}

#[test]
fn a_release_without_the_files_is_said_to_have_none() {
    let (folder, cargo) = checkout();
    git(folder.path(), &["rm", "--quiet", "--cached", DOCUMENT, snapshot::PATH]);
    git(folder.path(), &["-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "b"]);
    git(folder.path(), &["tag", "v0.1.0"]);
    assert_eq!(
        run(&cargo).text(),
        "breaking since v0.1.0: 0, each named in CHANGELOG.md; v0.1.0 has no openapi/cashlink.json; \
         v0.1.0 has no docs/public-api.txt"
    );
}

#[test]
fn without_a_release_it_passes_and_without_history_nobody_knows() {
    let (folder, cargo) = checkout();
    git(folder.path(), &["tag", "very-first"]);
    let verdict = run(&cargo);
    assert_eq!(
        (verdict.word(), verdict.text()),
        ("passed", "nothing is released yet: HEAD has no tag such as v0.1.0 behind it")
    );

    release(folder.path(), "v0.1.0");
    commit(folder.path());
    let clones = tempfile::tempdir().unwrap();
    let source = format!("file://{}", folder.path().display());
    git(clones.path(), &["clone", "--quiet", "--depth", "1", &source, "shallow"]);
    let shallow = Cargo::new(Workspace::at(&clones.path().join("shallow")));
    assert_eq!(
        run(&shallow),
        Verdict::Skipped(
            "the history is cut off before the last release; to get it: git fetch --unshallow --tags".to_owned()
        )
    );

    fs::remove_dir_all(folder.path().join(".git")).unwrap();
    let verdict = run(&cargo);
    assert_eq!(verdict.word(), "skipped");
    assert!(
        verdict.text().starts_with("this is no checkout of git, so the last release is not known: "),
        "{verdict:?}"
    );
}
