//! What the text of an item says.

/// Words before the path of an item.
const KEYWORDS: [&str; 17] = [
    "async", "auto", "const", "enum", "extern", "fn", "macro", "mod", "mut", "proc", "pub", "static", "struct",
    "trait", "type", "unsafe", "use",
];

/// The path of the item that `line` declares, without generic arguments; none of an `impl`.
pub(in crate::verify) fn declared(line: &str) -> Option<String> {
    let mut rest = line;
    while let Some((_, after)) = rest.split_once("] ").filter(|(attribute, _)| attribute.starts_with("#[")) {
        rest = after;
    }
    while let Some((_, after)) = rest.split_once(' ').filter(|(word, _)| KEYWORDS.contains(word)) {
        rest = after;
    }
    let is_block = rest.starts_with("impl ") || rest.starts_with("impl<");
    (!is_block).then(|| plain(rest)).filter(|path| !path.is_empty())
}

/// `text` up to where a path ends, without generic arguments.
fn plain(text: &str) -> String {
    let mut path = String::new();
    let mut depth = 0_usize;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            ':' if letters.next_if_eq(&':').is_some() => path.push_str("::"),
            _ if is_word(letter) => path.push(letter),
            _ => break,
        }
    }
    path
}

/// The paths of more than one word in `line`, generic arguments apart from what they are given to.
pub(in crate::verify) fn paths(line: &str) -> impl Iterator<Item = &str> {
    pieces(line).filter(|piece| piece.contains("::") && piece.starts_with(is_word))
}

/// `line` with each of its paths replaced by what `replace` makes of it.
pub(in crate::verify) fn with_paths(line: &str, replace: impl Fn(&str) -> Option<String>) -> String {
    pieces(line).map(|piece| replace(piece).unwrap_or_else(|| piece.to_owned())).collect()
}

/// `line`, cut before and after each path.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    // A path goes on over a double colon, but not over the one before a type.
    let belongs = |rest: &str, at: usize, letter: char| {
        is_word(letter) || (letter == ':' && (rest[at..].starts_with("::") || rest[..at].ends_with(':')))
    };
    let mut rest = line;
    std::iter::from_fn(move || {
        let in_path = belongs(rest, 0, rest.chars().next()?);
        let end = rest.char_indices().find(|&(at, letter)| belongs(rest, at, letter) != in_path);
        let (piece, after) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        rest = after;
        Some(piece)
    })
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_path_has_no_arguments() {
        check("pub mod cashlink", Some("cashlink"));
        check("pub struct cashlink::Page<T> { .. }", Some("cashlink::Page"));
        check("#[non_exhaustive] pub struct cashlink::Money(_)", Some("cashlink::Money"));
        check("pub cashlink::Money::amount: core::option::Option<i64>", Some("cashlink::Money::amount"));
        check("pub cashlink::Outcome::Unknown(alloc::string::String)", Some("cashlink::Outcome::Unknown"));
        check("pub const fn cashlink::Patch<T>::value(&self) -> &T", Some("cashlink::Patch::value"));
        check("pub fn cashlink::Wait<'_, Vec<T>>::send(self)", Some("cashlink::Wait::send"));
        check("pub type cashlink::Wait<T>::Output = core::option::Option<T>", Some("cashlink::Wait::Output"));
        check("pub macro cashlink::row!", Some("cashlink::row"));
        check("pub fn cashlink::r#try() -> bool", Some("cashlink::r"));
        check("pub type &'a cashlink::Problems::Item = T", None);
        check("impl<T> core::convert::From<T> for cashlink::Patch<T>", None);

        #[track_caller]
        fn check(line: &str, expected: Option<&str>) {
            assert_eq!(declared(line).as_deref(), expected);
        }
    }

    #[test]
    fn paths_are_found_wherever_they_stand() {
        check("pub cashlink::Money::amount: Option<a::B>", &["cashlink::Money::amount", "a::B"]);
        check("pub fn a::b<T: c::D>(&e::F<'_>, [g::H; 3]) -> T", &["a::b", "c::D", "e::F", "g::H"]);
        check("impl<T> a::B for c::D<T> where <T as e::F>::G: h::I", &["a::B", "c::D", "e::F", "h::I"]);
        check("pub macro a::b!", &["a::b"]);

        #[track_caller]
        fn check(line: &str, expected: &[&str]) {
            assert_eq!(paths(line).collect::<Vec<_>>(), expected);
            assert_eq!(with_paths(line, |_| None), line);
        }
    }
}
