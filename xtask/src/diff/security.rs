//! What a token has to be good for.

use std::collections::BTreeSet;

use super::{
    document::{Document, Node},
    finding::Findings,
    operations::Call,
    rules,
};

/// Everything that has to be shown together: kind of scheme and scope.
type Needs = BTreeSet<(String, String)>;

/// Compares what two operations need.
pub(super) fn compare<'a>(found: &mut Findings<'a>, old: &Call<'a>, new: &Call<'a>) {
    let olds = ways_in(found.documents.old, old);
    let news = ways_in(found.documents.new, new);
    let opens = |way: &Needs, others: &[Needs]| others.iter().any(|other| other.is_subset(way));
    let was_enough = olds.iter().all(|way| opens(way, &news));
    let is_same = was_enough && news.iter().all(|way| opens(way, &olds));
    if is_same {
        return;
    }
    let rule = if was_enough { &rules::SCOPE_DROPPED } else { &rules::SCOPE_CHANGED };
    let text = told(&olds, &news);
    found.add(rule, new.way(), &*new.node.at, text);
}

/// The ways to be let in, of which one is enough.
fn ways_in<'a>(document: Document<'a>, call: &Call<'a>) -> Vec<Needs> {
    let own = call.node.child("security").or_else(|| document.root().child("security"));
    let ways: Vec<Needs> = own.iter().flat_map(Node::items).map(|way| needs(document, &way)).collect();
    if ways.is_empty() { vec![Needs::new()] } else { ways }
}

fn needs<'a>(document: Document<'a>, way: &Node<'a>) -> Needs {
    let mut needs = Needs::new();
    for (name, scopes) in way.members() {
        let kind = kind(document, name);
        let scopes = scopes.items().filter_map(|scope| scope.value.as_str());
        needs.extend(scopes.map(|scope| (kind.clone(), scope.to_owned())));
        needs.insert((kind, String::new()));
    }
    needs
}

/// What kind of token the scheme `name` takes. Its name is only a name, and ways to get a token have addresses.
fn kind(document: Document<'_>, name: &str) -> String {
    let root = document.root();
    let schemes = root.child("components").and_then(|components| components.child("securitySchemes"));
    let Some(scheme) = schemes.and_then(|schemes| schemes.child(name)) else {
        return name.to_owned();
    };
    let scheme = document.follow(&scheme);
    let words: Vec<&str> = ["type", "scheme", "in", "name"].iter().filter_map(|key| scheme.text(key)).collect();
    words.join(" ")
}

/// What was needed and what is. The kind of token is said only if it differs or nothing else is needed.
fn told(olds: &[Needs], news: &[Needs]) -> String {
    let kinds = |ways: &[Needs]| -> BTreeSet<String> { ways.iter().flatten().map(|(kind, _)| kind.clone()).collect() };
    let differ = !kinds(olds).is_subset(&kinds(news)) && !kinds(news).is_subset(&kinds(olds));
    let shown = |ways: &[Needs]| {
        let shown: Vec<String> = ways.iter().map(|way| shown(way, differ)).collect();
        shown.join(" or ")
    };
    format!("needed {}, needs {}", shown(olds), shown(news))
}

fn shown(way: &Needs, names_kind: bool) -> String {
    let quoted = |(_, scope): &(String, String)| format!("`{scope}`");
    let scopes: Vec<String> = way.iter().filter(|(_, scope)| !scope.is_empty()).map(quoted).collect();
    let kinds: Vec<&str> = way.iter().filter(|(_, scope)| scope.is_empty()).map(|(kind, _)| kind.as_str()).collect();
    let kinds = kinds.join(" and ");
    let noun = if scopes.len() == 1 { "scope" } else { "scopes" };
    match (way.is_empty(), scopes.is_empty(), names_kind) {
        (true, ..) => "no token".to_owned(),
        (_, true, _) => format!("a token ({kinds})"),
        (_, false, true) => format!("the {noun} {} ({kinds})", scopes.join(" and ")),
        (_, false, false) => format!("the {noun} {}", scopes.join(" and ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_said_in_words() {
        let (read, both) = (&["oauth2 ", "oauth2 read"][..], &["oauth2 ", "oauth2 read", "oauth2 write"][..]);
        check(&[read], &[both], "needed the scope `read`, needs the scopes `read` and `write`");
        check(&[&[]], &[read], "needed no token, needs the scope `read`");
        check(&[read], &[&["oauth2 "]], "needed the scope `read`, needs a token (oauth2)");
        check(
            &[read],
            &[both, read],
            "needed the scope `read`, needs the scopes `read` and `write` or the scope `read`",
        );
        check(&[read], &[&["http "]], "needed the scope `read` (oauth2), needs a token (http)");

        #[track_caller]
        fn check(old: &[&[&str]], new: &[&[&str]], expected: &str) {
            let ways = |ways: &[&[&str]]| -> Vec<Needs> { ways.iter().map(|way| needs(way)).collect() };
            assert_eq!(told(&ways(old), &ways(new)), expected);
        }

        fn needs(way: &[&str]) -> Needs {
            way.iter()
                .filter_map(|text| text.split_once(' '))
                .map(|(kind, scope)| (kind.to_owned(), scope.to_owned()))
                .collect()
        }
    }
}
