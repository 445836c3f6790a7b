//! From "something else was expected at this token" to a diagnostic that helps:
//! unclosed brackets and strings, misspelt keywords, habits from other languages.

use super::advice;
use super::diagnostic::{Diagnostic, Span};
use super::input::Source;
use super::keyword::{KEYWORDS, Keyword};
use super::suggest::closest;
use super::token::{Symbol, Token, TokenKind};
use super::walk::MAX_HEIGHT;
use crate::value::ErrorCode;

/// What begins a pattern.
pub(super) const NODE: &str = "a node such as `(n)` or a relationship end such as `[r]`";
/// What follows the first dash of a relationship.
pub(super) const AFTER_DASH: &str = "`-` or `[`";
/// What follows a semicolon.
pub(super) const END_OF_STATEMENT: &str = "the end of the statement";

/// Bytes of the longest expectation that is told in the message too.
const LONG: usize = 45;

/// The diagnostic for finding something else than `what` at the token with index `at`.
pub(super) fn explain(source: &Source<'_>, what: &str, at: u32) -> Diagnostic {
    let token = source.token(at);
    let text = token.text(source.text);
    match token.kind {
        TokenKind::UnterminatedString => unterminated("string", token, &text[..1]),
        TokenKind::UnterminatedName => unterminated("name", token, "`"),
        TokenKind::UnterminatedComment => unterminated("comment", token, "*/"),
        TokenKind::Unknown if !text.is_ascii() => foreign(text, token.span),
        _ => unclosed(source, what, at).unwrap_or_else(|| unexpected(source, what, at)),
    }
}

/// The diagnostic for a tree that is too high.
pub(super) fn too_high(span: Span) -> Diagnostic {
    let message = format!("the query nests more than {MAX_HEIGHT} operations in one another");
    Diagnostic::syntax(ErrorCode::NestingTooDeep, message, span)
        .with_help("pass nested data as a parameter, or compute it in steps with WITH")
}

fn unterminated(kind: &str, token: Token, closer: &str) -> Diagnostic {
    let start = token.span.start as usize;
    let closer = if closer == "`" { "a backtick".to_owned() } else { format!("`{closer}`") };
    Diagnostic::syntax(
        ErrorCode::UnexpectedSyntax,
        format!("unterminated {kind}"),
        Span::new(start, start + 1),
    )
    .with_label(format!("the {kind} that begins here does not end"))
    .with_help(format!("close it with {closer}"))
}

/// A character that no token begins with, often from a word processor.
fn foreign(text: &str, span: Span) -> Diagnostic {
    let message = format!("unexpected character `{text}`");
    let diagnostic = Diagnostic::syntax(ErrorCode::InvalidUnicodeCharacter, message, span);
    let ascii = match text {
        "\u{2018}" | "\u{2019}" | "\u{201a}" | "\u{2032}" | "\u{b4}" => "'",
        "\u{201c}" | "\u{201d}" | "\u{201e}" | "\u{ab}" | "\u{bb}" => "\"",
        "\u{2010}" | "\u{2011}" | "\u{2012}" | "\u{2013}" | "\u{2014}" | "\u{2015}"
        | "\u{2212}" | "\u{ad}" => "-",
        "\u{2192}" => "->",
        "\u{2190}" => "<-",
        "\u{2260}" => "<>",
        "\u{2264}" => "<=",
        "\u{2265}" => ">=",
        "\u{d7}" => "*",
        _ => return diagnostic.with_help("names with unusual characters need backticks"),
    };
    diagnostic.with_help(format!("did you mean `{ascii}`?"))
}

/// When a closing bracket was one of the things expected and its opener has none:
/// the opener is where the mistake is.
fn unclosed(source: &Source<'_>, what: &str, at: u32) -> Option<Diagnostic> {
    let before = source.tokens.get(..at as usize)?.iter().zip(&source.partners);
    let (opener, symbol) = before.rev().find_map(|(token, partner)| match token.kind {
        TokenKind::Symbol(symbol) if *partner == u32::MAX => {
            symbol.closer().map(|_| (token, symbol))
        }
        _ => None,
    })?;
    let closer = symbol.closer()?;
    if !what.contains(closer.quoted()) {
        return None;
    }
    let found = source.token(at);
    let place = match found.kind {
        TokenKind::End => "expected before the end".to_owned(),
        _ => format!("expected before {}", describe(found, source.text)),
    };
    let diagnostic = Diagnostic::syntax(
        ErrorCode::UnexpectedSyntax,
        format!("unclosed {}", symbol.quoted()),
        opener.span,
    )
    .with_label("opened here and not closed")
    .with_related(found.span, format!("{} {place}", closer.quoted()));
    Some(match misspelt(source, at) {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    })
}

fn unexpected(source: &Source<'_>, what: &str, at: u32) -> Diagnostic {
    let found = source.token(at);
    let shown = describe(found, source.text);
    // A long list of what could stand here is told once, below the caret.
    let message = match what.len() {
        0..=LONG => format!("expected {what}, found {shown}"),
        _ => format!("unexpected {shown}"),
    };
    let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, found.span)
        .with_label(format!("expected {what}"));
    match advice::for_mistake(source, what, at).or_else(|| advice(source, what, at)) {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

/// A token as it reads after "found".
fn describe(token: Token, text: &str) -> String {
    let written = token.text(text);
    let shown: String = match written.chars().count() {
        0..=30 => written.to_owned(),
        _ => written.chars().take(27).chain("...".chars()).collect(),
    };
    let shown = shown.replace(['\n', '\r', '\t'], " ");
    match token.kind {
        TokenKind::End => "the end of the text".to_owned(),
        TokenKind::String => format!("the string {shown}"),
        TokenKind::QuotedName => format!("the name {shown}"),
        TokenKind::Integer | TokenKind::Float | TokenKind::MalformedNumber => {
            format!("the number `{shown}`")
        }
        _ => format!("`{shown}`"),
    }
}

fn advice(source: &Source<'_>, what: &str, at: u32) -> Option<String> {
    let found = source.token(at);
    let clause_expected = what.contains("clause");
    let text = found.text(source.text);
    let behind_comma = at > 0 && source.token(at - 1).kind == TokenKind::Symbol(Symbol::Comma);
    match found.kind {
        _ if what == END_OF_STATEMENT || found.kind == TokenKind::Symbol(Symbol::Semicolon) => {
            Some("one statement runs at a time".to_owned())
        }
        TokenKind::Symbol(Symbol::EqualEqual) => Some("write `=` to compare".to_owned()),
        TokenKind::Symbol(Symbol::BangEqual) => Some("write `<>` for \"not equal\"".to_owned()),
        TokenKind::Symbol(Symbol::Ampersand)
            if at > 1 && source.token(at - 2).kind == TokenKind::Symbol(Symbol::Colon) =>
        {
            Some("write a colon before each label: `n:A:B`".to_owned())
        }
        TokenKind::Symbol(Symbol::Ampersand) => Some("write `AND` for \"and\"".to_owned()),
        TokenKind::Symbol(Symbol::Bang) => Some("write `NOT` for \"not\"".to_owned()),
        TokenKind::Symbol(Symbol::BarBar) if what.contains("`|`") => {
            Some("write `|` between alternatives".to_owned())
        }
        TokenKind::Symbol(Symbol::Comma)
            if what.contains("a key") || what.contains("an expression") =>
        {
            Some("leave out the comma, or write what should stand before it".to_owned())
        }
        TokenKind::Symbol(Symbol::Greater) if what == AFTER_DASH => {
            Some("write `-->` or `-[…]->`".to_owned())
        }
        kind if kind.is_word() && what == NODE && schema_word(source, at).is_some() => {
            schema_word(source, at)
        }
        kind if kind.is_word() && what == NODE => Some(
            before_path(source, at)
                .unwrap_or_else(|| format!("write a node in brackets: `({text})`")),
        ),
        TokenKind::Keyword(Keyword::Where) if clause_expected => {
            Some("WHERE belongs to MATCH, WITH or YIELD: write `WITH * WHERE …`".to_owned())
        }
        TokenKind::Keyword(Keyword::Not) if what == "an expression" => {
            Some("put `NOT` and its operand in brackets".to_owned())
        }
        TokenKind::Keyword(word) if word.is_reserved() && what.contains("a variable") => {
            Some(format!("`{}` is a keyword; as a name it needs backticks", word.text()))
        }
        TokenKind::Symbol(symbol)
            if symbol.is_closer() && (what == "an expression" || what == "a key") =>
        {
            behind_comma.then(|| format!("leave out the comma before {}", symbol.quoted()))
        }
        TokenKind::Name if what.contains("`EDGE TYPES`") => {
            let things = [
                "INDEXES",
                "CONSTRAINTS",
                "EDGE TYPES",
                "CONTRADICTIONS",
                "FUNCTIONS",
                "PROCEDURES",
            ];
            closest(&text.to_uppercase(), things).map(did_you_mean)
        }
        TokenKind::Name if clause_expected => misspelt(source, at).or_else(|| borrowed(text)),
        kind if kind.is_word() => named(what, text).or_else(|| misspelt(source, at)),
        _ => None,
    }
}

/// Words that begin a statement, or say what it sees, and are names everywhere else.
const FIRST_WORDS: [&str; 9] =
    ["ACCORDING", "STRICTLY", "UNDISPUTED", "BEST", "WHY", "VACUUM", "SHOW", "DROP", "COPY"];

/// What may stand before a path.
const BEFORE_PATHS: [&str; 5] = ["SHORTEST", "WALK", "TRAIL", "ACYCLIC", "SIMPLE"];

/// The keyword that a word was probably meant to be.
fn misspelt(source: &Source<'_>, at: u32) -> Option<String> {
    let token = source.token(at);
    if token.kind != TokenKind::Name {
        return None;
    }
    let word = token.text(source.text).to_uppercase();
    let first: &[_] = if begins_statement(source, at) { &FIRST_WORDS } else { &[] };
    closest(&word, first.iter().chain(KEYWORDS).copied()).map(did_you_mean)
}

/// Whether a token is the first one, but for EXPLAIN, PROFILE and what a query sees.
fn begins_statement(source: &Source<'_>, at: u32) -> bool {
    const LOOKED_AT: u32 = 16;
    at < LOOKED_AT
        && !(0..at).any(|before| match source.token(before).kind {
            TokenKind::Keyword(word) => word.begins_clause(),
            kind => kind == TokenKind::Symbol(Symbol::LeftBrace),
        })
}

/// The nearest of the words that could stand here: those in backticks.
fn named(what: &str, word: &str) -> Option<String> {
    let words = what.split('`').skip(1).step_by(2).filter_map(|text| text.split(' ').next());
    let words = words.filter(|text| text.bytes().all(|byte| byte.is_ascii_uppercase()));
    closest(&word.to_uppercase(), words).map(did_you_mean)
}

/// What a word before a path was probably meant to be, where one may stand.
fn before_path(source: &Source<'_>, at: u32) -> Option<String> {
    let word = source.token(at).text(source.text).to_uppercase();
    let open = |at| source.token(at).kind == TokenKind::Symbol(Symbol::LeftParen);
    let before = at.checked_sub(1).map(|before| source.token(before).text(source.text));
    let selects = before
        .is_some_and(|word| ["ALL", "ANY"].iter().any(|first| first.eq_ignore_ascii_case(word)));
    if !selects && !open(at + 1) && !open(at + 2) {
        return None;
    }
    closest(&word, BEFORE_PATHS).map(did_you_mean).or_else(|| {
        selects.then(|| {
            let words = BEFORE_PATHS.map(|word| format!("`{word}`"));
            format!("write one of {}, or a node in brackets", words.join(", "))
        })
    })
}

fn did_you_mean(word: &str) -> String {
    format!("did you mean `{word}`?")
}

/// Advice for CREATE with a word behind it that is, or was meant to be, INDEX or CONSTRAINT.
fn schema_word(source: &Source<'_>, at: u32) -> Option<String> {
    let create = at.checked_sub(1)?;
    if source.token(create).kind != TokenKind::Keyword(Keyword::Create) {
        return None;
    }
    let word = source.token(at).text(source.text).to_uppercase();
    let things = ["INDEX", "CONSTRAINT", "EDGE", "CONTRADICTION"];
    if things.contains(&&*word) {
        return Some("a statement about the schema stands alone, between semicolons".to_owned());
    }
    closest(&word, things).map(did_you_mean)
}

/// Words of other languages, and what says the same here.
fn borrowed(word: &str) -> Option<String> {
    let help = match word.to_uppercase().as_str() {
        "SELECT" => "write `MATCH … RETURN …`: what to return stands last",
        "FROM" => "write `MATCH (n:Label)`",
        "UPDATE" => "write `MATCH … SET n.key = value`",
        "GROUP" | "HAVING" => {
            "rows are grouped by the items of RETURN or WITH that are not aggregated; \
             filter groups with `WITH … WHERE …`"
        }
        "USE" => "a database is the file that is open: leave out `USE …`",
        "CYPHER" => "the language has one version and one runtime: leave out `CYPHER …`",
        "USING" => "the planner chooses indexes and joins by itself: leave the hint out",
        "SHOW" => {
            "`SHOW …` is a statement of its own; inside a query write `CALL db.indexes() YIELD …`"
        }
        "DROP" => {
            "`DROP INDEX`, `DROP CONSTRAINT` and `DROP EDGE TYPE` are statements of their own; \
             elements go with `MATCH … DELETE …`"
        }
        _ => return None,
    };
    Some(help.to_owned())
}
