//! Questions about what stands ahead, where one token does not decide.
//!
//! A bracket jumps to its partner in one step, so that each question reads its own
//! level of brackets only and parsing stays linear.

use super::label;
use crate::syntax::input::Tokens;
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};

/// Whether the round bracket here begins a pattern of at least one relationship:
/// it holds no more than a node pattern does, and a relationship follows it.
pub(super) fn pattern(input: Tokens<'_>) -> bool {
    let Some(close) = input.partner() else { return false };
    let behind = input.advance(close + 1);
    if input.peek_at(1) == TokenKind::Symbol(Symbol::LeftParen) {
        return group(input.advance(1), behind);
    }
    if !relationship(behind) && !begins_group(behind) {
        return false;
    }
    let mut inside = input.advance(1);
    if inside.peek().is_word() && !begins_condition(inside) {
        inside = inside.advance(1);
    }
    if inside.at_symbol(Symbol::Colon) || label::at_is(inside) {
        inside = behind_labels(inside.advance(1));
    }
    if inside.at_keyword(Keyword::Where) {
        return true;
    }
    match inside.peek() {
        TokenKind::Parameter => inside = inside.advance(1),
        TokenKind::Symbol(Symbol::LeftBrace) => match inside.partner() {
            Some(partner) => inside = inside.advance(partner + 1),
            None => return false,
        },
        _ => {}
    }
    inside.at_keyword(Keyword::Where) || inside.advance(1).span() == behind.span()
}

/// Whether the brackets whose inside and end are given hold a path pattern that is
/// repeated or has a neighbour: in other brackets it is an expression.
fn group(inside: Tokens<'_>, behind: Tokens<'_>) -> bool {
    let Some(close) = inside.partner() else { return false };
    let first_behind = inside.advance(close + 1);
    let repeated = matches!(
        behind.peek(),
        TokenKind::Symbol(
            Symbol::Plus | Symbol::Star | Symbol::Question | Symbol::LeftBrace | Symbol::LeftParen
        )
    );
    repeated && relationship(first_behind)
}

/// Whether a path pattern in brackets begins here, and not a node.
pub(super) fn begins_group(input: Tokens<'_>) -> bool {
    let path =
        matches!(input.peek_at(1), TokenKind::Symbol(Symbol::LeftParen | Symbol::LeftBracket));
    input.at_symbol(Symbol::LeftParen) && (path || begins_named_path(input.advance(1)))
}

/// Whether a path with a name begins here.
pub(super) fn begins_named_path(input: Tokens<'_>) -> bool {
    input.peek().is_word() && input.peek_at(1) == TokenKind::Symbol(Symbol::Equal)
}

/// What stands behind the label expression here.
fn behind_labels(input: Tokens<'_>) -> Tokens<'_> {
    let mut ahead = input;
    loop {
        ahead = match ahead.peek() {
            TokenKind::Keyword(Keyword::Where) => return ahead,
            TokenKind::Symbol(
                Symbol::Colon | Symbol::Bar | Symbol::Ampersand | Symbol::Bang | Symbol::Percent,
            ) => ahead.advance(1),
            TokenKind::Symbol(Symbol::LeftParen) => match ahead.partner() {
                Some(partner) => ahead.advance(partner + 1),
                None => return ahead,
            },
            // A name that is computed; the bracket behind it comes next.
            _ if label::dynamic(ahead).is_some() => ahead.advance(1),
            kind if kind.is_word() => ahead.advance(1),
            _ => return ahead,
        };
    }
}

/// Whether the word here begins what is said of a node or relationship, and does not name it:
/// `IS Label` or `WHERE predicate`.
pub(super) fn begins_condition(input: Tokens<'_>) -> bool {
    let next = input.advance(1);
    match input.peek() {
        TokenKind::Keyword(Keyword::Is) => label::begins_expression(next) && !label::at_is(next),
        TokenKind::Keyword(Keyword::Where) => !matches!(
            next.peek(),
            TokenKind::Keyword(Keyword::Is | Keyword::Where)
                | TokenKind::Symbol(
                    Symbol::Colon
                        | Symbol::LeftBrace
                        | Symbol::RightParen
                        | Symbol::RightBracket
                        | Symbol::Star
                )
        ),
        _ => false,
    }
}

/// Whether a relationship pattern stands here, told from a subtraction or a
/// comparison with a negative number.
fn relationship(input: Tokens<'_>) -> bool {
    let incoming = input.at_symbol(Symbol::Less);
    let dash = if incoming { input.advance(1) } else { input };
    let minus = TokenKind::Symbol(Symbol::Minus);
    if dash.peek() != minus {
        return false;
    }
    let second = dash.advance(1);
    match second.peek() {
        TokenKind::Symbol(Symbol::Minus) => {
            let third = second.advance(1).peek();
            incoming
                || matches!(
                    third,
                    TokenKind::Symbol(Symbol::Greater | Symbol::LeftParen | Symbol::LeftBracket)
                )
        }
        TokenKind::Symbol(Symbol::LeftBracket) => {
            let inside = second.advance(1).peek();
            matches!(inside, TokenKind::Symbol(Symbol::Colon | Symbol::Star | Symbol::RightBracket))
                || second.partner().is_some_and(|partner| second.peek_at(partner + 1) == minus)
        }
        _ => false,
    }
}

/// Which of comma and bar comes first on the level of the bracket here, outside of any
/// CASE; `None` if neither does.
pub(super) fn first_separator(input: Tokens<'_>) -> Option<Symbol> {
    let mut ahead = input.advance(1);
    let mut cases = 0_u32;
    loop {
        match ahead.peek() {
            TokenKind::End => return None,
            TokenKind::Symbol(symbol @ (Symbol::Comma | Symbol::Bar)) if cases == 0 => {
                return Some(symbol);
            }
            TokenKind::Symbol(symbol) if symbol.is_closer() => return None,
            TokenKind::Symbol(symbol) if symbol.closer().is_some() => {
                ahead = ahead.advance(ahead.partner()? + 1);
                continue;
            }
            // A property key is no keyword.
            TokenKind::Symbol(Symbol::Dot) if ahead.peek_at(1).is_word() => {
                ahead = ahead.advance(1);
            }
            TokenKind::Keyword(Keyword::Case) if !reserved_variable(ahead) => cases += 1,
            TokenKind::Keyword(Keyword::End) => cases = cases.saturating_sub(1),
            _ => {}
        }
        ahead = ahead.advance(1);
    }
}

/// Whether a name `IN` stands behind the bracket here, as in `[x IN list …]` and `any(x IN …)`.
pub(super) fn element_of(input: Tokens<'_>) -> bool {
    let literal = matches!(
        input.peek_at(1),
        TokenKind::Keyword(Keyword::True | Keyword::False | Keyword::Null)
    );
    input.peek_at(1).is_word() && !literal && input.peek_at(2) == TokenKind::Keyword(Keyword::In)
}

/// Whether a dotted name with a bracket behind it stands here: a function call such as `date.truncate(…)`.
pub(super) fn function_name(input: Tokens<'_>) -> bool {
    let mut length = 1;
    while input.peek_at(length) == TokenKind::Symbol(Symbol::Dot)
        && input.peek_at(length + 1).is_word()
    {
        length += 2;
    }
    input.peek_at(length) == TokenKind::Symbol(Symbol::LeftParen)
}

/// Whether the brace here opens the items of a map projection and not a subquery.
pub(super) fn map_projection(input: Tokens<'_>) -> bool {
    match input.peek_at(1) {
        TokenKind::Symbol(Symbol::Dot) => true,
        kind if kind.is_word() => {
            matches!(
                input.peek_at(2),
                TokenKind::Symbol(Symbol::Colon | Symbol::Comma | Symbol::RightBrace)
            )
        }
        _ => false,
    }
}

/// Whether the reserved word here must be a variable, judged by what stands behind it.
pub(super) fn reserved_variable(input: Tokens<'_>) -> bool {
    match input.peek_at(1) {
        TokenKind::End => true,
        TokenKind::Keyword(word) => !input.at_keyword(Keyword::Case) && continues_expression(word),
        TokenKind::Symbol(symbol) => !matches!(
            symbol,
            Symbol::LeftParen
                | Symbol::LeftBracket
                | Symbol::LeftBrace
                | Symbol::Star
                | Symbol::Plus
                | Symbol::Minus
        ),
        _ => false,
    }
}

/// Whether a keyword may stand behind an expression but cannot begin one.
fn continues_expression(word: Keyword) -> bool {
    let beginning = matches!(
        word,
        Keyword::Not
            | Keyword::Case
            | Keyword::Null
            | Keyword::True
            | Keyword::False
            | Keyword::Exists
            | Keyword::Distinct
            | Keyword::All
            | Keyword::By
    );
    !beginning
}

/// Whether a word stands on the level of the bracket here, behind something that ends an
/// operand: so that it is no property key, variable or operand itself.
pub(super) fn word_at_level(input: Tokens<'_>, word: &str) -> bool {
    let mut ahead = input.advance(1);
    let mut ends_operand = false;
    loop {
        match ahead.peek() {
            TokenKind::End => return false,
            TokenKind::Symbol(symbol) if symbol.is_closer() => return false,
            TokenKind::Symbol(symbol) if symbol.closer().is_some() => match ahead.partner() {
                Some(partner) => {
                    ahead = ahead.advance(partner + 1);
                    ends_operand = true;
                    continue;
                }
                None => return false,
            },
            TokenKind::Symbol(_) => ends_operand = false,
            _ if ends_operand && ahead.at_word(word) => return true,
            _ => ends_operand = true,
        }
        ahead = ahead.advance(1);
    }
}
