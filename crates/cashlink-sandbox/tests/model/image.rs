//! Everything that can be read of a sandbox: every list and every object, by each client, in each family.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::book::Book;
use crate::wire::{Reply, Wire, id};

/// What the addresses are answered with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Image(BTreeMap<(usize, String), Reply>);

/// How much of it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Lists, by those who may see something in them: they show all there is.
    Lists,
    /// Each object by itself, too, and what those see who may not see it.
    Everything,
}

/// Something that can be read, and which client may.
struct Thing {
    id: Uuid,
    /// Where it stands among others, if there is a list.
    list: Option<String>,
    /// Where it is read by itself, if it can be.
    single: Option<String>,
    shown_to: [bool; 2],
}

const FAMILIES: [&str; 2] = ["/v2", "/distributor/v2"];

/// Who pretends to ask for what is no client's.
const NOBODY: usize = 9;

fn only(client: usize) -> [bool; 2] {
    [client == 0, client == 1]
}

fn things(book: &Book) -> Vec<Thing> {
    let mut things = Vec::new();
    let mut add = |id: Uuid, list: String, shown_to: [bool; 2]| {
        let single = Some(format!("{list}{id}/"));
        let (list, single) = match list.as_str() {
            // Not every family has both.
            "/issuer/v2/transfers/" => (Some(list), None),
            "/v2/transfers/" | "/distributor/v2/redemptions/" => (None, single),
            _ => (Some(list), single),
        };
        things.push(Thing { id, list, single, shown_to });
    };
    for family in FAMILIES {
        for investor in &book.investors {
            add(investor.id, format!("{family}/investors/"), only(investor.client));
        }
        for wallet in &book.wallets {
            add(wallet.id, format!("{family}/investors/{}/wallets/", wallet.investor), only(wallet.client));
        }
        for investment in &book.investments {
            add(investment.id, format!("{family}/investments/"), only(investment.client));
        }
        for found in &book.moves {
            let noun = if found.target.is_some() { "transfers" } else { "redemptions" };
            add(found.id, format!("{family}/{noun}/"), only(found.client));
        }
        for product in &book.products {
            let shown_to = [0, 1].map(|client| book.is_listed(product.id, client));
            add(product.id, format!("{family}/products/"), shown_to);
        }
        for campaign in &book.campaigns {
            add(campaign.id, format!("{family}/products/{}/campaigns/", campaign.product), only(campaign.platform));
        }
    }
    for invitation in &book.invitations {
        add(invitation.id, "/v2/invitations/".to_owned(), only(invitation.client));
    }
    let issuer = |product: Uuid| only(book.product(product).map_or(NOBODY, |product| product.client));
    for investment in &book.investments {
        add(investment.id, "/issuer/v2/investments/".to_owned(), issuer(investment.product));
    }
    for transfer in book.moves.iter().filter(|found| found.target.is_some()) {
        add(transfer.id, "/issuer/v2/transfers/".to_owned(), issuer(transfer.product));
    }
    for product in &book.products {
        add(product.id, "/issuer/v2/products/".to_owned(), only(product.client));
    }
    for campaign in &book.campaigns {
        let list = format!("/issuer/v2/products/{}/campaigns/", campaign.product);
        add(campaign.id, list, issuer(campaign.product));
    }
    for listing in &book.listings {
        add(listing.id, "/issuer/v2/listings/".to_owned(), issuer(listing.product));
    }
    for (client, issuer) in book.issuers.iter().enumerate() {
        add(*issuer, "/issuer/v2/issuers/".to_owned(), only(client));
    }
    for platform in book.platforms {
        add(platform, "/issuer/v2/distribution-platforms/".to_owned(), [true, true]);
    }
    things
}

/// Lists of what the book does not name one by one, each with its client.
fn more_lists(book: &Book) -> Vec<(String, usize)> {
    let mut lists = Vec::new();
    for family in FAMILIES {
        for investor in &book.investors {
            let path = format!("{family}/investors/{}", investor.id);
            lists.push((format!("{path}/identifications/"), investor.client));
            lists.push((format!("{path}/benefiting-persons/"), investor.client));
        }
        for investment in &book.investments {
            let path = format!("{family}/investments/{}", investment.id);
            lists.push((format!("{path}/registry-statements/"), investment.client));
            lists.push((format!("{path}/signed-documents/"), investment.client));
        }
    }
    lists
}

impl Image {
    pub(crate) async fn take(wire: &Wire, book: &Book, depth: Depth) -> Self {
        let things = things(book);
        let mut paths: BTreeSet<(usize, String)> = BTreeSet::new();
        let all = depth == Depth::Everything;
        for client in [0, 1] {
            let wanted = things.iter().filter(|thing| all || thing.shown_to[client]);
            for thing in wanted {
                paths.extend(thing.list.iter().map(|list| (client, page(list))));
                paths.extend(thing.single.iter().filter(|_| all).map(|single| (client, single.clone())));
            }
            let more = more_lists(book).into_iter().filter(|(_, owner)| all || *owner == client);
            paths.extend(more.map(|(list, _)| (client, page(&list))));
        }
        let mut replies = BTreeMap::new();
        for (client, path) in paths {
            let reply = wire.get(client, &path).await;
            replies.insert((client, path), reply);
        }
        for path in ["/ledger", "/tasks", "/settings", "/clock", "/faults", "/state"] {
            let reply = wire.control(Method::GET, path, None).await;
            replies.insert((NOBODY, path.to_owned()), reply);
        }
        Self(replies)
    }

    /// Each sees what is theirs and what is shared with them, the same in lists and alone, and nothing else.
    pub(crate) fn check(&self, book: &Book) -> Result<(), String> {
        let things = things(book);
        let mut lists: BTreeMap<(usize, &String), Vec<Value>> = BTreeMap::new();
        for (client, list) in
            [0, 1].into_iter().flat_map(|client| things.iter().map(move |thing| (client, thing.list.as_ref())))
        {
            if let Some((list, reply)) = list.and_then(|list| Some((list, self.get(client, &page(list))?))) {
                lists.entry((client, list)).or_insert_with(|| rows(reply));
            }
        }
        for thing in &things {
            for client in [0, 1] {
                self.check_thing(thing, client, &lists)?;
            }
        }
        check_lists(&things, &lists)?;
        for (path, owner) in more_lists(book) {
            for client in [0, 1] {
                let status = self.get(client, &page(&path)).map(|reply| reply.status);
                let expected = if client == owner { 200 } else { 404 };
                if status.is_some_and(|status| status != expected) {
                    return Err(format!("client {client} is answered {status:?} by {path}"));
                }
            }
        }
        Ok(())
    }

    fn get(&self, client: usize, path: &str) -> Option<&Reply> {
        self.0.get(&(client, path.to_owned()))
    }

    fn check_thing(
        &self,
        thing: &Thing,
        client: usize,
        lists: &BTreeMap<(usize, &String), Vec<Value>>,
    ) -> Result<(), String> {
        let Some((path, reply)) = thing.single.as_ref().and_then(|path| Some((path, self.get(client, path)?))) else {
            return Ok(());
        };
        let expected = if thing.shown_to[client] { 200 } else { 404 };
        if reply.status != expected {
            return Err(format!("client {client} is answered {} instead of {expected} by {path}", reply.status));
        }
        let list = thing.list.as_ref().filter(|_| thing.shown_to[client]).map(|list| (client, list));
        let Some(rows) = list.map(|list| lists.get(&list).map_or(&[][..], Vec::as_slice)) else {
            return Ok(());
        };
        let body = reply.body();
        if rows.contains(&body) {
            return Ok(());
        }
        Err(format!("client {client} is shown {body} by {path}, and not so in the list"))
    }

    /// Whether each of these ids is shown to somebody; the first that is not.
    pub(crate) fn first_hidden(&self, ids: &BTreeSet<Uuid>) -> Option<Uuid> {
        let replies = self.0.iter().filter(|((client, _), reply)| *client != NOBODY && reply.status == 200);
        let mut shown = BTreeSet::new();
        for (_, reply) in replies {
            // Whatever stands between quotes may be an id.
            shown.extend(
                reply.text.split('"').filter(|text| text.len() == 36).filter_map(|text| text.parse::<Uuid>().ok()),
            );
        }
        ids.difference(&shown).next().copied()
    }

    /// The first difference from another image, if there is one.
    pub(crate) fn same_as(&self, other: &Self) -> Result<(), String> {
        for (at, reply) in &self.0 {
            match other.0.get(at) {
                Some(found) if found == reply => {}
                found => return Err(format!("{at:?} was {reply:?} and is {found:?}")),
            }
        }
        if self.0.len() == other.0.len() { Ok(()) } else { Err("there is more than there was".to_owned()) }
    }
}

fn page(list: &str) -> String {
    format!("{list}?page_size=1000")
}

/// The rows of a list, in pages or not.
fn rows(reply: &Reply) -> Vec<Value> {
    let mut body = reply.body();
    let body = if body.is_array() { body } else { body["results"].take() };
    body.as_array().cloned().unwrap_or_default()
}

/// What stands in the lists is what may stand there.
fn check_lists(things: &[Thing], lists: &BTreeMap<(usize, &String), Vec<Value>>) -> Result<(), String> {
    for ((client, list), rows) in lists {
        let of_list = things.iter().filter(|thing| thing.list.as_ref() == Some(list) && thing.shown_to[*client]);
        let expected: BTreeSet<Uuid> = of_list.map(|thing| thing.id).collect();
        let shown: BTreeSet<Uuid> = rows.iter().filter_map(|row| id(&row["id"])).collect();
        if shown != expected || shown.len() != rows.len() {
            return Err(format!("client {client} sees {shown:?} in {list}, not {expected:?}"));
        }
    }
    Ok(())
}

/// Ids that were given out are those of what there is, each once.
pub(crate) fn check_ids(book: &Book, seeded: &BTreeSet<Uuid>, ledger: &[Value], image: &Image) -> Result<(), String> {
    let (mut created, mut readable) = (BTreeSet::new(), BTreeSet::new());
    for entry in ledger.iter().filter(|entry| entry["outcome"] == "applied") {
        let operation = entry["operation_id"].as_str().unwrap_or_default();
        for given in entry["created"].as_array().into_iter().flatten().filter_map(id) {
            if !created.insert(given) || seeded.contains(&given) {
                return Err(format!("{given} was given out twice: {entry}"));
            }
            // Documents cannot be read, credits only as what they did.
            let is_hidden = ["credits_create", "documents_create"].iter().any(|name| operation.ends_with(name));
            if !is_hidden {
                readable.insert(given);
            }
        }
    }
    if let Some(hidden) = image.first_hidden(&readable) {
        return Err(format!("{hidden} was given out and is nowhere"));
    }
    let arrivals: BTreeSet<Uuid> =
        book.investments.iter().filter(|found| found.is_arrival).map(|investment| investment.id).collect();
    for thing in things(book).iter().filter(|thing| !seeded.contains(&thing.id)) {
        if !created.contains(&thing.id) && !arrivals.contains(&thing.id) {
            return Err(format!("{} is there though nobody made it", thing.id));
        }
    }
    Ok(())
}

/// The ids of what is there before anybody does anything.
pub(crate) fn ids(book: &Book) -> BTreeSet<Uuid> {
    things(book).iter().map(|thing| thing.id).collect()
}
