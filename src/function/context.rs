//! What a function may use beside its arguments: the graph version it reads,
//! the time of the statement, limits, and the cache of compiled patterns.

use super::error::{bad_argument, too_large};
use crate::value::{ElementReader, Endpoint, EvaluationError, Map, NodeId, RelationshipId, Value};
use regex::Regex;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The surroundings of an evaluation.
#[derive(Clone, Copy)]
pub struct FunctionContext<'a> {
    /// Reads the elements of the graph version of the query.
    pub reader: &'a dyn ElementReader,
    /// The moment at which the statement began: seconds since 1970-01-01T00:00:00Z,
    /// and nanoseconds of the second. One statement sees one time.
    pub statement_time: (i64, u32),
    /// How large one value may become.
    pub limits: Limits,
    /// Compiled regular expressions.
    pub patterns: &'a PatternCache,
}

/// The largest values that functions and operators make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a string.
    pub string_bytes: usize,
    /// Elements of a list.
    pub list_elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { string_bytes: 1 << 28, list_elements: 1 << 24 }
    }
}

impl Limits {
    /// Checks the length of a string, in bytes, before it is made.
    ///
    /// # Errors
    /// `ResourceExhausted` where it is over the limit.
    pub fn check_string(&self, bytes: usize) -> Result<(), EvaluationError> {
        if bytes > self.string_bytes {
            return Err(too_large(format_args!("a string of {bytes} bytes"), self.string_bytes));
        }
        Ok(())
    }

    /// Checks the number of elements of a list before it is made.
    ///
    /// # Errors
    /// `ResourceExhausted` where it is over the limit.
    pub fn check_list(&self, elements: usize) -> Result<(), EvaluationError> {
        if elements > self.list_elements {
            return Err(too_large(
                format_args!("a list of {elements} elements"),
                self.list_elements,
            ));
        }
        Ok(())
    }
}

/// Patterns that the cache keeps; one past that empties it.
const CACHED_PATTERNS: usize = 64;

/// Most memory, in bytes, that one compiled pattern may take.
const PATTERN_BYTES: usize = 4 << 20;

/// A small cache of compiled regular expressions, shared by the threads of a query.
#[derive(Debug, Default)]
pub struct PatternCache {
    compiled: Mutex<HashMap<Arc<str>, Arc<Regex>>>,
}

impl PatternCache {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// The compiled form of a pattern, which matches whole strings only. Matching
    /// takes time linear in the length of the text.
    ///
    /// # Errors
    /// `ArgumentError: InvalidArgumentValue` where the pattern is not valid, or too large.
    pub fn get(&self, pattern: &Arc<str>) -> Result<Arc<Regex>, EvaluationError> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = compiled.get(pattern) {
            return Ok(found.clone());
        }
        let regex = compile(pattern)?;
        if compiled.len() >= CACHED_PATTERNS {
            compiled.clear();
        }
        compiled.insert(pattern.clone(), regex.clone());
        Ok(regex)
    }
}

/// Compiles a pattern anchored at both ends.
fn compile(pattern: &str) -> Result<Arc<Regex>, EvaluationError> {
    let build = |text: &str| regex::RegexBuilder::new(text).size_limit(PATTERN_BYTES).build();
    // The pattern is tried by itself first: `a)(b` would become valid by the
    // anchors. A pattern that ends in a comment, under `(?x)`, needs a line end.
    build(pattern)
        .and_then(|_| {
            build(&format!(r"\A(?:{pattern})\z"))
                .or_else(|_| build(&format!("\\A(?:{pattern}\n)\\z")))
        })
        .map(Arc::new)
        .map_err(|error| {
            bad_argument(format!(
                "the pattern '{pattern}' is not a valid regular expression: {error}"
            ))
        })
}

/// A reader of no elements: for constants that are folded before there is a graph.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoElements;

impl ElementReader for NoElements {
    fn node_labels(&self, _: NodeId) -> Vec<Arc<str>> {
        Vec::new()
    }

    fn relationship_type(&self, _: RelationshipId) -> Option<Arc<str>> {
        None
    }

    fn relationship_endpoints(&self, _: RelationshipId) -> Option<(Endpoint, Endpoint)> {
        None
    }

    fn properties(&self, _: Endpoint) -> Map {
        Map::default()
    }

    fn property(&self, _: Endpoint, _: &str) -> Value {
        Value::Null
    }

    fn contains(&self, _: Endpoint) -> bool {
        false
    }

    fn related(&self, _: Endpoint, _: &str, _: bool) -> Vec<(Endpoint, RelationshipId)> {
        Vec::new()
    }
}
