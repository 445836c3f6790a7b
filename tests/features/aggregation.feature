Feature: Aggregation

  Scenario: Of nothing, there is one row
    Given an empty graph
    When executing query:
      """
      MATCH (n)
      RETURN count(*) AS rows, count(n) AS n, sum(n.v) AS sum, avg(n.v) AS avg,
             min(n.v) AS min, max(n.v) AS max, collect(n.v) AS list
      """
    Then the result should be, in any order:
      | rows | n | sum | avg  | min  | max  | list |
      | 0    | 0 | 0   | null | null | null | []   |
    And no side effects

  Scenario: Of nothing, there is no group
    Given an empty graph
    When executing query:
      """
      MATCH (n) RETURN n.k AS k, count(*) AS n
      """
    Then the result should be empty
    And no side effects

  Scenario: Nulls are not counted
    Given any graph
    When executing query:
      """
      UNWIND [1, null, 3] AS x
      RETURN count(*) AS rows, count(x) AS n, sum(x) AS sum, avg(x) AS avg, collect(x) AS list
      """
    Then the result should be, in any order:
      | rows | n | sum | avg | list   |
      | 3    | 2 | 4   | 2.0 | [1, 3] |
    And no side effects

  Scenario: DISTINCT inside an aggregate
    Given any graph
    When executing query:
      """
      UNWIND [1, 1, 2] AS x
      RETURN count(DISTINCT x) AS n, sum(DISTINCT x) AS sum, collect(DISTINCT x) AS list
      """
    Then the result should be (ignoring element order for lists):
      | n | sum | list   |
      | 2 | 3   | [1, 2] |
    And no side effects

  Scenario: Groups are made by all that is not aggregated
    Given any graph
    When executing query:
      """
      UNWIND [['a', 1], ['b', 2], ['a', 3], [null, 4], [null, 5]] AS pair
      RETURN pair[0] AS k, sum(pair[1]) AS sum
      """
    Then the result should be, in any order:
      | k    | sum |
      | 'a'  | 4   |
      | 'b'  | 2   |
      | null | 9   |
    And no side effects

  Scenario: An expression over aggregates
    Given any graph
    When executing query:
      """
      UNWIND [2, 4] AS x
      RETURN (max(x) - min(x)) * count(*) AS spread
      """
    Then the result should be, in any order:
      | spread |
      | 4      |
    And no side effects

  Scenario: Groups can be sorted by an aggregate
    Given any graph
    When executing query:
      """
      UNWIND ['a', 'b', 'b'] AS x
      RETURN x, count(*) AS n ORDER BY n DESC
      """
    Then the result should be, in order:
      | x   | n |
      | 'b' | 2 |
      | 'a' | 1 |
    And no side effects

  Scenario: Aggregates do not nest
    Given any graph
    When executing query:
      """
      UNWIND [1] AS x RETURN sum(count(x)) AS n
      """
    Then a SyntaxError should be raised at compile time: NestedAggregation

  Scenario: No aggregate in WHERE
    Given any graph
    When executing query:
      """
      MATCH (n) WHERE count(n) > 1 RETURN n
      """
    Then a SyntaxError should be raised at compile time: InvalidAggregation
