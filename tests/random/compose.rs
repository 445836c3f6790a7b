//! GQL's clauses, and queries made of queries: LET, FOR, CALL, NEXT, UNION and its kin,
//! WHEN.

use super::query::Generated;
use super::scope::{Generator, Type, Variable};

impl Generator<'_> {
    /// `LET a = …, b = …`.
    pub(crate) fn let_clause(&mut self) -> String {
        let mut items = Vec::new();
        let mut new = Vec::new();
        for _ in 0..=self.choices.below(2) {
            let of = self.column_type();
            let value = self.expression(of, 2);
            let name = self.fresh("v");
            items.push(format!("{name} = {value}"));
            new.push(Variable { name, of });
        }
        self.scope.extend(new);
        format!("LET {}", items.join(", "))
    }

    /// `FOR x IN … [WITH ORDINALITY|OFFSET y]`.
    pub(crate) fn for_clause(&mut self) -> String {
        let list = self.integers(2);
        let name = self.declare("u", Type::Integer);
        match self.choices.below(3) {
            0 => format!("FOR {name} IN {list}"),
            1 => {
                format!("FOR {name} IN {list} WITH ORDINALITY {}", self.declare("u", Type::Integer))
            }
            _ => format!("FOR {name} IN {list} WITH OFFSET {}", self.declare("u", Type::Integer)),
        }
    }

    /// `[OPTIONAL] CALL (…) { … }`; the columns that it returns are new variables.
    pub(crate) fn call(&mut self) -> String {
        if self.depth > 0 {
            return self.matching("MATCH");
        }
        let outer = self.scope.clone();
        let word = if self.choices.chance(30) { "OPTIONAL CALL" } else { "CALL" };
        let names: Vec<String> = outer.iter().map(|one| one.name.clone()).collect();
        let (scope, importing) = match self.choices.below(4) {
            0 => ("(*) ".to_owned(), String::new()),
            1 => {
                self.scope.truncate(1);
                (format!("({}) ", names.first().cloned().unwrap_or_default()), String::new())
            }
            2 => (format!("({}) ", names.join(", ")), String::new()),
            _ if names.is_empty() => ("() ".to_owned(), String::new()),
            _ => (String::new(), format!("WITH {} ", names.join(", "))),
        };
        let seen = self.scope.clone();
        let (body, new) = match self.choices.below(5) {
            0 => self.arms_of_call(&importing),
            1 if importing.is_empty() => self.branches(),
            _ => {
                let clauses = self.called_clauses();
                let (returned, new) = self.returned_to_call();
                (format!("{importing}{clauses}\n{returned}"), new)
            }
        };
        debug_assert!(seen.len() <= outer.len());
        self.scope = outer;
        self.scope.extend(new);
        format!("{word} {scope}{{ {body} }}")
    }

    /// A MATCH, or another clause that does not nest further.
    fn called_clauses(&mut self) -> String {
        self.depth += 1;
        let text = match self.choices.below(4) {
            0 => self.matching("OPTIONAL MATCH"),
            1 => format!("{}\n{}", self.matching("MATCH"), self.reading_clause()),
            _ => self.matching("MATCH"),
        };
        self.depth -= 1;
        text
    }

    /// A RETURN whose columns have names that no variable has.
    fn returned_to_call(&mut self) -> (String, Vec<Variable>) {
        if self.choices.chance(25) {
            let (value, of) = self.aggregate();
            let name = self.fresh("c");
            return (format!("RETURN {value} AS {name}"), vec![Variable { name, of }]);
        }
        let of = self.column_type();
        let value = self.expression(of, 1);
        let name = self.fresh("c");
        let distinct = of != Type::Bag && self.choices.chance(20);
        let order = of != Type::Bag && self.choices.chance(25);
        let mut text =
            format!("RETURN {}{value} AS {name}", if distinct { "DISTINCT " } else { "" });
        if order {
            text += &format!(" ORDER BY {name} LIMIT {}", self.choices.pick(&["1", "2", "$one"]));
        }
        (text, vec![Variable { name, of }])
    }

    fn arms_of_call(&mut self, importing: &str) -> (String, Vec<Variable>) {
        let scope = self.scope.clone();
        let (a, b) = (self.fresh("c"), self.fresh("c"));
        let word = self.set_operator();
        let arms = [(); 2].map(|()| {
            self.scope.clone_from(&scope);
            let clauses = self.matching("MATCH");
            let (x, y) = (self.any(1), self.integer(1));
            format!("{importing}{clauses} RETURN {x} AS {a}, {y} AS {b}")
        });
        let new =
            vec![Variable { name: a, of: Type::Any }, Variable { name: b, of: Type::Integer }];
        (arms.join(&format!("\n{word}\n")), new)
    }

    fn branches(&mut self) -> (String, Vec<Variable>) {
        let scope = self.scope.clone();
        let name = self.fresh("c");
        let mut text = String::new();
        for place in 0..=self.choices.below(2) {
            self.scope.clone_from(&scope);
            let condition = self.boolean(1, false);
            let clauses = self.matching("MATCH");
            let value = self.any(1);
            let gap = if place == 0 { "" } else { " " };
            text += &format!("{gap}WHEN {condition} THEN {clauses} RETURN {value} AS {name}");
        }
        if self.choices.chance(60) {
            self.scope.clone_from(&scope);
            text += &format!(" ELSE RETURN {} AS {name}", self.any(1));
        }
        (text, vec![Variable { name, of: Type::Any }])
    }

    fn set_operator(&mut self) -> &'static str {
        ["UNION ALL", "UNION", "EXCEPT", "EXCEPT ALL", "INTERSECT", "INTERSECT ALL", "OTHERWISE"]
            [self.choices.below(7)]
    }

    /// Queries with two columns put together.
    pub(crate) fn union(&mut self) -> Generated {
        let word = self.set_operator();
        let mut arms = Vec::new();
        for _ in 0..2 {
            self.scope.clear();
            let clauses = self.matching("MATCH");
            let depth = self.choices.below(2);
            let (a, b) = (self.any(depth), self.integer(depth));
            arms.push(format!("{clauses}\nRETURN {a} AS a, {b} AS b"));
        }
        if self.choices.chance(30) {
            arms[1] = format!("{{ {} }}", arms[1]);
        }
        let text = arms.join(&format!("\n{word}\n"));
        Generated { text, ordered: false, count_only: false }
    }

    /// `… RETURN … NEXT …`.
    pub(crate) fn next(&mut self) -> Generated {
        let clauses = self.reading_clauses();
        let first = if self.choices.chance(40) {
            format!("RETURN {}", self.aggregation())
        } else {
            format!("RETURN {}", self.columns(true).0)
        };
        let scope = self.scope.clone();
        let more =
            if self.choices.chance(60) { self.reading_clause() + "\n" } else { String::new() };
        if self.choices.chance(25) {
            self.scope = scope;
            let word = self.set_operator();
            let arms = [(); 2].map(|()| format!("RETURN {} AS a", self.any(1)));
            let text = format!("{clauses}{first}\nNEXT\n{}\n{word}\n{}", arms[0], arms[1]);
            return Generated { text, ordered: false, count_only: false };
        }
        let mut generated = self.returned();
        generated.text = format!("{clauses}{first}\nNEXT\n{more}{}", generated.text);
        generated
    }

    /// `WHEN … THEN … ELSE …` as a statement.
    pub(crate) fn when(&mut self) -> Generated {
        let (text, _) = self.branches();
        Generated { text, ordered: false, count_only: false }
    }
}
