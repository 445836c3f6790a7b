//! The grammar's input: a slice of tokens that nom can walk, and how parsing fails.

use super::ast::Name;
use super::diagnostic::{Diagnostic, Span};
use super::keyword::Keyword;
use super::lexer::{partners, tokens_of};
use super::token::{Symbol, Token, TokenKind};
use crate::value::ErrorCode;
use nom::error::{ErrorKind, ParseError};
use nom::{Err, IResult, Needed};
use std::cell::Cell;
use std::sync::Arc;

/// How deep a query may nest: brackets, operands, CASE, subqueries.
///
/// Parsing recurses once a level; a test holds that this fits the stack of a
/// 2 MiB thread in a build without optimisation.
pub const MAX_NESTING: u16 = 128;

/// A query text with its tokens (without comments, with one [`TokenKind::End`] behind).
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    /// For each bracket the index of its partner, see [`partners`].
    pub(super) partners: Vec<u32>,
    /// Whether a question was answered that the part of the text behind the tokens could
    /// have answered otherwise.
    guessed: Cell<bool>,
    /// How often the parser has looked at a token: its steps.
    #[cfg(debug_assertions)]
    pub(super) steps: Cell<u64>,
}

impl<'a> Source<'a> {
    /// The tokens of the whole text.
    ///
    /// # Errors
    /// At a bracket inside more than [`MAX_NESTING`] others: each counts for a level at
    /// least, so nothing that follows needs to be read.
    pub(super) fn new(text: &'a str) -> Result<Self, Box<Diagnostic>> {
        Self::of(text, text.len())
    }

    /// The tokens of about the first `bytes` of the text.
    ///
    /// # Errors
    /// As [`Source::new`].
    pub(super) fn of(text: &'a str, bytes: usize) -> Result<Self, Box<Diagnostic>> {
        let mut tokens = Vec::with_capacity(bytes.min(text.len()) / 4);
        let mut open = 0_u16;
        for token in tokens_of(text) {
            match token.kind {
                TokenKind::Comment => continue,
                TokenKind::Symbol(symbol) if symbol.closer().is_some() => open += 1,
                TokenKind::Symbol(symbol) if symbol.is_closer() => open = open.saturating_sub(1),
                _ => {}
            }
            if open > MAX_NESTING {
                return Err(Box::new(nests_too_deep(token.span)));
            }
            tokens.push(token);
            if token.span.end as usize >= bytes {
                break;
            }
        }
        tokens.push(Token { kind: TokenKind::End, span: Span::new(text.len(), text.len()) });
        let partners = partners(&tokens);
        Ok(Source {
            text,
            tokens,
            partners,
            guessed: Cell::new(false),
            #[cfg(debug_assertions)]
            steps: Cell::new(0),
        })
    }

    /// Whether the parser has asked for the partner of a bracket that has none among the
    /// tokens: in a part of a text it may stand behind.
    pub(super) fn guessed(&self) -> bool {
        self.guessed.get()
    }

    /// All tokens as input.
    pub(super) fn input(&'a self) -> Tokens<'a> {
        let end = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        Tokens { source: self, start: 0, end, depth: 0, patterns: false, bar_ends: false }
    }

    /// The token at `index`, the end of the text behind the last.
    pub(super) fn token(&self, index: u32) -> Token {
        #[cfg(debug_assertions)]
        self.steps.set(self.steps.get() + 1);
        let end = Span::new(self.text.len(), self.text.len());
        self.tokens
            .get(index as usize)
            .copied()
            .unwrap_or(Token { kind: TokenKind::End, span: end })
    }
}

/// A slice of the tokens of a [`Source`], and what surrounds it: how deep it
/// nests, whether patterns count as predicates here, and whether a bar ends the expression.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tokens<'a> {
    source: &'a Source<'a>,
    start: u32,
    end: u32,
    depth: u16,
    patterns: bool,
    bar_ends: bool,
}

impl<'a> Tokens<'a> {
    /// The kind of the next token.
    pub(super) fn peek(self) -> TokenKind {
        self.peek_at(0)
    }

    /// The kind of the token `offset` tokens ahead.
    pub(super) fn peek_at(self, offset: u32) -> TokenKind {
        let index = self.start.saturating_add(offset);
        if index < self.end { self.source.token(index).kind } else { TokenKind::End }
    }

    /// The next token.
    pub(super) fn token(self) -> Token {
        self.source.token(self.start)
    }

    /// The place of the next token.
    pub(super) fn span(self) -> Span {
        self.token().span
    }

    /// The text of the next token.
    pub(super) fn text(self) -> &'a str {
        self.token().text(self.source.text)
    }

    /// The whole query text.
    pub(super) fn source_text(self) -> &'a str {
        self.source.text
    }

    /// The input behind the next `count` tokens.
    pub(super) fn advance(self, count: u32) -> Self {
        Tokens { start: self.start.saturating_add(count).min(self.end), ..self }
    }

    /// From the next token to the one before `rest`.
    pub(super) fn span_to(self, rest: Tokens<'a>) -> Span {
        self.span().to(self.source.token(rest.start.saturating_sub(1)).span)
    }

    /// How many tokens ahead the partner of the next token stands, which must be an opening bracket.
    pub(super) fn partner(self) -> Option<u32> {
        let partner = *self.source.partners.get(self.start as usize)?;
        if partner == u32::MAX {
            self.source.guessed.set(true);
        }
        (partner != u32::MAX && partner < self.end).then(|| partner.saturating_sub(self.start))
    }

    pub(super) fn at_symbol(self, symbol: Symbol) -> bool {
        self.peek() == TokenKind::Symbol(symbol)
    }

    pub(super) fn at_keyword(self, keyword: Keyword) -> bool {
        self.peek() == TokenKind::Keyword(keyword)
    }

    /// Whether the next token is an unquoted word with this text, in any case.
    pub(super) fn at_word(self, word: &str) -> bool {
        matches!(self.peek(), TokenKind::Name | TokenKind::Keyword(_))
            && self.text().eq_ignore_ascii_case(word)
    }

    /// Whether a pattern may stand here as a predicate.
    pub(super) fn allows_patterns(self) -> bool {
        self.patterns
    }

    /// The same input where patterns count as predicates, or do not.
    pub(super) fn with_patterns(self, patterns: bool) -> Self {
        Tokens { patterns, ..self }
    }

    /// Whether a bar here ends the expression, as in `[x IN list WHERE x:A | x.name]`.
    pub(super) fn ends_at_bar(self) -> bool {
        self.bar_ends
    }

    /// The same input where a bar ends the expression, or does not.
    pub(super) fn with_bar_end(self, bar_ends: bool) -> Self {
        Tokens { bar_ends, ..self }
    }

    /// The same input `levels` deeper.
    pub(super) fn deeper(self, levels: u16) -> Result<Self, Err<Failure>> {
        let depth = self.depth.saturating_add(levels);
        if depth > MAX_NESTING { Err(too_deep(self.span())) } else { Ok(Tokens { depth, ..self }) }
    }

    /// The same input with the surroundings of `outer`, when what nested there has ended.
    pub(super) fn back_to(self, outer: Tokens<'a>) -> Self {
        Tokens { depth: outer.depth, patterns: outer.patterns, bar_ends: outer.bar_ends, ..self }
    }

    /// The failure that something else was expected here.
    pub(super) fn expected(self, what: &'static str) -> Failure {
        Failure::Expected { what, at: self.start }
    }
}

/// The failure of a query that nests deeper than [`MAX_NESTING`].
#[cold]
pub(super) fn too_deep(span: Span) -> Err<Failure> {
    fail(nests_too_deep(span))
}

/// The diagnostic of a query that nests deeper than [`MAX_NESTING`].
#[cold]
fn nests_too_deep(span: Span) -> Diagnostic {
    let message = format!("the query nests deeper than {MAX_NESTING} levels");
    Diagnostic::syntax(ErrorCode::NestingTooDeep, message, span)
        .with_label("one level too many begins here")
        .with_help("pass nested data as a parameter, or compute it in steps with WITH")
}

/// Stops parsing with a diagnostic.
pub(super) fn fail(diagnostic: Diagnostic) -> Err<Failure> {
    Err::Failure(Failure::Other(Box::new(diagnostic)))
}

/// Why parsing failed. Nothing is formatted before it is sure that it will be shown.
#[derive(Debug)]
pub(super) enum Failure {
    /// Something else stands at the token with this index.
    Expected {
        /// What was expected, as it reads after "expected".
        what: &'static str,
        /// The index of the token that is there.
        at: u32,
    },
    /// Anything else.
    Other(Box<Diagnostic>),
}

impl<'a> ParseError<Tokens<'a>> for Failure {
    fn from_error_kind(input: Tokens<'a>, _: ErrorKind) -> Self {
        input.expected("something else")
    }

    /// The innermost failure knows best.
    fn append(_: Tokens<'a>, _: ErrorKind, other: Self) -> Self {
        other
    }
}

/// What a grammar function returns. `Err::Error` means that the construct does not
/// begin here, `Err::Failure` that it begins here and is wrong.
pub(super) type Parsed<'a, T> = IResult<Tokens<'a>, T, Failure>;

impl<'a> nom::Input for Tokens<'a> {
    type Item = Token;
    type Iter = std::iter::Copied<std::slice::Iter<'a, Token>>;
    type IterIndices = std::iter::Enumerate<Self::Iter>;

    fn input_len(&self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    fn take(&self, index: usize) -> Self {
        Tokens { end: self.advance(u32::try_from(index).unwrap_or(u32::MAX)).start, ..*self }
    }

    fn take_from(&self, index: usize) -> Self {
        self.advance(u32::try_from(index).unwrap_or(u32::MAX))
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        (self.take_from(index), self.take(index))
    }

    fn position<P: Fn(Token) -> bool>(&self, predicate: P) -> Option<usize> {
        self.iter_elements().position(predicate)
    }

    fn iter_elements(&self) -> Self::Iter {
        let range = self.start as usize..self.end as usize;
        self.source.tokens.get(range).unwrap_or_default().iter().copied()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.iter_elements().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        let missing = count.saturating_sub(self.input_len());
        if missing == 0 { Ok(count) } else { Err(Needed::new(missing)) }
    }
}

/// Accepts a symbol; without it the construct does not begin here.
pub(super) fn symbol<'a>(symbol: Symbol) -> impl Fn(Tokens<'a>) -> Parsed<'a, Span> {
    move |input| {
        if input.at_symbol(symbol) {
            Ok((input.advance(1), input.span()))
        } else {
            Err(Err::Error(input.expected(symbol.quoted())))
        }
    }
}

/// Accepts a keyword; without it the construct does not begin here.
pub(super) fn keyword<'a>(keyword: Keyword) -> impl Fn(Tokens<'a>) -> Parsed<'a, Span> {
    move |input| {
        if input.at_keyword(keyword) {
            Ok((input.advance(1), input.span()))
        } else {
            Err(Err::Error(input.expected(keyword.text())))
        }
    }
}

/// Demands a symbol; `what` is all that could stand here.
pub(super) fn expect<'a>(
    input: Tokens<'a>,
    symbol: Symbol,
    what: &'static str,
) -> Result<Tokens<'a>, Err<Failure>> {
    if input.at_symbol(symbol) {
        Ok(input.advance(1))
    } else {
        Err(Err::Failure(input.expected(what)))
    }
}

/// Demands a keyword.
pub(super) fn expect_keyword<'a>(
    input: Tokens<'a>,
    keyword: Keyword,
    what: &'static str,
) -> Result<Tokens<'a>, Err<Failure>> {
    if input.at_keyword(keyword) {
        Ok(input.advance(1))
    } else {
        Err(Err::Failure(input.expected(what)))
    }
}

/// Demands a word that is no keyword, but means something in this place.
pub(super) fn expect_word<'a>(
    input: Tokens<'a>,
    word: &str,
    what: &'static str,
) -> Result<Tokens<'a>, Err<Failure>> {
    if input.at_word(word) { Ok(input.advance(1)) } else { Err(Err::Failure(input.expected(what))) }
}

/// Demands a name; keywords count as names. `what` says what it would name.
pub(super) fn name<'a>(what: &'static str) -> impl Fn(Tokens<'a>) -> Parsed<'a, Name> {
    move |input| {
        if !input.peek().is_word() {
            return Err(Err::Failure(input.expected(what)));
        }
        let span = input.span();
        let text = match input.peek() {
            TokenKind::QuotedName => unquote(input.text()),
            _ => input.text().into(),
        };
        Ok((input.advance(1), Name { text, span }))
    }
}

/// The name in backticks, which may be empty.
pub(super) fn unquote(quoted: &str) -> Arc<str> {
    let inner = quoted.strip_prefix('`').and_then(|text| text.strip_suffix('`')).unwrap_or(quoted);
    if inner.contains('`') { inner.replace("``", "`").into() } else { inner.into() }
}
