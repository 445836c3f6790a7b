//! The zone of a packed column, told before the column is unpacked.
//!
//! A block of integers or dates begins with the lowest of them and how many bits each takes
//! besides, so that its numbers lie between the two ends of that:
//!
//! ```text
//! lowest 1900, width 6      1900 … 1963
//! ```
//!
//! Numbers that are packed as differences are added up, but for blocks of equal steps, of which
//! the ends are enough. Of nulls, which repeat what stands before them, it takes no notice, so
//! that the zone is at most too wide. Other kinds of columns are unpacked to know their zones.

use super::bits;
use super::column::{DATE, INTEGER, decode, head_of};
use super::pack::{BLOCK, Reader, unzigzag};
use crate::store::zone::{Glimpse, Zone};

/// The column that fills these bytes; its zone alone where that is told first and not wanted.
///
/// # Errors
///
/// What does not fit, as half a sentence.
pub(super) fn glimpse(bytes: &[u8], wanted: &dyn Fn(&Zone) -> bool) -> Result<Glimpse, String> {
    match zone(bytes)?.filter(|zone| !wanted(zone)) {
        Some(zone) => Ok(Glimpse::Zone(zone)),
        None => decode(bytes).map(Glimpse::Segment),
    }
}

/// The zone of a column, where it is told before the values are.
fn zone(bytes: &[u8]) -> Result<Option<Zone>, String> {
    let mut reader = Reader::new(bytes);
    let (kind, rows, validity) = head_of(&mut reader)?;
    if !matches!(kind, INTEGER | DATE) {
        return Ok(None);
    }
    let Some(range) = range(&mut reader, rows)? else { return Ok(None) };
    reader.finish()?;
    let nulls = validity.map_or(0, |validity| validity.null_count());
    Ok(Some(Zone::of_numbers(kind == DATE, range, (rows, nulls))))
}

/// Two numbers between which so many lie that were packed the best way; `None` where there are
/// none, or they reach beyond all numbers.
fn range(reader: &mut Reader<'_>, count: usize) -> Result<Option<(i64, i64)>, String> {
    let steps = reader.byte()? == 1;
    let (mut ends, mut before) = (Some((i64::MAX, i64::MIN)), 0i64);
    let mut left = count;
    while left > 0 {
        let block = left.min(BLOCK);
        left -= block;
        let low = unzigzag(reader.varint()?);
        let width = u32::from(reader.byte()?);
        if width > 64 {
            return Err(format!("numbers of {width} bits"));
        }
        let bytes = reader.take((block * width as usize).div_ceil(8))?;
        let found = match (steps, width) {
            (false, _) => {
                let most = u64::MAX.checked_shr(64 - width).unwrap_or(0);
                Some((low, low.saturating_add_unsigned(most)))
            }
            (true, 0) => equal_steps(&mut before, low, block),
            (true, _) => Some(unequal_steps(&mut before, low, (bytes, block, width))),
        };
        let wider = |(low, high): (i64, i64)| found.map(|own| (low.min(own.0), high.max(own.1)));
        ends = ends.and_then(wider);
    }
    Ok(ends.filter(|(low, high)| low <= high))
}

/// The first and the last of numbers that lie so far from each other; `None` where one of them
/// would be none.
fn equal_steps(before: &mut i64, step: i64, count: usize) -> Option<(i64, i64)> {
    let first = before.checked_add(step)?;
    let last = i64::try_from(count - 1).ok()?.checked_mul(step)?.checked_add(first)?;
    *before = last;
    Some((first.min(last), first.max(last)))
}

/// The least and the greatest of numbers that are told by the steps to them.
fn unequal_steps(
    before: &mut i64,
    low: i64,
    (bytes, count, width): (&[u8], usize, u32),
) -> (i64, i64) {
    let (mut least, mut most) = (i64::MAX, i64::MIN);
    let mut each = |above: u64| {
        *before = before.wrapping_add(low.wrapping_add(above as i64));
        (least, most) = (least.min(*before), most.max(*before));
    };
    if width <= 32 {
        bits::unpack(bytes, count, width, |some| {
            some.iter().for_each(|&above| each(u64::from(above)));
        });
    } else {
        bits::unpack_wide(bytes, count, width, each);
    }
    (least, most)
}

#[cfg(test)]
mod tests {
    use super::super::column::encode;
    use super::*;
    use crate::store::{Segment, ZoneTest};
    use crate::value::{Date, Value};
    use crate::vector::Vector;

    /// The zone that the bytes tell, and that of the values themselves.
    fn zones(values: Vec<Value>) -> (Option<Zone>, Zone) {
        let segment = Segment::sealed(Vector::from_values(values));
        let mut bytes = Vec::new();
        encode(&segment, &mut bytes).unwrap();
        for cut in 0..bytes.len() {
            assert!(glimpse(&bytes[..cut], &|_| false).is_err(), "cut at {cut}");
        }
        let told = match glimpse(&bytes, &|_| false).unwrap() {
            Glimpse::Zone(zone) => Some(zone),
            Glimpse::Segment(_) => None,
        };
        assert!(matches!(glimpse(&bytes, &|_| true), Ok(Glimpse::Segment(_))));
        (told, segment.zone().unwrap().clone())
    }

    fn range(of: impl Fn(i64) -> i64, count: i64) -> ((i64, i64), (i64, i64)) {
        let (told, known) = zones((0..count).map(|row| Value::Integer(of(row))).collect());
        let ends = |zone: &Zone| match zone.bounds() {
            Some((Value::Integer(low), Value::Integer(high))) => (*low, *high),
            other => panic!("{other:?}"),
        };
        (ends(&told.unwrap()), ends(&known))
    }

    #[test]
    fn integers_tell_their_zone_before_they_are_unpacked() {
        // Steps of one, of any other, and of no regularity.
        for of in [|i| i + 5_000_000, |i| 700 - 3 * i, |i: i64| i * 100 + i % 7, |_| -9] {
            for count in [1, 2, 127, 128, 129, 1500, 2048] {
                let (told, known) = range(of, count);
                // Few are packed as they are, and the highest is rounded up to the width.
                assert!(told.0 == known.0 && told.1 >= known.1, "{count}: {told:?} {known:?}");
                assert!(count < 1000 || told == known, "{count}: {told:?} {known:?}");
            }
        }
        // In no order: the lowest is exact, the highest is rounded up to the width of its block.
        let (told, known) = range(|i| i * 7919 % 1000, 2000);
        assert!(told.0 == 0 && (999..2047).contains(&told.1) && known == (0, 999), "{told:?}");
        // The ends of all numbers.
        let (told, _) = range(|i| if i % 2 == 0 { i64::MIN } else { i64::MAX }, 9);
        assert_eq!(told, (i64::MIN, i64::MAX));
        let (told, known) = range(|i| i64::MAX - i * i, 300);
        assert!(told.0 <= known.0 && told.1 >= known.1);
    }

    #[test]
    fn nulls_and_dates_are_told_and_other_kinds_are_not() {
        let date = |i: i64| Value::Date(Date { days: 9000 + i });
        let sparse = (0..300).map(|i| if i % 3 == 2 { Value::Null } else { date(i) }).collect();
        let (told, known) = zones(sparse);
        let live = crate::store::Bitmap::from_validity(None, 300);
        for zone in [told.unwrap(), known] {
            assert!(zone.may_hold(&ZoneTest::Absent, &live));
            assert!(zone.may_hold(&ZoneTest::any_of([&date(7)]), &live));
            assert!(!zone.may_hold(&ZoneTest::any_of([&date(-1)]), &live));
            assert!(!zone.may_hold(&ZoneTest::any_of([&Value::Integer(9007)]), &live));
        }
        let texts = (0..300).map(|i: i64| Value::from(i.to_string().as_str())).collect();
        assert!(zones(texts).0.is_none());
        assert!(zones((0..300).map(|i| Value::Float(f64::from(i))).collect()).0.is_none());
    }
}
