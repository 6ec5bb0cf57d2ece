//! Files stay small, and their names say what they hold.

use std::{fs, path::Path};

use super::{Check, Mend, Verdict, command::Cargo};
use crate::workspace::rust_files;

pub(super) const CHECK: Check = Check {
    name: "size",
    about: "hand-written files are small and have telling names; money knows no floats",
    fix: "split or rename the files named above: one concept per file",
    mend: Mend::ByHand("where a file is best split, a person has to say"),
    run,
};

/// Most lines of code in a file, without blank lines, comments and a trailing module of tests.
const MOST_LINES: usize = 400;

/// Names that say nothing, or say that a folder has two homes.
const EMPTY_NAMES: [&str; 9] = ["common", "helper", "helpers", "misc", "mod", "shared", "types", "util", "utils"];

/// Files in which a binary float would be a mistake.
const EXACT: [&str; 2] = ["money", "quantity"];

fn run(cargo: &Cargo) -> Verdict {
    let root = cargo.workspace().root();
    let mut files = Vec::new();
    for folder in ["crates", "tests", "xtask"] {
        rust_files(&root.join(folder), &mut files);
    }
    files.sort();
    let mut problems = Vec::new();
    if files.is_empty() {
        problems.push(format!("{}: no Rust file is below crates, tests and xtask", root.display()));
    }
    for file in files {
        match fs::read_to_string(&file) {
            Ok(text) => problems.extend(problems_of(file.strip_prefix(root).unwrap_or(&file), &text)),
            Err(error) => problems.push(format!("{}: {error}", file.display())),
        }
    }
    Verdict::of(&problems)
}

fn problems_of(path: &Path, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let place = path.display();
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    if EMPTY_NAMES.contains(&name) {
        problems.push(format!("{place}: `{name}` does not say what the file holds"));
    }
    let lines = code_lines(text);
    if lines > MOST_LINES {
        problems.push(format!("{place}: {lines} lines of code, at most {MOST_LINES} are allowed"));
    }
    if EXACT.contains(&name) {
        let floats = text.lines().enumerate().filter(|(_, line)| is_code(line) && has_float(line));
        problems.extend(floats.map(|(index, _)| format!("{place}:{}: a binary float in exact arithmetic", index + 1)));
    }
    problems
}

fn code_lines(text: &str) -> usize {
    let code = text.lines().take_while(|line| *line != "#[cfg(test)]");
    code.filter(|line| is_code(line)).count()
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//")
}

fn has_float(line: &str) -> bool {
    line.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word == "f32" || word == "f64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_counts() {
        assert_eq!(code_lines("//! About.\n\nuse a;\n    // Why.\nfn b() {}\n#[cfg(test)]\nmod tests {\n}\n"), 2);
    }

    #[test]
    fn a_long_file_an_empty_name_and_a_float_in_money_are_found() {
        check("src/wallet.rs", "let a = 1.0_f64;\n", &[]);
        check("src/utils.rs", "", &["src/utils.rs: `utils` does not say what the file holds"]);
        check("src/wallet/mod.rs", "", &["src/wallet/mod.rs: `mod` does not say what the file holds"]);
        check("src/money.rs", "// f64\nfn a(b: f64) {}\n", &["src/money.rs:2: a binary float in exact arithmetic"]);
        let long = "a;\n".repeat(401);
        check("src/a.rs", &long, &["src/a.rs: 401 lines of code, at most 400 are allowed"]);

        #[track_caller]
        fn check(path: &str, text: &str, expected: &[&str]) {
            assert_eq!(problems_of(Path::new(path), text), expected);
        }
    }
}
