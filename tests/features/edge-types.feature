Feature: Edge types

  Scenario: An edge type says what relationships connect
    Given an empty graph
    And having executed:
      """
      CREATE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    Then the result should be empty
    And the side effects should be:
      | +edge types | 1 |

  Scenario: It may be written from right to left
    Given an empty graph
    And having executed:
      """
      CREATE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE EDGE TYPE (:Office)<-[:HOLDS]-(:Person)
      """
    Then the result should be empty
    And the side effects should be:
      | +edge types | 1 |

  Scenario: It may have alternatives
    Given an empty graph
    And having executed:
      """
      CREATE (:Person)-[:HOLDS]->(:Office), (:Party)-[:HOLDS]->(:Seat)
      """
    When executing query:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office), (:Party)-[:HOLDS]->(:Seat)
      """
    Then the result should be empty
    And the side effects should be:
      | +edge types | 1 |

  Scenario: An end may need several labels
    Given an empty graph
    And having executed:
      """
      CREATE (:Person:Member)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE EDGE TYPE (:Person&Member)-[:HOLDS]->()
      """
    Then the result should be empty
    And the side effects should be:
      | +edge types | 1 |

  Scenario: An end may be any relationship
    Given an empty graph
    And having executed:
      """
      MATCH (n) DETACH DELETE n;
      CREATE (:W)-[:ASSERTS]->(:F)
      """
    When executing query:
      """
      CREATE EDGE TYPE (:W)-[:ASSERTS]->(), (:W)-[:ASSERTS]->[]
      """
    Then the result should be empty
    And the side effects should be:
      | +edge types | 1 |

  Scenario: An end may be a relationship of one of several types
    Given an empty graph
    When executing query:
      """
      CREATE EDGE TYPE ()-[:ASSERTS]->[:HOLDS|KNOWS]
      """
    Then the result should be empty
    And the side effects should be:
      | +edge types | 1 |

  Scenario: What is there must keep to a new edge type
    Given an empty graph
    And having executed:
      """
      CREATE (:Person)-[:HOLDS]->(:House)
      """
    When executing query:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A type has one edge type
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE EDGE TYPE (:A)-[:HOLDS]->(:B)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: EdgeTypeExists
    And no side effects

  Scenario: IF NOT EXISTS keeps it
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE EDGE TYPE IF NOT EXISTS (:A)-[:HOLDS]->(:B)
      """
    Then the result should be empty
    And no side effects

  Scenario: IF NOT EXISTS does not excuse a violation
    Given an empty graph
    And having executed:
      """
      CREATE (:Person)-[:HOLDS]->(:House)
      """
    When executing query:
      """
      CREATE EDGE TYPE IF NOT EXISTS (:Person)-[:HOLDS]->(:Office)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: OR REPLACE replaces it
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE OR REPLACE EDGE TYPE (:Party)-[:HOLDS]->(:Seat)
      """
    Then the result should be empty
    And the side effects should be:
      | +edge types | 1 |
      | -edge types | 1 |

  Scenario: OR REPLACE creates what is not there
    Given an empty graph
    When executing query:
      """
      CREATE OR REPLACE EDGE TYPE (:Party)-[:HOLDS]->(:Seat)
      """
    Then the result should be empty
    And the side effects should be:
      | +edge types | 1 |

  Scenario: What is there must keep to what replaces
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office);
      CREATE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE OR REPLACE EDGE TYPE (:Party)-[:HOLDS]->(:Seat)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: DROP EDGE TYPE
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      DROP EDGE TYPE HOLDS
      """
    Then the result should be empty
    And the side effects should be:
      | -edge types | 1 |

  Scenario: An edge type that is not there cannot be dropped
    Given an empty graph
    And having executed:
      """
      CREATE ()-[:HOLDS]->()
      """
    When executing query:
      """
      DROP EDGE TYPE HOLDS
      """
    Then a ConstraintVerificationFailed should be raised at runtime: NoSuchEdgeType
    And no side effects

  Scenario: A type that nothing has cannot be dropped
    Given an empty graph
    When executing query:
      """
      DROP EDGE TYPE HOLDS
      """
    Then a ConstraintVerificationFailed should be raised at runtime: NoSuchEdgeType
    And no side effects

  Scenario: IF EXISTS drops nothing where nothing is
    Given an empty graph
    When executing query:
      """
      DROP EDGE TYPE HOLDS IF EXISTS
      """
    Then the result should be empty
    And no side effects

  Scenario: CREATE keeps to an edge type
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE (:Person)-[:HOLDS]->(:Office)
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 1 |
      | +labels        | 2 |

  Scenario: CREATE cannot connect something else
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE (:Person)-[:HOLDS]->(:House)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: Direction counts
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE (:Office)-[:HOLDS]->(:Person)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: Other types connect what they like
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE (:Office)-[:KNOWS]->(:Person)
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 1 |
      | +labels        | 2 |

  Scenario: MERGE cannot connect something else
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      MERGE (:Person)-[:HOLDS]->(:House)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A label may be set after the relationship is created
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      CREATE (a)-[:HOLDS]->(b) SET a:Person, b:Office
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 1 |
      | +labels        | 2 |

  Scenario: REMOVE of a label that an edge type needs
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office);
      CREATE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      MATCH (n:Office) REMOVE n:Office
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: DELETE of what is connected needs nothing else
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office);
      CREATE (:Person)-[:HOLDS]->(:Office)
      """
    When executing query:
      """
      MATCH (n) DETACH DELETE n
      """
    Then the result should be empty
    And the side effects should be:
      | -nodes         | 2 |
      | -relationships | 1 |
      | -labels        | 2 |

  Scenario: A claim about a node where relationships are wanted
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:W)-[:ASSERTS]->[:HOLDS]
      """
    When executing query:
      """
      CREATE (:W)-[:ASSERTS]->(:Office)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A claim about a relationship of another type
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:W)-[:ASSERTS]->[:HOLDS];
      CREATE ()-[:KNOWS]->()
      """
    When executing query:
      """
      MATCH ()-[r:KNOWS]->() CREATE (:W)-[:ASSERTS]->[r]
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A claim about a relationship of that type
    Given an empty graph
    And having executed:
      """
      CREATE EDGE TYPE (:W)-[:ASSERTS]->[:HOLDS];
      CREATE ()-[:HOLDS]->()
      """
    When executing query:
      """
      MATCH ()-[r:HOLDS]->() CREATE (:W)-[:ASSERTS]->[r]
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes         | 1 |
      | +relationships | 1 |
      | +labels        | 1 |

  Scenario: An edge type is about one relationship type
    Given an empty graph
    When executing query:
      """
      CREATE EDGE TYPE (:A)-[:T]->(:B), (:A)-[:U]->(:B)
      """
    Then a SyntaxError should be raised at compile time: InvalidSchemaDefinition
    And no side effects

  Scenario: An edge type has a direction
    Given an empty graph
    When executing query:
      """
      CREATE EDGE TYPE (:A)-[:T]-(:B)
      """
    Then a SyntaxError should be raised at compile time: RequiresDirectedRelationship
    And no side effects

  Scenario: An end is no choice of labels
    Given an empty graph
    When executing query:
      """
      CREATE EDGE TYPE (:A|B)-[:T]->(:C)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: OR REPLACE and IF NOT EXISTS exclude each other
    Given an empty graph
    When executing query:
      """
      CREATE OR REPLACE EDGE TYPE IF NOT EXISTS (:A)-[:T]->(:B)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: A path may be called edge
    Given an empty graph
    When executing query:
      """
      CREATE edge = (:A)-[:T]->(:B) RETURN length(edge) AS length
      """
    Then the result should be, in any order:
      | length |
      | 1      |
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 1 |
      | +labels        | 2 |
