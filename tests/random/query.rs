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
        match self.choices.below(20) {
            15 => return self.counting(),
            16 => return self.union(),
            17 | 18 => return self.next(),
            19 => return self.when(),
            _ => {}
        }
        let clauses = self.reading_clauses();
        if self.choices.chance(6) {
            return self.failing(&clauses);
        }
        let mut generated = self.returned();
        generated.text = format!("{clauses}{}", generated.text);
        generated
    }

    /// All that a pattern without conditions finds.
    pub(crate) fn simple_query(&mut self) -> Generated {
        let end = ["(", ")", "[", "]"];
        let place = if self.choices.chance(40) { 2 } else { 0 };
        let text = match self.choices.below(4) {
            0 => "MATCH (n) RETURN *".to_owned(),
            1 => {
                format!("MATCH (a)-[r{}]->{}b{} RETURN *", self.types(), end[place], end[place + 1])
            }
            2 => format!("MATCH {}a{}-[r]->(b) RETURN *", end[place], end[place + 1]),
            _ => format!("MATCH (a){}(b) RETURN *", self.arrow("r*1..2")),
        };
        Generated { text, ordered: false, count_only: false }
    }

    /// A query whose RETURN fails for some rows.
    fn failing(&mut self, clauses: &str) -> Generated {
        let fails = match self.choices.below(8) {
            0 => format!("1 / {}", self.integer(1)),
            1 => format!("{} % {}", self.integer(1), self.integer(0)),
            2 => format!("{} + 9223372036854775807", self.integer(0)),
            3 => format!("toInteger({})", self.property("m", "null")),
            4 => format!("size({})", self.property("m", "null")),
            5 => format!("{}[0]", self.property("m", "null")),
            6 => format!("{}.x", self.property("m", "null")),
            _ => format!("{} - 1", self.property("m", "null")),
        };
        // All rows are computed: none is left out by a LIMIT.
        let text = format!("{clauses}RETURN count({fails}) AS c");
        Generated { text, ordered: false, count_only: false }
    }

    /// Clauses that read, each on a line of its own.
    pub(crate) fn reading_clauses(&mut self) -> String {
        let count = [1, 1, 2, 2, 3, 4][self.choices.below(6)];
        (0..count).map(|_| self.reading_clause() + "\n").collect()
    }

    pub(crate) fn reading_clause(&mut self) -> String {
        match self.choices.below(16) {
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
            8 | 9 => self.with(),
            10 if !self.scope.is_empty() => format!("FILTER {}", self.boolean(2, true)),
            10 => self.matching("MATCH"),
            11 => self.let_clause(),
            12 => self.for_clause(),
            13 => self.call(),
            14 => self.called_or_loaded(),
            _ => self.path_clause(),
        }
    }

    pub(crate) fn declare_unwound(&mut self) -> String {
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
    pub(crate) fn column_type(&mut self) -> Type {
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
    pub(crate) fn with(&mut self) -> String {
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
                let items =
                    if self.choices.chance(30) { self.grouping() } else { self.aggregation() };
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

    pub(crate) fn filter(&mut self, depth: usize) -> String {
        if self.choices.chance(40) {
            format!(" WHERE {}", self.boolean(depth, true))
        } else {
            String::new()
        }
    }

    /// Columns without aggregates, which become the scope; whether all can be ordered by.
    pub(crate) fn columns(&mut self, bags: bool) -> (String, bool) {
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
    pub(crate) fn aggregation(&mut self) -> String {
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

    /// `…, aggregates GROUP BY keys`: what is grouped by is a column, or a variable of before
    /// of which columns may be computed. Afterwards only the columns are in scope.
    pub(crate) fn grouping(&mut self) -> String {
        let mut keys = Vec::new();
        let mut items = Vec::new();
        let known = self.scope.clone();
        let grouped: Vec<Variable> = (0..self.choices.below(3))
            .filter_map(|_| known.get(self.choices.below(known.len().max(1))).cloned())
            .filter(|variable| variable.of != Type::Bag)
            .collect();
        let mut columns = Vec::new();
        for variable in &grouped {
            if keys.contains(&variable.name) {
                continue;
            }
            keys.push(variable.name.clone());
            if self.choices.chance(50) {
                items.push(variable.name.clone());
                columns.push(variable.clone());
            }
        }
        for _ in 0..self.choices.below(2) {
            let of = [Type::Any, Type::Integer, Type::String, Type::Boolean][self.choices.below(4)];
            let value = self.expression(of, 1);
            let name = self.fresh("v");
            items.push(format!("{value} AS {name}"));
            keys.push(name.clone());
            columns.push(Variable { name, of });
        }
        // Of a group any row stands for all where only what is grouped by is read; of 1 and
        // 1.0 and the like either may.
        let elements = [Type::Node, Type::Relationship];
        let exact = grouped.iter().filter(|one| elements.contains(&one.of)).cloned();
        self.scope = exact.collect();
        if !self.scope.is_empty() && self.choices.chance(50) {
            let value = self.integer(1);
            let name = self.fresh("v");
            items.push(format!("{value} AS {name}"));
            columns.push(Variable { name, of: Type::Integer });
        }
        self.scope = known;
        for _ in 0..=self.choices.below(2) {
            let (value, of) = self.aggregate();
            let name = self.fresh("v");
            items.push(format!("{value} AS {name}"));
            columns.push(Variable { name, of });
        }
        self.scope = columns;
        let keys = if keys.is_empty() { "()".to_owned() } else { keys.join(", ") };
        format!("{} GROUP BY {keys}", items.join(", "))
    }

    /// An aggregate with the type of its value. Sums of integers are exact in any order.
    pub(crate) fn aggregate(&mut self) -> (String, Type) {
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
    pub(crate) fn order(&mut self, total: bool, limits: bool) -> (String, bool) {
        if !total || self.scope.is_empty() || !self.choices.chance(60) {
            return (String::new(), false);
        }
        let names: Vec<String> = self.scope.iter().map(|variable| variable.name.clone()).collect();
        let mut keys = Vec::new();
        for name in names {
            let direction = if self.choices.chance(40) { " DESC" } else { "" };
            let nulls = match self.choices.below(6) {
                4 => " NULLS FIRST",
                5 => " NULLS LAST",
                _ => "",
            };
            keys.push(format!("{name}{direction}{nulls}"));
        }
        let mut text = format!(" ORDER BY {}", keys.join(", "));
        if limits && self.choices.chance(30) {
            let word = self.choices.pick(&["SKIP", "OFFSET"]);
            text += &format!(" {word} {}", self.choices.below(4));
        }
        if limits && self.choices.chance(50) {
            text +=
                &format!(" LIMIT {}", self.choices.pick(&["1", "3", "0", "2", "$one", "1 + 1"]));
        }
        (text, true)
    }

    /// RETURN in one of its forms.
    pub(crate) fn returned(&mut self) -> Generated {
        match self.choices.below(6) {
            0 if !self.scope.is_empty() => {
                Generated { text: "RETURN *".into(), ordered: false, count_only: false }
            }
            1 => {
                let text = format!("RETURN {}", self.aggregation());
                Generated { text, ordered: false, count_only: false }
            }
            2 => {
                let text = format!("RETURN {}", self.grouping());
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

    pub(crate) fn writing_clause(&mut self) -> String {
        let node = self.variable(Type::Node);
        let relationship = self.variable(Type::Relationship);
        match (self.choices.below(17), node, relationship) {
            (0, Some(node), _) => format!("SET {node}{} = {node}.k + 1", self.keyed("i")),
            (1, Some(node), _) => {
                let label = self.choices.pick(&LABELS);
                format!("SET {node}:{}, {node}.s = 'new'", self.named_new(label))
            }
            (2, Some(node), _) => format!("SET {node} += {{i: 7, s: null, l: [{node}.k]}}"),
            (3, Some(node), _) => {
                let label = self.choices.pick(&LABELS);
                format!("REMOVE {node}{}, {node}:{}", self.keyed("i"), self.named_new(label))
            }
            (4, Some(node), _) => format!("DETACH DELETE {node}"),
            (5, _, Some(relationship)) => format!("DELETE {relationship}"),
            (6, _, Some(relationship)) => {
                format!("SET {relationship} = {{k: {relationship}.k, z: 1}}")
            }
            (7, Some(node), _) => {
                let kind = self.choices.pick(&TYPES);
                let (kind, label) = (self.named_new(kind), self.named_new("C"));
                let (one, other) = (self.integer(2), self.integer(1));
                format!(
                    "CREATE ({node})-[:{kind} {{i: {one}}}]->(:{label} {{i: {other}}})<-[:S]-(:A {{s: 'x'}})"
                )
            }
            (8, Some(node), _) => {
                let other = self.variable(Type::Node).unwrap_or_else(|| node.clone());
                let kind = self.choices.pick(&TYPES);
                let kind = self.named_new(kind);
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
            (11, Some(node), _) => self.computed(&node),
            (12, Some(node), _) => {
                let list = self.integers(1);
                format!(
                    "FOREACH (x0 IN {list} | CREATE ({node})-[:S {{i: x0}}]->(:C {{k: {node}.k}}))"
                )
            }
            (13, _, _) => {
                // A subquery would see what the rounds before have created, and the order of
                // rows is not certain.
                let (list, value) = (self.integers(0), self.integer(0));
                format!("FOREACH (x0 IN {list} | CREATE (:C {{i: {value}, k: x0}}))")
            }
            (14, Some(node), _) => {
                let condition = self.boolean(0, false);
                format!(
                    "CALL (*) {{ FILTER {node} IS NOT NULL AND {condition} MERGE ({node})-[:U]->(:C {{i: 2}}) }}"
                )
            }
            (15, Some(node), _) => {
                let condition = self.boolean(1, false);
                format!(
                    "CALL ({node}) {{ WHEN {node}.b THEN SET {node}.z = 1 ELSE SET {node}:C }}\nFILTER {condition}"
                )
            }
            _ => format!(
                "MERGE (w:{} {{i: {}}}) ON CREATE SET w.s = 'c' ON MATCH SET w.b = false",
                self.choices.pick(&LABELS),
                self.choices.below(3)
            ),
        }
    }

    /// SET of what is computed from the node alone and from the graph before, once for each
    /// node: then the order of rows does not matter.
    fn computed(&mut self, node: &str) -> String {
        self.scope = vec![Variable { name: node.to_owned(), of: Type::Node }];
        let (one, other) = (self.integer(2), self.integer(2));
        // No item reads what another one sets: a CASE around a subquery is computed before
        // the clause as a whole, anything else when its turn comes.
        format!("WITH DISTINCT {node}\nSET {node}.z = {other}, {node}.i = {one}")
    }
}
