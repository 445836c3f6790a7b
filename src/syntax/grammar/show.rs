//! `SHOW INDEXES` and the like: short for a CALL of a procedure and a RETURN of its columns.
//!
//! ```text
//! SHOW INDEXES YIELD name, type ORDER BY name WHERE type = 'RANGE' RETURN name
//! CALL db.indexes() YIELD name, type ORDER BY name FILTER type = 'RANGE' RETURN name
//! ```

use super::call::yields;
use super::expression::predicate;
use super::projection::{page_clause, projection};
use crate::syntax::ast::{
    Clause, ClauseKind, CompositeQuery, Expression, ExpressionKind, Name, Projection,
    ProjectionItem, Query, SingleQuery, Yield,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::syntax::input::{Failure, Parsed, Tokens, fail};
use crate::syntax::keyword::Keyword;
use crate::syntax::print::print_name;
use crate::value::ErrorCode;
use nom::Err;

/// What SHOW can show.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// How it is asked for, in the plural and in the singular.
    pub words: &'static [&'static [&'static str]],
    /// The parts of the name of the procedure that gives it.
    pub procedure: &'static [&'static str],
    /// The procedure's columns.
    pub columns: &'static [&'static str],
    /// How many of them, from the first on, are shown where YIELD names none.
    pub most: usize,
}

/// Everything that SHOW can show.
pub const SHOWN: &[Shown] = &[
    Shown {
        words: &[&["INDEXES"], &["INDEX"], &["RANGE", "INDEXES"], &["RANGE", "INDEX"]],
        procedure: &["db", "indexes"],
        columns: &[
            "name",
            "type",
            "entityType",
            "labelsOrTypes",
            "properties",
            "owningConstraint",
            "entries",
            "distinctValues",
            "createStatement",
            "state",
            "populationPercent",
        ],
        most: 6,
    },
    Shown {
        words: &[&["CONSTRAINTS"], &["CONSTRAINT"]],
        procedure: &["db", "constraints"],
        columns: &[
            "name",
            "type",
            "entityType",
            "labelsOrTypes",
            "properties",
            "ownedIndex",
            "propertyType",
            "createStatement",
        ],
        most: 7,
    },
    Shown {
        words: &[&["EDGE", "TYPES"], &["EDGE", "TYPE"]],
        procedure: &["db", "edgeTypes"],
        columns: &["relationshipType", "start", "end", "createStatement"],
        most: 3,
    },
    Shown {
        words: &[&["CONTRADICTIONS"], &["CONTRADICTION"]],
        procedure: &["db", "contradictions"],
        columns: &["name", "pattern", "createStatement"],
        most: 2,
    },
    Shown {
        words: &[
            &["FUNCTIONS"],
            &["FUNCTION"],
            &["BUILT", "IN", "FUNCTIONS"],
            &["BUILT", "IN", "FUNCTION"],
        ],
        procedure: &["dbms", "functions"],
        columns: &["name", "category", "description", "signature", "aggregating", "isBuiltIn"],
        most: 3,
    },
    Shown {
        words: &[&["DATABASES"], &["DATABASE"], &["HOME", "DATABASE"], &["DEFAULT", "DATABASE"]],
        procedure: &["dbms", "databases"],
        columns: &[
            "name",
            "type",
            "aliases",
            "access",
            "address",
            "role",
            "writer",
            "requestedStatus",
            "currentStatus",
            "statusMessage",
            "default",
            "home",
            "constituents",
        ],
        most: 13,
    },
    Shown {
        words: &[&["PROCEDURES"], &["PROCEDURE"]],
        procedure: &["dbms", "procedures"],
        columns: &["name", "description", "signature", "mode"],
        most: 3,
    },
];

/// What could stand behind SHOW.
const THINGS: &str = "`INDEXES`, `CONSTRAINTS`, `EDGE TYPES`, `CONTRADICTIONS`, `FUNCTIONS`, \
                      `PROCEDURES` or `DATABASES`";

/// Words between SHOW and what is shown, at most.
const MOST_KINDS: u32 = 4;

/// Whether a SHOW stands here: no query begins with a name.
pub(super) fn begins(input: Tokens<'_>) -> bool {
    input.at_word("SHOW")
}

/// `SHOW things [YIELD columns [ORDER BY …] [SKIP …] [LIMIT …]] [WHERE …] [RETURN …]`; and
/// what could have continued it.
pub(super) fn show(input: Tokens<'_>) -> Parsed<'_, (Query, &'static str)> {
    let rest = input.advance(1);
    let all = u32::from(rest.at_keyword(Keyword::All) && rest.peek_at(1).is_word());
    let (rest, shown) = thing(rest.advance(all))?;
    let rest = executable(rest)?;
    let span = input.span_to(rest);
    let mut last = "`YIELD`, `WHERE` or the end of the statement";
    let named_by_yield = rest.at_keyword(Keyword::Yield);
    let (mut rest, columns) = if named_by_yield {
        last = "`,`, `ORDER BY`, `SKIP`, `LIMIT`, `WHERE`, `RETURN` or the end of the statement";
        yielded(rest.advance(1), shown)?
    } else {
        (rest, every_column(shown, span))
    };
    let most = if named_by_yield { columns.len() } else { shown.most };
    let mut clauses = Vec::new();
    let paged = [Keyword::Order, Keyword::Skip, Keyword::Offset, Keyword::Limit];
    if named_by_yield && paged.iter().any(|word| rest.at_keyword(*word)) {
        let (after, kind) = page_clause(rest)?;
        last = "an operator, `,`, `WHERE`, `RETURN` or the end of the statement";
        clauses.push(Clause { kind, span: rest.span_to(after) });
        rest = after;
    }
    if rest.at_keyword(Keyword::Where) {
        let (after, condition) = predicate(rest.advance(1))?;
        last = "an operator, `RETURN` or the end of the statement";
        clauses.push(Clause { kind: ClauseKind::Filter(condition), span: rest.span_to(after) });
        rest = after;
    }
    if rest.at_keyword(Keyword::Return) {
        let (after, body) = projection(rest)?;
        last = "an operator, `,` or the end of the statement";
        clauses.push(Clause { kind: ClauseKind::Return(body), span: rest.span_to(after) });
        rest = after;
    } else {
        let body = returned(columns.get(..most).unwrap_or(&columns), span);
        clauses.push(Clause { kind: ClauseKind::Return(body), span });
    }
    clauses.insert(0, Clause { kind: called(shown, columns, span), span });
    let span = input.span_to(rest);
    let first = SingleQuery { clauses, span };
    let part = CompositeQuery { first, rest: Vec::new(), span };
    Ok((rest, (Query { parts: vec![part], span }, last)))
}

fn thing(input: Tokens<'_>) -> Parsed<'_, &'static Shown> {
    for shown in SHOWN {
        for words in shown.words {
            if (0..).zip(*words).all(|(at, word)| input.advance(at).at_word(word)) {
                return Ok((input.advance(words.len() as u32), shown));
            }
        }
    }
    Err(kinds(input).unwrap_or_else(|| Err::Failure(input.expected(THINGS))))
}

/// The refusal of what other systems show by kinds: `SHOW NODE KEY CONSTRAINTS`.
fn kinds(input: Tokens<'_>) -> Option<Err<Failure>> {
    let help = (1..=MOST_KINDS).find_map(|at| {
        let behind = input.advance(at);
        let either = |plural, singular| behind.at_word(plural) || behind.at_word(singular);
        if either("CONSTRAINTS", "CONSTRAINT") {
            return Some("write `SHOW CONSTRAINTS WHERE type CONTAINS …`");
        }
        if either("INDEXES", "INDEX") {
            return Some("every index is a RANGE index: write `SHOW INDEXES`");
        }
        either("FUNCTIONS", "FUNCTION")
            .then_some("every function is built in: write `SHOW FUNCTIONS`")
    })?;
    let message = format!("what is shown is not told apart by `{}`", input.text().to_uppercase());
    let diagnostic = Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, input.span());
    Some(fail(diagnostic.with_help(help)))
}

/// `EXECUTABLE [BY CURRENT USER]`: there are no users, and everything can be called.
fn executable(input: Tokens<'_>) -> Result<Tokens<'_>, Err<Failure>> {
    if !input.at_word("EXECUTABLE") {
        return Ok(input);
    }
    let rest = input.advance(1);
    if !rest.at_word("BY") {
        return Ok(rest);
    }
    if rest.advance(1).at_word("CURRENT") && rest.advance(2).at_word("USER") {
        return Ok(rest.advance(3));
    }
    let message = "there are no users: whoever may read a database may call everything";
    let diagnostic = Diagnostic::syntax(ErrorCode::UnsupportedStatement, message, rest.span());
    Err(fail(diagnostic.with_help("leave out `EXECUTABLE BY …`")))
}

/// Columns of a procedure, each with the name that it gets.
type Columns = Vec<(Name, Option<Name>)>;

/// The columns that YIELD names.
fn yielded<'a>(input: Tokens<'a>, shown: &Shown) -> Parsed<'a, Columns> {
    let (rest, yields) = yields(input)?;
    let columns = match yields {
        Yield::Items(items) => items,
        Yield::All | Yield::Absent => every_column(shown, input.span()),
    };
    Ok((rest, columns))
}

fn every_column(shown: &Shown, span: Span) -> Columns {
    shown.columns.iter().map(|column| (named(column, span), None)).collect()
}

fn named(text: &str, span: Span) -> Name {
    Name { text: text.into(), span }
}

/// `CALL procedure() YIELD columns`.
fn called(shown: &Shown, columns: Columns, span: Span) -> ClauseKind {
    ClauseKind::Call {
        optional: false,
        name: shown.procedure.iter().map(|part| named(part, span)).collect(),
        arguments: Some(Vec::new()),
        yields: Yield::Items(columns),
        predicate: None,
    }
}

/// `RETURN` of these columns.
fn returned(columns: &[(Name, Option<Name>)], span: Span) -> Projection {
    let item = |(column, alias): &(Name, Option<Name>)| {
        let name = alias.as_ref().unwrap_or(column);
        let kind = ExpressionKind::Variable(name.text.clone());
        ProjectionItem {
            expression: Expression { kind, span: name.span },
            alias: None,
            text: print_name(&name.text).as_ref().into(),
        }
    };
    Projection {
        distinct: false,
        star: false,
        items: columns.iter().map(item).collect(),
        group: None,
        order: Vec::new(),
        skip: None,
        limit: None,
        span,
    }
}
