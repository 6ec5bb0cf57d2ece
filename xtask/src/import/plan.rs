//! Everything that an import will do: the report, and the files as they will be.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow, bail};
use serde_json::Value;

use super::{
    compare::{self, Seen},
    decide::{self, Decision},
    entry::{Action, Entry},
    files::Files,
    matching::{self, Matching},
    merge::{self, Merge},
    report::{Counts, Report},
    upstream,
};
use crate::spec::{
    bundle::{self, Bundle},
    lint,
    load::Source,
};

/// What is taken in one round may show differences that were hidden, such as those inside a new schema.
const ROUNDS: usize = 8;

/// What an import will do.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) report: Report,
    pub(super) files: Files,
    /// The joined description as it was.
    pub(super) before: Bundle,
    /// The joined description as it will be.
    pub(super) after: Bundle,
}

/// Plans the import of the document `upstream` into `source`.
pub(super) fn plan(source: &Source, upstream: &Value) -> Result<Plan> {
    let before = join(source)?;
    let name = upstream::source_name(upstream);
    let mut files = Files::new(source);
    let mut taken: Vec<Entry> = Vec::new();
    let mut counts = None;
    for _ in 0..ROUNDS {
        let bundle = join(&files.source())?;
        let matching = matching::matching(upstream, bundle.document());
        let seen = compare::compare(upstream, bundle.document(), &matching.pairs);
        let decisions = decide::decide(upstream, bundle.document(), &name, &matching, &seen);
        if matching.pairs.is_empty() {
            bail!("none of the operations of the document is one of ours: it is no document of this API");
        }
        counts.get_or_insert_with(|| count(&matching));
        let mut merge = Merge {
            upstream,
            bundle: &bundle,
            source: &name,
            names: &seen.names,
            files: files.clone(),
            made: BTreeMap::new(),
        };
        let (new, rest) = round(&mut merge, decisions);
        if new.is_empty() {
            let operations = counts.unwrap_or_else(|| count(&matching));
            let report = report((name, operations), taken, rest, (&before, &bundle), &seen);
            return Ok(Plan { report, files, after: bundle.clone(), before });
        }
        merge.list_source().map_err(|problem| anyhow!(problem))?;
        files = merge.files;
        merge::complete(&mut files).map_err(|problem| anyhow!("the merged description cannot be joined: {problem}"))?;
        taken.extend(new);
    }
    bail!("the document cannot be settled: each round of the import shows new differences")
}

/// Takes what can be taken. The entries for it, and those for the rest.
fn round<'a>(merge: &mut Merge<'a>, decisions: Vec<Decision<'a>>) -> (Vec<Entry>, Vec<Entry>) {
    let (mut taken, mut rest) = (Vec::new(), Vec::new());
    for Decision { mut entry, take } in decisions {
        match take.map(|take| merge.apply(&take)) {
            Some(Ok(())) => taken.push(entry),
            Some(Err(why)) => {
                entry.action = Action::Decide;
                entry.why = why;
                rest.push(entry);
            }
            None => rest.push(entry),
        }
    }
    (taken, rest)
}

fn join(source: &Source) -> Result<Bundle> {
    let (bundle, findings) = bundle::bundle(source);
    match findings.first() {
        Some(finding) => bail!("{finding}\nthe files of openapi/ cannot be joined: mend them before an import"),
        None => Ok(bundle),
    }
}

fn count(matching: &Matching<'_>) -> Counts {
    Counts { matched: matching.pairs.len(), added: matching.added.len(), removed: matching.removed.len() }
}

fn report(
    (source, operations): (String, Counts),
    taken: Vec<Entry>,
    rest: Vec<Entry>,
    (before, after): (&Bundle, &Bundle),
    seen: &Seen<'_>,
) -> Report {
    let mut entries: Vec<Entry> = taken.into_iter().chain(rest).collect();
    entries.sort_by_key(|entry| (entry.action, entry.clone()));
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for ((upstream, _), ours) in &seen.names {
        names.entry(upstream.clone()).or_default().extend(ours.iter().cloned());
    }
    let is_same = before.document() == after.document();
    let findings = if is_same { Vec::new() } else { new_findings(before, after) };
    let conventions = seen.conventions.counts();
    Report { source, operations, entries, conventions, names, findings, breaking: Vec::new(), files: Vec::new() }
}

/// Rules that `after` breaks and `before` did not.
fn new_findings(before: &Bundle, after: &Bundle) -> Vec<String> {
    let texts = |bundle: &Bundle| lint::lint(bundle).iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut findings = texts(after);
    if !findings.is_empty() {
        let old = texts(before);
        findings.retain(|finding| !old.contains(finding));
    }
    findings
}
