//! The registry of scalar functions: one table, looked up by name in any case.

use super::aggregate::aggregates;
use super::context::FunctionContext;
use super::types::TypeSet;
use super::{
    claims, collection, convert, graph, list, load, math, naming, predicate, similarity, string,
    temporal, temporal_format, temporal_names,
};
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Value};
use crate::vector::Vector;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// Computes a scalar function from arguments whose number has been checked.
pub type Evaluate = fn(&FunctionContext<'_>, &[Value]) -> Result<Value, EvaluationError>;

/// Computes a scalar function for all rows of its arguments at once, none of which is null for all
/// rows: exactly what it yields for each row. `None` where there is no such way for these
/// arguments, and where a row would fail.
pub type OnColumns = fn(&FunctionContext<'_>, &[Vector]) -> Option<Vector>;

/// A function from values to one value.
pub struct Scalar {
    /// The name as it is documented, e.g. `toUpper` or `duration.between`.
    pub name: &'static str,
    /// Fewest arguments.
    pub min_arguments: usize,
    /// Most arguments; `None` means any number.
    pub max_arguments: Option<usize>,
    /// Whether a null argument makes the result null without a call.
    pub null_in_null_out: bool,
    /// Whether equal arguments give equal results within one statement, whatever
    /// the graph: only then may a call with constant arguments be folded.
    pub deterministic: bool,
    /// With fewer arguments than this it reads the clock, and differs between statements.
    pub clock_below: usize,
    /// How it is called, e.g. `substring(text :: STRING, start :: INTEGER [, length :: INTEGER]) :: STRING`.
    pub signature: &'static str,
    /// One sentence for people.
    pub description: &'static str,
    /// Computes it; callers use [`Scalar::call`].
    pub evaluate: Evaluate,
    /// The faster way for columns, where there is one.
    pub on_columns: Option<OnColumns>,
    /// Static types that each argument accepts; the last entry holds for all
    /// further arguments. A literal of another type is an error at compile time
    /// (`SyntaxError: InvalidArgumentType`).
    pub arguments: &'static [TypeSet],
    /// Types that the result may have, null aside.
    pub returns: TypeSet,
}

impl Scalar {
    /// A deterministic function of as many arguments as there are types, null if one is null.
    pub(super) const fn new(
        name: &'static str,
        arguments: &'static [TypeSet],
        returns: TypeSet,
        signature: &'static str,
        description: &'static str,
        evaluate: Evaluate,
    ) -> Scalar {
        Scalar {
            name,
            min_arguments: arguments.len(),
            max_arguments: Some(arguments.len()),
            null_in_null_out: true,
            deterministic: true,
            clock_below: 0,
            signature,
            description,
            evaluate,
            on_columns: None,
            arguments,
            returns,
        }
    }

    /// With so many arguments at the end that may be left out.
    pub(super) const fn optional(mut self, count: usize) -> Scalar {
        self.min_arguments = self.arguments.len() - count;
        self
    }

    /// With a faster way for columns.
    pub(super) const fn on_columns(mut self, run: OnColumns) -> Scalar {
        self.on_columns = Some(run);
        self
    }

    /// With any number of further arguments.
    pub(super) const fn variadic(mut self) -> Scalar {
        self.max_arguments = None;
        self
    }

    /// Which decides itself what null means.
    pub(super) const fn takes_null(mut self) -> Scalar {
        self.null_in_null_out = false;
        self
    }

    /// Whose result may differ between calls, or depends on the graph or the time.
    pub(super) const fn volatile(mut self) -> Scalar {
        self.deterministic = false;
        self
    }

    /// Which reads the clock where it gets fewer arguments than this.
    pub(super) const fn clock_below(mut self, arguments: usize) -> Scalar {
        self.clock_below = arguments;
        self
    }

    /// Whether a call with so many constant arguments is a constant itself.
    pub fn folds(&self, arguments: usize) -> bool {
        self.deterministic && arguments >= self.clock_below
    }

    /// The static types that an argument accepts, by its number from 0.
    pub fn argument(&self, index: usize) -> TypeSet {
        self.arguments.get(index).or(self.arguments.last()).copied().unwrap_or(TypeSet::ANY)
    }

    /// Whether it may be called with so many arguments.
    pub fn accepts_count(&self, count: usize) -> bool {
        count >= self.min_arguments && self.max_arguments.is_none_or(|most| count <= most)
    }

    /// Computes it for a row.
    ///
    /// # Errors
    /// What the function raises, and `SyntaxError: InvalidNumberOfArguments`
    /// where the binder has let a wrong number of arguments pass.
    pub fn call(
        &self,
        context: &FunctionContext<'_>,
        arguments: &[Value],
    ) -> Result<Value, EvaluationError> {
        if !self.accepts_count(arguments.len()) {
            return Err(EvaluationError::new(
                ErrorClass::SyntaxError,
                ErrorCode::InvalidNumberOfArguments,
                format!("{} does not take {} arguments", self.signature, arguments.len()),
            ));
        }
        if self.null_in_null_out && arguments.iter().any(|argument| matches!(argument, Value::Null))
        {
            return Ok(Value::Null);
        }
        (self.evaluate)(context, arguments)
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scalar({})", self.signature)
    }
}

/// The tables with the category of their functions, in the order in which [`names`] lists them.
static TABLES: &[(&str, &[Scalar])] = &[
    ("Graph", graph::FUNCTIONS),
    ("Claims", claims::FUNCTIONS),
    ("Claims", naming::FUNCTIONS),
    ("Scalar", load::FUNCTIONS),
    ("Scalar", predicate::FUNCTIONS),
    ("List", list::FUNCTIONS),
    ("List", collection::FUNCTIONS),
    ("String", string::FUNCTIONS),
    ("Numeric", math::FUNCTIONS),
    ("Vector", similarity::FUNCTIONS),
    ("Conversion", convert::FUNCTIONS),
    ("Temporal", &temporal::DATE),
    ("Temporal", &temporal::LOCAL_TIME),
    ("Temporal", &temporal::TIME),
    ("Temporal", &temporal::LOCAL_DATE_TIME),
    ("Temporal", &temporal::DATE_TIME),
    ("Temporal", &temporal::OTHERS),
    ("Temporal", temporal_names::FUNCTIONS),
    ("Temporal", temporal_format::FUNCTIONS),
];

static BY_NAME: LazyLock<HashMap<String, &'static Scalar>> = LazyLock::new(|| {
    TABLES
        .iter()
        .flat_map(|(_, table)| table.iter())
        .map(|function| (function.name.to_lowercase(), function))
        .collect()
});

/// The scalar function of a name, in any case; dotted names as they are written.
pub fn scalar(name: &str) -> Option<&'static Scalar> {
    BY_NAME.get(&name.to_lowercase()).copied()
}

/// All scalar functions, kind by kind.
pub fn scalars() -> impl Iterator<Item = &'static Scalar> {
    TABLES.iter().flat_map(|(_, table)| table.iter())
}

/// All scalar functions with their categories, kind by kind.
pub(super) fn categorised() -> impl Iterator<Item = (&'static str, &'static Scalar)> {
    TABLES.iter().flat_map(|(category, table)| table.iter().map(|function| (*category, function)))
}

/// The names of all functions, scalar and aggregate: for completion.
pub fn names() -> impl Iterator<Item = &'static str> {
    scalars().map(|function| function.name).chain(aggregates().map(|function| function.name))
}

/// The function that someone who wrote `name` may have meant: the nearest name
/// that takes at most a third of its letters to change.
pub fn suggest(name: &str) -> Option<&'static str> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(LONGEST_NAME).collect();
    names()
        .map(|known| (distance(&wanted, &known.to_lowercase().chars().collect::<Vec<_>>()), known))
        .filter(|(distance, known)| *distance <= (known.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Characters of a wrong name that are looked at: no function's name is longer.
const LONGEST_NAME: usize = 64;

/// How many letters must be put in, taken out, changed or swapped with their
/// neighbour to turn one word into the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}
