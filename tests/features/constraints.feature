Feature: Constraints

  Scenario: A unique property
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1}), (:A {x: 2}), (:B {x: 1}), (:A)
      """
    When executing query:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: Several properties may be unique together
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1, y: 1}), (:A {x: 1, y: 2}), (:A {x: 1}), (:A {x: 1})
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE (n.x, n.y) IS UNIQUE
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: A key of nodes
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1, y: 1})
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE (n.x, n.y) IS NODE KEY
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: A key of relationships
    Given an empty graph
    And having executed:
      """
      CREATE ()-[:T {x: 1}]->()
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR ()-[r:T]-() REQUIRE r.x IS RELATIONSHIP KEY
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: A key of either
    Given an empty graph
    When executing query:
      """
      CREATE CONSTRAINT FOR ()-[r:T]-() REQUIRE r.x IS KEY
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: A property that has to be there
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS NOT NULL
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: The type of a property
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1}), (:A)
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: INTEGER
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: TYPED says the same as two colons
    Given an empty graph
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS TYPED STRING
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: A property may be of several types
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1}), (:A {x: [1.5, 2.5]})
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: INTEGER | LIST<FLOAT NOT NULL>
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: Relationships have unique properties as well
    Given an empty graph
    And having executed:
      """
      CREATE ()-[:T {x: 1}]->(), ()-[:T {x: 2}]->()
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR ()-[r:T]-() REQUIRE r.x IS UNIQUE
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: What is there must keep to a new unique constraint
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1}), (:A {x: 1})
      """
    When executing query:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: An integer and a float of one value are equal
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1}), (:A {x: 1.0})
      """
    When executing query:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: What is there must keep to a new key
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE (n.x, n.y) IS KEY
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: What is there must keep to a new existence constraint
    Given an empty graph
    And having executed:
      """
      CREATE (:A {y: 1})
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS NOT NULL
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: What is there must keep to a new type
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1}), (:A {x: 'a'})
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: INTEGER
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: What is there must keep to a new constraint of relationships
    Given an empty graph
    And having executed:
      """
      CREATE ()-[:T]->()
      """
    When executing query:
      """
      CREATE CONSTRAINT FOR ()-[r:T]-() REQUIRE r.x IS NOT NULL
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: Two constraints cannot have one name
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      CREATE CONSTRAINT c FOR (n:B) REQUIRE n.y IS UNIQUE
      """
    Then a ConstraintVerificationFailed should be raised at runtime: ConstraintExists
    And no side effects

  Scenario: Two constraints cannot say the same
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      CREATE CONSTRAINT d FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    Then a ConstraintVerificationFailed should be raised at runtime: ConstraintExists
    And no side effects

  Scenario: A property is unique or a key
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      CREATE CONSTRAINT d FOR (n:A) REQUIRE n.x IS KEY
      """
    Then a ConstraintVerificationFailed should be raised at runtime: IndexExists
    And no side effects

  Scenario: A unique property may have a type besides
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      CREATE CONSTRAINT d FOR (n:A) REQUIRE n.x IS :: STRING
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |

  Scenario: An index has its name for itself
    Given an empty graph
    And having executed:
      """
      CREATE INDEX c FOR (n:B) ON (n.y)
      """
    When executing query:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS NOT NULL
      """
    Then a ConstraintVerificationFailed should be raised at runtime: IndexExists
    And no side effects

  Scenario: An index stands in the way of a constraint that needs one
    Given an empty graph
    And having executed:
      """
      CREATE INDEX i FOR (n:A) ON (n.x)
      """
    When executing query:
      """
      CREATE CONSTRAINT c IF NOT EXISTS FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    Then a ConstraintVerificationFailed should be raised at runtime: IndexExists
    And no side effects

  Scenario: IF NOT EXISTS keeps a constraint of the same name
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      CREATE CONSTRAINT c IF NOT EXISTS FOR (n:B) REQUIRE n.y IS UNIQUE
      """
    Then the result should be empty
    And no side effects

  Scenario: IF NOT EXISTS keeps a constraint that says the same
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      CREATE CONSTRAINT IF NOT EXISTS FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    Then the result should be empty
    And no side effects

  Scenario: IF NOT EXISTS does not excuse a violation
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1}), (:A {x: 1})
      """
    When executing query:
      """
      CREATE CONSTRAINT IF NOT EXISTS FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: DROP CONSTRAINT
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      DROP CONSTRAINT c
      """
    Then the result should be empty
    And the side effects should be:
      | -constraints | 1 |

  Scenario: A constraint that is not there cannot be dropped
    Given an empty graph
    When executing query:
      """
      DROP CONSTRAINT c
      """
    Then a ConstraintVerificationFailed should be raised at runtime: NoSuchConstraint
    And no side effects

  Scenario: IF EXISTS drops nothing where nothing is
    Given an empty graph
    When executing query:
      """
      DROP CONSTRAINT c IF EXISTS
      """
    Then the result should be empty
    And no side effects

  Scenario: An index is no constraint
    Given an empty graph
    And having executed:
      """
      CREATE INDEX i FOR (n:A) ON (n.x)
      """
    When executing query:
      """
      DROP CONSTRAINT i
      """
    Then a ConstraintVerificationFailed should be raised at runtime: NoSuchConstraint
    And no side effects

  Scenario: A dropped constraint demands nothing
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A {x: 1});
      DROP CONSTRAINT c
      """
    When executing query:
      """
      CREATE (:A {x: 1})
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 1 |
      | +properties | 1 |

  Scenario: CREATE cannot repeat a unique value
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      CREATE (:A {x: 1})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: CREATE cannot repeat a value that it creates itself
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      UNWIND [1, 2, 1] AS x CREATE (:A {x: x})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A value of another label does not count
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      CREATE (:B {x: 1})
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 1 |
      | +labels     | 1 |
      | +properties | 1 |

  Scenario: A value that is missing does not count
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A)
      """
    When executing query:
      """
      CREATE (:A {x: null})
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes | 1 |

  Scenario: SET cannot repeat a unique value
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A {x: 1}), (:A {x: 2})
      """
    When executing query:
      """
      MATCH (n:A {x: 2}) SET n.x = 1
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: SET of a map cannot repeat a unique value
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A {x: 1}), (:A {x: 2})
      """
    When executing query:
      """
      MATCH (n:A {x: 2}) SET n = {x: 1}
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: SET of a label brings a node under the constraint
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A {x: 1}), (:B {x: 1})
      """
    When executing query:
      """
      MATCH (n:B) SET n:A
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A statement may pass through equal values
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A {x: 1}), (:A {x: 2})
      """
    When executing query:
      """
      MATCH (a:A {x: 1}), (b:A {x: 2}) SET a.x = 2, b.x = 1
      """
    Then the result should be empty
    And the side effects should be:
      | +properties | 2 |
      | -properties | 2 |

  Scenario: A value that a deleted node had is free
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      MATCH (n:A {x: 1}) DELETE n CREATE (:A {x: 1})
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 1 |
      | -nodes      | 1 |
      | +properties | 1 |
      | -properties | 1 |

  Scenario: A property that has to be there may be set after its node is created
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS NOT NULL
      """
    When executing query:
      """
      CREATE (n:A) SET n.x = 1
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 1 |
      | +labels     | 1 |
      | +properties | 1 |

  Scenario: CREATE without a property that has to be there
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS NOT NULL
      """
    When executing query:
      """
      CREATE (:A {y: 1})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: REMOVE of a property that has to be there
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS NOT NULL;
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      MATCH (n:A) REMOVE n.x
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: SET of null removes a property that has to be there
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS NOT NULL;
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      MATCH (n:A) SET n.x = null
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: REMOVE of the label takes a node out of the constraint
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS NOT NULL;
      CREATE (:A:B {x: 1})
      """
    When executing query:
      """
      MATCH (n:A) REMOVE n:A, n.x
      """
    Then the result should be empty
    And the side effects should be:
      | -labels     | 1 |
      | -properties | 1 |

  Scenario: A property of another type
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: INTEGER | FLOAT
      """
    When executing query:
      """
      CREATE (:A {x: '1'})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A list with an element of another type
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: LIST<STRING NOT NULL>
      """
    When executing query:
      """
      CREATE (:A {x: ['a', 1]})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A list is not of the type of its elements
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: STRING
      """
    When executing query:
      """
      CREATE (:A {x: ['a']})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A type lets a property be absent
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: STRING
      """
    When executing query:
      """
      CREATE (:A)
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes  | 1 |
      | +labels | 1 |

  Scenario: MERGE matches under a unique constraint
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      MERGE (n:A {x: 1}) SET n.y = 2
      """
    Then the result should be empty
    And the side effects should be:
      | +properties | 1 |

  Scenario: MERGE creates what differs and fails
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE;
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      MERGE (:A {x: 1, y: 2})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A key needs all of its properties
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE (n.x, n.y) IS KEY
      """
    When executing query:
      """
      CREATE (:A {x: 1})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A key is unique
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE (n.x, n.y) IS KEY;
      CREATE (:A {x: 1, y: 2})
      """
    When executing query:
      """
      CREATE (:A {x: 1, y: 2})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A relationship breaks a constraint of its type
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR ()-[r:T]-() REQUIRE r.x IS NOT NULL
      """
    When executing query:
      """
      CREATE ()-[:T]->()
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A relationship of another type does not
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR ()-[r:T]-() REQUIRE r.x IS NOT NULL
      """
    When executing query:
      """
      CREATE ()-[:U]->()
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 1 |

  Scenario: A claim may have a key
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT FOR ()-[r:ASSERTS]-() REQUIRE r.id IS KEY;
      CREATE (:W)-[:ASSERTS {id: 1}]->(:F)
      """
    When executing query:
      """
      MATCH ()-[r:ASSERTS]->() CREATE (:W)-[:ASSERTS {id: 1}]->[r]
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: FOREACH is a part of its statement
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      FOREACH (x IN [1, 1] | CREATE (:A {x: x}))
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: A subquery is a part of its statement
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      CALL () { CREATE (:A {x: 1}) } CREATE (:A {x: 1})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: No property is a node
    Given an empty graph
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: NODE
      """
    Then a SyntaxError should be raised at compile time: InvalidSchemaDefinition
    And no side effects

  Scenario: A type of anything demands nothing
    Given an empty graph
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: ANY
      """
    Then a SyntaxError should be raised at compile time: InvalidSchemaDefinition
    And no side effects

  Scenario: A type is no demand that the property is there
    Given an empty graph
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: STRING NOT NULL
      """
    Then a SyntaxError should be raised at compile time: InvalidSchemaDefinition
    And no side effects

  Scenario: A key of relationships is not about nodes
    Given an empty graph
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS RELATIONSHIP KEY
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: A constraint demands something known
    Given an empty graph
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS NICE
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: A constraint speaks of its variable
    Given an empty graph
    When executing query:
      """
      CREATE CONSTRAINT FOR (n:A) REQUIRE m.x IS UNIQUE
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable
    And no side effects

  Scenario: The syntax of old is refused
    Given an empty graph
    When executing query:
      """
      CREATE CONSTRAINT ON (n:A) ASSERT n.x IS UNIQUE
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: A type without IS
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT born FOR (n:Person) REQUIRE n.born :: INTEGER
      """
    When executing query:
      """
      CREATE (:Person {born: 'long ago'})
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects
