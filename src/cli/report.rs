//! What is told beside the results: counts and times.

use dossier::QueryResult;
use std::time::Duration;

/// Changes added up over statements.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    counts: [u64; 16],
}

/// What is counted, in the order of [`Totals::counts`]: one thing, and what happened to it.
const NAMES: [(&str, &str); 16] = [
    ("node", "created"),
    ("relationship", "created"),
    ("property", "set"),
    ("label", "added"),
    ("node", "deleted"),
    ("relationship", "deleted"),
    ("label", "removed"),
    ("index", "created"),
    ("index", "dropped"),
    ("constraint", "created"),
    ("constraint", "dropped"),
    ("edge type", "created"),
    ("edge type", "dropped"),
    ("relationship", "moved"),
    ("contradiction", "created"),
    ("contradiction", "dropped"),
];

impl Totals {
    /// Adds what a statement changed.
    #[expect(clippy::useless_conversion, reason = "the counters' width is theirs to choose")]
    pub(crate) fn add(&mut self, result: &QueryResult) {
        let c = &result.counters;
        let now = [
            c.nodes_created,
            c.relationships_created,
            c.properties_set,
            c.labels_added,
            c.nodes_deleted,
            c.relationships_deleted,
            c.labels_removed,
            c.indexes_added,
            c.indexes_removed,
            c.constraints_added,
            c.constraints_removed,
            c.edge_types_added,
            c.edge_types_removed,
            c.relationships_moved,
            c.contradictions_added,
            c.contradictions_removed,
        ];
        for (total, more) in self.counts.iter_mut().zip(now) {
            *total += u64::try_from(more).unwrap_or(0);
        }
    }

    /// `2 nodes created, 1 property set`, or `None` where nothing changed.
    pub(crate) fn text(&self) -> Option<String> {
        let parts: Vec<String> = self
            .counts
            .iter()
            .zip(NAMES)
            .filter(|(number, _)| **number > 0)
            .map(|(number, (thing, what))| format!("{} {what}", count(*number, thing)))
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// `1 row`, `1,204 rows`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    let plural = match thing {
        _ if number == 1 => thing.to_owned(),
        "property" => "properties".to_owned(),
        "index" => "indexes".to_owned(),
        "query" => "queries".to_owned(),
        thing => format!("{thing}s"),
    };
    format!("{} {plural}", grouped(number))
}

/// A number with commas between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time with the unit that suits it.
pub(crate) fn time(elapsed: Duration) -> String {
    let micros = elapsed.as_secs_f64() * 1e6;
    match micros {
        m if m < 1e3 => format!("{m:.0} µs"),
        m if m < 1e5 => format!("{:.1} ms", m / 1e3),
        m if m < 1e6 => format!("{:.0} ms", m / 1e3),
        m if m < 6e7 => format!("{:.2} s", m / 1e6),
        m => format!("{:.0} min {:.0} s", (m / 6e7).floor(), (m % 6e7) / 1e6),
    }
}

/// The terminal's width in columns; `$COLUMNS`, or 100, where there is none to ask.
pub(crate) fn terminal_width() -> usize {
    if let Some((terminal_size::Width(width), _)) = terminal_size::terminal_size() {
        return usize::from(width).max(20);
    }
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    columns.unwrap_or(100).max(20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(count(1, "row"), "1 row");
        assert_eq!(count(1_234_567, "property"), "1,234,567 properties");
        assert_eq!(count(0, "row"), "0 rows");
    }

    #[test]
    fn times_have_fitting_units() {
        assert_eq!(time(Duration::from_micros(12)), "12 µs");
        assert_eq!(time(Duration::from_millis(2)), "2.0 ms");
        assert_eq!(time(Duration::from_secs(61)), "1 min 1 s");
    }
}
