Feature: Counting the matches of a pattern

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:N {name: 'a', v: 1}), (b:N {name: 'b', v: 2}), (c:M {name: 'c'}),
             (a)-[:R]->(a), (a)-[:R]->(b), (a)-[:R]->(b), (b)-[:R]->(a), (b)-[:R]->(c)
      """

  Scenario Outline: A relationship is met once in a match, whatever the pattern
    When executing query:
      """
      MATCH <pattern> RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n   |
      | <n> |
    And no side effects

    Examples:
      | pattern                                | n  |
      | ()-[:R]->()                            | 5  |
      | ()-[:R]->()-[:R]->()                   | 9  |
      | ()-[:R]->()-[:R]->()-[:R]->()          | 12 |
      | ()<-[:R]-()-[:R]->()                   | 8  |
      | ()-[:R]->()<-[:R]-()                   | 4  |
      | (x)-[:R]->(), (x)-[:R]->(), (x)-[:R]->() | 6 |
      | ()-[:R]-()                             | 9  |
      | ()-[:S]->()-[:R]->()                   | 0  |
      | (:M)-[:R]->()                          | 0  |
      | (:N)-[:R]->(:M)                        | 1  |

  Scenario: The matches of two clauses may share relationships
    When executing query:
      """
      MATCH (x)-[:R]->(y) MATCH (y)-[:R]->(z) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n  |
      | 10 |
    And no side effects

  Scenario: Matches are grouped by a node at the end, in the middle, or by what it has
    When executing query:
      """
      MATCH ()-[:R]->()-[:R]->(z) RETURN z.name AS name, count(*) AS n
      """
    Then the result should be, in any order:
      | name | n |
      | 'a'  | 3 |
      | 'b'  | 4 |
      | 'c'  | 2 |
    And no side effects
    When executing control query:
      """
      MATCH ()-[:R]->(y)-[:R]->() RETURN y, count(*) AS n
      """
    Then the result should be, in any order:
      | y                      | n |
      | (:N {name: 'a', v: 1}) | 5 |
      | (:N {name: 'b', v: 2}) | 4 |
    And no side effects
    When executing control query:
      """
      MATCH ()-[:R]->(z) RETURN z:N AS n, count(*) AS matches
      """
    Then the result should be, in any order:
      | n     | matches |
      | true  | 4       |
      | false | 1       |
    And no side effects

  Scenario: Values are counted where they are not null
    When executing query:
      """
      MATCH (x)-[r:R]->(y) RETURN count(*) AS all, count(y.v) AS v, count(r) AS r, count(x.none) AS none
      """
    Then the result should be, in any order:
      | all | v | r | none |
      | 5   | 4 | 5 | 0    |
    And no side effects

  Scenario: Distinct ends
    When executing query:
      """
      MATCH (x {name: 'a'})-[:R]->()-[:R]->(z)
      RETURN count(DISTINCT z) AS nodes, count(DISTINCT z.v) AS values, count(*) AS matches
      """
    Then the result should be, in any order:
      | nodes | values | matches |
      | 3     | 2      | 6       |
    And no side effects
    When executing control query:
      """
      MATCH ()-[:R]->()-[:R]->(z) RETURN DISTINCT z.name AS name
      """
    Then the result should be, in any order:
      | name |
      | 'a'  |
      | 'b'  |
      | 'c'  |
    And no side effects

  Scenario: Conditions on any node
    When executing query:
      """
      MATCH (x)-[:R]->(y)-[:R]->(z) WHERE y.v > 1 AND (z:M OR z.v = 1) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 4 |
    And no side effects

  Scenario: A match for each row that comes in
    When executing query:
      """
      UNWIND [1, 2, 3] AS i MATCH (x {name: 'b'}) MATCH (x)-[:R]->(y) RETURN y.name AS name, count(*) AS n
      """
    Then the result should be, in any order:
      | name | n |
      | 'a'  | 3 |
      | 'c'  | 3 |
    And no side effects

  Scenario: Nothing comes in
    When executing query:
      """
      OPTIONAL MATCH (x:None) WITH x MATCH (x)-[:R]->(y) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

  Scenario: A count in a subquery, for each row on its own
    When executing query:
      """
      MATCH (x)
      CALL (x) { MATCH (x)-[:R]->()-[:R]->(z) RETURN count(*) AS n }
      RETURN x.name AS name, n
      """
    Then the result should be, in any order:
      | name | n |
      | 'a'  | 6 |
      | 'b'  | 3 |
      | 'c'  | 0 |
    And no side effects

  Scenario: What is hidden is not counted
    Given having executed:
      """
      CREATE (a:P)-[:T]->(b:Q), (a)-[:T {valid_to: date('2000-01-01')}]->(:Q)
      """
    When executing query:
      """
      AS OF date('2020-01-01') MATCH (x)-[:T]->(y:Q) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 1 |
    And no side effects

  Scenario: Matches that are far more than relationships
    Given having executed:
      """
      UNWIND range(1, 100) AS i CREATE (:A), (:B), (:C), (:D)
      """
    And having executed:
      """
      MATCH (a:A), (b:B) CREATE (a)-[:R]->(b)
      """
    And having executed:
      """
      MATCH (b:B), (c:C) CREATE (b)-[:R]->(c)
      """
    And having executed:
      """
      MATCH (c:C), (d:D) CREATE (c)-[:R]->(d)
      """
    When executing query:
      """
      MATCH (:A)-[:R]->()-[:R]->()-[:R]->(d) RETURN count(*) AS n, count(DISTINCT d) AS ends
      """
    Then the result should be, in any order:
      | n         | ends |
      | 100000000 | 100  |
    And no side effects

  Scenario Outline: Counts are right beside what came and went since much was there
    Given having executed:
      """
      UNWIND range(0, 199) AS i CREATE (:P {i: i})
      """
    And having executed:
      """
      MATCH (a:P) UNWIND range(1, 10) AS d MATCH (b:P {i: (a.i + d) % 200}) CREATE (a)-[:T]->(b)
      """
    And having executed:
      """
      MATCH (a:P {i: 0}), (b:P) WHERE b.i = 0 OR b.i IN range(100, 119) CREATE (a)-[:T]->(b)
      """
    And having executed:
      """
      MATCH ()-[r:T]->(:P {i: 50}) DELETE r
      """
    And having executed:
      """
      MATCH (:P {i: 7})-[r:T]->(q) WHERE q.i < 12 CREATE (:Who)-[:DENIES]->[r]
      """
    When executing query:
      """
      <view> MATCH <pattern> RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n   |
      | <n> |
    And no side effects

    Examples:
      | view          | pattern                   | n     |
      |               | (:P)-[:T]->(:P)           | 2011  |
      |               | ()-[:T]->()-[:T]->()      | 20240 |
      |               | ()-[:T]-()-[:T]-()        | 77390 |
      |               | (a)-[:T]->(a)             | 1     |
      |               | ()-[:DENIES]->[:T]        | 4     |
      | UNDISPUTED    | ()-[:T]->()-[:T]->()      | 20160 |
      | UNDISPUTED    | ()-[:T]-()-[:T]-()        | 77098 |
      | AS KNOWN AT 3 | ()-[:T]->()-[:T]->()      | 20000 |
      | AS KNOWN AT 4 | (:P)-[:T]->(:P)           | 2021  |
