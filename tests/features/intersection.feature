Feature: Patterns that close a cycle

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:N {id: 1}), (b:N {id: 2}), (c:M {id: 3}),
             (a)-[:R]->(b), (a)-[:R]->(b), (b)-[:R]->(c), (a)-[:R]->(c), (a)-[:R]->(a), (c)-[:S]->(a)
      """

  Scenario Outline: Matches of a cycle are counted, each relationship once
    When executing query:
      """
      MATCH <pattern> RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n   |
      | <n> |
    And no side effects

    Examples:
      | pattern                                                      | n  |
      | (x)-->(y)-->(z), (x)-->(z)                                   | 5  |
      | (x)-[:R]->(y)-[:R]->(z), (x)-[:R]->(z)                       | 4  |
      | (x)-[:R\|S]->(y)-[:R\|S]->(z), (x)-[:R\|S]->(z)              | 5  |
      | (x)-->(y)-->(z)-->(x)                                        | 9  |
      | (x)-->(y)-->(z)-->(x) WHERE x.id < y.id AND x.id < z.id      | 2  |
      | (x)-->(y)-->(z:M)-->(x)                                      | 3  |
      | (x)-->(y)-->(z:M)-->(x) WHERE x.id < y.id                    | 2  |
      | (x)-->(y)-->(z:L)-->(x)                                      | 0  |
      | (x)-[:R]->(y)-[:T]->(z), (x)-[:R]->(z)                       | 0  |
      | (x)-->(y), (x)-->(y)                                         | 2  |
      | (x)-->(y), (x)-->(y), (x)-->(y)                              | 0  |
      | (x)--(y)--(z)--(x) WHERE x.id < y.id AND y.id < z.id         | 4  |
      | (w)-->(x)-->(y), (w)-->(y), (w)-->(z), (x)-->(z), (y)-->(z)  | 0  |

  Scenario Outline: Cycles with loops, parallel relationships, several types and a long list
    Given having executed:
      """
      MATCH (n) DETACH DELETE n
      """
    And having executed:
      """
      UNWIND range(0, 11) AS i CREATE (:N {i: i})
      """
    And having executed:
      """
      MATCH (a:N), (b:N) WHERE (a.i * 5 + b.i * 3) % 4 = 0 CREATE (a)-[:R]->(b)
      """
    And having executed:
      """
      MATCH (a:N), (b:N) WHERE (a.i * 7 + b.i) % 6 = 0 CREATE (a)-[:R]->(b)
      """
    And having executed:
      """
      MATCH (a:N), (b:N) WHERE (a.i + b.i * 2) % 7 = 1 CREATE (a)-[:S]->(b)
      """
    And having executed:
      """
      MATCH (a:N {i: 0}), (b:N {i: 3})
      CREATE (a)<-[:R]-(s:N {i: 12})-[:R]->(h:N {i: 13})-[:R]->(b), (h)-[:R]->(h)
      WITH s, h UNWIND range(1, 300) AS i CREATE (h)-[:R]->(l:L {i: i})
      WITH s, h, l WHERE l.i % 100 = 1 CREATE (s)-[:R]->(l)
      WITH h, l WHERE l.i = 101 CREATE (h)-[:R]->(l)
      """
    And having executed:
      """
      SET optimiser.intersection_count = <rule>
      """
    When executing query:
      """
      MATCH <pattern> RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n   |
      | <n> |
    And no side effects

    Examples:
      | pattern                                                          | n   | rule |
      | (x)-[:R]->(y)-[:R]->(z), (x)-[:R]->(z)                           | 158 | on   |
      | (x)-[:R]->(y)-[:R]->(z)-[:R]->(x)                                | 264 | on   |
      | (x)-[:R]->(y)<-[:R]-(z), (x)-[:R]->(z)                           | 158 | on   |
      | (x)<-[:R]-(y)-[:R]->(z), (x)-[:R]->(z)                           | 158 | on   |
      | (x)-[:R\|S]->(y)-[:R\|S]->(z), (x)-[:R\|S]->(z)                  | 298 | on   |
      | (x)-[:R\|S]->(y)-[:R]->(z), (x)-[:S]->(z)                        | 45  | on   |
      | (x)-[:R]->(y)-[:R\|S]->(z), (x)-[:R\|S]->(z)                     | 244 | on   |
      | (x)-[:R]->(y)-[:R]-(z), (x)-[:R]->(z)                            | 300 | on   |
      | (x)-[:R]-(y)-[:R]-(z), (x)-[:R]-(z)                              | 942 | on   |
      | (x)-[:R]->(y) MATCH (y)-[:R]->(z), (x)-[:R]->(z)                 | 235 | on   |
      | (x)-[:R]->(y), (x)-[:S]->(y), (y)-[:R\|S]->(z), (x)-[:R\|S]->(z) | 36  | on   |
      | (x)-[:R]->(y), (y)-[:R]->(x), (x)-[:R]->(z), (y)-[:R]->(z)       | 128 | on   |
      | (x:N)-->(y)-->(z:N), (x)-->(z)                                   | 292 | on   |
      | (x)-[:R]->(y)-[:R]->(z:L), (x)-[:R]->(z)                         | 6   | on   |
      | (x)-[:R\|S]->(y)-[:R\|S]->(z), (x)-[:R\|S]->(z)                  | 298 | off  |

  Scenario: The rows of a cycle
    When executing query:
      """
      MATCH (x)-[p]->(y)-->(z), (x)-[s]->(z) RETURN x.id AS x, y.id AS y, z.id AS z, p = s AS same
      """
    Then the result should be, in any order:
      | x | y | z | same  |
      | 1 | 1 | 2 | false |
      | 1 | 1 | 2 | false |
      | 1 | 3 | 1 | false |
      | 1 | 2 | 3 | false |
      | 1 | 2 | 3 | false |
    And no side effects

  Scenario: Numbers of matches by what stands outside, and conditions on what is found
    When executing query:
      """
      MATCH (x)-->(y)-->(z), (x)-->(z) RETURN y.id AS y, count(*) AS n, count(z) AS z, max(x.id) AS x ORDER BY y
      """
    Then the result should be, in order:
      | y | n | z | x |
      | 1 | 2 | 2 | 1 |
      | 2 | 2 | 2 | 1 |
      | 3 | 1 | 1 | 1 |
    And no side effects
    When executing control query:
      """
      MATCH (x)-->(y)-->(z), (x)-->(z) WHERE z.id > 1 AND z:N RETURN count(*) AS n, count(DISTINCT z) AS d
      """
    Then the result should be, in any order:
      | n | d |
      | 2 | 1 |
    And no side effects
    When executing control query:
      """
      MATCH (x)-->(y)-->(z), (x)-->(z) WHERE z.none IS NULL AND z.id <> 3 RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 3 |
    And no side effects

  Scenario: Two clauses may meet the same relationship
    When executing query:
      """
      MATCH (x)-[:R]->(y) MATCH (x)-->(z) MATCH (y)-->(z) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 9 |
    And no side effects

  Scenario: In subqueries, behind OPTIONAL, and of no rows
    When executing query:
      """
      MATCH (x) RETURN x.id AS x, COUNT { (x)-->(y)-->(z)-->(x) } AS n ORDER BY x
      """
    Then the result should be, in order:
      | x | n |
      | 1 | 4 |
      | 2 | 2 |
      | 3 | 3 |
    And no side effects
    When executing control query:
      """
      MATCH (x) OPTIONAL MATCH (x)-->(y)-->(z:M), (x)-->(z) RETURN x.id AS x, count(z) AS n ORDER BY x
      """
    Then the result should be, in order:
      | x | n |
      | 1 | 2 |
      | 2 | 0 |
      | 3 | 0 |
    And no side effects
    When executing control query:
      """
      OPTIONAL MATCH (q:Q) MATCH (q)-->(z)<--(x) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

  Scenario: Changes that are not merged yet are met
    Given having executed:
      """
      MATCH (a {id: 1})-[r:R]->(c {id: 3}) DELETE r
      """
    And having executed:
      """
      MATCH (b {id: 2}), (a {id: 1}) CREATE (b)-[:R]->(a), (b)-[:R]->(b)
      """
    When executing query:
      """
      MATCH (x)-->(y)-->(z), (x)-->(z) RETURN x.id AS x, y.id AS y, z.id AS z, count(*) AS n ORDER BY x, y, z
      """
    Then the result should be, in order:
      | x | y | z | n |
      | 1 | 1 | 2 | 2 |
      | 1 | 2 | 1 | 2 |
      | 1 | 2 | 2 | 2 |
      | 2 | 1 | 2 | 2 |
      | 2 | 3 | 1 | 1 |
    And no side effects

  Scenario: Statements about statements
    Given having executed:
      """
      MATCH (a {id: 1})-[r:R]->(c {id: 3}), (b {id: 2})
      CREATE (a)-[:SAYS]->[r], (b)-[:SAYS]->[r], (a)-[:KNOWS]->(b)
      """
    When executing query:
      """
      MATCH (x)-[:KNOWS]->(y), (x)-[:SAYS]->[r], (y)-[:SAYS]->[r] RETURN x.id AS x, y.id AS y, type(r) AS t
      """
    Then the result should be, in any order:
      | x | y | t   |
      | 1 | 2 | 'R' |
    And no side effects

  Scenario: A view hides relationships of a cycle
    Given having executed:
      """
      MATCH (a {id: 1})-[r:R]->(c {id: 3}) CREATE (p:Person {name: 'P'})-[:DENIES]->[r]
      """
    When executing query:
      """
      ACCORDING TO (:Person {name: 'P'}) MATCH (x)-[:R]->(y)-[:R]->(z), (x)-[:R]->(z) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 2 |
    And no side effects
