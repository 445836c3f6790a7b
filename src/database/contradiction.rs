//! Asking a contradiction: what matches its pattern, by an ordinary query.
//!
//! A contradiction was bound when it was declared; the text that is kept is parsed, bound
//! and planned again for the version that is asked, as a saved query would be. So it sees
//! what the statement sees that asks, a view or the past, and is optimised for that.

use super::Error;
use super::procedure::Procedures;
use super::stack::{is_deep, with_stack};
use super::statement::plan_query;
use crate::bind::contradiction::contradiction_query;
use crate::execute::{ExecuteOptions, ProcedureInput, Source, execute};
use crate::import::NoFiles;
use crate::plan::optimise::RULES;
use crate::store::Contradiction;
use crate::syntax;
use crate::syntax::ast::{Mode, SchemaStatement, StatementBody};
use crate::syntax::diagnostic::Diagnostic;
use crate::threads::Threads;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Map, Value};

/// The statements of each match.
pub(super) fn matches(
    contradiction: &Contradiction,
    input: &ProcedureInput<'_>,
    procedures: &Procedures,
) -> Result<Vec<Vec<Value>>, EvaluationError> {
    ask(contradiction, input, procedures).map_err(|error| match error {
        Error::Query(errors) => {
            let first: &Diagnostic = &errors;
            let error = first.clone().into_evaluation();
            let message = format!("contradiction `{}`: {}", contradiction.name, error.message);
            EvaluationError { message, ..error }
        }
        other => unusable(contradiction, &other.to_string()),
    })
}

fn ask(
    contradiction: &Contradiction,
    input: &ProcedureInput<'_>,
    procedures: &Procedures,
) -> Result<Vec<Vec<Value>>, Error> {
    let text = format!("CREATE CONTRADICTION FOR {}", contradiction.pattern);
    let statement = syntax::parse_all(&text)?;
    let StatementBody::Schema(schema) = &statement.body else {
        return Err(no_rule(contradiction));
    };
    let SchemaStatement::CreateContradiction { rule, .. } = &**schema else {
        return Err(no_rule(contradiction));
    };
    let query = contradiction_query(rule)?;
    let parameters = Map::default();
    let options = ExecuteOptions {
        parameters: &parameters,
        memory_limit: input.memory_left,
        row_limit: None,
        files: &NoFiles,
        view: None,
        profile: false,
        threads: if is_deep(statement.height()) { Threads::ONE } else { input.options.threads },
        ..input.options.clone()
    };
    let graph = input.graph;
    with_stack(statement.height(), || {
        let (plan, _) = plan_query(&query, Mode::Run, graph, procedures, RULES)?;
        Ok(execute(&plan, None, Source::Read(graph.clone()), &options)?.rows)
    })
}

/// What only a damaged file explains.
fn no_rule(contradiction: &Contradiction) -> Error {
    Diagnostic::runtime(unusable(contradiction, "it says no pattern"), None).into()
}

fn unusable(contradiction: &Contradiction, why: &str) -> EvaluationError {
    let message = format!("contradiction `{}` cannot be asked: {why}", contradiction.name);
    EvaluationError::new(ErrorClass::SemanticError, ErrorCode::InternalError, message)
}
