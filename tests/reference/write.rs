//! CREATE, MERGE, SET, REMOVE, DELETE: row by row on the world.

use super::expression::element;
use super::world::{Relationship, element_value};
use super::{Evaluated, Machine, Row, Table, error, pattern_names, unsupported, wrong_type};
use dossier::syntax::ast::{
    Clause, ClauseKind, Connection, Direction, EndKind, EndPattern, Expression, LabelExpression,
    LabelName, PatternPart, RemoveItem, SetItem,
};
use dossier::value::{Endpoint, ErrorClass, Map, Path, Value};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

impl Machine {
    /// A clause that writes.
    pub(crate) fn write(&mut self, clause: &Clause, table: Table) -> Evaluated<Table> {
        // MERGE alone sees what it has done in the rows before.
        if !matches!(clause.kind, ClauseKind::Merge { .. }) {
            let made = match &clause.kind {
                ClauseKind::Create(parts) => pattern_names(parts),
                _ => Vec::new(),
            };
            let new = made.into_iter().filter(|name| !table.names.contains(name)).collect();
            self.remember(new);
        }
        let done = self.written(clause, table);
        self.before = None;
        done
    }

    fn written(&mut self, clause: &Clause, mut table: Table) -> Evaluated<Table> {
        match &clause.kind {
            ClauseKind::Create(parts) => {
                for row in &mut table.rows {
                    for part in parts {
                        self.create(part, row)?;
                    }
                }
                pattern_names(parts).iter().for_each(|name| table.add_name(name));
                Ok(table)
            }
            ClauseKind::Merge { part, on_create, on_match } => {
                let parts = std::slice::from_ref(part);
                let mut out = Table { names: table.names.clone(), rows: Vec::new() };
                pattern_names(parts).iter().for_each(|name| out.add_name(name));
                for mut row in table.rows {
                    self.refuse_nulls(part, &row)?;
                    let found = self.matches(parts, None, None, &row)?;
                    if found.is_empty() {
                        self.create(part, &mut row)?;
                        self.set_now(on_create, &row)?;
                        out.rows.push(row);
                    }
                    for row in found {
                        self.set_now(on_match, &row)?;
                        out.rows.push(row);
                    }
                }
                Ok(out)
            }
            ClauseKind::Set(items) => {
                for row in &table.rows {
                    self.set(items, row)?;
                }
                Ok(table)
            }
            ClauseKind::Remove(items) => {
                for row in &table.rows {
                    self.remove(items, row)?;
                }
                Ok(table)
            }
            ClauseKind::Delete { detach, targets } => {
                self.delete(*detach, targets, &table.rows)?;
                Ok(table)
            }
            other => unsupported(format!("{other:?}").chars().take(40).collect::<String>()),
        }
    }

    /// Remembers the world as it is: what looks at the graph looks there, save for what
    /// speaks of elements that are made by then.
    fn remember(&mut self, made: Vec<Arc<str>>) {
        self.before = Some((Rc::new(Machine { before: None, ..self.clone() }), made));
    }

    /// What MERGE sets in a row.
    fn set_now(&mut self, items: &[SetItem], row: &Row) -> Evaluated<()> {
        self.remember(Vec::new());
        let done = self.set(items, row);
        self.before = None;
        done
    }

    /// MERGE of a null property is refused: nothing could ever be equal to it.
    fn refuse_nulls(&self, part: &PatternPart, row: &Row) -> Evaluated<()> {
        let ends = std::iter::once(&part.start).chain(part.steps.iter().map(|(_, end)| end));
        let maps = ends.filter_map(|end| end.properties.as_deref()).chain(
            part.steps.iter().filter_map(|(step, _)| step.relationship()?.properties.as_deref()),
        );
        for map in maps {
            if let Value::Map(map) = self.value(map, row)?
                && map.values().any(Value::is_null)
            {
                return error(ErrorClass::SemanticError, "MERGE cannot compare with null");
            }
        }
        Ok(())
    }

    fn create(&mut self, part: &PatternPart, row: &mut Row) -> Evaluated<()> {
        let mut left = self.create_end(&part.start, row)?;
        let mut path = Path { elements: vec![left], relationships: Vec::new() };
        for (connection, end) in &part.steps {
            let Connection::Relationship(step) = connection else {
                let message = "a group of relationships cannot be created";
                return error(ErrorClass::SyntaxError, message);
            };
            let right = self.create_end(end, row)?;
            let Some(LabelExpression::Name(kind)) = &step.types else {
                return error(ErrorClass::SyntaxError, "exactly one type is needed");
            };
            let properties = self.new_properties(step.properties.as_deref(), row)?;
            let (start, end) = match step.direction {
                Direction::Incoming => (right, left),
                _ => (left, right),
            };
            let [kind] = self
                .label_names(kind, row)?
                .try_into()
                .or_else(|_| error(ErrorClass::ArgumentError, "a relationship has one type"))?;
            let id = self.world.add_relationship(Relationship { kind, start, end, properties });
            if let Some(name) = &step.variable {
                row.insert(name.text.clone(), Value::Relationship(id));
            }
            path.relationships.push(id);
            path.elements.push(right);
            left = right;
        }
        if let Some(name) = &part.variable {
            row.insert(name.text.clone(), Value::Path(Arc::new(path)));
        }
        Ok(())
    }

    /// The end that is bound, or a new node.
    fn create_end(&mut self, end: &EndPattern, row: &mut Row) -> Evaluated<Endpoint> {
        if let Some(known) = end.variable.as_ref().and_then(|name| row.get(&name.text)) {
            return match element(known) {
                Some(at) if self.world.contains(at) => Ok(at),
                _ => error(ErrorClass::SemanticError, "an end is null or has been deleted"),
            };
        }
        if end.kind == EndKind::Relationship {
            return wrong_type("a relationship end must be bound");
        }
        let properties = self.new_properties(end.properties.as_deref(), row)?;
        let mut labels: Vec<Arc<str>> = Vec::new();
        for label in self.all_names(end.labels.iter().flat_map(LabelExpression::names), row)? {
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        let id = self.world.add_node(labels, properties);
        if let Some(name) = &end.variable {
            row.insert(name.text.clone(), Value::Node(id));
        }
        Ok(Endpoint::Node(id))
    }

    fn new_properties(&self, map: Option<&Expression>, row: &Row) -> Evaluated<Map> {
        let Some(map) = map else { return Ok(Map::default()) };
        match self.value(map, row)? {
            Value::Map(map) => storable(&map),
            _ => wrong_type("properties are a map"),
        }
    }

    fn set(&mut self, items: &[SetItem], row: &Row) -> Evaluated<()> {
        for item in items {
            match item {
                SetItem::Property { base, key, value } => {
                    let (base, value) = (self.value(base, row)?, self.value(value, row)?);
                    self.set_property(&base, &key.text, value)?;
                }
                SetItem::Replace { variable, value } | SetItem::Merge { variable, value } => {
                    let keep = matches!(item, SetItem::Merge { .. });
                    let base = row.get(&variable.text).cloned().unwrap_or_default();
                    let value = self.value(value, row)?;
                    self.set_all(&base, &value, keep)?;
                }
                SetItem::Labels { variable, labels } => {
                    let base = row.get(&variable.text).cloned().unwrap_or_default();
                    let names = self.all_names(labels, row)?;
                    self.change_labels(&base, &names, true)?;
                }
                SetItem::DynamicProperty { base, key, value } => {
                    let base = self.value(base, row)?;
                    let (key, value) = (self.key(key, row)?, self.value(value, row)?);
                    self.set_property(&base, &key, value)?;
                }
            }
        }
        Ok(())
    }

    fn remove(&mut self, items: &[RemoveItem], row: &Row) -> Evaluated<()> {
        for item in items {
            match item {
                RemoveItem::Property { base, key } => {
                    let base = self.value(base, row)?;
                    self.set_property(&base, &key.text, Value::Null)?;
                }
                RemoveItem::Labels { variable, labels } => {
                    let base = row.get(&variable.text).cloned().unwrap_or_default();
                    let names = self.all_names(labels, row)?;
                    self.change_labels(&base, &names, false)?;
                }
                RemoveItem::DynamicProperty { base, key } => {
                    let (base, key) = (self.value(base, row)?, self.key(key, row)?);
                    self.set_property(&base, &key, Value::Null)?;
                }
            }
        }
        Ok(())
    }

    /// A property key that is computed.
    fn key(&self, key: &Expression, row: &Row) -> Evaluated<Arc<str>> {
        match self.value(key, row)? {
            Value::String(key) if !key.is_empty() => Ok(key),
            Value::String(_) => error(ErrorClass::ArgumentError, "a name is not empty"),
            _ => wrong_type("a property key is a string"),
        }
    }

    /// The names that labels stand for, one after the other.
    fn all_names<'n>(
        &self,
        labels: impl IntoIterator<Item = &'n LabelName>,
        row: &Row,
    ) -> Evaluated<Vec<Arc<str>>> {
        let names = labels.into_iter().map(|label| self.label_names(label, row));
        Ok(names.collect::<Evaluated<Vec<_>>>()?.concat())
    }

    fn set_property(&mut self, base: &Value, key: &Arc<str>, value: Value) -> Evaluated<()> {
        if base.is_null() {
            return Ok(());
        }
        let Some(at) = element(base) else { return wrong_type("only elements have properties") };
        let Some(properties) = self.world.properties_mut(at) else {
            return error(ErrorClass::EntityNotFound, "the element has been deleted");
        };
        let one: Map = std::iter::once((key.clone(), value)).collect();
        properties.shift_remove(key);
        properties.extend(storable(&one)?);
        Ok(())
    }

    fn set_all(&mut self, base: &Value, value: &Value, keep: bool) -> Evaluated<()> {
        if base.is_null() {
            return Ok(());
        }
        let given = match (value, element(value)) {
            (Value::Map(map), _) => (**map).clone(),
            (_, Some(at)) => self.world.properties(at)?.clone(),
            (Value::Null, _) => return unsupported("SET to null"),
            _ => return wrong_type("properties are a map"),
        };
        let Some(at) = element(base) else { return wrong_type("only elements have properties") };
        let Some(properties) = self.world.properties_mut(at) else {
            return error(ErrorClass::EntityNotFound, "the element has been deleted");
        };
        if !keep {
            properties.clear();
        }
        for key in given.keys() {
            properties.shift_remove(key);
        }
        properties.extend(storable(&given)?);
        Ok(())
    }

    fn change_labels(&mut self, base: &Value, names: &[Arc<str>], add: bool) -> Evaluated<()> {
        let id = match base {
            Value::Null => return Ok(()),
            Value::Node(id) => id,
            _ => return wrong_type("only nodes have labels"),
        };
        if add {
            self.world.know(names);
        }
        let Some(node) = self.world.nodes.get_mut(id) else {
            return error(ErrorClass::EntityNotFound, "the node has been deleted");
        };
        for name in names {
            node.labels.retain(|label| label != name);
            if add {
                node.labels.push(name.clone());
            }
        }
        self.world.put_in_order(*id);
        Ok(())
    }

    fn delete(&mut self, detach: bool, targets: &[Expression], rows: &[Row]) -> Evaluated<()> {
        let mut doomed: BTreeSet<Endpoint> = BTreeSet::new();
        for row in rows {
            for target in targets {
                match self.value(target, row)? {
                    Value::Null => {}
                    Value::Path(path) => {
                        doomed.extend(&path.elements);
                        let over = path.relationships.iter().copied();
                        doomed.extend(over.map(Endpoint::Relationship));
                    }
                    other => match element(&other) {
                        Some(at) => {
                            doomed.insert(at);
                        }
                        None => return wrong_type("only elements can be deleted"),
                    },
                }
            }
        }
        if detach {
            // What is attached goes too, and what is attached to that.
            let mut open: Vec<Endpoint> = doomed.iter().copied().collect();
            while let Some(at) = open.pop() {
                for attached in self.world.attached(at) {
                    if doomed.insert(Endpoint::Relationship(attached)) {
                        open.push(Endpoint::Relationship(attached));
                    }
                }
            }
        }
        let left = |id| !doomed.contains(&Endpoint::Relationship(id));
        for at in &doomed {
            if self.world.contains(*at) && self.world.attached(*at).into_iter().any(left) {
                return error(
                    ErrorClass::ConstraintVerificationFailed,
                    "something still points there",
                );
            }
        }
        for at in doomed {
            match at {
                Endpoint::Node(id) => {
                    self.world.nodes.remove(&id);
                }
                Endpoint::Relationship(id) => {
                    let gone = self.world.relationships.remove(&id);
                    self.world.buried.extend(gone.map(|gone| (id, gone)));
                }
            }
        }
        debug_assert!(
            self.world
                .relationships
                .values()
                .all(|one| { [one.start, one.end].iter().all(|at| !element_value(*at).is_null()) })
        );
        Ok(())
    }
}

/// What can be kept of a map: no nulls, save in lists; no maps, elements or lists of such.
fn storable(map: &Map) -> Evaluated<Map> {
    let mut kept = Map::default();
    for (key, value) in map {
        let bad = |value: &Value| {
            matches!(value, Value::Map(_) | Value::Path(_)) || element(value).is_some()
        };
        match value {
            Value::Null => continue,
            Value::List(items) => {
                let nested = |item: &Value| bad(item) || matches!(item, Value::List(_));
                if items.iter().any(nested) {
                    return wrong_type("a property cannot hold this list");
                }
            }
            other if bad(other) => return wrong_type("a property cannot hold this"),
            _ => {}
        }
        kept.insert(key.clone(), value.clone());
    }
    Ok(kept)
}
