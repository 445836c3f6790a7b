//! COPY: what its rows become, and what its options say.
//!
//! A value that is written is looked at when the statement is bound, one that a parameter
//! holds when it runs, by the same rules.

use super::Bound;
use super::expression::VariableId;
use crate::syntax::ast::{
    CopyKind, CopyOption, CopyStatement, CopyTarget, CopyValue, CopyValueKind, EdgeEnd, EndKind,
    Name,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::syntax::{closest, print_copy};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use std::sync::Arc;

/// `COPY what FROM file`, by names.
#[derive(Clone, Debug)]
pub struct CopyFrom {
    /// What the rows become.
    pub into: CopyInto,
    /// The file, or a list of files.
    pub file: CopyValue,
    /// The options.
    pub options: CopyOptions,
    /// Columns of the result, which has a row for each line that was passed over: its file, its
    /// number and the reason. There are none where no line may be passed over.
    pub bad: Option<[VariableId; 3]>,
    /// As it is written, without its first word.
    pub text: String,
}

/// What the rows of a file become.
#[derive(Clone, Debug)]
pub enum CopyInto {
    /// Nodes with this label, or relationships of this type; the header tells.
    Named(Arc<str>),
    /// Nodes with these labels.
    Nodes(Vec<Arc<str>>),
    /// Relationships.
    Relationships {
        /// What they start at.
        start: CopyEnd,
        /// Their type.
        label: Option<Arc<str>>,
        /// What they end at.
        end: CopyEnd,
    },
}

/// What a relationship of a file starts or ends at: a node with a label or a relationship of a
/// type, where they are told.
#[derive(Clone, Debug)]
pub struct CopyEnd {
    /// Node or relationship.
    pub kind: EndKind,
    /// The label or type.
    pub name: Option<Arc<str>>,
}

/// `COPY (query) TO file`, behind the query.
#[derive(Clone, Debug)]
pub struct CopyTo {
    /// The columns of the query's result.
    pub columns: Vec<(Arc<str>, VariableId)>,
    /// The file.
    pub file: CopyValue,
    /// The options.
    pub options: CopyOptions,
    /// The column of the statement's result: how many rows were written.
    pub rows: VariableId,
    /// As it is written, without what stands before the file.
    pub text: String,
}

/// The options as they are written.
#[derive(Clone, Debug, Default)]
pub struct CopyOptions(Vec<(CopySetting, CopyValue)>);

/// What an option sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopySetting {
    /// Whether the files have a header.
    Header,
    /// What the columns are, in the place of a header.
    Columns,
    /// What stands between two fields.
    Delimiter,
    /// What stands between the values of a list.
    ListDelimiter,
    /// How many bad lines are passed over.
    SkipBad,
    /// How the file is written.
    Format,
}

/// The names of the options, and whether they are for FROM alone.
const SETTINGS: [(&str, CopySetting, bool); 7] = [
    ("HEADER", CopySetting::Header, false),
    ("COLUMNS", CopySetting::Columns, true),
    ("DELIMITER", CopySetting::Delimiter, false),
    ("DELIM", CopySetting::Delimiter, false),
    ("LIST_DELIMITER", CopySetting::ListDelimiter, false),
    ("SKIP_BAD", CopySetting::SkipBad, true),
    ("FORMAT", CopySetting::Format, false),
];

/// What the options say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopySettings {
    /// Whether the files have a header; by default they do, unless the columns are told.
    pub header: Option<bool>,
    /// What the columns are.
    pub columns: Option<Vec<String>>,
    /// What stands between two fields.
    pub delimiter: Option<u8>,
    /// What stands between the values of a list.
    pub list_delimiter: Option<char>,
    /// Bad lines that are passed over.
    pub skip_bad: u64,
    /// How the file is written; by default its name tells.
    pub format: Option<CopyFormat>,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyFormat {
    /// Comma-separated values, or with another sign between them.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl CopySettings {
    /// Takes a value; what is wrong with it otherwise.
    fn set(&mut self, setting: CopySetting, value: &Value) -> Result<(), String> {
        match (setting, value) {
            (CopySetting::Header, Value::Boolean(header)) => self.header = Some(*header),
            (CopySetting::Header, _) => return Err("is true or false".to_owned()),
            (CopySetting::Columns, Value::List(columns)) => {
                let column = |column: &Value| match column {
                    Value::String(column) => Ok(column.to_string()),
                    _ => Err("is a list of strings, each as it would stand in a header".to_owned()),
                };
                self.columns = Some(columns.iter().map(column).collect::<Result<_, _>>()?);
            }
            (CopySetting::Columns, _) => {
                return Err("is a list of strings, each as it would stand in a header".to_owned());
            }
            (CopySetting::Delimiter, value) => {
                let sign = sign(value).filter(char::is_ascii);
                let sign = sign.and_then(|sign| u8::try_from(sign).ok());
                self.delimiter =
                    Some(sign.ok_or("is one ASCII character, which is neither a quote nor a line break: ';', or '\\t' for a tab")?);
            }
            (CopySetting::ListDelimiter, value) => {
                let sign = sign(value);
                self.list_delimiter = Some(
                    sign.ok_or("is one character, which is neither a quote nor a line break")?,
                );
            }
            (CopySetting::SkipBad, Value::Integer(count)) => {
                self.skip_bad = u64::try_from(*count).map_err(|_| "is not negative".to_owned())?;
            }
            (CopySetting::SkipBad, _) => return Err("is the number of lines".to_owned()),
            (CopySetting::Format, Value::String(name)) if name.eq_ignore_ascii_case("csv") => {
                self.format = Some(CopyFormat::Csv);
            }
            (CopySetting::Format, Value::String(name)) if name.eq_ignore_ascii_case("parquet") => {
                self.format = Some(CopyFormat::Parquet);
            }
            (CopySetting::Format, _) => return Err("is 'csv' or 'parquet'".to_owned()),
        }
        Ok(())
    }
}

/// The only character of a string, if it can stand between fields.
fn sign(value: &Value) -> Option<char> {
    let Value::String(text) = value else { return None };
    let mut characters = text.chars();
    let sign = characters.next().filter(|sign| !matches!(sign, '"' | '\n' | '\r' | '\0'));
    sign.filter(|_| characters.next().is_none())
}

impl CopyOptions {
    /// What the options say; `parameter` gives the value of a parameter.
    ///
    /// # Errors
    /// A value is not one that the option takes.
    pub fn settings(
        &self,
        parameter: &dyn Fn(&str, Span) -> Result<Value, Diagnostic>,
    ) -> Result<CopySettings, Diagnostic> {
        let mut settings = CopySettings::default();
        for (setting, value) in &self.0 {
            let known = value.value(parameter)?;
            settings.set(*setting, &known).map_err(|what| refuse_value(*setting, &what, value))?;
        }
        Ok(settings)
    }
}

impl CopyValue {
    /// What it stands for; `parameter` gives the value of a parameter.
    ///
    /// # Errors
    /// Those of `parameter`.
    pub fn value(
        &self,
        parameter: &dyn Fn(&str, Span) -> Result<Value, Diagnostic>,
    ) -> Result<Value, Diagnostic> {
        Ok(match &self.kind {
            CopyValueKind::Boolean(value) => Value::Boolean(*value),
            CopyValueKind::Integer(value) => Value::Integer(*value),
            CopyValueKind::String(text) => Value::String(text.clone()),
            CopyValueKind::Parameter(name) => parameter(name, self.span)?,
            CopyValueKind::List(items) => {
                let items = items.iter().map(|item| item.value(parameter));
                Value::List(Arc::new(items.collect::<Result<_, _>>()?))
            }
        })
    }

    /// Whether a parameter says it, or a part of it.
    fn is_open(&self) -> bool {
        match &self.kind {
            CopyValueKind::Parameter(_) => true,
            CopyValueKind::List(items) => {
                items.iter().any(|item| matches!(item.kind, CopyValueKind::Parameter(_)))
            }
            _ => false,
        }
    }
}

fn refuse_value(setting: CopySetting, what: &str, value: &CopyValue) -> Diagnostic {
    let name = SETTINGS.iter().find(|(_, known, _)| *known == setting).map_or("", |known| known.0);
    let (class, code) = (ErrorClass::ArgumentError, ErrorCode::InvalidArgumentValue);
    let error = EvaluationError::new(class, code, format!("{name} {what}"));
    Diagnostic::runtime(error, Some(value.span))
}

/// Binds the options of a direction.
fn bind_options(options: &[CopyOption], reads: bool) -> Bound<CopyOptions> {
    let mut bound = CopyOptions::default();
    for CopyOption { name, value } in options {
        let known = SETTINGS.iter().find(|(known, ..)| name.text.eq_ignore_ascii_case(known));
        let Some(&(_, setting, reading_only)) = known else { return Err(unknown(name, reads)) };
        if reading_only && !reads {
            let message = format!("`{}` is an option of COPY … FROM", name.text);
            return Err(refused(message, name).with_help("leave it out"));
        }
        if bound.0.iter().any(|(other, _)| *other == setting) {
            return Err(refused(format!("`{}` is set twice", name.text), name));
        }
        let truth = CopyValue { kind: CopyValueKind::Boolean(true), span: name.span };
        let value = value.clone().unwrap_or(truth);
        if !value.is_open() {
            CopyOptions(vec![(setting, value.clone())]).settings(&|_, _| Ok(Value::Null)).map_err(
                |error| {
                    let code = ErrorCode::InvalidArgumentValue;
                    Diagnostic::syntax(code, error.message, value.span)
                },
            )?;
        }
        bound.0.push((setting, value));
    }
    let has = |wanted| bound.0.iter().find(|(setting, _)| *setting == wanted);
    if let Some((_, header)) = has(CopySetting::Header)
        && reads
        && header.kind == CopyValueKind::Boolean(false)
        && has(CopySetting::Columns).is_none()
    {
        let message = "nothing says what the columns of a file without a header are";
        return Err(Diagnostic::syntax(ErrorCode::InvalidArgumentValue, message, header.span)
            .with_help("add COLUMNS ['id', 'name'], each as it would stand in a header"));
    }
    Ok(bound)
}

fn refused(message: String, name: &Name) -> Diagnostic {
    Diagnostic::syntax(ErrorCode::UnexpectedSyntax, message, name.span)
}

fn unknown(name: &Name, reads: bool) -> Diagnostic {
    let names = || SETTINGS.iter().filter(|(.., reading)| reads || !reading).map(|known| known.0);
    let error = refused(format!("COPY has no option `{}`", name.text), name);
    match closest(&name.text.to_uppercase(), names()) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error.with_help(format!("there are {}", names().collect::<Vec<_>>().join(", "))),
    }
}

/// Binds `COPY what FROM file`.
///
/// # Errors
/// What it says makes no sense, whatever the graph and the file hold.
pub fn bind_copy_from(statement: &CopyStatement, target: &CopyTarget) -> Bound<CopyFrom> {
    let into = match target {
        CopyTarget::Named(name) => CopyInto::Named(name.text.clone()),
        CopyTarget::Nodes(node) => {
            CopyInto::Nodes(node.names.iter().map(|name| name.text.clone()).collect())
        }
        CopyTarget::Relationships { start, label, end, span: _ } => CopyInto::Relationships {
            start: bind_end(start)?,
            label: label.as_ref().map(|label| label.text.clone()),
            end: bind_end(end)?,
        },
    };
    let options = bind_options(&statement.options, true)?;
    let skips = options.0.iter().any(|(setting, _)| *setting == CopySetting::SkipBad);
    Ok(CopyFrom {
        into,
        file: statement.file.clone(),
        options,
        bad: skips.then_some([VariableId(0), VariableId(1), VariableId(2)]),
        text: print_copy(statement),
    })
}

fn bind_end(end: &EdgeEnd) -> Bound<CopyEnd> {
    match end.names.as_slice() {
        [] => Ok(CopyEnd { kind: end.kind, name: None }),
        [name] => Ok(CopyEnd { kind: end.kind, name: Some(name.text.clone()) }),
        [_, second, ..] => {
            let what = if end.kind == EndKind::Node { "label" } else { "type" };
            let message = format!("ids are looked up among the elements of one {what}");
            Err(refused(message, second).with_help(format!("name one {what}")))
        }
    }
}

/// Binds what stands behind the query of `COPY (query) TO file`, whose result has these columns;
/// `rows` is a new variable.
///
/// # Errors
/// The query returns nothing; an option makes no sense.
pub fn bind_copy_to(
    statement: &CopyStatement,
    columns: &[(Arc<str>, VariableId)],
    rows: VariableId,
) -> Bound<CopyTo> {
    if let (true, CopyKind::To(query)) = (columns.is_empty(), &statement.kind) {
        let message = "COPY writes what a query returns, and this one returns nothing";
        return Err(Diagnostic::syntax(ErrorCode::InvalidClauseComposition, message, query.span)
            .with_help("end it with RETURN"));
    }
    Ok(CopyTo {
        columns: columns.to_vec(),
        file: statement.file.clone(),
        options: bind_options(&statement.options, false)?,
        rows,
        text: print_copy(statement),
    })
}
