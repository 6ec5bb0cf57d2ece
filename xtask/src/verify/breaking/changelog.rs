//! What the changelog names since a release.

use super::Naming;

/// Where an entry about a breaking change may stand.
const HEADINGS: [&str; 3] = ["### Changed", "### Removed", "### Breaking"];

/// The crate that paths may begin with.
const FACADE: &str = "cashlink::";

/// The names in backticks.
#[derive(Debug)]
pub(super) struct Entries {
    names: Vec<String>,
}

impl Entries {
    /// Those of `text` that stand above the release `tag`.
    pub(super) fn since(tag: &str, text: &str) -> Self {
        let version = tag.trim_start_matches('v');
        let is_release = |line: &str| line.starts_with("## ") && words(line).any(|word| word == version);
        let has_release = text.lines().any(is_release);
        let mut names = Vec::new();
        let (mut is_new, mut is_breaking) = (false, false);
        for line in text.lines().take_while(|line| !is_release(line)) {
            if line.starts_with("## ") {
                // A release that is being made has its section before it has its tag.
                is_new = has_release || words(line).any(|word| word == "Unreleased");
                is_breaking = false;
            } else if line.starts_with("### ") {
                is_breaking = HEADINGS.contains(&line.trim_end());
            } else if is_new && is_breaking {
                names.extend(line.split('`').skip(1).step_by(2).map(normal));
            }
        }
        Self { names }
    }

    /// Whether an entry names something in this way.
    pub(super) fn have(&self, naming: &Naming) -> bool {
        match naming {
            Naming::Words(words) => words.iter().all(|word| self.names.contains(&normal(word))),
            Naming::Path(path) => self.names.iter().any(|name| covers(name, path)),
        }
    }
}

/// Words of a heading: `## [0.1.0] - 2025-01-01` has `0.1.0`.
fn words(heading: &str) -> impl Iterator<Item = &str> {
    heading.split_whitespace().map(|word| word.trim_matches(['[', ']', 'v', ':']))
}

/// `name` without arguments, and with `::` between its words.
fn normal(name: &str) -> String {
    let end = name.find(['(', '<', '!']).unwrap_or(name.len());
    name[..end].trim().replace('.', "::")
}

/// Whether `name` is `path` or something that it is in. Leading modules may be left out, but one word must be a type.
fn covers(name: &str, path: &str) -> bool {
    if name.starts_with(FACADE) {
        return path == name || path.strip_prefix(name).is_some_and(|rest| rest.starts_with("::"));
    }
    let (wanted, words): (Vec<&str>, Vec<&str>) = (name.split("::").collect(), path.split("::").collect());
    let says_enough = wanted.len() > 1 || name.starts_with(char::is_uppercase);
    says_enough && words.windows(wanted.len()).any(|found| found == wanted)
}

/// The shortest name that covers `path`, and as little else as possible.
pub(super) fn shortened(path: &str) -> String {
    let inside = path.strip_prefix(FACADE).unwrap_or(path);
    // Properties of the description and of its type in Rust are one thing to who reads it.
    if let Some(property) = inside.strip_prefix("model::") {
        return property.replace("::", ".");
    }
    if covers(inside, path) { inside.to_owned() } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# Changelog\n\n## Unreleased\n\n### Changed\n\n- `A` and `B.c`\n  go on, as `d`.\n\n### Added\n\n- `E`\n";

    #[test]
    fn only_entries_about_changes_since_the_release_count() {
        let older = "\n## 0.1.0\n\n### Removed\n\n- `F`\n";
        check(TEXT, &["A", "B::c", "d"]);
        check(&format!("{TEXT}{older}"), &["A", "B::c", "d"]);
        check(&format!("## [0.2.0] - 2026\n### Breaking\n- `G::h(1)`, `i<T>`\n{older}"), &["G::h", "i"]);
        check(&format!("## 0.0.9\n### Breaking\n- `A`\n{TEXT}"), &["A", "B::c", "d"]);
        check("## Unreleased\n- `A`\n### Fixed\n- `B`\n", &[]);
        check("### Changed\n- `A`\n", &[]);

        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(Entries::since("v0.1.0", text).names, expected);
        }
    }

    #[test]
    fn a_path_is_covered_by_itself_and_by_what_it_is_in() {
        let path = "cashlink::model::Investor::name";
        for name in
            [path, "cashlink::model::Investor", "cashlink::model", "model::Investor", "Investor", "Investor::name"]
        {
            assert!(covers(name, path), "{name}");
        }
        for name in
            ["cashlink", "model", "name", "Invest", "cashlink::model::Invest", "Wallet::name", "Investor::name::a", ""]
        {
            assert!(!covers(name, path), "{name}");
        }
    }

    #[test]
    fn a_shortened_path_covers_the_whole_one() {
        check("cashlink::model::Investor::name", "Investor.name");
        check("cashlink::Money::amount", "Money::amount");
        check("cashlink::guides::registry::import", "guides::registry::import");
        check("cashlink::guides", "cashlink::guides");

        #[track_caller]
        fn check(path: &str, expected: &str) {
            assert_eq!(shortened(path), expected);
            assert!(covers(&normal(expected), path));
        }
    }
}
