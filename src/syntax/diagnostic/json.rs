//! Diagnostics for programs: one JSON object each.

use super::{Diagnostic, Severity, Span};
use serde_json::{Value, json};

impl Diagnostic {
    /// The diagnostic as a JSON object, with its places in `text`: lines and columns count
    /// from 1, columns in characters; offsets are in bytes.
    pub fn to_json(&self, text: &str) -> Value {
        let place = |span: Span| json!({"start": position(text, span.start), "end": position(text, span.end)});
        let status = self.code.gqlstatus();
        let related = self
            .related
            .as_deref()
            .map(|(span, label)| json!({"span": place(*span), "label": label}));
        json!({
            "severity": match self.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            "class": format!("{:?}", self.class),
            "code": self.code.name(),
            "gqlstatus": status.code(),
            "status": status.description(),
            "message": self.message,
            "span": self.span.map(place),
            "label": self.label,
            "related": related.into_iter().collect::<Vec<_>>(),
            "help": self.help,
        })
    }
}

/// Byte offset, line and column of a place.
fn position(text: &str, offset: u32) -> Value {
    let mut at = (offset as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    json!({"offset": at, "line": line, "column": column})
}

#[cfg(test)]
mod tests {
    use crate::syntax;

    #[test]
    fn places_are_lines_columns_and_offsets() {
        let text = "MATCH (n)\nRETURN 'å' n";
        let error = syntax::parse(text).expect_err("a word too many");
        let object = error.to_json(text);
        assert_eq!(object["code"], "UnexpectedSyntax");
        assert_eq!(object["gqlstatus"], "42001");
        let start = &object["span"]["start"];
        assert_eq!((&start["line"], &start["column"]), (&2.into(), &12.into()));
        assert_eq!(start["offset"], 22);
    }
}
