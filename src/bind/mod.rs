//! The binder: AST to bound query. After it there are no scopes, only variable ids.
//!
//! [`bind`] checks everything that can be known without data: names, types of
//! literals and variables, where aggregates may stand, how clauses may follow
//! each other. Every failure is a [`Diagnostic`] with openCypher's class and code.

pub mod contradiction;
pub mod copy;
pub mod expression;
pub mod item;
pub mod query;
pub mod schema;

mod aggregate;
mod call;
mod call_clause;
mod clause;
mod compose;
mod compound;
mod conditional;
mod create;
mod early;
mod element;
mod foreign;
mod group;
mod grouping;
mod label;
mod load;
mod path;
mod pattern;
mod projection;
mod recovery;
mod sameness;
mod scope;
mod subquery;
mod term;
mod update;
mod warning;

use crate::syntax::ast;
use crate::syntax::closest;
use crate::syntax::diagnostic::{Diagnostic, Diagnostics, Span};
pub use crate::value::NameKind;
use crate::value::{ErrorClass, ErrorCode};
use expression::VariableId;
use query::{BoundStatement, BoundSubquery};
use recovery::Recovery;
use scope::{Entry, Scopes, StaticType};
use std::collections::HashSet;
use std::sync::Arc;

/// The signature of a procedure, as the binder needs it.
#[derive(Clone, Debug)]
pub struct ProcedureSignature {
    /// Its dotted name.
    pub name: Arc<str>,
    /// The arguments, each with the types that it accepts.
    pub inputs: Vec<(Arc<str>, crate::function::TypeSet)>,
    /// How many of the last arguments may be left out: they are null then.
    pub optional: usize,
    /// The places of arguments that search for names, a string or a list of them, and of which kind.
    pub searches: Vec<(usize, NameKind)>,
    /// The columns of its rows, each with the types of its values.
    pub outputs: Vec<(Arc<str>, crate::function::TypeSet)>,
    /// Whether it changes the graph.
    pub writes: bool,
}

/// What a statement is bound against besides its text.
pub trait Environment {
    /// The procedure of that name.
    fn procedure(&self, name: &str) -> Option<ProcedureSignature>;
    /// Whether the graph has such a name. Where it has none, a search for it is warned of.
    fn knows(&self, _kind: NameKind, _name: &str) -> bool {
        true
    }
    /// Whether a search through all relationships would take long.
    fn is_large(&self) -> bool {
        false
    }
    /// The names of all procedures, for suggestions.
    fn procedures(&self) -> Vec<Arc<str>> {
        Vec::new()
    }
    /// All names of a kind, for suggestions.
    fn names(&self, _kind: NameKind) -> Vec<Arc<str>> {
        Vec::new()
    }
}

/// Binds a query.
///
/// # Errors
/// Diagnostics of openCypher's classes, at their places in the text: the first error
/// found, and those that do not follow from it.
pub fn bind(
    query: &ast::Query,
    mode: ast::Mode,
    environment: &dyn Environment,
) -> Result<BoundStatement, Diagnostics> {
    let mut binder = Binder {
        environment,
        names: Vec::new(),
        subqueries: Vec::new(),
        scopes: Scopes::default(),
        aggregates: None,
        reading_only: false,
        brought: HashSet::new(),
        brings_unknown: Vec::new(),
        case_operands: Vec::new(),
        warnings: Vec::new(),
        warned: HashSet::new(),
        recovery: Recovery::default(),
    };
    let query = binder.query(query)?;
    if let Some(errors) = binder.recovery.errors.finish() {
        return Err(errors);
    }
    Ok(BoundStatement {
        mode,
        query,
        subqueries: binder.subqueries,
        names: binder.names,
        warnings: binder.warnings,
    })
}

/// The state of binding one statement.
struct Binder<'a> {
    environment: &'a dyn Environment,
    names: Vec<Arc<str>>,
    subqueries: Vec<BoundSubquery>,
    scopes: Scopes,
    /// Where the aggregates of the projection under way are gathered.
    aggregates: Option<aggregate::Collector>,
    /// Inside a subquery expression nothing may be written.
    reading_only: bool,
    /// Labels, types and property keys that the statement itself writes.
    brought: HashSet<(NameKind, Arc<str>)>,
    /// The kinds of which it writes names that are not known before it runs.
    brings_unknown: Vec<NameKind>,
    /// The operands of the CASEs around the test under way, innermost last.
    case_operands: Vec<Entry>,
    warnings: Vec<Diagnostic>,
    /// Where and of what has been warned.
    warned: HashSet<(ErrorCode, Option<Span>, String)>,
    /// The errors so far, and how to go on after one.
    recovery: Recovery,
}

type Bound<T> = Result<T, Diagnostic>;

impl Binder<'_> {
    /// A new variable that has no name in the text.
    fn invent(&mut self, name: &str) -> VariableId {
        let id = VariableId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.names.push(name.into());
        id
    }

    /// A new variable, visible from now on.
    fn declare(&mut self, name: &ast::Name, of: StaticType) -> VariableId {
        let id = self.invent(&name.text);
        self.scopes.declare(name.text.clone(), Entry { id, of });
        self.place(id, name.span);
        id
    }
}

fn syntax_error<T>(code: ErrorCode, message: impl Into<String>, span: Span) -> Bound<T> {
    Err(Diagnostic::compile(ErrorClass::SyntaxError, code, message, span))
}
