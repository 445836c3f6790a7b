//! Diagnostics as text for people: the lines of the query with carets below them.

use super::excerpt::Excerpt;
use super::{Diagnostic, Severity, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

impl Diagnostic {
    /// Writes the diagnostic with the place in `text` that it is about: class and
    /// detail, message, the lines concerned with carets and labels, help.
    ///
    /// `text` is the query that failed; spans that do not lie in it are moved to its
    /// end. With `colour` the text holds ANSI escapes. Ends without a line break.
    pub fn render(&self, text: &str, colour: bool) -> String {
        let name = match self.severity {
            Severity::Error => format!("{:?}: {}", self.class, self.code),
            Severity::Warning => format!("warning: {}", self.code),
        };
        let title = match self.severity {
            Severity::Error => Level::ERROR.with_name(name.as_str()),
            Severity::Warning => Level::WARNING.with_name(name.as_str()),
        };
        let title = title.primary_title(self.message.as_str());
        let mut group = Group::with_title(title);
        let excerpt = Excerpt::around(text, self.span.unwrap_or_default());
        let text = excerpt.text;
        // Tabs and control characters would shift the carets.
        let source = visible(text);
        let shown = self.span.filter(|_| !text.trim().is_empty());
        if let Some(span) = shown.and_then(|span| excerpt.place(span)) {
            let primary =
                AnnotationKind::Primary.span(place(text, span)).label(self.label.as_deref());
            let related = self.related.as_deref().and_then(|(span, label)| {
                let span = excerpt.place(*span)?;
                Some(AnnotationKind::Context.span(place(text, span)).label(label.as_str()))
            });
            let snippet = Snippet::source(source.as_str()).line_start(excerpt.line);
            group = group.element(snippet.annotation(primary).annotations(related));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let rendered = renderer.decor_style(DecorStyle::Ascii).render(&[group]);
        rendered.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }
}

/// The same text with control characters other than line breaks replaced by as many
/// bytes of white space, so that spans stay true.
fn visible(text: &str) -> String {
    let replace = |c: char| match c {
        '\n' => "\n".to_owned(),
        c if c.is_control() => " ".repeat(c.len_utf8()),
        c => c.to_string(),
    };
    text.chars().map(replace).collect()
}

/// A span as a range of bytes of `text`: on character boundaries, and at least one
/// character wide where there is one.
fn place(text: &str, span: Span) -> Range<usize> {
    let mut start = (span.start as usize).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    // At the end, point behind the last character that is seen.
    let seen = text.trim_end().len();
    if start > seen {
        start = seen;
    }
    let mut end = (span.end as usize).clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}
