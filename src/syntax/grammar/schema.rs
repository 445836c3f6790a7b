//! Statements about the schema: indexes, constraints, edge types, contradictions.
//!
//! Their words (INDEX, CONSTRAINT, EDGE, IF, …) are no keywords: they mean something in
//! these places only, and stay ordinary names everywhere else.

use super::atom::parameter_name;
use super::clause::filter;
use super::edge_type::{create_edge_type, edge_type};
use super::pattern::pattern;
use super::value_type::value_type;
use crate::syntax::ast::{
    ContradictionRule, Demand, EndKind, IndexKind, Name, SchemaName, SchemaProperty,
    SchemaStatement, SchemaTarget,
};
use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::expectation::END_OF_STATEMENT;
use crate::syntax::input::{
    Failure, Parsed, Tokens, expect, expect_keyword, expect_word, fail, name, symbol,
};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;
use nom::multi::separated_list1;
use nom::{Err, Parser};

/// What the grammar of a statement gives: the tree, and what could have continued it.
pub(super) type Stated<'a> = Parsed<'a, (SchemaStatement, &'static str)>;

/// What follows a name that is created.
const BEHIND_NAME: &str = "`IF NOT EXISTS` or `FOR`";
/// What follows a name that is dropped.
const BEHIND_DROPPED: &str = "`IF EXISTS` or the end of the statement";

/// Kinds of index that other systems have, each with what takes its place here.
const OTHER_KINDS: &[(&str, &str)] = &[
    ("BTREE", "leave out the word: every index here is ordered"),
    (
        "FULLTEXT",
        "`CREATE INDEX` finds values and prefixes (`=`, `STARTS WITH`); CONTAINS and `=~` search without an index",
    ),
    ("LOOKUP", "labels and types are always indexed: leave the statement out"),
    ("POINT", "there are no points; index the coordinates as two numbers: `ON (n.x, n.y)`"),
    ("VECTOR", "there are no vectors; an index holds the values of properties"),
];

/// Whether a statement about the schema stands here, told from CREATE and a pattern.
pub(super) fn begins(input: Tokens<'_>) -> bool {
    if input.at_word("DROP") {
        return true;
    }
    let next = input.advance(1);
    // `CREATE index = (a)-->(b)` creates a path.
    if !input.at_keyword(Keyword::Create) || input.peek_at(2) == TokenKind::Symbol(Symbol::Equal) {
        return false;
    }
    let thing = |at: Tokens<'_>| {
        let words = ["INDEX", "CONSTRAINT", "CONTRADICTION"];
        words.iter().any(|word| at.at_word(word)) || edge_type(at)
    };
    next.at_keyword(Keyword::Or)
        || thing(next)
        || next.at_word("EDGE")
        || next.peek().is_word() && thing(next.advance(1))
}

/// A statement about the schema; [`begins`] has recognised it.
pub(super) fn schema(input: Tokens<'_>) -> Stated<'_> {
    if input.at_word("DROP") {
        return drop(input.advance(1));
    }
    let mut rest = input.advance(1);
    let replace = rest.at_keyword(Keyword::Or).then_some(rest);
    if replace.is_some() {
        rest = expect_word(rest.advance(1), "REPLACE", "`REPLACE`")?;
    }
    if edge_type(rest) || rest.at_word("EDGE") {
        return create_edge_type(rest, replace.is_some());
    }
    if let Some(at) = replace {
        let diagnostic = Diagnostic::syntax(
            ErrorCode::UnexpectedSyntax,
            "indexes, constraints and contradictions cannot be replaced",
            at.span_to(rest),
        );
        return Err(fail(diagnostic.with_help(
            "drop the old one first, or write `IF NOT EXISTS` to keep it; edge types can be replaced",
        )));
    }
    if rest.at_word("CONSTRAINT") {
        return create_constraint(rest.advance(1));
    }
    if rest.at_word("CONTRADICTION") {
        return create_contradiction(rest.advance(1));
    }
    let (rest, kind) = index_kind(rest)?;
    let rest = expect_word(rest, "INDEX", "`INDEX`, `CONSTRAINT`, `EDGE TYPE` or `CONTRADICTION`")?;
    create_index(rest, kind)
}

fn index_kind(input: Tokens<'_>) -> Parsed<'_, IndexKind> {
    if input.at_word("INDEX") {
        return Ok((input, IndexKind::Range));
    }
    if input.at_word("RANGE") {
        return Ok((input.advance(1), IndexKind::Range));
    }
    if input.at_word("TEXT") {
        return Ok((input.advance(1), IndexKind::Text));
    }
    match OTHER_KINDS.iter().find(|(kind, _)| input.at_word(kind)) {
        Some((kind, help)) => {
            let message = format!("there are no {} indexes", kind.to_lowercase());
            let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, input.span());
            Err(fail(diagnostic.with_label("indexes are RANGE or TEXT").with_help(*help)))
        }
        None => Err(Err::Failure(input.expected(
            "`INDEX`, `RANGE INDEX`, `TEXT INDEX`, `CONSTRAINT`, `EDGE TYPE` or `CONTRADICTION`",
        ))),
    }
}

/// `[name] [IF NOT EXISTS] FOR target ON (n.p, …)`, behind INDEX.
fn create_index(input: Tokens<'_>, kind: IndexKind) -> Stated<'_> {
    let (rest, name, if_not_exists) = created(input)?;
    let (rest, target) = target(rest)?;
    let rest = expect_keyword(rest, Keyword::On, "`ON`")?;
    let rest = expect(rest, Symbol::LeftParen, "the properties in brackets, such as `(n.name)`")?;
    let (rest, properties) = properties(rest)?;
    refuse_options(rest)?;
    let statement = SchemaStatement::CreateIndex { kind, name, if_not_exists, target, properties };
    Ok((rest, (statement, END_OF_STATEMENT)))
}

/// `[name] [IF NOT EXISTS] FOR target REQUIRE n.p IS …`, behind CONSTRAINT.
fn create_constraint(input: Tokens<'_>) -> Stated<'_> {
    let (rest, name, if_not_exists) = created(input)?;
    let (rest, target) = target(rest)?;
    let rest = expect_word(rest, "REQUIRE", "`REQUIRE`")?;
    let (rest, properties) = if rest.at_symbol(Symbol::LeftParen) {
        properties(rest.advance(1))?
    } else {
        property(rest).map(|(rest, one)| (rest, vec![one]))?
    };
    let (rest, demand) = demand(rest, target.kind)?;
    refuse_options(rest)?;
    let statement =
        SchemaStatement::CreateConstraint { name, if_not_exists, target, properties, demand };
    Ok((rest, (statement, END_OF_STATEMENT)))
}

/// `[name] [IF NOT EXISTS] FOR pattern [WHERE predicate]`, behind CONTRADICTION.
fn create_contradiction(input: Tokens<'_>) -> Stated<'_> {
    let (rest, name, if_not_exists) = named(input, at_for_anything(input))?;
    let start = rest;
    let (rest, pattern) = pattern(rest)?;
    let (rest, predicate) = filter(rest)?;
    let last = match predicate {
        None => "a relationship, `,`, `WHERE` or the end of the statement",
        Some(_) => "an operator or the end of the statement",
    };
    let rule = ContradictionRule { pattern, predicate, span: start.span_to(rest) };
    Ok((rest, (SchemaStatement::CreateContradiction { name, if_not_exists, rule }, last)))
}

/// `[name] [IF NOT EXISTS] FOR`. FOR and IF may be names themselves.
fn created(input: Tokens<'_>) -> Result<(Tokens<'_>, Option<SchemaName>, bool), Err<Failure>> {
    named(input, at_for(input))
}

/// The same, knowing whether FOR stands here as the keyword.
fn named(
    input: Tokens<'_>,
    at_for: bool,
) -> Result<(Tokens<'_>, Option<SchemaName>, bool), Err<Failure>> {
    refuse_old(input)?;
    let unnamed = at_for || if_not_exists(input);
    let (rest, name) = if unnamed {
        (input, None)
    } else {
        let (rest, name) = schema_name(input, "a name, `IF NOT EXISTS` or `FOR`")?;
        (rest, Some(name))
    };
    refuse_old(rest)?;
    let exists = if_not_exists(rest);
    let rest = if exists { rest.advance(3) } else { rest };
    let what = match (exists, &name) {
        (true, _) => "`FOR`",
        (false, Some(_)) => BEHIND_NAME,
        (false, None) => "a name, `IF NOT EXISTS` or `FOR`",
    };
    refuse_old(rest)?;
    Ok((expect_keyword(rest, Keyword::For, what)?, name, exists))
}

/// The name of an index or a constraint, or the parameter that holds it.
fn schema_name<'a>(input: Tokens<'a>, what: &'static str) -> Parsed<'a, SchemaName> {
    if input.peek() == TokenKind::Parameter {
        let (rest, name) = parameter_name(input)?;
        return Ok((rest, SchemaName::Parameter(name)));
    }
    name(what)(input).map(|(rest, name)| (rest, SchemaName::Written(name)))
}

/// Whether FOR and a pattern stand here, and no name `FOR`.
fn at_for(input: Tokens<'_>) -> bool {
    input.at_keyword(Keyword::For) && input.peek_at(1) == TokenKind::Symbol(Symbol::LeftParen)
}

/// Whether FOR stands here, and no name `FOR`: behind a name stands FOR or IF NOT EXISTS.
fn at_for_anything(input: Tokens<'_>) -> bool {
    let next = input.advance(1);
    let named = next.at_keyword(Keyword::For)
        && next.peek_at(1) != TokenKind::Symbol(Symbol::Equal)
        || if_not_exists(next);
    input.at_keyword(Keyword::For) && !named
}

pub(super) fn if_not_exists(input: Tokens<'_>) -> bool {
    input.at_word("IF")
        && input.peek_at(1) == TokenKind::Keyword(Keyword::Not)
        && input.peek_at(2) == TokenKind::Keyword(Keyword::Exists)
}

/// Refuses `ON :Label(key)` and `ON (n:Label) ASSERT …`, as they were once written.
fn refuse_old(input: Tokens<'_>) -> Result<(), Err<Failure>> {
    let bracket = matches!(input.peek_at(1), TokenKind::Symbol(Symbol::Colon | Symbol::LeftParen));
    if !input.at_keyword(Keyword::On) || !bracket {
        return Ok(());
    }
    let message = "what an index or a constraint is about stands behind FOR";
    let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, input.span());
    Err(fail(diagnostic.with_help(
        "write `FOR (n:Label) ON (n.key)`, or for a constraint `FOR (n:Label) REQUIRE n.key IS UNIQUE`",
    )))
}

fn refuse_options(input: Tokens<'_>) -> Result<(), Err<Failure>> {
    if !input.at_word("OPTIONS") {
        return Ok(());
    }
    let message = "indexes and constraints have no options";
    let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, input.span());
    Err(fail(diagnostic.with_help("leave out `OPTIONS` and its map")))
}

/// `(n:Label)` or `()-[r:TYPE]-()`, whatever its direction.
fn target(input: Tokens<'_>) -> Parsed<'_, SchemaTarget> {
    const PATTERN: &str = "a pattern such as `(n:Label)` or `()-[r:TYPE]-()`";
    let rest = expect(input, Symbol::LeftParen, PATTERN)?;
    if !rest.at_symbol(Symbol::RightParen) {
        let (rest, (variable, label)) = labelled(rest, "a label")?;
        let rest = expect(rest, Symbol::RightParen, "`)` (one label alone)")?;
        let target =
            SchemaTarget { kind: EndKind::Node, variable, label, span: input.span_to(rest) };
        return Ok((rest, target));
    }
    let rest = rest.advance(1);
    let rest = if rest.at_symbol(Symbol::Less) { rest.advance(1) } else { rest };
    let rest = expect(rest, Symbol::Minus, "`-[r:TYPE]-()`")?;
    let rest = expect(rest, Symbol::LeftBracket, "`[r:TYPE]`")?;
    let (rest, (variable, label)) = labelled(rest, "a relationship type")?;
    let rest = expect(rest, Symbol::RightBracket, "`]` (one type alone)")?;
    let rest = expect(rest, Symbol::Minus, "`-`")?;
    let rest = if rest.at_symbol(Symbol::Greater) { rest.advance(1) } else { rest };
    let rest = expect(rest, Symbol::LeftParen, "`()`")?;
    let rest = expect(rest, Symbol::RightParen, "`)` (the ends stay open)")?;
    let kind = EndKind::Relationship;
    Ok((rest, SchemaTarget { kind, variable, label, span: input.span_to(rest) }))
}

/// `n:Label`.
fn labelled<'a>(input: Tokens<'a>, what: &'static str) -> Parsed<'a, (Name, Name)> {
    let (rest, variable) = name("a variable")(input)?;
    let rest = expect(rest, Symbol::Colon, "`:`")?;
    let (rest, label) = name(what)(rest)?;
    Ok((rest, (variable, label)))
}

/// `n.p, n.q)`.
fn properties(input: Tokens<'_>) -> Parsed<'_, Vec<SchemaProperty>> {
    let (rest, properties) = separated_list1(symbol(Symbol::Comma), property).parse(input)?;
    Ok((expect(rest, Symbol::RightParen, "`,` or `)`")?, properties))
}

fn property(input: Tokens<'_>) -> Parsed<'_, SchemaProperty> {
    let (rest, variable) = name("a property such as `n.name`")(input)?;
    let rest = expect(rest, Symbol::Dot, "`.` and a property key")?;
    let (rest, key) = name("a property key")(rest)?;
    Ok((rest, SchemaProperty { variable, key }))
}

/// `IS UNIQUE`, `IS [NODE|RELATIONSHIP] KEY`, `IS NOT NULL`, `[IS] :: TYPE`.
fn demand(input: Tokens<'_>, target: EndKind) -> Parsed<'_, Demand> {
    const DEMANDS: &str = "`UNIQUE`, `KEY`, `NOT NULL` or `:: TYPE`";
    let typed = input.at_symbol(Symbol::ColonColon);
    let rest = if typed { input } else { expect_keyword(input, Keyword::Is, "`IS` or `::`")? };
    if rest.at_keyword(Keyword::Not) {
        let rest = expect_keyword(rest.advance(1), Keyword::Null, "`NULL`")?;
        return Ok((rest, Demand::Exists));
    }
    if rest.at_symbol(Symbol::ColonColon) || rest.at_word("TYPED") {
        let (after, of) = value_type(rest.advance(1))?;
        let span = rest.advance(1).span_to(after);
        return Ok((after, Demand::Type(of, span)));
    }
    let rest = kind_of_element(rest, target)?;
    if rest.at_word("UNIQUE") {
        Ok((rest.advance(1), Demand::Unique))
    } else if rest.at_word("KEY") {
        Ok((rest.advance(1), Demand::Key))
    } else {
        Err(Err::Failure(rest.expected(DEMANDS)))
    }
}

/// NODE or RELATIONSHIP before UNIQUE or KEY, which has to say what the pattern says.
fn kind_of_element(input: Tokens<'_>, target: EndKind) -> Result<Tokens<'_>, Err<Failure>> {
    let relationship = input.at_word("RELATIONSHIP") || input.at_word("REL");
    if !relationship && !input.at_word("NODE") {
        return Ok(input);
    }
    if relationship == (target == EndKind::Relationship) {
        return Ok(input.advance(1));
    }
    let (message, help) = match target {
        EndKind::Node => ("the constraint is about nodes", "write `NODE`, or leave out the word"),
        EndKind::Relationship => {
            ("the constraint is about relationships", "write `RELATIONSHIP`, or leave out the word")
        }
    };
    let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, input.span());
    Err(fail(diagnostic.with_help(help)))
}

/// `INDEX name`, `CONSTRAINT name`, `EDGE TYPE name` or `CONTRADICTION name`, behind DROP.
fn drop(input: Tokens<'_>) -> Stated<'_> {
    let things = "`INDEX`, `CONSTRAINT`, `EDGE TYPE` or `CONTRADICTION`";
    let (rest, kind) = if input.at_word("INDEX") {
        (input.advance(1), 0)
    } else if input.at_word("CONSTRAINT") {
        (input.advance(1), 1)
    } else if input.at_word("EDGE") {
        (expect_word(input.advance(1), "TYPE", "`TYPE`")?, 2)
    } else if input.at_word("CONTRADICTION") {
        (input.advance(1), 3)
    } else {
        return Err(Err::Failure(input.expected(things)));
    };
    if rest.at_word("ON")
        && matches!(rest.peek_at(1), TokenKind::Symbol(Symbol::LeftParen | Symbol::Colon))
    {
        let message = "what is dropped is named, and not described";
        let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, rest.span());
        let help = "`SHOW INDEXES` and `SHOW CONSTRAINTS` tell the names: write `DROP … name`";
        return Err(fail(diagnostic.with_help(help)));
    }
    let exists_first = rest.at_word("IF")
        && rest.peek_at(1) == TokenKind::Keyword(Keyword::Exists)
        && (rest.peek_at(2).is_word() || rest.peek_at(2) == TokenKind::Parameter);
    if exists_first {
        let message = "IF EXISTS stands behind the name";
        let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, rest.span());
        let name = rest.advance(2).text();
        return Err(fail(diagnostic.with_help(format!("write `{name} IF EXISTS`"))));
    }
    let (rest, statement) = match kind {
        0 => {
            let (rest, name) = schema_name(rest, "the name of an index")?;
            let (rest, if_exists) = if_exists(rest);
            (rest, SchemaStatement::DropIndex { name, if_exists })
        }
        1 => {
            let (rest, name) = schema_name(rest, "the name of a constraint")?;
            let (rest, if_exists) = if_exists(rest);
            (rest, SchemaStatement::DropConstraint { name, if_exists })
        }
        3 => {
            let (rest, name) = schema_name(rest, "the name of a contradiction")?;
            let (rest, if_exists) = if_exists(rest);
            (rest, SchemaStatement::DropContradiction { name, if_exists })
        }
        _ => {
            let (rest, name) = name("a relationship type")(rest)?;
            let (rest, if_exists) = if_exists(rest);
            (rest, SchemaStatement::DropEdgeType { name, if_exists })
        }
    };
    let lenient = matches!(
        statement,
        SchemaStatement::DropIndex { if_exists: true, .. }
            | SchemaStatement::DropConstraint { if_exists: true, .. }
            | SchemaStatement::DropEdgeType { if_exists: true, .. }
            | SchemaStatement::DropContradiction { if_exists: true, .. }
    );
    Ok((rest, (statement, if lenient { END_OF_STATEMENT } else { BEHIND_DROPPED })))
}

/// `IF EXISTS`, if it stands here.
fn if_exists(input: Tokens<'_>) -> (Tokens<'_>, bool) {
    let stands = input.at_word("IF") && input.peek_at(1) == TokenKind::Keyword(Keyword::Exists);
    (if stands { input.advance(2) } else { input }, stands)
}
