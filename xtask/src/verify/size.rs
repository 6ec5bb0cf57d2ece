//! Files stay small, and their names say what they hold.

use std::{fs, path::Path};

use super::{Check, Mend, Verdict, command::Cargo};
use crate::workspace::rust_files;

pub(super) const CHECK: Check = Check {
    name: "size",
    about: "hand-written files and functions are small, files have telling names; money knows no floats",
    fix: "split or rename what is named above: one concept per file, one thought per function",
    mend: Mend::ByHand("where a file is best split, a person has to say"),
    run,
};

/// Most lines of code in a file, without blank lines, comments and a trailing module of tests.
const MOST_LINES: usize = 400;

/// Most lines of code in a function that is no test. Aim for 50.
const MOST_FUNCTION_LINES: usize = 60;

/// Names that say nothing, or say that a folder has two homes.
const EMPTY_NAMES: [&str; 9] = ["common", "helper", "helpers", "misc", "mod", "shared", "types", "util", "utils"];

/// Files, and folders of files, in which a binary float would be a mistake.
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
    let names = || path.components().map(|part| Path::new(part.as_os_str()).file_stem().unwrap_or_default());
    if let Some(name) = names().find(|name| EMPTY_NAMES.iter().any(|empty| name == empty)) {
        problems.push(format!("{place}: `{}` does not say what the file holds", name.display()));
    }
    let lines = code_lines(text);
    if lines > MOST_LINES {
        problems.push(format!("{place}: {lines} lines of code, at most {MOST_LINES} are allowed"));
    }
    let is_test = path.components().any(|part| part.as_os_str() == "tests") || name == "tests";
    if !is_test {
        problems.extend(long_functions(text).into_iter().map(|(function, lines)| {
            format!("{place}: fn {function} has {lines} lines of code, at most {MOST_FUNCTION_LINES} are allowed")
        }));
    }
    if names().any(|name| EXACT.iter().any(|exact| name == *exact)) {
        let floats = text.lines().enumerate().filter(|(_, line)| is_code(line) && has_float(line));
        problems.extend(floats.map(|(index, _)| format!("{place}:{}: a binary float in exact arithmetic", index + 1)));
    }
    problems
}

fn code_lines(text: &str) -> usize {
    code(text).count()
}

/// The lines of code above a trailing module of tests.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let lines = || text.lines().filter(|line| is_code(line));
    let begins_tests = |(line, next): &(&str, &str)| *line == "#[cfg(test)]" && next.starts_with("mod ");
    lines().zip(lines().skip(1).chain([""])).take_while(move |pair| !begins_tests(pair)).map(|(line, _)| line)
}

/// Functions that are too long, with their lines of code. As the code is formatted, one ends where its indentation returns.
fn long_functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = code(text).collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some((before, after)) = line.split_once("fn ") else {
            continue;
        };
        let words = ["", "pub", "const", "async", "unsafe", "extern"];
        let is_function =
            before.split(' ').all(|word| words.contains(&word) || word.starts_with("pub(") || word.ends_with(')'));
        let indentation = line.len() - line.trim_start().len();
        let ends = |line: &&str| line.len() - line.trim_start().len() == indentation && line.ends_with(['}', ';']);
        let length = lines[index..].iter().position(ends).map_or(0, |end| end + 1);
        if is_function && length > MOST_FUNCTION_LINES {
            found.push((after.split(['(', '<']).next().unwrap_or_default(), length));
        }
    }
    found
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
    fn a_long_file_a_long_function_an_empty_name_and_a_float_in_money_are_found() {
        check("src/wallet.rs", "let a = 1.0_f64;\n", &[]);
        check("src/utils.rs", "", &["src/utils.rs: `utils` does not say what the file holds"]);
        check("src/wallet/mod.rs", "", &["src/wallet/mod.rs: `mod` does not say what the file holds"]);
        check("src/helpers/a.rs", "", &["src/helpers/a.rs: `helpers` does not say what the file holds"]);
        check("src/money/euro.rs", "fn a(b: f64) {}\n", &["src/money/euro.rs:1: a binary float in exact arithmetic"]);
        check("src/money.rs", "// f64\nfn a(b: f64) {}\n", &["src/money.rs:2: a binary float in exact arithmetic"]);
        let long = "a;\n".repeat(401);
        check("src/a.rs", &long, &["src/a.rs: 401 lines of code, at most 400 are allowed"]);
        let function = |lines: usize| {
            format!(
                "    pub(crate) async fn a<T>(\n        b: T,\n    ) {{\n{}    }}\n",
                "        c;\n".repeat(lines - 4)
            )
        };
        check("src/a.rs", &function(60), &[]);
        check("src/a.rs", &function(61), &["src/a.rs: fn a has 61 lines of code, at most 60 are allowed"]);
        let long = ["src/a.rs: fn a has 61 lines of code, at most 60 are allowed"];
        check("src/a.rs", &function(61).replace("pub(crate)", "pub(in crate::b)"), &long);
        check("src/a.rs", &format!("#[cfg(test)]\nuse b;\n{}", function(61)), &long);
        check("src/a.rs", &format!("fn b() -> impl fn () {{}}\n#[cfg(test)]\nmod tests {{\n{}", function(61)), &[]);
        check("src/a/tests.rs", &function(61), &[]);
        check("tests/a/b.rs", &function(61), &[]);

        #[track_caller]
        fn check(path: &str, text: &str, expected: &[&str]) {
            assert_eq!(problems_of(Path::new(path), text), expected);
        }
    }
}
