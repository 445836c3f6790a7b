Feature: CASE

  Scenario Outline: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then the result should be, in any order:
      | value   |
      | <value> |
    And no side effects

    Examples: the simple form
      | expression                                                        | value   |
      | CASE 1 WHEN 1 THEN 'a' WHEN 1 THEN 'b' END                        | 'a'     |
      | CASE 3 WHEN 1 THEN 'a' END                                        | null    |
      | CASE 3 WHEN 1 THEN 'a' ELSE 'b' END                               | 'b'     |
      | CASE null WHEN null THEN 'a' ELSE 'b' END                         | 'b'     |
      | CASE 1 WHEN null THEN 'a' ELSE 'b' END                            | 'b'     |
      | CASE 1 WHEN 1.0 THEN 'a' ELSE 'b' END                             | 'a'     |
      | CASE '1' WHEN 1 THEN 'a' ELSE 'b' END                             | 'b'     |
      | CASE [1, 2] WHEN [1, 2] THEN 'a' ELSE 'b' END                     | 'a'     |
      | CASE [1, null] WHEN [1, null] THEN 'a' ELSE 'b' END               | 'b'     |
      | CASE {a: 1} WHEN {a: 1} THEN 'a' ELSE 'b' END                     | 'a'     |
      | CASE toFloat('NaN') WHEN toFloat('NaN') THEN 'a' ELSE 'b' END     | 'b'     |
      | CASE true WHEN 1 < 2 THEN 'a' ELSE 'b' END                        | 'a'     |
      | CASE date('2025-06-10') WHEN date('2025-06-10') THEN 'a' END      | 'a'     |

    Examples: the searched form
      | expression                                                        | value   |
      | CASE WHEN 1 > 2 THEN 'a' WHEN true THEN 'b' END                   | 'b'     |
      | CASE WHEN null THEN 'a' END                                       | null    |
      | CASE WHEN null THEN 'a' ELSE 'b' END                              | 'b'     |
      | CASE WHEN NOT null THEN 'a' ELSE 'b' END                          | 'b'     |
      | CASE WHEN false THEN 1 WHEN true THEN 'mixed' ELSE 2.5 END        | 'mixed' |
      | CASE WHEN true THEN null ELSE 1 END                               | null    |
      | CASE WHEN CASE 1 WHEN 1 THEN true END THEN CASE WHEN false THEN 1 ELSE 'in' END END | 'in' |
      | CASE WHEN true THEN 1 END + 1                                     | 2       |
      | [CASE WHEN true THEN 1 END, CASE WHEN false THEN 1 END]           | [1, null] |
      | {a: CASE 1 WHEN 1 THEN 'x' END}.a                                 | 'x'     |

    Examples: tests of the operand
      | expression                                                        | value   |
      | CASE 5 WHEN < 5 THEN 'less' WHEN > 5 THEN 'more' ELSE 'same' END  | 'same'  |
      | CASE 7 WHEN 1, 3, 5, 7 THEN 'odd' ELSE 'even' END                 | 'odd'   |
      | CASE 4 WHEN < 3, > 5 THEN 'out' ELSE 'in' END                     | 'in'    |
      | CASE 2 WHEN < 3, 7 THEN 'yes' END                                 | 'yes'   |
      | CASE 7 WHEN < 3, 7 THEN 'yes' END                                 | 'yes'   |
      | CASE 1 WHEN = 1 THEN 'a' END                                      | 'a'     |
      | CASE 1 WHEN <> 1 THEN 'a' ELSE 'b' END                            | 'b'     |
      | CASE null WHEN IS NULL THEN 'none' ELSE 'some' END                | 'none'  |
      | CASE null WHEN < 5, > 1 THEN 'a' WHEN IS NOT NULL THEN 'b' ELSE 'c' END | 'c' |
      | CASE 'Geneva' WHEN STARTS WITH 'G', ENDS WITH 'x' THEN 'a' END    | 'a'     |
      | CASE 'Geneva' WHEN CONTAINS 'q' THEN 'a' WHEN =~ 'G.*' THEN 'b' END | 'b'   |
      | CASE 3 WHEN IN [1, 2] THEN 'a' WHEN IN [3] THEN 'b' END           | 'b'     |
      | CASE 1.5 WHEN IS :: INTEGER THEN 'i' WHEN IS TYPED FLOAT THEN 'f' END | 'f' |
      | CASE 1 WHEN IS NOT :: INTEGER THEN 'a' ELSE 'b' END               | 'b'     |
      | CASE -3 WHEN -3 THEN 'minus' END                                  | 'minus' |
      | CASE 1 WHEN > 0 THEN CASE 2 WHEN > 3 THEN 'a' ELSE 'b' END END    | 'b'     |
      | CASE 1 WHEN > CASE 2 WHEN > 1 THEN 0 END THEN 'a' END             | 'a'     |

    Examples: what is not reached is not computed
      | expression                                                        | value   |
      | CASE WHEN true THEN 1 ELSE 1 / 0 END                              | 1       |
      | CASE WHEN false THEN 1 / 0 ELSE 1 END                             | 1       |
      | CASE 1 WHEN 1 THEN 'a' WHEN 1 / 0 THEN 'b' END                    | 'a'     |
      | CASE 1 WHEN 1, 1 / 0 THEN 'a' END                                 | 'a'     |
      | coalesce(1, 1 / 0)                                                | 1       |
      | coalesce(null, 2, 1 / 0)                                          | 2       |
      | false AND 1 / 0 = 1                                               | false   |
      | true OR 1 / 0 = 1                                                 | true    |
      | [x IN [0, 1] \| CASE WHEN x = 0 THEN 0 ELSE 10 / x END]           | [0, 10] |

  Scenario: Each row takes its own branch, and no other is computed
    Given any graph
    When executing query:
      """
      UNWIND [0, 1, null, 2] AS x
      RETURN x, CASE WHEN x = 0 THEN 0 WHEN x IS NULL THEN -1 ELSE 10 / x END AS share,
             coalesce(x, 1 / size([])) AS never
      """
    Then a ArithmeticError should be raised at runtime: DivisionByZero

  Scenario: Division is guarded row by row
    Given any graph
    When executing query:
      """
      UNWIND [0, 1, null, 2] AS x
      RETURN x, CASE WHEN x = 0 THEN 0 WHEN x IS NULL THEN -1 ELSE 10 / x END AS share,
             CASE x WHEN 0 THEN 'zero' WHEN > 1, IS NULL THEN 'other' ELSE toString(10 / x) END AS text,
             x = 0 OR 10 / x > 5 AS guarded
      """
    Then the result should be, in order:
      | x    | share | text    | guarded |
      | 0    | 0     | 'zero'  | true    |
      | 1    | 10    | '10'    | true    |
      | null | -1    | 'other' | null    |
      | 2    | 5     | 'other' | false   |
    And no side effects

  Scenario: A filter guards what stands behind it
    Given an empty graph
    And having executed:
      """
      CREATE (:N {x: 0}), (:N {x: 2}), (:N)
      """
    When executing query:
      """
      MATCH (n:N) WHERE n.x <> 0 AND 10 / n.x = 5 RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
    And no side effects

  Scenario: CASE over elements, aggregates and subqueries
    Given an empty graph
    And having executed:
      """
      CREATE (a:Person {age: 12})-[:KNOWS]->(b:Person {age: 40}), (:Person)
      """
    When executing query:
      """
      MATCH (p:Person)
      RETURN CASE p.age WHEN < 13 THEN 'child' WHEN IS NULL THEN 'unknown' ELSE 'adult' END AS kind,
             CASE count(*) WHEN > 1 THEN 'many' ELSE 'one' END AS how,
             sum(CASE WHEN EXISTS { (p)-[:KNOWS]->() } THEN 1 ELSE 0 END) AS knowing
      ORDER BY kind
      """
    Then the result should be, in order:
      | kind      | how   | knowing |
      | 'adult'   | 'one' | 0       |
      | 'child'   | 'one' | 1       |
      | 'unknown' | 'one' | 0       |
    And no side effects

  Scenario: Tests for the labels of the operand
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {n: 1}), (:City {n: 2}), (:Unknown {n: 3}), ({n: 4})
      """
    When executing query:
      """
      MATCH (a)
      RETURN a.n AS n,
             CASE a WHEN IS Person|City THEN 'known' WHEN IS (Unknown) THEN 'unknown'
                    WHEN IS !% THEN 'nothing' END AS kind
      ORDER BY n
      """
    Then the result should be, in order:
      | n | kind      |
      | 1 | 'known'   |
      | 2 | 'known'   |
      | 3 | 'unknown' |
      | 4 | 'nothing' |
    And no side effects

  Scenario: What has no labels is not tested for them
    Given any graph
    When executing query:
      """
      RETURN CASE 1 WHEN IS Person THEN 1 END AS value
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: The operand is computed once
    Given any graph
    When executing query:
      """
      UNWIND range(1, 500) AS i
      WITH CASE rand() WHEN < 0.5 THEN 'low' WHEN >= 0.5 THEN 'high' ELSE 'neither' END AS side
      RETURN count(CASE side WHEN 'neither' THEN 1 END) AS neither
      """
    Then the result should be, in any order:
      | neither |
      | 0       |
    And no side effects

  Scenario: The same expression again is the same column
    Given any graph
    When executing query:
      """
      UNWIND [5, 1, 5] AS x
      RETURN DISTINCT CASE x WHEN < 3 THEN 'a' ELSE 'b' END AS c, [y IN [x] | y + 1] AS l
      ORDER BY CASE x WHEN < 3 THEN 'a' ELSE 'b' END, [z IN [x] | z + 1]
      """
    Then the result should be, in order:
      | c   | l   |
      | 'a' | [2] |
      | 'b' | [6] |
    And no side effects

  Scenario: Another expression is another column
    Given any graph
    When executing query:
      """
      UNWIND [5, 1, 5] AS x RETURN DISTINCT [y IN [x] | y + 1] AS l ORDER BY [z IN [x] | x + 1]
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: CASE takes parameters
    Given any graph
    And parameters are:
      | limit | 3 |
    When executing query:
      """
      UNWIND [1, 3, 5] AS x
      RETURN CASE x WHEN < $limit THEN 'under' WHEN $limit THEN 'at' ELSE 'over' END AS place
      """
    Then the result should be, in order:
      | place   |
      | 'under' |
      | 'at'    |
      | 'over'  |
    And no side effects

  Scenario Outline: A condition must be a boolean: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

    Examples:
      | expression                     |
      | CASE WHEN 1 THEN 2 END         |
      | CASE WHEN 'true' THEN 2 END    |
      | CASE WHEN [] THEN 2 ELSE 3 END |

  Scenario: A condition that turns out to be no boolean
    Given any graph
    When executing query:
      """
      UNWIND [true, 1] AS x RETURN CASE WHEN x THEN 2 END AS value
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario Outline: Not a CASE: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

    Examples:
      | expression                        |
      | CASE END                          |
      | CASE 1 END                        |
      | CASE 1 ELSE 2 END                 |
      | CASE WHEN true END                |
      | CASE WHEN true THEN 1             |
      | CASE WHEN true, false THEN 1 END  |
      | CASE 1 WHEN < THEN 1 END          |
      | CASE WHEN < 3 THEN 1 END          |
      | CASE 1 WHEN 1 THEN 2 ELSE END     |
