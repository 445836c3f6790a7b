//! Functions on numbers.

use super::arithmetic::arithmetic;
use super::context::FunctionContext;
use super::error::{overflow, wrong_argument};
use super::kernel::floats_of;
use super::registry::Scalar;
use super::round::round;
use super::types::TypeSet;
use crate::syntax::ast::ArithmeticOperator;
use crate::value::{EvaluationError, Value};

const NUMBER: TypeSet = TypeSet::NUMBER;
const FLOAT: TypeSet = TypeSet::FLOAT;

/// A function from one number to a float: its name, its signature, what is said of it, and how a
/// float is made of another.
macro_rules! real {
    ($name:literal, $signature:literal, $description:literal, $run:expr) => {
        Scalar::new($name, &[NUMBER], FLOAT, $signature, $description, |_, arguments| {
            float($name, arguments, $run)
        })
        .on_columns(|_, operands| floats_of(operands, $run))
    };
}

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        "abs",
        &[NUMBER],
        NUMBER,
        "abs(number :: INTEGER | FLOAT) :: INTEGER | FLOAT",
        "A number without its sign.",
        abs,
    ),
    Scalar::new(
        "sign",
        &[NUMBER],
        TypeSet::INTEGER,
        "sign(number :: INTEGER | FLOAT) :: INTEGER",
        "-1, 0 or 1, as a number is negative, zero or positive.",
        sign,
    ),
    Scalar::new(
        "round",
        &[NUMBER, TypeSet::INTEGER, TypeSet::STRING],
        FLOAT,
        "round(number :: INTEGER | FLOAT [, precision :: INTEGER [, mode :: STRING]]) :: FLOAT",
        "A number rounded to so many decimal places; the mode is UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN or HALF_EVEN.",
        round,
    )
    .optional(2),
    real!("ceil", "ceil(number :: INTEGER | FLOAT) :: FLOAT", "The smallest whole number not below.", f64::ceil),
    real!("ceiling", "ceiling(number :: INTEGER | FLOAT) :: FLOAT", "The smallest whole number not below.", f64::ceil),
    real!("floor", "floor(number :: INTEGER | FLOAT) :: FLOAT", "The largest whole number not above.", f64::floor),
    real!("sqrt", "sqrt(number :: INTEGER | FLOAT) :: FLOAT", "The square root.", f64::sqrt),
    real!("exp", "exp(number :: INTEGER | FLOAT) :: FLOAT", "e to the power of a number.", f64::exp),
    Scalar::new(
        "log",
        &[NUMBER, NUMBER],
        FLOAT,
        "log([base :: INTEGER | FLOAT,] number :: INTEGER | FLOAT) :: FLOAT",
        "The logarithm to a base, the natural one if no base is named.",
        |_, a| if a.len() > 1 { float_pair("log", a, |base, x| x.ln() / base.ln()) } else { float("log", a, f64::ln) },
    )
    .optional(1),
    Scalar::new(
        "mod",
        &[NUMBER, NUMBER],
        NUMBER,
        "mod(dividend :: INTEGER | FLOAT, divisor :: INTEGER | FLOAT) :: INTEGER | FLOAT",
        "The remainder of a division, as `%`.",
        |context, a| match a {
            [dividend, divisor] => arithmetic(context, ArithmeticOperator::Modulo, dividend, divisor),
            _ => Ok(Value::Null),
        },
    ),
    real!("coth", "coth(number :: INTEGER | FLOAT) :: FLOAT", "The hyperbolic cotangent.", |x| x.tanh().recip()),
    real!("ln", "ln(number :: INTEGER | FLOAT) :: FLOAT", "The natural logarithm.", f64::ln),
    real!("log10", "log10(number :: INTEGER | FLOAT) :: FLOAT", "The logarithm to base 10.", f64::log10),
    real!("sin", "sin(radians :: INTEGER | FLOAT) :: FLOAT", "The sine.", f64::sin),
    real!("cos", "cos(radians :: INTEGER | FLOAT) :: FLOAT", "The cosine.", f64::cos),
    real!("tan", "tan(radians :: INTEGER | FLOAT) :: FLOAT", "The tangent.", f64::tan),
    real!("cot", "cot(radians :: INTEGER | FLOAT) :: FLOAT", "The cotangent.", |x| x.tan().recip()),
    real!("asin", "asin(number :: INTEGER | FLOAT) :: FLOAT", "The arcsine in radians.", f64::asin),
    real!("acos", "acos(number :: INTEGER | FLOAT) :: FLOAT", "The arccosine in radians.", f64::acos),
    real!("atan", "atan(number :: INTEGER | FLOAT) :: FLOAT", "The arctangent in radians.", f64::atan),
    Scalar::new(
        "atan2",
        &[NUMBER, NUMBER],
        FLOAT,
        "atan2(y :: INTEGER | FLOAT, x :: INTEGER | FLOAT) :: FLOAT",
        "The angle in radians from the x axis to a point.",
        |_, a| float_pair("atan2", a, f64::atan2),
    ),
    Scalar::new(
        "power",
        &[NUMBER, NUMBER],
        FLOAT,
        "power(base :: INTEGER | FLOAT, exponent :: INTEGER | FLOAT) :: FLOAT",
        "A number to the power of another, as `^`.",
        |_, a| float_pair("power", a, f64::powf),
    ),
    real!("sinh", "sinh(number :: INTEGER | FLOAT) :: FLOAT", "The hyperbolic sine.", f64::sinh),
    real!("cosh", "cosh(number :: INTEGER | FLOAT) :: FLOAT", "The hyperbolic cosine.", f64::cosh),
    real!("tanh", "tanh(number :: INTEGER | FLOAT) :: FLOAT", "The hyperbolic tangent.", f64::tanh),
    real!("degrees", "degrees(radians :: INTEGER | FLOAT) :: FLOAT", "Radians as degrees.", f64::to_degrees),
    real!("radians", "radians(degrees :: INTEGER | FLOAT) :: FLOAT", "Degrees as radians.", f64::to_radians),
    real!("haversin", "haversin(radians :: INTEGER | FLOAT) :: FLOAT", "Half the versine.", |x| (1.0 - x.cos()) / 2.0),
    Scalar::new("e", &[], FLOAT, "e() :: FLOAT", "The base of natural logarithms.", |_, _| {
        Ok(Value::Float(std::f64::consts::E))
    }),
    Scalar::new("pi", &[], FLOAT, "pi() :: FLOAT", "The ratio of a circle's circumference to its diameter.", |_, _| {
        Ok(Value::Float(std::f64::consts::PI))
    }),
];

/// The number at an index of the arguments, as a float.
pub(super) fn number_at(
    function: &str,
    arguments: &[Value],
    index: usize,
) -> Result<f64, EvaluationError> {
    match arguments.get(index) {
        Some(Value::Integer(number)) => Ok(*number as f64),
        Some(Value::Float(number)) => Ok(*number),
        other => {
            Err(wrong_argument(function, "an Integer or Float", other.unwrap_or(&Value::Null)))
        }
    }
}

fn float(
    function: &str,
    arguments: &[Value],
    run: impl Fn(f64) -> f64,
) -> Result<Value, EvaluationError> {
    Ok(Value::Float(run(number_at(function, arguments, 0)?)))
}

fn float_pair(
    function: &str,
    arguments: &[Value],
    run: impl Fn(f64, f64) -> f64,
) -> Result<Value, EvaluationError> {
    Ok(Value::Float(run(number_at(function, arguments, 0)?, number_at(function, arguments, 1)?)))
}

fn abs(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    match arguments.first() {
        Some(Value::Integer(number)) => number
            .checked_abs()
            .map(Value::Integer)
            .ok_or_else(|| overflow(format_args!("abs({number})"))),
        _ => float("abs", arguments, f64::abs),
    }
}

fn sign(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let sign = match arguments.first() {
        Some(Value::Integer(number)) => number.signum(),
        _ => match number_at("sign", arguments, 0)? {
            number if number > 0.0 => 1,
            number if number < 0.0 => -1,
            _ => 0,
        },
    };
    Ok(Value::Integer(sign))
}
