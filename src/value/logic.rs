//! Three-valued logic: `None` is the unknown truth value, Cypher's `null`.
//!
//! These four functions are the reference for every vectorised kernel of the
//! same name.

use super::Value;

/// `a AND b`: false if either is false, even where the other is unknown.
#[must_use]
pub fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// `a OR b`: true if either is true, even where the other is unknown.
#[must_use]
pub fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// `a XOR b`: unknown if either is unknown.
#[must_use]
pub fn xor(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    Some(a? != b?)
}

/// `NOT a`: unknown stays unknown.
#[must_use]
pub fn not(a: Option<bool>) -> Option<bool> {
    a.map(|known| !known)
}

/// The value of a truth value: `true`, `false` or `null`.
#[must_use]
pub fn to_value(truth: Option<bool>) -> Value {
    truth.map_or(Value::Null, Value::Boolean)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Option<bool>; 3] = [Some(true), Some(false), None];

    #[test]
    fn de_morgan_holds_for_all_three_truth_values() {
        for a in ALL {
            for b in ALL {
                assert_eq!(not(and(a, b)), or(not(a), not(b)));
                assert_eq!(not(or(a, b)), and(not(a), not(b)));
                assert_eq!(xor(a, b), and(or(a, b), not(and(a, b))));
            }
        }
    }

    #[test]
    fn unknown_gives_way_to_what_decides() {
        assert_eq!(and(None, Some(false)), Some(false));
        assert_eq!(or(None, Some(true)), Some(true));
        assert_eq!(xor(None, Some(true)), None);
    }
}
