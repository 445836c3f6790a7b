//! Types: `INTEGER NOT NULL`, `LIST<A | B>`, `ANY<A | B>`, `STRING LIST!`.

use crate::syntax::ast::{TypeAlternative, TypeName, ValueType};
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{Failure, Parsed, Tokens, expect, expect_keyword, fail};
use crate::syntax::keyword::Keyword;
use crate::syntax::suggest::closest;
use crate::syntax::token::Symbol;
use crate::syntax::value_type::TYPE_NAMES;
use crate::value::ErrorCode;
use nom::Err;

/// A type where a bar behind it may mean something else, as in `[x IN xs WHERE x IS :: A | x]`:
/// there the bar belongs to the type only if the name of a type follows it.
pub(super) fn value_type(input: Tokens<'_>) -> Parsed<'_, ValueType> {
    union(input, false)
}

/// Alternatives with bars between them; `enclosed` in brackets, every bar belongs to them.
fn union(input: Tokens<'_>, enclosed: bool) -> Parsed<'_, ValueType> {
    let mut alternatives = Vec::new();
    let mut rest = input;
    loop {
        rest = alternative(rest, &mut alternatives)?;
        let continues = rest.at_symbol(Symbol::Bar) && (enclosed || type_follows(rest.advance(1)));
        if !continues {
            return Ok((rest, ValueType { alternatives }));
        }
        rest = rest.advance(1);
    }
}

/// Whether the name of a type stands here, and no call or access of something of that name.
fn type_follows(input: Tokens<'_>) -> bool {
    let length = if is_list(input) {
        Some(1)
    } else {
        // `| null` maps what is found to null; as an alternative it would change nothing.
        named(input).filter(|(_, name)| **name != TypeName::Null).map(|(length, _)| length)
    };
    length.is_some_and(|length| {
        let behind = input.advance(length);
        !behind.at_symbol(Symbol::LeftParen)
            && !behind.at_symbol(Symbol::LeftBracket)
            && !behind.at_symbol(Symbol::Dot)
    })
}

/// One alternative with its suffixes; `ANY<A | B>` adds several.
fn alternative<'a>(
    input: Tokens<'a>,
    into: &mut Vec<TypeAlternative>,
) -> Result<Tokens<'a>, Err<Failure>> {
    let (rest, mut these) = base(input.deeper(1)?)?;
    let mut rest = not_null(rest.back_to(input), &mut these)?;
    while is_list(rest) {
        // The list is printed around what stands before it.
        input.deeper(2 + height(&these))?;
        rest = rest.advance(1);
        let list = TypeName::List(Box::new(ValueType { alternatives: these }));
        these = vec![TypeAlternative { name: list, nullable: true }];
        rest = not_null(rest, &mut these)?;
    }
    into.append(&mut these);
    Ok(rest)
}

/// How many lists stand in one another. No type is higher than the parser lets it nest.
fn height(alternatives: &[TypeAlternative]) -> u16 {
    let of = |alternative: &TypeAlternative| match &alternative.name {
        TypeName::List(elements) => 1 + height(&elements.alternatives),
        _ => 0,
    };
    alternatives.iter().map(of).max().unwrap_or(0)
}

/// `LIST` or `ARRAY`.
fn is_list(input: Tokens<'_>) -> bool {
    input.at_word("LIST") || input.at_word("ARRAY")
}

/// A type without suffixes.
fn base(input: Tokens<'_>) -> Parsed<'_, Vec<TypeAlternative>> {
    if is_list(input) {
        let (rest, elements) = if input.advance(1).at_symbol(Symbol::Less) {
            enclosed(input.advance(1))?
        } else {
            (input.advance(1), ValueType::of(TypeName::Any))
        };
        let name = TypeName::List(Box::new(elements));
        return Ok((rest, vec![TypeAlternative { name, nullable: true }]));
    }
    let Some((length, name)) = named(input) else { return Err(unknown(input)) };
    let rest = input.advance(length);
    if *name == TypeName::Any && rest.at_symbol(Symbol::Less) {
        let (rest, union) = enclosed(rest)?;
        return Ok((rest, union.alternatives));
    }
    Ok((rest, vec![TypeAlternative { name: name.clone(), nullable: true }]))
}

/// `<A | B>`.
fn enclosed(input: Tokens<'_>) -> Parsed<'_, ValueType> {
    let (rest, inner) = union(input.advance(1), true)?;
    let rest = expect(rest, Symbol::Greater, "`NOT NULL`, `|` or `>`")?;
    Ok((rest, inner))
}

/// The name that begins here, with the number of its words.
fn named(input: Tokens<'_>) -> Option<(u32, &'static TypeName)> {
    TYPE_NAMES
        .iter()
        .find(|(words, _)| (0..).zip(*words).all(|(at, word)| input.advance(at).at_word(word)))
        .map(|(words, name)| (words.len() as u32, name))
}

/// `NOT NULL` or `!`, which hold for all alternatives.
fn not_null<'a>(
    input: Tokens<'a>,
    these: &mut [TypeAlternative],
) -> Result<Tokens<'a>, Err<Failure>> {
    let rest = if input.at_symbol(Symbol::Bang) {
        input.advance(1)
    } else if input.at_keyword(Keyword::Not) {
        expect_keyword(input.advance(1), Keyword::Null, "`NULL`")?
    } else {
        return Ok(input);
    };
    these.iter_mut().for_each(|each| each.nullable = false);
    Ok(rest)
}

/// The failure for what is no type.
fn unknown(input: Tokens<'_>) -> Err<Failure> {
    if !input.peek().is_word() {
        return Err::Failure(input.expected("a type such as `INTEGER` or `LIST<STRING>`"));
    }
    let text = input.text();
    let upper = text.to_uppercase();
    let diagnostic = Diagnostic::syntax(
        ErrorCode::UnexpectedSyntax,
        format!("there is no type `{text}`"),
        input.span(),
    )
    .with_label("expected a type");
    fail(match upper.as_str() {
        "TIME" => diagnostic.with_help("write `LOCAL TIME` or `ZONED TIME`"),
        "DATETIME" | "TIMESTAMP" => {
            diagnostic.with_help("write `LOCAL DATETIME` or `ZONED DATETIME`")
        }
        "NUMBER" => diagnostic.with_help("write `INTEGER | FLOAT`"),
        _ => {
            let names = TYPE_NAMES.iter().filter_map(|(words, _)| words.first().copied());
            match closest(&upper, names.chain(["LIST", "ARRAY"])) {
                Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
                None => diagnostic.with_help(
                    "types are such as BOOLEAN, INTEGER, FLOAT, STRING, DATE, ZONED DATETIME, DURATION, LIST<ANY>, MAP, NODE, RELATIONSHIP, PATH",
                ),
            }
        }
    })
}
