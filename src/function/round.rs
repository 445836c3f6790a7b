//! Rounding to decimal places.
//!
//! A double is rounded as the shortest decimal that denotes it, which is what a
//! reader sees: `round(2.675, 2)` is 2.68 although the double lies below 2.675.

use super::context::FunctionContext;
use super::error::{bad_argument, out_of_range, wrong_argument};
use super::math::number_at;
use crate::value::{EvaluationError, Value};

/// How a number between two neighbours is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
}

impl Mode {
    fn parse(name: &str) -> Option<Mode> {
        Some(match name.to_ascii_uppercase().as_str() {
            "UP" => Mode::Up,
            "DOWN" => Mode::Down,
            "CEILING" => Mode::Ceiling,
            "FLOOR" => Mode::Floor,
            "HALF_UP" => Mode::HalfUp,
            "HALF_DOWN" => Mode::HalfDown,
            "HALF_EVEN" => Mode::HalfEven,
            _ => return None,
        })
    }

    /// Whether the magnitude grows by one unit, where `dropped` compares what is
    /// dropped with half a unit and something is dropped.
    fn grows(self, negative: bool, odd: bool, dropped: std::cmp::Ordering) -> bool {
        match self {
            Mode::Up => true,
            Mode::Down => false,
            Mode::Ceiling => !negative,
            Mode::Floor => negative,
            Mode::HalfUp => dropped.is_ge(),
            Mode::HalfDown => dropped.is_gt(),
            Mode::HalfEven => dropped.is_gt() || (dropped.is_eq() && odd),
        }
    }
}

/// `round(number [, precision [, mode]])`. Without precision a tie goes towards
/// positive infinity, with one away from zero, as in Neo4j.
pub(super) fn round(
    _: &FunctionContext<'_>,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    let number = number_at("round", arguments, 0)?;
    let precision = match arguments.get(1) {
        None => 0,
        Some(Value::Integer(places)) if *places < 0 => {
            return Err(out_of_range(format!(
                "round() does not take a negative precision, but got {places}"
            )));
        }
        Some(Value::Integer(places)) => *places,
        Some(other) => return Err(wrong_argument("round", "an Integer as precision", other)),
    };
    let mode = match arguments.get(2) {
        None => Mode::HalfUp,
        Some(Value::String(name)) => Mode::parse(name).ok_or_else(|| {
            bad_argument(format!(
                "'{name}' is no rounding mode; there are UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN and HALF_EVEN"
            ))
        })?,
        Some(other) => return Err(wrong_argument("round", "a String as mode", other)),
    };
    if precision == 0 && arguments.len() < 3 {
        let below = number.floor();
        return Ok(Value::Float(if number - below >= 0.5 { below + 1.0 } else { below }));
    }
    Ok(Value::Float(round_decimal(number, precision, mode)))
}

/// Rounds to `precision` (not negative) decimal places.
fn round_decimal(number: f64, precision: i64, mode: Mode) -> f64 {
    if !number.is_finite() || number == 0.0 {
        return number;
    }
    // "1.2345e-3": digits without the point, and the exponent of the first.
    let text = format!("{:e}", number.abs());
    let Some((mantissa, exponent)) = text.split_once('e') else { return number };
    let Ok(exponent) = exponent.parse::<i64>() else { return number };
    let digits: Vec<u8> =
        mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
    let kept = exponent.saturating_add(1).saturating_add(precision);
    if kept >= digits.len() as i64 {
        return number;
    }
    let (kept_digits, half) = match usize::try_from(kept) {
        Ok(kept) => {
            let (kept_digits, dropped) = digits.split_at(kept);
            let more = dropped.iter().skip(1).any(|&digit| digit != 0);
            let half = dropped.first().map_or(std::cmp::Ordering::Less, |first| {
                first.cmp(&5).then(if more {
                    std::cmp::Ordering::Greater
                } else {
                    std::cmp::Ordering::Equal
                })
            });
            (kept_digits, half)
        }
        Err(_) => (&digits[..0], std::cmp::Ordering::Less),
    };
    let odd = kept_digits.last().is_some_and(|digit| digit % 2 == 1);
    let grows = mode.grows(number.is_sign_negative(), odd, half);
    // A double has at most 17 significant digits, so that this fits.
    let kept =
        kept_digits.iter().fold(0u64, |all, &digit| all * 10 + u64::from(digit)) + u64::from(grows);
    format!("{kept}e-{precision}").parse::<f64>().map_or(number, |rounded| rounded.copysign(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_decimals_by_mode() {
        let cases = [
            (2.675, 2, Mode::HalfUp, 2.68),
            (-2.675, 2, Mode::HalfUp, -2.68),
            (2.665, 2, Mode::HalfEven, 2.66),
            (2.675, 2, Mode::HalfEven, 2.68),
            (2.675, 2, Mode::HalfDown, 2.67),
            (1.249, 1, Mode::HalfUp, 1.2),
            (1.21, 1, Mode::Up, 1.3),
            (-1.21, 1, Mode::Ceiling, -1.2),
            (-1.21, 1, Mode::Floor, -1.3),
            (0.001, 1, Mode::Up, 0.1),
            (0.001, 1, Mode::HalfUp, 0.0),
            (0.96, 1, Mode::HalfUp, 1.0),
            (9.99, 1, Mode::HalfUp, 10.0),
            (1e300, 5, Mode::Up, 1e300),
            (123.0, 2, Mode::Up, 123.0),
            (0.05, 1, Mode::HalfUp, 0.1),
            (5e-324, 2, Mode::Ceiling, 0.01),
        ];
        for (number, places, mode, expected) in cases {
            assert_eq!(round_decimal(number, places, mode), expected, "{number} {places} {mode:?}");
        }
        assert!(round_decimal(f64::NAN, 2, Mode::Up).is_nan());
        assert_eq!(round_decimal(1.5, i64::MAX, Mode::Up), 1.5);
    }
}
