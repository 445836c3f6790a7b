Feature: What was known before

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (:Country {name: 'China', seat: 'Beijing'}), (:Country {name: 'United States'})
      """
    And having executed:
      """
      MATCH (c:Country {name: 'China'}), (u:Country {name: 'United States'})
      CREATE (u)-[a:ACCUSES {of: 'a breach'}]->(c), (u)-[:ASSERTS]->[a]
      """
    And having executed:
      """
      MATCH (c:Country {name: 'China'}) SET c.seat = 'Peking', c:Power, c.answer = 'no'
      """
    And having executed:
      """
      MATCH (u:Country {name: 'United States'}) DETACH DELETE u
      """

  Scenario: Each commit left a version
    When executing query:
      """
      AS KNOWN AT 2 MATCH (a)-[r]->(b) RETURN a.name, type(r), r.of, b.name, b.seat
      """
    Then the result should be, in any order:
      | a.name          | type(r)   | r.of       | b.name  | b.seat    |
      | 'United States' | 'ACCUSES' | 'a breach' | 'China' | 'Beijing' |
    And no side effects

  Scenario: Claims come back with what they are about
    When executing query:
      """
      AS KNOWN AT 3 MATCH (who)-[:ASSERTS]->[r:ACCUSES], (x)-[r]->(y) RETURN who.name, y.name
      """
    Then the result should be, in any order:
      | who.name        | y.name  |
      | 'United States' | 'China' |
    And no side effects

  Scenario: The number 0 is the empty graph
    When executing query:
      """
      AS KNOWN AT 0 MATCH (n) RETURN count(n) AS nodes
      """
    Then the result should be, in any order:
      | nodes |
      | 0     |
    And no side effects

  Scenario: The last number is the present
    When executing query:
      """
      AS KNOWN AT 4 MATCH (n) RETURN n.name, n.seat, labels(n) AS labels
      """
    Then the result should be, in any order:
      | n.name  | n.seat   | labels               |
      | 'China' | 'Peking' | ['Country', 'Power'] |
    And no side effects

  Scenario: Nothing has changed in the present
    When executing query:
      """
      AS KNOWN AT 1 MATCH (n) RETURN count(n) AS nodes
      """
    Then the result should be, in any order:
      | nodes |
      | 2     |
    And no side effects
    When executing query:
      """
      MATCH (n) RETURN count(n) AS nodes
      """
    Then the result should be, in any order:
      | nodes |
      | 1     |

  Scenario: A datetime after the last commit is the present
    When executing query:
      """
      AS KNOWN AT datetime() + duration('P1D') MATCH (n) RETURN n.name
      """
    Then the result should be, in any order:
      | n.name  |
      | 'China' |
    And no side effects

  Scenario Outline: Before the first commit there was nothing: <moment>
    When executing query:
      """
      AS KNOWN AT <moment> OPTIONAL MATCH (n) RETURN n
      """
    Then the result should be, in any order:
      | n    |
      | null |
    And no side effects

    Examples:
      | moment                                     |
      | datetime('2001-01-01T12:00+02:00')         |
      | localdatetime('2001-01-01T12:00')          |
      | date('2001-01-01')                         |
      | DATE '2001-01-01'                          |
      | '2001-01-01'                               |
      | '2001-01-01T12:00+02:00'                   |
      | '2001-01-01T12:00'                         |
      | '0'                                        |
      | datetime() - duration('P1D')               |
      | 1 - 1                                      |

  Scenario: The moment may be a parameter
    Given parameters are:
      | moment | 1 |
    When executing query:
      """
      AS KNOWN AT $moment MATCH (n {name: 'China'}) RETURN n.seat
      """
    Then the result should be, in any order:
      | n.seat    |
      | 'Beijing' |
    And no side effects

  Scenario: All of a query sees the same version
    When executing query:
      """
      AS KNOWN AT 2
      MATCH (a:Country)
      CALL (a) { OPTIONAL MATCH (a)-[r]->() RETURN count(r) AS outgoing }
      WITH a, outgoing WHERE EXISTS { (a)--() }
      RETURN a.name, outgoing, COUNT { (a)<--() } AS incoming
      UNION
      MATCH (n:Power) RETURN n.name AS `a.name`, -1 AS outgoing, -1 AS incoming
      """
    Then the result should be, in any order:
      | a.name          | outgoing | incoming |
      | 'China'         | 0        | 1        |
      | 'United States' | 1        | 0        |
    And no side effects

  Scenario: Names that were not known yet are unknown
    When executing query:
      """
      AS KNOWN AT 2 MATCH (n) RETURN n.name, n.answer ORDER BY n.name
      """
    Then the result should be, in order:
      | n.name          | n.answer |
      | 'China'         | null     |
      | 'United States' | null     |
    And no side effects

  Scenario: The words stay ordinary names
    When executing query:
      """
      AS KNOWN AT 4
      WITH 1 AS known, 2 AS at, 3 AS vacuum, 4 AS before
      RETURN known, at, vacuum, before
      """
    Then the result should be, in any order:
      | known | at | vacuum | before |
      | 1     | 2  | 3      | 4      |
    And no side effects

  Scenario: A query in braces sees the past
    When executing query:
      """
      AS KNOWN AT 1 { MATCH (n) RETURN count(n) AS nodes }
      """
    Then the result should be, in any order:
      | nodes |
      | 2     |
    And no side effects

  Scenario Outline: The past is not written to: <clause>
    When executing query:
      """
      AS KNOWN AT 1 <clause>
      """
    Then a SyntaxError should be raised at compile time: WriteInThePast

    Examples:
      | clause                                      |
      | CREATE (:Country {name: 'Japan'})           |
      | MATCH (n) SET n.x = 1                       |
      | MATCH (n) DETACH DELETE n                   |
      | MERGE (n:Country {name: 'China'}) RETURN n  |
      | UNWIND [1] AS x CALL (x) { CREATE ({x: x}) } |
      | FOREACH (x IN [1] \| CREATE ({x: x}))       |

  Scenario Outline: There is no such commit: <moment>
    When executing query:
      """
      AS KNOWN AT <moment> MATCH (n) RETURN n
      """
    Then a ArgumentError should be raised at runtime: NoSuchCommit

    Examples:
      | moment              |
      | 5                   |
      | -1                  |
      | 9223372036854775807 |
      | 'yesterday'         |
      | '2025-02-30'        |
      | ''                  |
      | '-1'                |

  Scenario Outline: That is no moment: <moment>
    When executing query:
      """
      AS KNOWN AT <moment> MATCH (n) RETURN n
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

    Examples:
      | moment         |
      | {day: 1}       |
      | 1.0            |
      | null           |
      | [1]            |
      | true           |
      | time('12:00')  |

  Scenario: A moment has no variables
    When executing query:
      """
      AS KNOWN AT n.moment MATCH (n) RETURN n
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: A missing parameter is told
    When executing query:
      """
      AS KNOWN AT $moment MATCH (n) RETURN n
      """
    Then a ParameterMissing should be raised at runtime: MissingParameter

  Scenario: Of two moments one is too many
    When executing query:
      """
      AS KNOWN AT 1 AS KNOWN AT 2 MATCH (n) RETURN n
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario Outline: Not understood: <text>
    When executing query:
      """
      <text>
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

    Examples:
      | text                                  |
      | AS KNOWN AT                           |
      | AS KNOWN AT MATCH (n) RETURN n        |
      | AS KNOWN 1 MATCH (n) RETURN n         |
      | AS OLD AT 1 MATCH (n) RETURN n        |
      | AS KNOWN AT 1                         |
      | AS KNOWN AT 1 CHECKPOINT              |
      | AS KNOWN AT 1 VACUUM                  |
      | AS KNOWN AT 1 EXPLAIN RETURN 1        |
      | MATCH (n) AS KNOWN AT 1 RETURN n      |
      | VACUUM 1                              |
      | VACUUM BEFORE                         |
      | VACUUM BEFORE 1 RETURN 1              |

  Scenario: VACUUM forgets everything
    When executing query:
      """
      VACUUM
      """
    Then the result should be, in any order:
      | commits | bytes |
      | 4       | 0     |
    When executing query:
      """
      AS KNOWN AT 3 MATCH (n) RETURN n
      """
    Then a ArgumentError should be raised at runtime: HistoryForgotten

  Scenario: VACUUM BEFORE keeps what was known at that moment
    When executing query:
      """
      VACUUM BEFORE 2
      """
    Then the result should be, in any order:
      | commits | bytes |
      | 2       | 0     |
    When executing query:
      """
      AS KNOWN AT 2 MATCH (n) RETURN count(n) AS nodes
      """
    Then the result should be, in any order:
      | nodes |
      | 2     |
    When executing query:
      """
      AS KNOWN AT 1 MATCH (n) RETURN n
      """
    Then a ArgumentError should be raised at runtime: HistoryForgotten

  Scenario: What is forgotten is not forgotten twice
    Given having executed:
      """
      VACUUM BEFORE 3
      """
    When executing query:
      """
      VACUUM BEFORE date('2001-01-01')
      """
    Then the result should be, in any order:
      | commits | bytes |
      | 0       | 0     |

  Scenario: Nothing lies after the last commit
    When executing query:
      """
      VACUUM BEFORE 9
      """
    Then a ArgumentError should be raised at runtime: NoSuchCommit
