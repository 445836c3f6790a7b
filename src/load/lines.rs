//! Plain lines, field by field: lines of a CSV file without a quote, which lie in memory as a whole.
//!
//! Whoever takes them apart stops at the first row that is anything else. That one goes the way of
//! all rows, which tells what is wrong with it, if anything is.

/// Digits of a number that fits.
const DIGITS: usize = 18;

/// Whether lines with this between their fields are taken apart here.
pub(super) fn is_usual(delimiter: u8) -> bool {
    delimiter == b'\t' || delimiter.is_ascii_punctuation() && delimiter != b'"'
}

/// Lines, and how far they were taken apart.
pub(super) struct PlainLines<'a> {
    bytes: &'a [u8],
    at: usize,
    delimiter: u8,
}

impl<'a> PlainLines<'a> {
    pub(super) fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        PlainLines { bytes, at: 0, delimiter }
    }

    /// Bytes of the fields so far.
    pub(super) fn taken(&self) -> usize {
        self.at
    }

    /// The number that the next field is, written in the one way in which numbers are written.
    #[inline]
    pub(super) fn number(&mut self, is_last: bool) -> Option<u64> {
        let (number, digits) = leading_number(self.bytes.get(self.at..)?);
        let plain = digits == 1 || digits > 1 && self.bytes.get(self.at) != Some(&b'0');
        (plain && self.ends_at(self.at + digits, is_last)).then_some(number)
    }

    /// The text that the next field is, as it stands there.
    pub(super) fn text(&mut self, is_last: bool) -> Option<&'a str> {
        let from = self.at;
        let is_end = |byte: &u8| matches!(*byte, b'\r' | b'\n' | b'"') || *byte == self.delimiter;
        let length = self.bytes.get(from..)?.iter().position(is_end)?;
        if !self.ends_at(from + length, is_last) {
            return None;
        }
        std::str::from_utf8(self.bytes.get(from..from + length)?).ok()
    }

    /// Whether a field ends at a place as it should; then the next one is behind.
    #[inline]
    fn ends_at(&mut self, place: usize, is_last: bool) -> bool {
        let length = match (self.bytes.get(place), is_last) {
            (Some(&byte), false) if byte == self.delimiter => 1,
            (Some(b'\n'), true) => 1,
            (Some(b'\r'), true) if self.bytes.get(place + 1) == Some(&b'\n') => 2,
            _ => return false,
        };
        self.at = place + length;
        true
    }
}

/// The number that bytes begin with, and how many digits it has; of a longer one the beginning.
#[inline]
fn leading_number(bytes: &[u8]) -> (u64, usize) {
    if let Some((first, _)) = bytes.split_first_chunk::<8>() {
        let (number, digits) = number_of_eight(*first);
        if digits < 8 {
            return (number, digits);
        }
    }
    let (mut number, mut digits) = (0, 0);
    for byte in bytes.iter().take(DIGITS) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = number * 10 + u64::from(digit);
        digits += 1;
    }
    (number, digits)
}

/// The number that eight bytes begin with, and how many digits it has, without looking at the bytes
/// one by one: how many there are is hardly ever known before, and a wrong guess costs more.
#[inline]
fn number_of_eight(bytes: [u8; 8]) -> (u64, usize) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // Digits are 0 to 9 then, all others more.
    let word = u64::from_le_bytes(bytes) ^ (EACH * 0x30);
    // The highest bit of a byte tells that it is no digit, up to the first that is none.
    let others = (word.wrapping_add(EACH * 0x76) | word) & (EACH * 0x80);
    let digits = others.trailing_zeros() / 8;
    // Zeros come before the digits, which are then eight.
    let digit = word.checked_shl(64 - 8 * digits).unwrap_or(0);
    // The first of two is worth ten of the second: pairs, then fours, then all of them.
    let pairs = (digit * 10 + (digit >> 8)) & (EACH / 0x101 * 0xff);
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let number = (fours * 10_000 + (fours >> 32)) & 0xffff_ffff;
    (number, digits as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_up_to_what_is_no_digit() {
        for text in ["", "0", "7", "12", "1234567", "12345678", "123456789", "999999999999999999"] {
            for behind in [",", "\n", "a,5", "/3", ":4", "\u{ff}", "\u{80}9", "\0", "          "] {
                let all = format!("{text}{behind}");
                let expected = (text.parse().unwrap_or(0), text.len());
                assert_eq!(leading_number(all.as_bytes()), expected, "{all:?}");
            }
            assert_eq!(leading_number(text.as_bytes()).1, text.len());
        }
        let long = "1234567890123456789";
        assert_eq!(leading_number(long.as_bytes()), (123_456_789_012_345_678, DIGITS));
        for number in (0..20_000_000_u64).step_by(7919) {
            let text = format!("{number},00000000");
            let digits = text.len() - 9;
            assert_eq!(leading_number(text.as_bytes()), (number, digits), "{text}");
        }
    }
}
