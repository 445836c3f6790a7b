Feature: WHY: what rows rest on, who stands behind it, and what is disputed

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (us:Government {name: 'Washington'}), (prc:Government {name: 'Beijing'}),
             (paper:Paper {name: 'Times'}), (li:Person {name: 'Li'}),
             (deal:Agreement {name: 'Geneva'}), (plan:Agreement {name: 'London'}),
             (us)-[:SIGNED]->(deal), (prc)-[:SIGNED]->(deal), (plan)-[e:EXTENDS]->(deal),
             (prc)-[v1:VIOLATED]->(deal), (us)-[v2:VIOLATED]->(deal),
             (us)-[a:ASSERTS]->[v1], (prc)-[:DENIES]->[v1], (li)-[b:ASSERTS]->[v2],
             (paper)-[:ASSERTS]->[a], (paper)-[r:ASSERTS]->[b], (us)-[:DENIES]->[r]
      """

  Scenario: A row rests on the relationships that it was matched by
    When executing query:
      """
      WHY MATCH (x)-[:VIOLATED]->(d) RETURN x.name AS who ORDER BY who
      """
    Then the result should be, in order:
      | who          |
      | 'Beijing'    |
      | 'Washington' |
    And the rows should rest on:
      | row | statement                         | asserted by                     | denied by | disputed |
      | 1   | (Beijing)-[:VIOLATED]->(Geneva)    | Washington < Times              | Beijing   | disputed |
      | 2   | (Washington)-[:VIOLATED]->(Geneva) | Li < Times ≮ Washington         |           |          |
    And no side effects

  Scenario: Without WHY nothing is told
    When executing query:
      """
      MATCH (x)-[:VIOLATED]->(d) RETURN x.name AS who
      """
    Then nothing should be told of what the rows rest on

  Scenario: Several relationships of a pattern, and several patterns
    When executing query:
      """
      WHY MATCH (p)-[:EXTENDS]->(d) MATCH (x:Government)-[:SIGNED]->(d)
      RETURN x.name AS who ORDER BY who
      """
    Then the rows should rest on:
      | row | statement                        | asserted by | denied by | disputed |
      | 1   | (London)-[:EXTENDS]->(Geneva)     |             |           |          |
      | 1   | (Beijing)-[:SIGNED]->(Geneva)     |             |           |          |
      | 2   | (London)-[:EXTENDS]->(Geneva)     |             |           |          |
      | 2   | (Washington)-[:SIGNED]->(Geneva)  |             |           |          |

  Scenario: A claim is a statement, and so is what it is about
    When executing query:
      """
      WHY MATCH (:Person)-[c:ASSERTS]->[r] RETURN type(r) AS r
      """
    Then the rows should rest on:
      | row | statement                                               | asserted by        | denied by | disputed |
      | 1   | (Li)-[:ASSERTS]->[(Washington)-[:VIOLATED]->(Geneva)]    | Times ≮ Washington |           |          |
      | 1   | (Washington)-[:VIOLATED]->(Geneva)                       | Li < Times ≮ Washington |      |          |

  Scenario: What an OPTIONAL MATCH has found, and nothing where it has found nothing
    When executing query:
      """
      WHY MATCH (d:Agreement) OPTIONAL MATCH (d)-[:EXTENDS]->(other)
      RETURN d.name AS d, other.name AS other ORDER BY d
      """
    Then the result should be, in order:
      | d        | other    |
      | 'Geneva' | null     |
      | 'London' | 'Geneva' |
    And the rows should rest on:
      | row | statement                     | asserted by | denied by | disputed |
      | 2   | (London)-[:EXTENDS]->(Geneva)  |             |           |          |

  Scenario Outline: Paths rest on all their relationships
    When executing query:
      """
      WHY MATCH <path> WHERE a.name = 'London' AND b.name = 'Beijing' RETURN a.name AS a
      """
    Then the rows should rest on:
      | row | statement                     | asserted by | denied by | disputed |
      | 1   | (London)-[:EXTENDS]->(Geneva)  |             |           |          |
      | 1   | (Beijing)-[:SIGNED]->(Geneva)  |             |           |          |

    Examples:
      | path                                                   |
      | (a)-[:EXTENDS\|SIGNED*2]-(b)                            |
      | (a)-[:EXTENDS\|SIGNED]-{2}(b)                           |
      | (a) (()-[:EXTENDS\|SIGNED]-()){2} (b)                   |
      | p = shortestPath((a)-[:EXTENDS\|SIGNED*]-(b))           |
      | ANY SHORTEST (a)-[:EXTENDS\|SIGNED]-+(b)                |
      | p = (a)-[:EXTENDS]->()<-[:SIGNED]-(b)                  |

  Scenario: A condition on each step of a path counts for each step
    When executing query:
      """
      WHY MATCH (a:Agreement {name: 'London'}) ((x)-[:EXTENDS]->(y) WHERE EXISTS { (y)<-[:SIGNED]-(:Government {name: 'Beijing'}) }){1,2} (b)
      RETURN b.name AS b
      """
    Then the rows should rest on:
      | row | statement                     | asserted by | denied by | disputed |
      | 1   | (London)-[:EXTENDS]->(Geneva)  |             |           |          |
      | 1   | (Beijing)-[:SIGNED]->(Geneva)  |             |           |          |

  Scenario: A path without relationships rests on nothing
    When executing query:
      """
      WHY MATCH (a:Person)-[*0..0]->(b) RETURN b.name AS b
      """
    Then the result should be, in any order:
      | b    |
      | 'Li' |
    And the rows should rest on:
      | row | statement | asserted by | denied by | disputed |

  Scenario: EXISTS contributes what made it true, NOT EXISTS nothing
    When executing query:
      """
      WHY MATCH (d:Agreement)
      WHERE EXISTS { (d)<-[:EXTENDS]-() } OR NOT EXISTS { (d)<-[:SIGNED]-() }
      RETURN d.name AS d ORDER BY d
      """
    Then the result should be, in order:
      | d        |
      | 'Geneva' |
      | 'London' |
    And the rows should rest on:
      | row | statement                     | asserted by | denied by | disputed |
      | 1   | (London)-[:EXTENDS]->(Geneva)  |             |           |          |

  Scenario Outline: Subqueries in expressions contribute what they counted and collected
    When executing query:
      """
      WHY MATCH (d:Agreement {name: 'Geneva'}) RETURN <value> AS v
      """
    Then the rows should rest on:
      | row | statement                        | asserted by | denied by | disputed |
      | 1   | (Washington)-[:SIGNED]->(Geneva)  |             |           |          |
      | 1   | (Beijing)-[:SIGNED]->(Geneva)     |             |           |          |

    Examples:
      | value                                                                                             |
      | COUNT { (d)<-[:SIGNED]-() }                                                                       |
      | [(d)<-[:SIGNED]-(x) \| x.name]                                                                     |
      | COLLECT { MATCH (d)<-[:SIGNED]-(x) RETURN x.name }                                                |
      | size([(d)<-[:SIGNED]-(x) \| 1]) > 1                                                                |
      | CASE WHEN COUNT { (d)<-[:SIGNED]-() } > 1 THEN 1 ELSE COUNT { (d)<-[:VIOLATED]-() } END            |
      | [n IN ['Washington', 'Beijing'] WHERE EXISTS { (d)<-[:SIGNED]-({name: n}) } \| n]                  |
      | all(n IN ['Washington', 'Beijing'] WHERE EXISTS { (d)<-[:SIGNED]-({name: n}) })                   |
      | reduce(s = 0, n IN ['Washington', 'Beijing'] \| s + COUNT { (d)<-[:SIGNED]-({name: n}) })          |
      | [NOT EXISTS { (d)<-[:SIGNED]-({name: 'Beijing'}) }, EXISTS { (d)<-[:SIGNED]-({name: 'Washington'}) }] |

  Scenario: CASE rests on the branch that was taken
    When executing query:
      """
      WHY MATCH (d:Agreement) RETURN d.name AS d,
      CASE d.name WHEN 'London' THEN COUNT { (d)-[:EXTENDS]->() } ELSE 0 END AS v ORDER BY d
      """
    Then the rows should rest on:
      | row | statement                     | asserted by | denied by | disputed |
      | 2   | (London)-[:EXTENDS]->(Geneva)  |             |           |          |

  Scenario: An aggregate rests on all of its group
    When executing query:
      """
      WHY MATCH (x)-[:SIGNED]->(d) RETURN d.name AS d, count(x) AS n
      """
    Then the rows should rest on:
      | row | statement                        | asserted by | denied by | disputed |
      | 1   | (Washington)-[:SIGNED]->(Geneva)  |             |           |          |
      | 1   | (Beijing)-[:SIGNED]->(Geneva)     |             |           |          |

  Scenario: An aggregate of nothing rests on nothing
    When executing query:
      """
      WHY MATCH (x)-[:KNOWS]->(d) RETURN count(x) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And the rows should rest on:
      | row | statement | asserted by | denied by | disputed |

  Scenario: What goes on behind an aggregate rests on the group as well
    When executing query:
      """
      WHY MATCH (x)-[:SIGNED]->(d) WITH d, count(x) AS n MATCH (p)-[:EXTENDS]->(d) UNWIND [1, 2] AS i
      RETURN i, n, p.name AS p ORDER BY i LIMIT 1
      """
    Then the rows should rest on:
      | row | statement                        | asserted by | denied by | disputed |
      | 1   | (Washington)-[:SIGNED]->(Geneva)  |             |           |          |
      | 1   | (Beijing)-[:SIGNED]->(Geneva)     |             |           |          |
      | 1   | (London)-[:EXTENDS]->(Geneva)     |             |           |          |

  Scenario Outline: A row that stands for several rests on what all of them do
    When executing query:
      """
      WHY <query>
      """
    Then the result should be, in any order:
      | d        |
      | 'Geneva' |
    And the rows should rest on:
      | row | statement                        | asserted by | denied by | disputed |
      | 1   | (Washington)-[:SIGNED]->(Geneva)  |             |           |          |
      | 1   | (Beijing)-[:SIGNED]->(Geneva)     |             |           |          |

    Examples:
      | query                                                                                                                          |
      | MATCH ()-[:SIGNED]->(d) RETURN DISTINCT d.name AS d                                                                            |
      | MATCH ({name: 'Beijing'})-[:SIGNED]->(d) RETURN d.name AS d UNION MATCH ({name: 'Washington'})-[:SIGNED]->(d) RETURN d.name AS d |
      | MATCH ({name: 'Beijing'})-[:SIGNED]->(d) RETURN d.name AS d INTERSECT MATCH ()-[:SIGNED]->(d) RETURN d.name AS d                |
      | MATCH ()-[:SIGNED]->(d) RETURN d.name AS d EXCEPT MATCH (d)-[:EXTENDS]->() RETURN d.name AS d                                  |
      | CALL { MATCH ()-[:SIGNED]->(d) RETURN DISTINCT d } RETURN d.name AS d                                                          |
      | CALL { MATCH ()-[s:SIGNED]->(d) RETURN d, count(s) AS n } RETURN d.name AS d                                                   |

  Scenario: Each row of UNION ALL rests on its own
    When executing query:
      """
      WHY MATCH ({name: 'Beijing'})-[:SIGNED]->(d) RETURN d.name AS d
      UNION ALL RETURN 'none' AS d
      UNION ALL MATCH (d)-[:EXTENDS]->() RETURN d.name AS d
      """
    Then the result should be, in order:
      | d        |
      | 'Geneva' |
      | 'none'   |
      | 'London' |
    And the rows should rest on:
      | row | statement                     | asserted by | denied by | disputed |
      | 1   | (Beijing)-[:SIGNED]->(Geneva)  |             |           |          |
      | 3   | (London)-[:EXTENDS]->(Geneva)  |             |           |          |

  Scenario: Rows of CALL, for each row before
    When executing query:
      """
      WHY MATCH (g:Government) CALL (g) { MATCH (g)-[:SIGNED]->(d) RETURN d.name AS d }
      RETURN g.name AS g, d ORDER BY g
      """
    Then the rows should rest on:
      | row | statement                        | asserted by | denied by | disputed |
      | 1   | (Beijing)-[:SIGNED]->(Geneva)     |             |           |          |
      | 2   | (Washington)-[:SIGNED]->(Geneva)  |             |           |          |

  Scenario: What a procedure yields
    When executing query:
      """
      WHY MATCH (x)-[r:EXTENDS]->() UNWIND claims(r) + [1] AS c RETURN c
      """
    Then the rows should rest on:
      | row | statement                     | asserted by | denied by | disputed |
      | 1   | (London)-[:EXTENDS]->(Geneva)  |             |           |          |

  Scenario: A node is a statement once somebody has made a claim about it
    Given having executed:
      """
      MATCH (li:Person), (d:Agreement {name: 'London'}) CREATE (li)-[:DENIES]->(d)
      """
    When executing query:
      """
      WHY MATCH (d:Agreement) RETURN d.name AS d ORDER BY d
      """
    Then the rows should rest on:
      | row | statement | asserted by | denied by | disputed |
      | 2   | (London)  |             | Li        |          |

  Scenario: The nodes on a path are statements as well
    Given having executed:
      """
      MATCH (li:Person), (d:Agreement {name: 'Geneva'}) CREATE (li)-[:ASSERTS]->(d)
      """
    When executing query:
      """
      WHY MATCH (a:Agreement {name: 'London'})-[:EXTENDS|SIGNED*2]-(b {name: 'Beijing'}) RETURN b.name AS b
      """
    Then the rows should rest on:
      | row | statement                     | asserted by | denied by | disputed |
      | 1   | (London)-[:EXTENDS]->(Geneva)  |             |           |          |
      | 1   | (Beijing)-[:SIGNED]->(Geneva)  |             |           |          |
      | 1   | (Geneva)                      | Li          |           |          |

  Scenario Outline: Prefixes combine, in any order; claims are told as all of the graph has them
    When executing query:
      """
      <prefixes> MATCH (x)-[:VIOLATED]->(d) RETURN x.name AS who
      """
    Then the result should be, in any order:
      | who       |
      | 'Beijing' |
    And the rows should rest on:
      | row | statement                      | asserted by        | denied by | disputed |
      | 1   | (Beijing)-[:VIOLATED]->(Geneva) | Washington < Times | Beijing   | disputed |

    Examples:
      | prefixes                                                |
      | ACCORDING TO 'Washington' WHY                           |
      | WHY ACCORDING TO 'Washington'                           |
      | AS OF date('2025-06-01') WHY ACCORDING TO 'Washington'  |
      | WHY STRICTLY ACCORDING TO 'Washington'                  |
      | why according to (:Government {name: 'Washington'})     |

  Scenario: Nothing of rows is told where there are none
    When executing query:
      """
      WHY MATCH (x)-[:KNOWS]->(y) RETURN x
      """
    Then the result should be empty
    And nothing should be told of what the rows rest on

  Scenario: WHY is no keyword
    When executing query:
      """
      MATCH (why:Person) RETURN why.name AS why
      """
    Then the result should be, in any order:
      | why  |
      | 'Li' |

  Scenario: A parameter names the claimant, and WHY follows
    Given parameters are:
      | who | 'Washington' |
    When executing query:
      """
      ACCORDING TO $who WHY MATCH (x)-[:VIOLATED]->(d) RETURN count(*) AS n
      """
    Then the rows should rest on:
      | row | statement                      | asserted by        | denied by | disputed |
      | 1   | (Beijing)-[:VIOLATED]->(Geneva) | Washington < Times | Beijing   | disputed |

  Scenario: One relationship twice in a row counts once
    When executing query:
      """
      WHY MATCH (x)-[r:EXTENDS]->(d) MATCH (y)-[r]->(e) RETURN y.name AS y
      """
    Then the rows should rest on:
      | row | statement                     | asserted by | denied by | disputed |
      | 1   | (London)-[:EXTENDS]->(Geneva)  |             |           |          |

  Scenario Outline: What writes cannot be asked why
    When executing query:
      """
      <query>
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

    Examples:
      | query                                               |
      | WHY CREATE (n)                                      |
      | WHY MATCH (n) SET n.x = 1 RETURN n                  |
      | WHY MERGE (n:Person) RETURN n                       |
      | WHY MATCH (n) CALL (n) { CREATE (m) RETURN m } RETURN m |
      | WHY ACCORDING TO 'Li' CREATE (n)                    |
      | EXPLAIN WHY MATCH (n) DETACH DELETE n               |
      | WHY UNWIND [1] AS i FOREACH (x IN [1] \| CREATE (n)) |

  Scenario: It is asked once
    When executing query:
      """
      WHY UNDISPUTED WHY RETURN 1 AS one
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario Outline: It is asked of a query
    When executing query:
      """
      <statement>
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

    Examples:
      | statement                              |
      | WHY                                    |
      | WHY CHECKPOINT                         |
      | WHY CREATE INDEX FOR (n:A) ON (n.x)    |
      | WHY EXPLAIN RETURN 1                   |
