//! A plan as a table: the operators, and behind each its figures.
//!
//! In a terminal the operators are folded inside of their column, so that the figures stand
//! below their heads however narrow it is. Elsewhere a line is as long as it is.

use super::Measured;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// So many bytes, as they are read.
fn size(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// An operator, or what stands above a subquery's.
pub(super) struct Line {
    pub(super) text: String,
    /// Rows that it is expected to hand on.
    pub(super) estimate: Option<f64>,
    pub(super) measured: Option<Measured>,
}

impl Line {
    /// What stands behind the operator.
    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.estimate.map_or(String::new(), |rows| format!("{rows:.0}"))];
        if let Some(measured) = self.measured {
            let time = format!("{:.3} ms", measured.time.as_secs_f64() * 1e3);
            cells.extend([measured.rows.to_string(), time, size(measured.memory)]);
            cells.extend(self.skipped());
        }
        cells
    }

    /// How many chunks of how many were passed over, where any were asked of their zones.
    fn skipped(&self) -> Option<String> {
        let (asked, skipped) = self.measured?.zones;
        (asked > 0).then(|| format!("{skipped} of {asked}"))
    }
}

/// The lines of a plan as a table, of at most so many columns if they are told.
pub(super) fn laid_out(lines: &[Line], measured: bool, columns: Option<usize>) -> String {
    let mut heads = vec![("estimate", 12)];
    if measured {
        heads.extend([("rows", 12), ("time", 10), ("memory", 9)]);
    }
    if lines.iter().any(|line| line.skipped().is_some()) {
        heads.push((SKIPPED, 14));
    }
    let cells: Vec<Vec<String>> = lines.iter().map(Line::cells).collect();
    // A terminal shows some characters in two columns; what is no terminal has no columns.
    let measure: fn(&str) -> usize =
        if columns.is_some() { |text| text.width() } else { |text| text.chars().count() };
    let longest = lines.iter().map(|line| measure(&line.text)).max().unwrap_or(0).max(8);
    let mut width = if columns.is_some() { longest } else { longest.min(LONGEST) };
    let mut below = false;
    let room = columns.filter(|columns| longest + taken(&heads) > *columns);
    if let Some(columns) = room {
        below = narrow(&mut heads, &cells, columns);
        width = columns.saturating_sub(taken(&heads)).clamp(NARROWEST.min(longest), longest);
    }
    let mut out = format!("{:<width$}", "operator");
    for (head, width) in &heads {
        let _ = write!(out, "  {head:>width$}");
    }
    out.push('\n');
    for (line, cells) in lines.iter().zip(cells) {
        let mut parts = match room {
            Some(_) => folded(&line.text, width),
            None => vec![line.text.clone()],
        };
        if let (true, Some(skipped)) = (below, line.skipped()) {
            let depth = line.text.chars().take_while(|c| *c == ' ').count() + 4;
            parts.extend(folded(&format!("{:depth$}{SKIPPED}: {skipped}", ""), width));
        }
        let mut parts = parts.into_iter();
        let operator = parts.next().unwrap_or_default();
        let gap = width.saturating_sub(measure(&operator));
        let _ = write!(out, "{operator}{:gap$}", "");
        for (cell, (_, width)) in cells.iter().zip(&heads) {
            let _ = write!(out, "  {cell:>width$}");
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        for part in parts {
            out.push_str(&part);
            out.push('\n');
        }
    }
    out
}

/// Columns that figures take, with what parts them.
fn taken(heads: &[(&str, usize)]) -> usize {
    heads.iter().map(|(_, width)| width + 2).sum()
}

/// Gives the figures as much as they need and no more, so that the operators have the rest. Says
/// whether the chunks that were skipped go below their operators, since too little would be left.
fn narrow(heads: &mut Vec<(&str, usize)>, cells: &[Vec<String>], columns: usize) -> bool {
    for (place, (head, width)) in heads.iter_mut().enumerate() {
        let cells = cells.iter().filter_map(|cells| cells.get(place));
        *width = cells.map(String::len).chain([head.len()]).max().unwrap_or_default();
    }
    let below = columns < taken(heads) + COMFORTABLE
        && heads.last().is_some_and(|(head, _)| *head == SKIPPED);
    if below {
        heads.pop();
    }
    below
}

/// What the chunks that a scan has passed over are called.
const SKIPPED: &str = "chunks skipped";

/// Characters of the column of operators, at most, where the width of the table is not told.
const LONGEST: usize = 100;

/// And at least where it is.
const NARROWEST: usize = 16;

/// Columns that operators have beside figures of which not all need a column.
const COMFORTABLE: usize = 24;

/// The words of a line, which stand one space apart. Where there are more of them they are in a
/// string, and belong to a word as any other character does.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_space = |at: usize| text.as_bytes().get(at) == Some(&b' ');
    let parts = move |at: usize| !is_space(at.wrapping_sub(1)) && !is_space(at + 1);
    let ends = text.match_indices(' ').map(|(at, _)| at).filter(move |at| parts(*at));
    let mut start = 0;
    ends.chain([text.len()]).filter_map(move |end| {
        let word = text.get(start..end);
        start = end + 1;
        word
    })
}

/// A line in parts of at most so many columns, cut between words where that may be; what
/// follows the first is indented by more. What is nested deeper than half of it stands there.
fn folded(text: &str, width: usize) -> Vec<String> {
    let depth = text.chars().take_while(|c| *c == ' ').count();
    let indent = " ".repeat((depth + 4).min(width / 2));
    let mut line = " ".repeat(depth.min(width / 2));
    let (mut parts, mut length, mut empty) = (Vec::new(), line.len(), true);
    for word in words(text.trim_matches(' ')) {
        let mut rest = word;
        loop {
            let gap = usize::from(!empty);
            if length + gap + rest.width() <= width {
                line.extend([" "].into_iter().take(gap));
                line.push_str(rest);
                length += gap + rest.width();
                empty = false;
                break;
            }
            if empty {
                let (fits, others) = rest.split_at(bytes_within(rest, width - length));
                line.push_str(fits);
                rest = others;
            }
            parts.push(std::mem::replace(&mut line, indent.clone()));
            (length, empty) = (indent.len(), true);
            if rest.is_empty() {
                break;
            }
        }
    }
    if !empty || parts.is_empty() {
        parts.push(line);
    }
    parts
}

/// How many bytes of a text stand in so many columns; those of one character at least.
fn bytes_within(text: &str, columns: usize) -> usize {
    let mut taken = 0;
    let over = text.char_indices().skip_while(|(_, character)| {
        taken += character.width().unwrap_or(1);
        taken <= columns
    });
    let first = text.chars().next().map_or(0, char::len_utf8);
    over.map(|(at, _)| at).next().unwrap_or(text.len()).max(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, rows: Option<u64>) -> Line {
        let measured = rows.map(|rows| Measured { rows, ..Measured::default() });
        Line { text: text.to_owned(), estimate: rows.map(|rows| rows as f64), measured }
    }

    #[test]
    fn a_plan_fits_the_columns_that_there_are() {
        let lines = [
            line("NodeScan (p:Person)", Some(100_000)),
            line(
                "  Filter p.name STARTS WITH 'A' AND p.born > 1950 AND p.verylongname = 1",
                Some(7),
            ),
            line("Subquery 0 (Exists)", None),
            line("Constant 'averylongwordthatgoesoverthewholewidthofthecolumnandfurther'", Some(1)),
        ];
        let wide = laid_out(&lines, true, None);
        assert_eq!(wide, laid_out(&lines, true, Some(200)));
        assert!(wide.lines().all(|line| !line.starts_with("      ")));
        for columns in [60, 70, 80, 100] {
            let narrow = laid_out(&lines, true, Some(columns));
            let longest = narrow.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(columns), "{columns}: {longest:?}\n{narrow}");
            // The same words in the same order, and the figures stand below their heads.
            let words = |text: &str| text.split_whitespace().collect::<String>().len();
            assert_eq!(words(&narrow), words(&wide), "{columns}\n{narrow}");
            let ends = |of: &str| {
                let line = narrow.lines().find(|line| line.contains(of)).expect(of);
                line.find(of).map(|at| at + of.len())
            };
            assert_eq!(ends("100000"), ends("estimate"), "{columns}\n{narrow}");
        }
        assert!(laid_out(&lines, true, Some(5)).lines().count() > lines.len());
    }

    #[test]
    fn skipped_chunks_stand_below_their_operators_where_the_terminal_is_narrow() {
        let measured = Measured {
            rows: 2_400_000,
            time: std::time::Duration::from_micros(123_456),
            memory: 9_000_000,
            zones: (586, 540),
        };
        let scan = "  NodeScan (h:Historian) zones: h.born >= 1900 AND h.born < 1950";
        let lines = [
            Line { measured: Some(measured), ..line(scan, Some(2_400_000)) },
            line("Project h.name", Some(7)),
        ];
        for columns in [56, 60, 70] {
            let shown = laid_out(&lines, true, Some(columns));
            assert!(shown.lines().all(|line| line.width() <= columns), "{columns}\n{shown}");
            let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains("chunks skipped: 540 of 586 Project"), "{columns}\n{shown}");
        }
        let shown = laid_out(&lines, true, Some(80));
        let head = shown.lines().next().expect("a head");
        assert!(head.ends_with("chunks skipped") && shown.contains(" 540 of 586\n"), "{shown}");
        assert!(shown.lines().all(|line| line.width() <= 80), "{shown}");
    }

    #[test]
    fn several_spaces_stay_where_a_line_is_folded() {
        let text = "  Filter p.name = 'Ann    Lee\u{3000}of  York' AND p.born > 1950 ";
        assert_eq!(
            folded(text, 28),
            ["  Filter p.name =", "      'Ann    Lee\u{3000}of  York'", "      AND p.born > 1950"]
        );
        assert!(folded(text, 10).iter().all(|part| part.width() <= 10));
        assert_eq!(words("a b  c d").collect::<Vec<_>>(), ["a", "b  c", "d"]);
        assert_eq!(words("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn figures_stand_below_their_heads_behind_wide_characters() {
        let lines = [
            line("NodeScan (p:Person)", Some(100_000)),
            line(
                "Filter p.name = '統一された知識グラフの統一された知識グラフ' AND p.born > 1950",
                Some(7),
            ),
        ];
        for columns in [50, 80, 200] {
            let shown = laid_out(&lines, false, Some(columns));
            let ends = |of: &str| {
                let line = shown.lines().find(|line| line.contains(of)).expect(of);
                line.split_once(of).map(|(before, _)| before.width() + of.len())
            };
            let widest = shown.lines().map(UnicodeWidthStr::width).max();
            assert!(widest <= Some(columns), "{columns}: {widest:?}\n{shown}");
            assert_eq!(ends("100000"), ends("estimate"), "{columns}\n{shown}");
            let second = shown.lines().nth(2).expect("a second operator");
            assert_eq!(Some(second.width()), ends("estimate"), "{columns}\n{shown}");
        }
    }

    #[test]
    fn long_operators_have_their_figures_where_the_terminal_is_wide_enough() {
        let long = format!("Project {}", "name, ".repeat(20));
        let shown =
            laid_out(&[line(long.trim_end(), Some(7)), line("Limit 1", Some(1))], true, Some(250));
        let widths: Vec<usize> = shown.lines().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{shown}");
    }

    #[test]
    fn what_is_nested_deeper_than_the_column_is_wide_is_still_shown() {
        let deep = format!("{}NodeScan (p:Person)", " ".repeat(60));
        let shown = laid_out(&[line(&deep, Some(7))], true, Some(70));
        assert!(shown.contains("NodeScan"), "{shown}");
        assert!(shown.lines().all(|line| line.width() <= 70), "{shown}");
    }
}
