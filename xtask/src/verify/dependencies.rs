//! Crates depend on each other in one direction only, and users of the SDK get no server, command line or generator.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Check, Mend, Verdict, command::Cargo};

pub(super) const CHECK: Check = Check {
    name: "dependencies",
    about: "crates depend on each other in one direction; the facade holds no server, CLI or generator",
    fix: "take the named dependency out of the named Cargo.toml (the rules are in xtask/src/verify/dependencies.rs)",
    mend: Mend::ByHand("a crate that somebody added has a use, and has to find another place"),
    run,
};

/// Crate → crates of the workspace that it may depend on, in whatever way. `None`: all of them.
const ALLOWED: [(&str, Option<&[&str]>); 9] = [
    ("cashlink-types", Some(&[])),
    ("cashlink-api", Some(&["cashlink-types"])),
    // The sandbox for the examples; that users do not get it is checked below.
    ("cashlink", Some(&["cashlink-api", "cashlink-sandbox", "cashlink-types"])),
    ("cashlink-sandbox", Some(&[])),
    ("cashlink-sqlite", Some(&["cashlink"])),
    ("cashlink-cli", Some(&["cashlink", "cashlink-sandbox", "cashlink-sqlite"])),
    ("cashlink-bench", None),
    ("cashlink-tests", None),
    ("xtask", Some(&[])),
];

/// Crates that a program using the facade must not get.
const FORBIDDEN: &[&str] = &[
    "actix-web",
    "argh",
    "axum",
    "axum-core",
    "axum-server",
    "cashlink-cli",
    "cashlink-sandbox",
    "cashlink-sqlite",
    "clap",
    "clap_builder",
    "comfy-table",
    "crossterm",
    "indicatif",
    "jsonschema",
    "libsqlite3-sys",
    "multer",
    "openapiv3",
    "pico-args",
    "prettyplease",
    "progenitor",
    "progenitor-impl",
    "progenitor-macro",
    "rusqlite",
    "serde-saphyr",
    "tracing-subscriber",
    "typify",
    "typify-impl",
    "warp",
    "xtask",
];

/// Crates whose dependencies a program using the facade gets.
const FACADE: [&str; 3] = ["cashlink", "cashlink-api", "cashlink-types"];

fn run(cargo: &Cargo) -> Verdict {
    let metadata = ["metadata", "--format-version", "1", "--no-deps"];
    let edges = match cargo.text(&metadata).map(|text| edges(&text)) {
        Ok(Ok(edges)) => edges,
        Ok(Err(error)) => return Verdict::Failed(format!("cargo metadata: {error}")),
        Err(verdict) => return verdict,
    };
    let mut problems = [wrong_edges(&edges), direct(&edges)].concat();
    let tree = ["tree", "-p", "cashlink", "-e", "normal,build", "--all-features", "--prefix", "none", "--format"];
    let tree = [&tree[..], &["{p} [{f}]"]].concat();
    // Once without writing, as whoever builds what is committed would.
    let text = cargo.text(&[&tree[..], &["--locked"]].concat()).or_else(|verdict| {
        if verdict.text().contains("--locked") {
            problems
                .push("Cargo.lock is not what the Cargo.toml files ask for: commit it as cargo writes it".to_owned());
        }
        cargo.text(&tree)
    });
    match text {
        Ok(text) => problems.extend(forbidden(&text)),
        Err(verdict) => problems.push(verdict.text().to_owned()),
    }
    Verdict::of(&problems)
}

/// A dependency, as a manifest has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edge {
    name: String,
    is_member: bool,
    is_for_tests: bool,
}

/// Crate of the workspace → what it names in any section of dependencies, for any machine and with any feature.
fn edges(metadata: &str) -> serde_json::Result<BTreeMap<String, Vec<Edge>>> {
    let metadata: Value = serde_json::from_str(metadata)?;
    let names = |value: &Value, key: &str| -> Vec<(String, Value)> {
        let members = value.get(key).and_then(Value::as_array).into_iter().flatten();
        members.filter_map(|member| Some((member.get("name")?.as_str()?.to_owned(), member.clone()))).collect()
    };
    let packages = names(&metadata, "packages");
    let is_member = |name: &str| packages.iter().any(|(package, _)| package == name);
    let edges = packages.iter().map(|(name, package)| {
        let edge = |(name, dependency): (String, Value)| Edge {
            is_member: is_member(&name),
            is_for_tests: dependency.get("kind").is_some_and(|kind| kind == "dev"),
            name,
        };
        (name.clone(), names(package, "dependencies").into_iter().map(edge).collect())
    });
    Ok(edges.collect())
}

/// What the manifests of the facade must not name. `cargo tree` sees more, but only of this machine.
fn direct(edges: &BTreeMap<String, Vec<Edge>>) -> Vec<String> {
    let mut problems = Vec::new();
    for name in FACADE {
        let given = edges.get(name).into_iter().flatten().filter(|edge| !edge.is_for_tests);
        for edge in given.filter(|edge| FORBIDDEN.contains(&edge.name.as_str())) {
            problems.push(format!("{name} names {}, which users of the facade must not get", edge.name));
        }
    }
    problems
}

fn wrong_edges(edges: &BTreeMap<String, Vec<Edge>>) -> Vec<String> {
    let gone = ALLOWED.iter().filter(|(name, _)| !edges.contains_key(*name));
    let mut problems: Vec<String> =
        gone.map(|(name, _)| format!("{name}: is no member of the workspace, so no check sees it")).collect();
    for (name, dependencies) in edges {
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| known == name) else {
            problems.push(format!("{name}: a new crate needs a line in the table of allowed dependencies"));
            continue;
        };
        let Some(allowed) = allowed else {
            continue;
        };
        let is_wrong = |edge: &&Edge| edge.is_member && !allowed.contains(&edge.name.as_str());
        for Edge { name: dependency, .. } in dependencies.iter().filter(is_wrong) {
            problems.push(format!("{name} must not depend on {dependency}: allowed are {allowed:?}"));
        }
    }
    problems
}

/// Lines of `cargo tree`, each a package with its features, that must not be there.
fn forbidden(tree: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if !tree.starts_with("cashlink v") {
        problems.push("`cargo tree -p cashlink` does not begin with cashlink: nothing can be said about it".to_owned());
    }
    for line in tree.lines() {
        let name = line.split(' ').next().unwrap_or_default();
        let features = line.rsplit_once('[').map(|(_, features)| features.trim_end_matches([']', '*', '(', ')', ' ']));
        let serves = name == "hyper" && features.unwrap_or_default().split(',').any(|feature| feature == "server");
        let problem = if serves {
            "cashlink gets hyper with its server".to_owned()
        } else if FORBIDDEN.contains(&name) {
            format!(
                "cashlink gets {name}, directly or not: see `cargo tree -p cashlink -e normal,build --all-features -i {name}`"
            )
        } else {
            continue;
        };
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_against_the_direction_is_found_whatever_its_kind() {
        let metadata = r#"{"packages": [
            {"name": "cashlink-types", "dependencies": [{"name": "serde", "kind": null}]},
            {"name": "cashlink", "dependencies": [{"name": "cashlink-types", "kind": null}]},
            {"name": "cashlink-api", "dependencies": []},
            {"name": "cashlink-bench", "dependencies": []},
            {"name": "cashlink-cli", "dependencies": []},
            {"name": "cashlink-sandbox", "dependencies": [
                {"name": "cashlink", "kind": "dev"}, {"name": "cashlink-types", "rename": "values", "kind": "build"}
            ]},
            {"name": "cashlink-tests", "dependencies": [{"name": "cashlink-sandbox", "kind": null}]},
            {"name": "newcomer", "dependencies": []},
            {"name": "xtask", "dependencies": []}
        ]}"#;
        assert_eq!(
            wrong_edges(&edges(metadata).unwrap()),
            [
                "cashlink-sqlite: is no member of the workspace, so no check sees it",
                "cashlink-sandbox must not depend on cashlink: allowed are []",
                "cashlink-sandbox must not depend on cashlink-types: allowed are []",
                "newcomer: a new crate needs a line in the table of allowed dependencies",
            ]
        );
    }

    #[test]
    fn what_only_another_machine_or_a_feature_would_bring_is_found() {
        let metadata = r#"{"packages": [{"name": "cashlink", "dependencies": [
            {"name": "clap", "kind": null, "target": "cfg(windows)"},
            {"name": "axum", "kind": null, "optional": true},
            {"name": "warp", "kind": "build"},
            {"name": "cashlink-sandbox", "kind": "dev"}
        ]}]}"#;
        let expected = ["clap", "axum", "warp"]
            .map(|name| format!("cashlink names {name}, which users of the facade must not get"));
        assert_eq!(direct(&edges(metadata).unwrap()), expected);
    }

    #[test]
    fn a_tree_of_something_else_proves_nothing() {
        assert_eq!(forbidden("").len(), 1);
        assert_eq!(forbidden("cashlink-types v0.1.0 []").len(), 1);
    }

    #[test]
    fn a_server_a_command_line_or_a_generator_in_the_facade_is_found() {
        let tree = "cashlink v0.1.0 (/w) [default]\nhyper v1.9.0 [client,http1]\nserde v1.0.0 [std] (*)\n";
        assert_eq!(forbidden(tree), [""; 0]);
        let tree = "cashlink v0.1.0 []\nhyper v1.9.0 [client,server] (*)\nclap v4.0.0 []\nclap v4.0.0 [] (*)\n";
        assert_eq!(
            forbidden(tree),
            [
                "cashlink gets hyper with its server",
                "cashlink gets clap, directly or not: see `cargo tree -p cashlink -e normal,build --all-features -i clap`",
            ]
        );
    }
}
