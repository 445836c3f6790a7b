//! What a statement gives back.

use super::Error;
use super::why::Why;
use crate::execute::Counters;
use crate::store::Graph;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{GqlStatus, Value, json};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;

/// The rows of a statement with everything that is needed to show them.
#[derive(Clone, Debug)]
pub struct QueryResult {
    /// The columns' names; none for a statement that returns nothing.
    pub columns: Vec<String>,
    /// The rows; each has one value a column.
    pub rows: Vec<Vec<Value>>,
    /// The graph version in which the rows' nodes, relationships and paths are looked up:
    /// the one that the statement left.
    pub graph: Arc<Graph>,
    /// What the statement changed.
    pub counters: Counters,
    /// Warnings; they never stop a statement.
    pub notifications: Vec<Diagnostic>,
    /// The plan as text, for EXPLAIN and PROFILE.
    pub plan: Option<String>,
    /// From the text to the last row.
    pub elapsed: Duration,
    /// What the rows rest on, if that was asked.
    pub(super) why: Option<Why>,
}

impl QueryResult {
    /// The result of what returns nothing.
    pub(super) fn nothing(graph: Arc<Graph>) -> Self {
        QueryResult {
            columns: Vec::new(),
            rows: Vec::new(),
            graph,
            counters: Counters::default(),
            notifications: Vec::new(),
            plan: None,
            elapsed: Duration::ZERO,
            why: None,
        }
    }

    /// Reads every row into a type of yours, by column name, as serde does from a map.
    /// Nodes and relationships come as maps of `id`, `labels` or `type`, and `properties`.
    ///
    /// # Errors
    /// [`Error::Deserialize`] with the first row that does not fit.
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// struct Person { name: String, age: u8 }
    /// let db = dossier::Database::in_memory();
    /// let people: Vec<Person> = db.query("UNWIND [30, 40] AS age RETURN 'Ana' AS name, age").run()?.deserialize()?;
    /// assert_eq!(people[1].age, 40);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        let row = |(index, row): (usize, &Vec<Value>)| {
            let entries = self
                .columns
                .iter()
                .zip(row)
                .map(|(name, value)| (name.clone(), json::to_json(value, &*self.graph)));
            let object = serde_json::Value::Object(entries.collect());
            serde_json::from_value(object)
                .map_err(|error| Error::Deserialize(format!("row {}: {error}", index + 1)))
        };
        self.rows.iter().enumerate().map(row).collect()
    }

    /// How the statement ended: with rows, without rows, or without a result.
    pub fn gqlstatus(&self) -> GqlStatus {
        match (self.columns.is_empty(), self.rows.is_empty()) {
            (true, _) if self.plan.is_none() => GqlStatus::omitted_result(),
            (false, true) => GqlStatus::no_data(),
            _ => GqlStatus::success(),
        }
    }

    /// The value of the only column of the only row, if the result is that small.
    pub fn single(&self) -> Option<&Value> {
        match self.rows.as_slice() {
            [row] if row.len() == 1 => row.first(),
            _ => None,
        }
    }
}
