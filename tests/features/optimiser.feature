Feature: Rules of the optimiser are switched off and on

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:N {id: 1})-[:R]->(b:N {id: 2})-[:R]->(c:N {id: 3}), (a)-[:R]->(c)
      """

  Scenario Outline: Rows are the same without a rule
    Given having executed:
      """
      SET optimiser.<rule> = off
      """
    When executing query:
      """
      MATCH (x:N)-->(y)-->(z), (x)-->(z) WHERE x.id = 1 RETURN count(*) AS n ORDER BY n LIMIT 1
      """
    Then the result should be, in any order:
      | n |
      | 1 |
    And no side effects
    When executing control query:
      """
      SET optimiser.<rule> = ON;
      """
    Then the result should be empty
    And no side effects

    Examples:
      | rule               |
      | filter_pushdown    |
      | merge_filters      |
      | INDEX_SEEK         |
      | path_count         |
      | `intersection`     |
      | intersection_count |
      | distinct_ends      |
      | top_k              |
      | late_values        |
      | identifiers        |
      | join_matches       |
      | path_targets       |
      | hash_join          |
      | path_values        |

  Scenario: A variable may be called optimiser
    When executing query:
      """
      MATCH (optimiser {id: 1}) SET optimiser.on = 1 RETURN optimiser.on AS on
      """
    Then the result should be, in any order:
      | on |
      | 1  |
    And the side effects should be:
      | +properties | 1 |

  Scenario: A rule that there is not
    When executing query:
      """
      SET optimiser.everything = off
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentValue

  Scenario Outline: What stands there must be a switch
    When executing query:
      """
      SET optimiser.<text>
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

    Examples:
      | text                       |
      | top_k = maybe              |
      | top_k                      |
      | top_k = on RETURN 1        |
      | = on                       |
      | top_k = off, path_count = off |

  Scenario Outline: Values that tell nodes apart, and nodes without one
    Given having executed:
      """
      CREATE CONSTRAINT FOR (n:K) REQUIRE n.id IS UNIQUE
      """
    And having executed:
      """
      CREATE (a:K {id: 1, name: 'a'}), (b:K {id: 2, name: 'b'}), (c:K {id: 3, name: 'b'}), (a)-[:S]->(b), (a)-[:S]->(b),
             (a)-[:S]->(c), (c)-[:S]->(b), (b)-[:S]->(b)
      """
    And having executed:
      """
      <more>
      """
    And having executed:
      """
      MATCH (n:K {id: 1}) RETURN n
      """
    When executing query:
      """
      MATCH (f:K)-[:S]->(p:K) RETURN p.id AS id, p.name AS name, count(f.id) AS n, count(*) AS all ORDER BY all DESC, id LIMIT 2
      """
    Then the result should be, in order:
      | id       | name       | n       | all       |
      | <first>  | <name>     | <n>     | <all>     |
      | <second> | <name2>    | <n2>    | <all2>    |
    When executing control query:
      """
      MATCH (:K {id: 1})-[:S]->()-[:S]->(c:K) RETURN count(DISTINCT c.id) AS ends, count(c.id) AS ways, count(DISTINCT c.name) AS names
      """
    Then the result should be, in any order:
      | ends   | ways   | names |
      | <ends> | <ways> | 1     |
    When executing control query:
      """
      SET optimiser.identifiers = off
      """
    Then the result should be empty
    When executing control query:
      """
      MATCH (f:K)-[:S]->(p:K) RETURN p.id AS id, p.name AS name, count(f.id) AS n, count(*) AS all ORDER BY all DESC, id LIMIT 1
      """
    Then the result should be, in order:
      | id       | name       | n       | all       |
      | <first>  | <name>     | <n>     | <all>     |
    When executing control query:
      """
      SET optimiser.identifiers = on
      """
    Then the result should be empty

    Examples:
      | more                                                                                             | first | name | n | all | second | name2 | n2 | all2 | ends | ways |
      | RETURN 1                                                                                         | 2     | 'b'  | 4 | 4   | 3      | 'b'   | 1  | 1    | 1    | 3    |
      | MATCH (b:K {id: 2}) UNWIND range(1, 3) AS i CREATE (b)-[:S]->(:K)-[:S]->(:K {name: 'b'})-[:S]->(b) | 2   | 'b'  | 4 | 7   | null   | null  | 3  | 3    | 1    | 3    |

  Scenario: What only the first rows need
    When executing query:
      """
      MATCH (n:N) WITH n, n.id AS id, n.id + 1 AS next, n.missing AS missing ORDER BY next DESC SKIP 1 LIMIT 1
      RETURN id, next, missing, n.id = id AS same
      """
    Then the result should be, in any order:
      | id | next | missing | same |
      | 2  | 3    | null    | true |
    When executing control query:
      """
      MATCH (n:N) WITH DISTINCT n.id % 2 AS odd, n ORDER BY odd, n.id LIMIT 2 RETURN DISTINCT odd
      """
    Then the result should be, in any order:
      | odd |
      | 0   |
      | 1   |
    When executing control query:
      """
      MATCH (n:N) WITH n, n.id AS id ORDER BY n.id LIMIT 2 SET n.id = 7 RETURN id, n.id AS now
      """
    Then the result should be, in order:
      | id | now |
      | 1  | 7   |
      | 2  | 7   |

  Scenario Outline: A pattern that goes on from another one
    Given having executed:
      """
      CREATE (a:P {x: 1}), (b:P {x: 2}), (t:T {v: 'one'}), (u:T {v: 'TWO'}), (w:T {v: 3}),
             (a)-[:L]->(t), (a)-[:L]->(u), (b)-[:L]->(t), (b)-[:L]->(t), (a)-[:K]->(b), (a)-[:K]->(a)
      """
    When executing query:
      """
      MATCH <query>
      """
    Then the result should be, in any order:
      | x   | n   |
      | <x> | <n> |
    When executing control query:
      """
      SET optimiser.join_matches = off
      """
    Then the result should be empty
    When executing control query:
      """
      MATCH <query>
      """
    Then the result should be, in any order:
      | x   | n   |
      | <x> | <n> |
    When executing control query:
      """
      SET optimiser.join_matches = on
      """
    Then the result should be empty

    Examples:
      | query                                                                                                                        | x | n |
      | (p:P)-[:K]->(q:P) WITH p, q MATCH (q)-[:L]->(t:T) WHERE toLower(t.v) = 'two' RETURN p.x AS x, count(*) AS n                   | 1 | 1 |
      | (p:P)-[:K]->(q:P) MATCH (p)-[:K]->(r:P) RETURN p.x AS x, count(*) AS n                                                        | 1 | 4 |
      | (p:P)-[:K]->(q:P) WITH p MATCH (p)-[:K]->(q:P) RETURN p.x AS x, count(*) AS n                                                 | 1 | 4 |
      | (p:P)-[k:K]->(q:P) WITH p, k, q MATCH (p)-[k]->(q) WHERE p.x = q.x RETURN p.x AS x, count(*) AS n                             | 1 | 1 |
      | (p:P)-[:L]->(t:T) WITH p, t MATCH (p)-[:L]->(t) WHERE p.x = 2 RETURN p.x AS x, count(*) AS n                                  | 2 | 4 |
      | (p:P)-[:L]->(t) WITH t MATCH (p:P) WHERE p.x = 2 AND t.v = 'TWO' MATCH (p)-[:L]->(s), (p)-[:L]->(z) RETURN p.x AS x, count(*) AS n | 2 | 2 |

  Scenario: A condition of the second pattern fails where it is asked of a match
    When executing query:
      """
      CREATE (a:P {x: 1})-[:L]->(:T {v: 'one'}), (:P {x: 2})-[:L]->(:T {v: 3})
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes         | 4 |
      | +relationships | 2 |
      | +labels        | 2 |
      | +properties    | 4 |
    When executing control query:
      """
      MATCH (p:P) WHERE p.x = 1 WITH p MATCH (p)-[:L]->(t:T) WHERE toLower(t.v) = 'one' RETURN t.v AS v
      """
    Then the result should be, in any order:
      | v     |
      | 'one' |
    When executing control query:
      """
      MATCH (p:P) WHERE p.x > 0 WITH p MATCH (p)-[:L]->(t:T) WHERE toLower(t.v) = 'one' RETURN t.v AS v
      """
    Then a TypeError should be raised at runtime: *
