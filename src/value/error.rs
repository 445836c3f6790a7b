//! The vocabulary of failures: classes, codes, and the failure of a computation.
//!
//! A failure has a class and a code. Class and, where openCypher has a name for it, code
//! are openCypher's: `TypeError: InvalidArgumentType`. One code may occur in several
//! classes, because openCypher names what is seen before a query runs a `SyntaxError`.

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
    /// A parameter was not given.
    ParameterMissing,
    /// A procedure was not found or was called wrongly.
    ProcedureError,
    /// The graph forbids the change.
    ConstraintVerificationFailed,
    /// A limit (time, memory, rows, size) was reached, or the caller cancelled.
    ResourceExhausted,
}

/// Defines [`ErrorCode`] with the list of all codes and their names, so that none is forgotten.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident,)*) => {
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
        }
    };
}

codes! {
    /// An item mixes an aggregate with what is neither grouped by nor constant.
    AmbiguousAggregationExpression,
    /// Two columns of one projection have the same name.
    ColumnNameConflict,
    /// A relationship of variable length was to be created or merged.
    CreatingVarLength,
    /// A node with relationships was to be deleted without DETACH.
    DeleteConnectedNode,
    /// A relationship that others point at was to be deleted without DETACH.
    DeleteConnectedRelationship,
    /// An element was read after it was deleted.
    DeletedEntityAccess,
    /// The arms of a UNION have different columns.
    DifferentColumnsInUnion,
    /// An integer was divided by zero.
    DivisionByZero,
    /// A float literal is too large.
    FloatingPointOverflow,
    /// The graph has no more ids to give.
    IdLimit,
    /// An index of this name exists already.
    IndexExists,
    /// An integer is outside the range of 64 bits.
    IntegerOverflow,
    /// A plan asks for what no operator does: a defect of the database.
    InternalError,
    /// The caller stopped the query.
    Interrupted,
    /// An aggregate stands where none may stand.
    InvalidAggregation,
    /// A procedure's arguments were left out where they cannot be taken from parameters.
    InvalidArgumentPassingMode,
    /// An argument or operand has a type that is not accepted.
    InvalidArgumentType,
    /// An argument has a value that is not accepted.
    InvalidArgumentValue,
    /// A clause may not stand where it stands.
    InvalidClauseComposition,
    /// DELETE was given what cannot be deleted.
    InvalidDelete,
    /// A number literal is malformed.
    InvalidNumberLiteral,
    /// A function or procedure has a wrong number of arguments.
    InvalidNumberOfArguments,
    /// A parameter stands where none may stand.
    InvalidParameterUse,
    /// A value cannot be stored as a property.
    InvalidPropertyType,
    /// A relationship in a pattern is malformed.
    InvalidRelationshipPattern,
    /// A character that no token begins with.
    InvalidUnicodeCharacter,
    /// An escape of a string names no character.
    InvalidUnicodeLiteral,
    /// An element of a list was asked for by something other than an integer.
    ListElementAccessByNonInteger,
    /// A value of a map was asked for by something other than a string.
    MapElementAccessByNonString,
    /// The query would need more memory than it may.
    MemoryLimit,
    /// MERGE cannot match what it would create.
    MergeReadOwnWrites,
    /// A relationship would have no start or no end.
    MissingEndpoint,
    /// A parameter was not given.
    MissingParameter,
    /// SKIP or LIMIT is negative.
    NegativeIntegerArgument,
    /// An aggregate stands inside another one.
    NestedAggregation,
    /// The query is nested too deeply.
    NestingTooDeep,
    /// An expression in WITH has no alias.
    NoExpressionAlias,
    /// A relationship to be created has no type, or several.
    NoSingleRelationshipType,
    /// There is no index of this name.
    NoSuchIndex,
    /// `*` stands where no variable is in scope.
    NoVariablesInScope,
    /// SKIP or LIMIT depends on a row.
    NonConstantExpression,
    /// A number is outside the range that is accepted.
    NumberOutOfRange,
    /// There is no procedure of this name.
    ProcedureNotFound,
    /// A property was asked for by something other than a string.
    PropertyAccessByNonString,
    /// One relationship variable stands twice in one pattern.
    RelationshipUniquenessViolation,
    /// A logged change does not fit the graph.
    ReplayMismatch,
    /// A relationship to be created has no direction.
    RequiresDirectedRelationship,
    /// A value would be larger than one value may be.
    SizeLimit,
    /// A string is too long to be stored.
    StringTooLong,
    /// The query ran longer than it may.
    Timeout,
    /// There is no variable of this name in scope.
    UndefinedVariable,
    /// The text does not follow the grammar.
    UnexpectedSyntax,
    /// There is no function of this name.
    UnknownFunction,
    /// No node has this label (a warning).
    UnknownLabel,
    /// Nothing has this property key (a warning).
    UnknownPropertyKey,
    /// No relationship has this type (a warning).
    UnknownRelationshipType,
    /// A value has more parts than one value may have.
    ValueTooLarge,
    /// A variable is declared that exists already.
    VariableAlreadyBound,
    /// A variable is used as another kind of thing than it is.
    VariableTypeConflict,
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
