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
    let text = format!("needed {} and needs {}", shown(&olds), shown(&news));
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

fn shown(ways: &[Needs]) -> String {
    let shown = |way: &Needs| {
        let scopes: Vec<String> = way
            .iter()
            .map(|(kind, scope)| if scope.is_empty() { kind.clone() } else { format!("`{scope}`") })
            .collect();
        if scopes.is_empty() { "no token".to_owned() } else { scopes.join(" + ") }
    };
    ways.iter().map(shown).collect::<Vec<_>>().join(" or ")
}
