//! Quantified paths, selectors, path modes and match modes.

use super::graph::TYPES;
use super::pattern::Shape;
use super::scope::{Generator, Type, Variable};

impl Generator<'_> {
    /// A MATCH with a quantified path, a selector or a mode.
    pub(crate) fn path_clause(&mut self) -> String {
        match self.choices.below(6) {
            0 | 1 => {
                let part = self.quantified();
                let filter = self.filter(1);
                format!("MATCH {part}{filter}")
            }
            2 => {
                let mode = self.choices.pick(&["TRAIL", "ACYCLIC", "SIMPLE", "WALK"]).to_owned();
                let (pattern, path) = self.whole_path();
                let filter = self.filter(1);
                format!("MATCH {path} = {mode} {pattern}{filter}")
            }
            3 => {
                let selector = [
                    "ALL SHORTEST",
                    "SHORTEST 1 GROUP",
                    "SHORTEST 2 GROUPS",
                    "ALL",
                    "ALL SHORTEST ACYCLIC PATHS",
                ][self.choices.below(5)];
                let (pattern, path) = self.whole_path();
                let filter = self.filter(1);
                format!("MATCH {path} = {selector} {pattern}{filter}")
            }
            4 => self.some_path(),
            _ => {
                let (one, other) = (self.hop(), self.hop());
                let filter = self.filter(1);
                format!("MATCH REPEATABLE ELEMENTS {one}, {other}{filter}")
            }
        }
    }

    /// Which paths are chosen is not certain: their ends and lengths are.
    fn some_path(&mut self) -> String {
        let known = self.scope.len();
        let (selector, length) = [
            ("ANY SHORTEST", true),
            ("SHORTEST 1", true),
            ("SHORTEST 2 PATHS", true),
            ("ANY", false),
            ("ANY 2", false),
        ][self.choices.below(5)];
        let (pattern, path) = self.whole_path();
        let ends: Vec<Variable> =
            self.scope.drain(known..).filter(|one| one.of == Type::Node).collect();
        self.scope.extend(ends);
        let kept: String = self.scope.iter().map(|one| format!("{}, ", one.name)).collect();
        let name = self.declare("v", Type::Integer);
        let value = if length { format!("length({path})") } else { "1".into() };
        format!("MATCH {path} = {selector} {pattern}\nWITH {kept}{value} AS {name}")
    }

    /// `(a)-[r:T]->(b)`.
    fn hop(&mut self) -> String {
        self.used.clear();
        let shape = Shape { new_variables: true, long: false, steps: 1 };
        self.node(shape) + &self.relationship(shape) + &self.node(shape)
    }

    /// A path with one repetition between two ends, and the variable of the path.
    fn whole_path(&mut self) -> (String, String) {
        let pattern = self.quantified();
        let path = self.declare("p", Type::Path);
        (pattern, path)
    }

    /// Two ends with something between them that is repeated.
    pub(crate) fn quantified(&mut self) -> String {
        self.used.clear();
        let shape = Shape { new_variables: true, long: false, steps: 1 };
        let left = self.node(shape);
        let middle =
            if self.choices.chance(50) { self.group() } else { self.quantified_relationship() };
        let right = self.node(shape);
        format!("{left}{middle}{right}")
    }

    fn repetition(&mut self) -> &'static str {
        ["{1,2}", "{2}", "{0,2}", "{,2}", "{1}", "{0,1}"][self.choices.below(6)]
    }

    fn direction(&mut self) -> [&'static str; 2] {
        [["-", "->"], ["<-", "-"], ["-", "-"]][self.choices.below(3)]
    }

    fn quantified_relationship(&mut self) -> String {
        let name = self.fresh("t");
        let types = self.written_types();
        let condition = self.choices.chance(40).then(|| self.about(&[(&name, Type::Relationship)]));
        let condition = condition.map(|one| format!(" WHERE {one}")).unwrap_or_default();
        let ([from, to], quantifier) = (self.direction(), self.repetition());
        self.scope.push(Variable { name: name.clone(), of: Type::Trail });
        format!("{from}[{name}{types}{condition}]{to}{quantifier}")
    }

    /// `((x)-[r]->(y) WHERE …){1,2}`; its names are lists outside.
    fn group(&mut self) -> String {
        let [x, y, r] = [self.fresh("l"), self.fresh("l"), self.fresh("t")];
        let types = if self.choices.chance(50) {
            format!(":{}", self.choices.pick(&TYPES))
        } else {
            String::new()
        };
        let [from, to] = self.direction();
        let mut chain = format!("({x}){from}[{r}{types}]{to}({y})");
        if self.choices.chance(20) {
            chain += "--()";
        }
        let names = [(&x, Type::Node), (&r, Type::Relationship), (&y, Type::Node)];
        let names = names.map(|(name, of)| (name.as_str(), of));
        let condition = self.choices.chance(50).then(|| self.about(&names));
        let condition = condition.map(|one| format!(" WHERE {one}")).unwrap_or_default();
        let quantifier = self.repetition();
        for name in [x, y, r] {
            self.scope.push(Variable { name, of: Type::Trail });
        }
        format!("({chain}{condition}){quantifier}")
    }

    /// A condition over these elements.
    fn about(&mut self, names: &[(&str, Type)]) -> String {
        let known = std::mem::take(&mut self.scope);
        for (name, of) in names {
            self.scope.push(Variable { name: (*name).to_owned(), of: *of });
        }
        let condition = self.boolean(1, true);
        self.scope = known;
        condition
    }
}
