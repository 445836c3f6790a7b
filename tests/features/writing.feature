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
