//! The temporal functions under the names that GQL gives them.

use super::context::FunctionContext;
use super::registry::{Scalar, scalar};
use super::types::TypeSet;
use crate::value::{EvaluationError, Value};

const INPUT: TypeSet = TypeSet::STRING.union(TypeSet::MAP).union(TypeSet::INSTANT);

/// A function that does what another one does.
macro_rules! renamed {
    ($name:literal, $same:literal, $arguments:expr, $type:expr, $signature:literal, $description:literal) => {
        Scalar::new(
            $name,
            $arguments,
            $type,
            concat!($name, $signature),
            $description,
            |context, a| same(context, $same, a),
        )
    };
}

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    renamed!(
        "local_time",
        "localtime",
        &[INPUT],
        TypeSet::LOCAL_TIME,
        "([from :: STRING | MAP | TEMPORAL]) :: LOCAL TIME",
        "As localtime()."
    )
    .optional(1)
    .clock_below(1),
    renamed!(
        "local_datetime",
        "localdatetime",
        &[INPUT],
        TypeSet::LOCAL_DATE_TIME,
        "([from :: STRING | MAP | TEMPORAL]) :: LOCAL DATETIME",
        "As localdatetime()."
    )
    .optional(1)
    .clock_below(1),
    renamed!(
        "zoned_time",
        "time",
        &[INPUT],
        TypeSet::TIME,
        "([from :: STRING | MAP | TEMPORAL]) :: ZONED TIME",
        "As time()."
    )
    .optional(1)
    .clock_below(1),
    renamed!(
        "zoned_datetime",
        "datetime",
        &[INPUT],
        TypeSet::DATE_TIME,
        "([from :: STRING | MAP | TEMPORAL]) :: ZONED DATETIME",
        "As datetime()."
    )
    .optional(1)
    .clock_below(1),
    renamed!(
        "current_date",
        "date",
        &[],
        TypeSet::DATE,
        "() :: DATE",
        "The date at which the statement began."
    )
    .clock_below(1),
    renamed!(
        "current_time",
        "time",
        &[],
        TypeSet::TIME,
        "() :: ZONED TIME",
        "The time of day at which the statement began."
    )
    .clock_below(1),
    renamed!(
        "current_timestamp",
        "datetime",
        &[],
        TypeSet::DATE_TIME,
        "() :: ZONED DATETIME",
        "The moment at which the statement began."
    )
    .clock_below(1),
    renamed!(
        "local_timestamp",
        "localdatetime",
        &[],
        TypeSet::LOCAL_DATE_TIME,
        "() :: LOCAL DATETIME",
        "The local date and time at which the statement began."
    )
    .clock_below(1),
    renamed!(
        "duration_between",
        "duration.between",
        &[TypeSet::INSTANT, TypeSet::INSTANT],
        TypeSet::DURATION,
        "(from :: TEMPORAL, to :: TEMPORAL) :: DURATION",
        "As duration.between()."
    ),
];

/// What the function of a name yields.
fn same(
    context: &FunctionContext<'_>,
    name: &str,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    scalar(name).map_or(Ok(Value::Null), |function| function.call(context, arguments))
}
