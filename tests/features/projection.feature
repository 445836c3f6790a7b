Feature: RETURN and WITH

  Scenario: A column without an alias is named as it is written
    Given any graph
    When executing query:
      """
      RETURN 1 + 2, toUpper('a')
      """
    Then the result should be, in any order:
      | 1 + 2 | toUpper('a') |
      | 3     | 'A'          |
    And no side effects

  Scenario: Everything that is bound
    Given an empty graph
    And having executed:
      """
      CREATE (:A {v: 1})
      """
    When executing query:
      """
      MATCH (n) WITH *, n.v + 1 AS more RETURN *
      """
    Then the result should be, in any order:
      | more | n           |
      | 2    | (:A {v: 1}) |
    And no side effects

  Scenario: WITH forgets what it does not name
    Given any graph
    When executing query:
      """
      WITH 1 AS a, 2 AS b
      WITH a
      RETURN b
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: WHERE after WITH filters groups
    Given any graph
    When executing query:
      """
      UNWIND ['a', 'b', 'a'] AS x
      WITH x, count(*) AS n WHERE n > 1
      RETURN x, n
      """
    Then the result should be, in any order:
      | x   | n |
      | 'a' | 2 |
    And no side effects

  Scenario: Numbers, then nulls, in ascending order
    Given any graph
    When executing query:
      """
      UNWIND [3, null, 1.5, 2] AS x RETURN x ORDER BY x
      """
    Then the result should be, in order:
      | x    |
      | 1.5  |
      | 2    |
      | 3    |
      | null |
    And no side effects

  Scenario: Nulls first in descending order
    Given any graph
    When executing query:
      """
      UNWIND ['b', null, 'a'] AS x RETURN x ORDER BY x DESC
      """
    Then the result should be, in order:
      | x    |
      | null |
      | 'b'  |
      | 'a'  |
    And no side effects

  Scenario: Two sort keys, one of them not returned
    Given any graph
    When executing query:
      """
      UNWIND [{k: 1, v: 'b'}, {k: 2, v: 'a'}, {k: 1, v: 'a'}] AS m
      WITH m.k AS k, m.v AS v
      RETURN v ORDER BY k DESC, v
      """
    Then the result should be, in order:
      | v   |
      | 'a' |
      | 'a' |
      | 'b' |
    And no side effects

  Scenario: SKIP and LIMIT take a window
    Given any graph
    When executing query:
      """
      UNWIND range(1, 10) AS x RETURN x ORDER BY x SKIP 3 LIMIT 2
      """
    Then the result should be, in order:
      | x |
      | 4 |
      | 5 |
    And no side effects

  Scenario: LIMIT 0 gives the columns and no row
    Given any graph
    When executing query:
      """
      RETURN 1 AS x LIMIT 0
      """
    Then the result should be, in any order:
      | x |
    And no side effects

  Scenario: LIMIT from a parameter
    Given any graph
    And parameters are:
      | n | 1 |
    When executing query:
      """
      UNWIND [7, 8] AS x RETURN x ORDER BY x LIMIT $n
      """
    Then the result should be, in order:
      | x |
      | 7 |
    And no side effects

  Scenario: DISTINCT takes 1 and 1.0 for one value, and null for itself
    Given any graph
    When executing query:
      """
      UNWIND [1, 1.0, null, null, 'a'] AS x
      WITH DISTINCT x
      RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 3 |
    And no side effects

  Scenario: UNWIND of an empty list gives no row
    Given any graph
    When executing query:
      """
      UNWIND [] AS x RETURN x
      """
    Then the result should be empty
    And no side effects

  Scenario: UNWIND of null gives no row
    Given any graph
    When executing query:
      """
      UNWIND null AS x RETURN x
      """
    Then the result should be empty
    And no side effects

  Scenario: UNWIND of a list in a list
    Given any graph
    When executing query:
      """
      UNWIND [[1, 2], [], [3]] AS list
      UNWIND list AS x
      RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 2 |
      | 3 |
    And no side effects

  Scenario: UNION drops duplicates
    Given any graph
    When executing query:
      """
      RETURN 1 AS x UNION RETURN 2 AS x UNION RETURN 1 AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 2 |
    And no side effects

  Scenario: UNION ALL keeps them
    Given any graph
    When executing query:
      """
      RETURN 1 AS x UNION ALL RETURN 1 AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 1 |
    And no side effects
