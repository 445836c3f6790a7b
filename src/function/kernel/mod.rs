//! Vectorised kernels: operators over whole columns.
//!
//! A kernel yields exactly what the scalar operator yields row by row, or
//! `None` where there is no kernel for the operands or where a row would raise an
//! error. The caller then evaluates the rows that live one by one, so that an
//! error is raised for a row that lives and only then. A property test holds
//! every kernel to its scalar operator.
//!
//! Both operands have the same number of rows.

mod arithmetic;
mod compare;
mod logic;
mod making;
mod text;

pub use arithmetic::arithmetic;
pub use compare::{compare, contained};
pub use logic::{has_value, is_null, logical, not, true_rows};
pub use making::{component, floats_of, integers_of, joined_all, texts, texts_of};
pub use text::predicate;

use crate::vector::{BooleanBuffer, NullBuffer, Vector};

/// One side of an operator: a value for each row, or one for all.
#[derive(Clone, Copy)]
enum Operand<'a, T> {
    Column(&'a [T]),
    Constant(T),
}

impl<T: Copy> Operand<'_, T> {
    /// The same with each value changed; a column is copied.
    fn map<U>(self, run: impl Fn(T) -> U) -> Owned<U> {
        match self {
            Operand::Column(values) => {
                Owned::Column(values.iter().map(|&value| run(value)).collect())
            }
            Operand::Constant(value) => Owned::Constant(run(value)),
        }
    }
}

/// An operand that holds its values.
enum Owned<T> {
    Column(Vec<T>),
    Constant(T),
}

impl<T: Copy> Owned<T> {
    fn operand(&self) -> Operand<'_, T> {
        match self {
            Owned::Column(values) => Operand::Column(values),
            Owned::Constant(value) => Operand::Constant(*value),
        }
    }
}

/// A bit for each row.
fn bits<A: Copy, B: Copy>(
    len: usize,
    left: Operand<'_, A>,
    right: Operand<'_, B>,
    test: impl Fn(A, B) -> bool,
) -> Option<BooleanBuffer> {
    Some(match (left, right) {
        (Operand::Column(a), Operand::Column(b)) => {
            let (a, b) = (a.get(..len)?, b.get(..len)?);
            BooleanBuffer::collect_bool(len, |row| test(a[row], b[row]))
        }
        (Operand::Column(a), Operand::Constant(b)) => packed(a.get(..len)?, |a| test(a, b)),
        (Operand::Constant(a), Operand::Column(b)) => packed(b.get(..len)?, |b| test(a, b)),
        (Operand::Constant(a), Operand::Constant(b)) => filled(test(a, b), len),
    })
}

/// A bit for each value of a column.
///
/// Eight truths are bytes of one word at first. A multiplication brings them side by side: that
/// of the n-th byte is added 56 - 7 n bits higher up, at bit 56 + n, and no other of its copies
/// comes to the highest byte.
fn packed<T: Copy>(values: &[T], test: impl Fn(T) -> bool) -> BooleanBuffer {
    const TOGETHER: u64 = 0x0102_0408_1020_4080;
    let (eights, rest) = values.as_chunks::<8>();
    let mut bytes: Vec<u8> = Vec::with_capacity(values.len().div_ceil(8));
    bytes.extend(eights.iter().map(|eight| {
        let truths = u64::from_le_bytes(eight.map(|value| u8::from(test(value))));
        (truths.wrapping_mul(TOGETHER) >> 56) as u8
    }));
    if !rest.is_empty() {
        let bit = |(place, value): (usize, &T)| u8::from(test(*value)) << place;
        bytes.push(rest.iter().enumerate().map(bit).fold(0, |byte, bit| byte | bit));
    }
    BooleanBuffer::new(bytes.into(), 0, values.len())
}

/// A value for each row.
fn values<A: Copy, B: Copy, R>(
    len: usize,
    left: Operand<'_, A>,
    right: Operand<'_, B>,
    mut run: impl FnMut(A, B) -> R,
) -> Vec<R> {
    match (left, right) {
        (Operand::Column(a), Operand::Column(b)) => {
            a.iter().zip(b).take(len).map(|(&a, &b)| run(a, b)).collect()
        }
        (Operand::Column(a), Operand::Constant(b)) => {
            a.iter().take(len).map(|&a| run(a, b)).collect()
        }
        (Operand::Constant(a), Operand::Column(b)) => {
            b.iter().take(len).map(|&b| run(a, b)).collect()
        }
        (Operand::Constant(a), Operand::Constant(b)) => (0..len).map(|_| run(a, b)).collect(),
    }
}

/// The same bit in so many rows.
fn filled(bit: bool, len: usize) -> BooleanBuffer {
    if bit { BooleanBuffer::new_set(len) } else { BooleanBuffer::new_unset(len) }
}

/// Which rows are null on neither side.
fn both_valid(left: &Vector, right: &Vector) -> Option<NullBuffer> {
    NullBuffer::union(left.validity(), right.validity())
}

/// A column of booleans.
fn booleans(values: BooleanBuffer, validity: Option<NullBuffer>) -> Vector {
    Vector::Boolean { values, validity }
}

#[cfg(test)]
mod tests;
