//! What the first bytes of a file tell of it.

/// Bytes from the beginning of a file that suffice.
pub(super) const ENOUGH: usize = 10;

/// What some programs write before a text to say that it is in UTF-8. It is no part of the text.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

/// What stands at which byte of a file that is no text in UTF-8, and what the file is then.
const FOREIGN: [(usize, &[u8], &str); 9] = [
    (0, b"\xff\xfe", "is in UTF-16: save it as UTF-8"),
    (0, b"\xfe\xff", "is in UTF-16: save it as UTF-8"),
    (0, b"PK\x03\x04", "is an archive or a spreadsheet: unpack it, or save the table as CSV"),
    (0, b"7z\xbc\xaf\x27\x1c", "is an archive: unpack it first"),
    (0, b"\x28\xb5\x2f\xfd", "is compressed with zstd: unpack it first, or compress it with gzip"),
    (0, b"\xfd7zXZ\0", "is compressed with xz: unpack it first, or compress it with gzip"),
    (0, b"\x04\x22\x4d\x18", "is compressed with lz4: unpack it first, or compress it with gzip"),
    // Behind `BZh` and a digit.
    (4, b"1AY&SY", "is compressed with bzip2: unpack it first, or compress it with gzip"),
    // What was packed once is unpacked by now.
    (0, super::gzip::SIGN, "is compressed with gzip twice: unpack it once"),
];

/// What a file is that begins with these bytes, and what to do, where it is no text in UTF-8.
pub(super) fn foreign(beginning: &[u8]) -> Option<&'static str> {
    let begins = |(at, sign, _): &&(usize, &[u8], _)| {
        beginning.get(*at..).is_some_and(|bytes| bytes.starts_with(sign))
    };
    FOREIGN.iter().find(begins).map(|(_, _, what)| *what)
}
