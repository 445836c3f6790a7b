//! Everything that is called like a function, for people: with its category, its
//! signature and a sentence. It includes the forms that have a syntax of their own.

use super::aggregate::aggregates;
use super::registry::categorised;

/// One function of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name as it is documented.
    pub name: &'static str,
    /// What it is about: `Aggregating`, `Graph`, `List`, `Numeric`, `Predicate`, ...
    pub category: &'static str,
    /// How it is called.
    pub signature: &'static str,
    /// One sentence for people.
    pub description: &'static str,
    /// Whether it makes one value of many rows.
    pub aggregating: bool,
}

/// The forms with a syntax of their own: name, category, signature, description.
const FORMS: &[[&str; 4]] = &[
    [
        "all",
        "Predicate",
        "all(variable :: VARIABLE IN list :: LIST<ANY> WHERE predicate :: ANY) :: BOOLEAN",
        "Whether the predicate holds for every element of a list.",
    ],
    [
        "any",
        "Predicate",
        "any(variable :: VARIABLE IN list :: LIST<ANY> WHERE predicate :: ANY) :: BOOLEAN",
        "Whether the predicate holds for some element of a list.",
    ],
    [
        "none",
        "Predicate",
        "none(variable :: VARIABLE IN list :: LIST<ANY> WHERE predicate :: ANY) :: BOOLEAN",
        "Whether the predicate holds for no element of a list.",
    ],
    [
        "single",
        "Predicate",
        "single(variable :: VARIABLE IN list :: LIST<ANY> WHERE predicate :: ANY) :: BOOLEAN",
        "Whether the predicate holds for exactly one element of a list.",
    ],
    [
        "allReduce",
        "Predicate",
        "allReduce(accumulator :: VARIABLE = initial :: ANY, variable :: VARIABLE IN list :: LIST<ANY> | expression :: ANY, predicate :: ANY) :: BOOLEAN",
        "Whether the predicate holds for each value that the accumulator takes.",
    ],
    [
        "reduce",
        "List",
        "reduce(accumulator :: VARIABLE = initial :: ANY, variable :: VARIABLE IN list :: LIST<ANY> | expression :: ANY) :: ANY",
        "The last value that the accumulator takes while the list is gone through.",
    ],
    [
        "cast",
        "Conversion",
        "cast(value :: ANY AS type) :: ANY",
        "A value as one of another type; an error where it is none.",
    ],
    [
        "shortestPath",
        "Graph",
        "shortestPath(pattern :: PATTERN) :: PATH",
        "A shortest path that matches the pattern.",
    ],
    [
        "allShortestPaths",
        "Graph",
        "allShortestPaths(pattern :: PATTERN) :: PATH",
        "All shortest paths that match the pattern.",
    ],
];

/// All functions, in alphabetical order whatever the case.
pub fn catalogue() -> Vec<Entry> {
    let forms = FORMS.iter().map(|&[name, category, signature, description]| Entry {
        name,
        category,
        signature,
        description,
        aggregating: false,
    });
    let scalars = categorised().map(|(category, function)| Entry {
        name: function.name,
        category,
        signature: function.signature,
        description: function.description,
        aggregating: false,
    });
    let aggregates = aggregates().map(|function| Entry {
        name: function.name,
        category: "Aggregating",
        signature: function.signature,
        description: function.description,
        aggregating: true,
    });
    let mut all: Vec<Entry> = forms.chain(scalars).chain(aggregates).collect();
    all.sort_by_key(|entry| entry.name.to_lowercase());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_listed_once_and_described() {
        let all = catalogue();
        for pair in all.windows(2) {
            assert_ne!(pair[0].name.to_lowercase(), pair[1].name.to_lowercase());
        }
        for entry in &all {
            assert!(entry.signature.starts_with(&format!("{}(", entry.name)), "{}", entry.name);
            assert!(entry.signature.contains(" :: "), "{}", entry.name);
            assert!(entry.description.ends_with('.'), "{}", entry.name);
        }
        assert!(all.len() > 150, "{}", all.len());
    }
}
