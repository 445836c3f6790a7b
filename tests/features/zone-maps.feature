Feature: Scans that pass over chunks by the zones of their properties

  Background:
    Given an empty graph
    And having executed:
      """
      UNWIND range(0, 4499) AS i
      CREATE (:Event {id: i, day: date('2000-01-01') + duration({days: i}),
                      note: CASE WHEN i >= 4096 THEN 'late ' + toString(i) END})
      """
    And having executed:
      """
      MATCH (e:Event) WHERE e.id % 2 = 0
      MATCH (f:Event {id: 0}) CREATE (e)-[:SINCE {id: e.id}]->(f)
      """

  Scenario: A range of a date
    When executing query:
      """
      MATCH (e:Event) WHERE date('2012-04-25') <= e.day AND e.day < date('2012-04-27')
      RETURN e.id AS id
      """
    Then the result should be, in any order:
      | id   |
      | 4498 |
      | 4499 |
    And no side effects

  Scenario: Nothing is comparable with a value of another type
    When executing query:
      """
      MATCH (e:Event) WHERE e.day > 5 OR e.id > '5' RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

  Scenario: Alternatives of several properties
    When executing query:
      """
      MATCH (e:Event)
      WHERE e.id = 3 OR e.note = 'late 4499' OR e.id IN [7, 9999] AND e.day < date('2001-01-01')
      RETURN e.id AS id
      """
    Then the result should be, in any order:
      | id   |
      | 3    |
      | 7    |
      | 4499 |
    And no side effects

  Scenario: An alternative that fails
    When executing query:
      """
      MATCH (e:Event) WHERE e.id = 4499 OR 1 / e.id = 1 RETURN e.id AS id
      """
    Then an ArithmeticError should be raised at runtime: DivisionByZero

  Scenario: A value that is different from what cannot be computed
    When executing query:
      """
      MATCH (e:Event) WHERE e.id <> 1 / 0 AND e.id > 9999 RETURN e.id AS id
      """
    Then an ArithmeticError should be raised at runtime: DivisionByZero

  Scenario: What is missing in whole chunks
    When executing query:
      """
      MATCH (e:Event) WHERE e.note IS NULL AND e.id >= 4095 RETURN e.id AS id
      """
    Then the result should be, in any order:
      | id   |
      | 4095 |
    And no side effects

  Scenario: A prefix
    When executing query:
      """
      MATCH (e:Event) WHERE e.note STARTS WITH 'late 449' RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n  |
      | 10 |
    And no side effects

  Scenario: A parameter that is a list with a null
    Given parameters are:
      | ids | [3, 4499, null, 'x', 4.0] |
    When executing query:
      """
      MATCH (e:Event) WHERE e.id IN $ids RETURN e.id AS id
      """
    Then the result should be, in any order:
      | id   |
      | 3    |
      | 4    |
      | 4499 |
    And no side effects

  Scenario: A property of a relationship
    When executing query:
      """
      MATCH ()-[r:SINCE]->() WHERE r.id >= 4496 RETURN r.id AS id
      """
    Then the result should be, in any order:
      | id   |
      | 4496 |
      | 4498 |
    And no side effects

  Scenario: The last rows by a date
    When executing query:
      """
      MATCH (e:Event) WHERE e.id % 2 = 1 OR e.id >= 0
      RETURN e.id AS id ORDER BY e.day DESC SKIP 1 LIMIT 2
      """
    Then the result should be, in order:
      | id   |
      | 4498 |
      | 4497 |
    And no side effects

  Scenario: Nulls are the largest, wherever they are
    When executing query:
      """
      MATCH (e:Event) RETURN e.id AS id ORDER BY e.note DESC LIMIT 2
      """
    Then the result should be, in order:
      | id |
      | 0  |
      | 1  |
    And no side effects

  Scenario: Nulls that are to come last
    When executing query:
      """
      MATCH (e:Event) WITH e.note AS note RETURN note ORDER BY note DESC NULLS LAST LIMIT 2
      """
    Then the result should be, in order:
      | note        |
      | 'late 4499' |
      | 'late 4498' |
    And no side effects

  Scenario: The first rows by what a relationship has
    When executing query:
      """
      MATCH ()-[r:SINCE]->() WHERE r.id >= 100 RETURN r.id AS id ORDER BY r.id LIMIT 2
      """
    Then the result should be, in order:
      | id  |
      | 100 |
      | 102 |
    And no side effects

  Scenario: What fails for a row that is not among the first
    When executing query:
      """
      MATCH (e:Event) RETURN 1 / (e.id - 9) AS x ORDER BY e.id DESC LIMIT 2
      """
    Then an ArithmeticError should be raised at runtime: DivisionByZero

  Scenario: A value that each row brings along
    When executing query:
      """
      UNWIND [1, 4499, null] AS x MATCH (e:Event) WHERE e.id >= x RETURN x, count(*) AS n
      """
    Then the result should be, in any order:
      | x    | n    |
      | 1    | 4499 |
      | 4499 | 1    |
    And no side effects

  Scenario: Within OPTIONAL MATCH
    When executing query:
      """
      UNWIND [4499, 9999] AS x OPTIONAL MATCH (e:Event {id: x}) RETURN x, e.note AS note
      """
    Then the result should be, in any order:
      | x    | note        |
      | 4499 | 'late 4499' |
      | 9999 | null        |
    And no side effects

  Scenario: A condition that fails for elements that would be passed over
    When executing query:
      """
      MATCH (e:Event) WHERE 1 / e.id >= 0 AND e.id > 4490 RETURN e.id
      """
    Then an ArithmeticError should be raised at runtime: DivisionByZero

  Scenario: A condition behind the one that rules elements out is not asked
    When executing query:
      """
      MATCH (e:Event) WHERE e.id > 4498 AND 4499 / e.id = 1 RETURN e.id AS id
      """
    Then the result should be, in any order:
      | id   |
      | 4499 |
    And no side effects

  Scenario: A value that cannot be computed
    When executing query:
      """
      MATCH (e:Event) WHERE e.id > 1 / 0 RETURN e.id
      """
    Then an ArithmeticError should be raised at runtime: DivisionByZero

  Scenario: A changed value is found where it was not before
    Given having executed:
      """
      MATCH (e:Event {id: 7}) SET e.id = 100000
      """
    When executing query:
      """
      MATCH (e:Event) WHERE e.id > 4498 RETURN e.day AS day, e.id AS id
      """
    Then the result should be, in any order:
      | day          | id     |
      | '2000-01-08' | 100000 |
      | '2012-04-26' | 4499   |
    And no side effects
