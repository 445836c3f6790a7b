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

  Scenario Outline: Whether there is a relationship, for many nodes, however many each has
    Given an empty graph
    And having executed:
      """
      UNWIND range(0, 2999) AS i CREATE (:P {i: i})
      """
    And having executed:
      """
      MATCH (p:P) WHERE p.i % 3 > 0 UNWIND range(1, p.i % 3 * 40) AS k
      MATCH (q:P {i: p.i - p.i % 3}) CREATE (p)-[:T]->(q)
      """
    And having executed:
      """
      MATCH (p:P) WHERE p.i % 1000 = 0 CREATE (p)-[:S]->(p), (p)-[:S]->(:Q)
      """
    And having executed:
      """
      MATCH (p:P {i: 3})-[r:S|T]-() WITH r LIMIT 1 CREATE (:Who)-[:DENIES]->[r]
      """
    When executing query:
      """
      <view> MATCH (p:P) WHERE <condition> RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n   |
      | <n> |
    And no side effects

    Examples:
      | view        | condition                                 | n    |
      |             | EXISTS { (p)-[:T]->() }                   | 2000 |
      |             | (p)<-[:T]-()                              | 1000 |
      |             | (p)--()                                   | 3000 |
      |             | NOT (p)-[:S]-()                           | 2997 |
      |             | EXISTS { (p)-[:S]-(q) WHERE q <> p }      | 3    |
      |             | EXISTS { (p)-[:S]-(:Q) }                  | 3    |
      |             | EXISTS { (p)-[:S]->(p) }                  | 3    |
      |             | EXISTS { (p)-->()-->() }                  | 5    |
      |             | EXISTS { MATCH (p)-[r]->() MATCH (x)-[s]->[r] } | 1 |
      |             | COUNT { (p)-[:T]->() } > 40               | 1000 |
      | UNDISPUTED  | (p)--()                                   | 3000 |
