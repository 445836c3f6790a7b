//! `CREATE EDGE TYPE (:A)-[:T]->(:B), …`: what the relationships of a type may connect.

use super::schema::{Stated, if_not_exists};
use crate::syntax::ast::{EdgeEnd, EdgePattern, EndKind, Name, SchemaStatement};
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{Failure, Parsed, Tokens, expect, expect_word, fail, name, symbol};
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;
use nom::multi::separated_list1;
use nom::{Err, Parser};

/// Whether `EDGE TYPE` stands here.
pub(super) fn edge_type(input: Tokens<'_>) -> bool {
    input.at_word("EDGE") && input.advance(1).at_word("TYPE")
}

/// `EDGE TYPE [IF NOT EXISTS] pattern, …`.
pub(super) fn create_edge_type(input: Tokens<'_>, replace: bool) -> Stated<'_> {
    let rest = expect_word(input.advance(1), "TYPE", "`TYPE`")?;
    let if_not_exists = if_not_exists(rest);
    if if_not_exists && replace {
        let message = "OR REPLACE and IF NOT EXISTS exclude each other";
        let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, rest.span());
        return Err(fail(diagnostic.with_help("write one of them")));
    }
    let rest = if if_not_exists { rest.advance(3) } else { rest };
    let (rest, alternatives) = separated_list1(symbol(Symbol::Comma), edge).parse(rest)?;
    let statement = SchemaStatement::CreateEdgeType { replace, if_not_exists, alternatives };
    Ok((rest, (statement, "`,` or the end of the statement")))
}

/// `(:A)-[:T]->(:B)`, or the same from right to left.
fn edge(input: Tokens<'_>) -> Parsed<'_, EdgePattern> {
    let (rest, left) = end(input)?;
    let (rest, (label, incoming)) = hop(rest, label)?;
    let (rest, right) = end(rest)?;
    let span = input.span_to(rest);
    let (start, end) = if incoming { (right, left) } else { (left, right) };
    Ok((rest, EdgePattern { start, label, end, span }))
}

/// `:T`.
pub(super) fn label(input: Tokens<'_>) -> Parsed<'_, Name> {
    let rest = expect(input, Symbol::Colon, "`:` and the relationship type")?;
    name("a relationship type")(rest)
}

/// `-[…]->`, or `<-[…]-` and that it is this: what `inside` reads in the brackets.
pub(super) fn hop<'a, T>(
    input: Tokens<'a>,
    inside: impl FnOnce(Tokens<'a>) -> Parsed<'a, T>,
) -> Parsed<'a, (T, bool)> {
    let incoming = input.at_symbol(Symbol::Less);
    let rest = if incoming { input.advance(1) } else { input };
    let rest = expect(rest, Symbol::Minus, "a relationship such as `-[:TYPE]->`")?;
    let rest = expect(rest, Symbol::LeftBracket, "`[:TYPE]`")?;
    let (rest, inside) = inside(rest)?;
    let rest = expect(rest, Symbol::RightBracket, "`]` (one type alone)")?;
    let rest = expect(rest, Symbol::Minus, "`-`")?;
    let outgoing = rest.at_symbol(Symbol::Greater);
    if incoming == outgoing {
        let message = "relationships are told here from where to where";
        let diagnostic =
            Diagnostic::syntax(ErrorCode::RequiresDirectedRelationship, message, rest.span());
        return Err(fail(diagnostic.with_help("write `-[:TYPE]->` or `<-[:TYPE]-`")));
    }
    let rest = if outgoing { rest.advance(1) } else { rest };
    Ok((rest, (inside, incoming)))
}

/// `(:A&B)` or `[:R|S]`, with nothing in the brackets for any.
pub(super) fn end(input: Tokens<'_>) -> Parsed<'_, EdgeEnd> {
    let (kind, closer, separator) = match input.peek() {
        TokenKind::Symbol(Symbol::LeftParen) => {
            (EndKind::Node, Symbol::RightParen, Symbol::Ampersand)
        }
        TokenKind::Symbol(Symbol::LeftBracket) => {
            (EndKind::Relationship, Symbol::RightBracket, Symbol::Bar)
        }
        _ => return Err(Err::Failure(input.expected("an end such as `(:Label)` or `[:TYPE]`"))),
    };
    let inside = input.advance(1);
    if inside.at_symbol(closer) {
        return Ok((inside.advance(1), EdgeEnd { kind, names: Vec::new() }));
    }
    let what = match kind {
        EndKind::Node => "`:` and a label, or `)`",
        EndKind::Relationship => "`:` and a relationship type, or `]`",
    };
    let rest = expect(inside, Symbol::Colon, what)?;
    let (rest, names) = names(rest, separator)?;
    refuse_alternatives(rest, kind)?;
    let what = match kind {
        EndKind::Node => "`&` or `)`",
        EndKind::Relationship => "`|` or `]`",
    };
    Ok((expect(rest, closer, what)?, EdgeEnd { kind, names }))
}

/// Names with `&`, `|` or, as labels once were written, colons between them.
fn names(input: Tokens<'_>, separator: Symbol) -> Parsed<'_, Vec<Name>> {
    let separates = |rest: Tokens<'_>| {
        rest.at_symbol(separator) || separator == Symbol::Ampersand && rest.at_symbol(Symbol::Colon)
    };
    let (mut rest, first) = name("a name")(input)?;
    let mut names = vec![first];
    while separates(rest) {
        let (after, next) = name("a name")(rest.advance(1))?;
        names.push(next);
        rest = after;
    }
    Ok((rest, names))
}

/// A node that has one label or another is two alternatives.
fn refuse_alternatives(input: Tokens<'_>, kind: EndKind) -> Result<(), Err<Failure>> {
    let (sign, message, help) = match kind {
        EndKind::Node => (
            Symbol::Bar,
            "an end of an edge type has all of its labels",
            "write an alternative for each label: `(:A)-[:T]->(:C), (:B)-[:T]->(:C)`",
        ),
        EndKind::Relationship => (
            Symbol::Ampersand,
            "a relationship has one type",
            "separate alternatives by `|`: `[:R|S]`",
        ),
    };
    if !input.at_symbol(sign) {
        return Ok(());
    }
    let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, input.span());
    Err(fail(diagnostic.with_help(help)))
}
