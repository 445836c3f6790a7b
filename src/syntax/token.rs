//! Tokens: the words of a query with their places.

use super::diagnostic::Span;
use super::keyword::Keyword;

/// A word, number, string, sign or comment of the query text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

impl Token {
    /// Its text in `text`, which must be the text it was read from; empty otherwise.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.span.start as usize..self.span.end as usize).unwrap_or_default()
    }
}

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A keyword (which may still be used as a name, e.g. as a property key).
    Keyword(Keyword),
    /// A name.
    Name,
    /// A name in backticks.
    QuotedName,
    /// `$name`.
    Parameter,
    /// A whole number: decimal, `0x`, `0o` or `0b`. Its digits are checked when it is used.
    Integer,
    /// A number with a fraction, an exponent, or a suffix that says so: `2d`.
    Float,
    /// Digits that run into letters.
    MalformedNumber,
    /// A string with both its quotes.
    String,
    /// Punctuation or an operator.
    Symbol(Symbol),
    /// `// …` or `/* … */`.
    Comment,
    /// A string without its closing quote; runs to the end of the text.
    UnterminatedString,
    /// A name without its closing backtick; runs to the end of the text.
    UnterminatedName,
    /// `/* …` without its end; runs to the end of the text.
    UnterminatedComment,
    /// A character that begins nothing.
    Unknown,
    /// The end of the text (only the parser sees it).
    End,
}

impl TokenKind {
    /// Whether it can be a name where nothing else is meant.
    pub fn is_word(self) -> bool {
        matches!(self, TokenKind::Keyword(_) | TokenKind::Name | TokenKind::QuotedName)
    }
}

macro_rules! symbols {
    ($($variant:ident $text:literal,)*) => {
        /// Punctuation and operators. Arrows are made of their single signs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Symbol {
            $(#[doc = concat!("`", $text, "`.")] $variant,)*
        }

        impl Symbol {
            /// The text of it.
            pub fn text(self) -> &'static str {
                match self { $(Symbol::$variant => $text,)* }
            }

            /// The text of it in backticks, for messages.
            pub(super) fn quoted(self) -> &'static str {
                match self { $(Symbol::$variant => concat!("`", $text, "`"),)* }
            }
        }

        /// Longer symbols stand before those that they begin with.
        pub(super) const SYMBOLS: &[Symbol] = &[$(Symbol::$variant,)*];
    };
}

symbols! {
    DotDot "..",
    BarBar "||",
    ColonColon "::",
    PlusEqual "+=",
    Matches "=~",
    EqualEqual "==",
    NotEqual "<>",
    BangEqual "!=",
    LessOrEqual "<=",
    GreaterOrEqual ">=",
    LeftParen "(",
    RightParen ")",
    LeftBracket "[",
    RightBracket "]",
    LeftBrace "{",
    RightBrace "}",
    Comma ",",
    Dot ".",
    Colon ":",
    Semicolon ";",
    Bar "|",
    Plus "+",
    Minus "-",
    Star "*",
    Slash "/",
    Percent "%",
    Caret "^",
    Equal "=",
    Less "<",
    Greater ">",
    Ampersand "&",
    Bang "!",
    Dollar "$",
    Question "?",
}

impl Symbol {
    /// The bracket that closes this one.
    pub fn closer(self) -> Option<Symbol> {
        match self {
            Symbol::LeftParen => Some(Symbol::RightParen),
            Symbol::LeftBracket => Some(Symbol::RightBracket),
            Symbol::LeftBrace => Some(Symbol::RightBrace),
            _ => None,
        }
    }

    /// Whether it is a closing bracket.
    pub fn is_closer(self) -> bool {
        matches!(self, Symbol::RightParen | Symbol::RightBracket | Symbol::RightBrace)
    }
}
