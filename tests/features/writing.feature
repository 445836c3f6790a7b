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

  Scenario: A comprehension whose subquery reads its element is computed before the clause
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
