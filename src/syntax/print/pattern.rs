//! Patterns as text.

use super::Printer;
use super::expression::Level;
use crate::syntax::ast::{
    Connection, Direction, EndKind, EndPattern, Expression, ExpressionKind, GroupPattern,
    MatchMode, PathMode, PathQuantifier, PatternPart, RelationshipPattern, Selector, Shortest,
    VariableLength,
};

impl Printer {
    /// Parts with commas between them.
    pub(super) fn pattern(&mut self, parts: &[PatternPart]) {
        self.separated(parts, ", ", Self::pattern_part);
    }

    /// One part.
    pub(super) fn pattern_part(&mut self, part: &PatternPart) {
        if let Some(variable) = &part.variable {
            self.name(variable);
            self.push(" = ");
        }
        self.push(match part.shortest {
            None => "",
            Some(Shortest::One) => "shortestPath(",
            Some(Shortest::All) => "allShortestPaths(",
        });
        self.selector(part.selector.as_ref(), part.mode);
        self.path(&part.start, &part.steps);
        if part.shortest.is_some() {
            self.push(")");
        }
    }

    /// What the relationships of the pattern that follows may be.
    pub(super) fn match_mode(&mut self, mode: Option<MatchMode>) {
        self.push(mode.map_or("", MatchMode::text));
        self.push(if mode.is_some() { " " } else { "" });
    }

    fn selector(&mut self, selector: Option<&Selector>, mode: Option<PathMode>) {
        let (words, count) = match selector {
            None => ("", None),
            Some(Selector::All) => ("ALL ", None),
            Some(Selector::Any(count)) => ("ANY ", count.as_deref()),
            Some(Selector::AnyShortest) => ("ANY SHORTEST ", None),
            Some(Selector::AllShortest) => ("ALL SHORTEST ", None),
            Some(Selector::Shortest(count)) => ("SHORTEST ", Some(&**count)),
            Some(Selector::ShortestGroups(count)) => ("SHORTEST ", count.as_deref()),
        };
        self.push(words);
        if let Some(count) = count {
            match count.kind {
                ExpressionKind::Integer(number) => self.push(&number.to_string()),
                _ => self.expression(count, Level::Atom),
            }
            self.push(" ");
        }
        if let Some(mode) = mode {
            self.push(mode.text());
            self.push(" ");
        }
        if matches!(selector, Some(Selector::ShortestGroups(_))) {
            self.push("GROUPS ");
        }
    }

    fn path(&mut self, start: &EndPattern, steps: &[(Connection, EndPattern)]) {
        self.end(start);
        for (connection, end) in steps {
            match connection {
                Connection::Relationship(relationship) => self.relationship(relationship),
                Connection::Group(group) => self.group(group),
            }
            self.end(end);
        }
    }

    fn group(&mut self, group: &GroupPattern) {
        self.push(" (");
        if let Some(variable) = &group.variable {
            self.name(variable);
            self.push(" = ");
        }
        self.path(&group.start, &group.steps);
        self.inline_filter(group.predicate.as_deref(), true);
        self.push(")");
        self.quantifier(group.quantifier);
        self.push(" ");
    }

    /// `+`, `*`, `?` or the numbers in braces, nothing where nothing is repeated.
    fn quantifier(&mut self, quantifier: Option<PathQuantifier>) {
        if quantifier.is_some_and(|quantifier| quantifier.optional) {
            return self.push("?");
        }
        let text = match quantifier.map(|quantifier| (quantifier.min, quantifier.max)) {
            None => String::new(),
            Some((0, None)) => "*".to_owned(),
            Some((1, None)) => "+".to_owned(),
            Some((min, None)) => format!("{{{min},}}"),
            Some((min, Some(max))) if min == max => format!("{{{min}}}"),
            Some((min, Some(max))) => format!("{{{min},{max}}}"),
        };
        self.push(&text);
    }

    fn end(&mut self, end: &EndPattern) {
        let (open, close) = match end.kind {
            EndKind::Node => ("(", ")"),
            EndKind::Relationship => ("[", "]"),
        };
        self.push(open);
        if let Some(variable) = &end.variable {
            self.name(variable);
        }
        self.label_expression(end.labels.as_ref());
        let described = end.variable.is_some() || end.labels.is_some();
        self.properties(end.properties.as_deref(), described);
        self.inline_filter(end.predicate.as_deref(), described || end.properties.is_some());
        self.push(close);
    }

    /// The property map of a pattern, with a space before it if something stands there.
    fn properties(&mut self, properties: Option<&Expression>, space: bool) {
        if let Some(properties) = properties {
            self.push(if space { " " } else { "" });
            self.expression(properties, Level::Atom);
        }
    }

    /// The predicate of a node or relationship. Where nothing stands before it, brackets keep
    /// `WHERE` from being read as a name.
    fn inline_filter(&mut self, predicate: Option<&Expression>, described: bool) {
        if let Some(predicate) = predicate {
            self.push(if described { " WHERE " } else { "WHERE (" });
            self.expression(predicate, Level::Or);
            self.push(if described { "" } else { ")" });
        }
    }

    fn relationship(&mut self, pattern: &RelationshipPattern) {
        let RelationshipPattern { variable, types, length, properties, predicate, .. } = pattern;
        let direction = pattern.direction;
        self.push(if direction == Direction::Incoming { "<-" } else { "-" });
        let described = variable.is_some() || types.is_some() || length.is_some();
        // Two bare dashes before a plus sign would be a subtraction in an expression.
        let bare = direction == Direction::Either && pattern.quantifier.is_some();
        if described || properties.is_some() || predicate.is_some() || bare {
            self.push("[");
            if let Some(variable) = variable {
                self.name(variable);
            }
            self.label_expression(types.as_ref());
            if let Some(length) = length {
                self.length(length);
            }
            self.properties(properties.as_deref(), described);
            self.inline_filter(predicate.as_deref(), described || properties.is_some());
            self.push("]");
        }
        self.push(if direction == Direction::Outgoing { "->" } else { "-" });
        self.quantifier(pattern.quantifier);
    }

    fn length(&mut self, length: &VariableLength) {
        self.push("*");
        let (min, max) = (length.min, length.max);
        if let Some(min) = min {
            self.push(&min.to_string());
        }
        if min == max {
            return;
        }
        self.push("..");
        if let Some(max) = max {
            self.push(&max.to_string());
        }
    }
}
