Feature: GQL's clauses

  Scenario: FILTER keeps rows whose condition is true, neither false nor null
    Given an empty graph
    When executing query:
      """
      UNWIND [1, null, 3, 3] AS x FILTER x > 1 RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 3 |
      | 3 |
    And no side effects

  Scenario: FILTER may say WHERE
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x FILTER WHERE x = 2 RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
    And no side effects

  Scenario: FILTER after OPTIONAL MATCH drops the row, where WHERE would keep it
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      UNWIND [1, 2] AS x OPTIONAL MATCH (n:A {x: x}) FILTER n.x = 1 RETURN x, n.x AS y
      """
    Then the result should be, in any order:
      | x | y |
      | 1 | 1 |
    And no side effects

  Scenario: FILTER on a claim
    Given an empty graph
    And having executed:
      """
      CREATE (a)-[r:SAID]->(b), (a)-[:DENIES]->[r], (a)-[s:WROTE]->(b), (b)-[:DOUBTS]->[s]
      """
    When executing query:
      """
      MATCH ()-[c]->[r] FILTER type(r) = 'SAID' RETURN type(c) AS c
      """
    Then the result should be, in any order:
      | c        |
      | 'DENIES' |
    And no side effects

  Scenario: FILTER on something that is no condition
    Given an empty graph
    When executing query:
      """
      FILTER 1 RETURN 2 AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: FILTER groups nothing
    Given an empty graph
    When executing query:
      """
      UNWIND [1] AS x FILTER count(x) = 1 RETURN x
      """
    Then a SyntaxError should be raised at compile time: InvalidAggregation

  Scenario: FILTER of a variable that is not there
    Given an empty graph
    When executing query:
      """
      FILTER y = 1 RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: LET adds variables and keeps those there are
    Given an empty graph
    When executing query:
      """
      UNWIND [1, null] AS x LET y = x + 1, z = 'z' RETURN x, y, z
      """
    Then the result should be, in any order:
      | x    | y    | z   |
      | 1    | 2    | 'z' |
      | null | null | 'z' |
    And no side effects

  Scenario: LET on no rows gives none
    Given an empty graph
    When executing query:
      """
      MATCH (n) LET x = 1 RETURN x
      """
    Then the result should be, in any order:
      | x |
    And no side effects

  Scenario: A later LET sees an earlier one
    Given an empty graph
    When executing query:
      """
      LET x = 1 LET y = x + 1 LET z = [x, y] RETURN z
      """
    Then the result should be, in any order:
      | z      |
      | [1, 2] |
    And no side effects

  Scenario: LET keeps a node a node
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:T]->({v: 7})
      """
    When executing query:
      """
      MATCH (n:A) LET m = n MATCH (m)-[:T]->(o) RETURN o.v AS v
      """
    Then the result should be, in any order:
      | v |
      | 7 |
    And no side effects

  Scenario: LET inside a subquery expression
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x RETURN COLLECT { LET y = x * 10 RETURN y } AS ys
      """
    Then the result should be, in any order:
      | ys   |
      | [10] |
      | [20] |
    And no side effects

  Scenario: LET does not define what is there
    Given an empty graph
    When executing query:
      """
      LET x = 1 LET x = 2 RETURN x
      """
    Then a SyntaxError should be raised at compile time: VariableAlreadyBound

  Scenario: LET does not define a variable twice
    Given an empty graph
    When executing query:
      """
      LET x = 1, x = 2 RETURN x
      """
    Then a SyntaxError should be raised at compile time: VariableAlreadyBound

  Scenario: LET groups nothing
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x LET n = count(x) RETURN n
      """
    Then a SyntaxError should be raised at compile time: InvalidAggregation

  Scenario: What WITH drops may be defined by LET
    Given an empty graph
    When executing query:
      """
      WITH 1 AS x WITH x AS y LET x = 2 RETURN x, y
      """
    Then the result should be, in any order:
      | x | y |
      | 2 | 1 |
    And no side effects

  Scenario: FOR makes rows of a list, with its nulls and duplicates
    Given an empty graph
    When executing query:
      """
      FOR x IN [1, null, 1] RETURN x
      """
    Then the result should be, in order:
      | x    |
      | 1    |
      | null |
      | 1    |
    And no side effects

  Scenario: FOR over null or an empty list makes none
    Given an empty graph
    When executing query:
      """
      FOR x IN null FOR y IN [] RETURN x, y
      """
    Then the result should be, in any order:
      | x | y |
    And no side effects

  Scenario: Ordinality counts from one, offset from zero
    Given an empty graph
    When executing query:
      """
      FOR x IN ['a', 'b'] WITH ORDINALITY i FOR y IN [x] WITH OFFSET j RETURN x, i, y, j
      """
    Then the result should be, in order:
      | x   | i | y   | j |
      | 'a' | 1 | 'a' | 0 |
      | 'b' | 2 | 'b' | 0 |
    And no side effects

  Scenario: Positions begin anew for every row
    Given an empty graph
    When executing query:
      """
      UNWIND [[1, 2], [], [3]] AS l FOR x IN l WITH OFFSET i RETURN x, i
      """
    Then the result should be, in order:
      | x | i |
      | 1 | 0 |
      | 2 | 1 |
      | 3 | 0 |
    And no side effects

  Scenario: FOR and WITH as the clause behind it
    Given an empty graph
    When executing query:
      """
      FOR x IN [1, 2] WITH x + 1 AS y RETURN y
      """
    Then the result should be, in order:
      | y |
      | 2 |
      | 3 |
    And no side effects

  Scenario: FOR over the claims of a relationship
    Given an empty graph
    And having executed:
      """
      CREATE (a)-[r:SAID]->(b), (a)-[:DENIES]->[r], (b)-[:DOUBTS]->[r]
      """
    When executing query:
      """
      MATCH ()-[r:SAID]->() FOR t IN COLLECT { MATCH ()-[c]->[r] RETURN type(c) AS t ORDER BY t } WITH ORDINALITY i RETURN i, t
      """
    Then the result should be, in order:
      | i | t        |
      | 1 | 'DENIES' |
      | 2 | 'DOUBTS' |
    And no side effects

  Scenario: FOR does not define what is there
    Given an empty graph
    When executing query:
      """
      LET x = 1 FOR x IN [1] RETURN x
      """
    Then a SyntaxError should be raised at compile time: VariableAlreadyBound

  Scenario: Element and position need different names
    Given an empty graph
    When executing query:
      """
      FOR x IN [1] WITH OFFSET x RETURN x
      """
    Then a SyntaxError should be raised at compile time: VariableAlreadyBound

  Scenario: FOR over something that is no list
    Given an empty graph
    When executing query:
      """
      FOR x IN {a: 1} RETURN x
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: NEXT hands on the columns, and only those
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 2] AS x RETURN x, x * 10 AS y NEXT RETURN sum(y) AS y, count(*) AS n
      """
    Then the result should be, in any order:
      | y  | n |
      | 50 | 3 |
    And no side effects

  Scenario: NEXT on no rows
    Given an empty graph
    When executing query:
      """
      MATCH (n) RETURN n NEXT RETURN count(n) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

  Scenario: NEXT keeps nodes and relationships
    Given an empty graph
    And having executed:
      """
      CREATE (a {v: 1})-[r:T]->(b), (a)-[:OF]->[r]
      """
    When executing query:
      """
      MATCH ()-[r:T]->() RETURN r NEXT MATCH (a)-[c:OF]->[r] RETURN a.v AS v
      """
    Then the result should be, in any order:
      | v |
      | 1 |
    And no side effects

  Scenario: NEXT behind a union
    Given an empty graph
    When executing query:
      """
      RETURN 1 AS x UNION ALL RETURN 1 AS x NEXT RETURN count(x) AS n
      """
    Then the result should be, in any order:
      | n |
      | 2 |
    And no side effects

  Scenario: A union behind NEXT, each arm on all rows
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 3] AS x RETURN x NEXT RETURN sum(x) AS y UNION ALL RETURN max(x) AS y
      """
    Then the result should be, in any order:
      | y |
      | 6 |
      | 3 |
    And no side effects

  Scenario: Several in a row
    Given an empty graph
    When executing query:
      """
      RETURN 1 AS x NEXT RETURN x + 1 AS x NEXT RETURN x * 10 AS x
      """
    Then the result should be, in any order:
      | x  |
      | 20 |
    And no side effects

  Scenario: The last part may change the graph
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x RETURN x NEXT CREATE (:A {x: x})
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 2 |
      | +labels     | 1 |
      | +properties | 2 |

  Scenario: NEXT inside a subquery
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x CALL (x) { UNWIND [x, x] AS y RETURN y NEXT RETURN sum(y) AS s } RETURN x, s
      """
    Then the result should be, in any order:
      | x | s |
      | 1 | 2 |
      | 2 | 4 |
    And no side effects

  Scenario: What is not returned is not there behind NEXT
    Given an empty graph
    When executing query:
      """
      LET x = 1 RETURN 2 AS y NEXT RETURN x
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: NEXT needs RETURN before it
    Given an empty graph
    When executing query:
      """
      CREATE (n) NEXT RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: FINISH hands nothing on
    Given an empty graph
    When executing query:
      """
      MATCH (n) FINISH NEXT RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: A column behind NEXT needs a name
    Given an empty graph
    When executing query:
      """
      RETURN 1 + 1 NEXT RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: NoExpressionAlias

  Scenario: FINISH ends a query without a result
    Given an empty graph
    And having executed:
      """
      CREATE ()
      """
    When executing query:
      """
      MATCH (n) SET n.x = 1 FINISH
      """
    Then the result should be empty
    And the side effects should be:
      | +properties | 1 |

  Scenario: FINISH may end a query that only reads, or stand alone
    Given an empty graph
    When executing query:
      """
      FINISH
      """
    Then the result should be empty
    And no side effects

  Scenario: FINISH inside a subquery leaves the rows as they are
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x CALL (x) { FOR y IN [x, x] CREATE (:A {y: y}) FINISH } RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 2 |
    And the side effects should be:
      | +nodes      | 4 |
      | +labels     | 1 |
      | +properties | 4 |

  Scenario: Nothing stands behind FINISH
    Given an empty graph
    When executing query:
      """
      FINISH RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: INSERT creates what its pattern says
    Given an empty graph
    When executing query:
      """
      INSERT (a:A&B {v: 1})-[:T {w: 2}]->(:C), (a)<-[:S]-(:C) RETURN labels(a) AS l
      """
    Then the result should be, in any order:
      | l          |
      | ['A', 'B'] |
    And the side effects should be:
      | +nodes         | 3 |
      | +relationships | 2 |
      | +labels        | 3 |
      | +properties    | 2 |

  Scenario: INSERT works on every row, and on none
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 1, null] AS x INSERT (:A {x: x}) WITH x FILTER false INSERT (:B)
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 3 |
      | +labels     | 1 |
      | +properties | 2 |

  Scenario: INSERT of a claim
    Given an empty graph
    And having executed:
      """
      CREATE ()-[:SAID]->()
      """
    When executing query:
      """
      MATCH (a)-[r:SAID]->() INSERT (a)-[:DENIES]->[r]
      """
    Then the result should be empty
    And the side effects should be:
      | +relationships | 1 |

  Scenario: INSERT needs a direction
    Given an empty graph
    When executing query:
      """
      INSERT ()-[:T]-()
      """
    Then a SyntaxError should be raised at compile time: RequiresDirectedRelationship

  Scenario: INSERT needs a type
    Given an empty graph
    When executing query:
      """
      INSERT ()-[]->()
      """
    Then a SyntaxError should be raised at compile time: NoSingleRelationshipType

  Scenario: NODETACH DELETE is DELETE
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:T]->(:B)
      """
    When executing query:
      """
      MATCH (a)-[r]->(b) NODETACH DELETE r, a
      """
    Then the result should be empty
    And the side effects should be:
      | -nodes         | 1 |
      | -relationships | 1 |
      | -labels        | 1 |

  Scenario: NODETACH DELETE of null deletes nothing
    Given an empty graph
    When executing query:
      """
      OPTIONAL MATCH (a:A) NODETACH DELETE a
      """
    Then the result should be empty
    And no side effects

  Scenario: NODETACH DELETE leaves no relationship without its end
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:T]->(:B)
      """
    When executing query:
      """
      MATCH (a:A) NODETACH DELETE a
      """
    Then a ConstraintVerificationFailed should be raised at runtime: DeleteConnectedNode

  Scenario: UNION DISTINCT is UNION
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 1, 2, null, null] AS x RETURN x UNION DISTINCT UNWIND [1, null, 3] AS x RETURN x
      """
    Then the result should be, in any order:
      | x    |
      | 1    |
      | 2    |
      | null |
      | 3    |
    And no side effects

  Scenario: EXCEPT: the rows of the first that the second has not, each once
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 2, null] AS x RETURN x EXCEPT UNWIND [1, null, 3] AS x RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
    And no side effects

  Scenario: EXCEPT DISTINCT: the rows of the first that the second has not, each once
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 2, null] AS x RETURN x EXCEPT DISTINCT UNWIND [1, null, 3] AS x RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
    And no side effects

  Scenario: EXCEPT ALL takes one away for each
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 1, 2, null, null] AS x RETURN x EXCEPT ALL UNWIND [1, null, 3] AS x RETURN x
      """
    Then the result should be, in any order:
      | x    |
      | 1    |
      | 2    |
      | null |
    And no side effects

  Scenario: INTERSECT: the rows of both, each once
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 1, 2, null, null] AS x RETURN x INTERSECT UNWIND [1, null, 3] AS x RETURN x
      """
    Then the result should be, in any order:
      | x    |
      | 1    |
      | null |
    And no side effects

  Scenario: INTERSECT DISTINCT: the rows of both, each once
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 1, 2, null, null] AS x RETURN x INTERSECT DISTINCT UNWIND [1, null, 3] AS x RETURN x
      """
    Then the result should be, in any order:
      | x    |
      | 1    |
      | null |
    And no side effects

  Scenario: INTERSECT ALL keeps as many as both have
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 1, 2, null, null] AS x RETURN x INTERSECT ALL UNWIND [1, 1, 1, null, 4] AS x RETURN x
      """
    Then the result should be, in any order:
      | x    |
      | 1    |
      | 1    |
      | null |
    And no side effects

  Scenario: Three arms from the left to the right
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 3] AS x RETURN x EXCEPT RETURN 1 AS x EXCEPT RETURN 2 AS x
      """
    Then the result should be, in any order:
      | x |
      | 3 |
    And no side effects

  Scenario: Nothing taken away, everything taken away
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x RETURN x EXCEPT MATCH (x) RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 2 |
    And no side effects

  Scenario: Nothing in common
    Given an empty graph
    When executing query:
      """
      RETURN 1 AS x INTERSECT MATCH (x) RETURN x
      """
    Then the result should be, in any order:
      | x |
    And no side effects

  Scenario: An integer is the float of the same value
    Given an empty graph
    When executing query:
      """
      RETURN 1 AS x INTERSECT RETURN 1.0 AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
    And no side effects

  Scenario: Columns are found by name
    Given an empty graph
    When executing query:
      """
      RETURN 1 AS a, 2 AS b INTERSECT RETURN 2 AS b, 1 AS a
      """
    Then the result should be, in any order:
      | a | b |
      | 1 | 2 |
    And no side effects

  Scenario: Nodes by identity
    Given an empty graph
    And having executed:
      """
      CREATE (:A {v: 1}), (:B {v: 1})
      """
    When executing query:
      """
      MATCH (n) RETURN n.v AS v, n EXCEPT MATCH (n:B) RETURN n.v AS v, n NEXT RETURN v
      """
    Then the result should be, in any order:
      | v |
      | 1 |
    And no side effects

  Scenario: Claims by identity
    Given an empty graph
    And having executed:
      """
      CREATE (a)-[r:SAID]->(b), (a)-[:DENIES]->[r], (b)-[:DOUBTS]->[r]
      """
    When executing query:
      """
      MATCH ()-[c]->[r] RETURN c EXCEPT MATCH ()-[c:DENIES]->[r] RETURN c NEXT RETURN type(c) AS t
      """
    Then the result should be, in any order:
      | t        |
      | 'DOUBTS' |
    And no side effects

  Scenario: In a subquery, for each row
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x CALL (x) { UNWIND [1, 2, 3] AS y RETURN y EXCEPT RETURN x AS y } RETURN x, y
      """
    Then the result should be, in any order:
      | x | y |
      | 1 | 2 |
      | 1 | 3 |
      | 2 | 1 |
      | 2 | 3 |
    And no side effects

  Scenario: Counted
    Given an empty graph
    When executing query:
      """
      RETURN COUNT { UNWIND [1, 1, 2] AS x RETURN x INTERSECT ALL UNWIND [1, 1] AS x RETURN x } AS n
      """
    Then the result should be, in any order:
      | n |
      | 2 |
    And no side effects

  Scenario: Arms of other columns
    Given an empty graph
    When executing query:
      """
      RETURN 1 AS x EXCEPT RETURN 1 AS y
      """
    Then a SyntaxError should be raised at compile time: DifferentColumnsInUnion

  Scenario: Operators are not mixed without braces
    Given an empty graph
    When executing query:
      """
      RETURN 1 AS x UNION RETURN 2 AS x EXCEPT RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: Nor are ALL and DISTINCT
    Given an empty graph
    When executing query:
      """
      RETURN 1 AS x EXCEPT RETURN 2 AS x EXCEPT ALL RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: OTHERWISE is not looked at where the first has rows
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 1] AS x RETURN x OTHERWISE RETURN 2 AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 1 |
    And no side effects

  Scenario: OTHERWISE gives the second where the first has none
    Given an empty graph
    When executing query:
      """
      MATCH (n) RETURN n.x AS x OTHERWISE UNWIND [2, 2] AS x RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
      | 2 |
    And no side effects

  Scenario: A row of nulls is a row
    Given an empty graph
    When executing query:
      """
      RETURN null AS x OTHERWISE RETURN 2 AS x
      """
    Then the result should be, in any order:
      | x    |
      | null |
    And no side effects

  Scenario: The first that has rows, of several
    Given an empty graph
    When executing query:
      """
      MATCH (n) RETURN 1 AS x OTHERWISE MATCH (n) RETURN 2 AS x OTHERWISE RETURN 3 AS x OTHERWISE RETURN 4 AS x
      """
    Then the result should be, in any order:
      | x |
      | 3 |
    And no side effects

  Scenario: Nobody has rows
    Given an empty graph
    When executing query:
      """
      MATCH (n) RETURN 1 AS x OTHERWISE MATCH (n) RETURN 2 AS x
      """
    Then the result should be, in any order:
      | x |
    And no side effects

  Scenario: OTHERWISE for each row of a subquery
    Given an empty graph
    And having executed:
      """
      CREATE ({x: 1})
      """
    When executing query:
      """
      UNWIND [1, 2] AS x CALL (x) { MATCH (n {x: x}) RETURN 'there' AS y OTHERWISE RETURN 'missing' AS y } RETURN x, y
      """
    Then the result should be, in any order:
      | x | y         |
      | 1 | 'there'   |
      | 2 | 'missing' |
    And no side effects

  Scenario: OTHERWISE whose second query would change the graph
    Given an empty graph
    And having executed:
      """
      CREATE ({x: 1})
      """
    When executing query:
      """
      MATCH (n) RETURN n.x AS x OTHERWISE CREATE (n {x: 2}) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
    And no side effects

  Scenario: OTHERWISE whose second query changes the graph
    Given an empty graph
    When executing query:
      """
      MATCH (n) RETURN n.x AS x OTHERWISE CREATE (n {x: 2}) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
    And the side effects should be:
      | +nodes      | 1 |
      | +properties | 1 |

  Scenario: WHEN takes the first condition that is true
    Given an empty graph
    When executing query:
      """
      WHEN false THEN RETURN 1 AS x WHEN null THEN RETURN 2 AS x WHEN true THEN RETURN 3 AS x WHEN true THEN RETURN 4 AS x ELSE RETURN 5 AS x
      """
    Then the result should be, in any order:
      | x |
      | 3 |
    And no side effects

  Scenario: ELSE where none is
    Given an empty graph
    When executing query:
      """
      WHEN 1 > 2 THEN RETURN 1 AS x ELSE UNWIND [5, 5] AS x RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 5 |
      | 5 |
    And no side effects

  Scenario: No rows where none is and there is no ELSE
    Given an empty graph
    When executing query:
      """
      WHEN false THEN RETURN 1 AS x
      """
    Then the result should be, in any order:
      | x |
    And no side effects

  Scenario: Each row decides for itself
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, null] AS x CALL (x) { WHEN x = 1 THEN RETURN 'one' AS y ELSE RETURN 'other' AS y } RETURN x, y
      """
    Then the result should be, in any order:
      | x    | y       |
      | 1    | 'one'   |
      | 2    | 'other' |
      | null | 'other' |
    And no side effects

  Scenario: A branch that groups gives no row where it is not taken
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x CALL (x) { WHEN x = 1 THEN MATCH (n) RETURN count(n) AS c } RETURN x, c
      """
    Then the result should be, in any order:
      | x | c |
      | 1 | 0 |
    And no side effects

  Scenario: Only the branch that is taken changes the graph
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 3] AS x CALL (x) { WHEN x = 2 THEN CREATE (:A) ELSE CREATE (:B) } RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 2 |
      | 3 |
    And the side effects should be:
      | +nodes  | 3 |
      | +labels | 2 |

  Scenario: WHEN with a subquery as its condition
    Given an empty graph
    And having executed:
      """
      CREATE (a)-[r:SAID]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      WHEN EXISTS { ()-[c:DENIES]->[r] } THEN RETURN 'denied' AS s ELSE RETURN 'stands' AS s
      """
    Then the result should be, in any order:
      | s        |
      | 'denied' |
    And no side effects

  Scenario: Branches of other columns
    Given an empty graph
    When executing query:
      """
      WHEN true THEN RETURN 1 AS x ELSE RETURN 1 AS y
      """
    Then a SyntaxError should be raised at compile time: DifferentColumnsInUnion

  Scenario: A condition that is none
    Given an empty graph
    When executing query:
      """
      WHEN 1 THEN RETURN 1 AS x ELSE RETURN 2 AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: A single branch gives what it finds
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 2] AS x CALL (x) { WHEN x = 2 THEN RETURN x * 10 AS y } RETURN x, y
      """
    Then the result should be, in any order:
      | x | y  |
      | 2 | 20 |
      | 2 | 20 |
    And no side effects

  Scenario: WHEN behind NEXT decides for each row
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x RETURN x NEXT WHEN x = 1 THEN RETURN 'one' AS y ELSE RETURN 'other' AS y
      """
    Then the result should be, in any order:
      | y       |
      | 'one'   |
      | 'other' |
    And no side effects

  Scenario: A single branch whose query is a union
    Given an empty graph
    When executing query:
      """
      WHEN true THEN { RETURN 1 AS x UNION ALL RETURN 1 AS x }
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 1 |
    And no side effects

  Scenario: ORDER BY, OFFSET and LIMIT as clauses of their own
    Given an empty graph
    When executing query:
      """
      UNWIND [3, 1, 2, null] AS x ORDER BY x DESC OFFSET 1 LIMIT 2 RETURN x
      """
    Then the result should be, in order:
      | x |
      | 3 |
      | 2 |
    And no side effects

  Scenario: The row count can be limited before matching
    Given an empty graph
    When executing query:
      """
      UNWIND [2, 1] AS x ORDER BY x LIMIT 1 UNWIND [x, x] AS y RETURN y
      """
    Then the result should be, in order:
      | y |
      | 1 |
      | 1 |
    And no side effects

  Scenario: SKIP is OFFSET
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x SKIP 1 RETURN x UNION ALL UNWIND [1, 2] AS x OFFSET 1 RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
      | 2 |
    And no side effects

  Scenario: OFFSET behind RETURN and WITH
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 3, 4] AS x WITH x ORDER BY x OFFSET 1 RETURN x ORDER BY x DESC OFFSET 1 LIMIT 1
      """
    Then the result should be, in any order:
      | x |
      | 3 |
    And no side effects

  Scenario: More is left out than there is
    Given an empty graph
    When executing query:
      """
      UNWIND [1] AS x OFFSET 5 RETURN x
      """
    Then the result should be, in any order:
      | x |
    And no side effects

  Scenario: LIMIT 0 keeps nothing, and counting counts nothing
    Given an empty graph
    When executing query:
      """
      UNWIND [1] AS x LIMIT 0 RETURN count(x) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

  Scenario: All variables are there behind ORDER BY
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS x LET y = -x ORDER BY y RETURN x, y
      """
    Then the result should be, in order:
      | x | y  |
      | 2 | -2 |
      | 1 | -1 |
    And no side effects

  Scenario: Nulls are last upwards and first downwards
    Given an empty graph
    When executing query:
      """
      UNWIND [1, null, 2] AS x RETURN x ORDER BY x DESC
      """
    Then the result should be, in order:
      | x    |
      | null |
      | 2    |
      | 1    |
    And no side effects

  Scenario: NULLS FIRST
    Given an empty graph
    When executing query:
      """
      UNWIND [1, null, 2] AS x RETURN x ORDER BY x NULLS FIRST
      """
    Then the result should be, in order:
      | x    |
      | null |
      | 1    |
      | 2    |
    And no side effects

  Scenario: NULLS LAST
    Given an empty graph
    When executing query:
      """
      UNWIND [1, null, 2] AS x RETURN x ORDER BY x DESC NULLS LAST
      """
    Then the result should be, in order:
      | x    |
      | 2    |
      | 1    |
      | null |
    And no side effects

  Scenario: Each key has its own place for nulls
    Given an empty graph
    When executing query:
      """
      UNWIND [[1, null], [1, 2], [null, 1]] AS p RETURN p[0] AS a, p[1] AS b ORDER BY a NULLS FIRST, b DESC NULLS LAST
      """
    Then the result should be, in order:
      | a    | b    |
      | null | 1    |
      | 1    | 2    |
      | 1    | null |
    And no side effects

  Scenario: ORDER BY groups nothing
    Given an empty graph
    When executing query:
      """
      UNWIND [1] AS x ORDER BY count(x) RETURN x
      """
    Then a SyntaxError should be raised at compile time: InvalidAggregation

  Scenario: A negative offset
    Given an empty graph
    When executing query:
      """
      UNWIND [1] AS x OFFSET -1 RETURN x
      """
    Then a SyntaxError should be raised at compile time: NegativeIntegerArgument

  Scenario: A limit that is no integer
    Given an empty graph
    When executing query:
      """
      UNWIND [1] AS x LIMIT 1.5 RETURN x
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: A limit that depends on the row
    Given an empty graph
    When executing query:
      """
      UNWIND [1] AS x LIMIT x RETURN x
      """
    Then a SyntaxError should be raised at compile time: NonConstantExpression

  Scenario: Braces put queries together
    Given an empty graph
    When executing query:
      """
      { RETURN 1 AS x UNION RETURN 2 AS x } EXCEPT RETURN 1 AS x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
    And no side effects

  Scenario: Braces on the right
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 3] AS x RETURN x EXCEPT { RETURN 1 AS x UNION RETURN 3 AS x }
      """
    Then the result should be, in any order:
      | x |
      | 2 |
    And no side effects

  Scenario: Braces around braces
    Given an empty graph
    When executing query:
      """
      { { RETURN 1 AS x } }
      """
    Then the result should be, in any order:
      | x |
      | 1 |
    And no side effects

  Scenario: Braces with other columns
    Given an empty graph
    When executing query:
      """
      { RETURN 1 AS x } UNION RETURN 1 AS y
      """
    Then a SyntaxError should be raised at compile time: DifferentColumnsInUnion

  Scenario: Braces that are not closed
    Given an empty graph
    When executing query:
      """
      { RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: The words remain names
    Given an empty graph
    When executing query:
      """
      LET filter = 1, let = 2, next = 3, finish = 4, otherwise = 5, offset = 6, insert = 7 RETURN filter + let + next + finish + otherwise + offset + insert AS x
      """
    Then the result should be, in any order:
      | x  |
      | 28 |
    And no side effects

  Scenario: INSERT takes no condition on labels
    Given an empty graph
    When executing query:
      """
      INSERT (a:A|B) RETURN a
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
