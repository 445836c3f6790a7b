//! Prefixes: another world for a query that reads.
//!
//! What they ask for is found in the whole present world; what they hide is computed by the
//! definitions of [`Perception`].

use super::{Evaluated, Machine, Row, Table, World, error, unsupported, wrong_type};
use crate::perception::Perception;
use dossier::store::{Elements, Moment, Perspective, View};
use dossier::syntax::ast::{
    self, Claimants, Expression, ExpressionKind, Name, PatternPart, Query, Statement,
};
use dossier::syntax::print;
use dossier::value::{Date, DateTime, Endpoint, ErrorClass, LocalDateTime, NodeId, Value};

impl Machine {
    /// Runs a statement with prefixes.
    pub(super) fn look(&mut self, statement: &Statement, query: &Query) -> Evaluated<Table> {
        let text = print(statement);
        let mut words = text.split(|letter: char| !letter.is_alphanumeric());
        if words.any(|word| matches!(word, "CREATE" | "MERGE" | "SET" | "REMOVE" | "DELETE")) {
            return unsupported("a write under a view");
        }
        let mut world = self.world.clone();
        let mut view = View::default();
        for prefix in &statement.views {
            match prefix {
                ast::View::AsKnownAt { moment, .. } => world = self.known_at(moment)?,
                ast::View::AsOf { moment, .. } => view.as_of = Some(Self::moment(moment)?),
                ast::View::AccordingTo { strictly, claimants, confidence, .. } => {
                    let confidence = confidence.as_ref().map(|least| self.least(least));
                    view.according_to = Some(Perspective {
                        claimants: self.claimants(claimants)?,
                        strictly: *strictly,
                        confidence: confidence.transpose()?,
                    });
                }
                ast::View::Undisputed { .. } => view.undisputed = true,
                ast::View::Best { .. } => view.best = true,
            }
        }
        if view.as_of.is_some() {
            world.check_validity()?;
        }
        let hidden = Perception::of(&world, world.bounds(), None).hidden(&view);
        world.hide(&hidden);
        let mut machine = Machine { world, ..self.clone() };
        let done = machine.query(query, Table { names: Vec::new(), rows: vec![Row::new()] }, None);
        self.seen = Some(machine.world);
        done
    }

    fn known_at(&self, moment: &Expression) -> Evaluated<World> {
        let Some(past) = &self.past else { return unsupported("the past") };
        match self.value(moment, &Row::new())? {
            Value::Integer(0) => Ok(World::default()),
            Value::Integer(number) => {
                let known = past.iter().find(|(commit, _)| i64::try_from(*commit) == Ok(number));
                known.map_or_else(
                    || error(ErrorClass::ArgumentError, "no such commit"),
                    |(_, world)| Ok(world.clone()),
                )
            }
            _ => unsupported("a time of the past"),
        }
    }

    /// A date or a datetime, written as a text or made of one.
    fn moment(expression: &Expression) -> Evaluated<Moment> {
        let (function, text) = match &expression.kind {
            ExpressionKind::String(text) => ("", text),
            ExpressionKind::Function { name, arguments, .. } => {
                match (name.as_slice(), arguments.as_slice()) {
                    ([name], [Expression { kind: ExpressionKind::String(text), .. }]) => {
                        (&*name.text, text)
                    }
                    _ => return unsupported("this moment"),
                }
            }
            _ => return unsupported("this moment"),
        };
        let date = text.parse::<Date>().ok().map(Value::from);
        let local = text.parse::<LocalDateTime>().ok().map(Value::LocalDateTime);
        let instant = text.parse::<DateTime>().ok().map(Value::from);
        let value = match function {
            "" => date.or(local).or(instant),
            "date" => date,
            "localdatetime" => local,
            "datetime" => instant,
            _ => return unsupported("this moment"),
        };
        match value.as_ref().and_then(Moment::of) {
            Some(moment) => Ok(moment),
            None => unsupported("this moment"),
        }
    }

    fn least(&self, expression: &Expression) -> Evaluated<f64> {
        match self.value(expression, &Row::new())? {
            Value::Integer(number) => Ok(number as f64),
            Value::Float(number) => Ok(number),
            _ => wrong_type("confidence is a number"),
        }
    }

    fn claimants(&self, claimants: &Claimants) -> Evaluated<Vec<NodeId>> {
        let values = match claimants {
            Claimants::Expression(expression) => vec![self.value(expression, &Row::new())?],
            Claimants::Pattern(part) => self.beginnings(part)?,
        };
        let mut found = Vec::new();
        for value in &values {
            self.gather(value, &mut found)?;
        }
        if found.is_empty() {
            return error(ErrorClass::ArgumentError, "according to nobody");
        }
        Ok(found)
    }

    /// What begins the matches of a pattern.
    fn beginnings(&self, part: &PatternPart) -> Evaluated<Vec<Value>> {
        let mut part = part.clone();
        let span = part.span;
        let name = part.start.variable.get_or_insert_with(|| Name { text: " who".into(), span });
        let name = name.text.clone();
        let rows = self.matches(&[part], None, None, &Row::new())?;
        Ok(rows.into_iter().map(|row| row[&name].clone()).collect())
    }

    fn gather(&self, value: &Value, found: &mut Vec<NodeId>) -> Evaluated<()> {
        match value {
            Value::Null => Ok(()),
            Value::Node(id) => {
                found.push(*id);
                Ok(())
            }
            Value::List(items) => items.iter().try_for_each(|item| self.gather(item, found)),
            Value::String(name) => {
                let named = self.world.nodes.iter().filter(|(_, node)| {
                    matches!(node.properties.get("name"), Some(Value::String(own)) if own == name)
                });
                match named.map(|(id, _)| *id).collect::<Vec<_>>().as_slice() {
                    [id] => {
                        found.push(*id);
                        Ok(())
                    }
                    _ => error(ErrorClass::ArgumentError, "nobody of that name, or several"),
                }
            }
            _ => wrong_type("a claimant is a node or a name"),
        }
    }
}

impl World {
    /// Refuses validity that is no date and no datetime.
    fn check_validity(&self) -> Evaluated<()> {
        let nodes = self.nodes.values().map(|node| &node.properties);
        let all = nodes.chain(self.relationships.values().map(|one| &one.properties));
        for properties in all {
            for value in ["valid_from", "valid_to"].iter().filter_map(|key| properties.get(*key)) {
                if Moment::of(value).is_none() {
                    return wrong_type("validity is a date or a datetime");
                }
            }
        }
        Ok(())
    }

    /// Loses what is hidden.
    fn hide(&mut self, hidden: &Elements) {
        self.nodes.retain(|id, _| !hidden.contains(Endpoint::Node(*id)));
        self.relationships.retain(|id, _| !hidden.contains(Endpoint::Relationship(*id)));
    }
}
