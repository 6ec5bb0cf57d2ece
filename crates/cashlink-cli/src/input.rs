//! Input files: read within bounds, and everything wrong with them found at once.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_saphyr::{Error as YamlError, Options};

use crate::problem::Problem;

mod repair;
mod tree;

use tree::Node;

/// The largest input file, in bytes; the templates have about 3,000.
const LARGEST: u64 = 1024 * 1024;

/// The text of an input file.
pub(crate) struct InputFile {
    text: String,
    folder: PathBuf,
}

/// What an input file says.
pub(crate) struct Parsed<T> {
    /// The input; where the file has problems, a placeholder stands in their place. None if there is no way to go on.
    pub(crate) input: Option<T>,
    problems: Vec<Problem>,
    tree: Option<Node>,
}

impl InputFile {
    /// Reads `path`, or standard input if it is `-`.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read, is larger than 1 MiB, or is not UTF-8.
    pub(crate) fn read(path: &Path) -> Result<Self, Problem> {
        let (bytes, folder) = if path == Path::new("-") {
            (bounded(&mut io::stdin().lock()), PathBuf::new())
        } else {
            let bytes = File::open(path).and_then(|mut file| bounded(&mut file));
            (bytes, path.parent().map(Path::to_owned).unwrap_or_default())
        };
        let name = path.display();
        let bytes = bytes.map_err(|error| Problem::new("--file", format!("cannot read {name}: {error}")))?;
        if bytes.len() as u64 > LARGEST {
            return Err(Problem::new("--file", format!("{name} is larger than 1 MiB")));
        }
        let text = String::from_utf8(bytes).map_err(|_| Problem::new("--file", format!("{name} is not UTF-8 text")))?;
        Ok(Self { text, folder })
    }

    /// The folder that relative paths in the file belong to.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The text as it was read.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text as the JSON that its YAML means.
    ///
    /// # Errors
    ///
    /// Fails if it is not one document of YAML, or has what JSON lacks.
    pub(crate) fn value(&self) -> Result<Value, Problem> {
        read_yaml(&self.text).map_err(|error| syntax_problem(&error))
    }

    /// Reads the text as `T`. What is wrong with it is listed; `template` provides what stands in its place.
    pub(crate) fn parse<T: DeserializeOwned>(&self, template: &str) -> Parsed<T> {
        let tree = match read_yaml::<Node>(&self.text) {
            Ok(tree) if tree.is_empty() => return Parsed::failed(Problem::new("--file", "holds nothing")),
            Ok(tree) => tree,
            Err(error) => return Parsed::failed(syntax_problem(&error)),
        };
        match read_yaml::<T>(&self.text) {
            Ok(input) => Parsed { input: Some(input), problems: Vec::new(), tree: Some(tree) },
            Err(error) => {
                let spare = read_yaml::<Node>(template).map_or(Value::Null, |template| template.value());
                let (input, mut problems) = repair::repair(tree.value(), &spare);
                for problem in &mut problems {
                    *problem = problem.clone().at(Some(tree.locate(&problem.path)));
                }
                if problems.is_empty() {
                    problems.push(syntax_problem(&error));
                }
                Parsed { input, problems, tree: Some(tree) }
            }
        }
    }
}

impl<T> Parsed<T> {
    fn failed(problem: Problem) -> Self {
        Self { input: None, problems: vec![problem], tree: None }
    }

    /// Adds what a check of the input has found, where the file itself stands in for no placeholder.
    pub(crate) fn add(&mut self, path: &str, message: &str) {
        let is_placeholder = self.problems.iter().any(|known| lies_within(path, &known.path));
        if !is_placeholder {
            let position = self.tree.as_ref().map(|tree| tree.locate(path));
            self.problems.push(Problem::new(path, message).at(position));
        }
    }

    /// Adds what is wrong with a setting beside the file.
    pub(crate) fn add_setting(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The input, if nothing is wrong with it.
    ///
    /// # Errors
    ///
    /// Returns everything that is wrong, in the order of the file.
    pub(crate) fn finish(mut self) -> Result<T, Vec<Problem>> {
        match self.input {
            Some(input) if self.problems.is_empty() => Ok(input),
            _ => {
                self.problems.sort_by_key(|problem| (problem.line, problem.column));
                Err(self.problems)
            }
        }
    }
}

/// Whether `path` is `outer` or a part of it.
fn lies_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || outer.is_empty() || rest.starts_with(['.', '[']))
}

fn bounded(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read_yaml<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    serde_saphyr::from_str_with_options(text, options())
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: 64, max_nodes: 20_000 },
        // Snippets would show personal data.
        with_snippet: false,
    }
}

/// Why a text is no YAML, without anything of it.
fn syntax_problem(error: &YamlError) -> Problem {
    let message = match error.without_snippet() {
        YamlError::DuplicateMappingKey { .. } => "a field appears twice".to_owned(),
        YamlError::MultipleDocuments { .. } => "holds more than one document".to_owned(),
        YamlError::Budget { .. } => "is nested too deeply or has too many parts".to_owned(),
        error => {
            let message = serde_saphyr::MessageFormatter::format_message(&serde_saphyr::DefaultMessageFormatter, error);
            format!("is not valid YAML: {}", crate::mask::message(&message))
        }
    };
    Problem::new("--file", message).at(error.location().map(tree::position))
}

#[cfg(test)]
mod tests;
