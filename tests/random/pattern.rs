//! Patterns: chains, cycles, directions, lengths, relationship ends.

use super::graph::{LABELS, TYPES};
use super::scope::{Generator, Type};

/// What a pattern may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Variables that are not there yet.
    pub(crate) new_variables: bool,
    /// Variable-length relationships.
    pub(crate) long: bool,
    /// Most relationships in a row.
    pub(crate) steps: usize,
}

impl Shape {
    /// All that MATCH can hold.
    pub(crate) const FULL: Shape = Shape { new_variables: true, long: true, steps: 3 };
}

impl Generator<'_> {
    /// Comma-separated parts.
    pub(crate) fn pattern(&mut self, shape: Shape) -> String {
        self.parts(shape).join(", ")
    }

    /// The parts of a pattern, one to three.
    pub(crate) fn parts(&mut self, shape: Shape) -> Vec<String> {
        self.used.clear();
        let parts = [1, 1, 1, 2, 2, 3][self.choices.below(6)];
        (0..parts).map(|_| self.part(shape)).collect()
    }

    /// A single part; it has at least one relationship where no variable may be new.
    pub(crate) fn part(&mut self, shape: Shape) -> String {
        let steps = if shape.new_variables {
            self.choices.below(shape.steps + 1)
        } else {
            1 + self.choices.below(shape.steps)
        };
        let mut text = self.node(shape);
        for _ in 0..steps {
            text += &self.relationship(shape);
            text += &self.end(shape);
        }
        if shape.new_variables && self.choices.chance(12) {
            let name = self.declare("p", Type::Path);
            return format!("{name} = {text}");
        }
        text
    }

    /// A part between two bound nodes, `shortestPath(…)` or `allShortestPaths(…)`; needs a
    /// node variable.
    pub(crate) fn shortest_part(&mut self, all: bool) -> Option<String> {
        let from = self.variable(Type::Node)?;
        let to = self.variable(Type::Node)?;
        let length = self.choices.pick(&["*", "*0..", "*..3", "*1..2"]);
        let types = self.written_types();
        let step = self.arrow(&format!("{types}{length}"));
        let name = self.declare("p", Type::Path);
        let function = if all { "allShortestPaths" } else { "shortestPath" };
        Some(format!("{name} = {function}(({from}){step}({to}))"))
    }

    /// A node, new, known or without a name.
    pub(crate) fn node(&mut self, shape: Shape) -> String {
        let name = match self.choices.below(10) {
            0..4 if shape.new_variables => self.declare("n", Type::Node),
            4..8 => self.variable(Type::Node).unwrap_or_default(),
            _ => String::new(),
        };
        let labels = match self.choices.below(10) {
            0..6 => String::new(),
            8 => [":A:B", ":A|B", ":!A", ":%", ":A&!B", ":!(A|B)"][self.choices.below(6)].into(),
            _ => {
                let label = self.choices.pick(&LABELS);
                format!(":{}", self.named(label))
            }
        };
        let condition = self.inline_where(&name, "i");
        format!("({name}{labels}{}{condition})", self.properties())
    }

    /// An end that may be a relationship in square brackets.
    pub(crate) fn end(&mut self, shape: Shape) -> String {
        if !self.choices.chance(12) {
            return self.node(shape);
        }
        let name = match self.choices.below(3) {
            0 if shape.new_variables => self.declare("r", Type::Relationship),
            1 => self.variable(Type::Relationship).unwrap_or_default(),
            _ => String::new(),
        };
        let kind =
            if name.is_empty() || self.choices.chance(30) { self.types() } else { String::new() };
        format!("[{name}{kind}]")
    }

    /// `:T`, `:S|T` or nothing; seldom computed.
    pub(crate) fn types(&mut self) -> String {
        let types = self.written_types();
        match types.strip_prefix(':') {
            Some(kind) if kind.len() == 1 && kind != "%" => format!(":{}", self.named(kind)),
            _ => types,
        }
    }

    /// Types that are not computed, as what is of variable length needs them.
    pub(crate) fn written_types(&mut self) -> String {
        match self.choices.below(10) {
            0..5 => String::new(),
            5..8 => format!(":{}", self.choices.pick(&TYPES)),
            8 if self.choices.chance(50) => {
                [":!S", ":%", ":S|!T", ":!(T|U)", ":ASSERTS", ":ASSERTS|DENIES"]
                    [self.choices.below(6)]
                .into()
            }
            _ => format!(":{}|{}", TYPES[self.choices.below(2)], TYPES[2]),
        }
    }

    /// ` WHERE …` inside a node or relationship, seldom; the condition is over it, or over
    /// what is in scope.
    fn inline_where(&mut self, name: &str, key: &str) -> String {
        if !self.choices.chance(7) {
            return String::new();
        }
        if name.is_empty() || self.choices.chance(30) {
            return format!(" WHERE {}", self.boolean(1, true));
        }
        format!(" WHERE {name}.{key} {} {}", self.choices.pick(&["=", "<>", ">"]), self.integer(1))
    }

    /// ` {i: …}`, seldom.
    pub(crate) fn properties(&mut self) -> String {
        if !self.choices.chance(8) {
            return String::new();
        }
        let value = match self.choices.below(3) {
            0 => "1".into(),
            1 => "$one".into(),
            _ => match self.variable(Type::Integer) {
                Some(name) => name,
                None => "2".into(),
            },
        };
        format!(" {{i: {value}}}")
    }

    /// A relationship, single or of variable length.
    pub(crate) fn relationship(&mut self, shape: Shape) -> String {
        if shape.long && self.choices.chance(18) {
            let name = if shape.new_variables && self.choices.chance(40) {
                self.declare("t", Type::Trail)
            } else {
                String::new()
            };
            let length =
                self.choices.pick(&["*1..2", "*", "*0..1", "*2", "*..3", "*0..2", "*2..3", "*0"]);
            let (types, properties) = (self.written_types(), self.properties());
            return self.arrow(&format!("{name}{types}{length}{properties}"));
        }
        let name = match self.choices.below(10) {
            0..5 => String::new(),
            5..9 if shape.new_variables => {
                let name = self.declare("r", Type::Relationship);
                self.used.push(name.clone());
                name
            }
            _ => match self.variable(Type::Relationship) {
                Some(name) if !self.used.contains(&name) => {
                    self.used.push(name.clone());
                    name
                }
                _ => String::new(),
            },
        };
        let (types, properties) = (self.types(), self.properties());
        let condition = self.inline_where(&name, "k");
        self.arrow(&format!("{name}{types}{properties}{condition}"))
    }

    /// A relationship with this inside, in any direction.
    pub(crate) fn arrow(&mut self, inside: &str) -> String {
        let brackets = if inside.is_empty() { String::new() } else { format!("[{inside}]") };
        match self.choices.below(5) {
            0 | 1 => format!("-{brackets}->"),
            2 | 3 => format!("<-{brackets}-"),
            _ => format!("-{brackets}-"),
        }
    }
}
