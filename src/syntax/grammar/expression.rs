//! Expressions: operators by precedence climbing, signs and accesses.
//!
//! Loosest first: OR, XOR, AND, NOT, comparisons, string, list and null
//! predicates, `+ -`, `* / %`, `^`, signs, accesses. Operators of one level become
//! one flat node, so that long chains neither nest nor recurse.

use super::atom::atom;
use super::label;
use super::test::is;
use crate::syntax::ast::{
    Access, ArithmeticOperator, ComparisonOperator, Expression, ExpressionKind, LogicalOperator,
    PredicateOperator,
};
use crate::syntax::diagnostic::Span;
use crate::syntax::input::{
    Failure, MAX_NESTING, Parsed, Tokens, expect, expect_keyword, fail, name, too_deep,
};
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
    Is,
}

/// What the functions on the way from an expression to the next one inside it return.
/// A box keeps their stack frames small, which is what bounds how deep a query may nest.
pub(super) type Boxed<'a> = Parsed<'a, Box<Expression>>;

/// Makes an expression.
pub(super) fn boxed(kind: ExpressionKind, span: Span) -> Box<Expression> {
    Box::new(Expression { kind, span })
}

/// Any expression, where a pattern is a mistake.
pub(super) fn expression(input: Tokens<'_>) -> Parsed<'_, Expression> {
    nested(input, false).map(|(rest, expression)| (rest, *expression))
}

/// An expression of which only the truth counts: a pattern may stand in it.
pub(super) fn predicate(input: Tokens<'_>) -> Parsed<'_, Expression> {
    nested(input, true).map(|(rest, expression)| (rest, *expression))
}

/// [`expression`] in a box.
pub(super) fn boxed_expression(input: Tokens<'_>) -> Boxed<'_> {
    nested(input, false)
}

/// [`predicate`] in a box.
pub(super) fn boxed_predicate(input: Tokens<'_>) -> Boxed<'_> {
    nested(input, true)
}

fn nested(input: Tokens<'_>, patterns: bool) -> Boxed<'_> {
    nested_until(input, patterns, false)
}

/// An expression which a bar ends: the list of a comprehension or of `reduce`.
pub(super) fn expression_before_bar(input: Tokens<'_>) -> Boxed<'_> {
    nested_until(input, false, true)
}

/// A predicate which a bar ends: the filter of a comprehension.
pub(super) fn predicate_before_bar(input: Tokens<'_>) -> Boxed<'_> {
    nested_until(input, true, true)
}

fn nested_until(input: Tokens<'_>, patterns: bool, bar_ends: bool) -> Boxed<'_> {
    let mut parsed = binary(input.with_patterns(patterns).with_bar_end(bar_ends), Level::Or);
    if let Ok((rest, _)) = &mut parsed {
        *rest = rest.back_to(input);
    }
    parsed
}

/// Expressions with commas between them; patterns may stand in them or not.
pub(super) fn expressions(input: Tokens<'_>, patterns: bool) -> Parsed<'_, Vec<Expression>> {
    let mut items = Vec::new();
    let mut rest = input;
    loop {
        let (after, item) = nested(rest, patterns)?;
        items.push(*item);
        if !after.at_symbol(Symbol::Comma) {
            return Ok((after, items));
        }
        rest = after.advance(1);
    }
}

/// The expression behind a keyword or bar, or nothing where that does not stand.
pub(super) fn introduced(
    input: Tokens<'_>,
    by: TokenKind,
    patterns: bool,
) -> Parsed<'_, Option<Box<Expression>>> {
    if input.peek() != by {
        return Ok((input, None));
    }
    match nested(input.advance(1), patterns) {
        Ok((rest, expression)) => Ok((rest, Some(expression))),
        Err(error) => Err(error),
    }
}

/// Operands joined by operators of any level, in brackets: patterns may stand there or not as
/// around them.
pub(super) fn any_level(input: Tokens<'_>) -> Boxed<'_> {
    let mut parsed = binary(input.with_bar_end(false), Level::Or);
    if let Ok((rest, _)) = &mut parsed {
        *rest = rest.back_to(input);
    }
    parsed
}

/// Operands joined by operators that bind at least as tightly as `least`.
fn binary(outer: Tokens<'_>, least: Level) -> Boxed<'_> {
    match operand(outer.deeper(1)?, least) {
        Ok((rest, first)) if operator(rest).is_some() => continued(rest, first, outer, least),
        Ok((rest, only)) => Ok((rest.back_to(outer), only)),
        Err(error) => Err(error),
    }
}

/// The tests of the operand of a simple CASE that an operator begins: `> 5`, `IS NULL`.
/// Nothing where no operator begins here that has the operand on its left.
pub(super) fn case_test(input: Tokens<'_>) -> Option<Boxed<'_>> {
    let (operator, level) = operator(input)?;
    if !matches!(operator, Operator::Comparison(_) | Operator::Predicate(_) | Operator::Is) {
        return None;
    }
    let span = input.span();
    let operand =
        boxed(ExpressionKind::CaseOperand, Span::new(span.start as usize, span.start as usize));
    Some(apply(input, operand, operator, level))
}

/// What an operand becomes through the operators behind it.
fn continued<'a>(
    input: Tokens<'a>,
    first: Box<Expression>,
    outer: Tokens<'a>,
    least: Level,
) -> Boxed<'a> {
    let (mut rest, mut left) = (input, first);
    let mut height = 0;
    while let Some((operator, level)) = operator(rest)
        && level >= least
    {
        // Predicates of one level nest to the left, so their number is bounded too.
        height += 1;
        if height > MAX_NESTING {
            return Err(too_deep(rest.span()));
        }
        (rest, left) = apply(rest, left, operator, level)?;
    }
    Ok((rest.back_to(outer), left))
}

/// An operator, or a chain of its level, with what stands left of it.
fn apply(input: Tokens<'_>, left: Box<Expression>, operator: Operator, level: Level) -> Boxed<'_> {
    match operator {
        Operator::Logical(operator) => logical(input, left, operator, level),
        Operator::Comparison(_) => comparison(input, left),
        Operator::Arithmetic(_) => arithmetic(input, left, level),
        Operator::Predicate(operator) => binary_predicate(input, left, operator),
        Operator::Is => is(input, left),
    }
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
            Symbol::ColonColon => (Operator::Is, Level::Predicate),
            Symbol::BarBar => (Operator::Arithmetic(A::Concatenate), Level::Additive),
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
            Keyword::Starts => {
                (Operator::Predicate(PredicateOperator::StartsWith), Level::Predicate)
            }
            Keyword::Ends => (Operator::Predicate(PredicateOperator::EndsWith), Level::Predicate),
            Keyword::Contains => {
                (Operator::Predicate(PredicateOperator::Contains), Level::Predicate)
            }
            Keyword::In => (Operator::Predicate(PredicateOperator::In), Level::Predicate),
            Keyword::Is => (Operator::Is, Level::Predicate),
            _ => return None,
        },
        _ => return None,
    })
}

#[expect(
    clippy::boxed_local,
    reason = "an unboxed operand would enlarge the frames of the recursion"
)]
fn logical(
    input: Tokens<'_>,
    first: Box<Expression>,
    chained: LogicalOperator,
    level: Level,
) -> Boxed<'_> {
    let mut span = first.span;
    let mut terms = vec![*first];
    let mut rest = input;
    while operator(rest) == Some((Operator::Logical(chained), level)) {
        let (after, term) = binary(rest.advance(1), level.tighter())?;
        span = span.to(term.span);
        terms.push(*term);
        rest = after;
    }
    Ok((rest, boxed(ExpressionKind::Logical(chained, terms), span)))
}

fn comparison(input: Tokens<'_>, first: Box<Expression>) -> Boxed<'_> {
    let mut span = first.span;
    let mut terms = Vec::new();
    let mut rest = input;
    while let Some((Operator::Comparison(operator), level)) = operator(rest) {
        let (after, term) = binary(rest.advance(1), level.tighter())?;
        span = span.to(term.span);
        terms.push((operator, *term));
        rest = after;
    }
    Ok((rest, boxed(ExpressionKind::Comparison(first, terms), span)))
}

fn arithmetic(input: Tokens<'_>, first: Box<Expression>, level: Level) -> Boxed<'_> {
    let mut span = first.span;
    let mut terms = Vec::new();
    let mut rest = input;
    while let Some((Operator::Arithmetic(operator), same)) = operator(rest)
        && same == level
    {
        let (after, term) = binary(rest.advance(1), level.tighter())?;
        span = span.to(term.span);
        terms.push((operator, *term));
        rest = after;
    }
    Ok((rest, boxed(ExpressionKind::Arithmetic(first, terms), span)))
}

/// `STARTS WITH`, `ENDS WITH`, `CONTAINS`, `IN` or `=~` with its right operand.
fn binary_predicate(
    input: Tokens<'_>,
    left: Box<Expression>,
    operator: PredicateOperator,
) -> Boxed<'_> {
    let rest = match operator {
        PredicateOperator::StartsWith | PredicateOperator::EndsWith => {
            expect_keyword(input.advance(1), Keyword::With, "`WITH`")?
        }
        _ => input.advance(1),
    };
    let (rest, right) = binary(rest, Level::Additive)?;
    let span = left.span.to(right.span);
    let kind = ExpressionKind::Predicate(operator, left, right);
    Ok((rest, boxed(kind, span)))
}

/// What may stand on the right of a predicate such as IN.
pub(super) fn predicate_operand(input: Tokens<'_>) -> Boxed<'_> {
    binary(input, Level::Additive)
}

/// What stands left of an operator: NOT and its operand where it may stand, otherwise a signed atom.
fn operand(input: Tokens<'_>, least: Level) -> Boxed<'_> {
    match input.peek() {
        TokenKind::Keyword(Keyword::Not) if least <= Level::Comparison => negation(input),
        TokenKind::Symbol(Symbol::Minus | Symbol::Plus) => signed(input),
        _ => accessed(input),
    }
}

/// `NOT` one or more times, and a comparison.
fn negation(input: Tokens<'_>) -> Boxed<'_> {
    let mut rest = input;
    let mut count = 0_u32;
    while rest.at_keyword(Keyword::Not) {
        rest = rest.advance(1);
        count += 1;
    }
    let (rest, operand) = binary(rest, Level::Comparison)?;
    let span = input.span().to(operand.span);
    Ok((rest, boxed(ExpressionKind::Not(count, operand), span)))
}

/// Signs and what they apply to. The minus before a whole number becomes part of it.
fn signed(input: Tokens<'_>) -> Boxed<'_> {
    let mut rest = input;
    let mut signs = Vec::new();
    while let TokenKind::Symbol(sign @ (Symbol::Minus | Symbol::Plus)) = rest.peek() {
        signs.push(sign == Symbol::Minus);
        rest = rest.advance(1);
    }
    let accessed_next =
        matches!(rest.peek_at(1), TokenKind::Symbol(Symbol::Dot | Symbol::LeftBracket));
    let folds = rest.peek() == TokenKind::Integer && !accessed_next && signs.last() == Some(&true);
    let (rest, operand) = if folds {
        signs.pop();
        negative_integer(rest)?
    } else {
        accessed(rest)?
    };
    if signs.is_empty() {
        let span = input.span().to(operand.span);
        return Ok((rest, boxed(operand.kind, span)));
    }
    let span = input.span().to(operand.span);
    Ok((rest, boxed(ExpressionKind::Sign(signs, operand), span)))
}

fn negative_integer(input: Tokens<'_>) -> Boxed<'_> {
    let span = input.span();
    let value = literal::integer(input.text(), true, span).map_err(fail)?;
    Ok((input.advance(1), boxed(ExpressionKind::Integer(value), span)))
}

/// An atom with the accesses and the label predicate behind it.
fn accessed(input: Tokens<'_>) -> Boxed<'_> {
    match with_accesses(input) {
        Ok((rest, base))
            if rest.at_symbol(Symbol::Colon) && label::begins_expression(rest.advance(1)) =>
        {
            has_labels(rest, base)
        }
        parsed => parsed,
    }
}

fn has_labels(input: Tokens<'_>, base: Box<Expression>) -> Boxed<'_> {
    let (rest, labels) = label::predicate(input, input.ends_at_bar())?;
    let span = base.span.to(input.span_to(rest));
    Ok((rest, boxed(ExpressionKind::HasLabels(base, labels), span)))
}

/// An atom with the accesses behind it: `a.b[c][d..e]`.
pub(super) fn with_accesses(input: Tokens<'_>) -> Boxed<'_> {
    match atom(input) {
        Ok((rest, base))
            if matches!(rest.peek(), TokenKind::Symbol(Symbol::Dot | Symbol::LeftBracket)) =>
        {
            accesses(rest, base)
        }
        parsed => parsed,
    }
}

fn accesses(input: Tokens<'_>, base: Box<Expression>) -> Boxed<'_> {
    let mut steps = Vec::new();
    let mut rest = input;
    loop {
        rest = match rest.peek() {
            TokenKind::Symbol(Symbol::Dot) => property(rest, &mut steps)?,
            TokenKind::Symbol(Symbol::LeftBracket) => index_or_slice(rest, &mut steps)?,
            _ => break,
        };
    }
    let span = base.span.to(input.span_to(rest));
    Ok((rest, joined(base, steps, span)))
}

/// Brackets around a chain of accesses do not begin a new one.
#[expect(
    clippy::boxed_local,
    clippy::unnecessary_box_returns,
    reason = "an unboxed base would enlarge the frames of the recursion"
)]
fn joined(base: Box<Expression>, mut steps: Vec<Access>, span: Span) -> Box<Expression> {
    match *base {
        Expression { kind: ExpressionKind::Access(inner, mut first), .. } => {
            first.append(&mut steps);
            boxed(ExpressionKind::Access(inner, first), span)
        }
        base => boxed(ExpressionKind::Access(Box::new(base), steps), span),
    }
}

type Advanced<'a> = Result<Tokens<'a>, Err<Failure>>;

fn property<'a>(input: Tokens<'a>, steps: &mut Vec<Access>) -> Advanced<'a> {
    let (rest, key) = name("a property key")(input.advance(1))?;
    steps.push(Access::Property(key));
    Ok(rest)
}

/// `[index]`, `[from..to]`, `[..to]`, `[from..]`.
fn index_or_slice<'a>(input: Tokens<'a>, steps: &mut Vec<Access>) -> Advanced<'a> {
    let (rest, from) = bound(input.advance(1))?;
    if rest.at_symbol(Symbol::DotDot) {
        let (rest, to) = bound(rest.advance(1))?;
        steps.push(Access::Slice(from.map(|from| *from), to.map(|to| *to)));
        return expect(rest, Symbol::RightBracket, "an operator or `]`");
    }
    match from {
        Some(index) => steps.push(Access::Index(*index)),
        None => return Err(Err::Failure(rest.expected("an index or a range"))),
    }
    expect(rest, Symbol::RightBracket, "an operator, `..` or `]`")
}

/// The index, or an end of the range, that stands here; nothing before `..` and `]`.
fn bound(input: Tokens<'_>) -> Parsed<'_, Option<Box<Expression>>> {
    match input.peek() {
        TokenKind::Symbol(Symbol::DotDot | Symbol::RightBracket) => Ok((input, None)),
        _ => boxed_expression(input).map(|(rest, bound)| (rest, Some(bound))),
    }
}
