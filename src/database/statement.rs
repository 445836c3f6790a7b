//! A statement on its way from text to rows: bound and planned against a version, then run on
//! it, on the past, on a view, or on a writer's working version. Whoever runs it chooses which.

use super::procedure::Procedures;
use super::query::QuerySettings;
use super::result::QueryResult;
use super::statistics::GraphStatistics;
use crate::bind::NameKind;
use crate::bind::query::BoundStatement;
use crate::execute::{Counters, ExecuteOptions, Source, execute};
use crate::import::NoFiles;
use crate::plan::explain::explain;
use crate::plan::operator::StatementPlan;
use crate::plan::optimise::{Rule, optimise};
use crate::store::Graph;
use crate::syntax::ast::{self, Mode, SchemaStatement, Statement, StatementBody};
use crate::syntax::diagnostic::{Diagnostic, Diagnostics};
use crate::value::{ErrorCode, Map};
use crate::{bind, plan, syntax};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A statement ready to run.
pub(super) struct Prepared {
    mode: Mode,
    pub(super) body: PreparedBody,
    names: Vec<Arc<str>>,
    warnings: Vec<Diagnostic>,
}

pub(super) enum PreparedBody {
    Query(StatementPlan),
    /// CHECKPOINT or VACUUM.
    Upkeep,
}

impl Prepared {
    /// Whether it changes the graph when it runs.
    pub(super) fn writes(&self) -> bool {
        match &self.body {
            PreparedBody::Query(plan) => plan.writes && self.mode != Mode::Explain,
            PreparedBody::Upkeep => false,
        }
    }
}

/// Binds, plans and optimises.
pub(super) fn prepare(
    statement: &Statement,
    graph: &Graph,
    procedures: &Procedures,
    rules: &[&dyn Rule],
) -> Result<Prepared, Diagnostics> {
    let query = match &statement.body {
        StatementBody::Checkpoint | StatementBody::Vacuum { .. } => {
            return Ok(Prepared {
                mode: statement.mode,
                body: PreparedBody::Upkeep,
                names: Vec::new(),
                warnings: Vec::new(),
            });
        }
        StatementBody::Schema(schema) => {
            return define(statement.mode, schema, &Names { graph, procedures });
        }
        StatementBody::Query(query) => query,
    };
    let (plan, bound) = plan_query(query, statement.mode, graph, procedures, rules)?;
    Ok(Prepared {
        mode: statement.mode,
        body: PreparedBody::Query(plan),
        names: bound.names,
        warnings: bound.warnings,
    })
}

/// Binds, plans and optimises a query.
pub(super) fn plan_query(
    query: &ast::Query,
    mode: Mode,
    graph: &Graph,
    procedures: &Procedures,
    rules: &[&dyn Rule],
) -> Result<(StatementPlan, BoundStatement), Diagnostics> {
    let bound = bind::bind(query, mode, &Names { graph, procedures })?;
    let mut plan = plan::plan(&bound, &GraphStatistics(graph));
    optimise(&mut plan, rules, &GraphStatistics(graph));
    Ok((plan, bound))
}

/// Binds and plans a statement about the schema.
fn define(
    mode: Mode,
    schema: &SchemaStatement,
    names: &Names<'_>,
) -> Result<Prepared, Diagnostics> {
    let (definition, warnings) = bind::schema::bind_schema(schema, names)?;
    let plan = plan::planner::plan_definition(definition);
    Ok(Prepared { mode, body: PreparedBody::Query(plan), names: Vec::new(), warnings })
}

/// Runs a prepared query on a snapshot, or on the writer's working version.
pub(super) fn run_prepared(
    prepared: &Prepared,
    plan: &StatementPlan,
    text: &str,
    settings: &QuerySettings,
    procedures: &Procedures,
    source: Source<'_>,
    graph_after: impl FnOnce() -> Arc<Graph>,
) -> Result<QueryResult, Diagnostic> {
    let columns = plan.columns.iter().map(|(name, _)| name.to_string()).collect();
    let (rows, counters, text) = if prepared.mode == Mode::Explain {
        (Vec::new(), Counters::default(), Some(explain(plan, text, &prepared.names, None)))
    } else {
        let options = ExecuteOptions {
            parameters: &settings.parameters,
            interrupt: settings.interrupt.0.clone(),
            deadline: settings.deadline,
            memory_limit: settings.limits.memory,
            kept: settings.kept,
            row_limit: settings.limits.rows,
            statement_time: now(),
            view: settings.asserting.as_ref(),
            procedures,
            files: settings.files.as_deref().unwrap_or(&NoFiles),
            profile: prepared.mode == Mode::Profile,
        };
        let result = execute(plan, source, &options)
            .map_err(|error| name_parameters(error, text, &settings.parameters))?;
        let profile = result
            .profile
            .as_deref()
            .map(|measured| explain(plan, text, &prepared.names, Some(measured)));
        (result.rows, result.counters, profile)
    };
    let columns = if prepared.mode == Mode::Explain { Vec::new() } else { columns };
    Ok(QueryResult {
        columns,
        rows,
        graph: graph_after(),
        counters,
        notifications: if settings.silent { Vec::new() } else { prepared.warnings.clone() },
        plan: text,
        elapsed: Duration::ZERO,
    })
}

/// Adds to the error of a missing parameter which there are.
fn name_parameters(error: Diagnostic, text: &str, given: &Map) -> Diagnostic {
    if error.code != ErrorCode::MissingParameter {
        return error;
    }
    let place = error.span.map_or(0..0, |span| span.start as usize..span.end as usize);
    let missing = text.get(place).unwrap_or_default().trim_matches(['$', '`']);
    let help = match syntax::closest(missing, given.keys().map(|name| &**name)) {
        Some(near) => format!("did you mean `${near}`?"),
        None if given.is_empty() => "no parameter was given".to_owned(),
        None => {
            let names: Vec<String> = given.keys().map(|name| format!("`${name}`")).collect();
            format!("given are {}", names.join(", "))
        }
    };
    error.with_help(help)
}
/// UTC seconds since 1970 and nanoseconds of the second.
pub(super) fn now() -> (i64, u32) {
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos()),
        Err(before) => (-i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX), 0),
    }
}

/// From so many relationships on, a search without types or limit is warned of.
const MANY_RELATIONSHIPS: u64 = 10_000;

/// The names of a version and the procedures, as the binder asks for them.
struct Names<'a> {
    graph: &'a Graph,
    procedures: &'a Procedures,
}

impl bind::Environment for Names<'_> {
    fn procedure(&self, name: &str) -> Option<bind::ProcedureSignature> {
        self.procedures.procedure(name)
    }

    fn procedures(&self) -> Vec<Arc<str>> {
        self.procedures.procedures()
    }

    fn is_large(&self) -> bool {
        self.graph.relationship_count() > MANY_RELATIONSHIPS
    }

    fn knows(&self, kind: NameKind, name: &str) -> bool {
        let catalog = self.graph.catalog();
        // Nothing is a slip in a graph that is still to be filled.
        self.graph.node_count() == 0
            || match kind {
                NameKind::Label => catalog.label_id(name).is_some(),
                NameKind::RelationshipType => catalog.type_id(name).is_some(),
                NameKind::PropertyKey => catalog.key_id(name).is_some(),
            }
    }

    fn names(&self, kind: NameKind) -> Vec<Arc<str>> {
        let catalog = self.graph.catalog();
        match kind {
            NameKind::Label => catalog.labels().map(|(_, name)| name.clone()).collect(),
            NameKind::RelationshipType => catalog.types().map(|(_, name)| name.clone()).collect(),
            NameKind::PropertyKey => catalog.keys().map(|(_, name)| name.clone()).collect(),
        }
    }
}
