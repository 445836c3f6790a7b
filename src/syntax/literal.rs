//! The values of number and string tokens.

use super::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
use std::borrow::Cow;
use std::sync::Arc;

/// The value of a whole number, negated if a minus stands before it (so that the
/// smallest integer can be written).
///
/// # Errors
/// `InvalidNumberLiteral` for digits that the radix does not have, `IntegerOverflow`
/// beyond 64 bits.
pub(super) fn integer(text: &str, negative: bool, span: Span) -> Result<i64, Diagnostic> {
    let (digits, radix, kind) = match text.get(..2) {
        Some("0x" | "0X") => (&text[2..], 16, "a hexadecimal"),
        Some("0o" | "0O") => (&text[2..], 8, "an octal"),
        Some("0b" | "0B") => (&text[2..], 2, "a binary"),
        _ => (text, 10, "a decimal"),
    };
    let digits = without_underscores(digits);
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        let message = format!("`{text}` is not {kind} number");
        return Err(Diagnostic::syntax(ErrorCode::InvalidNumberLiteral, message, span)
            .with_label(digits_label(radix)));
    }
    let magnitude = u64::from_str_radix(&digits, radix).ok();
    let value = magnitude.and_then(|magnitude| {
        if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
    });
    value.ok_or_else(|| {
        let sign = if negative { "-" } else { "" };
        Diagnostic::syntax(
            ErrorCode::IntegerOverflow,
            format!("`{sign}{text}` does not fit in 64 bits"),
            span,
        )
        .with_label(format!("integers reach from {} to {}", i64::MIN, i64::MAX))
        .with_help("write it as a float, e.g. `1e20`, or as a string")
    })
}

/// The digits of a number without the underscores that group them. An underscore
/// that stands between no two digits stays, and so spoils the number.
fn without_underscores(digits: &str) -> Cow<'_, str> {
    let bytes = digits.as_bytes();
    let is_digit =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let groups = |at: usize| is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1));
    if !digits.contains('_') {
        return Cow::Borrowed(digits);
    }
    let kept = digits.char_indices().filter(|(at, c)| *c != '_' || !groups(*at));
    Cow::Owned(kept.map(|(_, c)| c).collect())
}

fn digits_label(radix: u32) -> &'static str {
    match radix {
        16 => "expected the digits 0-9 and a-f after `0x`",
        8 => "expected the digits 0-7 after `0o`",
        2 => "expected the digits 0 and 1 after `0b`",
        _ => "expected the digits 0-9",
    }
}

/// The value of a number with a fraction, an exponent, or the suffix of a float.
///
/// # Errors
/// `FloatingPointOverflow` for a number beyond the largest float.
pub(super) fn float(text: &str, span: Span) -> Result<f64, Diagnostic> {
    let number = text.trim_end_matches(['f', 'F', 'd', 'D']);
    match without_underscores(number).parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(Diagnostic::syntax(
            ErrorCode::FloatingPointOverflow,
            format!("`{text}` is too large for a float"),
            span,
        )
        .with_label(format!("the largest float is {:e}", f64::MAX))),
        Err(_) => Err(malformed(text, span)),
    }
}

/// The diagnostic for digits that run into letters.
pub(super) fn malformed(text: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::syntax(
        ErrorCode::InvalidNumberLiteral,
        format!("`{text}` is not a number"),
        span,
    )
    .with_label("digits run into letters here");
    if text.ends_with(['m', 'M']) {
        return diagnostic.with_help("there are no exact decimal numbers: leave out the suffix");
    }
    if text.contains('_') {
        return diagnostic.with_help("an underscore stands between two digits, as in `1_000_000`");
    }
    diagnostic.with_help("a name that begins with a digit needs backticks")
}

/// The text of a string token, quotes removed and escapes resolved.
///
/// # Errors
/// `InvalidUnicodeLiteral` for `\u` without four or `\U` without eight hexadecimal
/// digits of a character; `UnexpectedSyntax` for an unknown escape.
pub(super) fn string(token: &str, span: Span) -> Result<Arc<str>, Diagnostic> {
    let body = token.get(1..token.len().saturating_sub(1)).unwrap_or_default();
    if !body.contains('\\') {
        return Ok(body.into());
    }
    let mut value = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(position) = rest.find('\\') {
        value.push_str(&rest[..position]);
        let escape = &rest[position..];
        let at = span.start as usize + 1 + (body.len() - escape.len());
        let (character, length) = unescape(escape, at)?;
        value.push(character);
        rest = &escape[length..];
    }
    value.push_str(rest);
    Ok(value.into())
}

/// The character that an escape stands for, and the escape's length in bytes.
fn unescape(escape: &str, at: usize) -> Result<(char, usize), Diagnostic> {
    let letter = escape.chars().nth(1).unwrap_or('\\');
    let character = match letter {
        '\\' | '\'' | '"' | '`' => letter,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(escape, 4, at),
        'U' => return unicode(escape, 8, at),
        _ => {
            let span = Span::new(at, at + 1 + letter.len_utf8());
            return Err(Diagnostic::syntax(
                ErrorCode::UnexpectedSyntax,
                format!("unknown escape `\\{letter}`"),
                span,
            )
            .with_label(r#"known are \\ \' \" \b \f \n \r \t \uXXXX \UXXXXXXXX"#)
            .with_help(format!("write `\\\\{letter}` for a backslash")));
        }
    };
    Ok((character, 2))
}

/// `\uXXXX` or `\UXXXXXXXX`; a pair of UTF-16 surrogates counts as one character.
fn unicode(escape: &str, digits: usize, at: usize) -> Result<(char, usize), Diagnostic> {
    let code = hexadecimal(escape, digits).ok_or_else(|| {
        let length = escape.chars().take(2 + digits).map(char::len_utf8).sum::<usize>();
        let message = format!("`{}` is not a character", &escape[..length]);
        Diagnostic::syntax(ErrorCode::InvalidUnicodeLiteral, message, Span::new(at, at + length))
            .with_label(format!("expected {digits} hexadecimal digits"))
    })?;
    let length = 2 + digits;
    if let Some(character) = char::from_u32(code) {
        return Ok((character, length));
    }
    let low = escape[length..].strip_prefix("\\u").and_then(|_| hexadecimal(&escape[length..], 4));
    if let (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) = (code, low) {
        let code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        return Ok((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), length + 6));
    }
    let message = format!("`{}` is not a character", &escape[..length]);
    Err(Diagnostic::syntax(ErrorCode::InvalidUnicodeLiteral, message, Span::new(at, at + length))
        .with_label("no character has this code"))
}

fn hexadecimal(escape: &str, digits: usize) -> Option<u32> {
    let text = escape.get(2..2 + digits)?;
    text.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(text, 16).ok())?
}

/// The text between the quotes of a literal that means `value`, for printing.
pub(super) fn escape(value: &str) -> Cow<'_, str> {
    if !value.contains(|c: char| c.is_control() || matches!(c, '\\' | '\'')) {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\'' => text.push_str("\\'"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c if c.is_control() => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(token: &str) -> Result<String, ErrorCode> {
        string(token, Span::new(0, token.len()))
            .map(|text| text.to_string())
            .map_err(|error| error.code)
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(text(r#"'a\n\t\\\'\"b'"#).as_deref(), Ok("a\n\t\\'\"b"));
        assert_eq!(text(r"'\u00e9\U0001F600\uD83D\uDE00'").as_deref(), Ok("é😀😀"));
        for wrong in [r"'\uH'", r"'\u12'", r"'\uD83D'", r"'\U00110000'", r"'\u+123'"] {
            assert_eq!(text(wrong), Err(ErrorCode::InvalidUnicodeLiteral), "{wrong}");
        }
        assert_eq!(text(r"'\q'"), Err(ErrorCode::UnexpectedSyntax));
    }

    #[test]
    fn integers_keep_to_64_bits() {
        let span = Span::default();
        assert_eq!(integer("9223372036854775808", true, span), Ok(i64::MIN));
        assert_eq!(integer("0x7fffffffffffffff", false, span), Ok(i64::MAX));
        assert_eq!(integer("0o17", false, span), Ok(15));
        assert_eq!(integer("0b1010", true, span), Ok(-10));
        assert_eq!(integer("1_000_000", false, span), Ok(1_000_000));
        assert_eq!(integer("0xff_ff", false, span), Ok(0xffff));
        let code = |text, negative| integer(text, negative, span).map_err(|error| error.code);
        assert_eq!(code("9223372036854775808", false), Err(ErrorCode::IntegerOverflow));
        assert_eq!(code("0x", false), Err(ErrorCode::InvalidNumberLiteral));
        assert_eq!(code("0o8", false), Err(ErrorCode::InvalidNumberLiteral));
        for wrong in ["0b2", "0b", "1__0", "1_", "0x_1"] {
            assert_eq!(code(wrong, false), Err(ErrorCode::InvalidNumberLiteral), "{wrong}");
        }
    }

    #[test]
    fn escape_undoes_unescape() {
        let odd = "a'b\\c\"d\u{1}\u{7f}\u{85}\n\té😀";
        assert_eq!(text(&format!("'{}'", escape(odd))).as_deref(), Ok(odd));
    }
}
