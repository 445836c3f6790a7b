//! Numbers in few bits, and bytes read with care.
//!
//! ```text
//! block of up to 128 numbers: lowest (zigzag varint), width (1 byte),
//!                             then the differences to it, `width` bits each
//! ```
//!
//! Sorted ids are packed as differences, which are small. A reader never trusts a
//! length: it asks for no more memory than the bytes at hand could fill.

/// Numbers of a block.
const BLOCK: usize = 128;

/// Appends a number in as few bytes as it needs, seven bits each.
pub(crate) fn put_varint(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

/// A signed number as one that is small where it is near zero.
pub(crate) fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// What [`zigzag`] was given.
pub(crate) fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// The lowest number of a block, and how many bits the differences to it take.
fn range_of(block: &[i64]) -> (i64, u32) {
    let first = block.first().copied().unwrap_or(0);
    let (low, high) =
        block.iter().fold((first, first), |(low, high), &n| (low.min(n), high.max(n)));
    (low, width_of(low, high))
}

fn width_of(low: i64, high: i64) -> u32 {
    64 - (high.wrapping_sub(low) as u64).leading_zeros()
}

/// Writes numbers block by block as they come; the last block is written when it is closed.
/// Nothing but a block is kept of them.
pub(crate) struct Packer<'a> {
    block: [i64; BLOCK],
    filled: usize,
    into: &'a mut Vec<u8>,
}

impl<'a> Packer<'a> {
    pub(crate) fn new(into: &'a mut Vec<u8>) -> Self {
        Packer { block: [0; BLOCK], filled: 0, into }
    }

    pub(crate) fn push(&mut self, number: i64) {
        self.block[self.filled] = number;
        self.filled += 1;
        if self.filled == BLOCK {
            self.filled = 0;
            put_block(&self.block, self.into);
        }
    }

    pub(crate) fn close(self) {
        if self.filled > 0 {
            put_block(&self.block[..self.filled], self.into);
        }
    }
}

fn put_block(block: &[i64], into: &mut Vec<u8>) {
    let (low, width) = range_of(block);
    put_varint(zigzag(low), into);
    into.push(width as u8);
    let mut bytes = [0u8; BLOCK * 8];
    let mut end = 0;
    let mut put = |word: &[u8]| {
        bytes[end..end + word.len()].copy_from_slice(word);
        end += word.len();
    };
    let (mut waiting, mut bits) = (0u128, 0);
    if width <= 32 {
        let mut narrow = 0u64;
        for &number in block {
            narrow |= (number.wrapping_sub(low) as u64) << bits;
            bits += width;
            if bits >= 32 {
                put(&(narrow as u32).to_le_bytes());
                narrow >>= 32;
                bits -= 32;
            }
        }
        waiting = u128::from(narrow);
    } else {
        for &number in block {
            waiting |= u128::from(number.wrapping_sub(low) as u64) << bits;
            bits += width;
            if bits >= 64 {
                put(&(waiting as u64).to_le_bytes());
                waiting >>= 64;
                bits -= 64;
            }
        }
    }
    put(&waiting.to_le_bytes()[..bits.div_ceil(8) as usize]);
    into.extend_from_slice(&bytes[..end]);
}

/// Hands the blocks of numbers, or of their differences, each to the one before, to `each`.
fn blocks(numbers: &[i64], steps: bool, mut each: impl FnMut(&[i64])) {
    let (mut block, mut before) = ([0; BLOCK], 0);
    for some in numbers.chunks(BLOCK) {
        if steps {
            for (place, &number) in block.iter_mut().zip(some) {
                *place = number.wrapping_sub(std::mem::replace(&mut before, number));
            }
            each(&block[..some.len()]);
        } else {
            each(some);
        }
    }
}

/// Appends numbers as they are or as differences, whichever is shorter; their count is for
/// the reader to know.
pub(crate) fn pack_best(numbers: &[i64], into: &mut Vec<u8>) {
    // Bits of each way, but for what is the same; in one pass.
    let (mut plain, mut stepped, mut before) = (0, 0, 0);
    for block in numbers.chunks(BLOCK) {
        let first = (block[0], block[0].wrapping_sub(before));
        let (mut low, mut high) = (first, first);
        for &number in block {
            let step = number.wrapping_sub(std::mem::replace(&mut before, number));
            low = (low.0.min(number), low.1.min(step));
            high = (high.0.max(number), high.1.max(step));
        }
        plain += block.len() * width_of(low.0, high.0) as usize;
        stepped += block.len() * width_of(low.1, high.1) as usize;
    }
    let steps = stepped < plain;
    into.push(u8::from(steps));
    blocks(numbers, steps, |block| put_block(block, into));
}

/// A reader of bytes that says what is missing.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes }
    }

    /// The next bytes.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let Some((taken, rest)) = self.bytes.split_at_checked(count) else {
            return Err(format!("{count} bytes were expected, {} are left", self.bytes.len()));
        };
        self.bytes = rest;
        Ok(taken)
    }

    /// Bytes that are left.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn byte(&mut self) -> Result<u8, String> {
        self.take(1).map(|taken| taken[0])
    }

    pub(crate) fn varint(&mut self) -> Result<u64, String> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number has no end".to_owned())
    }

    /// A number that counts something in memory or names an id.
    pub(crate) fn small(&mut self) -> Result<u32, String> {
        let number = self.varint()?;
        u32::try_from(number).map_err(|_| format!("{number} is too large a number here"))
    }

    /// So many numbers that a [`Packer`] has written, handed to `each` in order.
    pub(crate) fn unpack(&mut self, count: usize, mut each: impl FnMut(i64)) -> Result<(), String> {
        let mut left = count;
        while left > 0 {
            let block = left.min(BLOCK);
            let low = unzigzag(self.varint()?);
            let width = u32::from(self.byte()?);
            if width > 64 {
                return Err(format!("numbers of {width} bits"));
            }
            let bytes = self.take((block * width as usize).div_ceil(8))?;
            if width <= 32 {
                unpack_narrow(bytes, block, width, |number| each(low.wrapping_add(number as i64)));
            } else {
                unpack_wide(bytes, block, width, |number| each(low.wrapping_add(number as i64)));
            }
            left -= block;
        }
        Ok(())
    }

    /// So many numbers that [`pack_best`] has written.
    pub(crate) fn unpack_best(&mut self, count: usize) -> Result<Vec<i64>, String> {
        // A block of 128 takes at least two bytes.
        if count / 64 > self.bytes.len() + 2 {
            return Err(format!("{count} numbers in {} bytes", self.bytes.len()));
        }
        let steps = self.byte()? == 1;
        let mut numbers = Vec::with_capacity(count);
        let mut before = 0i64;
        self.unpack(count, |number| {
            before = if steps { before.wrapping_add(number) } else { number };
            numbers.push(before);
        })?;
        Ok(numbers)
    }

    /// As [`Reader::unpack_best`], of numbers that are ids.
    pub(crate) fn unpack_ids(&mut self, count: usize) -> Result<Vec<u32>, String> {
        self.unpack_best(count)?.into_iter().map(id).collect()
    }

    /// Everything must have been read.
    pub(crate) fn finish(self) -> Result<(), String> {
        match self.bytes.len() {
            0 => Ok(()),
            left => Err(format!("{left} bytes too many")),
        }
    }
}

/// A number that must be an id.
pub(crate) fn id(number: i64) -> Result<u32, String> {
    u32::try_from(number).map_err(|_| format!("{number} is no id"))
}

fn unpack_narrow(bytes: &[u8], count: usize, width: u32, mut each: impl FnMut(u64)) {
    let mask = (1u64 << width) - 1;
    let (mut waiting, mut bits) = (0u64, 0);
    let mut rest = bytes;
    for _ in 0..count {
        if bits < width {
            if let Some((word, after)) = rest.split_first_chunk::<4>() {
                waiting |= u64::from(u32::from_le_bytes(*word)) << bits;
                bits += 32;
                rest = after;
            } else {
                while let Some((&byte, after)) = rest.split_first() {
                    waiting |= u64::from(byte) << bits;
                    bits += 8;
                    rest = after;
                }
                // Of the last block the bits may end with the last number.
                bits = bits.max(width);
            }
        }
        each(waiting & mask);
        waiting >>= width;
        bits -= width;
    }
}

fn unpack_wide(bytes: &[u8], count: usize, width: u32, mut each: impl FnMut(u64)) {
    let mask = u64::MAX >> (64 - width);
    let (mut waiting, mut bits) = (0u128, 0);
    let mut rest = bytes.iter();
    for _ in 0..count {
        while bits < width {
            waiting |= u128::from(rest.next().copied().unwrap_or(0)) << bits;
            bits += 8;
        }
        each(waiting as u64 & mask);
        waiting >>= width;
        bits -= width;
    }
}

/// Appends bytes with their length, compressed where that is shorter.
pub(crate) fn put_blob(bytes: &[u8], into: &mut Vec<u8>) {
    put_varint(bytes.len() as u64, into);
    let squeezed = lz4_flex::block::compress(bytes);
    if squeezed.len() < bytes.len() - bytes.len() / 16 {
        into.push(1);
        put_varint(squeezed.len() as u64, into);
        into.extend_from_slice(&squeezed);
    } else {
        into.push(0);
        into.extend_from_slice(bytes);
    }
}

impl<'a> Reader<'a> {
    /// Bytes that [`put_blob`] has written.
    pub(crate) fn blob(&mut self) -> Result<std::borrow::Cow<'a, [u8]>, String> {
        let length = self.varint()?;
        let length = usize::try_from(length).map_err(|_| format!("{length} bytes"))?;
        if self.byte()? == 0 {
            return Ok(self.take(length)?.into());
        }
        let squeezed = self.small()? as usize;
        let squeezed = self.take(squeezed)?;
        // No byte of the compressed form stands for more than 255.
        if length > squeezed.len().saturating_mul(255) + 64 {
            return Err(format!("{length} bytes out of {}", squeezed.len()));
        }
        let bytes = lz4_flex::block::decompress(squeezed, length)
            .map_err(|error| format!("compressed bytes cannot be read ({error})"))?;
        if bytes.len() == length { Ok(bytes.into()) } else { Err("bytes are missing".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let mut state = 7u64;
        for width in 0..=64u32 {
            for count in [0usize, 1, 2, 3, 5, 127, 128, 129, 300] {
                let numbers: Vec<i64> = (0..count)
                    .map(|_| {
                        state = state
                            .wrapping_mul(6364136223846793005)
                            .wrapping_add(1442695040888963407);
                        if width == 0 {
                            -3
                        } else {
                            ((state ^ (state >> 31)) >> (64 - width)) as i64
                        }
                    })
                    .collect();
                let mut bytes = Vec::new();
                let mut packer = Packer::new(&mut bytes);
                numbers.iter().for_each(|number| packer.push(*number));
                packer.close();
                pack_best(&numbers, &mut bytes);
                let mut reader = Reader::new(&bytes);
                let mut found = Vec::new();
                reader.unpack(count, |number| found.push(number)).unwrap();
                assert_eq!(found, numbers, "width {width}");
                assert_eq!(reader.unpack_best(count).unwrap(), numbers);
                reader.finish().unwrap();
                for cut in 0..bytes.len().min(40) {
                    let mut reader = Reader::new(&bytes[..cut]);
                    let _ = reader.unpack(count, drop).and_then(|()| reader.unpack_best(count));
                }
            }
        }
    }

    #[test]
    fn lengths_are_not_trusted() {
        let mut bytes = Vec::new();
        put_varint(u64::MAX, &mut bytes);
        bytes.extend_from_slice(&[1, 3, 0, 0, 0]);
        assert!(Reader::new(&bytes).blob().is_err());
        assert!(Reader::new(&[1, 0, 0]).unpack_best(1 << 40).is_err());
        assert!(Reader::new(&[0xff; 20]).varint().is_err());
        for text in [&b""[..], b"abc", &[7; 4000]] {
            let mut bytes = Vec::new();
            put_blob(text, &mut bytes);
            assert_eq!(&*Reader::new(&bytes).blob().unwrap(), text);
        }
    }
}
