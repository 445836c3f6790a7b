//! Queries that only count the matches of a pattern: chains, stars and trees, with conditions
//! on their nodes, grouped by one of them or made distinct; in one MATCH or in several.

use super::graph::{LABELS, TYPES};
use super::query::Generated;
use super::scope::Generator;

impl Generator<'_> {
    /// A query that counts.
    pub(crate) fn counting(&mut self) -> Generated {
        if self.choices.chance(15) {
            let [text, _] = self.cycle();
            return Generated { text, ordered: false, count_only: false };
        }
        let hops = [1, 2, 2, 2, 3, 3, 4][self.choices.below(7)];
        let mut parts = vec![self.counted_end(0)];
        for hop in 0..hops {
            let arrow = self.counted_arrow(hop);
            let end = self.counted_end(hop + 1);
            // A chain goes on where the last one ended; a star begins anew.
            if self.choices.chance(70) {
                if let Some(last) = parts.last_mut() {
                    *last += &format!("{arrow}{end}");
                }
            } else {
                let from = self.choices.below(hop + 1);
                parts.push(format!("(e{from}){arrow}{end}"));
            }
        }
        let ends = hops + 1;
        let conditions: Vec<String> = (0..self.choices.below(3))
            .map(|_| {
                let end = self.choices.below(ends);
                match self.choices.below(5) {
                    0 => format!("e{end}.i > 1"),
                    1 => format!("e{end}.i <> e{end}.k"),
                    2 => format!("NOT (e{end}.i = 1 OR e{end}:{})", self.choices.pick(&LABELS)),
                    3 => format!("e{end}.s STARTS WITH 'a'"),
                    _ => format!("e{end}.i IS NOT NULL"),
                }
            })
            .collect();
        // What two MATCH clauses find may be the same relationship.
        let between = if self.choices.chance(30) { "\nMATCH " } else { ", " };
        let mut text = format!("MATCH {}", parts.join(between));
        if !conditions.is_empty() {
            text += &format!(" WHERE {}", conditions.join(" AND "));
        }
        text += &format!("\nRETURN {}", self.counted(ends));
        Generated { text, ordered: false, count_only: false }
    }

    /// A pattern that closes a cycle of two to four relationships, and the chain that is as
    /// long, with the condition that it ends where it began.
    pub(crate) fn cycle(&mut self) -> [String; 2] {
        let hops = [2, 3, 3, 3, 4][self.choices.below(5)];
        let mut chain = self.counted_end(0);
        for hop in 1..hops {
            chain += &self.counted_arrow(hop - 1);
            chain += &self.counted_end(hop);
        }
        chain += &self.counted_arrow(hops - 1);
        let condition = match self.choices.below(3) {
            0 => format!("e{}.i > 0", self.choices.below(hops)),
            1 => format!("e0.k < e{}.k", self.choices.below(hops)),
            _ => "true".to_owned(),
        };
        let tail = match self.choices.below(4) {
            0 => "count(*) AS c".to_owned(),
            1 => format!("e{} AS v, count(*) AS c", self.choices.below(hops)),
            2 => format!("DISTINCT e{} AS v", self.choices.below(hops)),
            _ => format!("e0 AS v, e{} AS w", hops - 1),
        };
        [
            format!("MATCH {chain}(e0) WHERE {condition}\nRETURN {tail}"),
            format!("MATCH {chain}(e9) WHERE {condition} AND e9 = e0\nRETURN {tail}"),
        ]
    }

    fn counted_end(&mut self, place: usize) -> String {
        let labels = match self.choices.below(4) {
            0 => format!(":{}", self.choices.pick(&LABELS)),
            _ => String::new(),
        };
        format!("(e{place}{labels})")
    }

    fn counted_arrow(&mut self, place: usize) -> String {
        let types = match self.choices.below(4) {
            0 => String::new(),
            1 => format!(":{}|{}", TYPES[0], TYPES[1]),
            _ => format!(":{}", TYPES[0]),
        };
        match self.choices.below(9) {
            0 => format!("-[r{place}{types}]-"),
            1..4 => format!("<-[r{place}{types}]-"),
            _ => format!("-[r{place}{types}]->"),
        }
    }

    fn counted(&mut self, ends: usize) -> String {
        let (end, other) = (self.choices.below(ends), self.choices.below(ends));
        let hop = self.choices.below(ends - 1);
        match self.choices.below(14) {
            0 | 1 => "count(*) AS v".into(),
            2 => format!("count(e{end}.i) AS v, count(*) AS w"),
            3 => format!("e{end} AS v, count(*) AS w"),
            4 => format!("e{end}.i AS v, e{end}.s AS w, count(e{other}.k) AS x"),
            5 => format!("count(DISTINCT e{end}) AS v"),
            6 => format!("count(DISTINCT e{end}.i) AS v, count(e{other}) AS w"),
            7 => format!("e{end}.i AS v, count(e{end}.s) AS w, count(e{end}.i) AS x"),
            8 => format!("e{end}.i AS v, count(*) AS w, max(e{end}.k) AS x"),
            9 => format!("type(r{hop}) AS v, count(*) AS w"),
            10 => format!("type(r{hop}) AS v, e{end}.i AS w, count(e{end}.s) AS x, count(*) AS y"),
            11 => format!("e{end} AS v, type(r{hop}) AS w, count(r{hop}) AS x, max(e{end}.k) AS y"),
            12 => format!("DISTINCT type(r{hop}) AS v"),
            _ => format!("DISTINCT e{end}.i AS v, e{end}.k AS w"),
        }
    }
}
