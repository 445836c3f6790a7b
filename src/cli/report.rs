//! What is told beside the results: counts and times.

use dossier::value::display::grouped;
use std::time::Duration;

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
