//! Rows of CSV files, however their bytes come in.

use super::*;

/// Gives out a few bytes at a time.
struct Drops(&'static [u8], usize);

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let some = self.0.len().min(self.1).min(buffer.len());
        let (now, later) = self.0.split_at(some);
        buffer[..some].copy_from_slice(now);
        self.0 = later;
        Ok(some)
    }
}

/// A line and the fields that begin on it.
type Line = (u64, Vec<Option<String>>);

/// The rows with their lines, however the bytes come in.
fn rows(text: &'static [u8]) -> Result<Vec<Line>, EvaluationError> {
    let read = |step: usize| {
        let mut reader = CsvReader::new("f".into(), Box::new(Drops(text, step)), b',');
        let (mut row, mut rows) = (CsvRow::default(), Vec::new());
        while reader.read(&mut row, 1 << 20)? {
            assert_eq!(row.fields().count(), row.len());
            let fields = row.fields().map(|field| field.map(str::to_owned));
            rows.push((row.line(), fields.collect()));
        }
        assert_eq!(reader.read(&mut row, 1 << 20), Ok(false));
        Ok(rows)
    };
    let whole = read(usize::MAX);
    (1..6).for_each(|step| assert_eq!(read(step), whole, "{step} bytes at a time"));
    whole
}

fn plain(text: &'static [u8]) -> Vec<Line> {
    rows(text).expect("valid")
}

fn row(line: u64, fields: &[&str]) -> Line {
    let field = |text: &&str| (*text != "-").then(|| (*text).to_owned());
    (line, fields.iter().map(field).collect())
}

#[test]
fn fields_are_text_nothing_or_empty() {
    assert_eq!(plain(b"a,,\"\",\" b \"\n"), [row(1, &["a", "-", "", " b "])]);
    assert_eq!(plain(b"\"say \"\"no\"\"\",\"\"\"\"\n"), [row(1, &["say \"no\"", "\""])]);
    assert_eq!(plain(b"x\"y,a\"\"b"), [row(1, &["x\"y", "a\"\"b"])]);
    assert_eq!(plain(b",\n\"\""), [row(1, &["-", "-"]), row(2, &[""])]);
    assert_eq!(plain(b""), []);
    assert_eq!(plain(b"\xef\xbb\xbfa"), [row(1, &["a"])]);
    assert_eq!(plain(b"\xef\xbb\xbf"), []);
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    for text in [&b"a\n\nb,\"1\n2\"\nc"[..], b"a\r\n\r\nb,\"1\r\n2\"\r\nc", b"a\r\rb,\"1\r2\"\rc\r"]
    {
        let lines: Vec<u64> = plain(text).iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 3, 5]);
    }
}

#[test]
fn what_is_no_csv_is_refused_with_its_place() {
    let message = |text| rows(text).expect_err("invalid").message;
    assert_eq!(
        message(b"a\nb,\"c\nd"),
        "field 2 on line 2 of `f` begins with a quote that is not closed"
    );
    for text in [&b"\"a\"b,c\n"[..], b"\"a\"b\"c\",d\n", b"\"a\\\"b\",c\n", b"\"a\" ,b\n"] {
        assert!(message(text).starts_with("field 1 on line 1 of `f` goes on behind"), "{text:?}");
    }
    assert!(message(b"\"").contains("not closed"));
    assert!(message(b"x\n\xff\xfe,b").starts_with("field 1 on line 2 of `f` is not UTF-8"));
    assert!(message(b"\xff\xfea\0").contains("UTF-16"));
    assert!(message(b"\x1f\x8b\x08\0").contains("gzip data are cut off"));
    assert!(message(b"PK\x03\x04").contains("spreadsheet"));
}

#[test]
fn a_row_that_does_not_end_is_not_kept() {
    let text: &'static [u8] = Box::leak(vec![b'x'; 100_000].into_boxed_slice());
    let mut reader = CsvReader::new("f".into(), Box::new(Drops(text, 1000)), b',');
    let mut row = CsvRow::default();
    let error = reader.read(&mut row, 5000).expect_err("too long");
    assert_eq!(error.code, ErrorCode::SizeLimit);
    assert!(row.text.len() <= 5000);
}
