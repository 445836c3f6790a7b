//! The source of all that is random.

#[path = "../../src/value/random.rs"]
#[expect(dead_code, reason = "choices are made of bits")]
mod random;

use random::Random;

/// Small numbers, drawn from a seed or replayed from a list.
#[derive(Clone, Debug)]
pub(crate) struct Choices {
    random: Random,
    replayed: Option<Vec<u32>>,
    /// What was chosen so far.
    pub(crate) made: Vec<u32>,
}

impl Choices {
    /// Draws from a seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Choices { random: Random(seed), replayed: None, made: Vec::new() }
    }

    /// Gives these numbers again; past their end, zeros.
    pub(crate) fn replayed(numbers: &[u32]) -> Self {
        Choices { random: Random(0), replayed: Some(numbers.to_vec()), made: Vec::new() }
    }

    /// A number below the bound; zero is the simplest choice.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = bound.max(1) as u32;
        let number = match &self.replayed {
            Some(numbers) => numbers.get(self.made.len()).copied().unwrap_or(0).min(bound - 1),
            None => (self.random.bits() >> 33) as u32 % bound,
        };
        self.made.push(number);
        number as usize
    }

    /// True so many times of a hundred; false is the simpler choice.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of these; the first is the simplest.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

#[test]
fn a_replay_makes_the_same_choices() {
    let mut first = Choices::seeded(7);
    let drawn: Vec<usize> = (1..50).map(|bound| first.below(bound)).collect();
    let mut again = Choices::replayed(&first.made);
    assert_eq!(drawn, (1..50).map(|bound| again.below(bound)).collect::<Vec<_>>());
    assert!(drawn.iter().any(|number| *number > 9));
    assert_eq!(again.below(9), 0, "past the end comes the simplest choice");
}
