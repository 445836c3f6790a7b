Feature: FOREACH

  Scenario: Every element is worked on, and the rows stay
    Given an empty graph
    When executing query:
      """
      UNWIND [2, 0, 1] AS n FOREACH (i IN range(1, n) | CREATE (:N {i: i})) RETURN collect(n) AS ns
      """
    Then the result should be, in any order:
      | ns        |
      | [2, 0, 1] |
    And the side effects should be:
      | +nodes      | 3 |
      | +labels     | 1 |
      | +properties | 3 |

  Scenario: It may be the last clause, and the first
    Given an empty graph
    When executing query:
      """
      FOREACH (name IN ['a', 'b', 'a'] | MERGE (:P {name: name}))
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 2 |
      | +labels     | 1 |
      | +properties | 2 |

  Scenario: Null and an empty list are no elements
    Given an empty graph
    When executing query:
      """
      FOREACH (x IN null | CREATE ()) FOREACH (x IN [] | CREATE ())
      """
    Then the result should be empty
    And no side effects

  Scenario: Elements that are null are elements
    Given an empty graph
    When executing query:
      """
      FOREACH (x IN [null, 1] | CREATE (:N {x: x}))
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 2 |
      | +labels     | 1 |
      | +properties | 1 |

  Scenario: All clauses run for an element before the next element
    Given an empty graph
    When executing query:
      """
      CREATE (n {v: 0, seen: []})
      FOREACH (i IN [1, 2, 3] | SET n.v = n.v + i SET n.seen = n.seen + n.v)
      RETURN n.seen AS seen
      """
    Then the result should be, in any order:
      | seen      |
      | [1, 3, 6] |
    And the side effects should be:
      | +nodes      | 1 |
      | +properties | 2 |

  Scenario: Nested, with the variables of both
    Given an empty graph
    When executing query:
      """
      CREATE (n {sum: 0})
      FOREACH (x IN [1, 2] | FOREACH (y IN [10, x] | SET n.sum = n.sum + x * y))
      RETURN n.sum AS sum
      """
    Then the result should be, in any order:
      | sum |
      | 35  |
    And the side effects should be:
      | +nodes      | 1 |
      | +properties | 1 |

  Scenario: Over the relationships of a path
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:T]->()-[:T]->(:B)
      """
    When executing query:
      """
      MATCH p = (:A)-[*]->(:B) FOREACH (r IN relationships(p) | SET r.marked = true)
      WITH * MATCH ()-[r {marked: true}]->() RETURN count(r) AS n
      """
    Then the result should be, in any order:
      | n |
      | 2 |
    And the side effects should be:
      | +properties | 2 |

  Scenario: Every clause that changes something may stand in it
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1})-[:T]->(:B)
      """
    When executing query:
      """
      MATCH (a:A)-[r:T]->(b:B)
      FOREACH (i IN [1] | CREATE (a)-[:MADE]->(c:C) MERGE (c)-[:M]->(b) REMOVE a.x SET a:D DELETE r)
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes         | 1 |
      | +relationships | 2 |
      | -relationships | 1 |
      | +labels        | 2 |
      | -properties    | 1 |

  Scenario: What it makes is not visible outside
    Given an empty graph
    When executing query:
      """
      FOREACH (i IN [1] | CREATE (n)) RETURN n
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: Nor is its variable
    Given an empty graph
    When executing query:
      """
      FOREACH (i IN [1] | CREATE ()) RETURN i
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: Its variable must be new
    Given an empty graph
    When executing query:
      """
      WITH 1 AS i FOREACH (i IN [1] | CREATE ()) RETURN i
      """
    Then a SyntaxError should be raised at compile time: VariableAlreadyBound

  Scenario: Reading clauses cannot stand in it
    Given an empty graph
    When executing query:
      """
      FOREACH (i IN [1] | MATCH (n) SET n.x = i)
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: It goes over a list
    Given an empty graph
    When executing query:
      """
      FOREACH (i IN 'text' | CREATE ())
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: It needs a clause
    Given an empty graph
    When executing query:
      """
      FOREACH (i IN [1] | )
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: A keyword is still a name
    Given an empty graph
    When executing query:
      """
      WITH 1 AS foreach, 2 AS next, 3 AS for, 4 AS let, 5 AS filter, 6 AS offset, 7 AS insert, 8 AS nulls
      RETURN foreach + next + for + let + filter + offset + insert + nulls AS sum
      """
    Then the result should be, in any order:
      | sum |
      | 36  |

  Scenario: The list looks at the graph as it was before the clause
    Given an empty graph
    And having executed:
      """
      UNWIND range(1, 4) AS i CREATE (:Row {i: i})
      """
    When executing query:
      """
      MATCH (row:Row)
      FOREACH (x IN CASE WHEN NOT EXISTS { (:P) } THEN [1] ELSE [] END | CREATE (:P))
      WITH count(*) AS rows
      MATCH (p:P)
      RETURN rows, count(p) AS made
      """
    Then the result should be, in any order:
      | rows | made |
      | 4    | 4    |
    And the side effects should be:
      | +nodes  | 4 |
      | +labels | 1 |

  Scenario: A comprehension in the list looks at the graph as it was before the clause
    Given an empty graph
    And having executed:
      """
      UNWIND range(1, 3) AS i CREATE (:Row {i: i})
      """
    When executing query:
      """
      MATCH (row:Row)
      FOREACH (x IN [y IN [1, 2] WHERE COUNT { (:P {of: y}) } = 0] | CREATE (:P {of: x}))
      WITH count(*) AS rows
      MATCH (p:P)
      RETURN rows, count(p) AS made
      """
    Then the result should be, in any order:
      | rows | made |
      | 3    | 6    |
    And the side effects should be:
      | +nodes      | 6 |
      | +labels     | 1 |
      | +properties | 6 |

  Scenario: A list of a nested FOREACH looks at the graph as the elements before have left it
    Given an empty graph
    When executing query:
      """
      FOREACH (i IN [1, 2] | FOREACH (x IN [y IN [i] WHERE NOT EXISTS { (:P) }] | CREATE (:P {i: x})))
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 1 |
      | +labels     | 1 |
      | +properties | 1 |
