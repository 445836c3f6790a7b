//! Expressions: operators by precedence climbing, signs and accesses.
//!
//! Loosest first: OR, XOR, AND, NOT, comparisons, string, list and null
//! predicates, `+ -`, `* / %`, `^`, signs, accesses. Operators of one level become
//! one flat node, so that long chains neither nest nor recurse.

use super::atom::atom;
use super::pattern::labels;
use crate::syntax::ast::{
    Access, ArithmeticOperator, ComparisonOperator, Expression, ExpressionKind, LogicalOperator, PredicateOperator,
};
use crate::syntax::input::{Failure, MAX_NESTING, Parsed, Tokens, expect, expect_keyword, fail, name, too_deep};
use crate::syntax::keyword::Keyword;
use crate::syntax::literal;
use crate::syntax::token::{Symbol, TokenKind};
use nom::Err;

/// How tightly an operator binds; later ones bind tighter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    Xor,
    And,
    Comparison,
    Predicate,
    Additive,
    Multiplicative,
    Power,
    Sign,
}

impl Level {
    fn tighter(self) -> Level {
        match self {
            Level::Or => Level::Xor,
            Level::Xor => Level::And,
            Level::And => Level::Comparison,
            Level::Comparison => Level::Predicate,
            Level::Predicate => Level::Additive,
            Level::Additive => Level::Multiplicative,
            Level::Multiplicative => Level::Power,
            Level::Power | Level::Sign => Level::Sign,
        }
    }
}

/// An operator that continues an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Logical(LogicalOperator),
    Comparison(ComparisonOperator),
    Arithmetic(ArithmeticOperator),
    Predicate(PredicateOperator),
    IsNull,
}

/// Any expression, where a pattern is a mistake.
pub(super) fn expression(input: Tokens<'_>) -> Parsed<'_, Expression> {
    nested(input, false)
}

/// An expression of which only the truth counts: a pattern may stand in it.
pub(super) fn predicate(input: Tokens<'_>) -> Parsed<'_, Expression> {
    nested(input, true)
}

fn nested(input: Tokens<'_>, patterns: bool) -> Parsed<'_, Expression> {
    let mut parsed = binary(input.with_patterns(patterns), Level::Or);
    if let Ok((rest, _)) = &mut parsed {
        *rest = rest.back_to(input);
    }
    parsed
}

/// Operands joined by operators that bind at least as tightly as `least`.
pub(super) fn any_level(input: Tokens<'_>) -> Parsed<'_, Expression> {
    binary(input, Level::Or)
}

fn binary(outer: Tokens<'_>, least: Level) -> Parsed<'_, Expression> {
    let (mut rest, mut left) = operand(outer.deeper(1)?, least)?;
    let mut height = 0;
    while let Some((operator, level)) = operator(rest) {
        if level < least {
            break;
        }
        // Predicates of one level nest to the left, so their number is bounded too.
        height += 1;
        if height > MAX_NESTING {
            return Err(too_deep(rest.span()));
        }
        (rest, left) = match operator {
            Operator::Logical(operator) => logical(rest, left, operator, level)?,
            Operator::Comparison(_) => comparison(rest, left)?,
            Operator::Arithmetic(_) => arithmetic(rest, left, level)?,
            Operator::Predicate(operator) => binary_predicate(rest, left, operator)?,
            Operator::IsNull => is_null(rest, left)?,
        };
    }
    Ok((rest.back_to(outer), left))
}

/// The operator that begins here, if one does.
fn operator(input: Tokens<'_>) -> Option<(Operator, Level)> {
    use ArithmeticOperator as A;
    use ComparisonOperator as C;
    Some(match input.peek() {
        TokenKind::Symbol(symbol) => match symbol {
            Symbol::Equal => (Operator::Comparison(C::Equal), Level::Comparison),
            Symbol::NotEqual => (Operator::Comparison(C::NotEqual), Level::Comparison),
            Symbol::Less => (Operator::Comparison(C::Less), Level::Comparison),
            Symbol::LessOrEqual => (Operator::Comparison(C::LessOrEqual), Level::Comparison),
            Symbol::Greater => (Operator::Comparison(C::Greater), Level::Comparison),
            Symbol::GreaterOrEqual => (Operator::Comparison(C::GreaterOrEqual), Level::Comparison),
            Symbol::Matches => (Operator::Predicate(PredicateOperator::Matches), Level::Predicate),
            Symbol::Plus => (Operator::Arithmetic(A::Add), Level::Additive),
            Symbol::Minus => (Operator::Arithmetic(A::Subtract), Level::Additive),
            Symbol::Star => (Operator::Arithmetic(A::Multiply), Level::Multiplicative),
            Symbol::Slash => (Operator::Arithmetic(A::Divide), Level::Multiplicative),
            Symbol::Percent => (Operator::Arithmetic(A::Modulo), Level::Multiplicative),
            Symbol::Caret => (Operator::Arithmetic(A::Power), Level::Power),
            _ => return None,
        },
        TokenKind::Keyword(keyword) => match keyword {
            Keyword::Or => (Operator::Logical(LogicalOperator::Or), Level::Or),
            Keyword::Xor => (Operator::Logical(LogicalOperator::Xor), Level::Xor),
            Keyword::And => (Operator::Logical(LogicalOperator::And), Level::And),
            Keyword::Starts => (Operator::Predicate(PredicateOperator::StartsWith), Level::Predicate),
            Keyword::Ends => (Operator::Predicate(PredicateOperator::EndsWith), Level::Predicate),
            Keyword::Contains => (Operator::Predicate(PredicateOperator::Contains), Level::Predicate),
            Keyword::In => (Operator::Predicate(PredicateOperator::In), Level::Predicate),
            Keyword::Is => (Operator::IsNull, Level::Predicate),
            _ => return None,
        },
        _ => return None,
    })
}

fn logical<'a>(
    input: Tokens<'a>,
    first: Expression,
    chained: LogicalOperator,
    level: Level,
) -> Parsed<'a, Expression> {
    let mut span = first.span;
    let mut terms = vec![first];
    let mut rest = input;
    while operator(rest) == Some((Operator::Logical(chained), level)) {
        let (after, term) = binary(rest.advance(1), level.tighter())?;
        span = span.to(term.span);
        terms.push(term);
        rest = after;
    }
    Ok((rest, Expression { kind: ExpressionKind::Logical(chained, terms), span }))
}

fn comparison(input: Tokens<'_>, first: Expression) -> Parsed<'_, Expression> {
    let mut span = first.span;
    let mut terms = Vec::new();
    let mut rest = input;
    while let Some((Operator::Comparison(operator), level)) = operator(rest) {
        let (after, term) = binary(rest.advance(1), level.tighter())?;
        span = span.to(term.span);
        terms.push((operator, term));
        rest = after;
    }
    Ok((rest, Expression { kind: ExpressionKind::Comparison(Box::new(first), terms), span }))
}

fn arithmetic(input: Tokens<'_>, first: Expression, level: Level) -> Parsed<'_, Expression> {
    let mut span = first.span;
    let mut terms = Vec::new();
    let mut rest = input;
    while let Some((Operator::Arithmetic(operator), same)) = operator(rest)
        && same == level
    {
        let (after, term) = binary(rest.advance(1), level.tighter())?;
        span = span.to(term.span);
        terms.push((operator, term));
        rest = after;
    }
    Ok((rest, Expression { kind: ExpressionKind::Arithmetic(Box::new(first), terms), span }))
}

/// `STARTS WITH`, `ENDS WITH`, `CONTAINS`, `IN` or `=~` with its right operand.
fn binary_predicate<'a>(input: Tokens<'a>, left: Expression, operator: PredicateOperator) -> Parsed<'a, Expression> {
    let rest = match operator {
        PredicateOperator::StartsWith | PredicateOperator::EndsWith => {
            expect_keyword(input.advance(1), Keyword::With, "`WITH`")?
        }
        _ => input.advance(1),
    };
    let (rest, right) = binary(rest, Level::Additive)?;
    let span = left.span.to(right.span);
    let kind = ExpressionKind::Predicate(operator, Box::new(left), Box::new(right));
    Ok((rest, Expression { kind, span }))
}

/// `IS NULL` or `IS NOT NULL`.
fn is_null(input: Tokens<'_>, operand: Expression) -> Parsed<'_, Expression> {
    let negated = input.peek_at(1) == TokenKind::Keyword(Keyword::Not);
    let rest = input.advance(if negated { 2 } else { 1 });
    let what = if negated { "`NULL`" } else { "`NULL` or `NOT NULL`" };
    let rest = expect_keyword(rest, Keyword::Null, what)?;
    let span = operand.span.to(input.span_to(rest));
    Ok((rest, Expression { kind: ExpressionKind::IsNull(Box::new(operand), negated), span }))
}

/// What stands left of an operator: NOT and its operand where it may stand, otherwise a signed atom.
fn operand(input: Tokens<'_>, least: Level) -> Parsed<'_, Expression> {
    match input.peek() {
        TokenKind::Keyword(Keyword::Not) if least <= Level::Comparison => negation(input),
        TokenKind::Symbol(Symbol::Minus | Symbol::Plus) => signed(input),
        _ => accessed(input),
    }
}

/// `NOT` one or more times, and a comparison.
fn negation(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let mut rest = input;
    let mut count = 0_u32;
    while rest.at_keyword(Keyword::Not) {
        rest = rest.advance(1);
        count += 1;
    }
    let (rest, operand) = binary(rest, Level::Comparison)?;
    let span = input.span().to(operand.span);
    Ok((rest, Expression { kind: ExpressionKind::Not(count, Box::new(operand)), span }))
}

/// Signs and what they apply to. The minus before a whole number becomes part of it.
fn signed(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let mut rest = input;
    let mut signs = Vec::new();
    while let TokenKind::Symbol(sign @ (Symbol::Minus | Symbol::Plus)) = rest.peek() {
        signs.push(sign == Symbol::Minus);
        rest = rest.advance(1);
    }
    let accessed_next = matches!(rest.peek_at(1), TokenKind::Symbol(Symbol::Dot | Symbol::LeftBracket));
    let folds = rest.peek() == TokenKind::Integer && !accessed_next && signs.last() == Some(&true);
    let (rest, operand) = if folds {
        signs.pop();
        negative_integer(rest)?
    } else {
        accessed(rest)?
    };
    if signs.is_empty() {
        let span = input.span().to(operand.span);
        return Ok((rest, Expression { span, ..operand }));
    }
    let span = input.span().to(operand.span);
    Ok((rest, Expression { kind: ExpressionKind::Sign(signs, Box::new(operand)), span }))
}

fn negative_integer(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let span = input.span();
    let value = literal::integer(input.text(), true, span).map_err(fail)?;
    Ok((input.advance(1), Expression { kind: ExpressionKind::Integer(value), span }))
}

/// An atom with the accesses and the label predicate behind it.
fn accessed(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let parsed = with_accesses(input)?;
    if parsed.0.at_symbol(Symbol::Colon) && parsed.0.peek_at(1).is_word() {
        return has_labels(parsed.0, parsed.1);
    }
    Ok(parsed)
}

fn has_labels(input: Tokens<'_>, base: Expression) -> Parsed<'_, Expression> {
    let (rest, labels) = labels(input)?;
    let span = base.span.to(input.span_to(rest));
    Ok((rest, Expression { kind: ExpressionKind::HasLabels(Box::new(base), labels), span }))
}

/// An atom with the accesses behind it: `a.b[c][d..e]`.
pub(super) fn with_accesses(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let parsed = atom(input)?;
    match parsed.0.peek() {
        TokenKind::Symbol(Symbol::Dot | Symbol::LeftBracket) => accesses(parsed.0, parsed.1),
        _ => Ok(parsed),
    }
}

fn accesses(input: Tokens<'_>, base: Expression) -> Parsed<'_, Expression> {
    let mut steps = Vec::new();
    let mut rest = input;
    loop {
        match rest.peek() {
            TokenKind::Symbol(Symbol::Dot) => {
                let (after, key) = name("a property key")(rest.advance(1))?;
                steps.push(Access::Property(key));
                rest = after;
            }
            TokenKind::Symbol(Symbol::LeftBracket) => {
                let (after, step) = index_or_slice(rest)?;
                steps.push(step);
                rest = after;
            }
            _ => break,
        }
    }
    let span = base.span.to(input.span_to(rest));
    // Brackets around a chain do not begin a new one.
    let kind = match base.kind {
        ExpressionKind::Access(inner, mut first) => {
            first.append(&mut steps);
            ExpressionKind::Access(inner, first)
        }
        kind => ExpressionKind::Access(Box::new(Expression { kind, span: base.span }), steps),
    };
    Ok((rest, Expression { kind, span }))
}

/// `[index]`, `[from..to]`, `[..to]`, `[from..]`.
fn index_or_slice(input: Tokens<'_>) -> Parsed<'_, Access> {
    let (rest, from) = match input.peek_at(1) {
        TokenKind::Symbol(Symbol::DotDot) => (input.advance(1), None),
        _ => {
            let (rest, from) = expression(input.advance(1))?;
            (rest, Some(from))
        }
    };
    if !rest.at_symbol(Symbol::DotDot) {
        let rest = expect(rest, Symbol::RightBracket, "an operator, `..` or `]`")?;
        return match from {
            Some(index) => Ok((rest, Access::Index(index))),
            None => Err(Err::Failure::<Failure>(rest.expected("an index"))),
        };
    }
    let rest = rest.advance(1);
    let (rest, to) = if rest.at_symbol(Symbol::RightBracket) {
        (rest, None)
    } else {
        let (rest, to) = expression(rest)?;
        (rest, Some(to))
    };
    let rest = expect(rest, Symbol::RightBracket, "an operator or `]`")?;
    Ok((rest, Access::Slice(from, to)))
}
