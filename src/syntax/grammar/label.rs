//! Label expressions: `:A|B&!C`, `IS A`, the older `:A:B` and `:T|:U`, and names that are
//! computed: `:$(label)`.

use super::expression::boxed_expression;
use crate::syntax::ast::{LabelExpression, LabelName};
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{Failure, Parsed, Tokens, expect, fail, name};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;
use nom::Err;

/// What begins a label expression.
const LABEL: &str = "a label, `!`, `%`, `$(` or `(`";

/// How many levels of nesting a name counts for that is computed.
const DYNAMIC_LEVELS: u16 = 3;

/// Whose labels an expression is about, which decides on the older forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Node,
    Relationship,
    Either,
}

/// `:Label:Label`; none or more.
pub(super) fn labels(input: Tokens<'_>) -> Parsed<'_, Vec<LabelName>> {
    let mut labels = Vec::new();
    let mut rest = input;
    while rest.at_symbol(Symbol::Colon) {
        let (after, label) = label_name(rest.advance(1), "a label or `$(`")?;
        labels.push(label);
        rest = after;
    }
    Ok((rest, labels))
}

/// A name, or what it is computed from.
pub(super) fn label_name<'a>(input: Tokens<'a>, what: &'static str) -> Parsed<'a, LabelName> {
    let Some((any, bracket)) = dynamic(input) else {
        if input.peek() == TokenKind::Parameter {
            let message = "a parameter alone is no label or type";
            let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, input.span())
                .with_help(format!("write `$({})` for what it holds", input.text()));
            return Err(fail(diagnostic));
        }
        return name(what)(input).map(|(rest, name)| (rest, LabelName::Written(name)));
    };
    let (rest, value) = boxed_expression(bracket.advance(1).deeper(DYNAMIC_LEVELS)?)?;
    let rest = expect(rest, Symbol::RightParen, "an operator or `)`")?;
    let span = input.span_to(rest);
    Ok((rest.back_to(input), LabelName::Dynamic { any, value, span }))
}

/// Whether a name that is computed begins here: whether one of several is enough, and the
/// bracket around what it is computed from.
pub(super) fn dynamic(input: Tokens<'_>) -> Option<(bool, Tokens<'_>)> {
    let bracket = input.advance(1);
    let any = match input.peek() {
        TokenKind::Symbol(Symbol::Dollar) => false,
        TokenKind::Parameter if input.text().eq_ignore_ascii_case("$all") => false,
        TokenKind::Parameter if input.text().eq_ignore_ascii_case("$any") => true,
        _ => return None,
    };
    bracket.at_symbol(Symbol::LeftParen).then_some((any, bracket))
}

/// What stands behind the name here, if one does.
fn behind_name(input: Tokens<'_>) -> Option<Tokens<'_>> {
    match dynamic(input) {
        Some((_, bracket)) => bracket.partner().map(|partner| bracket.advance(partner + 1)),
        None => input.peek().is_word().then(|| input.advance(1)),
    }
}

/// What is said of a node's labels, if anything is.
pub(super) fn of_node(input: Tokens<'_>) -> Parsed<'_, Option<LabelExpression>> {
    if at_is(input) {
        return expression(input.advance(1), false).map(|(rest, labels)| (rest, Some(labels)));
    }
    if !input.at_symbol(Symbol::Colon) {
        return Ok((input, None));
    }
    behind_colon(input, Kind::Node, false).map(|(rest, labels)| (rest, Some(labels)))
}

/// What is said of a relationship's type, if anything is.
pub(super) fn of_relationship(input: Tokens<'_>) -> Parsed<'_, Option<LabelExpression>> {
    if at_is(input) {
        return expression(input.advance(1), false).map(|(rest, types)| (rest, Some(types)));
    }
    if !input.at_symbol(Symbol::Colon) {
        return Ok((input, None));
    }
    behind_colon(input, Kind::Relationship, false).map(|(rest, types)| (rest, Some(types)))
}

/// The labels in `n:A|B`, colon included; a bar ends them or not.
pub(super) fn predicate(input: Tokens<'_>, bar_ends: bool) -> Parsed<'_, LabelExpression> {
    behind_colon(input, Kind::Either, bar_ends)
}

/// Whether `IS` and a label expression stand here.
pub(super) fn at_is(input: Tokens<'_>) -> bool {
    input.at_keyword(Keyword::Is) && begins_expression(input.advance(1))
}

/// Whether a label expression can begin here. Where NULL or NOT stands, it does not.
pub(super) fn begins_expression(input: Tokens<'_>) -> bool {
    match input.peek() {
        TokenKind::Keyword(Keyword::Null | Keyword::Not) => false,
        TokenKind::Symbol(Symbol::Bang | Symbol::Percent | Symbol::LeftParen | Symbol::Dollar)
        | TokenKind::Parameter => true,
        kind => kind.is_word(),
    }
}

/// A label expression behind a colon, or a chain of colons and labels.
fn behind_colon(input: Tokens<'_>, kind: Kind, bar_ends: bool) -> Parsed<'_, LabelExpression> {
    let colon_next = |rest: Tokens<'_>| rest.at_symbol(Symbol::Colon);
    let chains = kind != Kind::Relationship
        && behind_name(input.advance(1))
            .is_some_and(|next| colon_next(next) && begins_expression(next.advance(1)));
    if chains {
        let (rest, labels) = labels(input)?;
        if mixes(rest, bar_ends) {
            return Err(mixed(rest, &labels));
        }
        return Ok((rest, LabelExpression::And(leaves(labels))));
    }
    if kind != Kind::Node && !bar_ends && in_old_alternatives(input) {
        let (rest, types) = old_alternatives(input)?;
        if mixes(rest, bar_ends) {
            return Err(mixed(rest, &types));
        }
        return Ok((rest, LabelExpression::Or(leaves(types))));
    }
    let (rest, labels) = expression(input.advance(1), bar_ends)?;
    if colon_next(rest) && kind != Kind::Relationship && begins_expression(rest.advance(1)) {
        return Err(mixed(rest, &[]));
    }
    Ok((rest, labels))
}

fn leaves(names: Vec<LabelName>) -> Vec<LabelExpression> {
    names.into_iter().map(LabelExpression::Name).collect()
}

/// Whether names with bars between them, and a colon behind a bar, stand here.
fn in_old_alternatives(input: Tokens<'_>) -> bool {
    let mut at = 1;
    while input.peek_at(at).is_word() && input.peek_at(at + 1) == TokenKind::Symbol(Symbol::Bar) {
        if input.peek_at(at + 2) == TokenKind::Symbol(Symbol::Colon) {
            return true;
        }
        at += 2;
    }
    false
}

/// `:T|:U|V`.
fn old_alternatives(input: Tokens<'_>) -> Parsed<'_, Vec<LabelName>> {
    let (mut rest, first) = label_name(input.advance(1), "a relationship type")?;
    let mut types = vec![first];
    while rest.at_symbol(Symbol::Bar) {
        let colon = rest.peek_at(1) == TokenKind::Symbol(Symbol::Colon);
        let (after, next) = label_name(rest.advance(1 + u32::from(colon)), "a relationship type")?;
        types.push(match next {
            LabelName::Written(name) if colon => LabelName::BehindColon(name),
            next => next,
        });
        rest = after;
    }
    Ok((rest, types))
}

/// Whether a sign of the newer form follows a chain of the older one.
fn mixes(rest: Tokens<'_>, bar_ends: bool) -> bool {
    match rest.peek() {
        TokenKind::Symbol(Symbol::Ampersand) => true,
        TokenKind::Symbol(Symbol::Bar) => !bar_ends,
        TokenKind::Symbol(Symbol::Colon) => begins_expression(rest.advance(1)),
        _ => false,
    }
}

fn mixed(at: Tokens<'_>, chain: &[LabelName]) -> Err<Failure> {
    let diagnostic = Diagnostic::syntax(
        ErrorCode::UnexpectedSyntax,
        "colons between labels cannot be mixed with `|`, `&`, `!` and `%`",
        at.span(),
    );
    let help = if chain.is_empty() {
        "write `&` instead of the further colons".to_owned()
    } else {
        let text =
            |name: &LabelName| name.written().map_or("$(…)".into(), |name| name.text.clone());
        let names: Vec<_> = chain.iter().map(text).collect();
        format!("write `&` instead of the colons: `:{}`", names.join("&"))
    };
    fail(diagnostic.with_help(help))
}

/// `A|B&!C`, without colon.
pub(super) fn expression(input: Tokens<'_>, bar_ends: bool) -> Parsed<'_, LabelExpression> {
    let (mut rest, first) = conjunction(input)?;
    if bar_ends || !rest.at_symbol(Symbol::Bar) {
        return Ok((rest, first));
    }
    let mut terms = vec![first];
    while rest.at_symbol(Symbol::Bar) {
        let (after, term) = conjunction(rest.advance(1))?;
        terms.push(term);
        rest = after;
    }
    Ok((rest, LabelExpression::Or(terms)))
}

fn conjunction(input: Tokens<'_>) -> Parsed<'_, LabelExpression> {
    let (mut rest, first) = negation(input)?;
    if !rest.at_symbol(Symbol::Ampersand) {
        return Ok((rest, first));
    }
    let mut terms = vec![first];
    while rest.at_symbol(Symbol::Ampersand) {
        let (after, term) = negation(rest.advance(1))?;
        terms.push(term);
        rest = after;
    }
    Ok((rest, LabelExpression::And(terms)))
}

fn negation(input: Tokens<'_>) -> Parsed<'_, LabelExpression> {
    let mut count = 0_u32;
    let mut rest = input;
    while rest.at_symbol(Symbol::Bang) {
        count += 1;
        rest = rest.advance(1);
    }
    let (rest, leaf) = leaf(rest)?;
    match count {
        0 => Ok((rest, leaf)),
        _ => Ok((rest, LabelExpression::Not(count, Box::new(leaf)))),
    }
}

fn leaf(input: Tokens<'_>) -> Parsed<'_, LabelExpression> {
    match input.peek() {
        TokenKind::Symbol(Symbol::Percent) => Ok((input.advance(1), LabelExpression::Any)),
        TokenKind::Symbol(Symbol::LeftParen) => {
            let (rest, inner) = expression(input.advance(1).deeper(1)?, false)?;
            let rest = expect(rest, Symbol::RightParen, "`|`, `&` or `)`")?;
            Ok((rest.back_to(input), inner))
        }
        kind if kind.is_word() || begins_expression(input) => {
            label_name(input, LABEL).map(|(rest, name)| (rest, LabelExpression::Name(name)))
        }
        _ => Err(Err::Failure(input.expected(LABEL))),
    }
}
