//! What a generator knows while it writes a query: variables with their types.

use super::Choices;

/// The types that expressions are generated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Integer,
    Float,
    String,
    Boolean,
    /// A list of integers and nulls in a certain order.
    Integers,
    /// Any value that can be compared.
    Any,
    Node,
    Relationship,
    /// The relationships of a variable-length pattern.
    Trail,
    Path,
    /// A list whose order is not certain.
    Bag,
}

/// A variable.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) of: Type,
}

/// Writes queries, choice by choice.
pub(crate) struct Generator<'c> {
    pub(crate) choices: &'c mut Choices,
    pub(crate) scope: Vec<Variable>,
    /// Relationship variables that stand in the present pattern already.
    pub(crate) used: Vec<String>,
    next: usize,
    /// How deep subqueries are nested.
    pub(crate) depth: usize,
}

impl<'c> Generator<'c> {
    pub(crate) fn new(choices: &'c mut Choices) -> Self {
        Generator { choices, scope: Vec::new(), used: Vec::new(), next: 0, depth: 0 }
    }

    /// A name that no variable has.
    pub(crate) fn fresh(&mut self, prefix: &str) -> String {
        self.next += 1;
        format!("{prefix}{}", self.next)
    }

    /// A new variable in scope.
    pub(crate) fn declare(&mut self, prefix: &str, of: Type) -> String {
        let name = self.fresh(prefix);
        self.scope.push(Variable { name: name.clone(), of });
        name
    }

    /// A variable of a type, if there is one.
    pub(crate) fn variable(&mut self, of: Type) -> Option<String> {
        let fitting: Vec<usize> =
            (0..self.scope.len()).filter(|index| self.scope[*index].of == of).collect();
        if fitting.is_empty() {
            return None;
        }
        let index = fitting[self.choices.below(fitting.len())];
        Some(self.scope[index].name.clone())
    }

    /// Writes something with variables that are gone after it.
    pub(crate) fn inside<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.scope.len();
        let used = std::mem::take(&mut self.used);
        self.depth += 1;
        let written = write(self);
        self.depth -= 1;
        self.used = used;
        self.scope.truncate(before);
        written
    }
}
