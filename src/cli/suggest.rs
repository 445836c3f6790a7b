//! "Did you mean": the known name nearest to a mistyped one.

/// The nearest of `known`, if it is near enough to be what was meant: it differs in a
/// few letters, or it begins with what was typed.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let begins = |name: &&&str| {
        typed.len() >= 2
            && name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
    };
    dossier::syntax::closest(typed, known.iter().copied())
        .or_else(|| known.iter().find(begins).copied())
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
