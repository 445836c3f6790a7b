//! The conformance table of docs/language.md: which optional features of GQL the language
//! has. `tests/gql_features.txt` lists all of them; each that is claimed comes with a
//! query, which must run here.

#[path = "features_support/section.rs"]
mod section;

use dossier::Database;
use std::collections::BTreeMap;
use std::path::Path;

/// A feature: its code, its title, and an example or the reason why there is none.
struct Feature<'t> {
    code: &'t str,
    title: &'t str,
    example: Result<&'t str, &'t str>,
}

fn features(text: &str) -> Vec<Feature<'_>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut parts = line.splitn(3, " | ");
            let mut next = || parts.next().unwrap_or_else(|| panic!("`{line}` has three parts"));
            let (code, title, rest) = (next(), next(), next());
            let example = rest.strip_prefix("- ").map_or(Ok(rest), Err);
            Feature { code, title, example }
        })
        .collect()
}

fn truce(root: &Path) -> Database {
    let database = Database::in_memory();
    let text = std::fs::read_to_string(root.join("graph/truce.cypher")).unwrap();
    for (_, statement) in dossier::syntax::split_statements(&text) {
        database.query(statement).run().unwrap();
    }
    database
}

#[test]
fn every_claimed_feature_of_gql_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("tests/gql_features.txt")).unwrap();
    let features = features(&text);
    assert!(features.windows(2).all(|pair| pair[0].code < pair[1].code), "sorted, each once");
    assert_eq!(features.len(), 228, "the standard has that many optional features");
    let database = truce(root);
    let mut failures = Vec::new();
    for feature in &features {
        let Ok(query) = feature.example else { continue };
        // What an example writes is not for the next one to see.
        let mut transaction = database.begin().unwrap();
        match transaction.query(query).run() {
            Ok(result) if result.columns.is_empty() || !result.rows.is_empty() => {}
            Ok(_) => failures.push(format!("{} `{query}` finds nothing", feature.code)),
            Err(error) => failures.push(format!("{} `{query}`: {error}", feature.code)),
        }
        transaction.rollback();
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    section::check(&root.join("docs/language.md"), "gql", &table(&features)).unwrap();
}

fn table(features: &[Feature<'_>]) -> String {
    let has: Vec<_> = features.iter().filter(|feature| feature.example.is_ok()).collect();
    let mut text = format!(
        "{} of the {} optional features are there:\n\n| code | feature | for example |\n| --- | --- | --- |\n",
        has.len(),
        features.len()
    );
    let cell = |text: &str| text.replace('|', "\\|");
    for feature in has {
        let example = feature.example.unwrap_or_default();
        text += &format!("| {} | {} | `{}` |\n", feature.code, cell(feature.title), cell(example));
    }
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for feature in features {
        if let Err(reason) = feature.example {
            reasons.entry(reason).or_default().push(feature.code);
        }
    }
    text += "\nThe others, and what to do instead:\n\n| codes | why not |\n| --- | --- |\n";
    for (reason, codes) in reasons {
        text += &format!("| {} | {} |\n", codes.join(", "), cell(reason));
    }
    text
}
