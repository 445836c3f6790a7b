//! GQLSTATUS: the five characters by which the GQL standard (ISO/IEC 39075) names how a
//! statement ended.
//!
//! The first two characters are the class, the others the subclass. Where the standard
//! has a condition for a code of ours, that one is given. Where it has only the class,
//! the subclass is the one that Neo4j publishes (those with `N` or `I`); limits, which
//! neither names, have the codes that SQL databases use (classes 53, 54 and 57).

use std::fmt;

/// How a statement ended, in the standard's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GqlStatus {
    code: &'static str,
    description: &'static str,
}

/// Every status that is given, with its condition and, behind a dash, its subcondition.
const KNOWN: &[(&str, &str)] = &[
    ("00000", "successful completion"),
    ("00001", "successful completion - omitted result"),
    ("01000", "warning"),
    ("01N01", "warning - feature deprecated with replacement"),
    ("01N50", "warning - unknown label"),
    ("01N51", "warning - unknown relationship type"),
    ("01N52", "warning - unknown property key"),
    ("02000", "no data"),
    ("03N60", "informational - subquery variable shadowing"),
    ("03N90", "informational - cartesian product"),
    ("03N91", "informational - unbounded variable length pattern"),
    ("22000", "data exception"),
    ("22003", "data exception - numeric value out of range"),
    ("22004", "data exception - null value not allowed"),
    ("22007", "data exception - invalid date, time, or datetime format"),
    ("22012", "data exception - division by zero"),
    ("22G02", "data exception - negative limit value"),
    ("22G03", "data exception - invalid value type"),
    ("22G0C", "data exception - list element error"),
    ("22G11", "data exception - reference value, referent deleted"),
    ("22N11", "data exception - invalid argument"),
    ("22N31", "data exception - invalid properties in merge pattern"),
    ("22N39", "data exception - unsupported property value type"),
    ("22N43", "data exception - could not load external resource"),
    ("22N64", "data exception - constraint does not exist"),
    ("22N65", "data exception - constraint already exists"),
    ("22N66", "data exception - conflicting constraint already exists"),
    ("22N69", "data exception - index does not exist"),
    ("22N71", "data exception - duplicated index name"),
    ("42001", "syntax error or access rule violation - invalid syntax"),
    ("42002", "syntax error or access rule violation - invalid reference"),
    ("42I07", "syntax error or access rule violation - invalid integer literal"),
    (
        "42I13",
        "syntax error or access rule violation - invalid number of procedure or function arguments",
    ),
    ("42I14", "syntax error or access rule violation - invalid number of relationship types"),
    (
        "42I18",
        "syntax error or access rule violation - invalid reference to implicitly grouped expressions",
    ),
    ("42I19", "syntax error or access rule violation - invalid string literal"),
    ("42I24", "syntax error or access rule violation - invalid use of aggregate function"),
    ("42I26", "syntax error or access rule violation - invalid DELETE"),
    ("42I37", "syntax error or access rule violation - invalid use of RETURN *"),
    (
        "42I41",
        "syntax error or access rule violation - invalid use of variable length relationship",
    ),
    ("42N08", "syntax error or access rule violation - no such procedure or function"),
    ("42N21", "syntax error or access rule violation - unaliased return item"),
    (
        "42N28",
        "syntax error or access rule violation - patterns or variables not statically inferrable",
    ),
    ("42N32", "syntax error or access rule violation - invalid use of parameter map"),
    ("42N36", "syntax error or access rule violation - procedure call without parentheses"),
    ("42N38", "syntax error or access rule violation - duplicate return item name"),
    ("42N39", "syntax error or access rule violation - incompatible return columns"),
    ("42N48", "syntax error or access rule violation - unknown function"),
    ("42N59", "syntax error or access rule violation - variable already defined"),
    ("42N62", "syntax error or access rule violation - variable not defined"),
    ("42N68", "syntax error or access rule violation - duplicate variable definition"),
    ("42N81", "syntax error or access rule violation - missing parameter"),
    ("42NFF", "syntax error or access rule violation - permission/access denied"),
    ("50N00", "general processing exception - internal error"),
    ("53200", "insufficient resources - out of memory"),
    ("54000", "program limit exceeded"),
    ("57014", "query canceled"),
    ("G1001", "dependent object error - edges still exist"),
    ("G2000", "graph type violation"),
];

impl GqlStatus {
    /// The status with that code. One that is not in the list is an internal error.
    pub(super) fn of(code: &'static str) -> Self {
        let description = KNOWN
            .iter()
            .find(|(known, _)| *known == code)
            .map_or("general processing exception - unknown error", |(_, text)| text);
        GqlStatus { code, description }
    }

    /// The statement returned rows.
    pub fn success() -> Self {
        Self::of("00000")
    }

    /// The statement ran and has no result.
    pub fn omitted_result() -> Self {
        Self::of("00001")
    }

    /// The statement has a result without rows.
    pub fn no_data() -> Self {
        Self::of("02000")
    }

    /// Five characters, e.g. `42N62`.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// The standard's text: the condition and, behind a dash, the subcondition.
    pub fn description(self) -> &'static str {
        self.description
    }
}

impl fmt::Display for GqlStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.description)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ErrorCode;

    #[test]
    fn every_code_has_a_status_in_the_list() {
        for code in ErrorCode::ALL {
            let status = code.gqlstatus().code();
            assert_eq!(status.len(), 5, "{code}");
            assert!(KNOWN.iter().any(|(known, _)| *known == status), "{code}: {status}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_all_of_it_is_used() {
        assert!(KNOWN.is_sorted());
        for (status, _) in KNOWN {
            let used = ErrorCode::ALL.iter().any(|code| code.gqlstatus().code() == *status);
            assert!(used || ["00000", "00001", "02000"].contains(status), "{status}");
        }
    }
}
