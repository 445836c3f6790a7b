//! How alike two vectors are: lists of numbers, such as embeddings.

use super::context::FunctionContext;
use super::error::{bad_argument, wrong_argument};
use super::registry::Scalar;
use super::types::TypeSet;
use crate::value::{EvaluationError, Value};

const VECTORS: &[TypeSet] = &[TypeSet::LIST, TypeSet::LIST];

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        "vector.similarity.cosine",
        VECTORS,
        TypeSet::FLOAT,
        "vector.similarity.cosine(a :: LIST<INTEGER | FLOAT>, b :: LIST<INTEGER | FLOAT>) :: FLOAT",
        "How alike the directions of two vectors are: 1 for the same, 0.5 for a right angle, 0 for the opposite.",
        cosine,
    ),
    Scalar::new(
        "vector.similarity.euclidean",
        VECTORS,
        TypeSet::FLOAT,
        "vector.similarity.euclidean(a :: LIST<INTEGER | FLOAT>, b :: LIST<INTEGER | FLOAT>) :: FLOAT",
        "How near two vectors are: 1 for the same, and the less the greater their distance is.",
        euclidean,
    ),
];

fn cosine(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    const NAME: &str = "vector.similarity.cosine";
    let [a, b] = vectors(NAME, arguments)?;
    // The largest coordinate of each is taken out, so that no square overflows or vanishes.
    let unit = |vector: Vec<f64>| -> Result<Vec<f64>, EvaluationError> {
        let largest = vector.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        if largest == 0.0 {
            return Err(bad_argument(format!(
                "{NAME}() of a vector without a length has no value"
            )));
        }
        let length = vector.iter().map(|x| (x / largest).powi(2)).sum::<f64>().sqrt();
        Ok(vector.into_iter().map(|x| x / largest / length).collect())
    };
    let (a, b) = (unit(a)?, unit(b)?);
    let product: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
    Ok(Value::Float(f64::midpoint(1.0, product.clamp(-1.0, 1.0))))
}

fn euclidean(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let [a, b] = vectors("vector.similarity.euclidean", arguments)?;
    let square: f64 = a.iter().zip(&b).map(|(a, b)| (a - b).powi(2)).sum();
    Ok(Value::Float(1.0 / (1.0 + square)))
}

/// Two vectors of the same number of coordinates.
fn vectors(function: &str, arguments: &[Value]) -> Result<[Vec<f64>; 2], EvaluationError> {
    let [a, b] = arguments else {
        return Err(bad_argument(format!("{function}() compares two vectors")));
    };
    let (a, b) = (vector(function, a)?, vector(function, b)?);
    if a.len() != b.len() {
        let (a, b) = (a.len(), b.len());
        return Err(bad_argument(format!(
            "{function}() compares vectors of the same number of coordinates, not of {a} and {b}"
        )));
    }
    if a.is_empty() {
        return Err(bad_argument(format!("{function}() compares vectors with coordinates")));
    }
    Ok([a, b])
}

fn vector(function: &str, value: &Value) -> Result<Vec<f64>, EvaluationError> {
    const EXPECTED: &str = "a List of finite numbers";
    let Value::List(items) = value else { return Err(wrong_argument(function, EXPECTED, value)) };
    let coordinate = |item: &Value| match item {
        Value::Integer(number) => Ok(*number as f64),
        Value::Float(number) if number.is_finite() => Ok(*number),
        other => Err(wrong_argument(function, EXPECTED, other)),
    };
    items.iter().map(coordinate).collect()
}
