//! Expressions of a wanted type that cannot fail, whatever the graph.

use super::graph::{LABELS, TYPES};
use super::pattern::Shape;
use super::scope::{Generator, Type};

impl Generator<'_> {
    /// An expression of a type that can be computed from others.
    pub(crate) fn expression(&mut self, of: Type, depth: usize) -> String {
        match of {
            Type::Integer => self.integer(depth),
            Type::Float => self.float(depth),
            Type::String => self.string(depth),
            Type::Boolean => self.boolean(depth, false),
            Type::Integers => self.integers(depth),
            Type::Bag => self.bag(depth),
            _ => self.any(depth),
        }
    }

    /// A node or relationship.
    fn statement(&mut self) -> Option<String> {
        let of = if self.choices.chance(50) { Type::Relationship } else { Type::Node };
        self.variable(of)
    }

    /// A node or relationship variable with a property key, or what stands for it.
    pub(crate) fn property(&mut self, key: &str, otherwise: &str) -> String {
        let of = if self.choices.chance(25) { Type::Relationship } else { Type::Node };
        match self.variable(of) {
            Some(name) => format!("{name}{}", self.keyed(key)),
            None => otherwise.into(),
        }
    }

    pub(crate) fn integer(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match self.choices.below(if depth == 0 { 5 } else { 16 }) {
            0 => self.choices.pick(&["1", "0", "2", "-1", "3"]).to_owned(),
            1 => self.property("i", "1"),
            2 => self.property("k", "2"),
            3 => self.variable(Type::Integer).unwrap_or_else(|| "3".into()),
            4 => self.choices.pick(&["$one", "null", "$map.a", "$map.b", "$map.c"]).to_owned(),
            5 => format!("({} + {})", self.integer(less), self.integer(less)),
            6 => format!("({} - {})", self.integer(less), self.integer(less)),
            7 => format!("({} * 2)", self.integer(less)),
            8 => format!("({} {} 2)", self.integer(less), self.choices.pick(&["%", "/"])),
            9 if self.choices.chance(25) => {
                let function = self.choices.pick(&["asserted_by", "denied_by", "claims"]);
                match self.statement() {
                    Some(name) => format!("size({function}({name}))"),
                    None => "0".into(),
                }
            }
            9 => format!("size({})", self.list(less)),
            10 => format!("coalesce({}, {})", self.integer(less), self.integer(less)),
            11 => format!("abs({})", self.integer(less)),
            12 => self.case(Type::Integer, less),
            13 => {
                let (item, sum) = (self.fresh("x"), self.fresh("s"));
                let list = self.integers(less);
                format!("reduce({sum} = 0, {item} IN {list} | {sum} + coalesce({item}, 1))")
            }
            14 => self.subquery("COUNT", less),
            _ => match self.variable(Type::Path) {
                Some(path) => format!("length({path})"),
                None => format!("size({})", self.string(less)),
            },
        }
    }

    pub(crate) fn float(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match self.choices.below(if depth == 0 { 4 } else { 8 }) {
            0 => self.choices.pick(&["0.5", "1.5", "-0.5", "0.0", "2.0"]).to_owned(),
            1 => self.property("f", "0.5"),
            2 => self.variable(Type::Float).unwrap_or_else(|| "$nan".into()),
            3 => self.choices.pick(&["$nan", "null", "1e300", "(1.0 / 0.0)"]).to_owned(),
            4 => format!("({} + {})", self.float(less), self.integer(less)),
            5 => format!("({} * {})", self.float(less), self.float(less)),
            6 => format!("toFloat({})", self.integer(less)),
            _ => format!("floor({})", self.float(less)),
        }
    }

    pub(crate) fn string(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match self.choices.below(if depth == 0 { 5 } else { 11 }) {
            0 => self.choices.pick(&["'a'", "'b'", "''", "'ab'"]).to_owned(),
            1 => self.property("s", "'a'"),
            2 => self.variable(Type::String).unwrap_or_else(|| "$text".into()),
            3 => self.choices.pick(&["$text", "null"]).to_owned(),
            4 => match self.variable(Type::Relationship) {
                Some(name) => format!("type({name})"),
                None => "'T'".into(),
            },
            5 => format!("({} + {})", self.string(less), self.string(less)),
            6 => format!("toUpper({})", self.string(less)),
            7 => format!("substring({}, 0, 1)", self.string(less)),
            8 => format!("toString({})", self.integer(less)),
            9 => format!("reverse({})", self.string(less)),
            _ => self.case(Type::String, less),
        }
    }

    /// A condition; a pattern may stand in it where WHERE is.
    pub(crate) fn boolean(&mut self, depth: usize, in_where: bool) -> String {
        let less = depth.saturating_sub(1);
        match self.choices.below(if depth == 0 { 7 } else { 22 }) {
            0 => self.choices.pick(&["true", "false", "null"]).to_owned(),
            1 => self.property("b", "true"),
            2 | 3 => self.compared(0),
            4 => format!("({} IS NULL)", self.any(0)),
            5 => match self.variable(Type::Node) {
                Some(name) => {
                    let label = self.choices.pick(&LABELS);
                    format!("({name}:{})", self.named(label))
                }
                None => "true".into(),
            },
            6 => match self.variable(Type::Relationship) {
                Some(name) => {
                    let kind = self.choices.pick(&TYPES);
                    format!("({name}:{})", self.named(kind))
                }
                None => "null".into(),
            },
            7 | 8 => self.compared(less),
            9 => format!("({} AND {})", self.boolean(less, in_where), self.boolean(less, in_where)),
            10 => format!("({} OR {})", self.boolean(less, in_where), self.boolean(less, in_where)),
            11 => {
                format!("({} XOR {})", self.boolean(less, in_where), self.boolean(less, in_where))
            }
            12 => format!("(NOT ({}))", self.boolean(less, in_where)),
            13 => format!("({} IN {})", self.any(less), self.list(less)),
            14 => {
                let words = self.choices.pick(&["STARTS WITH", "ENDS WITH", "CONTAINS"]);
                format!("({} {words} {})", self.string(less), self.string(less))
            }
            15 => self.quantifier(less),
            16 => self.subquery("EXISTS", less),
            17 if in_where => self.pattern_predicate(),
            18 => {
                let is = ["IS TRUE", "IS NOT TRUE", "IS FALSE", "IS UNKNOWN", "IS NOT UNKNOWN"];
                format!("(({}) {})", self.boolean(less, false), self.choices.pick(&is))
            }
            19 => {
                let of = [
                    "INTEGER",
                    "INTEGER | FLOAT!",
                    "STRING NOT NULL",
                    "LIST<INTEGER>",
                    "LIST<INTEGER!>!",
                    "NULL",
                    "ANY NOT NULL",
                    "DATE | BOOLEAN!",
                ];
                let is = self.choices.pick(&["IS ::", "IS NOT ::", "IS TYPED"]);
                // Of 1 and 1.0 in a group either may stand for both: only what is read from
                // an element is sure of its type.
                format!("({} {is} {})", self.property("m", "[1, null]"), self.choices.pick(&of))
            }
            20 if self.choices.chance(30) => match self.statement() {
                Some(name) => format!("disputed({name})"),
                None => "null".into(),
            },
            20 => match self.variable(Type::Node) {
                Some(name) => {
                    let labels = self.choices.pick(&["A|B", "!A", "A&!B", "%", "!(A|B)"]);
                    format!("({name}:{labels})")
                }
                None => "false".into(),
            },
            _ => format!("({} IS NOT NULL)", self.any(less)),
        }
    }

    /// Two values of one kind compared, or of any kinds.
    pub(crate) fn compared(&mut self, depth: usize) -> String {
        let operator = self.choices.pick(&["=", "<>", "<", "<=", ">", ">="]);
        let (left, right) = match self.choices.below(6) {
            0 | 1 => (self.integer(depth), self.integer(depth)),
            2 => (self.float(depth), self.integer(depth)),
            3 => (self.string(depth), self.string(depth)),
            4 => (self.any(depth), self.any(depth)),
            _ => {
                let middle = self.integer(0);
                return format!(
                    "({} {operator} {middle} < {})",
                    self.integer(depth),
                    self.integer(depth)
                );
            }
        };
        format!("({left} {operator} {right})")
    }

    pub(crate) fn quantifier(&mut self, depth: usize) -> String {
        let kind = self.choices.pick(&["all", "any", "none", "single"]);
        let (list, item) = (self.integers(depth), self.fresh("x"));
        let inner = self.inside(|inner| {
            inner.scope.push(super::scope::Variable { name: item.clone(), of: Type::Integer });
            inner.boolean(depth.min(1), false)
        });
        format!("{kind}({item} IN {list} WHERE {inner})")
    }

    pub(crate) fn case(&mut self, of: Type, depth: usize) -> String {
        let (then, otherwise) = (self.expression(of, depth), self.expression(of, depth));
        if self.choices.chance(40) {
            let (operand, when) = (self.integer(depth), self.integer(depth));
            let test = match self.choices.below(6) {
                0 => format!("1, {when}"),
                1 => format!("< {when}"),
                2 => "IS NULL".into(),
                3 => format!("> {when}, IS NULL, 0"),
                _ => when,
            };
            return format!("CASE {operand} WHEN {test} THEN {then} ELSE {otherwise} END");
        }
        let condition = self.boolean(depth, false);
        format!("CASE WHEN {condition} THEN {then} ELSE {otherwise} END")
    }

    /// A list whose order is certain: integers and nulls.
    pub(crate) fn integers(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match self.choices.below(if depth == 0 { 4 } else { 8 }) {
            0 => self.choices.pick(&["[1, 2]", "[]", "[1, null, 2]", "[2, 2]"]).to_owned(),
            1 => self.variable(Type::Integers).unwrap_or_else(|| "$list".into()),
            2 => self.property("l", "[3]"),
            3 => self.choices.pick(&["$list", "range(0, 2)", "null"]).to_owned(),
            4 => format!("[{}, {}]", self.integer(less), self.integer(less)),
            5 => {
                let (list, item) = (self.integers(less), self.fresh("x"));
                let (filter, value) = self.inside(|inner| {
                    let of = Type::Integer;
                    inner.scope.push(super::scope::Variable { name: item.clone(), of });
                    (inner.boolean(less, false), inner.integer(less))
                });
                format!("[{item} IN {list} WHERE {filter} | {value}]")
            }
            6 => format!("tail({})", self.integers(less)),
            _ => format!("{}[0..{}]", self.integers(less), self.integer(0)),
        }
    }

    /// A list of which only what it holds may matter.
    pub(crate) fn bag(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match self.choices.below(3) {
            0 => match self.variable(Type::Node) {
                Some(name) => format!("labels({name})"),
                None => "[1]".into(),
            },
            1 => self.subquery("COLLECT", less),
            _ => self.pattern_comprehension(less),
        }
    }

    /// Any list.
    pub(crate) fn list(&mut self, depth: usize) -> String {
        match self.choices.below(5) {
            0 | 1 => self.integers(depth),
            2 => self.variable(Type::Trail).unwrap_or_else(|| "[]".into()),
            3 => self.variable(Type::Bag).unwrap_or_else(|| "[null, 1]".into()),
            _ if depth > 0 && self.depth < 2 => self.bag(depth),
            _ => "$list".into(),
        }
    }

    /// Anything that can be compared and returned.
    pub(crate) fn any(&mut self, depth: usize) -> String {
        match self.choices.below(12) {
            0 | 1 => self.integer(depth),
            2 => self.string(depth),
            3 => self.float(depth),
            4 | 5 => self.property("m", "null"),
            6 => self.property("g", "9007199254740993"),
            7 => self.property("d", "date('2024-02-29')"),
            8 => match self.variable(Type::Any) {
                Some(name) => name,
                None => self.integers(depth),
            },
            9 => self.boolean(depth.min(1), false),
            10 => match self.variable(Type::Node) {
                Some(name) => name,
                None => "{a: 1, b: null}".into(),
            },
            _ => match self.variable(Type::Relationship) {
                Some(name) => name,
                None => "$map".into(),
            },
        }
    }

    pub(crate) fn pattern_predicate(&mut self) -> String {
        if self.variable(Type::Node).is_none() {
            return "true".into();
        }
        self.inside(|inner| inner.part(Shape { new_variables: false, long: true, steps: 2 }))
    }

    pub(crate) fn pattern_comprehension(&mut self, depth: usize) -> String {
        self.inside(|inner| {
            let steps = 1 + inner.choices.below(2);
            let shape = Shape { new_variables: true, long: true, steps: 1 };
            let mut text = inner.node(shape);
            for _ in 0..steps {
                text += &inner.relationship(shape);
                text += &inner.end(shape);
            }
            let filter = if inner.choices.chance(40) {
                format!(" WHERE {}", inner.boolean(depth.min(1), true))
            } else {
                String::new()
            };
            format!("[{text}{filter} | {}]", inner.any(depth.min(1)))
        })
    }

    /// `EXISTS { … }`, `COUNT { … }` or `COLLECT { … }`.
    pub(crate) fn subquery(&mut self, kind: &str, depth: usize) -> String {
        if self.depth > 1 {
            let simple = match kind {
                "EXISTS" => "true",
                "COUNT" => "2",
                _ => "[1]",
            };
            return simple.into();
        }
        self.inside(|inner| {
            let shape = Shape { new_variables: true, long: true, steps: 2 };
            let pattern = inner.pattern(shape);
            let filter = if inner.choices.chance(50) {
                format!(" WHERE {}", inner.boolean(depth.min(2), true))
            } else {
                String::new()
            };
            let whole = inner.choices.below(3);
            if kind == "COLLECT" || whole == 1 {
                let value = inner.any(depth.min(1));
                let distinct = if inner.choices.chance(30) { "DISTINCT " } else { "" };
                return format!("{kind} {{ MATCH {pattern}{filter} RETURN {distinct}{value} AS c }}");
            }
            if whole == 2 {
                let value = inner.any(depth.min(1));
                let name = inner.fresh("w");
                return format!(
                    "{kind} {{ MATCH {pattern}{filter} WITH {value} AS {name} WHERE {name} IS NOT NULL RETURN {name} }}"
                );
            }
            format!("{kind} {{ {pattern}{filter} }}")
        })
    }
}
