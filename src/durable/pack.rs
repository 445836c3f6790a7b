//! Numbers in few bits, and bytes read with care.
//!
//! ```text
//! block of up to 128 numbers: lowest (zigzag varint), width (1 byte),
//!                             then the differences to it, `width` bits each
//! ```
//!
//! Sorted ids are packed as differences, which are small. A reader never trusts a
//! length: it asks for no more memory than the bytes at hand could fill.

use super::bits;

/// Numbers of a block.
pub(super) const BLOCK: usize = 128;

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

/// Numbers that are packed: as wide as they need be, since narrow ones are looked through
/// several at a time.
pub(crate) trait Packed: Copy + Ord + Default {
    /// The difference to another number. Of ids it fits; of any others it wraps, as what adds
    /// it again does.
    fn minus(self, other: Self) -> Self;
    /// The difference to a number that is not above.
    fn above(self, low: Self) -> u64;
    /// The number itself.
    fn wide(self) -> i64;
    /// An id; `i32` takes those that [`are_small`].
    fn of_id(id: u32) -> Self;
}

impl Packed for i32 {
    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    fn above(self, low: Self) -> u64 {
        u64::from(self.wrapping_sub(low) as u32)
    }

    fn wide(self) -> i64 {
        i64::from(self)
    }

    fn of_id(id: u32) -> Self {
        id as i32
    }
}

impl Packed for i64 {
    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    fn above(self, low: Self) -> u64 {
        self.wrapping_sub(low) as u64
    }

    fn wide(self) -> i64 {
        self
    }

    fn of_id(id: u32) -> Self {
        i64::from(id)
    }
}

/// Whether ids and the differences between them fit into 32 bits with a sign.
pub(crate) fn are_small(ids: &[u32]) -> bool {
    i32::try_from(ids.iter().fold(0, |all, id| all | id)).is_ok()
}

/// The lowest and the highest number of a block.
fn range_of<T: Packed>(block: &[T]) -> (T, T) {
    let first = block.first().copied().unwrap_or_default();
    block.iter().fold((first, first), |(low, high), &number| (low.min(number), high.max(number)))
}

/// How many bits numbers from `low` to `high` take as differences to the lowest.
fn width_of<T: Packed>((low, high): (T, T)) -> u32 {
    64 - high.above(low).leading_zeros()
}

/// Writes numbers block by block as they come; the last block is written when it is closed.
/// Nothing but a block is kept of them.
pub(crate) struct Packer<'a, T> {
    block: [T; BLOCK],
    filled: usize,
    into: &'a mut Vec<u8>,
}

impl<'a, T: Packed> Packer<'a, T> {
    pub(crate) fn new(into: &'a mut Vec<u8>) -> Self {
        Packer { block: [T::default(); BLOCK], filled: 0, into }
    }

    pub(crate) fn push(&mut self, number: T) {
        self.block[self.filled] = number;
        self.filled += 1;
        if self.filled == BLOCK {
            self.filled = 0;
            put_block(&self.block, self.into);
        }
    }

    /// Pushes the steps from each id to the next one.
    pub(crate) fn push_steps(&mut self, mut ids: &[u32]) {
        while ids.len() > 1 {
            let some = (ids.len() - 1).min(BLOCK - self.filled);
            let places = &mut self.block[self.filled..self.filled + some];
            for (place, (&before, &id)) in places.iter_mut().zip(ids.iter().zip(&ids[1..])) {
                *place = T::of_id(id).minus(T::of_id(before));
            }
            self.filled += some;
            if self.filled == BLOCK {
                self.filled = 0;
                put_block(&self.block, self.into);
            }
            ids = &ids[some..];
        }
    }

    pub(crate) fn close(self) {
        if self.filled > 0 {
            put_block(&self.block[..self.filled], self.into);
        }
    }
}

fn put_block<T: Packed>(block: &[T], into: &mut Vec<u8>) {
    put_block_of(block, range_of(block), into);
}

/// Writes a block whose lowest and highest number are known.
fn put_block_of<T: Packed>(block: &[T], range: (T, T), into: &mut Vec<u8>) {
    let (low, width) = (range.0, width_of(range));
    put_varint(zigzag(low.wide()), into);
    into.push(width as u8);
    if width > 32 {
        bits::pack_wide(block.iter().map(|number| number.above(low)), width, into);
        return;
    }
    let mut differences = [0u32; BLOCK];
    for (difference, number) in differences.iter_mut().zip(block) {
        *difference = number.above(low) as u32;
    }
    bits::pack(&differences[..block.len()], width, into);
}

/// The differences of numbers, each to the one before, the first to `before`.
fn steps_of<'s, T: Packed>(before: T, numbers: &[T], steps: &'s mut [T; BLOCK]) -> &'s [T] {
    let Some(first) = numbers.first() else { return &[] };
    steps[0] = first.minus(before);
    for (step, (&before, &number)) in steps[1..].iter_mut().zip(numbers.iter().zip(&numbers[1..])) {
        *step = number.minus(before);
    }
    &steps[..numbers.len()]
}

/// Appends numbers as they are or as differences, whichever is shorter; their count is for
/// the reader to know. Narrow ones must be ids that [`are_small`].
pub(crate) fn pack_best<T: Packed>(numbers: &[T], into: &mut Vec<u8>) {
    let (mut plain, mut stepped, mut before) = (0, 0, T::default());
    let mut steps = [T::default(); BLOCK];
    let mut ranges = Vec::with_capacity(numbers.len().div_ceil(BLOCK));
    // Bits of each way, but for what is the same.
    for block in numbers.chunks(BLOCK) {
        let of_steps = range_of(steps_of(before, block, &mut steps));
        let of_block = range_of(block);
        before = block[block.len() - 1];
        plain += block.len() * width_of(of_block) as usize;
        stepped += block.len() * width_of(of_steps) as usize;
        ranges.push((of_block, of_steps));
    }
    into.push(u8::from(stepped < plain));
    before = T::default();
    for (block, (of_block, of_steps)) in numbers.chunks(BLOCK).zip(ranges) {
        if stepped < plain {
            put_block_of(steps_of(before, block, &mut steps), of_steps, into);
            before = block[block.len() - 1];
        } else {
            put_block_of(block, of_block, into);
        }
    }
}

/// Appends ids as [`pack_best`] does.
pub(crate) fn pack_ids(ids: &[u32], into: &mut Vec<u8>) {
    if are_small(ids) {
        pack_best(&ids.iter().map(|&id| i32::of_id(id)).collect::<Vec<_>>(), into);
    } else {
        pack_best(&ids.iter().map(|&id| i64::of_id(id)).collect::<Vec<_>>(), into);
    }
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

    /// Whether so many packed numbers can be in the bytes that are left, before room is made
    /// for them.
    pub(crate) fn expect(&self, count: usize) -> Result<(), String> {
        // A block of 128 takes at least two bytes.
        if count / 64 > self.bytes.len() + 2 {
            return Err(format!("{count} numbers in {} bytes", self.bytes.len()));
        }
        Ok(())
    }

    /// So many numbers that a [`Packer`] has written, handed to `each` in order.
    pub(crate) fn unpack(&mut self, count: usize, mut each: impl FnMut(i64)) -> Result<(), String> {
        self.unpack_groups(count, |low, some| {
            some.iter().for_each(|&number| each(low.wrapping_add(i64::from(number))));
        })
    }

    /// As [`Reader::unpack`], some numbers at a time, as what they are above another one.
    pub(crate) fn unpack_groups(
        &mut self,
        count: usize,
        mut each: impl FnMut(i64, &[u32]),
    ) -> Result<(), String> {
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
                bits::unpack(bytes, block, width, |some| each(low, some));
            } else {
                let each = |number: u64| each(low.wrapping_add(number as i64), &[0]);
                bits::unpack_wide(bytes, block, width, each);
            }
            left -= block;
        }
        Ok(())
    }

    /// So many numbers that [`pack_best`] has written.
    pub(crate) fn unpack_best(&mut self, count: usize) -> Result<Vec<i64>, String> {
        self.expect(count)?;
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
        self.expect(count)?;
        let steps = self.byte()? == 1;
        let mut ids = Vec::with_capacity(count);
        // What stands above an id in any of the numbers.
        let (mut before, mut above) = (0i64, 0);
        self.unpack_groups(count, |low, some| {
            let numbers = some.iter().map(|&number| low.wrapping_add(i64::from(number)));
            if steps {
                ids.extend(numbers.map(|step| {
                    before = before.wrapping_add(step);
                    above |= before >> 32;
                    before as u32
                }));
            } else {
                ids.extend(numbers.map(|number| {
                    above |= number >> 32;
                    number as u32
                }));
            }
        })?;
        if above == 0 { Ok(ids) } else { Err("a number is no id".to_owned()) }
    }

    /// Passes over so many numbers that [`pack_best`] has written.
    pub(crate) fn skip_best(&mut self, count: usize) -> Result<(), String> {
        self.byte()?;
        let mut left = count;
        while left > 0 {
            let block = left.min(BLOCK);
            self.varint()?;
            let width = usize::from(self.byte()?);
            self.take((block * width).div_ceil(8))?;
            left -= block;
        }
        Ok(())
    }

    /// Everything must have been read.
    pub(crate) fn finish(self) -> Result<(), String> {
        match self.bytes.len() {
            0 => Ok(()),
            left => Err(format!("{left} bytes too many")),
        }
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
                let ids: Vec<u32> = numbers.iter().map(|number| *number as u32).collect();
                pack_ids(&ids, &mut bytes);
                let mut steps = Packer::<i64>::new(&mut bytes);
                steps.push_steps(&ids[..count.min(7)]);
                steps.push_steps(&ids);
                steps.close();
                let mut reader = Reader::new(&bytes);
                let mut found = Vec::new();
                reader.unpack(count, |number| found.push(number)).unwrap();
                assert_eq!(found, numbers, "width {width}");
                assert_eq!(reader.unpack_best(count).unwrap(), numbers);
                assert_eq!(reader.unpack_ids(count).unwrap(), ids);
                let steps = [&ids[..count.min(7)], &ids].into_iter().flat_map(|ids| {
                    ids.windows(2).map(|pair| i64::from(pair[1]) - i64::from(pair[0]))
                });
                let (steps, mut found) = (steps.collect::<Vec<_>>(), Vec::new());
                reader.unpack(steps.len(), |step| found.push(step)).unwrap();
                assert_eq!(found, steps, "width {width}");
                reader.finish().unwrap();
                narrow_as_wide(&ids);
                for cut in 0..bytes.len().min(40) {
                    let mut reader = Reader::new(&bytes[..cut]);
                    let _ = reader.unpack(count, drop).and_then(|()| reader.unpack_best(count));
                }
            }
        }
    }

    /// Small ids give the same bytes in both ways.
    fn narrow_as_wide(ids: &[u32]) {
        let ids: Vec<u32> = ids.iter().map(|id| id & i32::MAX as u32).collect();
        let (mut narrow, mut wide) = (Vec::new(), Vec::new());
        pack_ids(&ids, &mut narrow);
        pack_best(&ids.iter().map(|&id| i64::from(id)).collect::<Vec<_>>(), &mut wide);
        assert_eq!(narrow, wide);
        let (mut small, mut large) =
            (Packer::<i32>::new(&mut narrow), Packer::<i64>::new(&mut wide));
        small.push_steps(&ids);
        large.push_steps(&ids);
        small.close();
        large.close();
        assert_eq!(narrow, wide);
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
