//! Schemas and what they lead to. Each two of them are compared once, however many operations reach them.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::{
    document::Documents,
    finding::{Findings, Pair, View},
    form::Form,
    rules::Way,
    schema,
};

/// Every two schemas that stand for each other, as far as they were reached.
#[derive(Debug)]
pub(super) struct Reach<'a> {
    documents: Documents<'a>,
    numbers: HashMap<(Rc<str>, Rc<str>, Way, View), usize>,
    known: Vec<Known<'a>>,
}

#[derive(Debug)]
struct Known<'a> {
    pair: Pair<'a>,
    /// Nothing until they are compared.
    local: Option<Rc<Local<'a>>>,
}

/// The comparison of two schemas, without what is below them.
#[derive(Debug)]
pub(super) struct Local<'a> {
    pub(super) found: Findings<'a>,
    pub(super) way: Way,
    /// Both names, if they differ.
    pub(super) renamed: Option<(String, String)>,
    number: usize,
    below: Vec<usize>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(documents: Documents<'a>) -> Self {
        Self { documents, numbers: HashMap::new(), known: Vec::new() }
    }

    /// The comparisons of `pairs` and of everything below them.
    pub(super) fn from(&mut self, pairs: &[Pair<'a>]) -> Vec<Rc<Local<'a>>> {
        let mut waiting: Vec<usize> = pairs.iter().map(|pair| self.number(pair)).collect();
        let mut seen = HashSet::new();
        let mut reached = Vec::new();
        while let Some(number) = waiting.pop() {
            if seen.insert(number)
                && let Some(local) = self.local(number)
            {
                waiting.extend(&local.below);
                reached.push(local);
            }
        }
        reached
    }

    /// Whether two schemas differ in nothing but texts, up to other named schemas.
    pub(super) fn is_same_inside(&mut self, top: &Local<'a>) -> bool {
        let mut seen = HashSet::from([top.number]);
        let mut waiting = top.below.clone();
        let mut is_same = top.found.list.is_empty();
        while let Some(number) = waiting.pop() {
            if is_same
                && seen.insert(number)
                && let Some(local) = self.local(number)
                && local.renamed.is_none()
            {
                is_same = local.found.list.is_empty();
                waiting.extend(&local.below);
            }
        }
        is_same
    }

    fn number(&mut self, pair: &Pair<'a>) -> usize {
        // By what is referred to, not by each reference.
        let [old, new] = [(self.documents.old, &pair.old), (self.documents.new, &pair.new)]
            .map(|(document, node)| document.follow(node));
        let pair = Pair { old, new, way: pair.way, view: pair.view };
        let next = self.known.len();
        let number = *self.numbers.entry(pair.key()).or_insert(next);
        if number == next {
            self.known.push(Known { pair, local: None });
        }
        number
    }

    fn local(&mut self, number: usize) -> Option<Rc<Local<'a>>> {
        let known = self.known.get(number)?;
        if let Some(local) = &known.local {
            return Some(Rc::clone(local));
        }
        let pair = known.pair.clone();
        let old = Form::of(self.documents.old, &pair.old);
        let new = Form::of(self.documents.new, &pair.new);
        let mut found = Findings::new(self.documents);
        schema::compare(&mut found, &pair, &old, &new);
        let below = std::mem::take(&mut found.pairs).iter().map(|pair| self.number(pair)).collect();
        let renamed = old.name.zip(new.name).filter(|(old, new)| old != new);
        let local = Rc::new(Local { found, way: pair.way, renamed, number, below });
        self.known.get_mut(number)?.local = Some(Rc::clone(&local));
        Some(local)
    }
}
