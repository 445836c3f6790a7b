//! The values that a scenario's table writes: literals, nodes, relationships, paths.

use dossier::value::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A value as text can write it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(String),
    List(Vec<Cell>),
    Map(BTreeMap<String, Cell>),
    Node {
        labels: Vec<String>,
        properties: BTreeMap<String, Cell>,
    },
    Relationship {
        kind: String,
        properties: BTreeMap<String, Cell>,
    },
    /// The first end, then each relationship, whether it points forward, and the next end.
    Path(Box<Cell>, Vec<(Cell, bool, Cell)>),
}

impl Cell {
    /// One text for all equal values.
    pub(crate) fn canonical(&self, lists_unordered: bool) -> String {
        let inner = |cell: &Cell| cell.canonical(lists_unordered);
        let entries = |map: &BTreeMap<String, Cell>| {
            map.iter()
                .map(|(key, value)| format!("{key}: {}", inner(value)))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match self {
            Cell::Null => "null".into(),
            Cell::Boolean(value) => value.to_string(),
            Cell::Integer(value) => value.to_string(),
            Cell::Float(value) if value.is_nan() => "NaN".into(),
            // Both zeros are equal.
            Cell::Float(0.0) => "0.0".into(),
            Cell::Float(value) => format!("{value:?}"),
            Cell::String(value) => format!("{value:?}"),
            Cell::List(items) => {
                let mut items: Vec<String> = items.iter().map(inner).collect();
                if lists_unordered {
                    items.sort();
                }
                format!("[{}]", items.join(", "))
            }
            Cell::Map(map) => format!("{{{}}}", entries(map)),
            Cell::Node { labels, properties } => {
                let mut labels = labels.clone();
                labels.sort();
                format!("(:{} {{{}}})", labels.join(":"), entries(properties))
            }
            Cell::Relationship { kind, properties } => {
                format!("[:{kind} {{{}}}]", entries(properties))
            }
            Cell::Path(start, steps) => {
                let mut text = format!("<{}", inner(start));
                for (relationship, forward, end) in steps {
                    let (left, right) = if *forward { ("-", "->") } else { ("<-", "-") };
                    text.push_str(&format!("{left}{}{right}{}", inner(relationship), inner(end)));
                }
                text + ">"
            }
        }
    }

    /// The value, for a parameter.
    pub(crate) fn to_value(&self) -> Result<Value, String> {
        Ok(match self {
            Cell::Null => Value::Null,
            Cell::Boolean(value) => Value::Boolean(*value),
            Cell::Integer(value) => Value::Integer(*value),
            Cell::Float(value) => Value::Float(*value),
            Cell::String(value) => Value::String(value.as_str().into()),
            Cell::List(items) => {
                Value::List(Arc::new(items.iter().map(Cell::to_value).collect::<Result<_, _>>()?))
            }
            Cell::Map(map) => {
                let entries: Result<Map, String> = map
                    .iter()
                    .map(|(key, value)| Ok((key.as_str().into(), value.to_value()?)))
                    .collect();
                Value::Map(Arc::new(entries?))
            }
            other => return Err(format!("{other:?} cannot be a parameter")),
        })
    }
}

/// Reads a cell.
///
/// # Errors
/// What was expected and where.
pub(crate) fn parse(text: &str) -> Result<Cell, String> {
    let mut reader = Reader { text, at: 0 };
    let cell = reader.value()?;
    reader.space();
    if reader.at == text.len() { Ok(cell) } else { Err(reader.expected("the end")) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn expected(&self, what: &str) -> String {
        format!("expected {what} at `{}` of `{}`", self.rest(), self.text)
    }

    fn take(&mut self, token: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn need(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) { Ok(()) } else { Err(self.expected(token)) }
    }

    fn value(&mut self) -> Result<Cell, String> {
        self.space();
        match self.rest().chars().next() {
            Some('\'') => Ok(Cell::String(self.string()?)),
            Some('[') if self.rest().starts_with("[:") => self.relationship(),
            Some('[') => self.list(),
            Some('{') => Ok(Cell::Map(self.map()?)),
            Some('(') => self.node(),
            Some('<') => self.path(),
            Some(_) => self.word(),
            None => Err(self.expected("a value")),
        }
    }

    fn string(&mut self) -> Result<String, String> {
        self.need("'")?;
        let mut out = String::new();
        loop {
            let c = self.rest().chars().next().ok_or_else(|| self.expected("'"))?;
            self.at += c.len_utf8();
            match c {
                '\'' => return Ok(out),
                '\\' => {
                    let escaped =
                        self.rest().chars().next().ok_or_else(|| self.expected("an escape"))?;
                    self.at += escaped.len_utf8();
                    match escaped {
                        'n' => out.push('\n'),
                        't' => out.push('\t'),
                        'r' => out.push('\r'),
                        other => out.push(other),
                    }
                }
                c => out.push(c),
            }
        }
    }

    fn list(&mut self) -> Result<Cell, String> {
        self.need("[")?;
        let mut items = Vec::new();
        while !self.take("]") {
            items.push(self.value()?);
            self.take(",");
        }
        Ok(Cell::List(items))
    }

    fn name(&mut self) -> String {
        self.space();
        if self.take("`") {
            let end = self.rest().find('`').unwrap_or(self.rest().len());
            let name = self.rest()[..end].to_owned();
            self.at += end + 1;
            return name;
        }
        let end = self
            .rest()
            .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
            .unwrap_or(self.rest().len());
        let name = self.rest()[..end].to_owned();
        self.at += end;
        name
    }

    fn map(&mut self) -> Result<BTreeMap<String, Cell>, String> {
        self.need("{")?;
        let mut map = BTreeMap::new();
        while !self.take("}") {
            let key = self.name();
            self.need(":")?;
            map.insert(key, self.value()?);
            self.take(",");
        }
        Ok(map)
    }

    fn node(&mut self) -> Result<Cell, String> {
        self.need("(")?;
        let mut labels = Vec::new();
        while self.take(":") {
            labels.push(self.name());
        }
        self.space();
        let properties = if self.rest().starts_with('{') { self.map()? } else { BTreeMap::new() };
        self.need(")")?;
        Ok(Cell::Node { labels, properties })
    }

    fn relationship(&mut self) -> Result<Cell, String> {
        self.need("[:")?;
        let kind = self.name();
        self.space();
        let properties = if self.rest().starts_with('{') { self.map()? } else { BTreeMap::new() };
        self.need("]")?;
        Ok(Cell::Relationship { kind, properties })
    }

    fn path(&mut self) -> Result<Cell, String> {
        self.need("<")?;
        let start = self.node()?;
        let mut steps = Vec::new();
        while !self.take(">") {
            let backward = self.take("<-");
            if !backward {
                self.need("-")?;
            }
            let relationship = self.relationship()?;
            if backward {
                self.need("-")?;
            } else {
                self.need("->")?;
            }
            steps.push((relationship, !backward, self.node()?));
        }
        Ok(Cell::Path(Box::new(start), steps))
    }

    fn word(&mut self) -> Result<Cell, String> {
        let end = self.rest().find([',', ']', '}', ')', ' ']).unwrap_or(self.rest().len());
        let word = self.rest()[..end].to_owned();
        let cell = match word.as_str() {
            "null" => Cell::Null,
            "true" => Cell::Boolean(true),
            "false" => Cell::Boolean(false),
            "NaN" => Cell::Float(f64::NAN),
            "Inf" | "Infinity" => Cell::Float(f64::INFINITY),
            "-Inf" | "-Infinity" => Cell::Float(f64::NEG_INFINITY),
            number => match (number.parse::<i64>(), number.parse::<f64>()) {
                (Ok(integer), _) => Cell::Integer(integer),
                (_, Ok(float)) => Cell::Float(float),
                _ => return Err(self.expected("a value")),
            },
        };
        self.at += end;
        Ok(cell)
    }
}
