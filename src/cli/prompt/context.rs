//! What kind of word stands at the cursor, from the tokens before it.

use super::words;
use crate::cli::tokens;
use dossier::syntax::{Keyword, Symbol, Token, TokenKind};

/// What is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A label.
    Label,
    /// A relationship type.
    RelationshipType,
    /// A label or a relationship type: after a colon outside brackets.
    LabelOrType,
    /// A property key.
    Key,
    /// Text between quotes: a value of the property, if it is known which.
    Text {
        /// The property the text is compared with or set to.
        key: Option<String>,
        /// The quote it begins with.
        quote: char,
    },
    /// The name of a file between quotes.
    File,
    /// A parameter's name.
    Parameter,
    /// A procedure's dotted name.
    Procedure,
    /// The dotted name of a setting.
    Setting,
    /// A value of the setting with this name.
    SettingValue(String),
    /// A keyword, a function or a variable; `keys` where a map may begin a key too.
    Word {
        /// Whether property keys fit as well.
        keys: bool,
    },
    /// Nothing that could be finished: inside a comment or a number.
    Nothing,
}

/// What is wanted at the end of `text`, and where the word being typed begins.
pub(crate) fn wanted(text: &str) -> (usize, Wanted) {
    let all = dossier::syntax::tokenize(text);
    if let Some(last) = all.last() {
        let range = tokens::range(last);
        let in_comment = last.kind == TokenKind::UnterminatedComment
            || (last.kind == TokenKind::Comment
                && last.text(text).starts_with("//")
                && range.end == text.len());
        if in_comment {
            return (text.len(), Wanted::Nothing);
        }
        if last.kind == TokenKind::UnterminatedString {
            let quote = last.text(text).chars().next().unwrap_or('\'');
            let before = meaningful(&all[..all.len() - 1]);
            if words::names_file(&before, text) {
                return (range.start + 1, Wanted::File);
            }
            return (range.start + 1, Wanted::Text { key: key_before(&before, text), quote });
        }
        if range.end == text.len() && (last.kind == TokenKind::Parameter || last.text(text) == "$")
        {
            return (range.start + 1, Wanted::Parameter);
        }
    }
    let mut before = meaningful(&all);
    let mut start = text.len();
    if let Some(start) = procedure_start(&before, text) {
        return (start, Wanted::Procedure);
    }
    if let Some(found) = setting(&before, text) {
        return found;
    }
    if let Some(last) = before.last() {
        let touches = last.span.end as usize == text.len();
        if touches && (last.kind.is_word() || last.kind == TokenKind::UnterminatedName) {
            start = last.span.start as usize;
            before.pop();
        } else if touches
            && matches!(
                last.kind,
                TokenKind::Integer | TokenKind::Float | TokenKind::MalformedNumber
            )
        {
            return (start, Wanted::Nothing);
        }
    }
    (start, after(&before, text))
}

/// Where the dotted name of a procedure begins that is being typed behind CALL.
fn procedure_start(tokens: &[Token], text: &str) -> Option<usize> {
    let dot = TokenKind::Symbol(Symbol::Dot);
    let part = |token: &&Token| token.kind.is_word() || token.kind == dot;
    let mut name = tokens.iter().rev().take_while(part).collect::<Vec<_>>();
    let call = name.iter().rposition(|token| token.kind == TokenKind::Keyword(Keyword::Call))?;
    name.truncate(call);
    // Words alternate with dots, without spaces.
    let last = name.first()?;
    let joined = name.windows(2).all(|pair| {
        pair[1].span.end == pair[0].span.start && (pair[0].kind == dot) != (pair[1].kind == dot)
    });
    let first = name.last()?;
    let typing = last.span.end as usize == text.len();
    (joined && typing && first.kind != dot).then_some(first.span.start as usize)
}

/// What is wanted in `SET name = value`, and where it begins. Only the SET of settings begins a
/// statement: another one would have nothing to set.
fn setting(tokens: &[Token], text: &str) -> Option<(usize, Wanted)> {
    let semicolon = |token: &Token| symbol(Some(token)) == Some(Symbol::Semicolon);
    let start = tokens.iter().rposition(semicolon).map_or(0, |at| at + 1);
    let (set, rest) = tokens.get(start..)?.split_first()?;
    if set.kind != TokenKind::Keyword(Keyword::Set) || set.span.end as usize == text.len() {
        return None;
    }
    // The name is one word to whoever types it: it goes up to the cursor, or up to a sign.
    let part = |token: &&Token| token.kind.is_word() || symbol(Some(token)) == Some(Symbol::Dot);
    let (name, behind) = rest.split_at(rest.iter().take_while(part).count());
    let place = |token: Option<&Token>| token.map_or(text.len(), |token| token.span.start as usize);
    let ends_at_cursor = |token: &Token| token.span.end as usize == text.len();
    match behind {
        [] if name.last().is_none_or(ends_at_cursor) => {
            Some((place(name.first()), Wanted::Setting))
        }
        [equal, value @ ..] if symbol(Some(equal)) == Some(Symbol::Equal) => {
            let name = text.get(place(name.first())..place(Some(equal)))?.trim_end().to_owned();
            let typing = match value {
                [] => true,
                [value] => value.kind.is_word() && ends_at_cursor(value),
                _ => false,
            };
            typing.then(|| (place(value.first()), Wanted::SettingValue(name)))
        }
        _ => None,
    }
}

fn meaningful(all: &[Token]) -> Vec<Token> {
    all.iter().filter(|token| token.kind != TokenKind::Comment).copied().collect()
}

fn symbol(token: Option<&Token>) -> Option<Symbol> {
    match token?.kind {
        TokenKind::Symbol(symbol) => Some(symbol),
        _ => None,
    }
}

/// What fits after these tokens.
fn after(before: &[Token], text: &str) -> Wanted {
    let brackets = tokens::brackets(before);
    let innermost = brackets.open.last().copied();
    match symbol(before.last()) {
        Some(Symbol::Dot) => Wanted::Key,
        Some(Symbol::Colon) => label_or_type(innermost, before),
        Some(Symbol::Bar | Symbol::Ampersand | Symbol::Bang) if in_label_expression(before) => {
            label_or_type(innermost, before)
        }
        Some(Symbol::LeftBrace | Symbol::Comma)
            if matches!(innermost, Some((Symbol::LeftBrace, _))) =>
        {
            if innermost.is_some_and(|(_, at)| begins_subquery(before, at, text)) {
                Wanted::Word { keys: false }
            } else {
                Wanted::Word { keys: true }
            }
        }
        _ => Wanted::Word { keys: false },
    }
}

fn label_or_type(innermost: Option<(Symbol, usize)>, before: &[Token]) -> Wanted {
    match innermost {
        Some((Symbol::LeftParen, _)) => Wanted::Label,
        // A list comprehension over labels is far rarer than a relationship.
        Some((Symbol::LeftBracket, _)) => Wanted::RelationshipType,
        // `{key: …` wants a value, `{ MATCH … WHERE n:` a label.
        Some((Symbol::LeftBrace, at)) if before.len() <= at + 3 => Wanted::Word { keys: false },
        Some((Symbol::LeftBrace, _))
            if matches!(symbol(before.iter().rev().nth(2)), Some(Symbol::Comma)) =>
        {
            Wanted::Word { keys: false }
        }
        _ => Wanted::LabelOrType,
    }
}

/// Whether the signs before the end belong to `:A|B&!C`.
fn in_label_expression(before: &[Token]) -> bool {
    for token in before.iter().rev() {
        match token.kind {
            TokenKind::Symbol(Symbol::Colon) => return true,
            TokenKind::Symbol(Symbol::Bar | Symbol::Ampersand | Symbol::Bang | Symbol::Percent) => {
            }
            kind if kind.is_word() => {}
            _ => return false,
        }
    }
    false
}

/// Whether the brace at index `at` opens a subquery: `EXISTS {`, `COUNT {`, `CALL {`.
fn begins_subquery(before: &[Token], at: usize, text: &str) -> bool {
    let word = at.checked_sub(1).and_then(|at| before.get(at));
    word.is_some_and(|word| {
        ["exists", "count", "collect", "call"]
            .iter()
            .any(|known| word.text(text).eq_ignore_ascii_case(known))
    })
}

/// The property key that text after these tokens is about: `{key: '`, `.key = '`,
/// `.key IN ['`, `.key STARTS WITH '`.
fn key_before(before: &[Token], text: &str) -> Option<String> {
    let mut rest = before;
    while let Some((last, more)) = rest.split_last() {
        let skipped = match last.kind {
            TokenKind::Symbol(
                Symbol::Colon
                | Symbol::Equal
                | Symbol::EqualEqual
                | Symbol::NotEqual
                | Symbol::BangEqual
                | Symbol::LeftBracket
                | Symbol::Comma
                | Symbol::Matches,
            )
            | TokenKind::String => true,
            TokenKind::Keyword(word) => matches!(
                word,
                Keyword::In | Keyword::Starts | Keyword::Ends | Keyword::With | Keyword::Contains
            ),
            _ => false,
        };
        if !skipped {
            break;
        }
        rest = more;
    }
    let (name, more) = rest.split_last()?;
    let about =
        matches!(symbol(more.last()), Some(Symbol::Dot | Symbol::LeftBrace | Symbol::Comma));
    // A comma or a text alone compares nothing.
    let compared = before[rest.len()..]
        .iter()
        .any(|token| !matches!(token.kind, TokenKind::String | TokenKind::Symbol(Symbol::Comma)));
    (name.kind.is_word() && about && compared).then(|| name.text(text).trim_matches('`').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart() {
        let word = Wanted::Word { keys: false };
        for (text, start, expected) in [
            ("MATCH (n:Per", 9, Wanted::Label),
            ("MATCH (n:A|", 11, Wanted::Label),
            ("MATCH (n)-[:", 12, Wanted::RelationshipType),
            ("MATCH (n)-[r:A|LE", 15, Wanted::RelationshipType),
            ("MATCH (n) WHERE n:Pe", 18, Wanted::LabelOrType),
            ("MATCH (n) RETURN n.na", 19, Wanted::Key),
            ("MATCH (n {na", 10, Wanted::Word { keys: true }),
            ("MATCH (n {name: to", 16, word.clone()),
            ("MATCH (n) WHERE EXISTS { MA", 25, word.clone()),
            ("LOAD CSV WITH HEADERS FROM 'da", 28, Wanted::File),
            ("COPY Person FROM 'da", 18, Wanted::File),
            ("COPY Person FROM ['a.csv', 'da", 28, Wanted::File),
            ("COPY (MATCH (n) RETURN n.x) TO \"ou", 32, Wanted::File),
            ("RETURN $cl", 8, Wanted::Parameter),
            ("mat", 0, word.clone()),
            ("", 0, word),
            ("RETURN 1 // com", 15, Wanted::Nothing),
            ("SET ", 4, Wanted::Setting),
            ("RETURN 1; set optimiser.zo", 14, Wanted::Setting),
            ("SET a.b =", 9, Wanted::SettingValue("a.b".to_owned())),
            ("SET a.b = of", 10, Wanted::SettingValue("a.b".to_owned())),
            ("SET", 0, Wanted::Word { keys: false }),
            ("SET a.b ", 8, Wanted::Word { keys: false }),
            ("SET a.b = off ", 14, Wanted::Word { keys: false }),
            ("MATCH (n) SET n.na", 16, Wanted::Key),
            ("MATCH (n) SET n.name = na", 23, Wanted::Word { keys: false }),
        ] {
            assert_eq!(wanted(text), (start, expected), "{text}");
        }
    }

    #[test]
    fn text_knows_its_property() {
        let key = |text: &str| match wanted(text).1 {
            Wanted::Text { key, .. } => key,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(key("MATCH (n {name: 'He Lif").as_deref(), Some("name"));
        assert_eq!(key("MATCH (n {a: 1, title: 'He").as_deref(), Some("title"));
        assert_eq!(key("MATCH (n) WHERE n.name STARTS WITH \"He").as_deref(), Some("name"));
        assert_eq!(key("MATCH (n) WHERE n.name IN ['a', 'b").as_deref(), Some("name"));
        assert_eq!(key("RETURN 'He"), None);
        assert_eq!(key("RETURN n.name, 'He"), None);
    }
}
