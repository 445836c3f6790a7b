//! Label expressions: which labels a node must have, which type a relationship.
//!
//! The leaves are names with their places in the syntax tree, plain names in plans,
//! and ids where an expression runs; the form is the same everywhere. Recursion is
//! bounded by the parser, which counts the brackets.

use super::ast::LabelName;

/// A condition on the labels of a node, or on the type of a relationship, which
/// counts as its only label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelExpression<N = LabelName> {
    /// This label: `A`.
    Name(N),
    /// Any label at all: `%`.
    Any,
    /// The negation sign written `count` times: `!A`.
    Not(u32, Box<LabelExpression<N>>),
    /// All of these, two or more: `A&B`, and in patterns of nodes `:A:B`.
    And(Vec<LabelExpression<N>>),
    /// One of these, two or more: `A|B`.
    Or(Vec<LabelExpression<N>>),
}

impl<N> LabelExpression<N> {
    /// Whether the condition holds of what has the labels for which `has` holds;
    /// `any` tells whether it has a label at all.
    pub fn holds(&self, any: bool, has: &dyn Fn(&N) -> bool) -> bool {
        match self {
            LabelExpression::Name(name) => has(name),
            LabelExpression::Any => any,
            LabelExpression::Not(count, inner) => inner.holds(any, has) != (count % 2 == 1),
            LabelExpression::And(terms) => terms.iter().all(|term| term.holds(any, has)),
            LabelExpression::Or(terms) => terms.iter().any(|term| term.holds(any, has)),
        }
    }

    /// The same condition with other leaves.
    pub fn map<M>(&self, leaf: &dyn Fn(&N) -> M) -> LabelExpression<M> {
        let all = |terms: &[Self]| terms.iter().map(|term| term.map(leaf)).collect();
        match self {
            LabelExpression::Name(name) => LabelExpression::Name(leaf(name)),
            LabelExpression::Any => LabelExpression::Any,
            LabelExpression::Not(count, inner) => {
                LabelExpression::Not(*count, Box::new(inner.map(leaf)))
            }
            LabelExpression::And(terms) => LabelExpression::And(all(terms)),
            LabelExpression::Or(terms) => LabelExpression::Or(all(terms)),
        }
    }

    /// Whether it asks for any label at all somewhere.
    pub fn asks_for_any(&self) -> bool {
        match self {
            LabelExpression::Name(_) => false,
            LabelExpression::Any => true,
            LabelExpression::Not(_, inner) => inner.asks_for_any(),
            LabelExpression::And(terms) | LabelExpression::Or(terms) => {
                terms.iter().any(Self::asks_for_any)
            }
        }
    }

    /// Every name that occurs, in the order of the text.
    pub fn names(&self) -> Vec<&N> {
        match self {
            LabelExpression::Name(name) => vec![name],
            LabelExpression::Any => Vec::new(),
            LabelExpression::Not(_, inner) => inner.names(),
            LabelExpression::And(terms) | LabelExpression::Or(terms) => {
                terms.iter().flat_map(Self::names).collect()
            }
        }
    }

    /// The labels, if the condition is a conjunction of names: all that can be created.
    pub fn conjunction(&self) -> Option<Vec<&N>> {
        match self {
            LabelExpression::Name(name) => Some(vec![name]),
            LabelExpression::And(terms) => {
                let parts: Option<Vec<_>> = terms.iter().map(Self::conjunction).collect();
                parts.map(|parts| parts.into_iter().flatten().collect())
            }
            _ => None,
        }
    }

    /// The names, if the condition is an alternative of names.
    pub fn alternatives(&self) -> Option<Vec<&N>> {
        match self {
            LabelExpression::Name(name) => Some(vec![name]),
            LabelExpression::Or(terms) => {
                let parts: Option<Vec<_>> = terms.iter().map(Self::alternatives).collect();
                parts.map(|parts| parts.into_iter().flatten().collect())
            }
            _ => None,
        }
    }

    /// Both conditions.
    pub fn and(self, other: Self) -> Self {
        match self {
            LabelExpression::And(mut terms) => {
                terms.push(other);
                LabelExpression::And(terms)
            }
            first => LabelExpression::And(vec![first, other]),
        }
    }

    /// The condition as text, each leaf written by `name`. Reading it gives the same condition.
    pub fn write(&self, text: &mut String, name: &dyn Fn(&N, &mut String)) {
        match self {
            LabelExpression::Name(leaf) => name(leaf, text),
            LabelExpression::Any => text.push('%'),
            LabelExpression::Not(count, inner) => {
                (0..*count).for_each(|_| text.push('!'));
                inner.write_within(text, name, |inner| {
                    matches!(inner, LabelExpression::Name(_) | LabelExpression::Any)
                });
            }
            LabelExpression::And(terms) => Self::write_terms(terms, '&', text, name, |term| {
                !matches!(term, LabelExpression::And(_) | LabelExpression::Or(_))
            }),
            LabelExpression::Or(terms) => Self::write_terms(terms, '|', text, name, |term| {
                !matches!(term, LabelExpression::Or(_))
            }),
        }
    }

    fn write_terms(
        terms: &[Self],
        separator: char,
        text: &mut String,
        name: &dyn Fn(&N, &mut String),
        bare: fn(&Self) -> bool,
    ) {
        for (index, term) in terms.iter().enumerate() {
            if index > 0 {
                text.push(separator);
            }
            term.write_within(text, name, bare);
        }
    }

    fn write_within(
        &self,
        text: &mut String,
        name: &dyn Fn(&N, &mut String),
        bare: fn(&Self) -> bool,
    ) {
        if bare(self) {
            return self.write(text, name);
        }
        text.push('(');
        self.write(text, name);
        text.push(')');
    }
}

#[cfg(test)]
mod tests {
    use super::LabelExpression as E;

    fn shown(expression: &E<&str>) -> String {
        let mut text = String::new();
        expression.write(&mut text, &|name, text| text.push_str(name));
        text
    }

    #[test]
    fn holds_and_is_written_as_it_is_read() {
        let either = E::Or(vec![E::Name("A"), E::Name("B")]);
        let both = E::And(vec![either.clone(), E::Not(1, Box::new(E::Name("C")))]);
        assert_eq!(shown(&both), "(A|B)&!C");
        assert!(both.holds(true, &|name| *name == "B"));
        assert!(!both.holds(true, &|name| ["B", "C"].contains(name)));
        assert!(!both.holds(false, &|_| false));
        assert_eq!(shown(&E::Not(2, Box::new(both.clone()))), "!!((A|B)&!C)");
        assert_eq!(both.names(), [&"A", &"B", &"C"]);
        assert_eq!((both.conjunction(), both.alternatives()), (None, None));
        assert_eq!(either.alternatives(), Some(vec![&"A", &"B"]));
        assert!(E::<&str>::Not(1, Box::new(E::Any)).holds(false, &|_| false));
    }
}
