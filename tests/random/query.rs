//! Whole queries: reading clauses, projections, writes.

use super::graph::{LABELS, TYPES};
use super::pattern::Shape;
use super::scope::{Generator, Type, Variable};

/// A query with what can be said of its rows.
#[derive(Clone, Debug)]
pub(crate) struct Generated {
    pub(crate) text: String,
    /// The rows come in a certain order.
    pub(crate) ordered: bool,
    /// Only the number of rows is certain.
    pub(crate) count_only: bool,
}

impl Generator<'_> {
    /// A query that reads, or one that writes.
    pub(crate) fn query(&mut self) -> Generated {
        if self.choices.chance(20) {
            return self.writing_query();
        }
        let clauses = self.reading_clauses();
        let mut generated = self.returned();
        generated.text = format!("{clauses}{}", generated.text);
        if !generated.ordered && !generated.count_only && self.choices.chance(8) {
            return self.union();
        }
        generated
    }

    /// Clauses that read, each on a line of its own.
    pub(crate) fn reading_clauses(&mut self) -> String {
        let count = [1, 1, 2, 2, 3, 4][self.choices.below(6)];
        (0..count).map(|_| self.reading_clause() + "\n").collect()
    }

    fn reading_clause(&mut self) -> String {
        match self.choices.below(10) {
            0..4 => self.matching("MATCH"),
            4 | 5 => self.matching("OPTIONAL MATCH"),
            6 => {
                let list = match self.choices.below(4) {
                    0 => self.variable(Type::Bag),
                    _ => None,
                };
                let list = list.unwrap_or_else(|| self.expression(Type::Integers, 1));
                format!("UNWIND {list} AS {}", self.declare_unwound())
            }
            7 => {
                let all = self.choices.chance(50);
                match self.shortest_part(all) {
                    // Which of several shortest paths is found is not certain: its length is.
                    Some(part) if all => format!("MATCH {part}"),
                    Some(part) => {
                        let path = self.scope.pop().map(|path| path.name).unwrap_or_default();
                        let kept: String =
                            self.scope.iter().map(|one| format!("{}, ", one.name)).collect();
                        let name = self.declare("v", Type::Integer);
                        format!("MATCH {part}\nWITH {kept}length({path}) AS {name}")
                    }
                    None => self.matching("MATCH"),
                }
            }
            _ => self.with(),
        }
    }

    fn declare_unwound(&mut self) -> String {
        self.declare("u", Type::Any)
    }

    pub(crate) fn matching(&mut self, word: &str) -> String {
        let pattern = self.pattern(Shape::FULL);
        if self.choices.chance(55) {
            format!("{word} {pattern} WHERE {}", self.boolean(2, true))
        } else {
            format!("{word} {pattern}")
        }
    }

    /// Which types a column may have.
    fn column_type(&mut self) -> Type {
        [
            Type::Integer,
            Type::Any,
            Type::String,
            Type::Boolean,
            Type::Float,
            Type::Integers,
            Type::Bag,
        ][self.choices.below(7)]
    }

    /// WITH in one of its forms; afterwards only its columns are in scope.
    fn with(&mut self) -> String {
        match self.choices.below(4) {
            0 => {
                let of = self.column_type();
                let value = self.expression(of, 2);
                let name = self.declare("v", of);
                let filter = self.filter(1);
                format!("WITH *, {value} AS {name}{filter}")
            }
            1 => {
                let (items, _) = self.columns(true);
                format!("WITH {items}{}", self.filter(1))
            }
            2 => {
                let items = self.aggregation();
                format!("WITH {items}{}", self.filter(1))
            }
            _ => {
                let distinct = if self.choices.chance(50) { "DISTINCT " } else { "" };
                let (items, total) = self.columns(distinct.is_empty());
                let (order, _) = self.order(total, true);
                format!("WITH {distinct}{items}{order}{}", self.filter(1))
            }
        }
    }

    fn filter(&mut self, depth: usize) -> String {
        if self.choices.chance(40) {
            format!(" WHERE {}", self.boolean(depth, true))
        } else {
            String::new()
        }
    }

    /// Columns without aggregates, which become the scope; whether all can be ordered by.
    fn columns(&mut self, bags: bool) -> (String, bool) {
        let mut items = Vec::new();
        let mut scope = Vec::new();
        let mut total = true;
        for index in 0..=self.choices.below(3) {
            let kept = self.choices.below(self.scope.len() + 1);
            let known = self.scope.get(kept).cloned();
            match known {
                Some(variable)
                    if self.choices.chance(60)
                        && !scope.iter().any(|other: &Variable| other.name == variable.name)
                        && (bags || variable.of != Type::Bag) =>
                {
                    total &= variable.of != Type::Bag;
                    items.push(variable.name.clone());
                    scope.push(variable);
                }
                _ => {
                    let mut of = self.column_type();
                    if of == Type::Bag && (!bags || index > 0) {
                        of = Type::Any;
                    }
                    total &= of != Type::Bag;
                    let value = self.expression(of, 2);
                    let name = self.fresh("v");
                    items.push(format!("{value} AS {name}"));
                    scope.push(Variable { name, of });
                }
            }
        }
        self.scope = scope;
        (items.join(", "), total)
    }

    /// Keys and aggregates, which become the scope.
    fn aggregation(&mut self) -> String {
        let mut items = Vec::new();
        let mut scope = Vec::new();
        for _ in 0..self.choices.below(3) {
            let of = [Type::Any, Type::Integer, Type::String, Type::Boolean][self.choices.below(4)];
            let value = self.expression(of, 1);
            let name = self.fresh("v");
            items.push(format!("{value} AS {name}"));
            scope.push(Variable { name, of });
        }
        for _ in 0..=self.choices.below(2) {
            let (value, of) = self.aggregate();
            let name = self.fresh("v");
            items.push(format!("{value} AS {name}"));
            scope.push(Variable { name, of });
        }
        self.scope = scope;
        items.join(", ")
    }

    /// An aggregate with the type of its value. Sums of integers are exact in any order.
    fn aggregate(&mut self) -> (String, Type) {
        let distinct = if self.choices.chance(30) { "DISTINCT " } else { "" };
        match self.choices.below(9) {
            0 => ("count(*)".into(), Type::Integer),
            1 => (format!("count({distinct}{})", self.any(1)), Type::Integer),
            2 => (format!("sum({distinct}{})", self.integer(1)), Type::Integer),
            3 => (format!("min({})", self.any(1)), Type::Any),
            4 => (format!("max({})", self.any(1)), Type::Any),
            5 => (format!("collect({distinct}{})", self.any(1)), Type::Bag),
            6 => (format!("avg({distinct}{})", self.integer(1)), Type::Float),
            7 => (format!("count(*) + count({})", self.any(1)), Type::Integer),
            _ => (format!("percentileDisc({}, 0.5)", self.integer(1)), Type::Any),
        }
    }

    /// ORDER BY, SKIP and LIMIT over the columns in scope; whether the rows are then in a
    /// certain order.
    fn order(&mut self, total: bool, limits: bool) -> (String, bool) {
        if !total || self.scope.is_empty() || !self.choices.chance(60) {
            return (String::new(), false);
        }
        let names: Vec<String> = self.scope.iter().map(|variable| variable.name.clone()).collect();
        let mut keys = Vec::new();
        for name in names {
            let direction = if self.choices.chance(40) { " DESC" } else { "" };
            keys.push(format!("{name}{direction}"));
        }
        let mut text = format!(" ORDER BY {}", keys.join(", "));
        if limits && self.choices.chance(30) {
            text += &format!(" SKIP {}", self.choices.below(4));
        }
        if limits && self.choices.chance(50) {
            text +=
                &format!(" LIMIT {}", self.choices.pick(&["1", "3", "0", "2", "$one", "1 + 1"]));
        }
        (text, true)
    }

    /// RETURN in one of its forms.
    fn returned(&mut self) -> Generated {
        match self.choices.below(6) {
            0 if !self.scope.is_empty() => {
                Generated { text: "RETURN *".into(), ordered: false, count_only: false }
            }
            1 | 2 => {
                let text = format!("RETURN {}", self.aggregation());
                Generated { text, ordered: false, count_only: false }
            }
            3 => {
                let (items, _) = self.columns(true);
                let text = format!(
                    "RETURN {items} SKIP {} LIMIT {}",
                    self.choices.below(3),
                    self.choices.below(5)
                );
                Generated { text, ordered: false, count_only: true }
            }
            _ => {
                let distinct = if self.choices.chance(25) { "DISTINCT " } else { "" };
                let (items, total) = self.columns(distinct.is_empty());
                let (order, ordered) = self.order(total, true);
                let text = format!("RETURN {distinct}{items}{order}");
                Generated { text, ordered, count_only: false }
            }
        }
    }

    fn union(&mut self) -> Generated {
        let word = if self.choices.chance(50) { "UNION ALL" } else { "UNION" };
        let mut arms = Vec::new();
        for _ in 0..2 {
            self.scope.clear();
            let clauses = self.matching("MATCH");
            let (a, b) = (self.any(1), self.integer(1));
            arms.push(format!("{clauses}\nRETURN {a} AS a, {b} AS b"));
        }
        let text = arms.join(&format!("\n{word}\n"));
        Generated { text, ordered: false, count_only: false }
    }

    /// A query that changes the graph in a way that does not depend on the order of rows.
    pub(crate) fn writing_query(&mut self) -> Generated {
        let reading =
            if self.choices.chance(80) { self.matching("MATCH") + "\n" } else { String::new() };
        let write = self.writing_clause();
        let returned = if write.contains("DELETE") || self.choices.chance(40) {
            "RETURN count(*) AS v".to_owned()
        } else {
            format!("RETURN {} AS v, count(*) AS w", self.any(1))
        };
        let text = format!("{reading}{write}\n{returned}");
        Generated { text, ordered: false, count_only: false }
    }

    fn writing_clause(&mut self) -> String {
        let node = self.variable(Type::Node);
        let relationship = self.variable(Type::Relationship);
        match (self.choices.below(12), node, relationship) {
            (0, Some(node), _) => format!("SET {node}.i = {node}.k + 1"),
            (1, Some(node), _) => {
                format!("SET {node}:{}, {node}.s = 'new'", self.choices.pick(&LABELS))
            }
            (2, Some(node), _) => format!("SET {node} += {{i: 7, s: null, l: [{node}.k]}}"),
            (3, Some(node), _) => format!("REMOVE {node}.i, {node}:{}", self.choices.pick(&LABELS)),
            (4, Some(node), _) => format!("DETACH DELETE {node}"),
            (5, _, Some(relationship)) => format!("DELETE {relationship}"),
            (6, _, Some(relationship)) => {
                format!("SET {relationship} = {{k: {relationship}.k, z: 1}}")
            }
            (7, Some(node), _) => {
                // No subquery: whether it sees what the clause itself creates is left open.
                let kind = self.choices.pick(&TYPES);
                format!(
                    "CREATE ({node})-[:{kind} {{i: {}}}]->(:C)<-[:S]-(:A {{s: 'x'}})",
                    self.integer(0)
                )
            }
            (8, Some(node), _) => {
                let other = self.variable(Type::Node).unwrap_or_else(|| node.clone());
                let kind = self.choices.pick(&TYPES);
                format!(
                    "MERGE ({node})-[m:{kind}]->({other}) ON CREATE SET m.s = 'c' ON MATCH SET m.b = true"
                )
            }
            (9, Some(node), _) => {
                format!("MERGE ({node})-[:{}]->(:B {{i: 1}})", self.choices.pick(&TYPES))
            }
            (10, _, Some(relationship)) => {
                format!("CREATE (:A {{s: 'claimant'}})-[:T]->[{relationship}]")
            }
            _ => format!(
                "MERGE (w:{} {{i: {}}}) ON CREATE SET w.s = 'c' ON MATCH SET w.b = false",
                self.choices.pick(&LABELS),
                self.choices.below(3)
            ),
        }
    }
}
