Feature: WHERE inside a node or relationship of a pattern

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (ada:Person {name: 'Ada', age: 36}), (bob:Person {name: 'Bob', age: 20}),
             (cyd:Person {name: 'Cyd', age: 41}), (tom:Cat {name: 'Tom', age: 3}),
             (ada)-[:KNOWS {since: 1999}]->(bob), (ada)-[:KNOWS {since: 2005}]->(bob),
             (bob)-[:KNOWS {since: 2010}]->(cyd), (cyd)-[:KNOWS {since: 2020}]->(cyd),
             (cyd)-[:OWNS]->(tom)
      """

  Scenario: In a node
    When executing query:
      """
      MATCH (n:Person WHERE n.age > 30) RETURN n.name AS name
      """
    Then the result should be, in any order:
      | name  |
      | 'Ada' |
      | 'Cyd' |
    And no side effects

  Scenario: In a relationship and in both its ends, after properties
    When executing query:
      """
      MATCH (a {name: 'Ada'} WHERE a.age > 1)-[r:KNOWS WHERE r.since > 2000]->(b WHERE b.age < a.age)
      RETURN b.name AS name, r.since AS since
      """
    Then the result should be, in any order:
      | name  | since |
      | 'Bob' | 2005  |
    And no side effects

  Scenario: Without a variable, and with null
    When executing query:
      """
      MATCH (WHERE true)-[r WHERE r.since <> 2010]->(n WHERE n.missing IS NULL) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 3 |
    And no side effects

  Scenario: A predicate that is null keeps nothing
    When executing query:
      """
      MATCH (n WHERE n.missing > 1) RETURN n
      """
    Then the result should be empty
    And no side effects

  Scenario: A word such as where may still be a name
    When executing query:
      """
      MATCH (where:Cat) RETURN `where`.name AS name
      """
    Then the result should be, in any order:
      | name  |
      | 'Tom' |
    And no side effects

  Scenario: A self-loop and a pattern without direction
    When executing query:
      """
      MATCH (a WHERE a.name = 'Cyd')-[r:KNOWS WHERE r.since > 2000]-(b) RETURN b.name AS b, r.since AS r
      """
    Then the result should be, in any order:
      | b     | r    |
      | 'Bob' | 2010 |
      | 'Cyd' | 2020 |
    And no side effects

  Scenario: A predicate may read what was bound before, parameters and other parts of the pattern
    Given parameters are:
      | least | 30 |
    When executing query:
      """
      MATCH (c:Cat) WITH c MATCH (a WHERE a.age > $least)-[r]->(b WHERE b = c OR b.age < a.age)
      RETURN a.name AS a, b.name AS b, type(r) AS r
      """
    Then the result should be, in any order:
      | a     | b     | r       |
      | 'Ada' | 'Bob' | 'KNOWS' |
      | 'Ada' | 'Bob' | 'KNOWS' |
      | 'Cyd' | 'Tom' | 'OWNS'  |
    And no side effects

  Scenario: OPTIONAL MATCH keeps rows for which the predicate fails
    When executing query:
      """
      MATCH (a:Person) OPTIONAL MATCH (a)-[r:KNOWS WHERE r.since > 2015]->(b WHERE b.age > 40)
      RETURN a.name AS a, b.name AS b
      """
    Then the result should be, in any order:
      | a     | b     |
      | 'Ada' | null  |
      | 'Bob' | null  |
      | 'Cyd' | 'Cyd' |
    And no side effects

  Scenario: In predicates, subqueries and comprehensions
    When executing query:
      """
      MATCH (a:Person)
      WHERE (a)-[:KNOWS]->(:Person WHERE true) AND EXISTS { (a)-[r WHERE r.since < 2000]->() }
      RETURN a.name AS a, COUNT { (a)-[r WHERE r.since > 2000]->(b WHERE b.age < 30) } AS n,
             [(a)-[r WHERE r.since > 2000]->(b WHERE b.age < 30) WHERE r.since < 2100 | r.since] AS since
      """
    Then the result should be, in any order:
      | a     | n | since  |
      | 'Ada' | 1 | [2005] |
    And no side effects

  Scenario: A predicate may hold a subquery
    When executing query:
      """
      MATCH (a WHERE EXISTS { (a)-[:OWNS]->(c WHERE c:Cat) } AND COUNT { (a)--() } > 2) RETURN a.name AS a
      """
    Then the result should be, in any order:
      | a     |
      | 'Cyd' |
    And no side effects

  Scenario: On a relationship that is an end
    Given having executed:
      """
      MATCH (t:Cat), ()-[r:KNOWS]->() CREATE (t)-[:ASSERTS {n: r.since}]->[r]
      """
    When executing query:
      """
      MATCH (who)-[c WHERE c.n > 2000]->[r:KNOWS WHERE r.since < 2015] RETURN r.since AS since
      """
    Then the result should be, in any order:
      | since |
      | 2005  |
      | 2010  |
    And no side effects

  Scenario Outline: Where it cannot stand
    When executing query:
      """
      <query>
      """
    Then a SyntaxError should be raised at compile time: <error>

    Examples:
      | query                                            | error                      |
      | CREATE (n WHERE n.x = 1)                         | UnexpectedSyntax           |
      | MERGE (n:A WHERE n.x = 1)                        | UnexpectedSyntax           |
      | CREATE ()-[r:T WHERE r.x = 1]->()                | UnexpectedSyntax           |
      | MATCH ()-[r*1..2 WHERE r.x = 1]->() RETURN r     | InvalidRelationshipPattern |
      | MATCH (n WHERE m.x = 1) RETURN n                 | UndefinedVariable          |
      | MATCH (n WHERE 1) RETURN n                       | InvalidArgumentType        |
      | MATCH (n WHERE count(n) > 1) RETURN n            | InvalidAggregation         |
      | MATCH (n WHERE n.x = 1 {y: 2}) RETURN n          | UnexpectedSyntax           |
      | MATCH (n WHERE) RETURN n                         | UnexpectedSyntax           |
