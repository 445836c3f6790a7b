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

  Scenario Outline: Matches are counted for each type of a relationship
    Given having executed:
      """
      MATCH (a {name: 'a'}), (b {name: 'b'}), (c {name: 'c'})
      CREATE (a)-[:S]->(c), (c)-[:S]->(c), (c)-[s:S]->(b), (a)-[:DENIES]->[s]
      """
    When executing query:
      """
      MATCH <pattern> RETURN <columns>, count(*) AS n
      """
    Then the result should be, in any order:
      | k     | n    |
      | <one> | <n1> |
      | <two> | <n2> |
    And no side effects

    Examples:
      | pattern                 | columns               | one | n1 | two | n2 |
      | ()-[r]->()              | type(r) AS k          | 'R' | 5  | 'S' | 3  |
      | ()-[r]-()               | type(r) AS k          | 'R' | 9  | 'S' | 5  |
      | ()-[r:S\|R]->(x)        | type(r) AS k          | 'R' | 5  | 'S' | 3  |
      | (:N)-[r]->()            | type(r) AS k          | 'R' | 5  | 'S' | 1  |
      | ()-[r]->(x:M)           | type(r) AS k          | 'R' | 1  | 'S' | 2  |
      | ()-[r]->()-[q]->()      | type(q) AS k          | 'R' | 11 | 'S' | 7  |
      | (x {name: 'a'})-[r]->() | [x.name, type(r)] AS k | ['a', 'R'] | 3 | ['a', 'S'] | 1 |
      | (x)-[r]->() WHERE x.v IS NULL OR x.v < 2 | type(r) AS k | 'R' | 3 | 'S' | 3 |

  Scenario: The types of relationships, each once, and with nodes
    Given having executed:
      """
      MATCH (a {name: 'a'}), (c {name: 'c'}) CREATE (a)-[:S]->(c)
      """
    When executing query:
      """
      MATCH ()-[r]->() RETURN DISTINCT type(r) AS k
      """
    Then the result should be, in any order:
      | k   |
      | 'R' |
      | 'S' |
    And no side effects
    When executing control query:
      """
      MATCH (x)-[r]->(y) RETURN x.name AS x, type(r) AS k, count(y) AS n, count(DISTINCT x) AS one
      """
    Then the result should be, in any order:
      | x   | k   | n | one |
      | 'a' | 'R' | 3 | 1   |
      | 'a' | 'S' | 1 | 1   |
      | 'b' | 'R' | 2 | 1   |
    When executing control query:
      """
      MATCH (x)-[r]->() RETURN x:M AS m, type(r) AS k, count(*) AS n, max(x.name) AS last
      """
    Then the result should be, in any order:
      | m     | k   | n | last |
      | false | 'R' | 5 | 'b'  |
      | false | 'S' | 1 | 'a'  |
    When executing control query:
      """
      MATCH (x)-[r]->(y) WHERE x.v > 0 RETURN type(r) AS k, y.v IS NULL AS open, count(x.v) AS n
      """
    Then the result should be, in any order:
      | k   | open  | n |
      | 'R' | false | 4 |
      | 'R' | true  | 1 |
      | 'S' | true  | 1 |
    When executing control query:
      """
      MATCH (:M)-[r]->() RETURN type(r) AS k, count(*) AS n
      """
    Then the result should be, in any order:
      | k | n |

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

  Scenario Outline: Distinct ends of given nodes, counted together or one by one
    Given having executed:
      """
      SET optimiser.path_count = <rule>
      """
    When executing query:
      """
      MATCH (x {name: 'a'}) MATCH (x)-[:R]->()-[:R]->(z) RETURN count(DISTINCT z) AS n
      """
    Then the result should be, in any order:
      | n |
      | 3 |
    And no side effects
    When executing control query:
      """
      MATCH (x {name: 'b'}) MATCH (x)-[:R]->()-[:R]->(z)
      RETURN count(DISTINCT z) AS n, min(z.name) AS low, max(z.name) AS high
      """
    Then the result should be, in any order:
      | n | low | high |
      | 2 | 'a' | 'b'  |
    And no side effects
    When executing control query:
      """
      UNWIND ['b', 'c', 'b', 'a'] AS name
      MATCH (x {name: name}) WITH x MATCH (x)-[:R]->(y:N)-[:R]->(z)
      WHERE y.v > 1 RETURN DISTINCT z.name AS name
      """
    Then the result should be, in any order:
      | name |
      | 'a'  |
      | 'c'  |
    And no side effects
    When executing control query:
      """
      MATCH (x {name: 'c'}) MATCH (x)<-[:R]-(y)<-[:R]-(z:N) RETURN count(DISTINCT z) AS n, count(DISTINCT z.v) AS v
      """
    Then the result should be, in any order:
      | n | v |
      | 1 | 1 |
    And no side effects
    When executing control query:
      """
      MATCH (x:N) CALL (x) { MATCH (x)-[:R]->()<-[:R]-(z) RETURN count(DISTINCT z) AS n } RETURN x.name AS x, n
      """
    Then the result should be, in any order:
      | x   | n |
      | 'a' | 2 |
      | 'b' | 1 |
    And no side effects
    When executing control query:
      """
      MATCH (x {name: 'c'}) OPTIONAL MATCH (x)-[:R]->()-[:R]->(z) RETURN count(DISTINCT z) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

    Examples:
      | rule |
      | on   |
      | off  |

  Scenario Outline: A relationship to itself is no way back to where a chain begins
    Given having executed:
      """
      CREATE (a:L {id: 1})-[:R]->(a), (b:L {id: 2})-[:R]->(b), (b)-[:R]->(b), (c:L {id: 3})-[:R]->(b),
             (a)-[:S]->(a)
      """
    And having executed:
      """
      SET optimiser.path_count = <rule>
      """
    When executing query:
      """
      UNWIND [1, 2, 3] AS id
      CALL (id) { MATCH (x {id: id}) WITH x MATCH (x)-[:R]->()-[:R]->(z) RETURN count(DISTINCT z) AS n }
      RETURN id, n
      """
    Then the result should be, in any order:
      | id | n |
      | 1  | 0 |
      | 2  | 1 |
      | 3  | 1 |
    And no side effects
    When executing control query:
      """
      MATCH (x {id: 1}) MATCH (x)-[:R|S]->()-[:S]->(z) RETURN count(DISTINCT z) AS n
      """
    Then the result should be, in any order:
      | n |
      | 1 |
    And no side effects

    Examples:
      | rule |
      | on   |
      | off  |

  Scenario Outline: Many distinct ends
    Given having executed:
      """
      CREATE (a:A), (z:Z) WITH a, z UNWIND range(1, 2500) AS i
      CREATE (a)-[:R]->(b:B {i: i})-[:R]->(:C {i: i % 2000}), (b)-[:R]->(z)
      """
    And having executed:
      """
      SET optimiser.path_count = <rule>
      """
    When executing query:
      """
      MATCH (a:A) WITH a MATCH (a)-[:R]->(b)-[:R]->(c) RETURN count(DISTINCT c) AS n, count(DISTINCT c.i) AS values
      """
    Then the result should be, in any order:
      | n    | values |
      | 2501 | 2000   |
    And no side effects
    When executing control query:
      """
      MATCH (a:A) WITH a MATCH (a)-[:R]->(b)-[:R]->(c:Z)<-[:R]-(d) WHERE b.i < 3 RETURN count(DISTINCT d) AS n
      """
    Then the result should be, in any order:
      | n    |
      | 2500 |
    And no side effects

    Examples:
      | rule |
      | on   |
      | off  |

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
      |               | ()-[:T]->()               | 2011  |
      |               | ()-[]->()                 | 2016  |
      |               | ()-[:T\|DENIES]-()        | 4021  |
      | UNDISPUTED    | ()-[:T]->()               | 2007  |
      | UNDISPUTED    | ()-->()                   | 2012  |
      | AS KNOWN AT 3 | ()-->()                   | 2005  |
      | AS KNOWN AT 2 | ()-->()                   | 5     |
      | UNDISPUTED    | ()-[:T]->()-[:T]->()      | 20160 |
      | UNDISPUTED    | ()-[:T]-()-[:T]-()        | 77098 |
      | AS KNOWN AT 3 | ()-[:T]->()-[:T]->()      | 20000 |
      | AS KNOWN AT 4 | (:P)-[:T]->(:P)           | 2021  |
