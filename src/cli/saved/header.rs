//! The typed comment header of a saved query.
//!
//! ```text
//! // title: Who broke the Geneva consensus, and who says so
//! // description: Lists the statements that somebody calls a breach,
//! //   with the people who say so.
//! // param claimant: string = 'Chinese government' -- only claims by this one
//! // param since: date
//! MATCH …
//! ```
//!
//! A parameter without a default must be given; `= null` allows its absence.
//! Comment lines that are none of these are remarks and mean nothing here.

use super::Kind;

/// What a header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// One line that says what the query answers; empty where there is none.
    pub(crate) title: String,
    /// More about it; empty where there is none.
    pub(crate) description: String,
    /// The parameters in the order in which they are declared.
    pub(crate) parameters: Vec<Parameter>,
}

/// A declared parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Its name, without the dollar sign.
    pub(crate) name: String,
    /// The type its values must have.
    pub(crate) kind: Kind,
    /// The text of its default, `None` where a value must be given.
    pub(crate) default: Option<String>,
    /// What it is for; may be empty.
    pub(crate) description: String,
    /// The line of its declaration, from 1.
    pub(crate) line: usize,
}

/// A header line that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeaderError {
    /// The line, from 1.
    pub(crate) line: usize,
    /// What is wrong with it.
    pub(crate) message: String,
}

/// Which text a continuation line continues.
#[derive(Clone, Copy)]
enum Open {
    Nothing,
    Title,
    Description,
    Parameter,
}

/// Reads the header of a saved query's text.
///
/// # Errors
/// A `param` line without a type, with an unknown type, or declared twice.
pub(crate) fn parse(text: &str) -> Result<Header, HeaderError> {
    let mut header = Header::default();
    let mut open = Open::Nothing;
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            open = Open::Nothing;
            continue;
        }
        let Some(comment) = line.strip_prefix("//") else {
            break;
        };
        let content = comment.trim();
        if let Some(title) = keyed(content, "title") {
            title.clone_into(&mut header.title);
            open = Open::Title;
        } else if let Some(description) = keyed(content, "description") {
            description.clone_into(&mut header.description);
            open = Open::Description;
        } else if let Some(declaration) =
            content.strip_prefix("param ").filter(|rest| looks_declared(rest))
        {
            let parameter = parameter(declaration, at + 1)?;
            if header.parameters.iter().any(|known| known.name == parameter.name) {
                return Err(HeaderError {
                    line: at + 1,
                    message: format!("the parameter `{}` is declared twice", parameter.name),
                });
            }
            header.parameters.push(parameter);
            open = Open::Parameter;
        } else if comment.starts_with("  ") && !content.is_empty() {
            match open {
                Open::Nothing => {}
                Open::Title => append(&mut header.title, content),
                Open::Description => append(&mut header.description, content),
                Open::Parameter => {
                    if let Some(last) = header.parameters.last_mut() {
                        append(&mut last.description, content);
                    }
                }
            }
        } else {
            open = Open::Nothing;
        }
    }
    Ok(header)
}

fn keyed<'a>(content: &'a str, key: &str) -> Option<&'a str> {
    let (found, rest) = content.split_once(':')?;
    found.trim().eq_ignore_ascii_case(key).then(|| rest.trim())
}

/// A remark may begin with the word "param"; a declaration goes on with a name
/// and a colon, or with a name alone.
fn looks_declared(rest: &str) -> bool {
    let name_end = rest.trim_start().find(|c: char| !is_name(c)).unwrap_or(rest.trim_start().len());
    let after = rest.trim_start()[name_end..].trim_start();
    after.is_empty() || after.starts_with([':', '=', '-'])
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(more);
}

/// Reads `name: type = default -- description`.
fn parameter(declaration: &str, line: usize) -> Result<Parameter, HeaderError> {
    let fail = |message: String| HeaderError { line, message };
    let (declared, description) = split_outside_quotes(declaration, " --");
    let (typed, default) = split_outside_quotes(declared, "=");
    let (name, kind) = typed.split_once(':').ok_or_else(|| {
        fail(format!(
            "the parameter `{}` has no type; write `// param {}: string`",
            typed.trim(),
            typed.trim()
        ))
    })?;
    let name = name.trim();
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(fail(format!("`{name}` is no parameter name")));
    }
    let kind = kind.trim();
    let kind = Kind::from_name(kind).ok_or_else(|| {
        let names: Vec<&str> = Kind::ALL.iter().map(|(_, name)| *name).collect();
        let hint = crate::cli::suggest::nearest(kind, names.iter().copied())
            .map(|near| format!("; did you mean `{near}`?"));
        fail(format!(
            "`{kind}` is no parameter type{}",
            hint.unwrap_or_else(|| format!("; the types are {}", names.join(", ")))
        ))
    })?;
    Ok(Parameter {
        name: name.to_owned(),
        kind,
        default: default.map(|text| text.trim().to_owned()),
        description: description.unwrap_or_default().trim().to_owned(),
        line,
    })
}

/// Splits at the first separator that stands outside quotes and brackets.
fn split_outside_quotes<'a>(text: &'a str, separator: &str) -> (&'a str, Option<&'a str>) {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if text[at..].starts_with(separator) => {
                return (&text[..at], Some(&text[at + separator.len()..]));
            }
            None if c == '\'' || c == '"' => quote = Some(c),
            None => {}
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_header_is_read() {
        let header = parse(
            "// title: Who says so\n// description: All claims\n//   and their claimants.\n\n// a remark: param is a word\n\
             // param claimant: string = 'A -- = B' -- only by\n//   this one\n// param since: date\nMATCH (n) // title: no\nRETURN n",
        )
        .expect("a header");
        assert_eq!(header.title, "Who says so");
        assert_eq!(header.description, "All claims and their claimants.");
        assert_eq!(header.parameters.len(), 2);
        assert_eq!(header.parameters[0].default.as_deref(), Some("'A -- = B'"));
        assert_eq!(header.parameters[0].description, "only by this one");
        assert_eq!(header.parameters[1].kind, Kind::Date);
        assert_eq!(header.parameters[1].default, None);
    }

    #[test]
    fn wrong_declarations_are_named() {
        for (text, part) in [
            ("// param a", "has no type"),
            ("// param a: strin", "did you mean `string`"),
            ("// param a: any\n// param a: any", "declared twice"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.message.contains(part), "{}", error.message);
        }
    }
}
