Feature: Corners of SET, MERGE, DISTINCT and ORDER BY

  Scenario: SET n = m takes the properties of m and no others
    Given an empty graph
    And having executed:
      """
      CREATE (:A {a: 1, b: 2}), (:B {b: 3, c: 4})
      """
    When executing query:
      """
      MATCH (n:A), (m:B) SET n = m RETURN n.a AS a, n.b AS b, n.c AS c, labels(n) AS l
      """
    Then the result should be, in any order:
      | a    | b | c | l     |
      | null | 3 | 4 | ['A'] |
    And the side effects should be:
      | +properties | 2 |
      | -properties | 2 |

  Scenario: SET n = r takes those of a relationship, and += adds to a claim
    Given an empty graph
    And having executed:
      """
      CREATE (n:A {a: 1})-[r:T {z: 9}]->(), (n)-[:OF {y: 1}]->[r]
      """
    When executing query:
      """
      MATCH (n:A)-[r:T]->(), ()-[c:OF]->[r] SET c += r, n = c RETURN n.a AS a, n.z AS z, n.y AS y
      """
    Then the result should be, in any order:
      | a    | z | y |
      | null | 9 | 1 |
    And the side effects should be:
      | +properties | 3 |
      | -properties | 1 |

  Scenario: A null in a map removes with += as with =
    Given an empty graph
    When executing query:
      """
      CREATE (n:A {a: 1, b: 1}), (m:A {a: 1, b: 1}) SET n += {a: null, c: 2}, m = {a: null, c: 2} RETURN n.a, n.b, n.c, m.a, m.b, m.c
      """
    Then the result should be, in any order:
      | n.a  | n.b | n.c | m.a  | m.b  | m.c |
      | null | 1   | 2   | null | null | 2   |
    And the side effects should be:
      | +nodes      | 2 |
      | +labels     | 1 |
      | +properties | 3 |

  Scenario: SET on null changes nothing
    Given an empty graph
    When executing query:
      """
      OPTIONAL MATCH (n:A) SET n = {a: 1}, n += {b: 2}, n.c = 3, n:B RETURN n
      """
    Then the result should be, in any order:
      | n    |
      | null |
    And no side effects

  Scenario: SET n = something that holds no properties
    Given an empty graph
    And having executed:
      """
      CREATE ()
      """
    When executing query:
      """
      MATCH (n) SET n = 1
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A failing row leaves nothing behind
    Given an empty graph
    When executing query:
      """
      UNWIND [1, null] AS x MERGE (n:A {x: x})
      """
    Then a SemanticError should be raised at runtime: MergeReadOwnWrites

  Scenario: MERGE of a claim with null
    Given an empty graph
    And having executed:
      """
      CREATE ()-[:S]->()
      """
    When executing query:
      """
      MATCH (a)-[r:S]->() MERGE (a)-[:T {x: null}]->[r]
      """
    Then a SemanticError should be raised at runtime: MergeReadOwnWrites

  Scenario: ON CREATE may set null
    Given an empty graph
    When executing query:
      """
      MERGE (n:A {x: 1}) ON CREATE SET n.y = null RETURN n.y AS y
      """
    Then the result should be, in any order:
      | y    |
      | null |
    And the side effects should be:
      | +nodes      | 1 |
      | +labels     | 1 |
      | +properties | 1 |

  Scenario: NaN is one value to DISTINCT
    Given an empty graph
    When executing query:
      """
      UNWIND [0.0 / 0.0, 0.0 / 0.0, 1, 1.0, null, null] AS x RETURN count(DISTINCT x) AS n
      """
    Then the result should be, in any order:
      | n |
      | 2 |
    And no side effects

  Scenario: DISTINCT rows may be ordered by what they are made of
    Given an empty graph
    When executing query:
      """
      UNWIND [2, 1, 2] AS x RETURN DISTINCT x AS y ORDER BY x
      """
    Then the result should be, in order:
      | y |
      | 1 |
      | 2 |
    And no side effects

  Scenario: Behind DISTINCT other variables are gone
    Given an empty graph
    When executing query:
      """
      UNWIND [{a: 1, b: 2}] AS m RETURN DISTINCT m.a AS a ORDER BY m.b
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: Order of all types
    Given an empty graph
    When executing query:
      """
      UNWIND ['b', 1, null, true, [1], {a: 1}, 2.5] AS x RETURN x ORDER BY x
      """
    Then the result should be, in order:
      | x      |
      | {a: 1} |
      | [1]    |
      | 'b'    |
      | true   |
      | 1      |
      | 2.5    |
      | null   |
    And no side effects

  Scenario: Aggregates of nothing with keys and without
    Given an empty graph
    When executing query:
      """
      MATCH (n) RETURN count(n) AS c, sum(n.x) AS s, avg(n.x) AS a, collect(n) AS l UNION ALL MATCH (n) WITH n.x AS x, count(n) AS c RETURN c, x AS s, x AS a, [] AS l
      """
    Then the result should be, in any order:
      | c | s | a    | l  |
      | 0 | 0 | null | [] |
    And no side effects

  Scenario: An order before collecting is kept
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 3, 2] AS x WITH x ORDER BY x DESC LIMIT 2 RETURN collect(x) AS l
      """
    Then the result should be, in any order:
      | l      |
      | [3, 2] |
    And no side effects
