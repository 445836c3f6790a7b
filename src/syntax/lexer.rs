//! Text to tokens, with nom over `&str`.
//!
//! The lexer never fails: what it cannot read becomes a token of its own
//! (unknown, unterminated, malformed), so that the REPL can highlight half-written
//! text. Whether such a token is an error is the grammar's business.

use super::diagnostic::Span;
use super::keyword::Keyword;
use super::token::{SYMBOLS, Symbol, Token, TokenKind};
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while, take_while1};
use nom::character::complete::{anychar, char, digit1, one_of, satisfy};
use nom::combinator::{opt, recognize, rest, value};
use nom::error::Error;
use nom::multi::many0_count;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

type Lexed<'a, T> = IResult<&'a str, T, Error<&'a str>>;

/// Splits `text` into tokens, comments included, white space left out.
///
/// Never fails; the spans are in order and do not overlap.
///
/// # Complexity
/// Linear in the bytes of `text`.
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    tokens.extend(tokens_of(text));
    tokens
}

/// The tokens of `text`, read as they are asked for.
pub(super) fn tokens_of(text: &str) -> impl Iterator<Item = Token> {
    let mut input = skip_white(text);
    std::iter::from_fn(move || {
        if input.is_empty() {
            return None;
        }
        let (after, kind) = token(input).ok()?;
        let span = Span::new(text.len() - input.len(), text.len() - after.len());
        input = skip_white(after);
        Some(Token { kind, span })
    })
}

fn skip_white(input: &str) -> &str {
    input.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// One token; branches on the first character.
fn token(input: &str) -> Lexed<'_, TokenKind> {
    let mut characters = input.chars();
    match (characters.next(), characters.next()) {
        (Some('\'' | '"'), _) => string(input),
        (Some('`'), _) => quoted_name(input),
        (Some('$'), _) => parameter(input),
        (Some('0'..='9'), _) => number(input),
        (Some('.'), Some('0'..='9')) => fraction(input),
        (Some('/'), Some('/' | '*')) => comment(input),
        (Some(c), _) if begins_name(c) => word(input),
        _ => symbol(input),
    }
}

/// Whether a name may begin with `c`.
pub(super) fn begins_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// Whether `c` may stand inside a name: letters, digits, connectors, and the
/// combining marks of decomposed text and of Indic scripts.
pub(super) fn continues_name(c: char) -> bool {
    c == '_'
        || c.is_alphanumeric()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{203f}' | '\u{2040}')
        || matches!(c, '\u{94d}' | '\u{9cd}' | '\u{bcd}' | '\u{c4d}' | '\u{ccd}' | '\u{d4d}')
}

fn word(input: &str) -> Lexed<'_, TokenKind> {
    let (after, text) = take_while1(continues_name).parse(input)?;
    Ok((after, Keyword::of(text).map_or(TokenKind::Name, TokenKind::Keyword)))
}

fn quoted_name(input: &str) -> Lexed<'_, TokenKind> {
    let body = many0_count(alt((recognize(tag("``")), recognize(satisfy(|c| c != '`')))));
    alt((
        value(TokenKind::QuotedName, delimited(char('`'), body, char('`'))),
        value(TokenKind::UnterminatedName, rest),
    ))
    .parse(input)
}

fn parameter(input: &str) -> Lexed<'_, TokenKind> {
    let (after, _) = char('$').parse(input)?;
    if after.starts_with('`') {
        let (after, kind) = quoted_name(after)?;
        let kind = if kind == TokenKind::QuotedName { TokenKind::Parameter } else { kind };
        return Ok((after, kind));
    }
    let (after, name) = take_while(continues_name).parse(after)?;
    let kind = match name {
        "" if after.starts_with('(') => TokenKind::Symbol(Symbol::Dollar),
        "" => TokenKind::Unknown,
        _ => TokenKind::Parameter,
    };
    Ok((after, kind))
}

fn string(input: &str) -> Lexed<'_, TokenKind> {
    let (after, quote) = one_of("'\"").parse(input)?;
    let plain = take_while1(move |c| c != quote && c != '\\');
    let escape = preceded(char('\\'), recognize(anychar));
    let body = many0_count(alt((plain, escape)));
    alt((value(TokenKind::String, (body, char(quote))), value(TokenKind::UnterminatedString, rest)))
        .parse(after)
}

fn comment(input: &str) -> Lexed<'_, TokenKind> {
    alt((
        value(TokenKind::Comment, (tag("//"), take_while(|c| c != '\n'))),
        value(TokenKind::Comment, (tag("/*"), take_until("*/"), tag("*/"))),
        value(TokenKind::UnterminatedComment, rest),
    ))
    .parse(input)
}

/// `12`, `1_000`, `1.5`, `1e9`, `0xff`, `0o17`, `0b11`.
fn number(input: &str) -> Lexed<'_, TokenKind> {
    let radix = opt((char('0'), one_of("xXoObB"), take_while(continues_name)));
    let (after, prefixed) = recognize(radix).parse(input)?;
    if !prefixed.is_empty() {
        return Ok((after, TokenKind::Integer));
    }
    let (after, _) = digits(input)?;
    let (after, fraction) = opt((char('.'), digits)).parse(after)?;
    let (after, exponent) = opt(exponent).parse(after)?;
    let kind = if fraction.is_some() || exponent.is_some() {
        TokenKind::Float
    } else {
        TokenKind::Integer
    };
    ended_number(after, kind)
}

/// `.5`, `.5e3`.
fn fraction(input: &str) -> Lexed<'_, TokenKind> {
    let (after, _) = (char('.'), digits, opt(exponent)).parse(input)?;
    ended_number(after, TokenKind::Float)
}

/// Digits, where single underscores may stand between them.
fn digits(input: &str) -> Lexed<'_, &str> {
    recognize((digit1, many0_count((char('_'), digit1)))).parse(input)
}

fn exponent(input: &str) -> Lexed<'_, &str> {
    recognize((one_of("eE"), opt(one_of("+-")), digits)).parse(input)
}

/// Letters directly behind a number belong to it: `f` and `d` make it a float, and others
/// spoil it, since `12abc` is one mistake and not two tokens.
fn ended_number(input: &str, kind: TokenKind) -> Lexed<'_, TokenKind> {
    let (after, letters) = take_while(continues_name).parse(input)?;
    let kind = match letters {
        "" => kind,
        "f" | "F" | "d" | "D" => TokenKind::Float,
        _ => TokenKind::MalformedNumber,
    };
    Ok((after, kind))
}

fn symbol(input: &str) -> Lexed<'_, TokenKind> {
    let found = SYMBOLS.iter().find(|symbol| input.starts_with(symbol.text()));
    match found {
        Some(symbol) => value(TokenKind::Symbol(*symbol), tag(symbol.text())).parse(input),
        None => value(TokenKind::Unknown, anychar).parse(input),
    }
}

/// For each token that is a bracket, the index of its partner; `u32::MAX` for all else.
///
/// A closing bracket of the wrong kind leaves the brackets inside it open, so that
/// in `({)` the brace is the one without a partner.
pub(super) fn partners(tokens: &[Token]) -> Vec<u32> {
    let mut partners = vec![u32::MAX; tokens.len()];
    let mut open: Vec<(u32, Symbol)> = Vec::new();
    // How many of each closer are awaited: a stray closer must not search the whole stack.
    let mut awaited = [0_u32; 3];
    for (index, token) in (0_u32..).zip(tokens) {
        let TokenKind::Symbol(symbol) = token.kind else { continue };
        if let Some(closer) = symbol.closer() {
            awaited[slot(closer)] += 1;
            open.push((index, closer));
        } else if symbol.is_closer() && awaited[slot(symbol)] > 0 {
            while let Some((opener, closer)) = open.pop() {
                awaited[slot(closer)] -= 1;
                if closer == symbol {
                    partners[opener as usize] = index;
                    partners[index as usize] = opener;
                    break;
                }
            }
        }
    }
    partners
}

fn slot(closer: Symbol) -> usize {
    match closer {
        Symbol::RightParen => 0,
        Symbol::RightBracket => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        tokenize(text).iter().map(|token| (token.kind, token.text(text))).collect()
    }

    #[test]
    fn numbers_end_where_ranges_begin() {
        use TokenKind::*;
        let dots = Symbol(super::Symbol::DotDot);
        assert_eq!(kinds("1..3"), [(Integer, "1"), (dots, ".."), (Integer, "3")]);
        assert_eq!(
            kinds("1.5 .5 1e9 1.5E-3 0x1F 0o17"),
            [
                (Float, "1.5"),
                (Float, ".5"),
                (Float, "1e9"),
                (Float, "1.5E-3"),
                (Integer, "0x1F"),
                (Integer, "0o17"),
            ]
        );
        assert_eq!(kinds("2d 1.5F .5f"), [(Float, "2d"), (Float, "1.5F"), (Float, ".5f")]);
        assert_eq!(kinds("12ab 1e"), [(MalformedNumber, "12ab"), (MalformedNumber, "1e")]);
        assert_eq!(
            kinds("1_000.5_0e1_0 0b1_0 1__0 1_"),
            [
                (Float, "1_000.5_0e1_0"),
                (Integer, "0b1_0"),
                (MalformedNumber, "1__0"),
                (MalformedNumber, "1_"),
            ]
        );
    }

    #[test]
    fn what_is_not_closed_runs_to_the_end() {
        use TokenKind::*;
        assert_eq!(kinds(r"'a\' b"), [(UnterminatedString, r"'a\' b")]);
        assert_eq!(kinds("'a\\"), [(UnterminatedString, "'a\\")]);
        assert_eq!(kinds("/* a"), [(UnterminatedComment, "/* a")]);
        assert_eq!(kinds("`a"), [(UnterminatedName, "`a")]);
        assert_eq!(kinds("$`a"), [(UnterminatedName, "$`a")]);
        assert_eq!(
            kinds("$ `a``b` $`c`"),
            [(Unknown, "$"), (QuotedName, "`a``b`"), (Parameter, "$`c`")]
        );
        assert_eq!(kinds("$(")[0], (Symbol(super::Symbol::Dollar), "$"));
        assert_eq!(kinds("// a\n/* b */"), [(Comment, "// a"), (Comment, "/* b */")]);
    }

    #[test]
    fn names_are_unicode() {
        use TokenKind::Name;
        assert_eq!(kinds("Zoë 李飞 हिन्दी"), [(Name, "Zoë"), (Name, "李飞"), (Name, "हिन्दी")]);
    }

    #[test]
    fn brackets_find_their_partners() {
        assert_eq!(partners(&tokenize("( { )")), [2, u32::MAX, 0]);
        assert_eq!(partners(&tokenize("[ ( ] )")), [2, u32::MAX, 0, u32::MAX]);
    }
}
