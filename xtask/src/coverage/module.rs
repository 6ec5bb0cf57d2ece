//! What a file of Rust names, without what is never compiled or never run.
//!
//! Read as tokens, because the rows of a macro are no items.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A file.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Paths of the modules that have files of their own, such as `generated/client`.
    pub(super) children: Vec<String>,
    /// Its functions. What stands in none is in the first, which has no name.
    pub(super) functions: Vec<Function>,
}

/// A function.
#[derive(Debug, Default)]
pub(super) struct Function {
    /// As it is called.
    pub(super) name: String,
    /// Whether it is a test that runs.
    pub(super) is_test: bool,
    /// Names and quoted texts in it.
    pub(super) words: BTreeSet<String>,
}

/// What attributes say of what follows them.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    is_test: bool,
    is_off: bool,
}

impl Module {
    /// Reads the tokens of a file.
    pub(super) fn read(tokens: TokenStream) -> Self {
        let mut module = Self { children: Vec::new(), functions: vec![Function::default()] };
        module.walk(tokens, "", 0);
        module
    }

    /// Reads `tokens`, which stand in the inline module `path` and the function `function`.
    fn walk(&mut self, tokens: TokenStream, path: &str, function: usize) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = tokens.as_slice();
        let mut marks = Marks::default();
        while let Some((token, after)) = rest.split_first() {
            if let Some((attribute, is_inner, behind)) = attribute(rest) {
                marks.add(attribute);
                if is_inner && marks.is_off {
                    return;
                }
                rest = behind;
                continue;
            }
            if marks.is_off {
                rest = behind_item(rest);
                marks = Marks::default();
                continue;
            }
            rest = after;
            match (token, after) {
                (TokenTree::Ident(word), [TokenTree::Ident(name), ..]) if *word == "fn" => {
                    self.functions[function].words.insert(name.to_string());
                    rest = self.function(name.to_string(), marks, &after[1..], path);
                }
                (TokenTree::Ident(word), [TokenTree::Ident(name), next, behind @ ..]) if *word == "mod" => {
                    let path = format!("{path}{name}");
                    match next {
                        TokenTree::Group(group) => self.walk(group.stream(), &format!("{path}/"), function),
                        _ => self.children.push(path),
                    }
                    rest = behind;
                }
                _ => self.word(token, path, function),
            }
            marks = if leads(token) { marks } else { Marks::default() };
        }
    }

    /// Reads the function `name` from behind its name on. Returns what follows it.
    fn function<'a>(&mut self, name: String, marks: Marks, rest: &'a [TokenTree], path: &str) -> &'a [TokenTree] {
        let index = self.functions.len();
        self.functions.push(Function { name, is_test: marks.is_test, words: BTreeSet::new() });
        let behind = behind_item(rest);
        for token in &rest[..rest.len() - behind.len()] {
            self.word(token, path, index);
        }
        behind
    }

    fn word(&mut self, token: &TokenTree, path: &str, function: usize) {
        let word = match token {
            TokenTree::Group(group) => return self.walk(group.stream(), path, function),
            TokenTree::Punct(_) => return,
            TokenTree::Ident(name) => name.to_string(),
            TokenTree::Literal(text) => text.to_string(),
        };
        self.functions[function].words.insert(word);
    }
}

impl Marks {
    /// Adds what `attribute`, without its brackets, says.
    fn add(&mut self, attribute: TokenStream) {
        let tokens: Vec<TokenTree> = attribute.into_iter().collect();
        let path = tokens.iter().take_while(|token| !matches!(token, TokenTree::Group(_)));
        let last = path.filter_map(|token| if let TokenTree::Ident(word) = token { Some(word) } else { None }).last();
        match last.map(ToString::to_string).as_deref() {
            Some("test") => self.is_test = true,
            Some("ignore" | "should_panic") => self.is_off = true,
            // Features are all on where it counts, everything else may be off.
            Some("cfg") => self.is_off |= !is_of_feature(&tokens),
            Some("cfg_attr") => self.is_off |= tokens.iter().any(|token| token.to_string().contains("ignore")),
            _ => {}
        }
    }
}

/// Whether `token` stands between attributes and the word for the kind of item, as `pub(crate) async` does.
fn leads(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => ["pub", "async", "const", "unsafe", "extern"].iter().any(|lead| word == lead),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
        _ => false,
    }
}

/// Whether the condition of a `cfg` only asks for a feature.
fn is_of_feature(attribute: &[TokenTree]) -> bool {
    let Some(TokenTree::Group(condition)) = attribute.last() else { return false };
    matches!(condition.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "feature")
}

/// The attribute that `tokens` begin with, whether it is about all that it stands in, and what follows it.
fn attribute(tokens: &[TokenTree]) -> Option<(TokenStream, bool, &[TokenTree])> {
    let is = |token: &TokenTree, sign: char| matches!(token, TokenTree::Punct(found) if found.as_char() == sign);
    match tokens {
        [hash, TokenTree::Group(group), rest @ ..] if is(hash, '#') => Some((group.stream(), false, rest)),
        [hash, bang, TokenTree::Group(group), rest @ ..] if is(hash, '#') && is(bang, '!') => {
            Some((group.stream(), true, rest))
        }
        _ => None,
    }
}

/// What follows the item that `tokens` begin with.
fn behind_item(tokens: &[TokenTree]) -> &[TokenTree] {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(sign) => sign.as_char() == ';',
        _ => false,
    };
    tokens.iter().position(ends).map_or(&[], |end| &tokens[end + 1..])
}
