//! A statement on its way from text to rows: bound and planned against a version, then run on
//! it, on the past, on a view, or on a writer's working version. Whoever runs it chooses which.

use super::procedure::Procedures;
use super::query::QuerySettings;
use super::result::QueryResult;
use super::statistics::{GraphStatistics, answers_hold};
use super::why::Why;
use crate::bind::NameKind;
use crate::bind::expression::VariableId;
use crate::bind::query::BoundStatement;
use crate::execute::{Counters, ExecuteOptions, Idle, Source, execute, uninterrupted};
use crate::import::NoFiles;
use crate::plan::explain::explain;
use crate::plan::operator::StatementPlan;
use crate::plan::optimise::{Rule, optimise};
use crate::store::Graph;
use crate::syntax::ast::{
    self, CopyKind, CopyStatement, Mode, SchemaStatement, Statement, StatementBody,
};
use crate::syntax::diagnostic::{Diagnostic, Diagnostics, Span};
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
    /// Whether its rows tell what they rest on.
    asked_why: bool,
    /// What its runs leave for each other.
    idle: Idle,
}

pub(super) enum PreparedBody {
    Query(StatementPlan),
    /// CHECKPOINT, VACUUM or SET optimiser.
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

    /// Whether what its plan takes for granted is so in a version.
    pub(super) fn serves(&self, graph: &Graph) -> bool {
        match &self.body {
            PreparedBody::Query(plan) => answers_hold(graph, &plan.asked),
            PreparedBody::Upkeep => true,
        }
    }
}

/// Binds, plans and optimises.
pub(super) fn prepare(
    statement: &Statement,
    graph: &Graph,
    procedures: &Procedures,
    settings: &QuerySettings,
) -> Result<Prepared, Diagnostics> {
    let query = match &statement.body {
        StatementBody::Checkpoint
        | StatementBody::Vacuum { .. }
        | StatementBody::SetRule { .. } => {
            return Ok(Prepared {
                mode: statement.mode,
                body: PreparedBody::Upkeep,
                names: Vec::new(),
                warnings: Vec::new(),
                asked_why: false,
                idle: Idle::default(),
            });
        }
        StatementBody::Schema(schema) => {
            return define(statement.mode, schema, &Names { graph, procedures });
        }
        StatementBody::Copy(copy) => {
            return prepare_copy(statement, copy, &Names { graph, procedures }, settings);
        }
        StatementBody::Query(query) => query,
    };
    let why = settings.why || statement.why.is_some();
    let rules = settings.rules.given().filter(|rule| !why || !rule.forgets_matches());
    let rules: Vec<&dyn Rule> = rules.map(|rule| rule as &dyn Rule).collect();
    let (mut plan, bound) = plan_query(query, statement.mode, graph, procedures, &rules)?;
    let asked_why = match statement.why {
        Some(place) if plan.writes => return Err(refuse_why(place).into()),
        Some(_) => true,
        None => settings.why && !plan.writes,
    };
    if asked_why {
        plan::ask_why(&mut plan);
    }
    Ok(Prepared {
        asked_why,
        idle: Idle::default(),
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
    let statistics = GraphStatistics::of(graph);
    let mut plan = plan::plan(&bound, rules, &statistics);
    let statistics = statistics.changing(plan.writes);
    optimise(&mut plan, rules, &statistics);
    plan.asked = statistics.into_asked();
    Ok((plan, bound))
}

/// Binds and plans a COPY.
fn prepare_copy(
    statement: &Statement,
    copy: &CopyStatement,
    names: &Names<'_>,
    settings: &QuerySettings,
) -> Result<Prepared, Diagnostics> {
    if let Some(place) = statement.why {
        let message = "WHY tells what rows rest on, and a file holds no more than the rows";
        return Err(Diagnostic::syntax(ErrorCode::InvalidClauseComposition, message, place)
            .with_help("ask why of the query alone")
            .into());
    }
    let (plan, names, warnings) = match &copy.kind {
        CopyKind::From(target) => {
            let bound = bind::copy::bind_copy_from(copy, target)?;
            (plan::planner::plan_copy_from(bound), Vec::new(), Vec::new())
        }
        CopyKind::To(query) => {
            let rules: Vec<&dyn Rule> =
                settings.rules.given().map(|rule| rule as &dyn Rule).collect();
            let (mut plan, bound) =
                plan_query(query, statement.mode, names.graph, names.procedures, &rules)?;
            if plan.writes {
                let message = "COPY … TO takes a query that reads";
                let code = ErrorCode::InvalidClauseComposition;
                return Err(Diagnostic::syntax(code, message, query.span)
                    .with_label("this query writes")
                    .with_help("write in a statement of its own")
                    .into());
            }
            let rows = VariableId(plan.variables);
            let to = bind::copy::bind_copy_to(copy, &plan.columns, rows)?;
            plan::planner::plan_copy_to(&mut plan, to);
            (plan, bound.names, bound.warnings)
        }
    };
    let body = PreparedBody::Query(plan);
    Ok(Prepared {
        mode: statement.mode,
        body,
        names,
        warnings,
        asked_why: false,
        idle: Idle::default(),
    })
}

/// The failure of a statement that is asked why and writes.
fn refuse_why(place: Span) -> Diagnostic {
    let message = "WHY tells what rows rest on, and can be asked only of what reads";
    Diagnostic::syntax(ErrorCode::InvalidClauseComposition, message, place)
        .with_label("this statement writes")
        .with_help("write without WHY, and ask why of a query that reads what was written")
}

/// Binds and plans a statement about the schema.
fn define(
    mode: Mode,
    schema: &SchemaStatement,
    names: &Names<'_>,
) -> Result<Prepared, Diagnostics> {
    let (definition, warnings) = bind::schema::bind_schema(schema, names)?;
    let plan = plan::planner::plan_definition(definition);
    let body = PreparedBody::Query(plan);
    Ok(Prepared {
        mode,
        body,
        names: Vec::new(),
        warnings,
        asked_why: false,
        idle: Idle::default(),
    })
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
) -> Result<QueryResult, Diagnostics> {
    let columns = plan.columns.iter().map(|(name, _)| name.to_string()).collect();
    let mut supports = None;
    let mut notifications = if settings.silent { Vec::new() } else { prepared.warnings.clone() };
    let (rows, counters, text) = if prepared.mode == Mode::Explain {
        (
            Vec::new(),
            Counters::default(),
            Some(explain(plan, text, &prepared.names, None, settings.plan_columns)),
        )
    } else {
        let options = ExecuteOptions {
            parameters: &settings.parameters,
            interrupt: settings
                .interrupt
                .as_ref()
                .map_or_else(uninterrupted, |handle| handle.0.clone()),
            deadline: settings.deadline,
            memory_limit: settings.limits.memory,
            kept: settings.kept,
            row_limit: settings.limits.rows,
            statement_time: now(),
            view: settings.asserting.as_ref(),
            whole: settings.whole.as_deref(),
            procedures,
            files: settings.files.as_deref().unwrap_or(&NoFiles),
            rooms: settings.rooms.as_ref(),
            profile: prepared.mode == Mode::Profile,
            threads: settings.threads(),
            morsel: settings.morsel,
        };
        let result = execute(plan, Some(&prepared.idle), source, &options).map_err(|errors| {
            let errors =
                errors.map_leading(|error| name_parameters(error, text, &settings.parameters));
            if settings.silent { errors.with_warnings(Vec::new()) } else { errors }
        })?;
        let profile = result.profile.as_deref().map(|measured| {
            explain(plan, text, &prepared.names, Some(measured), settings.plan_columns)
        });
        if !settings.silent {
            notifications.extend(result.warnings);
        }
        supports = prepared.asked_why.then_some(result.supports);
        (result.rows, result.counters, profile)
    };
    let columns = if prepared.mode == Mode::Explain { Vec::new() } else { columns };
    let graph = graph_after();
    let whole = || settings.whole.clone().unwrap_or_else(|| graph.clone());
    Ok(QueryResult {
        columns,
        rows,
        why: supports.map(|sets| Why::new(sets, whole())),
        graph,
        counters,
        notifications,
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
