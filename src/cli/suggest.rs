//! "Did you mean": the known name nearest to a mistyped one.

/// The nearest of `known`, if it is near enough to be what was meant: at most a
/// third of its letters differ, or it begins with what was typed.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed: Vec<char> = typed.to_lowercase().chars().take(80).collect();
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let candidate: Vec<char> = name.to_lowercase().chars().take(80).collect();
        let begins = typed.len() >= 2 && candidate.starts_with(&typed);
        let distance = if begins { 1 } else { distance(&typed, &candidate) };
        let limit = (candidate.len().max(typed.len()) / 3).max(1);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Letters to insert, delete, replace or swap with a neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["mode", "schema", "timer", "queries"];
        assert_eq!(nearest("shcema", known), Some("schema"));
        assert_eq!(nearest("quer", known), Some("queries"));
        assert_eq!(nearest("mdoe", known), Some("mode"));
        assert_eq!(nearest("banana", known), None);
    }
}
