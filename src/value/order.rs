//! Equality, equivalence, comparison and ordering of values.
