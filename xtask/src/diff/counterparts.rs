//! Which operation of one document stands for which of the other.

use std::{collections::HashMap, hash::Hash};

use super::{
    document::{Node, same},
    operations::{Call, Route},
};

/// Operations that stand for each other, the older one first, and those of each side that stand alone.
#[derive(Debug)]
pub(super) struct LaidOut<'c, 'a> {
    pub(super) pairs: Vec<(&'c Call<'a>, &'c Call<'a>)>,
    pub(super) olds: Vec<&'c Call<'a>>,
    pub(super) news: Vec<&'c Call<'a>>,
}

/// Lays the operations of both documents beside each other.
pub(super) fn lay_out<'c, 'a>(olds: &'c [Call<'a>], news: &'c [Call<'a>]) -> LaidOut<'c, 'a> {
    let tables = [Table::of(olds), Table::of(news)];
    let mut is_free = vec![true; news.len()];
    let mut left: Vec<&Call<'a>> = olds.iter().collect();
    let mut pairs = Vec::new();
    for step in [Step::Swap, Step::Path, Step::Route, Step::Id] {
        left.retain(|old| {
            let candidates = step.candidates(old, &tables);
            let Some(index) = candidates.into_iter().find(|index| is_free.get(*index) == Some(&true)) else {
                return true;
            };
            is_free[index] = false;
            pairs.push((*old, &news[index]));
            false
        });
    }
    let news = news.iter().zip(is_free).filter(|(_, is_free)| *is_free).map(|(new, _)| new).collect();
    LaidOut { pairs, olds: left, news }
}

/// Ways to find the counterpart of an operation, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// By its id, though another one has or had the place.
    Swap,
    Path,
    Route,
    Id,
}

/// The operations of a document by what they are found by.
#[derive(Debug)]
struct Table<'c, 'a> {
    calls: &'c [Call<'a>],
    paths: HashMap<(Route<'a>, &'a str), Vec<usize>>,
    routes: HashMap<Route<'a>, Vec<usize>>,
    ids: HashMap<(bool, &'a str), Vec<usize>>,
}

impl Step {
    /// Indices of what may stand for `old`.
    fn candidates<'a>(self, old: &Call<'a>, [olds, news]: &[Table<'_, 'a>; 2]) -> Vec<usize> {
        match self {
            Self::Swap => moved(old, olds, news).into_iter().collect(),
            Self::Path => news.at_path(old).to_vec(),
            Self::Route => news.at_route(old).to_vec(),
            Self::Id => news.with_id(old).to_vec(),
        }
    }
}

/// Where `old` went if it is another operation that has its place now, or that had the place in which its id is now. It is
/// told from a change of ids by what the operations have in common; where that does not decide, ids that both documents
/// know were not given anew.
fn moved<'a>(old: &Call<'a>, olds: &Table<'_, 'a>, news: &Table<'_, 'a>) -> Option<usize> {
    let index = *news.with_id(old).first()?;
    let new = news.calls.get(index)?;
    if old.route() == new.route() {
        return None;
    }
    let usurper = news.in_place_of(old);
    let former = olds.in_place_of(new);
    let by_place = [usurper.map(|usurper| likeness(old, usurper)), former.map(|former| likeness(former, new))];
    let are_known = usurper.is_none_or(|usurper| !olds.with_id(usurper).is_empty())
        && former.is_none_or(|former| !news.with_id(former).is_empty());
    let by_id = likeness(old, new);
    let most_by_place = by_place.into_iter().flatten().max();
    let has_moved = most_by_place.is_none_or(|most| by_id > most || by_id == most && are_known);
    has_moved.then_some(index)
}

/// How much two operations say alike, but for their ids.
fn likeness(old: &Call<'_>, new: &Call<'_>) -> usize {
    let is_like = |(key, node): &(&str, Node<'_>)| {
        *key != "operationId" && new.node.value.get(key).is_some_and(|value| same(node.value, value))
    };
    old.node.members().filter(is_like).count()
}

impl<'c, 'a> Table<'c, 'a> {
    fn of(calls: &'c [Call<'a>]) -> Self {
        let mut table = Self { calls, paths: HashMap::new(), routes: HashMap::new(), ids: HashMap::new() };
        for (index, call) in calls.iter().enumerate() {
            let route = call.route();
            table.paths.entry((route.clone(), call.path)).or_default().push(index);
            if let Some(id) = call.own_id() {
                table.ids.entry((route.is_event, id)).or_default().push(index);
            }
            table.routes.entry(route).or_default().push(index);
        }
        table
    }

    fn at_path(&self, call: &Call<'a>) -> &[usize] {
        found(&self.paths, &(call.route(), call.path))
    }

    fn at_route(&self, call: &Call<'a>) -> &[usize] {
        found(&self.routes, &call.route())
    }

    /// The operation at the method and path of `call`.
    fn in_place_of(&self, call: &Call<'a>) -> Option<&'c Call<'a>> {
        let index = self.at_path(call).first().or_else(|| self.at_route(call).first())?;
        self.calls.get(*index)
    }

    fn with_id(&self, call: &Call<'a>) -> &[usize] {
        call.own_id().map_or(&[], |id| found(&self.ids, &(call.route().is_event, id)))
    }
}

fn found<'t, K: Eq + Hash>(table: &'t HashMap<K, Vec<usize>>, key: &K) -> &'t [usize] {
    table.get(key).map(Vec::as_slice).unwrap_or_default()
}
