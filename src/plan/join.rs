//! Joins by value: elements whose properties equal what the rows have.

use super::zone::ZoneCondition;
use crate::bind::expression::{Expression, Labels, VariableId};
use crate::syntax::ast::EndKind;

/// For each row, the elements whose keys equal what the row has, found in a hash table that is
/// made of all of them once. They are candidates: every one for which the conditions hold, and
/// perhaps others.
///
/// ```text
/// NodeHashJoin (b:Person) ON name = a.name WHERE b.age = 31
/// Filter b.name = a.name AND b.age = 31
/// ```
#[derive(Clone, Debug)]
pub struct HashJoin {
    /// The new variable.
    pub variable: VariableId,
    /// Node or relationship.
    pub kind: EndKind,
    /// What must hold of its labels, or of its type.
    pub labels: Option<Labels>,
    /// What of the element has to equal what of the row, one pair or more.
    pub keys: Vec<(Expression, Expression)>,
    /// What is asked of the element alone.
    pub filters: Vec<Expression>,
    /// What chunks may be passed over for, where there are few rows.
    pub zones: Vec<ZoneCondition>,
}
