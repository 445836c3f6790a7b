//! The words with a meaning of their own in the grammar.
//!
//! Words that only mean something before a bracket (`count`, `any`, `reduce`,
//! ...) are ordinary names here; the expression grammar recognises them by place.

macro_rules! keywords {
    ($($variant:ident $text:literal $reserved:literal,)*) => {
        /// A keyword. Keywords are recognised in any mix of upper and lower case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Keyword {
            $(#[doc = concat!("`", $text, "`.")] $variant,)*
        }

        /// All keywords, in upper case and alphabetical order.
        pub const KEYWORDS: &[&str] = &[$($text,)*];

        impl Keyword {
            /// The word in upper case.
            pub fn text(self) -> &'static str {
                match self { $(Keyword::$variant => $text,)* }
            }

            /// The keyword that `word` is, in any case.
            pub fn of(word: &str) -> Option<Keyword> {
                let mut buffer = [0_u8; LONGEST];
                let upper = buffer.get_mut(..word.len())?;
                upper.copy_from_slice(word.as_bytes());
                upper.make_ascii_uppercase();
                let upper = std::str::from_utf8(upper).ok()?;
                let place = KEYWORDS.binary_search(&upper).ok()?;
                [$(Keyword::$variant,)*].get(place).copied()
            }

            /// Whether the word cannot name a variable in an expression unless what
            /// follows it makes the meaning plain, or backticks surround it.
            pub fn is_reserved(self) -> bool {
                match self { $(Keyword::$variant => $reserved,)* }
            }
        }
    };
}

/// Bytes of the longest keyword; a test holds it.
const LONGEST: usize = 10;

keywords! {
    Acyclic "ACYCLIC" false,
    All "ALL" false,
    And "AND" true,
    As "AS" true,
    Asc "ASC" false,
    Ascending "ASCENDING" false,
    By "BY" false,
    Call "CALL" false,
    Case "CASE" true,
    Checkpoint "CHECKPOINT" false,
    Contains "CONTAINS" true,
    Create "CREATE" true,
    Delete "DELETE" true,
    Desc "DESC" false,
    Descending "DESCENDING" false,
    Detach "DETACH" true,
    Different "DIFFERENT" false,
    Distinct "DISTINCT" true,
    Else "ELSE" true,
    End "END" true,
    Ends "ENDS" true,
    Except "EXCEPT" false,
    Exists "EXISTS" false,
    Explain "EXPLAIN" false,
    False "FALSE" true,
    Filter "FILTER" false,
    Finish "FINISH" false,
    For "FOR" false,
    Foreach "FOREACH" false,
    In "IN" true,
    Insert "INSERT" false,
    Intersect "INTERSECT" false,
    Is "IS" true,
    Let "LET" false,
    Limit "LIMIT" true,
    Load "LOAD" false,
    Match "MATCH" true,
    Merge "MERGE" true,
    Next "NEXT" false,
    Nodetach "NODETACH" false,
    Not "NOT" true,
    Null "NULL" true,
    Nulls "NULLS" false,
    Offset "OFFSET" false,
    On "ON" false,
    Optional "OPTIONAL" true,
    Or "OR" true,
    Order "ORDER" true,
    Ordinality "ORDINALITY" false,
    Otherwise "OTHERWISE" false,
    Profile "PROFILE" false,
    Remove "REMOVE" true,
    Repeatable "REPEATABLE" false,
    Return "RETURN" true,
    Set "SET" true,
    Shortest "SHORTEST" false,
    Skip "SKIP" true,
    Starts "STARTS" true,
    Then "THEN" true,
    Trail "TRAIL" false,
    True "TRUE" true,
    Union "UNION" true,
    Unwind "UNWIND" true,
    Walk "WALK" false,
    When "WHEN" true,
    Where "WHERE" true,
    With "WITH" true,
    Xor "XOR" true,
    Yield "YIELD" false,
}

impl Keyword {
    /// Whether a clause begins with it.
    pub fn begins_clause(self) -> bool {
        use Keyword as K;
        matches!(
            self,
            K::Match
                | K::Optional
                | K::Unwind
                | K::Load
                | K::With
                | K::Return
                | K::Create
                | K::Merge
                | K::Set
                | K::Remove
                | K::Delete
                | K::Detach
                | K::Nodetach
                | K::Call
                | K::Insert
                | K::Foreach
                | K::Filter
                | K::Let
                | K::For
                | K::Finish
                | K::Order
                | K::Skip
                | K::Offset
                | K::Limit
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_found_in_any_case() {
        for text in KEYWORDS {
            assert!(text.len() <= LONGEST, "{text}");
            for word in [text.to_string(), text.to_lowercase()] {
                assert_eq!(Keyword::of(&word).map(Keyword::text), Some(*text));
            }
        }
        assert!(KEYWORDS.is_sorted());
        assert_eq!(Keyword::of("persons"), None);
        assert_eq!(Keyword::of("MATCHMATCHMATCH"), None);
        assert_eq!(Keyword::of("é"), None);
    }
}
