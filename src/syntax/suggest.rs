//! "Did you mean …?": the nearest of some words, by edit distance.

/// The candidate nearest to `word`, if one is near enough to be what was meant.
///
/// One that differs in case only is nearest. Else near enough is one edit (a letter
/// added, left out, replaced, or two neighbours swapped) for words of up to four letters,
/// two for words of up to eight, three for longer ones, whatever their case. Of equally
/// near candidates the first is taken; the word itself is none.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).take(65).collect();
    let limit = match letters.len() {
        0..=1 => 0,
        2..=4 => 1,
        5..=8 => 2,
        9..=64 => 3,
        _ => return None,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.into_iter().filter(|candidate| *candidate != word) {
        let other: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
        if other.len().abs_diff(letters.len()) > limit {
            continue;
        }
        let distance = distance(&letters, &other);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The number of edits between two words, swaps of neighbours counted as one
/// (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
    let width = right.len() + 1;
    let mut two_before = vec![0; width];
    let mut before: Vec<usize> = (0..width).collect();
    for (i, a) in left.iter().enumerate() {
        let mut current = vec![i + 1; width];
        for (j, b) in right.iter().enumerate() {
            let replaced = before[j] + usize::from(a != b);
            let mut least = replaced.min(before[j + 1] + 1).min(current[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                least = least.min(two_before[j - 1] + 1);
            }
            current[j + 1] = least;
        }
        two_before = before;
        before = current;
    }
    before.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_and_missing_letters_are_near() {
        let words = ["MATCH", "MERGE", "RETURN", "BY", "WITH", "WHERE"];
        let nearest = |word| closest(word, words);
        assert_eq!(nearest("MTACH"), Some("MATCH"));
        assert_eq!(nearest("RETRUN"), Some("RETURN"));
        assert_eq!(nearest("WHER"), Some("WHERE"));
        assert_eq!(nearest("PERSON"), None);
        assert_eq!(nearest("MATCH"), None);
        assert_eq!(nearest(""), None);
    }

    #[test]
    fn case_counts_less_than_letters() {
        assert_eq!(closest("PERSON", ["Persons", "Person"]), Some("Person"));
        assert_eq!(closest("N", ["x", "n"]), Some("n"));
        assert_eq!(closest("y", ["x"]), None);
        assert_eq!(closest("mathc", ["MATCH"]), Some("MATCH"));
    }
}
