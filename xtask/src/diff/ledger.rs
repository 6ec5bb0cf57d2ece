//! Every change once, with all operations that reach it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Change, Verdict,
    document::Documents,
    finding::{Finding, Findings},
    reach::Reach,
    rules::{self, Effect},
};

/// Gathers what is found under each operation.
#[derive(Debug)]
pub(super) struct Ledger<'a> {
    reach: Reach<'a>,
    entries: BTreeMap<(String, &'static str, Verdict), Entry>,
}

#[derive(Debug, Default)]
struct Entry {
    recompile: bool,
    operations: BTreeSet<String>,
    texts: BTreeSet<String>,
}

/// Whom a finding concerns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner<'o> {
    /// Id of the operation; nothing for the document.
    pub(super) id: Option<&'o str>,
    /// Pointer of the operation, to which the text of its parts belongs.
    pub(super) pointer: &'o str,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(documents: Documents<'a>) -> Self {
        Self { reach: Reach::new(documents), entries: BTreeMap::new() }
    }

    /// Enters what was found under `owner`, and everything that its schemas lead to.
    pub(super) fn enter(&mut self, owner: Owner<'_>, found: &Findings<'a>) {
        self.record(owner, found);
        for local in self.reach.from(&found.pairs) {
            self.record(owner, &local.found);
            if let Some((old, new)) = &local.renamed
                && self.reach.is_same_inside(&local)
            {
                let finding = Finding {
                    rule: rules::SCHEMA_RENAMED.name,
                    effect: rules::SCHEMA_RENAMED.effect(local.way),
                    at: format!("/components/schemas/{new}"),
                    text: format!("`{old}` is `{new}` now"),
                };
                self.put(owner, &finding);
            }
        }
    }

    /// All changes: breaking ones first, then by place.
    pub(super) fn changes(self) -> Vec<Change> {
        let mut changes: Vec<Change> = self
            .entries
            .into_iter()
            .map(|((at, rule, verdict), entry)| Change {
                rule,
                verdict,
                recompile: entry.recompile,
                at,
                operations: entry.operations.into_iter().collect(),
                text: entry.texts.into_iter().collect::<Vec<_>>().join("; "),
            })
            .collect();
        changes.sort_by(|left, right| (left.verdict, &left.at, left.rule).cmp(&(right.verdict, &right.at, right.rule)));
        changes
    }

    fn record(&mut self, owner: Owner<'_>, found: &Findings<'a>) {
        for finding in &found.list {
            self.put(owner, finding);
        }
        for (place, key) in &found.texts {
            let finding = Finding {
                rule: rules::TEXT_CHANGED.name,
                effect: Effect::Fine,
                at: speaker(place, owner.pointer),
                text: key.clone(),
            };
            self.put(owner, &finding);
        }
    }

    fn put(&mut self, owner: Owner<'_>, finding: &Finding) {
        let verdict = match finding.effect {
            Effect::Breaks | Effect::Stops => Verdict::Breaking,
            Effect::Recompiles | Effect::Fine => Verdict::Compatible,
        };
        let entry = self.entries.entry((finding.at.clone(), finding.rule, verdict)).or_default();
        entry.recompile |= matches!(finding.effect, Effect::Breaks | Effect::Recompiles);
        entry.operations.extend(owner.id.map(ToOwned::to_owned));
        entry.texts.insert(finding.text.clone());
    }
}

/// Whose text stands at `place`: that of a named component, or else that of the operation at `pointer`.
fn speaker(place: &str, pointer: &str) -> String {
    let Some(rest) = place.strip_prefix("/components/") else {
        return pointer.to_owned();
    };
    let name: Vec<&str> = rest.split('/').take(2).collect();
    format!("/components/{}", name.join("/"))
}
