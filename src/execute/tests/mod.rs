//! Tests of the executor on small graphs and hand-made plans.
