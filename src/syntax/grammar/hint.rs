//! Hints for a planner, behind the pattern of a MATCH: `USING INDEX n:Label(key)` and the like.
//!
//! They are read so that queries run as they were written for another system. A plan is chosen
//! by counts, so that a hint makes no difference, and a warning says so.

use crate::syntax::ast::{Hint, HintKind, Name};
use crate::syntax::input::{Parsed, Tokens, expect, expect_word, name, symbol};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::Symbol;
use nom::multi::separated_list1;
use nom::{Err, Parser};

/// What can stand behind USING.
const HINTS: &str = "`INDEX`, `SCAN` or `JOIN ON`";

/// The hints that stand here.
pub(super) fn hints(input: Tokens<'_>) -> Parsed<'_, Vec<Hint>> {
    let (mut rest, mut hints) = (input, Vec::new());
    while rest.at_word("USING") {
        let (after, kind) = hint(rest.advance(1))?;
        hints.push(Hint { kind, span: rest.span_to(after) });
        rest = after;
    }
    Ok((rest, hints))
}

fn hint(input: Tokens<'_>) -> Parsed<'_, HintKind> {
    if input.at_word("SCAN") {
        let (rest, (variable, label)) = labelled(input.advance(1))?;
        return Ok((rest, HintKind::Scan { variable, label }));
    }
    if input.at_word("JOIN") {
        let rest = expect_word(input.advance(1), "ON", "`ON`")?;
        return names(rest, "a variable").map(|(rest, names)| (rest, HintKind::Join(names)));
    }
    let kinds = ["RANGE", "TEXT", "POINT", "BTREE"];
    let of_kind = kinds.iter().any(|kind| input.at_word(kind));
    let rest = input.advance(u32::from(of_kind));
    if !rest.at_word("INDEX") {
        return Err(Err::Failure(rest.expected(HINTS)));
    }
    let rest = rest.advance(1);
    let rest = rest.advance(u32::from(rest.at_word("SEEK") && rest.peek_at(1).is_word()));
    let (rest, (variable, label)) = labelled(rest)?;
    let rest = expect(rest, Symbol::LeftParen, "`(`")?;
    let (rest, keys) = names(rest, "a property key")?;
    let rest = expect(rest, Symbol::RightParen, "`,` or `)`")?;
    Ok((rest, HintKind::Index { variable, label, keys }))
}

/// `variable:Label`.
fn labelled(input: Tokens<'_>) -> Parsed<'_, (Name, Name)> {
    let (rest, variable) = name("a variable")(input)?;
    let rest = if rest.at_keyword(Keyword::Is) {
        rest.advance(1)
    } else {
        expect(rest, Symbol::Colon, "`:`")?
    };
    let (rest, label) = name("a label or a type")(rest)?;
    Ok((rest, (variable, label)))
}

fn names<'a>(input: Tokens<'a>, what: &'static str) -> Parsed<'a, Vec<Name>> {
    separated_list1(symbol(Symbol::Comma), name(what)).parse(input)
}
