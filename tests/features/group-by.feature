Feature: GROUP BY

  Scenario: A column is grouped by
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P) RETURN p.city AS city, count(*) AS n GROUP BY city
      """
    Then the result should be, in any order:
      | city | n |
      | 'x'  | 2 |
      | 'y'  | 1 |
    And no side effects

  Scenario: A variable is grouped by that is a column
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P)-[r]->() RETURN p, sum(r.w) AS w GROUP BY p
      """
    Then the result should be, in any order:
      | p                           | w |
      | (:P {name: 'a', city: 'x'}) | 3 |
      | (:P {name: 'b', city: 'x'}) | 3 |
    And no side effects

  Scenario: A variable is grouped by that is no column
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P)-[r]->() RETURN count(*) AS n GROUP BY p
      """
    Then the result should be, in any order:
      | n |
      | 2 |
      | 1 |
    And no side effects

  Scenario: A column reads what is grouped by
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P)-[r]->() RETURN p.name AS name, toUpper(p.city) + count(*) AS city GROUP BY p
      """
    Then the result should be, in any order:
      | name | city |
      | 'a'  | 'X2' |
      | 'b'  | 'X1' |
    And no side effects

  Scenario: Two keys, named twice
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P)-[r]->(q) RETURN p.city AS from, q.city AS to, count(*) AS n GROUP BY from, to, from
      """
    Then the result should be, in any order:
      | from | to  | n |
      | 'x'  | 'x' | 1 |
      | 'x'  | 'y' | 2 |
    And no side effects

  Scenario: Without an aggregate each group gives one row
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P)-[r]->() RETURN p.name AS name GROUP BY p
      """
    Then the result should be, in any order:
      | name |
      | 'a'  |
      | 'b'  |
    And no side effects

  Scenario: GROUP BY () makes one group
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P) RETURN count(*) AS n, 'all' AS what GROUP BY ()
      """
    Then the result should be, in any order:
      | n | what  |
      | 3 | 'all' |
    And no side effects

  Scenario: GROUP BY () makes one group of no rows
    Given an empty graph
    When executing query:
      """
      MATCH (p:P) RETURN count(*) AS n, 'all' AS what GROUP BY ()
      """
    Then the result should be, in any order:
      | n | what  |
      | 0 | 'all' |
    And no side effects

  Scenario: No rows make no group of a key
    Given an empty graph
    When executing query:
      """
      MATCH (p:P) RETURN p.city AS city, count(*) AS n GROUP BY city
      """
    Then the result should be empty
    And no side effects

  Scenario: Null is a group
    Given an empty graph
    When executing query:
      """
      UNWIND [1, null, null] AS x RETURN x, count(*) AS n GROUP BY x
      """
    Then the result should be, in any order:
      | x    | n |
      | 1    | 1 |
      | null | 2 |
    And no side effects

  Scenario: A column that is named as a variable before it goes first
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 3] AS x RETURN x % 2 AS x, count(*) AS n GROUP BY x
      """
    Then the result should be, in any order:
      | x | n |
      | 1 | 2 |
      | 0 | 1 |
    And no side effects

  Scenario: With DISTINCT, ORDER BY and LIMIT
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P)-[r]->() RETURN DISTINCT p.city AS city, count(*) AS n GROUP BY p ORDER BY n DESC LIMIT 1
      """
    Then the result should be, in order:
      | city | n |
      | 'x'  | 2 |
    And no side effects

  Scenario: Behind WITH, with WHERE
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P)-[r]->() WITH p, count(*) AS n GROUP BY p WHERE n > 1 RETURN p.name AS name, n
      """
    Then the result should be, in any order:
      | name | n |
      | 'a'  | 2 |
    And no side effects

  Scenario: In a subquery, for each row
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P) CALL (p) { MATCH (p)-[r]->(q) RETURN q.city AS city, count(*) AS n GROUP BY city } RETURN p.name AS name, city, n
      """
    Then the result should be, in any order:
      | name | city | n |
      | 'a'  | 'x'  | 1 |
      | 'a'  | 'y'  | 1 |
      | 'b'  | 'y'  | 1 |
    And no side effects

  Scenario: A subquery expression reads what is grouped by
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P)-[r]->() RETURN p.name AS name, COUNT { (p)-->() } + count(*) AS n GROUP BY p
      """
    Then the result should be, in any order:
      | name | n |
      | 'a'  | 4 |
      | 'b'  | 2 |
    And no side effects

  Scenario: All columns of the rows
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 1, 2] AS x RETURN *, count(*) AS n GROUP BY x
      """
    Then the result should be, in any order:
      | x | n |
      | 1 | 2 |
      | 2 | 1 |
    And no side effects

  Scenario: group is a name elsewhere
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 1] AS group RETURN group, count(*) AS by GROUP BY group
      """
    Then the result should be, in any order:
      | group | by |
      | 1     | 2  |
    And no side effects

  Scenario: A column that is neither grouped by nor aggregated
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P)-[r]->(q) RETURN p, q, count(*) AS n GROUP BY p
      """
    Then a SyntaxError should be raised at compile time: AmbiguousAggregationExpression

  Scenario: A property of what is not grouped by
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P) RETURN p.name AS name, p.city AS city, count(*) AS n GROUP BY city
      """
    Then a SyntaxError should be raised at compile time: AmbiguousAggregationExpression

  Scenario: A subquery that reads what is not grouped by
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P)-[r]->(q) RETURN p, COUNT { (q)-->() } AS n GROUP BY p
      """
    Then a SyntaxError should be raised at compile time: AmbiguousAggregationExpression

  Scenario: A subquery beside an aggregate that reads what is no column
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P) RETURN count(*) + COUNT { (p)-->() } AS n
      """
    Then a SyntaxError should be raised at compile time: AmbiguousAggregationExpression

  Scenario: An aggregate is not grouped by
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P) RETURN count(*) AS n GROUP BY n
      """
    Then a SyntaxError should be raised at compile time: InvalidAggregation

  Scenario: An unknown variable is not grouped by
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P) RETURN count(*) AS n GROUP BY q
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: An expression needs a name to be grouped by
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a', city: 'x'}), (b:P {name: 'b', city: 'x'}), (c:P {name: 'c', city: 'y'}), (a)-[:R {w: 1}]->(b), (a)-[:R {w: 2}]->(c), (b)-[:R {w: 3}]->(c)
      """
    When executing query:
      """
      MATCH (p:P) RETURN p.city AS city, count(*) AS n GROUP BY p.city
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
