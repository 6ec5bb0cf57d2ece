//! Names and texts that the document gives in another form, or does not give.

use crate::spec::lint::{NOUNS, PERSONAL};

/// More characters than a description that is taken over has.
const LONGEST: usize = 400;

/// The name that a component of the document gets here, with `suffix` for what is sent.
pub(super) fn schema(component: &str, sent: bool) -> String {
    let clean: String = component.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = clean.strip_prefix("External").filter(|rest| !rest.is_empty()).unwrap_or(&clean);
    if let Some(item) = name.strip_prefix("Paginated").and_then(|rest| rest.strip_suffix("List")) {
        let item = item.strip_prefix("External").filter(|rest| !rest.is_empty()).unwrap_or(item);
        return format!("{item}Page");
    }
    let (name, patched) = match name.strip_prefix("Patched") {
        Some(rest) => (rest.strip_prefix("External").unwrap_or(rest), true),
        None => (name, false),
    };
    let endings = ["CreationRequest", "CreateRequest", "UpdateRequest", "Request"];
    let base = endings.iter().find_map(|ending| name.strip_suffix(ending)).filter(|base| !base.is_empty());
    let is_update = patched || name.ends_with("UpdateRequest");
    match (base.unwrap_or(name), sent, is_update) {
        ("", ..) => "Unnamed".to_owned(),
        (base, true, true) => format!("{base}Update"),
        (base, true, false) => format!("{}Create", base.strip_suffix("Create").unwrap_or(base)),
        (_, false, _) => name.to_owned(),
    }
}

/// The name that the enum `component` of the document gets here.
pub(super) fn enumeration(component: &str) -> String {
    let name = schema(component, false);
    name.strip_suffix("Enum").filter(|rest| !rest.is_empty()).map_or(name.clone(), str::to_owned)
}

/// `snake_case` as `PascalCase`.
pub(super) fn pascal(name: &str) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| [word[..1].to_uppercase(), word[1..].to_owned()]).collect()
}

/// `PascalCase` as `snake_case`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// `kebab-case` or `snake_case` as words.
pub(super) fn words(name: &str) -> String {
    name.replace(['-', '_'], " ")
}

/// `text` with a capital letter.
pub(super) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    first + letters.as_str()
}

/// `noun` with the article that it takes.
pub(super) fn one(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// What the schema `name` of ours is, for a reader.
pub(super) fn about(name: &str, sent: bool) -> String {
    let text = words(&snake(name));
    if let Some(item) = text.strip_suffix(" page").filter(|item| !item.is_empty() && !sent) {
        return format!("One page of {}.", plural(item));
    }
    let noun = [" create", " update"].iter().find_map(|ending| text.strip_suffix(ending));
    let noun = noun.filter(|noun| !noun.is_empty() && sent).unwrap_or(&text);
    match (sent, text.ends_with(" update")) {
        (true, true) => format!("Changes to {}.", one(noun)),
        (true, false) => format!("{}, as sent.", capitalized(&one(noun))),
        (false, _) => format!("{}, as returned.", capitalized(&one(noun))),
    }
}

/// Several of one.
fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// One of several.
pub(super) fn singular(noun: &str) -> String {
    if let Some(stem) = noun.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let plural = ["sses", "xes", "ches", "shes"].iter().any(|ending| noun.ends_with(ending));
    if plural {
        return noun.strip_suffix("es").unwrap_or(noun).to_owned();
    }
    noun.strip_suffix('s').filter(|stem| !stem.is_empty() && !stem.ends_with(['s', 'u'])).unwrap_or(noun).to_owned()
}

/// What the UUID in the property `name` of `owner` identifies.
pub(super) fn noun(name: &str, owner: &str) -> Option<&'static str> {
    let longest = |name: &str, fits: fn(&str, &str) -> bool| {
        NOUNS.iter().filter(|noun| fits(name, noun)).max_by_key(|noun| noun.len()).copied()
    };
    if name == "id" {
        let owner = owner.trim_end_matches(|last: char| last.is_ascii_digit());
        let base = ["Create", "Update"].iter().find_map(|ending| owner.strip_suffix(ending)).unwrap_or(owner);
        return longest(base, |base, noun| base.ends_with(noun));
    }
    let base = ["_ids", "_id", "_uuids", "_uuid"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    longest(&pascal(&singular(base)), |base, noun| base.ends_with(noun))
}

/// Whether the property `name` is personal or secret, by itself or by the company that it keeps.
pub(super) fn is_personal<'p>(name: &str, neighbors: impl Iterator<Item = (&'p str, bool)>) -> bool {
    const WORDS: [&str; 17] = [
        "account", "address", "bic", "birth", "email", "forename", "iban", "mail", "password", "phone", "secret",
        "street", "surname", "tax", "token", "url", "zip",
    ];
    if PERSONAL.contains(&name) {
        return true;
    }
    if name.ends_with("_id") || name.ends_with("_at") {
        return false;
    }
    let (mut marked, mut all) = (0, 0);
    for (_, is_marked) in neighbors {
        all += 1;
        marked += usize::from(is_marked);
    }
    name.split('_').any(|word| WORDS.contains(&word)) && !name.contains("token") || (marked * 2 > all && all > 0)
}

/// `text` on one line, as a sentence, without the values and labels that drf-spectacular adds to that of an enum.
pub(super) fn sentence(text: &str) -> String {
    let is_value = |line: &str| line.starts_with("* `") && line.contains("` - ");
    let words = text.lines().map(str::trim).filter(|line| !is_value(line)).flat_map(str::split_whitespace);
    let line = words.collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|character| !character.is_control()).collect();
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        let start = &line[..end];
        return format!("{} …", start.rsplit_once(' ').map_or(start, |(words, _)| words));
    }
    let ends = line.ends_with(['.', '!', '?', ')', ':', '`']);
    if ends || line.is_empty() { line } else { line + "." }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_of_the_document_get_names_like_ours() {
        check("ExternalInvestor", false, "Investor");
        check("ExternalInvestorCreationRequest", true, "InvestorCreate");
        check("ExternalInvestorRequest", true, "InvestorCreate");
        check("PatchedExternalInvestorRequest", true, "InvestorUpdate");
        check("ExternalDepotUpdateRequest", true, "DepotUpdate");
        check("Depot", true, "DepotCreate");
        check("PaginatedExternalInvestorList", false, "InvestorPage");
        check("External", false, "External");
        check("äß", false, "Unnamed");

        #[track_caller]
        fn check(component: &str, sent: bool, expected: &str) {
            assert_eq!(schema(component, sent), expected);
        }
    }

    #[test]
    fn the_name_of_a_property_says_what_its_id_identifies() {
        check("id", "Listing", Some("Listing"));
        check("id", "ListingCreate", Some("Listing"));
        check("id", "NoticeInvestor2", Some("Investor"));
        check("id", "Depot", None);
        check("issuer", "X", Some("Issuer"));
        check("document_ids", "X", Some("Document"));
        check("sender_wallet_id", "X", Some("Wallet"));
        check("distribution_platform_id", "X", Some("DistributionPlatform"));
        check("signed_document_id", "X", Some("SignedDocument"));
        check("depot_id", "X", None);

        #[track_caller]
        fn check(name: &str, owner: &str, expected: Option<&str>) {
            assert_eq!(noun(name, owner), expected);
        }
    }

    #[test]
    fn a_text_becomes_a_sentence() {
        check("Risk class\n\n* `LOW` - Low risk\n* `HIGH` - High", "Risk class.");
        check("* `LOW` - Low risk", "");
        check("* `LOW` is low", "* `LOW` is low.");
        check(" Two\n  lines! ", "Two lines!");
        check(&"many words ".repeat(50), &format!("{}…", "many words ".repeat(36)));

        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(sentence(text), expected);
        }
    }

    #[test]
    fn one_of_several_is_named() {
        check("depots", "depot");
        check("companies", "company");
        check("addresses", "address");
        check("boxes", "box");
        check("status", "status");
        check("process", "process");
        check("s", "s");

        #[track_caller]
        fn check(plural: &str, expected: &str) {
            assert_eq!(singular(plural), expected);
        }
    }

    #[test]
    fn personal_properties_are_known_by_name_or_by_their_neighbors() {
        check("forename", &[], true);
        check("second_email", &[], true);
        check("token_count", &[], false);
        check("name", &[], false);
        check("middle_name", &[true, true, false], true);
        check("note", &[true, false], false);
        check("document_id", &[], true);
        check("company_id", &[true], false);

        #[track_caller]
        fn check(name: &str, neighbors: &[bool], expected: bool) {
            assert_eq!(is_personal(name, neighbors.iter().map(|marked| ("", *marked))), expected, "{name}");
        }
    }
}
