//! Words that mean something only in statements about the schema, in COPY, behind SHOW and in
//! the prefixes of a query, and are names everywhere else.

use crate::cli::tokens;
use dossier::syntax::{Keyword, SHOWN, Symbol, Token, TokenKind};

/// What is created and dropped.
const THINGS: &[&str] = &["INDEX", "CONSTRAINT", "EDGE TYPE", "CONTRADICTION"];
/// What else such a statement is made of.
const PARTS: &[&str] = &[
    "RANGE INDEX",
    "TEXT INDEX",
    "OR REPLACE EDGE TYPE",
    "IF NOT EXISTS",
    "IF EXISTS",
    "REQUIRE",
    "UNIQUE",
    "KEY",
    "NODE KEY",
    "RELATIONSHIP KEY",
    "TYPED",
];
/// What begins such a statement, keywords aside.
const BEGINNINGS: &[&str] = &["DROP", "SHOW", "COPY"];
/// What a COPY is made of, and what its options are called.
const COPIES: &[&str] =
    &["FROM", "TO", "HEADER", "COLUMNS", "DELIMITER", "LIST_DELIMITER", "SKIP_BAD", "FORMAT"];

/// What may stand before a query, keywords aside.
const PREFIXES: &[&str] =
    &["ACCORDING TO", "STRICTLY ACCORDING TO", "UNDISPUTED", "AS OF", "AS KNOWN AT", "BEST", "WHY"];

/// The statement of which the text is the beginning: what stands behind the last semicolon.
fn statement(before: &str) -> Vec<Token> {
    let all = tokens::meaningful(before);
    let semicolon = |token: &Token| token.kind == TokenKind::Symbol(Symbol::Semicolon);
    let start = all.iter().rposition(semicolon).map_or(0, |at| at + 1);
    all.get(start..).unwrap_or_default().to_vec()
}

/// Whether the text in quotes that begins behind these tokens is the name of a file: behind the FROM
/// of LOAD CSV, and behind FROM and TO of COPY, alone or in a list.
pub(super) fn names_file(before: &[Token], text: &str) -> bool {
    let semicolon = |token: &Token| token.kind == TokenKind::Symbol(Symbol::Semicolon);
    let start = before.iter().rposition(semicolon).map_or(0, |at| at + 1);
    let statement = before.get(start..).unwrap_or_default();
    let in_list = |token: &&Token| {
        let signs = [Symbol::LeftBracket, Symbol::Comma].map(TokenKind::Symbol);
        signs.contains(&token.kind) || token.kind == TokenKind::String
    };
    let kept = statement.len() - statement.iter().rev().take_while(in_list).count();
    let Some((last, earlier)) = statement.get(..kept).and_then(<[Token]>::split_last) else {
        return false;
    };
    let is = |token: &Token, word: &str| token.text(text).eq_ignore_ascii_case(word);
    let copies = kind(statement, text) == Some(Statement::Copy);
    let loads = earlier.windows(2).any(|pair| is(&pair[0], "LOAD") && is(&pair[1], "CSV"));
    is(last, "FROM") && (copies || loads) || is(last, "TO") && copies
}

/// What the statement that is being typed goes on with, where that is one of a few things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// What can be shown, or dropped.
    Thing,
    /// A label or a relationship type.
    LabelOrType,
    /// The name of an index.
    Index,
    /// The name of a constraint.
    Constraint,
    /// The name of a contradiction.
    Contradiction,
    /// The type that an edge type is about.
    EdgeType,
}

/// What is wanted behind the first words of SHOW, DROP and COPY; `typed` is the word at the end.
pub(super) fn next(before: &str, typed: &str) -> Option<Next> {
    let text = before.get(..before.len() - typed.len()).unwrap_or(before);
    let tokens = statement(text);
    let of_statement = kind(&tokens, text)?;
    let words: Vec<String> = tokens.iter().map(|one| one.text(text).to_uppercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match (of_statement, words.as_slice()) {
        (Statement::Show, ["SHOW"]) | (Statement::Drop, ["DROP"]) => Some(Next::Thing),
        (Statement::Copy, ["COPY"]) => Some(Next::LabelOrType),
        (Statement::Drop, ["DROP", "INDEX"]) => Some(Next::Index),
        (Statement::Drop, ["DROP", "CONSTRAINT"]) => Some(Next::Constraint),
        (Statement::Drop, ["DROP", "CONTRADICTION"]) => Some(Next::Contradiction),
        (Statement::Drop, ["DROP", "EDGE", "TYPE"]) => Some(Next::EdgeType),
        _ => None,
    }
}

/// What may be meant by the word being typed at the end of the text.
pub(super) fn candidates(before: &str, typed: &str) -> Vec<String> {
    let text = before.get(..before.len() - typed.len()).unwrap_or(before);
    let tokens = statement(text);
    let words: Vec<String> = match kind(&tokens, text) {
        None if tokens.is_empty() => {
            BEGINNINGS.iter().chain(PREFIXES).map(ToString::to_string).collect()
        }
        None if tokens.iter().all(|token| is_whole_prefix(token, text)) => {
            PREFIXES.iter().map(ToString::to_string).collect()
        }
        None => Vec::new(),
        Some(Statement::Show) => SHOWN
            .iter()
            .filter_map(|shown| shown.words.first())
            .map(|words| words.join(" "))
            .collect(),
        Some(Statement::Drop) => {
            THINGS.iter().chain(&["IF EXISTS"]).map(ToString::to_string).collect()
        }
        Some(Statement::Copy) => COPIES.iter().map(ToString::to_string).collect(),
        Some(Statement::Create) => THINGS.iter().chain(PARTS).map(ToString::to_string).collect(),
    };
    let wanted = typed.to_uppercase();
    words.into_iter().filter(|word| word.starts_with(&wanted)).collect()
}

/// Whether a word is all of a prefix, or says what becomes of the query behind it.
fn is_whole_prefix(token: &Token, text: &str) -> bool {
    ["UNDISPUTED", "BEST", "WHY", "EXPLAIN", "PROFILE"]
        .iter()
        .any(|word| token.text(text).eq_ignore_ascii_case(word))
}

/// Whether an ordinary name behind these tokens is a part of the prefixes of a statement.
fn is_prefix(before: &[Token], word: &str, text: &str) -> bool {
    let clause = |token: &Token| {
        let prefixed = [Keyword::Explain, Keyword::Profile, Keyword::As, Keyword::With];
        matches!(token.kind, TokenKind::Keyword(word) if !prefixed.contains(&word))
    };
    // Behind these an operand is wanted.
    let operand = |token: &Token| {
        ["TO", "OF", "AT"].iter().any(|word| token.text(text).eq_ignore_ascii_case(word))
    };
    !before.iter().any(clause)
        && !before.last().is_some_and(operand)
        && tokens::brackets(before).open.is_empty()
        && PREFIXES.iter().any(|one| one.split(' ').any(|part| part == word))
}

/// Whether an ordinary name stands for a part of the statement that begins with these tokens.
pub(super) fn is_part(tokens: &[Token], at: usize, text: &str) -> bool {
    let Some(token) = tokens.get(at).filter(|token| token.kind == TokenKind::Name) else {
        return false;
    };
    let semicolon = |token: &Token| token.kind == TokenKind::Symbol(Symbol::Semicolon);
    let before = tokens.get(..at).unwrap_or_default();
    let names = [Symbol::Colon, Symbol::Dot, Symbol::LeftParen, Symbol::LeftBracket];
    if before
        .last()
        .is_some_and(|one| names.iter().any(|sign| one.kind == TokenKind::Symbol(*sign)))
    {
        return false;
    }
    let start = before.iter().rposition(semicolon).map_or(0, |at| at + 1);
    let statement = tokens.get(start..).unwrap_or_default();
    let word = token.text(text).to_uppercase();
    let among = |phrases: &[&str]| phrases.iter().any(|one| one.split(' ').any(|w| w == word));
    match kind(statement, text) {
        None => is_prefix(tokens.get(start..at).unwrap_or_default(), &word, text),
        Some(Statement::Show) => {
            let shown = SHOWN.iter().flat_map(|shown| shown.words).flat_map(|words| words.iter());
            word == "SHOW" || shown.into_iter().any(|one| *one == word)
        }
        // Inside of brackets stands a query, or names of options.
        Some(Statement::Copy) => {
            let outside =
                tokens::brackets(tokens.get(start..at).unwrap_or_default()).open.is_empty();
            outside && (at == start || among(&["COPY", "FROM", "TO"]))
        }
        Some(_) => among(BEGINNINGS) || among(THINGS) || among(PARTS),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Statement {
    Show,
    Drop,
    Copy,
    Create,
}

/// The kind of the statement that begins with these tokens, as far as it can be told.
fn kind(tokens: &[Token], text: &str) -> Option<Statement> {
    let explained = |token: &&Token| {
        matches!(token.kind, TokenKind::Keyword(Keyword::Explain | Keyword::Profile))
    };
    let tokens = tokens.get(tokens.iter().take_while(explained).count()..)?;
    let first = tokens.first()?;
    let word = |token: &Token| token.text(text).to_uppercase();
    match word(first).as_str() {
        "SHOW" => Some(Statement::Show),
        "DROP" => Some(Statement::Drop),
        "COPY" => Some(Statement::Copy),
        "CREATE" => match tokens.get(1) {
            None => Some(Statement::Create),
            Some(next) => {
                let known = ["INDEX", "CONSTRAINT", "CONTRADICTION", "EDGE", "RANGE", "TEXT", "OR"];
                known.contains(&word(next).as_str()).then_some(Statement::Create)
            }
        },
        _ => None,
    }
}
