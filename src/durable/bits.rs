//! Numbers side by side in so many bits each, the lowest bit first, no bit between two.
//!
//! ```text
//! width 5    11111 22222 33333 44444 …     32 numbers are 5 words of 32 bits
//! ```
//!
//! Each width has its own code, in which every shift is a constant, so that 32 numbers go in
//! and out without a branch. Numbers of more than 32 bits, which are rare, have a loop.

/// Numbers that are packed at once.
pub(crate) const GROUP: usize = 32;

/// Does something for each place in a group, written out 32 times, so that all that depends on
/// the place is known to the compiler.
macro_rules! for_each_place {
    ($place:ident => $do:block) => {
        for_each_place!(@ $place $do
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)
    };
    (@ $place:ident $do:block $($known:literal)*) => {
        $({
            const $place: usize = $known;
            $do
        })*
    };
}

/// Packs numbers of at most `WIDTH` bits into as many words.
fn pack_group<const WIDTH: usize>(numbers: &[u32; GROUP], words: &mut [u32; GROUP]) {
    let mut word = 0;
    for_each_place!(PLACE => {
        let (at, shift) = (PLACE * WIDTH / 32, PLACE * WIDTH % 32);
        word |= numbers[PLACE] << shift;
        if shift + WIDTH >= 32 {
            words[at] = word;
            word = if shift + WIDTH > 32 { numbers[PLACE] >> (32 - shift) } else { 0 };
        }
    });
    debug_assert_eq!(word, 0, "32 numbers fill whole words");
}

/// Unpacks what [`pack_group`] has packed.
fn unpack_group<const WIDTH: usize>(words: &[u32; GROUP], numbers: &mut [u32; GROUP]) {
    if WIDTH == 0 {
        numbers.fill(0);
        return;
    }
    let mask = u32::MAX >> (32 - WIDTH);
    for_each_place!(PLACE => {
        let (at, shift) = (PLACE * WIDTH / 32, PLACE * WIDTH % 32);
        let mut found = words[at] >> shift;
        if shift + WIDTH > 32 {
            found |= words[at + 1] << (32 - shift);
        }
        numbers[PLACE] = found & mask;
    });
}

/// Calls the instance of a function for a width from 0 to 32.
macro_rules! for_width {
    ($width:expr, $call:ident, $from:expr, $to:expr) => {
        for_width!(@ $width, $call, $from, $to,
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)
    };
    (@ $width:expr, $call:ident, $from:expr, $to:expr, $($known:literal)*) => {
        match $width {
            $($known => $call::<$known>($from, $to),)*
            _ => $call::<32>($from, $to),
        }
    };
}

/// Appends numbers of at most `width` bits, itself at most 32, in as few bytes as hold them.
pub(crate) fn pack(numbers: &[u32], width: u32, into: &mut Vec<u8>) {
    let mut words = [0; GROUP];
    let mut last = [0; GROUP];
    let (groups, rest) = numbers.as_chunks::<GROUP>();
    let mut put = |group: &[u32; GROUP], bytes: usize| {
        for_width!(width, pack_group, group, &mut words);
        let start = into.len();
        into.resize(start + width as usize * 4, 0);
        for (place, word) in into[start..].as_chunks_mut::<4>().0.iter_mut().zip(&words) {
            *place = word.to_le_bytes();
        }
        into.truncate(start + bytes);
    };
    groups.iter().for_each(|group| put(group, width as usize * 4));
    if !rest.is_empty() {
        last[..rest.len()].copy_from_slice(rest);
        put(&last, (rest.len() * width as usize).div_ceil(8));
    }
}

/// Hands `count` numbers of `width` bits, at most 32, to `each`, a group of up to 32 at a time.
/// Bits beyond the end of the bytes are zero.
pub(crate) fn unpack(bytes: &[u8], count: usize, width: u32, mut each: impl FnMut(&[u32])) {
    let (mut words, mut numbers) = ([0u32; GROUP], [0u32; GROUP]);
    let mut rest = bytes;
    let mut left = count;
    while left > 0 {
        let some = left.min(GROUP);
        let (group, after) = rest.split_at(rest.len().min(width as usize * 4));
        rest = after;
        let (whole, part) = group.as_chunks::<4>();
        for (word, bytes) in words.iter_mut().zip(whole) {
            *word = u32::from_le_bytes(*bytes);
        }
        if let Some(word) = words.get_mut(whole.len()) {
            let mut bytes = [0; 4];
            bytes[..part.len()].copy_from_slice(part);
            *word = u32::from_le_bytes(bytes);
        }
        for_width!(width, unpack_group, &words, &mut numbers);
        each(&numbers[..some]);
        left -= some;
    }
}

/// Appends numbers of `width` bits, more than 32.
pub(crate) fn pack_wide(numbers: impl Iterator<Item = u64>, width: u32, into: &mut Vec<u8>) {
    let (mut waiting, mut bits) = (0u128, 0);
    for number in numbers {
        waiting |= u128::from(number) << bits;
        bits += width;
        while bits >= 64 {
            into.extend_from_slice(&(waiting as u64).to_le_bytes());
            waiting >>= 64;
            bits -= 64;
        }
    }
    into.extend_from_slice(&waiting.to_le_bytes()[..bits.div_ceil(8) as usize]);
}

/// Hands `count` numbers of `width` bits, more than 32 and at most 64, to `each`.
pub(crate) fn unpack_wide(bytes: &[u8], count: usize, width: u32, mut each: impl FnMut(u64)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_and_count_comes_back() {
        let mut state = 11u64;
        for width in 0..=32u32 {
            for count in [0usize, 1, 2, 31, 32, 33, 63, 64, 127, 128] {
                let numbers: Vec<u32> = (0..count)
                    .map(|_| {
                        state = state.wrapping_mul(6364136223846793005).wrapping_add(77);
                        ((state >> 16) & ((1u64 << width) - 1)) as u32
                    })
                    .collect();
                let (mut bytes, mut wide) = (vec![9], vec![9]);
                pack(&numbers, width, &mut bytes);
                assert_eq!(bytes.len() - 1, (count * width as usize).div_ceil(8));
                // The loop for wide numbers says the same of narrow ones.
                pack_wide(numbers.iter().map(|number| u64::from(*number)), width, &mut wide);
                assert_eq!(bytes, wide, "{count} of width {width}");
                let mut found = Vec::new();
                unpack(&bytes[1..], count, width, |some| found.extend_from_slice(some));
                assert_eq!(found, numbers, "{count} of width {width}");
            }
        }
    }
}
