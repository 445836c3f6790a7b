//! The vocabulary of failures: classes, codes, and the failure of a computation.
//!
//! A failure has a class and a code. Class and, where openCypher has a name for it, code
//! are openCypher's: `TypeError: InvalidArgumentType`. One code may occur in several
//! classes, because openCypher names what is seen before a query runs a `SyntaxError`.

use super::GqlStatus;
use std::fmt;

/// The class of a failure, in openCypher's terms: what went wrong, named so
/// that a caller can decide what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// The text is not a valid query.
    SyntaxError,
    /// The query is valid text but means nothing.
    SemanticError,
    /// A value has the wrong type.
    TypeError,
    /// An argument has a value that is not accepted.
    ArgumentError,
    /// Arithmetic has no result (overflow, division by zero).
    ArithmeticError,
    /// An element no longer exists.
    EntityNotFound,
    /// A file that the query names may not be read, cannot be, or is not what it should be.
    ExternalResourceError,
    /// A parameter was not given.
    ParameterMissing,
    /// A procedure was not found or was called wrongly.
    ProcedureError,
    /// The graph forbids the change.
    ConstraintVerificationFailed,
    /// A limit (time, memory, rows, size) was reached, or the caller cancelled.
    ResourceExhausted,
}

/// Defines [`ErrorCode`] with the list of all codes, their names and their GQLSTATUS, so that
/// none is forgotten.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal,)*) => {
        /// What exactly failed or is warned of: openCypher's detail name where it has one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl ErrorCode {
            /// Every code, in alphabetical order.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)*];

            /// The name as openCypher writes it, e.g. `UndefinedVariable`.
            pub fn name(self) -> &'static str {
                match self {
                    $(ErrorCode::$name => stringify!($name),)*
                }
            }

            /// The GQLSTATUS that says the same.
            pub fn gqlstatus(self) -> GqlStatus {
                match self {
                    $(ErrorCode::$name => GqlStatus::of($status),)*
                }
            }
        }
    };
}

codes! {
    /// An item mixes an aggregate with what is neither grouped by nor constant.
    AmbiguousAggregationExpression = "42I18",
    /// Several nodes have the name of the claimant whose view is asked for.
    AmbiguousClaimant = "22N11",
    /// Parts of a pattern share no variable, so that every row of one meets every row of the other (a warning).
    CartesianProduct = "03N90",
    /// Two columns of one projection have the same name.
    ColumnNameConflict = "42N38",
    /// A comparison with null is never true (a warning).
    ComparisonWithNull = "01000",
    /// A constraint of this name, or that says the same, exists already.
    ConstraintExists = "22N65",
    /// A contradiction of this name, or of the same pattern, exists already.
    ContradictionExists = "22N65",
    /// A relationship of variable length was to be created or merged.
    CreatingVarLength = "42I41",
    /// A node with relationships was to be deleted without DETACH.
    DeleteConnectedNode = "G1001",
    /// A relationship that others point at was to be deleted without DETACH.
    DeleteConnectedRelationship = "G1001",
    /// An element was read after it was deleted.
    DeletedEntityAccess = "22G11",
    /// A form that is kept for old queries (a warning).
    DeprecatedSyntax = "01N01",
    /// The arms of a UNION have different columns.
    DifferentColumnsInUnion = "42N39",
    /// An integer was divided by zero.
    DivisionByZero = "22012",
    /// A relationship type has an edge type already.
    EdgeTypeExists = "22N65",
    /// A query was to read a file that it may not read.
    FileAccessDenied = "42NFF",
    /// A file that a query reads is not there, or cannot be read.
    FileNotReadable = "22N43",
    /// A file that a query writes cannot be written.
    FileNotWritable = "22N43",
    /// A float literal is too large.
    FloatingPointOverflow = "22003",
    /// What was known then is not kept in the history.
    HistoryForgotten = "22N11",
    /// The graph has no more ids to give.
    IdLimit = "54000",
    /// Values of types that are never equal are compared (a warning).
    IncomparableTypes = "01000",
    /// An index of this name exists already.
    IndexExists = "22N71",
    /// An index was asked for in a kind that makes no difference (a warning).
    IndexKindIgnored = "01000",
    /// An index belongs to a constraint and cannot be dropped alone.
    IndexOwned = "22N66",
    /// An integer is outside the range of 64 bits.
    IntegerOverflow = "22003",
    /// A plan asks for what no operator does: a defect of the database.
    InternalError = "50N00",
    /// The caller stopped the query.
    Interrupted = "57014",
    /// An aggregate stands where none may stand.
    InvalidAggregation = "42I24",
    /// A procedure's arguments were left out where they cannot be taken from parameters.
    InvalidArgumentPassingMode = "42N36",
    /// An argument or operand has a type that is not accepted.
    InvalidArgumentType = "22G03",
    /// An argument has a value that is not accepted.
    InvalidArgumentValue = "22N11",
    /// A clause may not stand where it stands.
    InvalidClauseComposition = "42001",
    /// DELETE was given what cannot be deleted.
    InvalidDelete = "42I26",
    /// A file that a query reads is no CSV in UTF-8, or its header names a column twice.
    InvalidFileFormat = "22000",
    /// A number literal is malformed.
    InvalidNumberLiteral = "42I07",
    /// A function or procedure has a wrong number of arguments.
    InvalidNumberOfArguments = "42I13",
    /// A parameter stands where none may stand.
    InvalidParameterUse = "42N32",
    /// A value cannot be stored as a property.
    InvalidPropertyType = "22N39",
    /// A relationship in a pattern is malformed.
    InvalidRelationshipPattern = "42001",
    /// A declaration of the schema makes no sense, whatever the graph holds.
    InvalidSchemaDefinition = "42001",
    /// The text of a temporal literal is no date, time or duration.
    InvalidTemporalLiteral = "22007",
    /// A character that no token begins with.
    InvalidUnicodeCharacter = "42001",
    /// An escape of a string names no character.
    InvalidUnicodeLiteral = "42I19",
    /// An element of a list was asked for by something other than an integer.
    ListElementAccessByNonInteger = "22G0C",
    /// A value of a map was asked for by something other than a string.
    MapElementAccessByNonString = "22G03",
    /// The query would need more memory than it may.
    MemoryLimit = "53200",
    /// MERGE cannot match what it would create.
    MergeReadOwnWrites = "22N31",
    /// A relationship would have no start or no end.
    MissingEndpoint = "22004",
    /// A parameter was not given.
    MissingParameter = "42N81",
    /// SKIP or LIMIT is negative.
    NegativeIntegerArgument = "22G02",
    /// An aggregate stands inside another one.
    NestedAggregation = "42I24",
    /// The query is nested too deeply.
    NestingTooDeep = "54000",
    /// An expression in WITH has no alias.
    NoExpressionAlias = "42N21",
    /// A relationship to be created has no type, or several.
    NoSingleRelationshipType = "42I14",
    /// A view was asked for according to nobody.
    NoSuchClaimant = "22N11",
    /// There has been no commit of this number.
    NoSuchCommit = "22N11",
    /// There is no constraint of this name.
    NoSuchConstraint = "22N64",
    /// There is no contradiction of this name.
    NoSuchContradiction = "22N64",
    /// A relationship type has no edge type.
    NoSuchEdgeType = "22N64",
    /// There is no index of this name.
    NoSuchIndex = "22N69",
    /// `*` stands where no variable is in scope.
    NoVariablesInScope = "42I37",
    /// SKIP or LIMIT depends on a row.
    NonConstantExpression = "42N28",
    /// A number is outside the range that is accepted.
    NumberOutOfRange = "22003",
    /// A planner was told what to use, which makes no difference (a warning).
    PlannerHintIgnored = "01000",
    /// There is no procedure of this name.
    ProcedureNotFound = "42N08",
    /// A property was asked for by something other than a string.
    PropertyAccessByNonString = "22G03",
    /// One relationship variable stands twice in one pattern.
    RelationshipUniquenessViolation = "42N68",
    /// A logged change does not fit the graph.
    ReplayMismatch = "50N00",
    /// A relationship to be created has no direction.
    RequiresDirectedRelationship = "42001",
    /// The result would have more rows than it may.
    RowLimit = "54000",
    /// An element does not keep to a constraint or an edge type.
    SchemaViolation = "G2000",
    /// A comprehension's variable hides one of the same name (a warning).
    ShadowedVariable = "03N60",
    /// A file has one column only, in whose first row another sign stands between fields (a
    /// warning).
    SingleColumn = "01000",
    /// A value would be larger than one value may be.
    SizeLimit = "54000",
    /// A string is too long to be stored.
    StringTooLong = "54000",
    /// The query ran longer than it may.
    Timeout = "57014",
    /// A pattern of any length over relationships of any type (a warning).
    UnboundedLength = "03N91",
    /// There is no variable of this name in scope.
    UndefinedVariable = "42N62",
    /// The text does not follow the grammar.
    UnexpectedSyntax = "42001",
    /// There is no function of this name.
    UnknownFunction = "42N48",
    /// No node has this label (a warning).
    UnknownLabel = "01N50",
    /// Nothing has this property key (a warning).
    UnknownPropertyKey = "01N52",
    /// No relationship has this type (a warning).
    UnknownRelationshipType = "01N51",
    /// A statement that other systems have, about users, servers or many databases.
    UnsupportedStatement = "42001",
    /// A statement that a view cannot judge: its validity is no date, say.
    UnusableStatement = "22G03",
    /// A value has more parts than one value may have.
    ValueTooLarge = "54000",
    /// A variable is declared that exists already.
    VariableAlreadyBound = "42N59",
    /// A variable is used as another kind of thing than it is.
    VariableTypeConflict = "42002",
    /// A query that sees the past was to change it.
    WriteInThePast = "42001",
    /// A query that sees a part of the graph was to change it.
    WriteUnderView = "42001",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A failure while a value was computed.
///
/// It carries no place in the text: the evaluator adds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationError {
    /// What kind of failure.
    pub class: ErrorClass,
    /// What exactly failed.
    pub code: ErrorCode,
    /// One sentence for people that names the value and what was expected.
    pub message: String,
}

impl EvaluationError {
    /// Makes an error from its three parts.
    pub fn new(class: ErrorClass, code: ErrorCode, message: impl Into<String>) -> Self {
        EvaluationError { class, code, message: message.into() }
    }

    /// A `TypeError: InvalidArgumentType` (the commonest).
    pub fn wrong_type(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::TypeError, ErrorCode::InvalidArgumentType, message)
    }
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EvaluationError {}

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn codes_stand_in_alphabetical_order() {
        let mut sorted = ErrorCode::ALL.to_vec();
        sorted.sort_by_key(|code| code.name());
        assert_eq!(sorted, ErrorCode::ALL);
    }
}
