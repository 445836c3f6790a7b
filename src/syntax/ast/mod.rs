//! The abstract syntax tree of a statement.
//!
//! Operators that chain are kept as flat lists (`a OR b OR c` is one node with
//! three terms), so that a long query is wide and not deep; only what the user
//! nests is nested, and the parser bounds that.

mod clause;
mod copy;
mod pattern;
mod schema;
mod view;

use super::diagnostic::Span;
pub use super::label::LabelExpression;
pub use super::value_type::{TypeAlternative, TypeName, ValueType};
use std::sync::Arc;

pub use clause::{
    CallScope, Clause, ClauseKind, CompositePart, CompositeQuery, Counting, Hint, HintKind,
    NullOrder, Projection, ProjectionItem, Query, RemoveItem, SetItem, SetOperator, SingleQuery,
    SortItem, Yield,
};
pub use copy::{CopyKind, CopyOption, CopyStatement, CopyTarget, CopyValue, CopyValueKind};
pub use pattern::{
    Connection, Direction, EndKind, EndPattern, GroupPattern, MatchMode, PathMode, PathQuantifier,
    PatternPart, RelationshipPattern, Selector, Shortest, VariableLength,
};
pub use schema::{
    ContradictionRule, Demand, EdgeEnd, EdgePattern, IndexKind, SchemaName, SchemaProperty,
    SchemaStatement, SchemaTarget,
};
pub use view::{Claimants, View};

/// An identifier with its place. Escapes (backticks) are already removed.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The text.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// A label or a relationship type.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelName {
    /// As it is written.
    Written(Name),
    /// The same with a colon before it that an older form allows: the `B` of `[:A|:B]`.
    BehindColon(Name),
    /// `$(value)`, `$all(value)` or `$any(value)`: a string, or a list of them.
    Dynamic {
        /// One of the list is enough (`$any`).
        any: bool,
        /// What it is computed from.
        value: Box<Expression>,
        /// From the dollar sign to the bracket.
        span: Span,
    },
}

impl LabelName {
    /// The name, if it is written.
    pub fn written(&self) -> Option<&Name> {
        match self {
            LabelName::Written(name) | LabelName::BehindColon(name) => Some(name),
            LabelName::Dynamic { .. } => None,
        }
    }

    /// What it is computed from, if it is.
    pub fn dynamic(&self) -> Option<&Expression> {
        match self {
            LabelName::Written(_) | LabelName::BehindColon(_) => None,
            LabelName::Dynamic { value, .. } => Some(value),
        }
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            LabelName::Written(name) | LabelName::BehindColon(name) => name.span,
            LabelName::Dynamic { span, .. } => *span,
        }
    }
}

/// What a statement asks for beside its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Run it.
    Run,
    /// Show the plan, run nothing.
    Explain,
    /// Run it and show the plan with measured rows and times.
    Profile,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Run, explain or profile.
    pub mode: Mode,
    /// Which graph a query sees, in the order of the text; only before queries.
    pub views: Vec<View>,
    /// `WHY`, which asks what each row rests on: where it stands; only before queries.
    pub why: Option<Span>,
    /// What to do.
    pub body: StatementBody,
}

/// The kinds of statement.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementBody {
    /// A query that reads, writes, or both.
    Query(Query),
    /// `CREATE INDEX`, `DROP CONSTRAINT` and the like.
    Schema(Box<SchemaStatement>),
    /// `COPY … FROM …`, `COPY (…) TO …`.
    Copy(Box<CopyStatement>),
    /// `CHECKPOINT`.
    Checkpoint,
    /// `VACUUM [BEFORE moment]`: forget the history, or what lies before a moment.
    Vacuum {
        /// A commit, or a time.
        before: Option<Expression>,
    },
    /// `SET optimiser.rule = on` or `= off`.
    SetRule {
        /// The rule's name.
        rule: Name,
        /// Whether plans are made with it from now on.
        on: bool,
    },
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

/// The expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Boolean(bool),
    /// An integer literal (decimal, hexadecimal, octal, binary), range-checked; a directly
    /// preceding minus is folded in.
    Integer(i64),
    /// A float literal.
    Float(f64),
    /// A string literal, escapes resolved.
    String(Arc<str>),
    /// `DATE '2025-06-10'` and its kin: the text is read when the query is bound.
    Temporal(TemporalLiteral, Arc<str>),
    /// `$name`.
    Parameter(Name),
    /// A variable.
    Variable(Arc<str>),
    /// `[a, b]`.
    List(Vec<Expression>),
    /// `{a: 1}`.
    Map(Vec<(Name, Expression)>),
    /// `a.b[c][d..e]`: accesses applied from left to right.
    Access(Box<Expression>, Vec<Access>),
    /// `a:Label&Other` or `a IS Label` as a predicate.
    HasLabels(Box<Expression>, LabelExpression),
    /// `NOT` written `count` times before an operand.
    Not(u32, Box<Expression>),
    /// Unary minus (`true`) or plus (`false`) signs before an operand, outermost first.
    Sign(Vec<bool>, Box<Expression>),
    /// Terms joined by one logical operator (2 or more).
    Logical(LogicalOperator, Vec<Expression>),
    /// `a < b <= c`: each neighbouring pair must hold.
    Comparison(Box<Expression>, Vec<(ComparisonOperator, Expression)>),
    /// Left-associative arithmetic on one level of precedence.
    Arithmetic(Box<Expression>, Vec<(ArithmeticOperator, Expression)>),
    /// `a STARTS WITH b`, `ENDS WITH`, `CONTAINS`, `=~`, `IN`.
    Predicate(PredicateOperator, Box<Expression>, Box<Expression>),
    /// `IS NULL` (`false`) or `IS NOT NULL` (`true`).
    IsNull(Box<Expression>, bool),
    /// `IS TRUE`, `IS :: INTEGER`, `IS NFC NORMALIZED`; `IS NOT …` where the flag is set.
    Is(Box<Expression>, IsTest, bool),
    /// `n IS SOURCE OF r`, `n IS DESTINATION OF r`; `IS NOT …` where the flag is set.
    IsEnd(Box<Expression>, RelationshipEnd, Box<Expression>, bool),
    /// `CAST(value AS TYPE)`.
    Cast(Box<Expression>, ValueType),
    /// `name(arguments)`, `count(DISTINCT x)`.
    Function {
        /// The dotted name's parts.
        name: Vec<Name>,
        /// `DISTINCT` was written.
        distinct: bool,
        /// The arguments.
        arguments: Vec<Expression>,
    },
    /// `count(*)`.
    CountStar,
    /// Both forms of CASE.
    Case {
        /// The operand of the simple form.
        operand: Option<Box<Expression>>,
        /// WHEN and THEN.
        branches: Vec<CaseBranch>,
        /// ELSE.
        otherwise: Option<Box<Expression>>,
    },
    /// What stands left of the operator in `CASE x WHEN > 5 THEN …`: the operand, unwritten.
    CaseOperand,
    /// `[x IN list WHERE p | e]`.
    ListComprehension {
        /// The element's variable.
        variable: Name,
        /// The list.
        list: Box<Expression>,
        /// The filter.
        predicate: Option<Box<Expression>>,
        /// What to keep of each element.
        projection: Option<Box<Expression>>,
    },
    /// `[p = (a)-->(b) WHERE p | e]`.
    PatternComprehension {
        /// The pattern (its variable names the path).
        part: Box<PatternPart>,
        /// The filter.
        predicate: Option<Box<Expression>>,
        /// What to keep of each match.
        projection: Box<Expression>,
    },
    /// `all/any/none/single(x IN list WHERE p)`.
    Quantifier {
        /// Which.
        kind: Quantifier,
        /// The element's variable.
        variable: Name,
        /// The list.
        list: Box<Expression>,
        /// The predicate.
        predicate: Box<Expression>,
    },
    /// `reduce(acc = init, x IN list | e)`, `allReduce(acc = init, x IN list | e, p)`.
    Reduce {
        /// The accumulator's variable.
        accumulator: Name,
        /// Its first value.
        initial: Box<Expression>,
        /// The element's variable.
        variable: Name,
        /// The list.
        list: Box<Expression>,
        /// The next accumulator value.
        step: Box<Expression>,
        /// What must hold of each accumulator value; only `allReduce` has it.
        condition: Option<Box<Expression>>,
    },
    /// A pattern used as a predicate: `(a)-->(b)`.
    PatternPredicate(Box<PatternPart>),
    /// `EXISTS { … }`, `COUNT { … }`, `COLLECT { … }`.
    Subquery(SubqueryKind, Box<Subquery>),
    /// `map {.key, .*, name: e, variable}`.
    MapProjection {
        /// The map, node or relationship.
        base: Name,
        /// The items.
        items: Vec<MapProjectionItem>,
    },
}

/// One WHEN and its THEN.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseBranch {
    /// The condition. In the simple form one or more tests of the operand: values that it
    /// may equal, or operators whose left side is [`ExpressionKind::CaseOperand`].
    pub tests: Vec<Expression>,
    /// What the CASE is where the condition holds.
    pub result: Expression,
}

/// The ends of a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RelationshipEnd {
    /// Where it starts.
    Source,
    /// Where it ends.
    Destination,
}

/// What `IS` asks of a value, `IS NULL` aside.
#[derive(Clone, Debug, PartialEq)]
pub enum IsTest {
    /// `TRUE`, `FALSE`, or `UNKNOWN` (`None`).
    Truth(Option<bool>),
    /// `:: type`.
    Typed(ValueType),
    /// `NORMALIZED`, in one of the Unicode normal forms.
    Normalized(NormalForm),
}

/// The normal forms of Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NormalForm {
    /// Canonical, composed; the one that is meant where none is named.
    Nfc,
    /// Canonical, decomposed.
    Nfd,
    /// Compatibility, composed.
    Nfkc,
    /// Compatibility, decomposed.
    Nfkd,
}

impl NormalForm {
    /// All of them.
    pub const ALL: [NormalForm; 4] =
        [NormalForm::Nfc, NormalForm::Nfd, NormalForm::Nfkc, NormalForm::Nfkd];

    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            NormalForm::Nfc => "NFC",
            NormalForm::Nfd => "NFD",
            NormalForm::Nfkc => "NFKC",
            NormalForm::Nfkd => "NFKD",
        }
    }

    /// The form of a name, in any case.
    pub fn of(name: &str) -> Option<NormalForm> {
        NormalForm::ALL.into_iter().find(|form| form.text().eq_ignore_ascii_case(name))
    }
}

/// The word before the text of a temporal literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TemporalLiteral {
    /// `DATE`.
    Date,
    /// `TIME`: a zoned time where the text has an offset, otherwise a local one.
    Time,
    /// `TIMESTAMP` or `DATETIME`: zoned where the text has an offset, otherwise local.
    Timestamp,
    /// `DURATION`.
    Duration,
}

impl TemporalLiteral {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            TemporalLiteral::Date => "DATE",
            TemporalLiteral::Time => "TIME",
            TemporalLiteral::Timestamp => "TIMESTAMP",
            TemporalLiteral::Duration => "DURATION",
        }
    }

    /// The literal that a word before a string begins, in any case.
    pub fn of(word: &str) -> Option<TemporalLiteral> {
        let words = [
            ("DATE", TemporalLiteral::Date),
            ("TIME", TemporalLiteral::Time),
            ("TIMESTAMP", TemporalLiteral::Timestamp),
            ("DATETIME", TemporalLiteral::Timestamp),
            ("DURATION", TemporalLiteral::Duration),
        ];
        words.into_iter().find(|(text, _)| text.eq_ignore_ascii_case(word)).map(|(_, kind)| kind)
    }
}

/// One access step.
#[derive(Clone, Debug, PartialEq)]
pub enum Access {
    /// `.key`.
    Property(Name),
    /// `[index]`.
    Index(Expression),
    /// `[from..to]`.
    Slice(Option<Expression>, Option<Expression>),
}

/// One item of a map projection.
#[derive(Clone, Debug, PartialEq)]
pub enum MapProjectionItem {
    /// `.key`.
    Property(Name),
    /// `.*`.
    All,
    /// `key: expression`.
    Entry(Name, Expression),
    /// `variable`.
    Variable(Name),
}

/// The kinds of subquery expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubqueryKind {
    /// Is there a row?
    Exists,
    /// How many rows?
    Count,
    /// The single column's values as a list.
    Collect,
}

/// The body of a subquery expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Subquery {
    /// `{ [mode] pattern [WHERE predicate] }`.
    Pattern(Option<MatchMode>, Vec<PatternPart>, Option<Expression>),
    /// `{ MATCH … RETURN … }` (RETURN may be absent).
    Query(Query),
}

/// Logical connectives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogicalOperator {
    /// `OR`.
    Or,
    /// `XOR`.
    Xor,
    /// `AND`.
    And,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ComparisonOperator {
    /// `=`.
    Equal,
    /// `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticOperator {
    /// `+`.
    Add,
    /// `||`.
    Concatenate,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
    /// `^`.
    Power,
}

/// Binary predicates that are not comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PredicateOperator {
    /// `STARTS WITH`.
    StartsWith,
    /// `ENDS WITH`.
    EndsWith,
    /// `CONTAINS`.
    Contains,
    /// `=~`.
    Matches,
    /// `IN`.
    In,
}

/// List predicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// `all`.
    All,
    /// `any`.
    Any,
    /// `none`.
    None,
    /// `single`.
    Single,
}
