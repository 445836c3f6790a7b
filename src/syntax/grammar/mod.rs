//! The grammar: tokens to AST, with nom over [`Tokens`].
//!
//! Each function looks at the next token, decides, and is then bound to its
//! decision: no alternatives are tried one after the other, so that parsing takes
//! linear time and errors point at the place where the text went wrong. Where one
//! token does not decide (a bracket that may open a pattern or an expression),
//! [`lookahead`] asks a bounded question.
//!
//! What is grammatical but senseless (unknown variables, clauses in an impossible
//! order, directions that CREATE needs) is the binder's business.

mod atom;
mod call;
mod case;
mod clause;
mod copy;
mod edge_type;
mod expression;
mod foreign;
mod hint;
mod label;
mod list;
mod load;
mod lookahead;
mod path;
mod pattern;
mod projection;
mod query;
mod recovery;
mod schema;
mod show;
mod special;
mod test;
mod update;
mod value_type;
mod view;

pub use recovery::parse_all;
pub use show::{SHOWN, Shown};

use super::ast::{Mode, Statement, StatementBody};
use super::diagnostic::{Diagnostic, Span};
use super::expectation::{self, END_OF_STATEMENT};
use super::input::{Failure, Parsed, Source, Tokens, fail, keyword, name, symbol};
use super::keyword::Keyword;
use super::token::{Symbol, TokenKind};
use super::walk;
use crate::value::ErrorCode;
use nom::combinator::{cut, opt, value};
use nom::{Err, Parser};
use query::query;

/// Bytes from which on a text is long.
const LONG: usize = 1 << 17;

/// Bytes at the beginning of a long text.
const BEGINNING: usize = 1 << 14;

/// Parses one statement, with or without a semicolon behind it.
///
/// # Errors
/// A `SyntaxError` with its place and, where the mistake is a common one, advice.
///
/// # Complexity
/// Linear in the bytes of `text`.
///
/// ```
/// let statement = dossier::syntax::parse("MATCH (n:Person) RETURN n.name;").unwrap();
/// assert_eq!(dossier::syntax::print(&statement), "MATCH (n:Person) RETURN n.name");
/// let error = dossier::syntax::parse("MTACH (n) RETURN n").unwrap_err();
/// assert_eq!(error.help.as_deref(), Some("did you mean `MATCH`?"));
/// ```
pub fn parse(text: &str) -> Result<Statement, Diagnostic> {
    if u32::try_from(text.len()).is_err() {
        return Err(Diagnostic::syntax(
            ErrorCode::UnexpectedSyntax,
            "a query cannot exceed 4 GiB",
            Span::default(),
        ));
    }
    if text.len() >= LONG {
        refuse_depth(text)?;
    }
    let source = Source::new(text).map_err(|diagnostic| *diagnostic)?;
    parse_source(&source)
}

fn parse_source(source: &Source<'_>) -> Result<Statement, Diagnostic> {
    match statement(source.input()) {
        Ok((_, statement)) => match walk::too_high(&statement) {
            None => Ok(statement),
            Some(span) => Err(expectation::too_high(span)),
        },
        Err(failure) => Err(explained(source, failure)),
    }
}

/// The diagnostic for a failure of the grammar.
fn explained(source: &Source<'_>, failure: Err<Failure>) -> Diagnostic {
    match failure {
        Err::Error(Failure::Expected { what, at })
        | Err::Failure(Failure::Expected { what, at }) => expectation::explain(source, what, at),
        Err::Error(Failure::Other(diagnostic)) | Err::Failure(Failure::Other(diagnostic)) => {
            *diagnostic
        }
        // The token parsers are complete ones: they never ask for more input.
        Err::Incomplete(_) => expectation::explain(source, "more text", u32::MAX),
    }
}

/// Reads the beginning of a long text. A query that nests too deep most often does so
/// there, and need not be read to its end to be refused.
fn refuse_depth(text: &str) -> Result<(), Diagnostic> {
    let beginning = Source::of(text, BEGINNING).map_err(|diagnostic| *diagnostic)?;
    match statement(beginning.input()) {
        // Any other failure may come of the missing rest, and so may this one where the
        // grammar has asked for it.
        Err(Err::Failure(Failure::Other(diagnostic)))
            if diagnostic.code == ErrorCode::NestingTooDeep && !beginning.guessed() =>
        {
            Err(*diagnostic)
        }
        _ => Ok(()),
    }
}

/// Parses a statement and counts the parser's steps: its looks at tokens. For tests that
/// hold them to the length of the text.
#[cfg(debug_assertions)]
#[doc(hidden)]
pub fn parse_counting(text: &str) -> (Result<Statement, Diagnostic>, u64) {
    match Source::new(text) {
        Ok(source) => (parse_source(&source), source.steps.get()),
        Err(diagnostic) => (Err(*diagnostic), 0),
    }
}

fn statement(input: Tokens<'_>) -> Parsed<'_, Statement> {
    let explain = value(Mode::Explain, keyword(Keyword::Explain));
    let profile = value(Mode::Profile, keyword(Keyword::Profile));
    let (rest, ()) = foreign::dialect(input)?;
    let (rest, mode) = opt(nom::branch::alt((explain, profile))).parse(rest)?;
    let mode = mode.unwrap_or(Mode::Run);
    let (rest, (views, why)) = view::prefixes(rest)?;
    let plain = views.is_empty() && why.is_none();
    let (rest, body) = match (plain, copy::begins(rest)) {
        (true, _) => rest_of_statement(rest)?,
        (false, true) => rest_of_copy(rest, true)?,
        (false, false) => rest_of_query(rest)?,
    };
    Ok((rest, Statement { mode, views, why, body }))
}

/// A query up to the end of the text.
fn rest_of_query(rest: Tokens<'_>) -> Parsed<'_, StatementBody> {
    let (rest, (query, last)) = query(rest)?;
    to_the_end(rest, StatementBody::Query(query), last)
}

/// A COPY up to the end of the text.
fn rest_of_copy(rest: Tokens<'_>, prefixed: bool) -> Parsed<'_, StatementBody> {
    let (rest, (statement, last)) = copy::copy(rest, prefixed)?;
    to_the_end(rest, StatementBody::Copy(Box::new(statement)), last)
}

/// What is to be done, up to the end of the text.
fn rest_of_statement(rest: Tokens<'_>) -> Parsed<'_, StatementBody> {
    if let Some(refusal) = foreign::refuse(rest) {
        return Err(fail(refusal));
    }
    if rest.at_keyword(Keyword::Checkpoint) {
        return to_the_end(rest.advance(1), StatementBody::Checkpoint, END_OF_STATEMENT);
    }
    if rest.at_word("VACUUM") {
        let (rest, before) = view::vacuum(rest.advance(1))?;
        let last = if before.is_some() {
            "an operator or the end of the statement"
        } else {
            "`BEFORE` or the end of the statement"
        };
        return to_the_end(rest, StatementBody::Vacuum { before }, last);
    }
    // Nothing is bound at the beginning, so that no property can be meant.
    let dot = rest.advance(2).peek() == TokenKind::Symbol(Symbol::Dot);
    if rest.at_keyword(Keyword::Set) && rest.advance(1).at_word("optimiser") && dot {
        return rule(rest.advance(3));
    }
    if schema::begins(rest) {
        let (rest, (statement, last)) = schema::schema(rest)?;
        return to_the_end(rest, StatementBody::Schema(Box::new(statement)), last);
    }
    if copy::begins(rest) {
        return rest_of_copy(rest, false);
    }
    if show::begins(rest) {
        let (rest, (query, last)) = show::show(rest)?;
        return to_the_end(rest, StatementBody::Query(query), last);
    }
    rest_of_query(rest)
}

/// `name = on` or `name = off`.
fn rule(rest: Tokens<'_>) -> Parsed<'_, StatementBody> {
    let (rest, rule) = cut(name("the name of an optimiser rule")).parse(rest)?;
    let (rest, _) = cut(symbol(Symbol::Equal)).parse(rest)?;
    let on = rest.at_word("on");
    if !on && !rest.at_word("off") {
        return Err(Err::Failure(rest.expected("`on` or `off`")));
    }
    to_the_end(rest.advance(1), StatementBody::SetRule { rule, on }, END_OF_STATEMENT)
}

/// Nothing but a semicolon may follow; `last` says what else could have.
fn to_the_end<'a>(
    rest: Tokens<'a>,
    body: StatementBody,
    last: &'static str,
) -> Parsed<'a, StatementBody> {
    let (rest, semicolon) = opt(symbol(Symbol::Semicolon)).parse(rest)?;
    match rest.peek() {
        TokenKind::End => Ok((rest, body)),
        _ if semicolon.is_some() => Err(Err::Failure(rest.expected(END_OF_STATEMENT))),
        _ => Err(Err::Failure(rest.expected(last))),
    }
}
