Feature: The ends of a repetition, each once

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:N {id: 1}), (b:N {id: 2}), (c:N {id: 3}), (d:M {id: 4}), (e:N {id: 5}),
             (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(b), (b)-[:R {w: 1}]->(c), (c)-[:R {w: 1}]->(a),
             (c)-[:S]->(d), (d)-[:R {w: 1}]->(d), (e)-[:R {w: 1}]->(a)
      """

  Scenario Outline: Distinct ends
    When executing query:
      """
      MATCH (x {id: <from>})<pattern>(y) RETURN count(DISTINCT y.id) AS n, min(y.id) AS low, max(y.id) AS high
      """
    Then the result should be, in any order:
      | n   | low   | high   |
      | <n> | <low> | <high> |
    And no side effects

    Examples:
      | from | pattern        | n | low  | high |
      | 1    | -[:R*1..3]->   | 3 | 1    | 3    |
      | 1    | -[:R*1..2]->   | 2 | 2    | 3    |
      | 1    | -[:R*0..2]->   | 3 | 1    | 3    |
      | 1    | -[:R*0..0]->   | 1 | 1    | 1    |
      | 1    | -[*]->         | 4 | 1    | 4    |
      | 1    | -[:R\|S*1..4]->  | 4 | 1    | 4    |
      | 1    | -[:R*2..3]->   | 2 | 1    | 3    |
      | 4    | -[:R*]->       | 1 | 4    | 4    |
      | 5    | -[:R*1..9]->   | 3 | 1    | 3    |
      | 1    | <-[:R*1..2]-   | 3 | 2    | 5    |
      | 1    | -[:T*1..2]->   | 0 | null | null |
      | 5    | -[:R*1..2]-    | 3 | 1    | 3    |
      | 1    | -[:R*1..3 {w: 1}]-> | 3 | 1 | 3 |

  Scenario: Rows of several beginnings, conditions and hops behind
    When executing query:
      """
      MATCH (x:N)-[:R*0..2]->(y:N)-[:S]->(z) WHERE y.id <> 4 RETURN DISTINCT x.id AS x, z.id AS z ORDER BY x
      """
    Then the result should be, in order:
      | x | z |
      | 1 | 4 |
      | 2 | 4 |
      | 3 | 4 |
    And no side effects
    When executing control query:
      """
      MATCH (x)-[:R*1..2]->(y) RETURN x.id AS x, count(DISTINCT y) AS n ORDER BY x
      """
    Then the result should be, in order:
      | x | n |
      | 1 | 2 |
      | 2 | 2 |
      | 3 | 2 |
      | 4 | 1 |
      | 5 | 2 |
    And no side effects

  Scenario: Where rows or relationships count, every trail is made
    When executing query:
      """
      MATCH (x {id: 1})-[r:R*1..2]->(y) RETURN count(*) AS n, count(DISTINCT y) AS ends, sum(DISTINCT size(r)) AS hops
      """
    Then the result should be, in any order:
      | n | ends | hops |
      | 4 | 2    | 3    |
    And no side effects
    When executing control query:
      """
      MATCH (x {id: 1})-[r:R*1..2]->(y) WITH DISTINCT y, size(r) AS hops RETURN y.id AS y, hops ORDER BY y, hops
      """
    Then the result should be, in order:
      | y | hops |
      | 2 | 1    |
      | 3 | 2    |
    And no side effects
    When executing control query:
      """
      MATCH (x {id: 1})-[r:R*1..3]->(y) RETURN DISTINCT y.id AS y, [s IN r WHERE s.w = 2] <> [] AS twice ORDER BY y, twice
      """
    Then the result should be, in order:
      | y | twice |
      | 1 | false |
      | 1 | true  |
      | 2 | false |
      | 2 | true  |
      | 3 | false |
      | 3 | true  |
    And no side effects
