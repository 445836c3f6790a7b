Feature: MATCH

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:Person {name: 'Ana', age: 41})-[:KNOWS {since: 2001}]->(b:Person {name: 'Bo', age: 29}),
             (b)-[:KNOWS {since: 2010}]->(c:Person:Editor {name: 'Cy'}),
             (a)-[:WROTE]->(d:Article {title: 'Truce'}),
             (c)-[:EDITED]->(d)
      """

  Scenario: All nodes with a label
    When executing query:
      """
      MATCH (p:Person) RETURN p.name AS name
      """
    Then the result should be, in any order:
      | name  |
      | 'Ana' |
      | 'Bo'  |
      | 'Cy'  |
    And no side effects

  Scenario: Several labels must all be there
    When executing query:
      """
      MATCH (p:Person:Editor) RETURN p
      """
    Then the result should be, in any order:
      | p                            |
      | (:Editor:Person {name: 'Cy'}) |
    And no side effects

  Scenario: A label that no node has finds nothing
    When executing query:
      """
      MATCH (p:Unicorn) RETURN p
      """
    Then the result should be empty
    And no side effects

  Scenario: Properties in the pattern must be equal
    When executing query:
      """
      MATCH (p {name: 'Ana'})-[k:KNOWS {since: 2001}]->(q) RETURN q.name AS q
      """
    Then the result should be, in any order:
      | q    |
      | 'Bo' |
    And no side effects

  Scenario: A null in the pattern equals nothing
    When executing query:
      """
      MATCH (p:Person {age: null}) RETURN p
      """
    Then the result should be empty
    And no side effects

  Scenario: An arrow to the left
    When executing query:
      """
      MATCH (d:Article)<-[:WROTE]-(p) RETURN p.name AS p
      """
    Then the result should be, in any order:
      | p     |
      | 'Ana' |
    And no side effects

  Scenario: No arrow finds both directions
    When executing query:
      """
      MATCH (:Person {name: 'Bo'})-[:KNOWS]-(p) RETURN p.name AS p
      """
    Then the result should be, in any order:
      | p     |
      | 'Ana' |
      | 'Cy'  |
    And no side effects

  Scenario: A loop is found once in a pattern without a direction
    Given having executed:
      """
      CREATE (n:Loop)-[:T]->(n)
      """
    When executing query:
      """
      MATCH (n:Loop)-[r:T]-(m) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 1 |
    And no side effects

  Scenario: Alternatives of types
    When executing query:
      """
      MATCH (p)-[r:WROTE|EDITED]->(d) RETURN p.name AS p, type(r) AS r
      """
    Then the result should be, in any order:
      | p     | r        |
      | 'Ana' | 'WROTE'  |
      | 'Cy'  | 'EDITED' |
    And no side effects

  Scenario: One relationship is not used twice in a pattern
    When executing query:
      """
      MATCH (x)-[:KNOWS]-(y)-[:KNOWS]-(z) RETURN x.name AS x, z.name AS z
      """
    Then the result should be, in any order:
      | x     | z     |
      | 'Ana' | 'Cy'  |
      | 'Cy'  | 'Ana' |
    And no side effects

  Scenario: A triangle closes at a node that is already bound
    Given having executed:
      """
      MATCH (a {name: 'Ana'}), (c {name: 'Cy'}) CREATE (c)-[:KNOWS]->(a)
      """
    When executing query:
      """
      MATCH (x)-[:KNOWS]->(y)-[:KNOWS]->(z)-[:KNOWS]->(x) RETURN x.name AS x ORDER BY x
      """
    Then the result should be, in order:
      | x     |
      | 'Ana' |
      | 'Bo'  |
      | 'Cy'  |
    And no side effects

  Scenario: Patterns without a common variable multiply
    When executing query:
      """
      MATCH (p:Person), (d:Article) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 3 |
    And no side effects

  Scenario: A path keeps its direction
    When executing query:
      """
      MATCH p = (:Article)<-[:WROTE]-(:Person)-[:KNOWS]->() RETURN p
      """
    Then the result should be, in any order:
      | p |
      | <(:Article {title: 'Truce'})<-[:WROTE]-(:Person {name: 'Ana', age: 41})-[:KNOWS {since: 2001}]->(:Person {name: 'Bo', age: 29})> |
    And no side effects

  Scenario: OPTIONAL MATCH keeps rows that find nothing
    When executing query:
      """
      MATCH (p:Person)
      OPTIONAL MATCH (p)-[:WROTE]->(d)
      RETURN p.name AS p, d.title AS d
      """
    Then the result should be, in any order:
      | p     | d       |
      | 'Ana' | 'Truce' |
      | 'Bo'  | null    |
      | 'Cy'  | null    |
    And no side effects

  Scenario: WHERE of an OPTIONAL MATCH belongs to it
    When executing query:
      """
      MATCH (p:Person)
      OPTIONAL MATCH (p)-[k:KNOWS]->(q) WHERE q.age > 20
      RETURN p.name AS p, q.name AS q
      """
    Then the result should be, in any order:
      | p     | q    |
      | 'Ana' | 'Bo' |
      | 'Bo'  | null |
      | 'Cy'  | null |
    And no side effects

  Scenario: OPTIONAL MATCH on an empty start gives one row of nulls
    When executing query:
      """
      OPTIONAL MATCH (u:Unicorn) RETURN u
      """
    Then the result should be, in any order:
      | u    |
      | null |
    And no side effects

  Scenario Outline: Variable length <length>
    When executing query:
      """
      MATCH (:Person {name: 'Ana'})-[:KNOWS<length>]->(p) RETURN p.name AS p
      """
    Then the result should be (ignoring element order for lists):
      | p   |
      | <p> |
    And no side effects

    Examples:
      | length | p    |
      | *1     | 'Bo' |
      | *2     | 'Cy' |
      | *2..5  | 'Cy' |
      | *..1   | 'Bo' |

  Scenario: Variable length may be nothing at all
    When executing query:
      """
      MATCH (:Person {name: 'Ana'})-[:KNOWS*0..]->(p) RETURN p.name AS p
      """
    Then the result should be, in any order:
      | p     |
      | 'Ana' |
      | 'Bo'  |
      | 'Cy'  |
    And no side effects

  Scenario: Variable length binds the list of relationships
    When executing query:
      """
      MATCH (:Person {name: 'Ana'})-[r:KNOWS*2]->() RETURN [k IN r | k.since] AS since
      """
    Then the result should be, in any order:
      | since        |
      | [2001, 2010] |
    And no side effects

  Scenario: Variable length ends on a cycle
    Given having executed:
      """
      CREATE (a:C {i: 1})-[:N]->(b:C {i: 2})-[:N]->(a)
      """
    When executing query:
      """
      MATCH (:C {i: 1})-[:N*]->(x) RETURN x.i AS i
      """
    Then the result should be, in any order:
      | i |
      | 2 |
      | 1 |
    And no side effects

  Scenario Outline: Hints for a planner make no difference
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {born: 1970})-[:KNOWS {since: 1}]->(:Person {born: 1980})
      """
    When executing query:
      """
      MATCH (a:Person)-[r:KNOWS]->(b) <hints> WHERE a.born = 1970 RETURN b.born AS born
      """
    Then the result should be, in any order:
      | born |
      | 1980 |
    And no side effects

    Examples:
      | hints                                                     |
      | USING INDEX a:Person(born)                                |
      | USING RANGE INDEX SEEK a:Person(born, name) USING SCAN b:Person |
      | USING TEXT INDEX r:KNOWS(since)                           |
      | using join on a, b                                        |

  Scenario: Fail to give a hint for what is not there
    Given an empty graph
    When executing query:
      """
      MATCH (a:Person) USING INDEX b:Person(born) RETURN a
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: Fail to give a hint that is none
    Given an empty graph
    When executing query:
      """
      MATCH (a:Person) USING LUCK RETURN a
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: A version of the language before a statement
    Given an empty graph
    When executing query:
      """
      CYPHER 5 runtime=parallel UNWIND [1, 2] AS x RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 2 |
    And no side effects

  Scenario Outline: Fail to administrate
    Given an empty graph
    When executing query:
      """
      <query>
      """
    Then a SyntaxError should be raised at compile time: UnsupportedStatement

    Examples:
      | query                                       |
      | USE neo4j MATCH (n) RETURN n                |
      | CREATE DATABASE other                       |
      | CREATE OR REPLACE USER anna SET PASSWORD 'x' |
      | GRANT TRAVERSE ON GRAPH * TO reader         |
      | USING PERIODIC COMMIT LOAD CSV FROM 'x' AS r CREATE (n) |
      | BEGIN                                       |
      | CYPHER 4.4 MATCH (n) RETURN n               |
