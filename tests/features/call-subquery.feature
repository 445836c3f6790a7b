Feature: CALL with a subquery

  Scenario: A scope clause imports variables
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x CALL (x) { UNWIND [10, 20] AS y RETURN x + y AS z } RETURN x, z
      """
    Then the result should be, in order:
      | x | z  |
      | 1 | 11 |
      | 1 | 21 |
      | 2 | 12 |
      | 2 | 22 |
    And no side effects

  Scenario: A star imports everything
    Given an empty graph
    When executing query:
      """
      WITH 1 AS a, 2 AS b CALL (*) { RETURN a + b AS c } RETURN *
      """
    Then the result should be, in any order:
      | a | b | c |
      | 1 | 2 | 3 |

  Scenario: An empty scope imports nothing, so names are free
    Given an empty graph
    When executing query:
      """
      WITH 1 AS a CALL () { UNWIND [5, 6] AS a RETURN sum(a) AS s } RETURN a, s
      """
    Then the result should be, in any order:
      | a | s  |
      | 1 | 11 |

  Scenario: WITH at the beginning imports too
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x CALL { WITH x RETURN x * 10 AS y } RETURN x, y
      """
    Then the result should be, in order:
      | x | y  |
      | 1 | 10 |
      | 2 | 20 |

  Scenario: WITH * at the beginning imports everything
    Given an empty graph
    When executing query:
      """
      WITH 1 AS x, 2 AS y CALL { WITH * RETURN x + y AS z } RETURN z
      """
    Then the result should be, in any order:
      | z |
      | 3 |

  Scenario: What WITH imported can be dropped again
    Given an empty graph
    When executing query:
      """
      WITH 1 AS x CALL { WITH x WITH 2 AS y UNWIND [7] AS x RETURN x + y AS z } RETURN x, z
      """
    Then the result should be, in any order:
      | x | z |
      | 1 | 9 |

  Scenario: A subquery without rows drops the row
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 3] AS x CALL (x) { WITH x WHERE x <> 2 RETURN x AS y } RETURN x, y
      """
    Then the result should be, in order:
      | x | y |
      | 1 | 1 |
      | 3 | 3 |

  Scenario: OPTIONAL CALL keeps it with nulls
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 3] AS x OPTIONAL CALL (x) { WITH x WHERE x <> 2 RETURN x AS y } RETURN x, y
      """
    Then the result should be, in order:
      | x | y    |
      | 1 | 1    |
      | 2 | null |
      | 3 | 3    |

  Scenario: Grouping inside gives one row for each outer row
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a'})-[:T]->(:Q), (a)-[:T]->(:Q), (:P {name: 'b'})
      """
    When executing query:
      """
      MATCH (p:P) CALL (p) { MATCH (p)-->(q) RETURN count(q) AS n } RETURN p.name AS name, n
      """
    Then the result should be, in any order:
      | name | n |
      | 'a'  | 2 |
      | 'b'  | 0 |

  Scenario: An imported variable is still there after grouping without keys
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x CALL (x) { UNWIND [] AS y WITH count(y) AS n RETURN n + x AS z } RETURN x, z
      """
    Then the result should be, in order:
      | x | z |
      | 1 | 1 |
      | 2 | 2 |

  Scenario: The same in a subquery expression
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x RETURN x, COLLECT { UNWIND [5, 6] AS y WITH count(y) AS n RETURN n * x } AS z
      """
    Then the result should be, in order:
      | x | z   |
      | 1 | [2] |
      | 2 | [4] |

  Scenario: DISTINCT, ORDER BY and LIMIT are those of each outer row
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x
      CALL (x) { UNWIND [3, 1, 1, 2] AS y WITH DISTINCT y ORDER BY y DESC SKIP 1 LIMIT 1 RETURN x * y AS z }
      RETURN x, z
      """
    Then the result should be, in order:
      | x | z |
      | 1 | 2 |
      | 2 | 4 |

  Scenario: UNION inside, each arm with its own import
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x
      CALL { WITH x RETURN x AS y UNION WITH x RETURN 2 AS y }
      RETURN x, y
      """
    Then the result should be, in any order:
      | x | y |
      | 1 | 1 |
      | 1 | 2 |
      | 2 | 2 |

  Scenario: Grouping over a union
    Given an empty graph
    When executing query:
      """
      WITH 7 AS k CALL (k) { RETURN 1 AS y UNION ALL RETURN 1 AS y UNION ALL RETURN k AS y } RETURN sum(y) AS s
      """
    Then the result should be, in any order:
      | s |
      | 9 |

  Scenario: Subqueries nest
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x
      CALL (x) {
        UNWIND [10, 20] AS y
        CALL (*) { WITH x + y AS z RETURN max(z) AS m }
        RETURN collect(m) AS ms
      }
      RETURN x, ms
      """
    Then the result should be, in order:
      | x | ms       |
      | 1 | [11, 21] |
      | 2 | [12, 22] |

  Scenario: A subquery without RETURN leaves the rows as they are
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 3] AS x CALL (x) { UNWIND range(1, x) AS y CREATE (:N {x: x, y: y}) } RETURN collect(x) AS xs
      """
    Then the result should be, in any order:
      | xs        |
      | [1, 2, 3] |
    And the side effects should be:
      | +nodes      | 6  |
      | +labels     | 1  |
      | +properties | 12 |

  Scenario: A subquery may be the last clause if it returns nothing
    Given an empty graph
    When executing query:
      """
      CALL { CREATE (:N) }
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes  | 1 |
      | +labels | 1 |

  Scenario: Each row sees what the rows before it changed
    Given an empty graph
    And having executed:
      """
      CREATE (:Counter {count: 0})
      """
    When executing query:
      """
      UNWIND [0, 1, 2] AS x
      CALL { MATCH (n:Counter) SET n.count = n.count + 1 RETURN n.count AS seen }
      MATCH (n:Counter)
      RETURN x, seen, n.count AS total
      """
    Then the result should be, in order:
      | x | seen | total |
      | 0 | 1    | 3     |
      | 1 | 2    | 3     |
      | 2 | 3    | 3     |
    And the side effects should be:
      | +properties | 1 |
      | -properties | 1 |

  Scenario: A subquery that finds what an earlier row made makes it once
    Given an empty graph
    When executing query:
      """
      UNWIND ['a', 'b', 'a'] AS name
      CALL (name) {
        OPTIONAL MATCH (old:P {name: name})
        WITH old WHERE old IS NULL
        CREATE (:P {name: name})
      }
      MATCH (p:P) RETURN count(DISTINCT p) AS n, count(*) AS rows
      """
    Then the result should be, in any order:
      | n | rows |
      | 2 | 6    |
    And the side effects should be:
      | +nodes      | 2 |
      | +labels     | 1 |
      | +properties | 2 |

  Scenario: Writing with OPTIONAL CALL and grouping
    Given an empty graph
    When executing query:
      """
      UNWIND [0, 2] AS x
      OPTIONAL CALL (x) { UNWIND range(1, x) AS i CREATE (n:N {i: i}) RETURN n.i AS i }
      RETURN x, i
      """
    Then the result should be, in order:
      | x | i    |
      | 0 | null |
      | 2 | 1    |
      | 2 | 2    |
    And the side effects should be:
      | +nodes      | 2 |
      | +labels     | 1 |
      | +properties | 2 |

  Scenario: A writing subquery inside another one
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x
      CALL (x) {
        UNWIND [1, 2] AS y
        CALL (x, y) { MERGE (n:N {v: x * y}) ON CREATE SET n.made = x RETURN n }
        RETURN sum(n.v) AS s
      }
      RETURN x, s
      """
    Then the result should be, in order:
      | x | s |
      | 1 | 3 |
      | 2 | 6 |
    And the side effects should be:
      | +nodes      | 3 |
      | +labels     | 1 |
      | +properties | 6 |

  Scenario: Writing arms of a union inside
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x
      CALL (x) { CREATE (n:A) RETURN x AS y UNION CREATE (n:B) RETURN x AS y }
      RETURN x, y
      """
    Then the result should be, in order:
      | x | y |
      | 1 | 1 |
      | 2 | 2 |
    And the side effects should be:
      | +nodes  | 4 |
      | +labels | 2 |

  Scenario: No row, no run
    Given an empty graph
    When executing query:
      """
      MATCH (nobody) CALL { CREATE (:N) } RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

  Scenario: Nodes that a subquery returns are nodes
    Given an empty graph
    And having executed:
      """
      CREATE (:P {name: 'a'})-[:T]->(:Q {name: 'b'})
      """
    When executing query:
      """
      CALL { MATCH (p:P) RETURN p } MATCH (p)-[r]->(q) RETURN q.name AS name
      """
    Then the result should be, in any order:
      | name |
      | 'b'  |

  Scenario: In a subquery expression
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x RETURN x, COUNT { CALL (x) { UNWIND range(1, x) AS y RETURN y } RETURN y } AS n
      """
    Then the result should be, in order:
      | x | n |
      | 1 | 1 |
      | 2 | 2 |

  Scenario: A claim about a claim
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {name: 'a'})-[r:T]->(b:P {name: 'b'}), (c:P {name: 'c'})-[:ASSERTS]->[r]
      """
    When executing query:
      """
      MATCH (:P)-[r:T]->(:P) CALL (r) { MATCH (who)-[:ASSERTS]->[r] RETURN who } RETURN who.name AS name
      """
    Then the result should be, in any order:
      | name |
      | 'c'  |

  Scenario: A variable of the outer query has to be imported
    Given an empty graph
    When executing query:
      """
      WITH 1 AS x CALL () { RETURN x AS y } RETURN y
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: Nor does WITH import an expression
    Given an empty graph
    When executing query:
      """
      WITH 1 AS x CALL { WITH x AS y RETURN y } RETURN y
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: A column may not have the name of an outer variable
    Given an empty graph
    When executing query:
      """
      WITH 1 AS x CALL () { RETURN 2 AS x } RETURN x
      """
    Then a SyntaxError should be raised at compile time: VariableAlreadyBound

  Scenario: An imported variable cannot be returned under its name
    Given an empty graph
    When executing query:
      """
      WITH 1 AS x CALL (x) { RETURN x } RETURN x
      """
    Then a SyntaxError should be raised at compile time: VariableAlreadyBound

  Scenario: An imported variable cannot be defined anew
    Given an empty graph
    When executing query:
      """
      WITH 1 AS x CALL (x) { WITH 2 AS x RETURN x AS y } RETURN y
      """
    Then a SyntaxError should be raised at compile time: VariableAlreadyBound

  Scenario: The scope clause names what is there
    Given an empty graph
    When executing query:
      """
      WITH 1 AS x CALL (y) { RETURN 1 AS z } RETURN z
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: The scope clause names nothing twice
    Given an empty graph
    When executing query:
      """
      WITH 1 AS x CALL (x, x) { RETURN 1 AS z } RETURN z
      """
    Then a SyntaxError should be raised at compile time: VariableAlreadyBound

  Scenario: An expression that becomes a variable needs a name
    Given an empty graph
    When executing query:
      """
      CALL { RETURN 1 + 1 } RETURN 1 AS one
      """
    Then a SyntaxError should be raised at compile time: NoExpressionAlias

  Scenario: A subquery that only reads and returns nothing is a slip
    Given an empty graph
    When executing query:
      """
      CALL { MATCH (n) } RETURN 1 AS one
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: A query cannot end with a subquery that returns something
    Given an empty graph
    When executing query:
      """
      CALL { RETURN 1 AS x }
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: Nothing is written in a subquery expression, however deep
    Given an empty graph
    When executing query:
      """
      RETURN EXISTS { CALL { CREATE (n) RETURN n } RETURN n } AS e
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: Transactions of its own are refused
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x CALL (x) { CREATE (:N {x: x}) } IN TRANSACTIONS OF 1 ROWS
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: A failure inside undoes the whole statement
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 0] AS x CALL (x) { CREATE (:N {x: 1 / x}) }
      """
    Then a ArithmeticError should be raised at runtime: *
    And no side effects
