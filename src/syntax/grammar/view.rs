//! Which graph a query sees, whether it is asked why, and what of the past is kept.
//!
//! ACCORDING, UNDISPUTED, BEST, WHY, KNOWN, OF, VACUUM and their like are no keywords: they mean
//! something in these places only, and stay ordinary names everywhere else.

use super::expression::expression;
use super::path::pattern_part;
use super::{label, lookahead};
use crate::syntax::ast::{Claimants, Expression, ExpressionKind, View};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::syntax::input::{Parsed, Tokens, expect_word, fail};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;

/// Prefixes that say what a query sees, any number of them, and WHY, in any order.
pub(super) fn prefixes(input: Tokens<'_>) -> Parsed<'_, (Vec<View>, Option<Span>)> {
    let (mut rest, mut views, mut why) = (input, Vec::new(), None);
    loop {
        if rest.at_word("WHY") {
            let after = rest.advance(1);
            let span = rest.span_to(after);
            if let Some(first) = why.replace(span) {
                return Err(fail(asked_twice(first, span)));
            }
            rest = after;
            continue;
        }
        let (after, view) = if rest.at_keyword(Keyword::As) {
            moment(rest)?
        } else if rest.at_word("ACCORDING") || rest.at_word("STRICTLY") {
            according_to(rest)?
        } else if rest.at_word("UNDISPUTED") {
            let after = rest.advance(1);
            (after, View::Undisputed { span: rest.span_to(after) })
        } else if rest.at_word("BEST") {
            let after = rest.advance(1);
            (after, View::Best { span: rest.span_to(after) })
        } else {
            return Ok((rest, (views, why)));
        };
        views.push(view);
        rest = after;
    }
}

/// The failure of a second WHY.
fn asked_twice(first: Span, second: Span) -> Diagnostic {
    let message = "a query is asked why only once";
    Diagnostic::syntax(ErrorCode::InvalidClauseComposition, message, second)
        .with_related(first, "it is asked here first")
        .with_help("leave one of the two out")
}

/// `AS KNOWN AT moment` or `AS OF moment`.
fn moment(input: Tokens<'_>) -> Parsed<'_, View> {
    let after = input.advance(1);
    if after.at_word("OF") {
        let (after, moment) = of_time(after.advance(1))?;
        return Ok((after, View::AsOf { moment, span: input.span_to(after) }));
    }
    let after = expect_word(after, "KNOWN", "`OF` or `KNOWN AT`")?;
    let after = expect_word(after, "AT", "`AT`")?;
    let (after, moment) = of_time(after)?;
    Ok((after, View::AsKnownAt { moment, span: input.span_to(after) }))
}

/// An expression that says when. A date without quotes, `2025-06-11`, would be the number of a
/// commit, 2008.
fn of_time(input: Tokens<'_>) -> Parsed<'_, Expression> {
    let dash = TokenKind::Symbol(Symbol::Minus);
    let kinds = [TokenKind::Integer, dash, TokenKind::Integer, dash, TokenKind::Integer];
    let stands = (0..).zip(kinds).all(|(at, kind)| input.peek_at(at) == kind);
    let span = input.span_to(input.advance(5));
    // Four digits and twice two, with nothing between them.
    if !stands || input.text().len() != 4 || span.end - span.start != 10 {
        return expression(input);
    }
    let text = input.source_text().get(span.start as usize..span.end as usize).unwrap_or_default();
    let message = format!("{text} is a subtraction, and no date");
    let error = Diagnostic::syntax(ErrorCode::InvalidArgumentType, message, span);
    Err(fail(error.with_help(format!("write `date('{text}')`"))))
}

/// `[STRICTLY] ACCORDING TO claimants [WITH CONFIDENCE >= least]`.
fn according_to(input: Tokens<'_>) -> Parsed<'_, View> {
    let strictly = input.at_word("STRICTLY");
    let rest = if strictly { input.advance(1) } else { input };
    let rest = expect_word(rest, "ACCORDING", "`ACCORDING TO`")?;
    let rest = expect_word(rest, "TO", "`TO`")?;
    let (rest, claimants) = if begins_pattern(rest) {
        let (rest, part) = pattern_part(rest)?;
        (rest, Claimants::Pattern(part))
    } else {
        let (rest, claimants) = expression(rest)?;
        if let Some(diagnostic) = misnamed(&claimants, rest) {
            return Err(fail(diagnostic));
        }
        (rest, Claimants::Expression(claimants))
    };
    let confident = rest.at_keyword(Keyword::With) && rest.advance(1).at_word("CONFIDENCE");
    let with = confident && rest.peek_at(2) == TokenKind::Symbol(Symbol::GreaterOrEqual);
    if confident && !with && otherwise_bounded(rest.peek_at(2)) {
        let message = "WITH CONFIDENCE says how sure a claim is at least";
        let span = rest.span_to(rest.advance(3));
        let error = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, span);
        return Err(fail(error.with_help("write `WITH CONFIDENCE >= 0.8`")));
    }
    let (rest, confidence) = if with {
        let (rest, least) = expression(rest.advance(3))?;
        (rest, Some(least))
    } else {
        (rest, None)
    };
    Ok((rest, View::AccordingTo { strictly, claimants, confidence, span: input.span_to(rest) }))
}

/// What is wrong with a claimant's name without quotes, and with several claimants that are no
/// list. No variable is known here that a name could stand for.
fn misnamed(claimants: &Expression, rest: Tokens<'_>) -> Option<Diagnostic> {
    if let ExpressionKind::Variable(name) = &claimants.kind {
        let message = format!("there is no variable `{name}` here");
        let error = Diagnostic::syntax(ErrorCode::UndefinedVariable, message, claimants.span);
        let help = "a claimant's name stands in quotes: `ACCORDING TO 'The New York Times'`";
        return Some(error.with_label("not defined").with_help(help));
    }
    rest.at_symbol(Symbol::Comma).then(|| {
        let message = "several claimants are a list";
        Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, rest.span())
            .with_help("write `ACCORDING TO ['one', 'another']`")
    })
}

/// Whether a token behind WITH CONFIDENCE was meant to say which claims count.
fn otherwise_bounded(token: TokenKind) -> bool {
    use Symbol::{Equal, Greater, Less, LessOrEqual};
    let signs = [Equal, Greater, Less, LessOrEqual].map(TokenKind::Symbol);
    signs.contains(&token) || matches!(token, TokenKind::Integer | TokenKind::Float)
}

/// Whether a pattern begins here and not an expression in brackets: no variable is known
/// here that could stand in those alone.
fn begins_pattern(input: Tokens<'_>) -> bool {
    if !input.at_symbol(Symbol::LeftParen) {
        return false;
    }
    let ends_name = |tokens: Tokens<'_>| {
        label::at_is(tokens)
            || matches!(
                tokens.peek(),
                TokenKind::Symbol(Symbol::Colon | Symbol::RightParen | Symbol::LeftBrace)
                    | TokenKind::Keyword(Keyword::Where)
            )
    };
    let inside = input.advance(1);
    let named = inside.advance(1);
    let node = ends_name(inside)
        || inside.peek().is_word() && (ends_name(named) || named.peek() == TokenKind::Parameter);
    node && !continues(input) || lookahead::pattern(input)
}

/// Whether an operator stands behind the bracket here.
fn continues(input: Tokens<'_>) -> bool {
    let Some(close) = input.partner() else { return false };
    match input.peek_at(close + 1) {
        TokenKind::Symbol(symbol) => !matches!(symbol, Symbol::Semicolon | Symbol::LeftBrace),
        TokenKind::Keyword(word) => matches!(
            word,
            Keyword::And
                | Keyword::Or
                | Keyword::Xor
                | Keyword::In
                | Keyword::Is
                | Keyword::Starts
                | Keyword::Ends
                | Keyword::Contains
        ),
        _ => false,
    }
}

/// What may follow `VACUUM`: `BEFORE moment`.
pub(super) fn vacuum(rest: Tokens<'_>) -> Parsed<'_, Option<Expression>> {
    if !rest.at_word("BEFORE") {
        return Ok((rest, None));
    }
    let (rest, moment) = of_time(rest.advance(1))?;
    Ok((rest, Some(moment)))
}
