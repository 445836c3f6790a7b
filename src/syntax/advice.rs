//! Advice for mistakes that people make: words written together, habits of SQL and of
//! other languages, a bracket, colon or comma left out.
//!
//! Each rule looks at what was expected and at a few tokens around the place.

use super::input::Source;
use super::keyword::Keyword;
use super::token::{Symbol, TokenKind};

/// Tokens that are looked at, at most, to find the bracket that is open.
const FAR: u32 = 1000;

/// What to do about finding something else than `what` at the token with index `at`.
pub(super) fn for_mistake(source: &Source<'_>, what: &str, at: u32) -> Option<String> {
    let place = Place { source, what, at };
    place
        .joined_words()
        .or_else(|| place.foreign_word())
        .or_else(|| place.in_pattern())
        .or_else(|| place.in_map())
        .or_else(|| place.in_list())
        .or_else(|| place.doubled_quote())
        .or_else(|| place.unopened())
}

/// Where something else was expected.
struct Place<'a> {
    source: &'a Source<'a>,
    what: &'a str,
    at: u32,
}

impl Place<'_> {
    fn kind(&self) -> TokenKind {
        self.source.token(self.at).kind
    }

    /// The token so many places before.
    fn before(&self, count: u32) -> Option<TokenKind> {
        self.at.checked_sub(count).map(|index| self.source.token(index).kind)
    }

    fn text(&self) -> &str {
        self.source.token(self.at).text(self.source.text)
    }

    fn expects(&self, what: &str) -> bool {
        self.what.contains(what)
    }

    /// Two keywords without the space between them.
    fn joined_words(&self) -> Option<String> {
        if self.kind() != TokenKind::Name {
            return None;
        }
        let apart = match self.text().to_uppercase().as_str() {
            "ORDERBY" => "ORDER BY",
            "STARTSWITH" => "STARTS WITH",
            "ENDSWITH" => "ENDS WITH",
            "ISNULL" => "IS NULL",
            "NOTNULL" | "ISNOTNULL" => "IS NOT NULL",
            "ONCREATE" => "ON CREATE",
            "ONMATCH" => "ON MATCH",
            "DETACHDELETE" => "DETACH DELETE",
            "OPTIONALMATCH" => "OPTIONAL MATCH",
            "UNIONALL" => "UNION ALL",
            _ => return None,
        };
        Some(format!("write `{apart}`, two words"))
    }

    /// Words and signs of other languages where an operator or a clause is expected.
    fn foreign_word(&self) -> Option<String> {
        if !self.expects("operator") && !self.expects("clause") {
            return None;
        }
        let help = match self.text().to_uppercase().as_str() {
            "LIKE" | "ILIKE" | "RLIKE" => {
                "write `STARTS WITH`, `ENDS WITH`, `CONTAINS`, or `=~` with a regular expression"
            }
            "BETWEEN" => "write `low <= x AND x <= high`, or `low <= x <= high`",
            "MOD" => "write `%` for the remainder",
            "DIV" => "write `/`: integers are divided without a remainder",
            "JOIN" | "INNER" | "LEFT" | "RIGHT" => {
                "connect patterns with a relationship, `(a)-[:TYPE]->(b)`; \
                 OPTIONAL MATCH keeps rows without a match"
            }
            "ACCORDING" | "STRICTLY" | "UNDISPUTED" => {
                "what a query sees is said before it: `ACCORDING TO … MATCH …`"
            }
            "VALUES" => "write `CREATE (n:Label {key: value})`",
            "?" if self.expects("operator") => "write `CASE WHEN … THEN … ELSE … END`",
            "," if self.before(2) == Some(TokenKind::Keyword(Keyword::Limit)) => {
                "write `SKIP … LIMIT …`: first how many rows to leave out, then how many to take"
            }
            _ => return None,
        };
        Some(help.to_owned())
    }

    /// Dashes, brackets and colons of patterns.
    fn in_pattern(&self) -> Option<String> {
        use Symbol as S;
        let word = self.kind().is_word();
        let name = matches!(self.kind(), TokenKind::Name | TokenKind::QuotedName);
        let help = match self.kind() {
            TokenKind::Symbol(S::LeftParen) if self.what == super::expectation::AFTER_DASH => {
                "write `--`, `-->` or `<--` between two nodes".to_owned()
            }
            TokenKind::Symbol(S::LeftParen)
                if self.what == "`-`"
                    && self.before(1) == Some(TokenKind::Symbol(S::RightBracket)) =>
            {
                "write a dash on both sides of the square brackets: `-[…]-`".to_owned()
            }
            TokenKind::Symbol(S::Colon) if self.expects("`|`") => {
                "a relationship has one type; alternatives are separated by `|`: `[:A|B]`"
                    .to_owned()
            }
            TokenKind::Symbol(_) | TokenKind::End => return None,
            _ if word && self.what == super::expectation::AFTER_DASH => {
                format!("write the type in square brackets, behind a colon: `-[:{}]-`", self.text())
            }
            _ if name && self.expects("`:`") && self.expects("`|`") => {
                format!("write a colon before the type: `:{}`", self.text())
            }
            _ if name && self.expects("`:`") && self.expects("`{`") => {
                format!("write a colon before the label: `:{}`", self.text())
            }
            _ if name && self.what.ends_with("or `AS`") => {
                format!("write `AS {}`", self.text())
            }
            _ => return None,
        };
        Some(help)
    }

    /// Keys and values of maps, and parameters of old.
    fn in_map(&self) -> Option<String> {
        if self.what != "`:`" {
            return None;
        }
        let alone = self.before(2) == Some(TokenKind::Symbol(Symbol::LeftBrace));
        let help = match self.kind() {
            TokenKind::Symbol(Symbol::RightBrace) if alone => {
                let name = self.source.token(self.at - 1).text(self.source.text);
                format!("a parameter is written `${name}`, an entry of a map `{{{name}: value}}`")
            }
            TokenKind::Symbol(Symbol::Equal | Symbol::EqualEqual) => {
                "write `:` between key and value".to_owned()
            }
            // `FOR (n)` and `FOR ()-[r]-()` of an index or a constraint.
            TokenKind::Symbol(Symbol::RightParen)
                if self.before(2) == Some(TokenKind::Symbol(Symbol::LeftParen)) =>
            {
                "it is about the nodes with a label: `FOR (n:Label)`".to_owned()
            }
            TokenKind::Symbol(Symbol::RightBracket)
                if self.before(2) == Some(TokenKind::Symbol(Symbol::LeftBracket)) =>
            {
                "it is about the relationships of a type: `FOR ()-[r:TYPE]-()`".to_owned()
            }
            TokenKind::End => return None,
            _ => "write `key: value`".to_owned(),
        };
        Some(help)
    }

    /// `'it''s'`: two strings side by side.
    fn doubled_quote(&self) -> Option<String> {
        let before = self.source.token(self.at.checked_sub(1)?);
        let here = self.source.token(self.at);
        let strings = before.kind == TokenKind::String && here.kind == TokenKind::String;
        (strings && before.span.end == here.span.start)
            .then(|| "a quote within a string is written `\\'`, or `\\\"`".to_owned())
    }

    /// A comma left out, or a list in round brackets.
    fn in_list(&self) -> Option<String> {
        let found = self.kind();
        if found == TokenKind::Symbol(Symbol::Comma) && self.behind_in() {
            return Some("write a list in square brackets: `IN [1, 2]`".to_owned());
        }
        let value = matches!(
            found,
            TokenKind::Name
                | TokenKind::QuotedName
                | TokenKind::Integer
                | TokenKind::Float
                | TokenKind::String
        );
        let listed = self.expects("`,`") && self.expects("operator");
        let dotted = matches!(
            self.source.token(self.at + 1).kind,
            TokenKind::Symbol(Symbol::Dot | Symbol::Colon | Symbol::Comma | Symbol::RightBracket)
        );
        (value && listed && dotted).then(|| format!("is a comma missing before `{}`?", self.text()))
    }

    /// Whether the bracket that is open here follows IN.
    fn behind_in(&self) -> bool {
        let mut index = self.at;
        let mut steps = 0;
        while let Some(previous) = index.checked_sub(1) {
            index = previous;
            steps += 1;
            let partner = self.source.partners.get(index as usize).copied().unwrap_or(u32::MAX);
            match self.source.token(index).kind {
                TokenKind::Symbol(symbol) if symbol.is_closer() && partner < index => {
                    index = partner;
                }
                TokenKind::Symbol(symbol) if symbol.closer().is_some() => {
                    let before = index.checked_sub(1).map(|at| self.source.token(at).kind);
                    return symbol == Symbol::LeftParen
                        && before == Some(TokenKind::Keyword(Keyword::In));
                }
                _ if steps > FAR => return false,
                _ => {}
            }
        }
        false
    }

    /// A closing bracket that closes nothing; a dollar sign without a name.
    fn unopened(&self) -> Option<String> {
        match self.kind() {
            TokenKind::Unknown if self.text() == "$" => {
                Some("a parameter has a name: `$name`".to_owned())
            }
            TokenKind::Symbol(Symbol::Dollar) => Some(
                "a parameter is written `$name`; `$(…)` stands for a label or a type".to_owned(),
            ),
            TokenKind::Symbol(symbol) if symbol.is_closer() => {
                let partner = self.source.partners.get(self.at as usize).copied();
                partner
                    .is_none_or(|partner| partner == u32::MAX)
                    .then(|| "it closes nothing: leave it out, or open it before".to_owned())
            }
            _ => None,
        }
    }
}
