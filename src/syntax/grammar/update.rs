//! Clauses that change the graph: MERGE, SET, REMOVE, DELETE and FOREACH.

use super::atom::SUBQUERY_LEVELS;
use super::expression::{expression, expression_before_bar, with_accesses};
use super::label::{label_name, labels};
use super::path::pattern_part;
use super::query::clauses;
use crate::syntax::ast::{
    Access, ClauseKind, Expression, ExpressionKind, LabelName, Name, RemoveItem, SetItem,
};
use crate::syntax::input::{Parsed, Tokens, expect, expect_keyword, name, symbol};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use nom::multi::separated_list1;
use nom::{Err, Parser};

pub(super) fn merge(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (mut rest, part) = pattern_part(input)?;
    let (mut on_create, mut on_match) = (Vec::new(), Vec::new());
    while rest.at_keyword(Keyword::On) {
        let event = rest.advance(1);
        let target = match event.peek() {
            TokenKind::Keyword(Keyword::Create) => &mut on_create,
            TokenKind::Keyword(Keyword::Match) => &mut on_match,
            _ => return Err(Err::Failure(event.expected("`CREATE` or `MATCH`"))),
        };
        let body = expect_keyword(event.advance(1), Keyword::Set, "`SET`")?;
        let (after, mut items) = set_items(body)?;
        target.append(&mut items);
        rest = after;
    }
    Ok((rest, ClauseKind::Merge { part, on_create, on_match }))
}

pub(super) fn set_items(input: Tokens<'_>) -> Parsed<'_, Vec<SetItem>> {
    separated_list1(symbol(Symbol::Comma), set_item).parse(input)
}

fn set_item(input: Tokens<'_>) -> Parsed<'_, SetItem> {
    let (rest, target) = target(input)?;
    match (target, rest.peek()) {
        (Target::Property(base, key), _) => {
            let rest = expect(rest, Symbol::Equal, "`=`, `.` or `[`")?;
            let (rest, value) = expression(rest)?;
            Ok((rest, SetItem::Property { base, key, value }))
        }
        (Target::DynamicProperty(base, key), _) => {
            let rest = expect(rest, Symbol::Equal, "`=`, `.` or `[`")?;
            let (rest, value) = expression(rest)?;
            Ok((rest, SetItem::DynamicProperty { base, key, value }))
        }
        (Target::Variable(variable), TokenKind::Symbol(Symbol::Equal)) => {
            let (rest, value) = expression(rest.advance(1))?;
            Ok((rest, SetItem::Replace { variable, value }))
        }
        (Target::Variable(variable), TokenKind::Symbol(Symbol::PlusEqual)) => {
            let (rest, value) = expression(rest.advance(1))?;
            Ok((rest, SetItem::Merge { variable, value }))
        }
        (Target::Variable(variable), _) if begins_labels(rest) => {
            let (rest, labels) = changed_labels(rest)?;
            Ok((rest, SetItem::Labels { variable, labels }))
        }
        (Target::Variable(_), _) => {
            Err(Err::Failure(rest.expected("`.`, `[`, `=`, `+=`, `:` or `IS`")))
        }
    }
}

/// What SET and REMOVE change.
enum Target {
    /// A property of what an expression yields.
    Property(Expression, Name),
    /// One whose key is computed.
    DynamicProperty(Expression, Expression),
    /// A variable, as a whole or its labels.
    Variable(Name),
}

fn target(input: Tokens<'_>) -> Parsed<'_, Target> {
    let (rest, target) = with_accesses(input.deeper(1)?)?;
    let rest = rest.back_to(input);
    let span = target.span;
    match target.kind {
        ExpressionKind::Variable(text) => Ok((rest, Target::Variable(Name { text, span }))),
        ExpressionKind::Access(base, mut steps) => {
            let last = steps.pop();
            let base = if steps.is_empty() {
                *base
            } else {
                Expression { kind: ExpressionKind::Access(base, steps), span }
            };
            match last {
                Some(Access::Property(key)) => Ok((rest, Target::Property(base, key))),
                Some(Access::Index(key)) => Ok((rest, Target::DynamicProperty(base, key))),
                _ => Err(Err::Failure(rest.expected("`.` and a property key"))),
            }
        }
        _ => Err(Err::Failure(rest.expected("`.` and a property key"))),
    }
}

pub(super) fn remove(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let (rest, items) = separated_list1(symbol(Symbol::Comma), remove_item).parse(input)?;
    Ok((rest, ClauseKind::Remove(items)))
}

fn remove_item(input: Tokens<'_>) -> Parsed<'_, RemoveItem> {
    let (rest, target) = target(input)?;
    match target {
        Target::Property(base, key) => Ok((rest, RemoveItem::Property { base, key })),
        Target::DynamicProperty(base, key) => Ok((rest, RemoveItem::DynamicProperty { base, key })),
        Target::Variable(variable) if begins_labels(rest) => {
            let (rest, labels) = changed_labels(rest)?;
            Ok((rest, RemoveItem::Labels { variable, labels }))
        }
        Target::Variable(_) => Err(Err::Failure(rest.expected("`.`, `[`, `:` or `IS`"))),
    }
}

fn begins_labels(input: Tokens<'_>) -> bool {
    input.at_symbol(Symbol::Colon) || input.at_keyword(Keyword::Is)
}

/// `:Label:Label` or `IS Label`, which stands here.
fn changed_labels(input: Tokens<'_>) -> Parsed<'_, Vec<LabelName>> {
    if !input.at_keyword(Keyword::Is) {
        return labels(input);
    }
    label_name(input.advance(1), "a label or `$(`").map(|(rest, label)| (rest, vec![label]))
}

pub(super) fn delete(input: Tokens<'_>, detach: bool) -> Parsed<'_, ClauseKind> {
    let (rest, targets) = separated_list1(symbol(Symbol::Comma), expression).parse(input)?;
    Ok((rest, ClauseKind::Delete { detach, targets }))
}

/// `FOREACH (variable IN list | clauses)`, behind its keyword.
pub(super) fn foreach(input: Tokens<'_>) -> Parsed<'_, ClauseKind> {
    let rest = expect(input, Symbol::LeftParen, "`(`")?.deeper(SUBQUERY_LEVELS)?;
    let (rest, variable) = name("a variable")(rest)?;
    let rest = expect_keyword(rest, Keyword::In, "`IN`")?;
    let (rest, list) = expression_before_bar(rest)?;
    let list = *list;
    let rest = expect(rest, Symbol::Bar, "an operator or `|`")?;
    let (rest, (clauses, _)) = clauses(rest)?;
    let rest = expect(rest, Symbol::RightParen, "a clause that changes something, or `)`")?;
    Ok((rest.back_to(input), ClauseKind::Foreach { variable, list, clauses }))
}
