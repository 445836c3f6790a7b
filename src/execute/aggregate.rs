//! Aggregate: groups rows by keys and folds each group.
//!
//! Groups come out in the order of their first row. Without keys there is exactly
//! one row, even of no input.

use super::context::{Context, internal};
use super::expression::Physical;
use super::folding::{Folding, GroupedRows, State};
use super::grouping::Groups;
use super::layout::Layout;
use super::limit::{appended_bytes, vector_bytes};
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator, Taken};
use super::support::Union;
use super::vectorised::{Rows, evaluate};
use crate::bind::expression::{Expression, VariableId};
use crate::function::{AggregateKind, aggregate};
use crate::plan::operator::AggregateCall;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};
use std::sync::Arc;

/// Groups rows.
pub(super) struct Aggregate {
    keys: Vec<Physical>,
    calls: Vec<Call>,
    groups: Groups,
    /// For each key its value in each group, chunk by chunk.
    key_values: Vec<Vec<Vector>>,
    states: Vec<State>,
    /// Scratch space for [`GroupedRows`].
    places: Vec<u32>,
    /// The column of what rows rest on, where that is asked for.
    support: Option<usize>,
    /// What the rows of each group rest on.
    unions: Vec<Union>,
    /// Where it only takes a part of the rows, to give it away: these as they came.
    part: Option<PartRows>,
    /// Groups of parts of the rows that lie apart from each other.
    finished: Vec<Finished>,
}

/// The columns of groups, and how many these are.
pub(super) type Finished = (Vec<Vector>, usize);

/// The rows of a part.
#[derive(Default)]
struct PartRows {
    rows: Vec<KeyedRows>,
    count: usize,
    /// How they are given away, once that is known.
    way: Option<Way>,
    /// Whether no other part has rows of its groups.
    apart: bool,
}

/// How the rows of a part are given away.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// As groups, which are fewer.
    Grouped,
    /// As they came: hardly two are of one group, so that whoever takes them would have as
    /// much to do with the groups.
    AsTheyCame,
}

/// Rows with their keys, and the arguments of each call.
#[derive(Clone)]
pub(super) struct KeyedRows {
    keys: Vec<Vector>,
    arguments: Vec<Vec<Vector>>,
    count: usize,
}

impl KeyedRows {
    fn bytes(&self) -> usize {
        self.keys.iter().chain(self.arguments.iter().flatten()).map(vector_bytes).sum()
    }
}

/// Rows of a part after which it is known in which way they are given away.
const TRIED: usize = 4 * CHUNK_ROWS;

/// How many of these a group has, at least, where groups are.
const FEWER: usize = 2;

/// What one aggregation has taken, for another.
pub(super) struct Partial {
    /// The keys of its groups.
    keys: Vec<Vector>,
    groups: usize,
    states: Vec<State>,
}

/// Bytes that a value takes in the set of those seen, roughly.
const DISTINCT_BYTES: usize = 80;

/// One call of an aggregate function.
struct Call {
    folding: Folding,
    arguments: Vec<Physical>,
}

impl Call {
    /// Bytes that it keeps of rows with these arguments, roughly.
    fn kept_bytes(&self, arguments: &[Vector]) -> usize {
        let Folding { function, distinct, .. } = &self.folding;
        let keeps = *distinct
            || matches!(
                function.kind,
                AggregateKind::Collect
                    | AggregateKind::ContinuousPercentile
                    | AggregateKind::DiscretePercentile
            );
        let of_value = if *distinct { DISTINCT_BYTES } else { 0 };
        let kept = |values: &Vector| appended_bytes(values) + values.len() * of_value;
        if keeps { arguments.first().map_or(0, kept) } else { 0 }
    }
}

impl Aggregate {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        keys: &[(VariableId, Expression)],
        aggregates: &[(VariableId, AggregateCall)],
        support: Option<(VariableId, VariableId)>,
    ) -> Result<Self, Diagnostic> {
        let mut layout = Layout::default();
        let mut compiled_keys = Vec::with_capacity(keys.len());
        for (variable, key) in keys {
            if layout.slot(*variable).is_none() {
                layout.add(*variable);
                compiled_keys.push(mapper.compiler().compile(key)?);
            }
        }
        let mut calls = Vec::with_capacity(aggregates.len());
        for (variable, call) in aggregates {
            let function = aggregate(call.function).ok_or_else(|| {
                internal(&format!("there is no aggregate {}()", call.function), Some(call.span))
            })?;
            let arguments = mapper.compiler().all(&call.arguments)?;
            layout.add(*variable);
            let folding = Folding { function, distinct: call.distinct, span: call.span };
            calls.push(Call { folding, arguments });
        }
        let known = support.map(|(known, _)| mapper.slot(known)).transpose()?;
        support.iter().for_each(|(_, united)| _ = layout.add(*united));
        mapper.set_layout(layout);
        let mut operator = Aggregate {
            keys: compiled_keys,
            calls,
            groups: Groups::default(),
            key_values: Vec::new(),
            states: Vec::new(),
            places: Vec::new(),
            support: known,
            unions: Vec::new(),
            part: None,
            finished: Vec::new(),
        };
        operator.reset();
        Ok(operator)
    }

    /// Unites what the rows rest on, each with that of its group; all belong to the first
    /// where no groups are given.
    fn unite(
        &mut self,
        context: &Context<'_>,
        rows: &Rows<'_>,
        groups: Option<&[u32]>,
    ) -> Result<(), Diagnostic> {
        let Some(column) = self.support.and_then(|slot| rows.columns.get(slot)) else {
            return Ok(());
        };
        for place in 0..rows.count() {
            let group = groups.and_then(|groups| groups.get(place)).map_or(0, |&group| group);
            let Some(union) = self.unions.get_mut(group as usize) else { continue };
            union.add_counted(context, &column.get(rows.row(place)))?;
        }
        Ok(())
    }

    /// Makes room for all groups that there are now.
    fn grow(&mut self, groups: usize) {
        if self.support.is_some() && self.unions.len() < groups {
            self.unions.resize_with(groups, Union::default);
        }
        for (call, state) in self.calls.iter().zip(&mut self.states) {
            call.folding.grow(state, groups);
        }
    }

    /// All rows belong to one group.
    fn push_single(&mut self, context: &Context<'_>, rows: &Rows<'_>) -> Result<(), Diagnostic> {
        self.grow(1);
        for (call, state) in self.calls.iter().zip(&mut self.states) {
            let arguments = call_arguments(context, call, rows)?;
            context.guard.keep(call.kept_bytes(&arguments))?;
            call.folding.add_all(state, &arguments, rows.count())?;
        }
        self.unite(context, rows, None)
    }

    /// The group of each row of these keys.
    fn assign(&mut self, context: &Context<'_>, keys: &[Vector]) -> Result<Vec<u32>, Diagnostic> {
        let mut next = self.groups.len() as u32;
        let groups = self.groups.assign(context, keys)?;
        let mut new: Vec<u32> = Vec::new();
        for (row, &group) in groups.iter().enumerate() {
            if group >= next {
                next = group + 1;
                new.push(row as u32);
            }
        }
        if !new.is_empty() {
            for (values, key) in self.key_values.iter_mut().zip(keys) {
                values.push(if new.len() == groups.len() { key.clone() } else { key.gather(&new) });
            }
        }
        self.grow(next as usize);
        Ok(groups)
    }

    fn push_grouped(&mut self, context: &Context<'_>, rows: &Rows<'_>) -> Result<(), Diagnostic> {
        let keyed = KeyedRows {
            keys: self
                .keys
                .iter()
                .map(|key| evaluate(context, key, rows))
                .collect::<Result<_, Diagnostic>>()?,
            arguments: self
                .calls
                .iter()
                .map(|call| call_arguments(context, call, rows))
                .collect::<Result<_, Diagnostic>>()?,
            count: rows.count(),
        };
        if self.keep_as_they_came(context, &keyed)? {
            return Ok(());
        }
        let groups = self.fold(context, &keyed)?;
        self.unite(context, rows, Some(&groups))
    }

    /// Keeps rows to be given away as they came; tells whether that is all that is to be done.
    fn keep_as_they_came(
        &mut self,
        context: &Context<'_>,
        rows: &KeyedRows,
    ) -> Result<bool, Diagnostic> {
        self.choose_way(TRIED);
        let Some(part) = &mut self.part else { return Ok(false) };
        if part.way != Some(Way::Grouped) {
            context.guard.keep(rows.bytes())?;
            part.rows.push(rows.clone());
            part.count += rows.count;
        }
        Ok(part.way == Some(Way::AsTheyCame))
    }

    /// Finds out how a part is given away, once so many rows of it were grouped.
    fn choose_way(&mut self, tried: usize) {
        let Some(part) = &mut self.part else { return };
        if part.way.is_some() || part.count < tried {
            return;
        }
        let few = self.groups.len() * FEWER <= part.count;
        part.way = Some(if few { Way::Grouped } else { Way::AsTheyCame });
        if few {
            part.rows.clear();
        } else {
            self.forget();
        }
    }

    /// The columns of all groups, which are taken away.
    fn finished(&mut self) -> Result<Finished, Diagnostic> {
        let count = if self.keys.is_empty() { 1 } else { self.groups.len() };
        self.grow(count);
        let mut columns: Vec<Vector> = std::mem::take(&mut self.key_values)
            .iter()
            .map(|parts| Vector::concat(parts))
            .collect();
        for (call, state) in self.calls.iter().zip(std::mem::take(&mut self.states)) {
            columns.push(call.folding.finish(state)?);
        }
        if self.support.is_some() {
            let unions = std::mem::take(&mut self.unions).into_iter().map(Union::into_value);
            columns.push(Vector::Dynamic(Arc::new(unions.collect())));
        }
        Ok((columns, count))
    }

    /// Forgets all groups.
    fn forget(&mut self) {
        self.groups = Groups::default();
        self.key_values = vec![Vec::new(); self.keys.len()];
        self.states = self.calls.iter().map(|call| call.folding.state()).collect();
        self.unions = Vec::new();
    }

    /// Takes rows into their groups, and tells these.
    fn fold(&mut self, context: &Context<'_>, rows: &KeyedRows) -> Result<Vec<u32>, Diagnostic> {
        let groups = self.assign(context, &rows.keys)?;
        let grouped = GroupedRows::new(groups, self.groups.len(), &mut self.places);
        for ((call, state), arguments) in
            self.calls.iter().zip(&mut self.states).zip(&rows.arguments)
        {
            context.guard.keep(call.kept_bytes(arguments))?;
            call.folding.add(context, state, arguments, &grouped)?;
        }
        Ok(grouped.into_groups())
    }
}

fn call_arguments(
    context: &Context<'_>,
    call: &Call,
    rows: &Rows<'_>,
) -> Result<Vec<Vector>, Diagnostic> {
    call.arguments.iter().map(|argument| evaluate(context, argument, rows)).collect()
}

impl PushOperator for Aggregate {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        _: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let rows = Rows::of(&chunk);
        if self.keys.is_empty() {
            self.push_single(context, &rows)?;
        } else {
            self.push_grouped(context, &rows)?;
        }
        Ok(Flow::Continue)
    }

    fn finish(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        let own = self.finished()?;
        for (columns, count) in std::mem::take(&mut self.finished).into_iter().chain([own]) {
            let mut from = 0;
            while from < count {
                let len = (count - from).min(CHUNK_ROWS);
                let vectors = columns.iter().map(|column| column.slice(from, len)).collect();
                from += len;
                if next.insist(context, DataChunk::new(vectors, len))? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
        }
        Ok(Flow::Continue)
    }

    fn part(&mut self, apart: bool) {
        let way = apart.then_some(Way::Grouped);
        self.part = Some(PartRows { way, apart, ..PartRows::default() });
    }

    fn give(&mut self, context: &Context<'_>) -> Result<Option<Taken>, Diagnostic> {
        // Where morsels are set they are small, and each is as good as any.
        self.choose_way(if context.options.morsel.is_some() { 1 } else { TRIED });
        if let Some(part) = &mut self.part {
            part.count = 0;
            let rows = std::mem::take(&mut part.rows);
            if part.way == Some(Way::AsTheyCame) {
                return Ok((!rows.is_empty()).then_some(Taken::Keyed(rows)));
            }
        }
        if self.part.as_ref().is_some_and(|part| part.apart) {
            let finished = self.finished()?;
            self.forget();
            return Ok((finished.1 > 0).then_some(Taken::Finished(finished)));
        }
        let groups = if self.keys.is_empty() { 1 } else { self.groups.len() };
        if groups == 0 {
            return Ok(None);
        }
        self.grow(groups);
        let keys = self.key_values.iter().map(|parts| Vector::concat(parts)).collect();
        let states = std::mem::take(&mut self.states);
        self.forget();
        Ok(Some(Taken::Groups(Box::new(Partial { keys, groups, states }))))
    }

    fn give_before_failure(&mut self) -> Option<Taken> {
        let part = self.part.as_mut().filter(|part| part.way == Some(Way::AsTheyCame))?;
        Some(Taken::Keyed(std::mem::take(&mut part.rows)))
    }

    fn take(&mut self, context: &Context<'_>, taken: Taken) -> Result<(), Diagnostic> {
        let partial = match taken {
            Taken::Groups(partial) => partial,
            Taken::Finished(finished) => {
                context.guard.keep(finished.0.iter().map(vector_bytes).sum())?;
                self.finished.push(finished);
                return Ok(());
            }
            Taken::Keyed(chunks) => {
                return chunks.iter().try_for_each(|rows| self.fold(context, rows).map(drop));
            }
            Taken::Sorted(_) => return Ok(()),
        };
        let groups = if self.keys.is_empty() {
            self.grow(1);
            vec![0; partial.groups]
        } else {
            self.assign(context, &partial.keys)?
        };
        for ((call, state), other) in self.calls.iter().zip(&mut self.states).zip(partial.states) {
            call.folding.merge(state, other, &groups)?;
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.forget();
        self.finished.clear();
    }
}
