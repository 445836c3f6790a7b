Feature: WHERE and three-valued logic

  Scenario Outline: <a> AND <b>, OR, XOR
    Given any graph
    When executing query:
      """
      RETURN <a> AND <b> AS conjunction, <a> OR <b> AS disjunction, <a> XOR <b> AS either
      """
    Then the result should be, in any order:
      | conjunction | disjunction | either |
      | <and>       | <or>        | <xor>  |
    And no side effects

    Examples:
      | a     | b     | and   | or    | xor   |
      | true  | false | false | true  | true  |
      | true  | null  | null  | true  | null  |
      | false | null  | false | null  | null  |
      | null  | null  | null  | null  | null  |
      | true  | true  | true  | true  | false |

  Scenario Outline: <expression> is unknown
    Given any graph
    When executing query:
      """
      RETURN <expression> AS unknown
      """
    Then the result should be, in any order:
      | unknown |
      | null    |
    And no side effects

    Examples:
      | expression           |
      | NOT null             |
      | null = null          |
      | 1 < null             |
      | 1 < 'a'              |
      | null IN [1, 2]       |
      | 3 IN [1, null]       |
      | [1, null] = [1, 2]   |
      | null STARTS WITH 'a' |

  Scenario Outline: <expression> is <value>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then the result should be, in any order:
      | value   |
      | <value> |
    And no side effects

    Examples:
      | expression             | value |
      | 1 = 1.0                | true  |
      | 1 = '1'                | false |
      | 1 < 2 < 3              | true  |
      | 3 > 2 > 2              | false |
      | null IS NULL           | true  |
      | 1 IN [1, null]         | true  |
      | [1, 2] = [1, 2]        | true  |
      | [1, null] = [2, null]  | false |
      | 'truce' ENDS WITH 'ce' | true  |
      | 'truce' CONTAINS 'uc'  | true  |
      | 'truce' =~ 't.*e'      | true  |
      | true OR 1 = null       | true  |

  Scenario: Only what is true stays
    Given an empty graph
    And having executed:
      """
      CREATE (:N {v: 1}), (:N {v: 2}), (:N), (:N {v: 'a'})
      """
    When executing query:
      """
      MATCH (n:N) WHERE n.v < 2 RETURN n.v AS v
      """
    Then the result should be, in any order:
      | v |
      | 1 |
    And no side effects

  Scenario: NOT does not turn unknown into true
    Given an empty graph
    And having executed:
      """
      CREATE (:N {v: 1}), (:N {v: 2}), (:N)
      """
    When executing query:
      """
      MATCH (n:N) WHERE NOT n.v = 1 RETURN n.v AS v
      """
    Then the result should be, in any order:
      | v |
      | 2 |
    And no side effects

  Scenario: A pattern is a predicate
    Given an empty graph
    And having executed:
      """
      CREATE (:N {v: 1})-[:T]->(:N {v: 2})
      """
    When executing query:
      """
      MATCH (n:N) WHERE NOT (n)-[:T]->() RETURN n.v AS v
      """
    Then the result should be, in any order:
      | v |
      | 2 |
    And no side effects

  Scenario: A label is a predicate
    Given an empty graph
    And having executed:
      """
      CREATE (:A {v: 1}), (:A:B {v: 2}), (:B {v: 3})
      """
    When executing query:
      """
      MATCH (n) WHERE n:A OR n:B AND n.v > 2 RETURN n.v AS v
      """
    Then the result should be, in any order:
      | v |
      | 1 |
      | 2 |
      | 3 |
    And no side effects
