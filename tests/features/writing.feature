Feature: Clauses that write

  Scenario: CREATE makes every part of its pattern
    Given an empty graph
    When executing query:
      """
      CREATE (a:A {v: 1})-[r:T {w: 2}]->(b:A:B) RETURN a, r, b
      """
    Then the result should be, in any order:
      | a           | r           | b      |
      | (:A {v: 1}) | [:T {w: 2}] | (:A:B) |
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 1 |
      | +labels        | 2 |
      | +properties    | 2 |

  Scenario: CREATE makes one for each row
    Given an empty graph
    When executing query:
      """
      UNWIND range(1, 3) AS i CREATE (:N {i: i})
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 3 |
      | +labels     | 1 |
      | +properties | 3 |

  Scenario: A clause does not see what it creates
    Given an empty graph
    And having executed:
      """
      CREATE (), ()
      """
    When executing query:
      """
      MATCH () CREATE ()
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes | 2 |

  Scenario: A property that is null is not stored
    Given an empty graph
    When executing query:
      """
      CREATE (n {a: null, b: 1}) RETURN keys(n) AS keys
      """
    Then the result should be, in any order:
      | keys  |
      | ['b'] |
    And the side effects should be:
      | +nodes      | 1 |
      | +properties | 1 |

  Scenario: A relationship needs a type to be created
    Given an empty graph
    When executing query:
      """
      CREATE ()-[r]->()
      """
    Then a SyntaxError should be raised at compile time: NoSingleRelationshipType

  Scenario: A relationship needs a direction to be created
    Given an empty graph
    When executing query:
      """
      CREATE ()-[:T]-()
      """
    Then a SyntaxError should be raised at compile time: RequiresDirectedRelationship

  Scenario: MERGE finds, or else makes
    Given an empty graph
    And having executed:
      """
      CREATE (:N {k: 1})
      """
    When executing query:
      """
      UNWIND [1, 2, 2] AS k
      MERGE (n:N {k: k})
      ON CREATE SET n.made = true
      ON MATCH SET n.met = true
      RETURN n.k AS k, n.made AS made, n.met AS met
      """
    Then the result should be, in any order:
      | k | made | met  |
      | 1 | null | true |
      | 2 | true | true |
      | 2 | true | true |
    And the side effects should be:
      | +nodes      | 1 |
      | +properties | 4 |

  Scenario: MERGE of a relationship between nodes that are bound
    Given an empty graph
    And having executed:
      """
      CREATE (:A), (:B)
      """
    When executing query:
      """
      MATCH (a:A), (b:B)
      MERGE (a)-[r:T]->(b)
      MERGE (a)-[s:T]->(b)
      RETURN r = s AS same
      """
    Then the result should be, in any order:
      | same |
      | true |
    And the side effects should be:
      | +relationships | 1 |

  Scenario: MERGE on null is refused
    Given an empty graph
    When executing query:
      """
      UNWIND [null] AS k MERGE (:N {k: k})
      """
    Then a SemanticError should be raised at runtime: MergeReadOwnWrites

  Scenario: SET changes, adds and removes properties
    Given an empty graph
    And having executed:
      """
      CREATE (:N {a: 1, b: 2})
      """
    When executing query:
      """
      MATCH (n:N) SET n.a = 3, n.b = null, n.c = [1, 2] RETURN n
      """
    Then the result should be, in any order:
      | n                       |
      | (:N {a: 3, c: [1, 2]})  |
    And the side effects should be:
      | +properties | 2 |
      | -properties | 2 |

  Scenario: SET of a map replaces, += adds
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1}), (:B {x: 1})
      """
    When executing query:
      """
      MATCH (a:A), (b:B) SET a = {y: 2}, b += {y: 2} RETURN a, b
      """
    Then the result should be, in any order:
      | a           | b                 |
      | (:A {y: 2}) | (:B {x: 1, y: 2}) |
    And the side effects should be:
      | +properties | 2 |
      | -properties | 1 |

  Scenario: Labels are set and removed
    Given an empty graph
    And having executed:
      """
      CREATE (:Draft {v: 1})
      """
    When executing query:
      """
      MATCH (n:Draft) SET n:Final:Public REMOVE n:Draft RETURN n
      """
    Then the result should be, in any order:
      | n                      |
      | (:Final:Public {v: 1}) |
    And the side effects should be:
      | +labels | 2 |
      | -labels | 1 |

  Scenario: REMOVE of a property
    Given an empty graph
    And having executed:
      """
      CREATE (:N {a: 1, b: 2})
      """
    When executing query:
      """
      MATCH (n:N) REMOVE n.a, n.missing RETURN n
      """
    Then the result should be, in any order:
      | n           |
      | (:N {b: 2}) |
    And the side effects should be:
      | -properties | 1 |

  Scenario: A map is no property
    Given an empty graph
    When executing query:
      """
      CREATE (n:N) SET n.v = {a: 1}
      """
    Then a TypeError should be raised at any time: *
    And no side effects

  Scenario: A connected node is not deleted
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:T]->(:B)
      """
    When executing query:
      """
      MATCH (a:A) DELETE a
      """
    Then a ConstraintVerificationFailed should be raised at runtime: DeleteConnectedNode
    And no side effects

  Scenario: A node and its relationships in one DELETE
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:T]->(:B)
      """
    When executing query:
      """
      MATCH (a:A)-[r]->() DELETE a, r
      """
    Then the result should be empty
    And the side effects should be:
      | -nodes         | 1 |
      | -relationships | 1 |
      | -labels        | 1 |

  Scenario: DETACH DELETE takes relationships along
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:T {v: 1}]->(:B)
      """
    When executing query:
      """
      MATCH (a:A) DETACH DELETE a
      """
    Then the result should be empty
    And the side effects should be:
      | -nodes         | 1 |
      | -relationships | 1 |
      | -labels        | 1 |
      | -properties    | 1 |

  Scenario: Deleting null does nothing
    Given an empty graph
    When executing query:
      """
      OPTIONAL MATCH (n) DELETE n
      """
    Then the result should be empty
    And no side effects

  Scenario: A statement that fails half-way leaves nothing behind
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 0] AS x CREATE (:N {v: 1 / x})
      """
    Then a ArithmeticError should be raised at runtime: DivisionByZero
    And no side effects

  Scenario: A subquery in CREATE counts what was there before the clause
    Given an empty graph
    And having executed:
      """
      CREATE (:A), (:A)
      """
    When executing query:
      """
      MATCH (a:A) CREATE (:B {n: COUNT { (x) }}), (a)-[:T {n: COUNT { (x) }}]->(:B {n: COUNT { (x)--() }})
      WITH count(*) AS rows
      MATCH (b:B) OPTIONAL MATCH (b)<-[t:T]-() RETURN b.n AS n, t.n AS t
      """
    Then the result should be, in any order:
      | n | t    |
      | 2 | null |
      | 2 | null |
      | 0 | 2    |
      | 0 | 2    |
    And the side effects should be:
      | +nodes         | 4 |
      | +relationships | 2 |
      | +properties    | 6 |
      | +labels        | 1 |

  Scenario: A subquery in CREATE counts the same for every one of many rows
    Given an empty graph
    When executing query:
      """
      UNWIND range(1, 5000) AS i CREATE (b:B {n: COUNT { (x) }})
      WITH count(*) AS rows MATCH (b:B) RETURN DISTINCT b.n AS n, count(*) AS nodes
      """
    Then the result should be, in any order:
      | n | nodes |
      | 0 | 5000  |
    And the side effects should be:
      | +nodes      | 5000 |
      | +properties | 5000 |
      | +labels     | 1    |

  Scenario: A pattern and a pattern comprehension in CREATE see the graph before the clause
    Given an empty graph
    And having executed:
      """
      CREATE (:A {k: 1}), (:A {k: 2})
      """
    When executing query:
      """
      MATCH (a:A), (b:A) WHERE a.k <> b.k
      CREATE (a)-[t:T {found: CASE WHEN (a)--() THEN 'yes' ELSE 'no' END, ends: size([(a)--(x) | x.k])}]->(b)
      RETURN t.found AS found, t.ends AS ends
      """
    Then the result should be, in any order:
      | found | ends |
      | 'no'  | 0    |
      | 'no'  | 0    |
    And the side effects should be:
      | +relationships | 2 |
      | +properties    | 4 |

  Scenario: A subquery in SET sees the graph before the clause
    Given an empty graph
    And having executed:
      """
      CREATE (:A {k: 1}), (:A {k: 2}), (:A {k: 3})
      """
    When executing query:
      """
      MATCH (a:A) SET a.seen = COUNT { (x:A) WHERE x.seen IS NOT NULL }, a:Seen, a.labels = COUNT { (x:Seen) }
      RETURN a.seen AS seen, a.labels AS labels
      """
    Then the result should be, in any order:
      | seen | labels |
      | 0    | 0      |
      | 0    | 0      |
      | 0    | 0      |
    And the side effects should be:
      | +properties | 6 |
      | +labels     | 1 |

  Scenario: A property in SET is read as the rows before have left it
    Given an empty graph
    And having executed:
      """
      CREATE (:A {n: 0})
      """
    When executing query:
      """
      UNWIND [1, 2, 3] AS i MATCH (a:A) SET a.n = a.n + i + COUNT { (x:A) WHERE x.n > 0 } RETURN DISTINCT a.n AS n
      """
    Then the result should be, in any order:
      | n |
      | 6 |
    And the side effects should be:
      | +properties | 1 |
      | -properties | 1 |

  Scenario: A subquery in CREATE may look at what the clause has created before
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS i
      CREATE (a:A {i: i})-[:T]->(:B), (c:C {i: a.i, n: COUNT { (a)-->(x) }}) RETURN c.i AS i, c.n AS n
      """
    Then the result should be, in any order:
      | i | n |
      | 1 | 1 |
      | 2 | 1 |
    And the side effects should be:
      | +nodes         | 6 |
      | +relationships | 2 |
      | +properties    | 6 |
      | +labels        | 3 |

  Scenario: A subquery in CREATE that is not taken does not fail
    Given an empty graph
    When executing query:
      """
      UNWIND [0, 2] AS d
      CREATE (n:N {c: CASE WHEN d = 0 THEN -1 ELSE COUNT { UNWIND [1] AS x WITH x WHERE x / d = 0 RETURN x } END,
                   l: [x IN [1, 2] | EXISTS { UNWIND [x] AS y WITH y WHERE y > 1 RETURN y }]})
      RETURN n.c AS c, n.l AS l
      """
    Then the result should be, in any order:
      | c  | l             |
      | -1 | [false, true] |
      | 1  | [false, true] |
    And the side effects should be:
      | +nodes      | 2 |
      | +properties | 4 |
      | +labels     | 1 |

  Scenario: Each round of FOREACH and each row of CALL sees the rounds before
    Given an empty graph
    When executing query:
      """
      FOREACH (i IN [1, 2, 3] | CREATE (:N {n: COUNT { (x) }}))
      WITH 1 AS one UNWIND [4, 5] AS i
      CALL () { CREATE (:N {n: COUNT { (x) }}) }
      MATCH (n:N) RETURN DISTINCT n.n AS n ORDER BY n
      """
    Then the result should be, in order:
      | n |
      | 0 |
      | 1 |
      | 2 |
      | 3 |
      | 4 |
    And the side effects should be:
      | +nodes      | 5 |
      | +properties | 5 |
      | +labels     | 1 |

  Scenario: A branch beside a subquery reads what the items before have left
    Given an empty graph
    And having executed:
      """
      CREATE (:N {id: 1, x: 1})-[:T]->(:M), (:N {id: 2, x: 2})
      """
    When executing query:
      """
      MATCH (n:N) SET n.x = 5, n.y = CASE WHEN EXISTS { (n)-->() } THEN n.x ELSE -n.x END,
        n.z = coalesce(n.nothing, n.x + COUNT { (n)-->() })
      RETURN n.id, n.y, n.z ORDER BY n.id
      """
    Then the result should be, in order:
      | n.id | n.y | n.z |
      | 1    | 5   | 6   |
      | 2    | -5  | 5   |

  Scenario: A branch of CREATE looks at the graph before the clause and at what the clause has created
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS i
      CREATE (a:N {i: i}), (b:B {
        count: CASE WHEN a.i > 0 THEN COUNT { (:N) } + a.i ELSE -1 END,
        any: a.i > 1 AND EXISTS { (:N) } OR a.i = 1,
        list: [x IN [a.i] | x + COUNT { (:N) }]
      })
      RETURN b.count, b.any, b.list
      """
    Then the result should be, in any order:
      | b.count | b.any | b.list |
      | 1       | true  | [1]    |
      | 2       | false | [2]    |

  Scenario: A subquery that fails in a branch that is not taken fails nothing
    Given an empty graph
    And having executed:
      """
      CREATE (:N {id: 1, x: 0}), (:N {id: 2, x: 2})
      """
    When executing query:
      """
      MATCH (n:N)
      SET n.y = CASE WHEN n.x = 0 THEN -1 ELSE COUNT { UNWIND range(1, 10 / n.x) AS i RETURN i } END,
        n.z = n.x <> 0 AND EXISTS { MATCH (m:N) WHERE 4 / n.x = m.x RETURN m },
        n.l = [x IN [] | COUNT { UNWIND [1 / n.x] AS i RETURN i }]
      RETURN n.id, n.y, n.z, n.l ORDER BY n.id
      """
    Then the result should be, in order:
      | n.id | n.y | n.z   | n.l |
      | 1    | -1  | false | []  |
      | 2    | 5   | true  | []  |

  Scenario: A subquery that fails in the branch that is taken fails the statement
    Given an empty graph
    And having executed:
      """
      CREATE (:N {x: 1}), (:N {x: 0})
      """
    When executing query:
      """
      MATCH (n:N)
      SET n.y = CASE WHEN n.x > 5 THEN 0 ELSE COUNT { UNWIND range(1, 10 / n.x) AS i RETURN i } END
      """
    Then a ArithmeticError should be raised at runtime: DivisionByZero
    And no side effects

  Scenario: A subquery that reads the element of a comprehension sees the graph before the clause, and all else what the items before have left
    Given an empty graph
    And having executed:
      """
      CREATE (:N {id: 1, k: 1, list: [1, 2]}), (:N {id: 2, k: 2, list: [2, 3]}), (:N {k: 2})
      """
    When executing query:
      """
      MATCH (n:N) WHERE n.id > 0
      SET n.k = 5, n.list = n.list + [5], n.c = [x IN n.list | COUNT { (:N {k: x}) } * 10 + n.k]
      RETURN n.id, n.c ORDER BY n.id
      """
    Then the result should be, in order:
      | n.id | n.c         |
      | 1    | [15, 25, 5] |
      | 2    | [25, 5, 5]  |
    And the side effects should be:
      | +properties | 6 |
      | -properties | 4 |

  Scenario Outline: Whatever goes through a list may look at the graph before the clause for each element
    Given an empty graph
    And having executed:
      """
      CREATE (:N {id: 1, k: 1, l: [1, 2]}), (:N {id: 2, k: 2, l: [2, 3, 2]}), (:N {id: 3, k: 3, l: []})
      """
    When executing query:
      """
      MATCH (n:N) SET n.k = n.k + 1, n.c = <expression> RETURN n.id, n.c ORDER BY n.id
      """
    Then the result should be, in order:
      | n.id | n.c   |
      | 1    | <one> |
      | 2    | <two> |
      | 3    | <three> |

    Examples:
      | expression                                                                    | one      | two       | three |
      | any(x IN n.l WHERE EXISTS { (:N {k: x - 2}) })                                | false    | true      | false |
      | all(x IN n.l WHERE EXISTS { (:N {k: x}) } AND x < n.k + 1)                    | true     | true      | true  |
      | none(x IN n.l WHERE EXISTS { (:N {k: x + n.k}) })                             | false    | true      | true  |
      | single(x IN n.l WHERE COUNT { (:N {k: x}) } = 1)                              | false    | false     | false |
      | reduce(s = n.k, x IN n.l \| s + COUNT { (m:N) WHERE m.k <= x })               | 5        | 10        | 4     |
      | reduce(s = 0, x IN n.l \| s + COUNT { (m:N) WHERE m.k > s })                  | 3        | 3         | 0     |
      | [x IN n.l WHERE x > 1 \| CASE WHEN x > 2 THEN n.k ELSE COUNT { (:N {k: x}) } END] | [1]  | [1, 3, 1] | []    |
      | [x IN n.l \| CASE WHEN x > 5 THEN COUNT { UNWIND [x / 0] AS y RETURN y } ELSE 0 END] | [0, 0] | [0, 0, 0] | [] |
      | [x IN n.l \| coalesce(n.k + x, COUNT { UNWIND [x / 0] AS y RETURN y })]       | [3, 4]   | [5, 6, 5] | []    |
      | [x IN n.l \| size([y IN [x, n.k] WHERE EXISTS { (:N {k: y}) }])]              | [2, 2]   | [2, 2, 2] | []    |
      | [x IN n.l \| COLLECT { MATCH (m:N {k: x}) RETURN m.id }[0]]                   | [1, 2]   | [2, 3, 2] | []    |
      | [x IN [n] \| COUNT { (m:N) WHERE m.k = x.k }]                                 | [1]      | [1]       | [1]   |
      | [x IN n.l WHERE COUNT { (:N {k: 4}) } = 0 \| x][-1]                           | 2        | 2         | null  |

  Scenario: A failure for an element counts where the element is come to, with the properties that the items before have left
    Given an empty graph
    And having executed:
      """
      CREATE (:N {d: 0})
      """
    When executing query:
      """
      MATCH (n:N) SET n.d = 2, n.c = [x IN [4] | (COUNT { (:N {d: x - 4}) } + x) * 2 / n.d] RETURN n.c
      """
    Then the result should be, in any order:
      | n.c |
      | [5] |

  Scenario: A failure for an element fails the statement
    Given an empty graph
    And having executed:
      """
      CREATE (:N {d: 2})
      """
    When executing query:
      """
      MATCH (n:N) SET n.d = 0, n.c = any(x IN [4] WHERE COUNT { (:N {d: x}) } = 1 / n.d)
      """
    Then a ArithmeticError should be raised at runtime: DivisionByZero
    And no side effects

  Scenario: A failure within the subquery for an element fails the statement
    Given an empty graph
    And having executed:
      """
      CREATE (:N {d: 2})
      """
    When executing query:
      """
      MATCH (n:N) SET n.c = reduce(s = 0, x IN [1, 0] | s + COUNT { UNWIND range(1, 4 / x) AS y RETURN y })
      """
    Then a ArithmeticError should be raised at runtime: DivisionByZero
    And no side effects

  Scenario: A comprehension in CREATE looks at the graph before the clause, for what the clause creates at the graph as it is
    Given an empty graph
    And having executed:
      """
      CREATE (:N {i: 1})
      """
    When executing query:
      """
      UNWIND [1, 2] AS i
      CREATE (a:N {i: i}), (b:B {
        before: [x IN [1, 2, i] | COUNT { (:N {i: x}) }],
        own: [x IN [a] | COUNT { (x) WHERE x.i = i }],
        property: [x IN [a.i] | COUNT { (:N {i: x}) } + a.i]
      })
      RETURN b.before, b.own, b.property
      """
    Then the result should be, in any order:
      | b.before  | b.own | b.property |
      | [1, 0, 1] | [1]   | [2]        |
      | [1, 0, 0] | [1]   | [2]        |

  Scenario: Each turn of FOREACH is a clause of its own
    Given an empty graph
    And having executed:
      """
      CREATE (:N)
      """
    When executing query:
      """
      MATCH (n:N)
      FOREACH (i IN [1, 2] | SET n.c = coalesce(n.c, []) + [x IN [i] | COUNT { (m:M) WHERE m.i <= x }] CREATE (:M {i: i}))
      RETURN n.c
      """
    Then the result should be, in any order:
      | n.c    |
      | [0, 1] |

  Scenario: MERGE goes row by row, also for the elements of a comprehension
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 1] AS i
      MERGE (n:N {k: i})
        ON CREATE SET n.c = [x IN [1, 2] | COUNT { (:N {k: x}) }]
        ON MATCH SET n.m = [x IN [1, 2] WHERE EXISTS { (:N {k: x}) }]
      RETURN DISTINCT n.k, n.c, n.m ORDER BY n.k
      """
    Then the result should be, in order:
      | n.k | n.c    | n.m    |
      | 1   | [1, 0] | [1, 2] |
      | 2   | [1, 1] | null   |

  Scenario: What MERGE sets looks at the graph as the row has found or made it
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2, 1] AS i
      MERGE (n:N {k: i})
        ON CREATE SET n:New, n.all = COUNT { (:N) }, n.new = COUNT { (:New) }
        ON MATCH SET n:Old, n.old = EXISTS { (:Old) }, n.met = [x IN [n] WHERE EXISTS { (x:New) } | x.k]
      RETURN DISTINCT n.k, n.all, n.new, n.old, n.met ORDER BY n.k
      """
    Then the result should be, in order:
      | n.k | n.all | n.new | n.old | n.met |
      | 1   | 1     | 0     | false | [1]   |
      | 2   | 2     | 1     | null  | null  |

  Scenario: DELETE and REMOVE of what a comprehension finds
    Given an empty graph
    And having executed:
      """
      CREATE (a:N {k: 1, l: 2}), (:N {k: 2}), (a)-[:T]->(:N {k: 3})
      """
    When executing query:
      """
      MATCH (n:N) WITH collect(n) AS all
      UNWIND all AS n
      REMOVE n[coalesce([k IN keys(n) WHERE COUNT { (m:N) WHERE m[k] IS NOT NULL } = 1][0], 'none')]
      DELETE [x IN [n] WHERE NOT EXISTS { (x)--() }][0]
      """
    Then the result should be empty
    And the side effects should be:
      | -nodes      | 1 |
      | -properties | 2 |

  Scenario: Labels of which the graph before the clause decides
    Given an empty graph
    And having executed:
      """
      CREATE (:L {name: 'P'}), (:L {name: 'R'}), (:N)
      """
    When executing query:
      """
      MATCH (n:N) SET n:$([x IN ['P', 'Q', 'R'] WHERE EXISTS { (:L {name: x}) }]) RETURN labels(n) AS labels
      """
    Then the result should be, in any order:
      | labels          |
      | ['N', 'P', 'R'] |
    And the side effects should be:
      | +labels | 2 |

  Scenario: A comprehension whose subquery reads its element is computed once for all that the loop changes
    Given an empty graph
    And having executed:
      """
      CREATE (:N {x: 1})-[:T]->(:M), (:N {x: 2})
      """
    When executing query:
      """
      MATCH (n:N)
      WITH collect(n) AS all
      FOREACH (n IN all |
        SET n.x = n.x + 1, n.l = [m IN all WHERE EXISTS { (m)-->() } | [k IN [m] | COUNT { (k)-->() }][0]])
      WITH all UNWIND all AS n
      RETURN n.x, n.l
      """
    Then the result should be, in any order:
      | n.x | n.l |
      | 2   | [1] |
      | 3   | [1] |
